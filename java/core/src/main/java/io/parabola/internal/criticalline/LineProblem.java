package io.parabola.internal.criticalline;

import java.util.Arrays;

/**
 * What a frontier is of:
 *
 * <pre>
 *     minimise    ½ w'Σw − τ μ'w
 *     subject to  1'w = budget,  lower &lt;= w &lt;= upper,  rowLower &lt;= A w &lt;= rowUpper
 * </pre>
 *
 * for every risk tolerance τ >= 0. Arrays are neither copied nor modified.
 *
 * @param covariance Σ, positive semidefinite
 * @param expectedReturns μ [n], finite
 * @param lower lower bounds [n], possibly minus infinity
 * @param upper upper bounds [n], possibly plus infinity; none below its lower bound
 * @param budget what the weights sum to, finite
 * @param rows A [m][n], finite; m may be 0
 * @param rowLower [m], possibly minus infinity
 * @param rowUpper [m], possibly plus infinity; none below its lower limit
 */
public record LineProblem(
    CovarianceColumns covariance,
    double[] expectedReturns,
    double[] lower,
    double[] upper,
    double budget,
    double[][] rows,
    double[] rowLower,
    double[] rowUpper) {

  /**
   * A problem without rows.
   *
   * @param covariance Σ
   * @param expectedReturns μ [n]
   * @param lower lower bounds [n]
   * @param upper upper bounds [n]
   * @param budget what the weights sum to
   * @return the problem
   */
  public static LineProblem of(
      CovarianceColumns covariance,
      double[] expectedReturns,
      double[] lower,
      double[] upper,
      double budget) {
    return new LineProblem(
        covariance,
        expectedReturns,
        lower,
        upper,
        budget,
        new double[0][],
        new double[0],
        new double[0]);
  }

  int size() {
    return expectedReturns.length;
  }

  /** The equations and rows together [1 + m][n]: the budget is the first. */
  double[][] allRows() {
    double[][] all = new double[1 + rows.length][];
    all[0] = new double[size()];
    Arrays.fill(all[0], 1);
    System.arraycopy(rows, 0, all, 1, rows.length);
    return all;
  }

  double[] allLower() {
    return behindBudget(rowLower);
  }

  double[] allUpper() {
    return behindBudget(rowUpper);
  }

  private double[] behindBudget(double[] limits) {
    double[] all = new double[1 + limits.length];
    all[0] = budget;
    System.arraycopy(limits, 0, all, 1, limits.length);
    return all;
  }
}
