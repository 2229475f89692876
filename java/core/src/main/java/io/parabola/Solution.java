package io.parabola;

import java.util.List;

/** The solution of one portfolio. Immutable; may be used from many threads at once. */
public final class Solution {
  private final Status status;
  private final String message;
  private final double objective;
  private final double expectedReturn;
  private final double variance;
  private final double gap;
  private final double relativeGap;
  private final double turnover;
  private final double costs;
  private final int iterations;
  private final double[] weights;
  private final List<String> constraintNames;
  private final double[] shadowPrices;
  private final double[] reducedCosts;

  Solution(BatchSolution batch, int scenario) {
    status = batch.status(scenario);
    message = batch.message(scenario);
    objective = batch.objective(scenario);
    expectedReturn = batch.expectedReturn(scenario);
    variance = batch.variance(scenario);
    gap = batch.gap(scenario);
    relativeGap = batch.relativeGap(scenario);
    turnover = batch.turnover(scenario);
    costs = batch.costs(scenario);
    iterations = batch.iterations(scenario);
    weights = batch.weights(scenario);
    constraintNames = batch.constraintNames();
    shadowPrices = batch.shadowPrices(scenario);
    reducedCosts = batch.hasReducedCosts() ? batch.reducedCosts(scenario) : null;
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
   * The objective, what is minimised: ½ γ v − μ'w + costs with v = (w−b)'Σ(w−b) for a risk aversion
   * γ, ½ v + costs for minimum variance and a target return, costs − μ'w for a target risk, and
   * minus the Sharpe ratio for the maximum Sharpe ratio.
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
   * The variance (w−b)'Σ(w−b) per period, b being the benchmark: w'Σw without one.
   *
   * @return its value at the weights, NaN if there are none
   */
  public double variance() {
    return variance;
  }

  /**
   * The volatility √((w−b)'Σ(w−b)) per period: with a benchmark b, the tracking error.
   *
   * @return its value at the weights, NaN if there are none
   */
  public double volatility() {
    return Math.sqrt(variance);
  }

  /**
   * A bound on how far the objective is above the optimum, worked out from the data: with g the
   * gradient of risk and return at w, the most by which any feasible v can lower g'v + costs. (For
   * the maximum Sharpe ratio: how much more return than this ratio promises any feasible portfolio
   * can have, over this portfolio's volatility.) Where a bound is infinite and nothing else limits
   * the weight, v is limited to ten times the largest of |wᵢ|, |bᵢ|, |w₀ᵢ| and the budget.
   *
   * @return at least 0, in the unit of the objective; NaN if there are no weights
   */
  public double gap() {
    return gap;
  }

  /**
   * The gap over max(γ v, |μ'w|, costs) with v = (w−b)'Σ(w−b), or over what rounding of the data
   * leaves of that where these all but cancel: not less than 2⁻²⁰ of (Σ|wᵢ−bᵢ|σᵢ)²γ + Σ|μᵢwᵢ| +
   * costs, nor than 2⁻²⁴ of Σ(γσᵢ Σ|wⱼ−bⱼ|σⱼ + |μᵢ|)(upperᵢ − lowerᵢ); on the java engine nor than
   * 2⁻⁶⁴ of γ(Σσᵢ(upperᵢ − lowerᵢ))², where all risk can be shed. Of a target risk, whose γ is
   * found and has no end where the target is near what can be hedged: over max(|μ'w|, costs) and
   * the terms without a γ, on the native engines with the slopes of costs beside |μᵢ|. Of a Sharpe
   * ratio: over the ratio itself.
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

  /**
   * What is traded, Σ|w − w₀|.
   *
   * @return buying and selling together, a fraction of equity; NaN if there are no weights or no
   *     current weights
   */
  public double turnover() {
    return turnover;
  }

  /**
   * The transaction costs.
   *
   * @return a fraction of equity; 0 if none were given, NaN if there are no weights
   */
  public double costs() {
    return costs;
  }

  /**
   * The constraints that have a shadow price: "budget", the rows by their names, then "turnover",
   * "gross exposure", "target return" and "target risk" where they are part of the problem.
   *
   * @return the names, immutable
   */
  public List<String> constraintNames() {
    return constraintNames;
  }

  /**
   * The derivative of the optimal objective by a constraint's binding limit: at least 0 if that is
   * a lower limit, at most 0 if it is an upper one, of either sign for an equality.
   *
   * @param constraint one of {@link #constraintNames}
   * @return its price; 0 if neither limit binds, NaN if there are no weights
   * @throws InvalidInputException if there is no constraint of that name
   */
  public double shadowPrice(String constraint) {
    return shadowPrices[BatchSolution.indexOf(constraint, constraintNames)];
  }

  /**
   * All shadow prices.
   *
   * @return one for each of {@link #constraintNames}, a copy; NaN if there are no weights
   */
  public double[] shadowPrices() {
    return shadowPrices.clone();
  }

  /**
   * The derivative of the optimal objective by each weight's binding bound: at least 0 at a lower
   * bound, at most 0 at an upper one, 0 in between.
   *
   * @return [n], a copy; NaN if there are no weights
   * @throws IllegalStateException if {@link SolveOptions#withReducedCosts} did not ask for them
   */
  public double[] reducedCosts() {
    if (reducedCosts == null) {
      throw new IllegalStateException("reduced costs: ask for them by withReducedCosts()");
    }
    return reducedCosts.clone();
  }
}
