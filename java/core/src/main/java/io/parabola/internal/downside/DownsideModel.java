package io.parabola.internal.downside;

import io.parabola.Objective;
import io.parabola.internal.CostData;
import io.parabola.internal.ProblemData;
import io.parabola.internal.RowData;
import java.util.Arrays;

/**
 * The problem as the solver takes it:
 *
 * <pre>
 *   minimise  −q'w + costs(w − w0) + θ ρ(losses of w)
 *   lower &lt;= w &lt;= upper, rows; with a limit of the risk θ is 0 and ρ is in a row
 * </pre>
 */
final class DownsideModel {
  final int n;

  /** What is earned, [n]; zeros where risk alone is minimised. */
  final double[] reward;

  /** θ, what a unit of risk costs. */
  final double riskPrice;

  /** Bounds [n], finite: where the problem has none, what the other limits imply. */
  final double[] lower;

  final double[] upper;

  final DownsideRows limits = new DownsideRows();
  final Kinks kinks = new Kinks();

  /** Coefficients of (w − w0)², [n], and w0; null without. */
  final double[] quadratic;

  final double[] current;

  /** The row of the limit of risk, −1 for none. */
  int riskRow = -1;

  /** Null, or what is wrong with the weight of {@link #unboundedAsset}. */
  final String trouble;

  int unboundedAsset = -1;

  DownsideModel(ProblemData problem, double riskLimit) {
    n = problem.lower().length;
    Objective objective = problem.objective();
    boolean earns =
        objective.kind() == Objective.Kind.RISK_AVERSION
            || objective.kind() == Objective.Kind.TARGET_RISK;
    reward = earns ? problem.expectedReturns() : new double[n];
    riskPrice =
        switch (objective.kind()) {
          case RISK_AVERSION -> objective.value();
          case TARGET_RISK -> 0;
          default -> 1;
        };
    lower = problem.lower().clone();
    upper = problem.upper().clone();
    current = problem.currentWeights();
    if (problem.hasBudget()) {
      double[] ones = new double[n];
      Arrays.fill(ones, 1);
      limits.equal("budget", ones, problem.budget());
    }
    RowData rows = problem.rows();
    for (int r = 0; r < rows.count(); r++) {
      double[] c = Arrays.copyOfRange(rows.coefficients(), r * n, (r + 1) * n);
      if (rows.lower()[r] == rows.upper()[r]) {
        limits.equal(rows.names().get(r), c, rows.lower()[r]);
        continue;
      }
      if (rows.lower()[r] > Double.NEGATIVE_INFINITY) {
        limits.atLeast(rows.names().get(r), c, rows.lower()[r]);
      }
      if (rows.upper()[r] < Double.POSITIVE_INFINITY) {
        limits.atMost(rows.names().get(r), c, rows.upper()[r]);
      }
    }
    if (objective.kind() == Objective.Kind.TARGET_RETURN) {
      limits.atLeast("target return", problem.expectedReturns(), objective.value());
    }
    imply(problem);
    limitTurnover(problem.maximumTurnover());
    limitGrossExposure(problem.maximumGrossExposure());
    if (objective.kind() == Objective.Kind.TARGET_RISK) {
      riskRow = limits.rows.size();
      limits.limit("target risk", DownsideRows.Kind.RISK, new double[n], riskLimit);
    }
    quadratic = takeCosts(problem.costs());
    trouble = unbounded();
  }

  /** The bounds that the other limits imply, where there are none. */
  private void imply(ProblemData problem) {
    double gross = problem.maximumGrossExposure();
    double turnover = problem.maximumTurnover();
    for (int i = 0; i < n; i++) {
      boolean open = Double.isInfinite(lower[i]) || Double.isInfinite(upper[i]);
      if (open && gross < Double.POSITIVE_INFINITY) {
        lower[i] = Math.max(lower[i], -gross);
        upper[i] = Math.min(upper[i], gross);
      }
      if (open && turnover < Double.POSITIVE_INFINITY) {
        lower[i] = Math.max(lower[i], current[i] - turnover);
        upper[i] = Math.min(upper[i], current[i] + turnover);
      }
    }
    if (!problem.hasBudget()) {
      return;
    }
    // w_i = budget − the others, which have bounds.
    implyByBudget(lower, upper, problem.budget(), 1);
    implyByBudget(upper, lower, problem.budget(), -1);
  }

  /** Uppers from lowers (sign 1), or lowers from uppers (−1). */
  private static void implyByBudget(double[] from, double[] to, double budget, int sign) {
    double sum = 0;
    int infinite = 0;
    for (double bound : from) {
      if (Double.isInfinite(bound)) {
        infinite++;
      } else {
        sum += bound;
      }
    }
    for (int i = 0; i < to.length; i++) {
      boolean own = Double.isInfinite(from[i]);
      if (Double.isInfinite(to[i]) && infinite == (own ? 1 : 0)) {
        double implied = budget - (sum - (own ? 0 : from[i]));
        // Strictly beyond what can be reached: no bound of the problem's own.
        to[i] = implied + sign * 1e-3 * Math.max(1e-3, Math.abs(implied));
        if (!own && sign * (to[i] - from[i]) <= 0) {
          to[i] = from[i];
        }
      }
    }
  }

  private void limitTurnover(double turnover) {
    if (turnover == Double.POSITIVE_INFINITY) {
      return;
    }
    int row = limits.rows.size();
    limits.limit("turnover", DownsideRows.Kind.TURNOVER, new double[n], turnover);
    for (int i = 0; i < n; i++) {
      kinks.add(i, current[i], 1, 1, 0, row);
    }
  }

  private void limitGrossExposure(double gross) {
    if (gross == Double.POSITIVE_INFINITY) {
      return;
    }
    int row = limits.rows.size();
    double[] c = new double[n];
    limits.limit("gross exposure", DownsideRows.Kind.GROSS_EXPOSURE, c, gross);
    for (int i = 0; i < n; i++) {
      if (lower[i] >= 0 || upper[i] <= 0) {
        c[i] = lower[i] >= 0 ? -1 : 1;
      } else {
        kinks.add(i, 0, 1, 1, 0, row);
      }
    }
  }

  private double[] takeCosts(CostData costs) {
    if (costs == null) {
      return null;
    }
    boolean any = false;
    double[] squares = new double[n];
    for (int i = 0; i < n; i++) {
      kinks.add(i, current[i], costs.buy()[i], costs.sell()[i], 1, -1);
      squares[i] = costs.quadratic()[i] + (costs.exponent() == 2 ? costs.power()[i] : 0);
      any |= squares[i] > 0;
    }
    return any ? squares : null;
  }

  private String unbounded() {
    for (int i = 0; i < n; i++) {
      if (Double.isInfinite(lower[i]) || Double.isInfinite(upper[i])) {
        unboundedAsset = i;
        return (Double.isInfinite(lower[i]) ? "has no lower bound" : "has no upper bound")
            + ", and the other limits imply none: scenarios that are finite in number say nothing"
            + " of what lies beyond them, so each weight needs bounds, or a limit of gross"
            + " exposure";
      }
    }
    return null;
  }
}
