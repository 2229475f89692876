package io.parabola.models.estimators;

import io.parabola.Matrix;
import java.util.List;
import java.util.Map;

/**
 * The sample's correlations without the noise that random matrices have (Laloux, Cizeau, Bouchaud
 * and Potters 1999): eigenvalues of the correlation matrix below (1 + √(n/T))², the largest that
 * those of independent returns reach, are all set to their mean, which keeps the trace; then the
 * diagonal is made one again. Assets without variance have no part in it.
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
      int[] moving = sample.moving();
      int n = moving.length;
      double edge = edge(n, sample.observations);
      if (n == 0) {
        return new CovarianceEstimate(
            name(),
            sample.trusted(),
            sample.mean,
            Map.of("edge", edge, "eigenvalues above it", 0.0),
            List.of());
      }
      double[] sigma = sample.of(moving);
      double[] deviation = Correlations.deviations(sigma, n);
      Correlations.scale(sigma, deviation);
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
      Matrix matrix = spectrum.with(cleaned);
      double[] result = matrix.toArray();
      double[] root = Correlations.deviations(result, n);
      Correlations.scale(result, root);
      Correlations.unscale(result, deviation);
      double[] row = new double[n];
      for (int i = 0; i < n; i++) {
        System.arraycopy(result, i * n, row, 0, n);
        matrix.setRow(i, row);
      }
      return new CovarianceEstimate(
          name(),
          sample.trusted(matrix, moving),
          sample.mean,
          Map.of("edge", edge, "eigenvalues above it", (double) (n - noise)),
          List.of());
    }
  }

  /** The largest eigenvalue that the correlations of n independent returns have, nearly. */
  static double edge(int n, int observations) {
    return Math.pow(1 + Math.sqrt((double) n / observations), 2);
  }
}
