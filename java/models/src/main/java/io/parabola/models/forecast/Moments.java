package io.parabola.models.forecast;

import io.parabola.InvalidInputException;

/** Products of returns. */
final class Moments {
  private Moments() {}

  static void require(CovarianceForecaster forecaster, double[][] history) {
    int least = forecaster.leastReturns();
    if (history.length < least) {
      throw new InvalidInputException(
          forecaster.name() + ": " + history.length + " returns: needs at least " + least);
    }
  }

  /** (1/T) Σ r r' [n, n]. */
  static double[] products(double[][] rows) {
    int n = rows[0].length;
    double[] sum = new double[n * n];
    for (double[] r : rows) {
      for (int i = 0; i < n; i++) {
        double one = r[i] / rows.length;
        for (int j = 0; j < n; j++) {
          sum[i * n + j] += one * r[j];
        }
      }
    }
    return sum;
  }

  /** Σ ← λΣ + (1−λ) r r'. */
  static void average(double[] sigma, double[] r, double decay) {
    int n = r.length;
    for (int i = 0; i < n; i++) {
      double one = (1 - decay) * r[i];
      for (int j = 0; j < n; j++) {
        sigma[i * n + j] = decay * sigma[i * n + j] + one * r[j];
      }
    }
  }

  /** D R D of deviations and a matrix whose own diagonal is divided out. */
  static double[] scaled(double[] q, double[] deviation) {
    int n = deviation.length;
    double[] sigma = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double root = Math.sqrt(q[i * n + i] * q[j * n + j]);
        double correlation = i == j ? 1 : root > 0 ? q[i * n + j] / root : 0;
        sigma[i * n + j] = Math.max(-1, Math.min(1, correlation)) * deviation[i] * deviation[j];
      }
    }
    return sigma;
  }
}
