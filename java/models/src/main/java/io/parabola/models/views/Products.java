package io.parabola.models.views;

import io.parabola.Covariance;
import io.parabola.Matrix;
import io.parabola.internal.FactorData;
import io.parabola.internal.Internals;

/** Products of covariances with vectors, in whatever form a covariance is. */
final class Products {
  private Products() {}

  /** Σ x [n]. */
  static double[] times(Covariance covariance, double[] x) {
    Matrix matrix = Internals.get().matrix(covariance);
    int n = x.length;
    double[] product = new double[n];
    double[] row = new double[n];
    if (matrix != null) {
      for (int i = 0; i < n; i++) {
        matrix.getRow(i, row);
        for (int j = 0; j < n; j++) {
          product[i] += row[j] * x[j];
        }
      }
      return product;
    }
    FactorData factors = Internals.get().factors(covariance);
    Matrix root = factors.root();
    for (long k = 0; root != null && k < root.rows(); k++) {
      root.getRow(k, row);
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += row[j] * x[j];
      }
      for (int i = 0; i < n; i++) {
        product[i] += sum * row[i];
      }
    }
    for (int i = 0; i < n; i++) {
      product[i] += factors.specificVariance()[i] * x[i];
    }
    return product;
  }
}
