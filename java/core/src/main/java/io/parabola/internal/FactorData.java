package io.parabola.internal;

import io.parabola.Matrix;

/**
 * A covariance that is never formed, Σ = F Ω F' + diag(d) = G'G + diag(d) with G = L'F', Ω = LL'.
 * Exposures lie factor by factor, so that a product with Σ runs along contiguous memory.
 *
 * @param exposures F' [k, n]: row f holds every asset's exposure to factor f
 * @param factorCovariance Ω [k, k], row-major; null for the identity (returns: F = X'/√(T−1))
 * @param root G [k, n]; the exposures themselves where Ω is the identity
 * @param specificVariance d [n], at least 0, not to be modified
 */
public record FactorData(
    Matrix exposures, double[] factorCovariance, Matrix root, double[] specificVariance) {
  /**
   * The number of factors.
   *
   * @return k
   */
  public int factors() {
    return (int) exposures.rows();
  }
}
