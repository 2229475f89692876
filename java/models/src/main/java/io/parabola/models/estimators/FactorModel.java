package io.parabola.models.estimators;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import java.util.List;

/**
 * A factor model of returns, r = a + B f + ε, and its covariance B Ω B' + diag(d), which is never
 * formed. Arrays are not copied.
 *
 * @param assets n names
 * @param factors k names
 * @param exposures B [n, k], row-major
 * @param factorCovariance Ω [k, k], per period
 * @param specificVariance d [n], per period
 * @param alphas a [n], per period; zeros where the model has none
 * @param explained the part of each asset's variance that the factors explain [n]
 */
public record FactorModel(
    List<String> assets,
    List<String> factors,
    double[] exposures,
    double[] factorCovariance,
    double[] specificVariance,
    double[] alphas,
    double[] explained) {

  /**
   * Checks the shapes.
   *
   * @throws InvalidInputException if a length does not fit
   */
  public FactorModel {
    assets = List.copyOf(assets);
    factors = List.copyOf(factors);
    int n = assets.size();
    int k = factors.size();
    if (exposures.length != n * k
        || factorCovariance.length != k * k
        || specificVariance.length != n
        || alphas.length != n
        || explained.length != n) {
      throw new InvalidInputException(
          "a factor model of " + n + " assets and " + k + " factors with arrays of other lengths");
    }
  }

  /**
   * The covariance, in factor form.
   *
   * @return Σ, n × n
   * @throws InvalidInputException if Ω is not positive semidefinite, or a number is not finite
   */
  public Covariance covariance() {
    return Covariance.ofFactors(assets, exposures, factorCovariance, specificVariance);
  }

  /**
   * Expected returns that the factors' own explain.
   *
   * @param premia expected returns of the factors [k], per period
   * @return B λ [n]
   * @throws InvalidInputException if the length differs
   */
  public double[] expectedReturns(double[] premia) {
    int k = factors.size();
    if (premia.length != k) {
      throw new InvalidInputException(premia.length + " premia for " + k + " factors");
    }
    double[] mean = new double[assets.size()];
    for (int i = 0; i < mean.length; i++) {
      for (int f = 0; f < k; f++) {
        mean[i] += exposures[i * k + f] * premia[f];
      }
    }
    return mean;
  }
}
