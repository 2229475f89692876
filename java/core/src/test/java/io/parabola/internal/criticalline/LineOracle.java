package io.parabola.internal.criticalline;

import io.parabola.internal.criticalline.EfficientLine.Portfolio;
import java.math.BigDecimal;

/** What efficient portfolios are judged by; exact arithmetic, and no code of theirs. */
final class LineOracle {
  private LineOracle() {}

  /**
   * A bound on what ½ w'Σw − τμ'w can still fall by, from the portfolio's own multipliers and
   * without any rounding: Σ max(z (w − lower), z (w − upper)) + Σ y⁺ (Aw − lower) + y⁻ (upper − Aw)
   * with z = Σw − τμ − y₀ − A'y.
   */
  static double gap(LineProblem problem, Portfolio portfolio) {
    int n = problem.size();
    double[] w = portfolio.weights();
    double[] y = portfolio.multipliers();
    double far = 10 * Math.max(Math.abs(problem.budget()), largest(w));
    BigDecimal tau = new BigDecimal(portfolio.riskTolerance());
    BigDecimal gap = BigDecimal.ZERO;
    for (int i = 0; i < n; i++) {
      double[] column = problem.covariance().column(i);
      BigDecimal z = tau.multiply(new BigDecimal(problem.expectedReturns()[i])).negate();
      for (int j = 0; j < n; j++) {
        z = w[j] == 0 ? z : z.add(product(column[j], w[j]));
      }
      z = z.subtract(new BigDecimal(y[0]));
      for (int r = 0; r < problem.rows().length; r++) {
        z = z.subtract(product(usable(problem, r, y[1 + r]), problem.rows()[r][i]));
      }
      double low = Math.max(problem.lower()[i], budgetLeaves(problem, i, problem.upper(), -far));
      double high = Math.min(problem.upper()[i], budgetLeaves(problem, i, problem.lower(), far));
      double bound = z.signum() > 0 ? low : high;
      gap = gap.add(z.multiply(new BigDecimal(w[i]).subtract(new BigDecimal(bound))));
    }
    for (int r = 0; r < problem.rows().length; r++) {
      double multiplier = usable(problem, r, y[1 + r]);
      if (multiplier != 0) {
        double limit = multiplier > 0 ? problem.rowLower()[r] : problem.rowUpper()[r];
        BigDecimal slack = activity(problem, r, w).subtract(new BigDecimal(limit));
        gap = gap.add(slack.multiply(new BigDecimal(multiplier)));
      }
    }
    return gap.doubleValue();
  }

  /** What the budget and the others' bounds leave of an infinite bound, and no more than far. */
  private static double budgetLeaves(LineProblem problem, int i, double[] others, double far) {
    double left = problem.budget();
    for (int j = 0; j < others.length; j++) {
      left -= j == i ? 0 : others[j];
    }
    return far > 0 ? Math.min(left, far) : Math.max(left, far);
  }

  /** Rounding may leave a multiplier of the wrong sign, next to nothing, where no limit is. */
  private static double usable(LineProblem problem, int r, double y) {
    double limit = y > 0 ? problem.rowLower()[r] : problem.rowUpper()[r];
    return Double.isInfinite(limit) ? 0 : y;
  }

  /** The largest amount by which a bound, the budget or a row is missed, over the size of terms. */
  static double infeasibility(LineProblem problem, double[] w) {
    double most = 0;
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < w.length; i++) {
      if (!(w[i] >= problem.lower()[i] && w[i] <= problem.upper()[i])) {
        return Double.POSITIVE_INFINITY;
      }
      sum = sum.add(new BigDecimal(w[i]));
    }
    double size = Math.max(Math.abs(problem.budget()), largest(w));
    most = Math.abs(sum.subtract(new BigDecimal(problem.budget())).doubleValue()) / size;
    for (int r = 0; r < problem.rows().length; r++) {
      double activity = activity(problem, r, w).doubleValue();
      double missed = Math.max(problem.rowLower()[r] - activity, activity - problem.rowUpper()[r]);
      if (missed > 0) {
        most = Math.max(most, missed / (largest(problem.rows()[r]) * size));
      }
    }
    return most;
  }

  /**
   * The size that a gap is small beside: max(w'Σw, τ |μ'w|), and what is left of it by rounding of
   * the gradient (64 units of Σ |terms|) at 1e-8 of the gap allowed.
   */
  static double size(LineProblem problem, Portfolio portfolio) {
    int n = problem.size();
    double[] w = portfolio.weights();
    double tau = portfolio.riskTolerance();
    double far = 10 * Math.max(Math.abs(problem.budget()), largest(w));
    double gross = 0;
    double risk = 0;
    double most = 0;
    for (int i = 0; i < n; i++) {
      double deviation = Math.sqrt(problem.covariance().variance(i));
      risk += Math.abs(w[i]) * deviation;
      gross += Math.abs(w[i]);
      most = Math.max(most, deviation);
    }
    // Nothing but a rounding of the weights is known of the risk of a riskless portfolio.
    risk = risk <= n * Math.ulp(gross) * most ? gross * most : risk;
    double rounding = 0;
    for (int i = 0; i < n; i++) {
      double deviation = Math.sqrt(problem.covariance().variance(i));
      double low = Math.max(problem.lower()[i], -far);
      double high = Math.min(problem.upper()[i], far);
      rounding +=
          64
              * Math.ulp(1.0)
              * (risk * deviation + tau * Math.abs(problem.expectedReturns()[i]))
              * (high - low);
    }
    return Math.max(portfolio.variance(), tau * Math.abs(portfolio.expectedReturn()))
        + rounding / 1e-8;
  }

  private static BigDecimal activity(LineProblem problem, int r, double[] w) {
    BigDecimal activity = BigDecimal.ZERO;
    for (int i = 0; i < w.length; i++) {
      activity = activity.add(product(problem.rows()[r][i], w[i]));
    }
    return activity;
  }

  private static BigDecimal product(double a, double b) {
    return new BigDecimal(a).multiply(new BigDecimal(b));
  }

  private static double largest(double[] x) {
    double largest = 0;
    for (double value : x) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
