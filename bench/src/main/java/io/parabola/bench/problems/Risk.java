package io.parabola.bench.problems;

import io.parabola.Covariance;
import java.util.Arrays;

/** The covariances of scenarios. */
public interface Risk {
  /** Σw [n] with the covariance of scenario {@code s}. */
  double[] times(int s, double[] w);

  /** Σ [n, n] of the problem that the scenarios are built on. */
  double[] matrix();

  /** The same as the library takes it. */
  Covariance covariance();

  /** Σw for a symmetric Σ [n, n]. */
  static double[] times(double[] matrix, double[] w) {
    int n = w.length;
    double[] product = new double[n];
    for (int j = 0; j < n; j++) {
      // Most weights are zero, and zero times a number adds nothing.
      if (w[j] != 0) {
        for (int i = 0; i < n; i++) {
          product[i] += matrix[j * n + i] * w[j];
        }
      }
    }
    return product;
  }

  /**
   * One matrix for all scenarios.
   *
   * @param matrix Σ [n, n]
   */
  record Shared(double[] matrix) implements Risk {
    @Override
    public double[] times(int s, double[] w) {
      return Risk.times(matrix, w);
    }

    @Override
    public Covariance covariance() {
      return Covariance.of(matrix, (int) Math.round(Math.sqrt(matrix.length)));
    }
  }

  /**
   * A matrix for each scenario; the problem has the first.
   *
   * @param matrices Σ [S][n, n]
   */
  record Own(double[][] matrices) implements Risk {
    @Override
    public double[] times(int s, double[] w) {
      return Risk.times(matrices[s], w);
    }

    @Override
    public double[] matrix() {
      return matrices[0];
    }

    @Override
    public Covariance covariance() {
      return new Shared(matrices[0]).covariance();
    }
  }

  /**
   * F Ω F' + diag(d), with one Ω for all scenarios or one for each.
   *
   * @param exposures F [n, k]
   * @param factorCovariance Ω [k, k] of the problem
   * @param specificVariance d [n]
   * @param scenarioFactorCovariance Ω [S, k·k], or null if all have the problem's
   */
  record Factors(
      double[] exposures,
      double[] factorCovariance,
      double[] specificVariance,
      double[] scenarioFactorCovariance)
      implements Risk {

    public int count() {
      return exposures.length / specificVariance.length;
    }

    /** F Ω^½ [n, k] of the problem: what the factors add to Σ is its square. */
    public double[] root() {
      int k = count();
      double[] half = DenseFactor.cholesky(factorCovariance, k);
      double[] root = new double[exposures.length];
      for (int i = 0; i < exposures.length; i += k) {
        for (int f = 0; f < k; f++) {
          for (int g = f; g < k; g++) {
            root[i + f] += exposures[i + g] * half[g * k + f];
          }
        }
      }
      return root;
    }

    public Factors withScenarios(double[] factorCovariances) {
      return new Factors(exposures, factorCovariance, specificVariance, factorCovariances);
    }

    @Override
    public double[] times(int s, double[] w) {
      int k = count();
      double[] omega =
          scenarioFactorCovariance == null
              ? factorCovariance
              : Arrays.copyOfRange(scenarioFactorCovariance, s * k * k, (s + 1) * k * k);
      double[] held = new double[k];
      for (int i = 0; i < w.length; i++) {
        for (int f = 0; f < k; f++) {
          held[f] += exposures[i * k + f] * w[i];
        }
      }
      double[] moved = Risk.times(omega, held);
      double[] product = new double[w.length];
      for (int i = 0; i < w.length; i++) {
        product[i] = specificVariance[i] * w[i];
        for (int f = 0; f < k; f++) {
          product[i] += exposures[i * k + f] * moved[f];
        }
      }
      return product;
    }

    @Override
    public double[] matrix() {
      int n = specificVariance.length;
      int k = count();
      double[] matrix = new double[n * n];
      for (int i = 0; i < n; i++) {
        double[] moved =
            Risk.times(factorCovariance, Arrays.copyOfRange(exposures, i * k, (i + 1) * k));
        for (int j = 0; j <= i; j++) {
          double sum = 0;
          for (int f = 0; f < k; f++) {
            sum += moved[f] * exposures[j * k + f];
          }
          matrix[i * n + j] = sum;
          matrix[j * n + i] = sum;
        }
        matrix[i * n + i] += specificVariance[i];
      }
      return matrix;
    }

    @Override
    public Covariance covariance() {
      return Covariance.ofFactors(exposures, factorCovariance, specificVariance);
    }
  }
}
