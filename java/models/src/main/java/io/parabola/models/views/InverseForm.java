package io.parabola.models.views;

import io.parabola.Covariance;
import io.parabola.internal.blas.BlasSelection;

/**
 * Σ⁻¹ by eigenvalues; along directions without variance it is taken for zero, which is the
 * pseudo-inverse.
 */
final class InverseForm {
  private static final double NOTHING = 1e-13;

  private final int n;
  private final double[] vectors;
  private final double[] inverse;

  InverseForm(Covariance covariance) {
    n = covariance.size();
    vectors = covariance.toArray();
    inverse = new double[n];
    BlasSelection.forWork(Math.pow(n, 3)).eigen(n, vectors, inverse);
    double least = NOTHING * n * Math.max(inverse[n - 1], 0);
    for (int k = 0; k < n; k++) {
      inverse[k] = inverse[k] > least ? 1 / inverse[k] : 0;
    }
  }

  /** Σ⁻¹x. */
  double[] solve(double[] x) {
    double[] solved = new double[n];
    for (int k = 0; k < n; k++) {
      double along = inverse[k] * along(k, x);
      for (int i = 0; i < n; i++) {
        solved[i] += along * vectors[k * n + i];
      }
    }
    return solved;
  }

  /** x'Σ⁻¹x. */
  double of(double[] x) {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      double along = along(k, x);
      sum += inverse[k] * along * along;
    }
    return sum;
  }

  private double along(int k, double[] x) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += vectors[k * n + i] * x[i];
    }
    return sum;
  }
}
