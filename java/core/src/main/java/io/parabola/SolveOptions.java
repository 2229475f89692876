package io.parabola;

import java.util.Objects;

/**
 * How to solve. Immutable; the {@code with} methods return a changed copy.
 *
 * @param tolerance the largest relative gap that counts as {@link Status#SOLVED}; positive. Engines
 *     go on to the exact solution whatever its value: it judges, it does not stop them early
 * @param progress hears how far the solve has come
 * @param cancellation stops the solve early
 * @param reducedCosts whether to record the derivatives by the weights' bounds, which takes as much
 *     memory as the weights
 */
public record SolveOptions(
    double tolerance, Progress progress, Cancellation cancellation, boolean reducedCosts) {
  /** The tolerance of {@link #defaults()}. */
  public static final double DEFAULT_TOLERANCE = 1e-8;

  /**
   * Checks the values.
   *
   * @param tolerance the largest relative gap that counts as solved; positive
   * @param progress hears how far the solve has come
   * @param cancellation stops the solve early
   * @param reducedCosts whether to record the derivatives by the weights' bounds
   * @throws InvalidInputException if the tolerance is not positive
   */
  public SolveOptions {
    if (!(tolerance > 0)) {
      throw new InvalidInputException("tolerance = " + tolerance + ": must be positive");
    }
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(cancellation, "cancellation");
  }

  /**
   * Tolerance 1e-8, nobody listening, never cancelled, no reduced costs.
   *
   * @return the defaults
   */
  public static SolveOptions defaults() {
    return new SolveOptions(DEFAULT_TOLERANCE, (done, total) -> {}, new Cancellation(), false);
  }

  /**
   * With another tolerance.
   *
   * @param tolerance the largest relative gap that counts as solved; positive
   * @return the changed copy
   */
  public SolveOptions withTolerance(double tolerance) {
    return new SolveOptions(tolerance, progress, cancellation, reducedCosts);
  }

  /**
   * With a listener.
   *
   * @param progress called from the thread that calls {@code solve}
   * @return the changed copy
   */
  public SolveOptions withProgress(Progress progress) {
    return new SolveOptions(tolerance, progress, cancellation, reducedCosts);
  }

  /**
   * With a way to stop.
   *
   * @param cancellation the request that the solve looks at
   * @return the changed copy
   */
  public SolveOptions withCancellation(Cancellation cancellation) {
    return new SolveOptions(tolerance, progress, cancellation, reducedCosts);
  }

  /**
   * With reduced costs.
   *
   * @return the changed copy
   */
  public SolveOptions withReducedCosts() {
    return new SolveOptions(tolerance, progress, cancellation, true);
  }
}
