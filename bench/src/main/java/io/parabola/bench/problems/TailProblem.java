package io.parabola.bench.problems;

import io.parabola.Matrix;
import java.util.Arrays;
import java.util.Random;

/** The least CVaR of long-only portfolios over scenarios of returns. */
public final class TailProblem {
  /** Of the CVaR. */
  public static final double CONFIDENCE = 0.95;

  private TailProblem() {}

  /** Simple returns of a day [S, n]: Student-t with ten factors. The caller closes them. */
  public static Matrix returns(int n, int scenarios, long seed) {
    Random random = new Random(seed);
    int k = 10;
    double[][] exposures = new double[n][k];
    for (double[] row : exposures) {
      for (int f = 0; f < k; f++) {
        row[f] = (f == 0 ? 0.015 : 0.005) * random.nextGaussian();
      }
      row[0] = Math.abs(row[0]) + 0.005;
    }
    Matrix returns = Matrix.allocate(scenarios, n);
    double[] row = new double[n];
    for (int s = 0; s < scenarios; s++) {
      double chi = 0;
      for (int j = 0; j < 4; j++) {
        chi += Math.pow(random.nextGaussian(), 2);
      }
      double tail = Math.sqrt(2 / chi);
      double[] factors = new double[k];
      for (int f = 0; f < k; f++) {
        factors[f] = tail * random.nextGaussian();
      }
      for (int i = 0; i < n; i++) {
        row[i] = 5e-4 + 0.02 * tail * random.nextGaussian();
        for (int f = 0; f < k; f++) {
          row[i] += exposures[i][f] * factors[f];
        }
      }
      returns.setRow(s, row);
    }
    return returns;
  }

  /** The mean of the worst 5 %, by sorting. */
  public static double cvar(Matrix returns, double[] w) {
    int scenarios = Math.toIntExact(returns.rows());
    double[] losses = new double[scenarios];
    double[] row = new double[w.length];
    for (int s = 0; s < scenarios; s++) {
      returns.getRow(s, row);
      for (int i = 0; i < w.length; i++) {
        losses[s] -= row[i] * w[i];
      }
    }
    Arrays.sort(losses);
    double left = (1 - CONFIDENCE) * scenarios;
    double sum = 0;
    for (int s = scenarios - 1; left > 0 && s >= 0; s--) {
      double part = Math.min(1, left);
      sum += part * losses[s];
      left -= part;
    }
    return sum / ((1 - CONFIDENCE) * scenarios);
  }

  public static double violation(double[] w) {
    double violation = Math.abs(Arrays.stream(w).sum() - 1);
    for (double weight : w) {
      violation = Math.max(violation, -weight);
    }
    return violation;
  }
}
