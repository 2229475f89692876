package io.parabola;

/** The solution of one portfolio. Immutable; may be used from many threads at once. */
public final class Solution {
  private final Status status;
  private final String message;
  private final double objective;
  private final double expectedReturn;
  private final double variance;
  private final double gap;
  private final double relativeGap;
  private final int iterations;
  private final double[] weights;

  Solution(BatchSolution batch, int scenario) {
    status = batch.status(scenario);
    message = batch.message(scenario);
    objective = batch.objective(scenario);
    expectedReturn = batch.expectedReturn(scenario);
    variance = batch.variance(scenario);
    gap = batch.gap(scenario);
    relativeGap = batch.relativeGap(scenario);
    iterations = batch.iterations(scenario);
    weights = batch.weights(scenario);
  }

  /**
   * How the solve ended.
   *
   * @return the status
   */
  public Status status() {
    return status;
  }

  /**
   * Why the status is not {@link Status#SOLVED}.
   *
   * @return one line; empty if solved
   */
  public String message() {
    return message;
  }

  /**
   * The objective ½ γ w'Σw − μ'w.
   *
   * @return its value at the weights, NaN if there are none
   */
  public double objective() {
    return objective;
  }

  /**
   * The expected return μ'w per period.
   *
   * @return its value at the weights, NaN if there are none
   */
  public double expectedReturn() {
    return expectedReturn;
  }

  /**
   * The variance w'Σw per period.
   *
   * @return its value at the weights, NaN if there are none
   */
  public double variance() {
    return variance;
  }

  /**
   * The volatility √(w'Σw) per period.
   *
   * @return its value at the weights, NaN if there are none
   */
  public double volatility() {
    return Math.sqrt(variance);
  }

  /**
   * A bound on how far the objective is above the optimum: g'w − min {g'v : v feasible} with g =
   * γΣw − μ, worked out from the data.
   *
   * @return at least 0, in the unit of the objective; NaN if there are no weights
   */
  public double gap() {
    return gap;
  }

  /**
   * The gap over max(γ w'Σw, |μ'w|), or over what rounding of the data leaves of that where the two
   * all but cancel: not less than 2⁻²⁰ of (Σ|wᵢ|σᵢ)²γ + Σ|μᵢwᵢ|, nor than 2⁻²⁴ of Σ(γσᵢ Σ|wⱼ|σⱼ +
   * |μᵢ|)(upperᵢ − lowerᵢ).
   *
   * @return at least 0; 0 if gap and scale both are; NaN if there are no weights
   */
  public double relativeGap() {
    return relativeGap;
  }

  /**
   * How many faces of the feasible set were solved on the way.
   *
   * @return at least 0
   */
  public int iterations() {
    return iterations;
  }

  /**
   * The weights. They keep their bounds exactly and sum to the budget to rounding.
   *
   * @return w [n], a copy; NaN if there are none
   */
  public double[] weights() {
    return weights.clone();
  }

  /**
   * One weight.
   *
   * @param asset 0 to n − 1
   * @return a fraction of equity; NaN if there are no weights
   */
  public double weight(int asset) {
    return weights[asset];
  }
}
