package io.parabola.models.allocation;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import java.util.Arrays;

/**
 * Long-only portfolios in which each asset carries a given part of the risk; equal parts are equal
 * risk contribution (Maillard, Roncalli and Teïletche 2010).
 *
 * <pre>
 *   w_i (Σw)_i / w'Σw = b_i,   Σ b = 1:   w ∝ argmin ½ x'Σx − Σ b_i ln x_i
 * </pre>
 *
 * <p>Which is convex, and has one solution. Newton's method with Nesterov's damping (Spinu 2013)
 * after a few rounds coordinate by coordinate (Griveau-Billion, Richard and Roncalli 2013).
 */
public final class RiskBudgets {
  private static final int ROUNDS = 20;
  private static final int MOST_STEPS = 200;
  private static final double EXACT = 1e-13;

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
   *     has one has no variance
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

  private static double[] solve(double[][] c, double[] b) {
    int n = b.length;
    double[] x = new double[n];
    Arrays.setAll(x, k -> Math.sqrt(b[k]));
    double[] slope = new double[n];
    for (int round = 0; round < ROUNDS; round++) {
      for (int k = 0; k < n; k++) {
        double others = 0;
        for (int l = 0; l < n; l++) {
          others += l == k ? 0 : c[k][l] * x[l];
        }
        x[k] = (-others + Math.sqrt(others * others + 4 * c[k][k] * b[k])) / (2 * c[k][k]);
      }
    }
    double[][] hessian = new double[n][n];
    for (int step = 0; step < MOST_STEPS; step++) {
      double worst = 0;
      for (int k = 0; k < n; k++) {
        double sum = 0;
        for (int l = 0; l < n; l++) {
          sum += c[k][l] * x[l];
          hessian[k][l] = c[k][l];
        }
        slope[k] = sum - b[k] / x[k];
        hessian[k][k] += b[k] / (x[k] * x[k]);
        worst = Math.max(worst, Math.abs(slope[k]) * x[k]);
      }
      if (worst <= EXACT * Arrays.stream(b).max().orElseThrow()) {
        break;
      }
      double[] d = newton(hessian, slope);
      // Newton's decrement, in the measure in which the barrier is self-concordant.
      double decrement = 0;
      double longest = 1;
      double least = Arrays.stream(b).min().orElseThrow();
      for (int k = 0; k < n; k++) {
        decrement += slope[k] * d[k];
        longest = d[k] > 0 ? Math.min(longest, 0.9 * x[k] / d[k]) : longest;
      }
      double damped = Math.sqrt(Math.max(decrement, 0) / least);
      double length = damped > 0.25 ? 1 / (1 + damped) : 1;
      length = Math.min(length, longest);
      double moved = 0;
      for (int k = 0; k < n; k++) {
        double next = x[k] - length * d[k];
        moved = Math.max(moved, Math.abs(next - x[k]) / x[k]);
        x[k] = next;
      }
      if (moved < 1e-16) {
        break;
      }
    }
    return x;
  }

  /** H⁻¹ g by Cholesky; H is overwritten. */
  private static double[] newton(double[][] h, double[] g) {
    int n = g.length;
    double[] d = g.clone();
    for (int j = 0; j < n; j++) {
      for (int i = 0; i <= j; i++) {
        double sum = h[j][i];
        for (int k = 0; k < i; k++) {
          sum -= h[j][k] * h[i][k];
        }
        h[j][i] = i == j ? Math.sqrt(sum) : sum / h[i][i];
      }
      for (int k = 0; k < j; k++) {
        d[j] -= h[j][k] * d[k];
      }
      d[j] /= h[j][j];
    }
    for (int j = n - 1; j >= 0; j--) {
      for (int k = j + 1; k < n; k++) {
        d[j] -= h[k][j] * d[k];
      }
      d[j] /= h[j][j];
    }
    return d;
  }
}
