package io.parabola.internal;

import io.parabola.Covariance;
import io.parabola.Objective;

/**
 * The contents of a problem; arrays of n, not copied and not to be modified.
 *
 * @param covariance Σ [n, n]
 * @param expectedReturns μ, finite
 * @param objective what is asked for
 * @param lower lower bounds, possibly minus infinity
 * @param upper upper bounds, possibly plus infinity; none below its lower bound
 * @param hasBudget whether the weights have to sum to the budget
 * @param budget what the weights sum to, finite; 0 if there is no budget
 * @param rows linear constraints, possibly none of them; not null
 * @param currentWeights w0, finite, or null; not null if there is a turnover limit or a cost
 * @param maximumTurnover limit of Σ|w − w0|; infinite for none
 * @param maximumGrossExposure limit of Σ|w|; infinite for none
 * @param costs transaction costs, or null
 * @param benchmark b, finite, or null for zeros
 * @param start weights to start from, finite, or null
 */
public record ProblemData(
    Covariance covariance,
    double[] expectedReturns,
    Objective objective,
    double[] lower,
    double[] upper,
    boolean hasBudget,
    double budget,
    RowData rows,
    double[] currentWeights,
    double maximumTurnover,
    double maximumGrossExposure,
    CostData costs,
    double[] benchmark,
    double[] start) {
  /**
   * The risk aversion of an objective that has a fixed one.
   *
   * @return γ; 1 for those that minimise variance, and for those that find their own
   */
  public double riskAversion() {
    return objective.kind() == Objective.Kind.RISK_AVERSION ? objective.value() : 1;
  }

  /**
   * Whether box and budget are all that limits the weights, and nothing is paid for trading.
   *
   * @return whether it is the plain problem, whatever its objective and covariance
   */
  public boolean isPlain() {
    return hasBudget
        && rows.count() == 0
        && maximumTurnover == Double.POSITIVE_INFINITY
        && maximumGrossExposure == Double.POSITIVE_INFINITY
        && costs == null
        && benchmark == null;
  }
}
