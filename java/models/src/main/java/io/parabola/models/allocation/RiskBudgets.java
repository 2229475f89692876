package io.parabola.models.allocation;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.internal.Dot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Long-only portfolios in which each asset carries a given part of the risk; equal parts are equal
 * risk contribution (Maillard, Roncalli and Teïletche 2010).
 *
 * <pre>
 *   w_i (Σw)_i / w'Σw = b_i,   Σ b = 1:   w ∝ argmin ½ x'Σx − Σ b_i ln x_i
 * </pre>
 *
 * <p>Which is convex, and has one solution. Rounds coordinate by coordinate (Griveau-Billion,
 * Richard and Roncalli 2013), mostly all that it takes and n² each; where they are slow, Newton's
 * method (Spinu 2013) with a line search.
 */
public final class RiskBudgets {
  private static final int ROUNDS = 60;
  private static final int MOST_STEPS = 100;
  private static final double EXACT = 1e-13;
  private static final double ROUNDING = 4e-16;
  private static final double LEAST_STEP = 1e-9;
  private static final int MOST_NAMES = 6;

  /** A variance below this part of what it is without diversification is rounding's. */
  private static final double NOTHING = 1e-14;

  private RiskBudgets() {}

  /**
   * What was found.
   *
   * @param weights w [n], of sum 1, above 0 where the budget is
   * @param contributions w_i (Σw)_i / w'Σw [n], of sum 1
   * @param worst the largest difference of a contribution and its budget
   */
  public record Result(double[] weights, double[] contributions, double worst) {}

  /**
   * Equal parts for all.
   *
   * @param covariance Σ, n × n
   * @return the portfolio
   * @throws InvalidInputException if an asset, or a portfolio of some, has no variance
   */
  public static Result equal(Covariance covariance) {
    double[] budgets = new double[covariance.size()];
    Arrays.fill(budgets, 1.0 / budgets.length);
    return of(covariance, budgets);
  }

  /**
   * Given parts.
   *
   * @param covariance Σ, n × n
   * @param budgets b [n], at least 0, not all of them; in any unit, they are divided by their sum
   * @return the portfolio; an asset without a budget has no weight
   * @throws InvalidInputException if the length differs, a budget is not usable, or an asset that
   *     has one, or a portfolio of some, has no variance
   */
  public static Result of(Covariance covariance, double[] budgets) {
    int n = covariance.size();
    if (budgets.length != n) {
      throw new InvalidInputException(budgets.length + " risk budgets for " + n + " assets");
    }
    double sum = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (!(budgets[i] >= 0) || Double.isInfinite(budgets[i])) {
        throw new InvalidInputException(
            "risk budget of " + covariance.assets().get(i) + " is " + budgets[i]);
      }
      if (budgets[i] > 0 && !(covariance.variance(i) > 0)) {
        throw new InvalidInputException(
            covariance.assets().get(i) + " has no variance: it can't carry a part of the risk");
      }
      sum += budgets[i];
      count += budgets[i] > 0 ? 1 : 0;
    }
    if (count == 0) {
      throw new InvalidInputException("no asset has a risk budget");
    }
    int[] held = new int[count];
    for (int i = 0, k = 0; i < n; i++) {
      if (budgets[i] > 0) {
        held[k++] = i;
      }
    }
    // In units of the deviations: C instead of Σ, which is better conditioned and changes nothing.
    double[] deviation = new double[count];
    double[] b = new double[count];
    double[][] c = new double[count][count];
    for (int k = 0; k < count; k++) {
      deviation[k] = Math.sqrt(covariance.variance(held[k]));
      b[k] = budgets[held[k]] / sum;
    }
    for (int k = 0; k < count; k++) {
      for (int l = 0; l < count; l++) {
        c[k][l] = covariance.get(held[k], held[l]) / deviation[k] / deviation[l];
      }
    }
    double[] x = solve(c, b);
    requireRisk(covariance, held, c, x);
    double[] weights = new double[n];
    double total = 0;
    for (int k = 0; k < count; k++) {
      weights[held[k]] = x[k] / deviation[k];
      total += weights[held[k]];
    }
    for (int i = 0; i < n; i++) {
      weights[i] /= total;
    }
    return result(weights, held, c, deviation, b);
  }

  /** Where a portfolio without variance can be held, as much of it as one likes divides no risk. */
  private static void requireRisk(Covariance covariance, int[] held, double[][] c, double[] x) {
    double sum = Arrays.stream(x).sum();
    double variance = Dot.of(new Point(c, x).y, x);
    if (variance > NOTHING * x.length * sum * sum) {
      return;
    }
    List<String> names = new ArrayList<>();
    double most = Arrays.stream(x).max().orElseThrow();
    for (int k = 0; k < x.length && names.size() < MOST_NAMES; k++) {
      if (x[k] > 1e-3 * most) {
        names.add(covariance.assets().get(held[k]));
      }
    }
    throw new InvalidInputException(
        "a portfolio of "
            + String.join(", ", names)
            + (names.size() == MOST_NAMES ? ", ..." : "")
            + " has no variance: there is no risk to divide");
  }

  private static Result result(
      double[] weights, int[] held, double[][] c, double[] deviation, double[] b) {
    int count = held.length;
    double[] contributions = new double[weights.length];
    double variance = 0;
    for (int k = 0; k < count; k++) {
      double slope = 0;
      for (int l = 0; l < count; l++) {
        slope += c[k][l] * deviation[l] * weights[held[l]];
      }
      contributions[held[k]] = weights[held[k]] * deviation[k] * slope;
      variance += contributions[held[k]];
    }
    double worst = 0;
    for (int k = 0; k < count; k++) {
      contributions[held[k]] /= variance;
      worst = Math.max(worst, Math.abs(contributions[held[k]] - b[k]));
    }
    return new Result(weights, contributions, worst);
  }

  /** x, and Cx with it. */
  private static final class Point {
    final double[] x;
    final double[] y;

    Point(double[][] c, double[] x) {
      this.x = x;
      y = new double[x.length];
      Arrays.setAll(y, k -> Dot.of(c[k], x));
    }

    /** Whether x_k y_k is b_k, as far as rounding lets anyone tell. */
    boolean isExact(double[][] c, double[] b) {
      for (int k = 0; k < x.length; k++) {
        if (Math.abs(x[k] * y[k] - b[k]) > EXACT * b[k]) {
          double terms = 0;
          for (int l = 0; l < x.length; l++) {
            terms += Math.abs(c[k][l]) * x[l];
          }
          if (!(Math.abs(x[k] * y[k] - b[k]) <= ROUNDING * x[k] * terms)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  private static double[] solve(double[][] c, double[] b) {
    double[] start = new double[b.length];
    Arrays.setAll(start, k -> Math.sqrt(b[k]));
    Point at = new Point(c, start);
    for (int round = 0; round < ROUNDS && !at.isExact(c, b); round++) {
      at = new Point(c, round(c, b, at));
    }
    for (int step = 0; step < MOST_STEPS && !at.isExact(c, b); step++) {
      double[] x = newton(c, b, at);
      if (x == null) {
        break;
      }
      at = new Point(c, x);
    }
    return at.x;
  }

  /** Each coordinate once: the positive root of x² + others x = b. */
  private static double[] round(double[][] c, double[] b, Point at) {
    int n = b.length;
    double[] x = at.x.clone();
    double[] y = at.y.clone();
    for (int k = 0; k < n; k++) {
      double others = y[k] - x[k];
      double root = Math.sqrt(others * others + 4 * b[k]);
      // Of two forms of the root the one whose terms do not cancel.
      double next = others > 0 ? 2 * b[k] / (others + root) : 0.5 * (root - others);
      double moved = next - x[k];
      double[] row = c[k];
      for (int l = 0; l < n; l++) {
        y[l] += moved * row[l];
      }
      x[k] = next;
    }
    return x;
  }

  /**
   * Newton's step, relative to x and in units of √b, where the Hessian is I + a matrix that is
   * positive semidefinite; as long as the function allows.
   *
   * @return the next x; null if there is no way down from here
   */
  private static double[] newton(double[][] c, double[] b, Point at) {
    int n = b.length;
    double[] x = at.x;
    double[] unit = new double[n];
    double[] d = new double[n];
    for (int k = 0; k < n; k++) {
      unit[k] = Math.sqrt(b[k]);
      d[k] = (b[k] - x[k] * at.y[k]) / unit[k];
    }
    double[][] hessian = new double[n][];
    for (int k = 0; k < n; k++) {
      hessian[k] = new double[k + 1];
      double own = x[k] / unit[k];
      for (int l = 0; l <= k; l++) {
        hessian[k][l] = own * c[k][l] * (x[l] / unit[l]);
      }
      hessian[k][k] += 1;
    }
    invert(hessian, d);
    double slope = 0;
    double longest = 1;
    double[] s = new double[n];
    for (int k = 0; k < n; k++) {
      d[k] /= unit[k];
      slope += (x[k] * at.y[k] - b[k]) * d[k];
      longest = d[k] < 0 ? Math.min(longest, -0.99 / d[k]) : longest;
      s[k] = x[k] * d[k];
    }
    if (!(slope < 0)) {
      return null;
    }
    double linear = Dot.of(at.y, s);
    double curved = Dot.of(new Point(c, s).y, s);
    for (double length = longest; length > LEAST_STEP; length /= 2) {
      double change = length * linear + 0.5 * length * length * curved;
      for (int k = 0; k < n; k++) {
        change -= b[k] * Math.log1p(length * d[k]);
      }
      // Below rounding the function tells nothing, and Newton's step is as good as can be.
      if (change <= 1e-4 * length * slope || -slope < 1e-14) {
        double[] next = new double[n];
        for (int k = 0; k < n; k++) {
          next[k] = x[k] + length * s[k];
        }
        return next;
      }
    }
    return null;
  }

  /** g ← H⁻¹g by Cholesky; H, its lower half by rows, is overwritten. */
  private static void invert(double[][] h, double[] g) {
    int n = g.length;
    for (int j = 0; j < n; j++) {
      double[] row = h[j];
      for (int i = 0; i < j; i++) {
        row[i] = (row[i] - Dot.of(row, h[i], i)) / h[i][i];
      }
      row[j] = Math.sqrt(row[j] - Dot.of(row, row, j));
      g[j] = (g[j] - Dot.of(row, g, j)) / row[j];
    }
    for (int j = n - 1; j >= 0; j--) {
      g[j] /= h[j][j];
      for (int i = 0; i < j; i++) {
        g[i] -= h[j][i] * g[j];
      }
    }
  }
}
