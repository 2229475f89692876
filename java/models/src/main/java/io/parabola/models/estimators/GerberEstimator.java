package io.parabola.models.estimators;

import io.parabola.Covariance;
import io.parabola.CovarianceDoctor;
import io.parabola.CovarianceRepair;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.WeightedScatter;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.BlasSelection;
import java.util.List;
import java.util.Map;

/**
 * Gerber's statistic (Gerber, Markowitz, Ernst, Miao, Javid and Sargen 2022): a correlation counts
 * in how many periods two assets moved together, less those in which they moved apart, and only
 * moves beyond c standard deviations count; small ones are noise, large ones count no more than
 * others.
 *
 * <pre>
 *   g_ij = (n_uu + n_dd − n_ud − n_du) / (T − n_nn),   Σ_ij = σ_i σ_j g_ij
 * </pre>
 *
 * <p>Where that is not positive semidefinite it is repaired, and the note says how far.
 */
public final class GerberEstimator implements CovarianceEstimator {
  private final double threshold;

  /**
   * Creates it.
   *
   * @param threshold c, in standard deviations, at least 0; 0.5 in the paper
   * @throws InvalidInputException if it is negative or not finite
   */
  public GerberEstimator(double threshold) {
    if (!(threshold >= 0) || Double.isInfinite(threshold)) {
      throw new InvalidInputException(
          "threshold is " + threshold + " standard deviations: must be at least 0");
    }
    this.threshold = threshold;
  }

  @Override
  public String name() {
    return "gerber";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      int n = sample.n;
      double[] deviation = Correlations.deviations(sample.scaled(1), n);
      Blas blas = BlasSelection.forWork((double) n * n * sample.observations);
      double[] sigma;
      try (WeightedScatter together = new WeightedScatter(n, blas);
          WeightedScatter neither = new WeightedScatter(n, blas)) {
        double[] row = new double[n];
        double[] sign = new double[n];
        double[] still = new double[n];
        for (int t = 0; t < sample.observations; t++) {
          returns.getRow(t, row);
          for (int i = 0; i < n; i++) {
            boolean moved = deviation[i] > 0 && Math.abs(row[i]) >= threshold * deviation[i];
            sign[i] = moved ? Math.signum(row[i]) : 0;
            still[i] = sign[i] == 0 ? 1 : 0;
          }
          together.add(sign, 1);
          neither.add(still, 1);
        }
        sigma = statistic(sample.observations, together, neither, n);
      }
      Correlations.unscale(sigma, deviation);
      Covariance covariance;
      List<String> notes = List.of();
      try {
        // Mostly it is one, and to see that costs a fraction of the repair.
        covariance = Covariance.of(assets, sigma);
      } catch (InvalidInputException e) {
        CovarianceRepair repaired =
            CovarianceDoctor.repair(assets, sigma, CovarianceDoctor.Repair.CLIP);
        covariance = repaired.covariance();
        notes = List.of(repaired.text());
      }
      return new CovarianceEstimate(
          name(), covariance, sample.mean, Map.of("threshold", threshold), notes);
    }
  }

  private static double[] statistic(
      int observations, WeightedScatter together, WeightedScatter neither, int n) {
    double[] statistic = new double[n * n];
    double[] numerator = new double[n];
    double[] silent = new double[n];
    for (int i = 0; i < n; i++) {
      together.sum().getRow(i, numerator);
      neither.sum().getRow(i, silent);
      for (int j = i; j < n; j++) {
        double moved = observations - silent[j];
        double value = i == j ? 1 : moved > 0 ? numerator[j] / moved : 0;
        statistic[i * n + j] = value;
        statistic[j * n + i] = value;
      }
    }
    return statistic;
  }
}
