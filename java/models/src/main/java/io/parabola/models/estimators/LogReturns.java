package io.parabola.models.estimators;

/**
 * Simple returns' moments from those of log returns. Log returns add over time, simple ones across
 * assets: a portfolio needs the latter.
 *
 * <p>For log returns x that are normal with mean m and covariance S, and simple returns r = e^x −
 * 1:
 *
 * <pre>
 *   1 + E r_i = exp(m_i + S_ii/2),   Cov(r_i, r_j) = (1 + E r_i)(1 + E r_j)(exp(S_ij) − 1)
 * </pre>
 */
public final class LogReturns {
  private LogReturns() {}

  /**
   * Expected simple returns.
   *
   * @param mean m [n], per period; not modified
   * @param covariance S [n, n], per period; not modified
   * @return E r [n]
   */
  public static double[] simpleMean(double[] mean, double[] covariance) {
    int n = mean.length;
    double[] simple = new double[n];
    for (int i = 0; i < n; i++) {
      simple[i] = Math.expm1(mean[i] + 0.5 * covariance[i * n + i]);
    }
    return simple;
  }

  /**
   * The covariance of simple returns.
   *
   * @param mean m [n], per period; not modified
   * @param covariance S [n, n], per period; not modified
   * @return Cov r [n, n]
   */
  public static double[] simpleCovariance(double[] mean, double[] covariance) {
    int n = mean.length;
    double[] growth = simpleMean(mean, covariance);
    double[] simple = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        simple[i * n + j] = (1 + growth[i]) * (1 + growth[j]) * Math.expm1(covariance[i * n + j]);
      }
    }
    return simple;
  }
}
