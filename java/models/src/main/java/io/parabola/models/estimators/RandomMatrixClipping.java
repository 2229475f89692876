package io.parabola.models.estimators;

import io.parabola.Covariance;
import io.parabola.Matrix;
import java.util.List;
import java.util.Map;

/**
 * The sample's correlations without the noise that random matrices have (Laloux, Cizeau, Bouchaud
 * and Potters 1999): eigenvalues of the correlation matrix below (1 + √(n/T))², the largest that
 * those of independent returns reach, are all set to their mean, which keeps the trace; then the
 * diagonal is made one again. Assets without variance are left as they are.
 */
public final class RandomMatrixClipping implements CovarianceEstimator {
  /** Creates it. */
  public RandomMatrixClipping() {}

  @Override
  public String name() {
    return "random-matrix";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      int n = sample.n;
      double[] sigma = sample.scaled(1);
      double[] deviation = Correlations.deviations(sigma, n);
      Correlations.scale(sigma, deviation);
      double edge = Math.pow(1 + Math.sqrt((double) n / sample.observations), 2);
      Spectrum spectrum = new Spectrum(sigma, n);
      int noise = 0;
      double sum = 0;
      while (noise < n && spectrum.values[noise] < edge) {
        sum += Math.max(spectrum.values[noise++], 0);
      }
      double[] cleaned = spectrum.values.clone();
      for (int k = 0; k < noise; k++) {
        cleaned[k] = sum / noise;
      }
      double[] result;
      try (Matrix matrix = spectrum.with(cleaned)) {
        result = matrix.toArray();
      }
      double[] root = Correlations.deviations(result, n);
      Correlations.scale(result, root);
      Correlations.unscale(result, deviation);
      return new CovarianceEstimate(
          name(),
          Covariance.of(assets, result),
          sample.mean,
          Map.of("edge", edge, "eigenvalues above it", (double) (n - noise)),
          List.of());
    }
  }
}
