package io.parabola;

/**
 * How to solve. Immutable; the {@code with} methods return a changed copy.
 *
 * @param tolerance the largest relative gap that counts as {@link Status#SOLVED}; positive. Engines
 *     go on to the exact solution whatever its value: it judges, it does not stop them early
 * @param progress hears how far the solve has come, or null
 * @param cancellation stops the solve early, or null
 * @param reducedCosts whether to record the derivatives by the weights' bounds, which takes as much
 *     memory as the weights
 * @param deviceWeights where the weights [S, n] go instead of the host's memory, or null
 */
public record SolveOptions(
    double tolerance,
    Progress progress,
    Cancellation cancellation,
    boolean reducedCosts,
    DeviceMatrix deviceWeights) {
  /** The tolerance of {@link #defaults()}. */
  public static final double DEFAULT_TOLERANCE = 1e-8;

  /**
   * Checks the values.
   *
   * @param tolerance the largest relative gap that counts as solved; positive
   * @param progress hears how far the solve has come, or null
   * @param cancellation stops the solve early, or null
   * @param reducedCosts whether to record the derivatives by the weights' bounds
   * @param deviceWeights where the weights go instead of the host's memory, or null
   * @throws InvalidInputException if the tolerance is not positive
   */
  public SolveOptions {
    if (!(tolerance > 0)) {
      throw new InvalidInputException("tolerance = " + tolerance + ": must be positive");
    }
  }

  /**
   * Tolerance 1e-8, nobody listening, nobody to cancel it, no reduced costs.
   *
   * @return the defaults
   */
  public static SolveOptions defaults() {
    return new SolveOptions(DEFAULT_TOLERANCE, null, null, false, null);
  }

  /**
   * With another tolerance.
   *
   * @param tolerance the largest relative gap that counts as solved; positive
   * @return the changed copy
   */
  public SolveOptions withTolerance(double tolerance) {
    return new SolveOptions(tolerance, progress, cancellation, reducedCosts, deviceWeights);
  }

  /**
   * With a listener.
   *
   * @param progress called from the thread that calls {@code solve}; or null
   * @return the changed copy
   */
  public SolveOptions withProgress(Progress progress) {
    return new SolveOptions(tolerance, progress, cancellation, reducedCosts, deviceWeights);
  }

  /**
   * With a way to stop.
   *
   * @param cancellation the request that the solve looks at, or null
   * @return the changed copy
   */
  public SolveOptions withCancellation(Cancellation cancellation) {
    return new SolveOptions(tolerance, progress, cancellation, reducedCosts, deviceWeights);
  }

  /**
   * With reduced costs.
   *
   * @return the changed copy
   */
  public SolveOptions withReducedCosts() {
    return new SolveOptions(tolerance, progress, cancellation, true, deviceWeights);
  }

  /**
   * With the weights left on the device that solves; for the cuda engine. {@link
   * BatchSolution#weights(int)} then reads them there, as long as the matrix is open and holds
   * them.
   *
   * @param deviceWeights [S, n], of the stride of the batch's other device matrices if it has any;
   *     overwritten, with NaN in the rows that have no weights
   * @return the changed copy
   */
  public SolveOptions withDeviceWeights(DeviceMatrix deviceWeights) {
    return new SolveOptions(tolerance, progress, cancellation, reducedCosts, deviceWeights);
  }
}
