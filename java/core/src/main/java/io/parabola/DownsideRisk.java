package io.parabola;

/**
 * A measure of risk that looks at losses alone, over S scenarios of returns with probabilities p_s.
 * The loss of a portfolio in a scenario is −r_s'(w − b), with a benchmark b if there is one.
 *
 * <pre>
 *   CVAR            min over α of α + 1/(1−β) Σ p_s (loss_s − α)₊     (Rockafellar, Uryasev 2000)
 *   FIRST_MOMENT    Σ p_s (τ + loss_s)₊
 *   SECOND_MOMENT   Σ p_s (τ + loss_s)₊²
 *   SEMIVARIANCE    Σ p_s (μ'(w − b) + loss_s)₊²,   μ the scenarios' own mean
 * </pre>
 *
 * Immutable; may be used from many threads at once.
 *
 * @param kind which of them
 * @param level the confidence β of a CVaR, the target return τ per period of the lower partial
 *     moments, 0 for a semivariance
 */
public record DownsideRisk(Kind kind, double level) {
  /** The measures. */
  public enum Kind {
    /** Conditional value at risk: the mean of the worst 1 − β of all losses. */
    CVAR,
    /** The first lower partial moment: how far returns fall short of a target, in the mean. */
    FIRST_MOMENT,
    /** The second lower partial moment, about a target. */
    SECOND_MOMENT,
    /** The second lower partial moment about the portfolio's own mean. */
    SEMIVARIANCE
  }

  /**
   * Checks the level.
   *
   * @param kind which measure
   * @param level β or τ
   * @throws InvalidInputException if β is not between 0 and 1, or τ is not finite
   */
  public DownsideRisk {
    if (kind == Kind.CVAR && !(level >= 0 && level < 1)) {
      throw new InvalidInputException(
          "confidence = " + level + ": must be at least 0 and below 1, such as 0.95");
    }
    if (!Double.isFinite(level)) {
      throw new InvalidInputException("target return = " + level + ": must be finite");
    }
  }

  /**
   * Conditional value at risk, also called expected shortfall.
   *
   * @param confidence β, such as 0.95; 0 for the mean of all losses
   * @return the measure
   * @throws InvalidInputException if it is not at least 0 and below 1
   */
  public static DownsideRisk cvar(double confidence) {
    return new DownsideRisk(Kind.CVAR, confidence);
  }

  /**
   * A lower partial moment of returns about a target.
   *
   * @param order 1 or 2
   * @param target τ, a return per period
   * @return the measure
   * @throws InvalidInputException if the order is another, or the target is not finite
   */
  public static DownsideRisk lowerPartialMoment(int order, double target) {
    if (order != 1 && order != 2) {
      throw new InvalidInputException(
          "lower partial moment of order " + order + ": there are those of order 1 and 2");
    }
    return new DownsideRisk(order == 1 ? Kind.FIRST_MOMENT : Kind.SECOND_MOMENT, target);
  }

  /**
   * Semivariance about the portfolio's own mean.
   *
   * @return the measure
   */
  public static DownsideRisk semivariance() {
    return new DownsideRisk(Kind.SEMIVARIANCE, 0);
  }

  /** Whether it is a mean of squares. */
  boolean isQuadratic() {
    return kind == Kind.SECOND_MOMENT || kind == Kind.SEMIVARIANCE;
  }
}
