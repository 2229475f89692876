package io.parabola.internal.criticalline;

/**
 * A covariance, of which only the columns of assets that are held need to be known. Used by one
 * thread.
 */
public interface CovarianceColumns {
  /**
   * One asset's variance.
   *
   * @param asset 0 to n − 1
   * @return Σii, at least 0
   */
  double variance(int asset);

  /**
   * One asset's covariances; asked for at most once an asset.
   *
   * @param asset 0 to n − 1
   * @return Σ's column [n], not to be changed by anybody from now on
   */
  double[] column(int asset);

  /**
   * A covariance that is there as a whole.
   *
   * @param sigma Σ [n][n], symmetric; not copied
   * @return its columns
   */
  static CovarianceColumns of(double[][] sigma) {
    return new CovarianceColumns() {
      @Override
      public double variance(int asset) {
        return sigma[asset][asset];
      }

      @Override
      public double[] column(int asset) {
        return sigma[asset];
      }
    };
  }
}
