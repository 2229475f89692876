package io.parabola.models.estimators;

import io.parabola.Matrix;
import io.parabola.internal.WeightedScatter;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.BlasSelection;
import java.util.Arrays;

/** Eigenvalues and eigenvectors of a symmetric matrix, and matrices of other eigenvalues. */
final class Spectrum {
  final int n;

  /** Ascending [n]. */
  final double[] values;

  /** Row k is the vector of value k, [n, n]. */
  final double[] vectors;

  /**
   * Decomposes.
   *
   * @param matrix [n, n], both halves; overwritten, and kept
   */
  Spectrum(double[] matrix, int n) {
    this.n = n;
    values = new double[n];
    vectors = matrix;
    blas(n).eigen(n, matrix, values);
  }

  private static Blas blas(int n) {
    return BlasSelection.forWork(Math.pow(n, 3));
  }

  /**
   * The matrix of the same vectors and other values.
   *
   * @param other at least 0 [n]; not modified
   * @return Σ other_k v_k v_k' [n, n], to be closed by the caller, unless it becomes a covariance
   */
  Matrix with(double[] other) {
    // n³ multiplications, half of them for nothing on the other triangle: those of one product.
    WeightedScatter scatter = new WeightedScatter(n, blas(n));
    double[] vector = new double[n];
    for (int k = 0; k < n; k++) {
      if (other[k] > 0) {
        System.arraycopy(vectors, k * n, vector, 0, n);
        scatter.add(vector, other[k]);
      }
    }
    return scatter.take();
  }

  /** The largest values, in ascending order. */
  double[] largest(int count) {
    return Arrays.copyOfRange(values, n - count, n);
  }
}
