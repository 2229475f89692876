package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A statistical factor model: the largest principal components of the sample covariance are the
 * factors, and what they leave of each asset's variance is specific to it. The covariance keeps the
 * sample's variances, in factor form.
 */
public final class PrincipalFactors implements CovarianceEstimator {
  private static final int AUTOMATIC = 0;

  private final int factors;

  private PrincipalFactors(int factors) {
    this.factors = factors;
  }

  /**
   * With so many factors.
   *
   * @param factors k, at least 1
   * @return the estimator
   * @throws InvalidInputException if there are fewer
   */
  public static PrincipalFactors of(int factors) {
    if (factors < 1) {
      throw new InvalidInputException(factors + " factors: needs at least 1");
    }
    return new PrincipalFactors(factors);
  }

  /**
   * With as many factors as the correlation matrix has eigenvalues above (1 + √(n/T))², those that
   * independent returns do not have; at least one.
   *
   * @return the estimator
   */
  public static PrincipalFactors automatic() {
    return new PrincipalFactors(AUTOMATIC);
  }

  @Override
  public String name() {
    return "principal-factors";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      FactorModel model = model(assets, sample);
      return new CovarianceEstimate(
          name(),
          model.covariance(),
          sample.mean,
          Map.of("factors", (double) model.factors().size()),
          List.of());
    }
  }

  /**
   * The factor model itself.
   *
   * @param assets n names
   * @param returns [T, n], T at least 2; not modified
   * @return exposures are eigenvectors, factors are uncorrelated
   * @throws InvalidInputException if there are more factors than the returns have dimensions
   */
  public FactorModel model(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      return model(assets, sample);
    }
  }

  private FactorModel model(List<String> assets, Sample sample) {
    int n = sample.n;
    double[] variance = sample.variances();
    int k = factors == AUTOMATIC ? count(sample) : factors;
    int most = Math.min(n, sample.observations - 1);
    if (k > most) {
      throw new InvalidInputException(
          name()
              + ": "
              + k
              + " factors from "
              + sample.observations
              + " returns of "
              + n
              + " assets: at most "
              + most);
    }
    Spectrum spectrum = new Spectrum(sample.scaled(1), n);
    double[] exposures = new double[n * k];
    double[] omega = new double[k * k];
    double[] specific = new double[n];
    double[] explained = new double[n];
    List<String> names = new ArrayList<>();
    for (int f = 0; f < k; f++) {
      names.add("PC" + (f + 1));
      int at = n - 1 - f;
      omega[f * k + f] = Math.max(spectrum.values[at], 0);
      // A vector's sign is that which makes it long on balance.
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += spectrum.vectors[at * n + i];
      }
      for (int i = 0; i < n; i++) {
        exposures[i * k + f] = Math.copySign(1, sum) * spectrum.vectors[at * n + i];
      }
    }
    for (int i = 0; i < n; i++) {
      double common = 0;
      for (int f = 0; f < k; f++) {
        double b = exposures[i * k + f];
        common += b * b * omega[f * k + f];
      }
      specific[i] = Math.max(variance[i] - common, 0);
      explained[i] = variance[i] > 0 ? Math.min(common / variance[i], 1) : 0;
    }
    return new FactorModel(assets, names, exposures, omega, specific, new double[n], explained);
  }

  private static int count(Sample sample) {
    int[] moving = sample.moving();
    int n = moving.length;
    if (n == 0) {
      return 1;
    }
    double[] sigma = sample.of(moving);
    Correlations.scale(sigma, Correlations.deviations(sigma, n));
    double edge = RandomMatrixClipping.edge(n, sample.observations);
    double[] values = new Spectrum(sigma, n).values;
    int above = (int) Arrays.stream(values).filter(v -> v > edge).count();
    return Math.max(1, Math.min(above, Math.min(n, sample.observations - 1)));
  }
}
