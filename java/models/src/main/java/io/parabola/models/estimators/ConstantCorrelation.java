package io.parabola.models.estimators;

import io.parabola.Covariance;
import io.parabola.Matrix;
import java.util.List;
import java.util.Map;

/**
 * The sample's variances, and one correlation for all pairs: the mean of the sample's (Elton and
 * Gruber 1973). Assets without variance are no part of the mean.
 */
public final class ConstantCorrelation implements CovarianceEstimator {
  /** Creates it. */
  public ConstantCorrelation() {}

  @Override
  public String name() {
    return "constant-correlation";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      int n = sample.n;
      double[] sigma = sample.scaled(1);
      double[] deviation = Correlations.deviations(sigma, n);
      Correlations.scale(sigma, deviation);
      double sum = 0;
      int pairs = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          if (deviation[i] > 0 && deviation[j] > 0) {
            sum += sigma[i * n + j];
            pairs++;
          }
        }
      }
      double mean = pairs > 0 ? sum / pairs : 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          sigma[i * n + j] = i == j ? 1 : mean;
        }
      }
      Correlations.unscale(sigma, deviation);
      return new CovarianceEstimate(
          name(),
          Covariance.of(assets, sigma),
          sample.mean,
          Map.of("mean correlation", mean),
          List.of());
    }
  }
}
