package io.parabola.internal.downside;

import io.parabola.internal.UpperTriangle;
import io.parabola.internal.WeightedScatter;
import io.parabola.internal.blas.Blas;

/**
 * N = Σ D_s x_s x_s' + diagonal, and its Cholesky factor: where the time of an interior point goes.
 */
final class NormalMatrix implements AutoCloseable {
  private final int order;
  private final Blas blas;
  private final WeightedScatter scatter;
  private final double[] row;
  private final double[] factor;

  NormalMatrix(int order, Blas blas) {
    this.order = order;
    this.blas = blas;
    scatter = new WeightedScatter(order, blas);
    row = new double[order];
    factor = new double[order * order];
  }

  /** Starts from zero. */
  void clear() {
    scatter.clear();
  }

  /**
   * Adds D x x'.
   *
   * @param x [order] or longer; not modified
   * @param d D, at least 0
   */
  void add(double[] x, double d) {
    scatter.add(x, d);
  }

  /**
   * Adds a diagonal and factors.
   *
   * @param diagonal [order]; not modified
   * @return whether N has a factor
   */
  boolean factor(double[] diagonal) {
    UpperTriangle triangle = scatter.sum();
    double largest = 0;
    for (int i = 0; i < order; i++) {
      triangle.getRow(i, row);
      row[i] += diagonal[i];
      largest = Math.max(largest, row[i]);
      triangle.setRow(i, row);
    }
    // What rounding may have taken from the pivots.
    for (int i = 0; i < order; i++) {
      triangle.getRow(i, row);
      row[i] += 1e-15 * row[i] + 1e-30 * largest;
      triangle.setRow(i, row);
    }
    if (!triangle.cholesky(blas)) {
      return false;
    }
    for (int i = 0; i < order; i++) {
      triangle.getRow(i, factor, i * order);
    }
    return true;
  }

  /**
   * x ← N⁻¹x.
   *
   * @param x [order], overwritten
   */
  void solve(double[] x) {
    for (int i = 0; i < order; i++) {
      int at = i * order;
      double value = x[i] / factor[at + i];
      x[i] = value;
      for (int j = i + 1; j < order; j++) {
        x[j] -= value * factor[at + j];
      }
    }
    for (int i = order - 1; i >= 0; i--) {
      int at = i * order;
      double sum = x[i];
      for (int j = i + 1; j < order; j++) {
        sum -= factor[at + j] * x[j];
      }
      x[i] = sum / factor[at + i];
    }
  }

  @Override
  public void close() {
    scatter.close();
  }
}
