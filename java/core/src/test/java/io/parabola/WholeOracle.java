package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/**
 * What portfolios with rows, costs, limits and targets are judged by: the data of the problem and
 * the weights and prices of the solution, in the plainest of terms; shares no code with any engine.
 */
final class WholeOracle {
  private static final double NONE = Double.POSITIVE_INFINITY;

  private final Problem problem;
  private final double[] sigma;
  private final double[] w;
  private final int n;
  private final double[] mu;
  private final double[] w0;
  private final double[] b;
  private final double[] lower;
  private final double[] upper;
  private final double[][] rows;
  private final double[] rowLower;
  private final double[] rowUpper;

  WholeOracle(Problem problem, double[] w) {
    this.problem = problem;
    this.w = w;
    n = w.length;
    sigma = problem.covariance().toArray();
    mu = problem.expectedReturns();
    w0 = problem.currentWeights() == null ? new double[n] : problem.currentWeights();
    b = problem.benchmark() == null ? new double[n] : problem.benchmark();
    double reach = 10 * largest(w, Math.abs(problem.budget()));
    lower = problem.lower();
    upper = problem.upper();
    for (int i = 0; i < n; i++) {
      lower[i] = Double.isInfinite(lower[i]) ? -reach : lower[i];
      upper[i] = Double.isInfinite(upper[i]) ? reach : upper[i];
    }
    LinearConstraints constraints = problem.constraints();
    int m = constraints == null ? 0 : constraints.rows();
    rows = new double[m][];
    rowLower = m == 0 ? new double[0] : constraints.lower();
    rowUpper = m == 0 ? new double[0] : constraints.upper();
    for (int r = 0; r < m; r++) {
      rows[r] = Arrays.copyOfRange(constraints.coefficients(), r * n, (r + 1) * n);
    }
  }

  private static double largest(double[] values, double least) {
    double largest = least;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  void assertFeasible(String who) {
    for (int i = 0; i < n; i++) {
      assertTrue(
          w[i] >= problem.lower()[i] && w[i] <= problem.upper()[i],
          who + ": weight " + i + " is " + w[i]);
    }
    if (problem.hasBudget()) {
      double[] ones = new double[n];
      Arrays.fill(ones, 1);
      assertMet(who + ": budget", ones, problem.budget(), problem.budget());
    }
    for (int r = 0; r < rows.length; r++) {
      assertMet(who + ": row " + r, rows[r], rowLower[r], rowUpper[r]);
    }
    double size = 1e-12 * (largest(w, 0) + largest(w0, 0)) * n;
    assertTrue(turnover() <= problem.maximumTurnover() + size, who + ": turnover " + turnover());
    assertTrue(gross() <= problem.maximumGrossExposure() + size, who + ": gross " + gross());
    if (problem.objective().kind() == Objective.Kind.TARGET_RETURN) {
      assertMet(who + ": target return", mu, problem.objective().value(), NONE);
    }
    if (problem.objective().kind() == Objective.Kind.TARGET_RISK) {
      double most = problem.objective().value();
      assertTrue(
          variance() <= most * most * (1 + 1e-11) + 1e-14 * risk() * risk(),
          who + ": risk " + Math.sqrt(variance()) + " > " + most);
    }
  }

  private void assertMet(String what, double[] row, double low, double high) {
    double activity = Oracle.dot(row, w);
    double size = largest(row, 0) * largest(w, 0);
    double allowed = 1e-12 * Math.max(size, Math.max(finite(low), finite(high)));
    assertTrue(activity >= low - allowed, what + " is " + activity + " < " + low);
    assertTrue(activity <= high + allowed, what + " is " + activity + " > " + high);
  }

  private static double finite(double limit) {
    return Double.isInfinite(limit) ? 0 : Math.abs(limit);
  }

  double variance() {
    double[] active = new double[n];
    for (int i = 0; i < n; i++) {
      active[i] = w[i] - b[i];
    }
    double[] terms = new double[n];
    for (int i = 0; i < n; i++) {
      terms[i] = active[i] * Oracle.dot(Arrays.copyOfRange(sigma, i * n, (i + 1) * n), active);
    }
    return Oracle.sum(terms);
  }

  /** Σ (|w| + |b|) σ: the volatility if nothing diversified or hedged. */
  private double risk() {
    double risk = 0;
    for (int i = 0; i < n; i++) {
      risk += (Math.abs(w[i]) + Math.abs(b[i])) * Math.sqrt(sigma[i * n + i]);
    }
    return risk;
  }

  double turnover() {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.abs(w[i] - w0[i]);
    }
    return problem.currentWeights() == null ? 0 : sum;
  }

  double gross() {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.abs(w[i]);
    }
    return sum;
  }

  double costs() {
    double[] trades = new double[n];
    for (int i = 0; i < n; i++) {
      trades[i] = w[i] - w0[i];
    }
    return problem.transactionCosts() == null ? 0 : problem.transactionCosts().of(trades);
  }

  double objective() {
    double v = variance();
    switch (problem.objective().kind()) {
      case RISK_AVERSION:
        return 0.5 * problem.objective().value() * v - Oracle.dot(mu, w) + costs();
      case TARGET_RISK:
        return costs() - Oracle.dot(mu, w);
      case MAXIMUM_SHARPE:
        return (costs() - Oracle.dot(mu, w) + problem.objective().value()) / Math.sqrt(v);
      default:
        return 0.5 * v + costs();
    }
  }

  private boolean countsReturns() {
    Objective.Kind kind = problem.objective().kind();
    return kind != Objective.Kind.MINIMUM_VARIANCE && kind != Objective.Kind.TARGET_RETURN;
  }

  private double gamma(Solution solution) {
    switch (problem.objective().kind()) {
      case RISK_AVERSION:
        return problem.objective().value();
      case TARGET_RISK:
        return problem.objective().value() == 0
            ? 0
            : -solution.shadowPrice("target risk") / problem.objective().value();
      case MAXIMUM_SHARPE:
        return -objective() / Math.sqrt(variance());
      default:
        return 1;
    }
  }

  /** The largest term of the objective; for the maximum Sharpe ratio in the unit of returns. */
  double scale(Solution solution) {
    double reward = countsReturns() ? Math.abs(Oracle.dot(mu, w)) : 0;
    return Math.max(Math.max(gamma(solution) * variance(), reward), costs());
  }

  /**
   * What any feasible portfolio can gain at most, from convexity and the solution's prices alone;
   * in the unit of the objective, but for the maximum Sharpe ratio in that of returns.
   */
  double gap(Solution solution) {
    double gamma = gamma(solution);
    boolean sharpe = problem.objective().kind() == Objective.Kind.MAXIMUM_SHARPE;
    double unit = sharpe ? Math.sqrt(variance()) : 1;
    double kappa =
        solution.constraintNames().contains("turnover")
            ? -solution.shadowPrice("turnover") * unit
            : 0;
    double rho =
        solution.constraintNames().contains("gross exposure")
            ? -solution.shadowPrice("gross exposure") * unit
            : 0;
    assertTrue(kappa >= 0 && rho >= 0, "prices of upper limits: " + kappa + ", " + rho);
    double[] z = new double[n];
    double gap = 0;
    for (int i = 0; i < n; i++) {
      double[] terms = new double[n + 1];
      for (int j = 0; j < n; j++) {
        terms[j] = gamma * sigma[i * n + j] * (w[j] - b[j]);
      }
      terms[n] = countsReturns() ? -mu[i] : 0;
      z[i] = Oracle.sum(terms);
    }
    if (problem.hasBudget()) {
      double[] ones = new double[n];
      Arrays.fill(ones, 1);
      double price = solution.shadowPrice("budget") * unit;
      gap += price(z, ones, price, problem.budget(), problem.budget());
    }
    for (int r = 0; r < rows.length; r++) {
      double price = solution.shadowPrice(problem.constraints().names().get(r)) * unit;
      gap += price(z, rows[r], price, rowLower[r], rowUpper[r]);
    }
    if (problem.objective().kind() == Objective.Kind.TARGET_RETURN) {
      gap += price(z, mu, solution.shadowPrice("target return"), problem.objective().value(), NONE);
    }
    gap += kappa == 0 ? 0 : kappa * Math.abs(problem.maximumTurnover() - turnover());
    gap += rho == 0 ? 0 : rho * Math.abs(problem.maximumGrossExposure() - gross());
    if (problem.objective().kind() == Objective.Kind.TARGET_RISK) {
      double target = problem.objective().value();
      gap += 0.5 * gamma * Math.abs(target * target - variance());
    }
    for (int i = 0; i < n; i++) {
      gap += gain(i, z[i], kappa, rho);
    }
    return gap;
  }

  /** Takes a row's price off the gradient; returns what its slack is worth. */
  private double price(double[] z, double[] row, double price, double low, double high) {
    if (price == 0) {
      return 0;
    }
    double limit = price > 0 ? low : high;
    assertTrue(!Double.isInfinite(limit), "a price of " + price + " on a limit that is not there");
    for (int i = 0; i < n; i++) {
      z[i] -= price * row[i];
    }
    return Math.abs(price * (Oracle.dot(row, w) - limit));
  }

  /** What one weight alone can gain: the least of a convex function by golden section. */
  private double gain(int i, double z, double kappa, double rho) {
    double best = 0;
    double[] points = {lower[i], upper[i], within(i, w0[i]), within(i, 0)};
    Arrays.sort(points);
    for (int k = 0; k < 4; k++) {
      best = Math.max(best, drop(i, points[k], z, kappa, rho));
      if (k < 3 && points[k] < points[k + 1] && problem.transactionCosts() != null) {
        double low = points[k];
        double high = points[k + 1];
        for (int step = 0; step < 120; step++) {
          double one = low + 0.382 * (high - low);
          double two = low + 0.618 * (high - low);
          if (drop(i, one, z, kappa, rho) > drop(i, two, z, kappa, rho)) {
            high = two;
          } else {
            low = one;
          }
        }
        best = Math.max(best, drop(i, 0.5 * (low + high), z, kappa, rho));
      }
    }
    return best;
  }

  private double within(int i, double value) {
    return Math.min(Math.max(value, lower[i]), upper[i]);
  }

  private double drop(int i, double v, double z, double kappa, double rho) {
    return z * (w[i] - v)
        + cost(i, w[i] - w0[i])
        - cost(i, v - w0[i])
        + kappa * (Math.abs(w[i] - w0[i]) - Math.abs(v - w0[i]))
        + rho * (Math.abs(w[i]) - Math.abs(v));
  }

  private double cost(int i, double trade) {
    if (problem.transactionCosts() == null) {
      return 0;
    }
    double[] trades = new double[n];
    trades[i] = trade;
    return problem.transactionCosts().of(trades);
  }

  /**
   * What rounding alone can make of a gap: every gradient is off by some roundings of its terms,
   * and that times the width of its bounds is gap; a cost is off by a rounding of the weights it is
   * worked out from; and where all vanishes, weights are off by roundings of their bounds.
   */
  double roundingOfGap(Solution solution) {
    double gamma = gamma(solution);
    double unit =
        problem.objective().kind() == Objective.Kind.MAXIMUM_SHARPE ? Math.sqrt(variance()) : 1;
    double total = 0;
    double held = largest(w, largest(w0, 0));
    double widest = 0;
    for (int i = 0; i < n; i++) {
      double size = countsReturns() ? Math.abs(mu[i]) : 0;
      for (int j = 0; j < n; j++) {
        size += gamma * Math.abs(sigma[i * n + j]) * (Math.abs(w[j]) + Math.abs(b[j]));
      }
      for (int r = 0; r < rows.length; r++) {
        String name = problem.constraints().names().get(r);
        size += Math.abs(solution.shadowPrice(name) * unit * rows[r][i]);
      }
      if (problem.objective().kind() == Objective.Kind.TARGET_RETURN) {
        size += Math.abs(solution.shadowPrice("target return") * mu[i]);
      }
      total += 32 * Math.ulp(1.0) * size * (upper[i] - lower[i]);
      total += 32 * Math.ulp(1.0) * cost(i, held);
      widest += (upper[i] - lower[i]) * Math.sqrt(sigma[i * n + i]);
    }
    return total + 1e-8 * 0x1p-64 * gamma * widest * widest;
  }

  /** That the solution says of itself what its weights say of it. */
  void assertFigures(Solution solution, String who) {
    double size = 1e-11 * scale(solution);
    double floor = 1e-13 * (risk() * risk() * Math.max(1, gamma(solution)));
    // Returns that cancel are known to a rounding of what they were before.
    for (int i = 0; i < n; i++) {
      floor += n * Math.ulp(1.0) * Math.abs(mu[i] * w[i]);
    }
    assertEquals(
        variance(), solution.variance(), 1e-11 * variance() + 1e-13 * risk() * risk(), who);
    if (problem.objective().kind() != Objective.Kind.MAXIMUM_SHARPE) {
      assertEquals(objective(), solution.objective(), size + floor, who);
    } else {
      assertEquals(objective(), solution.objective(), 1e-9 * Math.abs(objective()), who);
    }
    assertEquals(costs(), solution.costs(), 1e-12 * costs(), who);
    if (problem.currentWeights() != null) {
      assertEquals(turnover(), solution.turnover(), 1e-12 * (gross() + turnover()), who);
    }
  }
}
