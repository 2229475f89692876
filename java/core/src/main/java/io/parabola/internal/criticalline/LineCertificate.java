package io.parabola.internal.criticalline;

import io.parabola.internal.DoubleDouble;
import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * Proof of how far a portfolio is from the optimum at a risk tolerance τ. With g = Σw − τμ and any
 * multipliers y, those of rows whose sign lets them, and z = g − C'y:
 *
 * <pre>
 *     f(w) − f(v) &lt;= Σ max(z (w − lower), z (w − upper)) + Σ y⁺ (Cw − rowLower) + y⁻ (rowUpper − Cw)
 * </pre>
 *
 * for every feasible v: terms of which none is negative, so that nothing cancels, and zero at the
 * optimum's own y. It is judged against max(w'Σw, τ |μ'w|), with the floors that rounding sets.
 */
final class LineCertificate {
  private final LineProblem problem;
  private final int n;
  private final double[][] rows;
  private final double[] rowLower;
  private final double[] rowUpper;
  private final double[] lower;
  private final double[] upper;
  private final double[] deviation;
  private final double largestDeviation;
  private final double[] z;

  LineCertificate(LineProblem problem) {
    this.problem = problem;
    n = problem.size();
    rows = problem.allRows();
    rowLower = problem.allLower();
    rowUpper = problem.allUpper();
    lower = problem.lower().clone();
    upper = problem.upper().clone();
    ScenarioRules.enclose(lower, upper, problem.budget(), Double.POSITIVE_INFINITY);
    deviation = new double[n];
    for (int i = 0; i < n; i++) {
      deviation[i] = Math.sqrt(problem.covariance().variance(i));
    }
    largestDeviation = Arrays.stream(deviation).max().orElse(0);
    z = new double[n];
  }

  /**
   * The relative gap.
   *
   * @param w feasible weights [n]
   * @param covariances Σw [n]
   * @param tau τ
   * @param multipliers of the budget and the rows
   * @return at least 0
   */
  double relativeGap(double[] w, double[] covariances, double tau, double[] multipliers) {
    double[] mu = problem.expectedReturns();
    for (int i = 0; i < n; i++) {
      z[i] = covariances[i] - tau * mu[i];
    }
    double gap = 0;
    for (int r = 0; r < rows.length; r++) {
      double y = multipliers[r];
      if ((y > 0 && Double.isInfinite(rowLower[r])) || (y < 0 && Double.isInfinite(rowUpper[r]))) {
        y = 0;
      }
      if (y != 0) {
        double[] row = rows[r];
        for (int i = 0; i < n; i++) {
          z[i] -= y * row[i];
        }
        if (r > 0) {
          // Missed by a rounding, a row makes the portfolio better than it may be: no gap, but as
          // far from the optimum.
          double slack = DoubleDouble.dot(row, w) - (y > 0 ? rowLower[r] : rowUpper[r]);
          gap += Math.abs(y * slack);
        }
      }
    }
    double largest = Math.abs(problem.budget());
    double variance = 0;
    double reward = 0;
    double risk = risk(w, deviation, largestDeviation);
    double rewardBefore = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, Math.abs(w[i]));
      variance += w[i] * covariances[i];
      reward += w[i] * mu[i];
      rewardBefore += Math.abs(w[i] * mu[i]);
    }
    double farthest = ScenarioRules.CERTIFIED * largest;
    double uncertain = 0;
    for (int i = 0; i < n; i++) {
      double low = Math.max(lower[i], Math.min(-farthest, upper[i]));
      double high = Math.min(upper[i], Math.max(farthest, low));
      gap += Math.max(0, z[i] * (w[i] - (z[i] > 0 ? low : high)));
      uncertain += (risk * deviation[i] + tau * Math.abs(mu[i])) * (high - low);
    }
    double size = Math.max(variance, tau * Math.abs(reward));
    size = Math.max(size, 0x1p-20 * (risk * risk + tau * rewardBefore));
    size = Math.max(size, 0x1p-24 * uncertain);
    // Nothing but riskless assets, and no return that counts: a gradient of zero.
    return gap == 0 || size == 0 ? 0 : gap / size;
  }

  /**
   * By how much the rows are missed.
   *
   * @param w weights [n]
   * @return the largest shortfall of a row over its largest coefficient times the largest weight
   */
  double misses(double[] w) {
    double largest = 0;
    for (double weight : w) {
      largest = Math.max(largest, Math.abs(weight));
    }
    double most = 0;
    for (int r = 0; r < rows.length; r++) {
      double activity = 0;
      double coefficient = 0;
      for (int i = 0; i < n; i++) {
        activity += rows[r][i] * w[i];
        coefficient = Math.max(coefficient, Math.abs(rows[r][i]));
      }
      double missed = Math.max(rowLower[r] - activity, activity - rowUpper[r]);
      most = missed > 0 ? Math.max(most, missed / (coefficient * largest)) : most;
    }
    return most;
  }

  /**
   * Σ |w| σ: what a portfolio's volatility was before assets hedged each other. One whose only risk
   * is rounding of its weights has no scale of its own and gets that of the riskiest asset.
   */
  static double risk(double[] w, double[] deviation, double largestDeviation) {
    double risk = 0;
    double gross = 0;
    for (int i = 0; i < w.length; i++) {
      risk += Math.abs(w[i]) * deviation[i];
      gross += Math.abs(w[i]);
    }
    boolean riskless = risk <= w.length * Math.ulp(gross) * largestDeviation;
    return riskless ? gross * largestDeviation : risk;
  }
}
