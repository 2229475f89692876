package io.parabola.models.forecast;

/** A normal distribution with mean and covariance: its density at a return. */
final class Gaussian {
  private final int n;
  private final double[] mean;
  private final double[] factor;
  private final double logDeterminant;

  /**
   * Factors.
   *
   * @param mean [n]; null for zeros
   * @param covariance Σ [n, n]; not modified
   */
  Gaussian(double[] mean, double[] covariance, int n) {
    this.n = n;
    this.mean = mean;
    factor = covariance.clone();
    double log = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = factor[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= factor[i * n + k] * factor[j * n + k];
        }
        if (i == j) {
          factor[i * n + i] = sum > 0 ? Math.sqrt(sum) : 0;
          log += sum > 0 ? Math.log(sum) : Double.NEGATIVE_INFINITY;
        } else {
          factor[i * n + j] = factor[j * n + j] > 0 ? sum / factor[j * n + j] : 0;
        }
      }
    }
    logDeterminant = log;
  }

  /** ln |Σ| + (r − μ)'Σ⁻¹(r − μ); infinite where Σ is singular. */
  double qlike(double[] r) {
    if (Double.isInfinite(logDeterminant)) {
      return Double.POSITIVE_INFINITY;
    }
    double sum = logDeterminant;
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double value = r[i] - (mean == null ? 0 : mean[i]);
      for (int k = 0; k < i; k++) {
        value -= factor[i * n + k] * y[k];
      }
      y[i] = value / factor[i * n + i];
      sum += y[i] * y[i];
    }
    return sum;
  }

  /** ln of the density. */
  double logDensity(double[] r) {
    return -0.5 * (n * Math.log(2 * Math.PI) + qlike(r));
  }
}
