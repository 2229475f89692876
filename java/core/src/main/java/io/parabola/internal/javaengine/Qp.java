package io.parabola.internal.javaengine;

import io.parabola.internal.CostData;
import io.parabola.internal.ScenarioData;
import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * The one problem that every objective is brought to:
 *
 * <pre>
 *     minimise    ½ γ (w−b)'Σ(w−b) − q'w + Σ buy x⁺ + sell x⁻ + quadratic x² + power |x|^p,   x = w − w₀
 *     subject to  lower &lt;= w &lt;= upper,  rowLower &lt;= A w &lt;= rowUpper,
 *                 Σ|w − w₀| &lt;= turnover,  Σ|w| &lt;= gross
 * </pre>
 *
 * <p>The budget is the first of the rows, a target return the last. Bounds are finite. A weight's
 * kinks are w₀, where there is a linear or a power cost or a turnover limit, and 0, where gross
 * exposure is limited.
 */
final class Qp {
  final int n;
  final double[][] sigma;
  final double[] w0;
  final double exponent;
  final double[] benchmark;

  double[] buy;
  double[] sell;
  double[] quadratic;
  double[] power;
  double gamma;
  double[] q;
  double[] lower;
  double[] upper;
  double[][] rows;
  double[] rowLower;
  double[] rowUpper;
  double turnover;
  double gross;

  Qp(double[][] sigma, ScenarioData data) {
    this.sigma = sigma;
    n = sigma.length;
    boolean budgeted = data.problem.hasBudget();
    int m = data.rowLower.length + (budgeted ? 1 : 0);
    rows = new double[m][];
    rowLower = new double[m];
    rowUpper = new double[m];
    if (budgeted) {
      rows[0] = new double[n];
      Arrays.fill(rows[0], 1);
      rowLower[0] = data.budget;
      rowUpper[0] = data.budget;
    }
    int first = budgeted ? 1 : 0;
    System.arraycopy(data.rows, 0, rows, first, m - first);
    System.arraycopy(data.rowLower, 0, rowLower, first, m - first);
    System.arraycopy(data.rowUpper, 0, rowUpper, first, m - first);
    turnover = data.maximumTurnover;
    gross = data.maximumGrossExposure;
    benchmark = data.benchmark == null ? new double[n] : data.benchmark;
    CostData costs = data.costs;
    w0 = data.currentWeights == null ? new double[n] : data.currentWeights;
    buy = costs == null ? new double[n] : costs.buy();
    sell = costs == null ? new double[n] : costs.sell();
    exponent = costs == null ? 2 : costs.exponent();
    quadratic = costs == null ? new double[n] : costs.quadratic().clone();
    power = costs == null ? new double[n] : costs.power().clone();
    if (exponent == 2) {
      for (int i = 0; i < n; i++) {
        quadratic[i] += power[i];
        power[i] = 0;
      }
    }
  }

  private Qp(Qp other) {
    sigma = other.sigma;
    n = other.n;
    w0 = other.w0;
    buy = other.buy;
    sell = other.sell;
    quadratic = other.quadratic;
    power = other.power;
    exponent = other.exponent;
    benchmark = other.benchmark;
    gamma = other.gamma;
    q = other.q;
    lower = other.lower;
    upper = other.upper;
    rows = other.rows;
    rowLower = other.rowLower;
    rowUpper = other.rowUpper;
    turnover = other.turnover;
    gross = other.gross;
  }

  /** The same problem at another exchange rate of risk and return. */
  Qp at(double newGamma, double[] newQ) {
    Qp copy = new Qp(this);
    copy.gamma = newGamma;
    copy.q = newQ;
    return copy;
  }

  /** The same problem within other bounds. */
  Qp within(double[] newLower, double[] newUpper) {
    Qp copy = new Qp(this);
    copy.lower = newLower;
    copy.upper = newUpper;
    return copy;
  }

  /** The same problem with one more row. */
  Qp with(double[] row, double least, double most) {
    Qp copy = new Qp(this);
    int m = rows.length;
    copy.rows = Arrays.copyOf(rows, m + 1);
    copy.rowLower = Arrays.copyOf(rowLower, m + 1);
    copy.rowUpper = Arrays.copyOf(rowUpper, m + 1);
    copy.rows[m] = row;
    copy.rowLower[m] = least;
    copy.rowUpper[m] = most;
    return copy;
  }

  /** The same problem with other rows. */
  Qp having(double[][] newRows, double[] newLower, double[] newUpper) {
    Qp copy = new Qp(this);
    copy.rows = newRows;
    copy.rowLower = newLower;
    copy.rowUpper = newUpper;
    return copy;
  }

  /** The same problem without costs. */
  Qp withoutCosts() {
    Qp copy = new Qp(this);
    copy.buy = new double[n];
    copy.sell = new double[n];
    copy.quadratic = new double[n];
    copy.power = new double[n];
    return copy;
  }

  boolean hasTradeKink(int i) {
    return turnover < Double.POSITIVE_INFINITY || buy[i] + sell[i] + power[i] > 0;
  }

  boolean hasGrossKink() {
    return gross < Double.POSITIVE_INFINITY;
  }

  /** Whether box and budget are all there is. */
  boolean isPlain() {
    boolean plain = rows.length == 1 && rowLower[0] == rowUpper[0] && !hasGrossKink();
    for (int i = 0; i < n && plain; i++) {
      plain = rows[0][i] == 1 && quadratic[i] == 0 && !hasTradeKink(i);
    }
    return plain;
  }

  /** The bounds of a weight and its kinks between them, ascending, none twice. */
  double[] breakpoints(int i) {
    double[] points = {lower[i], upper[i], lower[i], lower[i]};
    if (hasTradeKink(i)) {
      points[2] = Math.min(Math.max(w0[i], lower[i]), upper[i]);
    }
    if (hasGrossKink()) {
      points[3] = Math.min(Math.max(0.0, lower[i]), upper[i]);
    }
    return Arrays.stream(points).map(v -> v + 0.0).sorted().distinct().toArray();
  }

  /** w − b. */
  private double[] active(double[] w) {
    double[] active = w.clone();
    for (int i = 0; i < n; i++) {
      active[i] -= benchmark[i];
    }
    return active;
  }

  /** (w−b)'Σ(w−b). */
  double variance(double[] w) {
    double[] active = active(w);
    double[] terms = new double[n];
    for (int i = 0; i < n; i++) {
      terms[i] = active[i] * Dense.dot(sigma[i], active, n);
    }
    return Math.max(0, ScenarioRules.sum(terms));
  }

  /** q'w. */
  double reward(double[] w) {
    double[] terms = new double[n];
    for (int i = 0; i < n; i++) {
      terms[i] = q[i] * w[i];
    }
    return ScenarioRules.sum(terms);
  }

  /** q + γΣb: what stands before w in the objective. */
  double[] linear() {
    double[] linear = q.clone();
    for (int i = 0; i < n; i++) {
      linear[i] += gamma * Dense.dot(sigma[i], benchmark, n);
    }
    return linear;
  }

  /** γΣ(w−b) − q and the derivative of the quadratic costs: all of the gradient that is smooth. */
  double[] gradient(double[] w) {
    double[] g = new double[n];
    double[] active = active(w);
    for (int i = 0; i < n; i++) {
      g[i] = gamma * Dense.dot(sigma[i], active, n) - q[i] + 2 * quadratic[i] * (w[i] - w0[i]);
    }
    return g;
  }

  /** What rounding may have done to each entry of the gradient. */
  double[] gradientRounding(double[] w) {
    double[] rounding = new double[n];
    double[] active = active(w);
    for (int i = 0; i < n; i++) {
      double size = Math.abs(q[i]) + 2 * quadratic[i] * (Math.abs(w[i]) + Math.abs(w0[i]));
      for (int j = 0; j < n; j++) {
        size += gamma * Math.abs(sigma[i][j] * active[j]);
      }
      rounding[i] = 4 * Math.ulp(1.0) * size;
    }
    return rounding;
  }

  /**
   * The slope of what is not smooth (linear costs, κ|w − w₀| and ρ|w|) just right of a weight, or
   * just left of it.
   */
  double slope(int i, double weight, boolean right, double kappa, double rho) {
    double slope = 0;
    if (hasTradeKink(i)) {
      boolean buys = weight > w0[i] || weight == w0[i] && right;
      slope += buys ? buy[i] + kappa : -(sell[i] + kappa);
    }
    if (hasGrossKink()) {
      slope += weight > 0 || weight == 0 && right ? rho : -rho;
    }
    return slope;
  }

  /** The derivative of power |x|^p. */
  double powerSlope(int i, double x) {
    return power[i] == 0
        ? 0
        : Math.signum(x) * exponent * power[i] * Math.pow(Math.abs(x), exponent - 1);
  }

  /** Its second derivative, infinite at x = 0. */
  double powerCurvature(int i, double x) {
    return power[i] == 0
        ? 0
        : exponent * (exponent - 1) * power[i] * Math.pow(Math.abs(x), exponent - 2);
  }

  /** All transaction costs. */
  double costs(double[] w) {
    double[] terms = new double[n];
    for (int i = 0; i < n; i++) {
      double x = w[i] - w0[i];
      terms[i] =
          (x > 0 ? buy[i] : -sell[i]) * x
              + quadratic[i] * x * x
              + (power[i] == 0 ? 0 : power[i] * Math.pow(Math.abs(x), exponent));
    }
    return ScenarioRules.sum(terms);
  }
}
