package io.parabola.internal.downside;

import io.parabola.Matrix;
import io.parabola.internal.Internals;
import io.parabola.internal.UpperTriangle;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.Block;
import java.nio.ByteOrder;

/**
 * N = Σ D_s x_s x_s' + diagonal, and its Cholesky factor: where the time of an interior point goes.
 */
final class NormalMatrix implements AutoCloseable {
  /** Rows that are multiplied at a time: they stay in the cache. */
  private static final int TOGETHER = 384;

  private final int order;
  private final Blas blas;
  private final Matrix matrix;
  private final UpperTriangle triangle;
  private final Matrix chunk;
  private final Block chunkBlock;
  private final double[] row;
  private double[] factor = new double[0];
  private int filled;

  NormalMatrix(int order, Blas blas) {
    this.order = order;
    this.blas = blas;
    matrix = Matrix.allocate(order, order);
    triangle = new UpperTriangle(matrix);
    chunk = Matrix.allocate(TOGETHER, order);
    chunkBlock =
        new Block(
            Internals.get().slab(chunk, 0).order(ByteOrder.nativeOrder()).asDoubleBuffer(),
            0,
            chunk.stride());
    row = new double[order];
  }

  /** Starts from zero. */
  void clear() {
    double[] zeros = new double[order];
    for (int i = 0; i < order; i++) {
      triangle.setRow(i, zeros);
    }
    filled = 0;
  }

  /**
   * Adds D x x'.
   *
   * @param x [order] or longer; not modified
   * @param d D, at least 0
   */
  void add(double[] x, double d) {
    double root = Math.sqrt(d);
    for (int i = 0; i < order; i++) {
      row[i] = root * x[i];
    }
    chunk.setRow(filled++, row);
    if (filled == TOGETHER) {
      flush();
    }
  }

  private void flush() {
    triangle.add(blas, 0, filled, 1, chunkBlock);
    filled = 0;
  }

  /**
   * Adds a diagonal and factors.
   *
   * @param diagonal [order]; not modified
   * @return whether N has a factor; if not, with ever more added to the diagonal it will
   */
  boolean factor(double[] diagonal) {
    flush();
    double largest = 0;
    for (int i = 0; i < order; i++) {
      triangle.getRow(i, row);
      row[i] += diagonal[i];
      largest = Math.max(largest, row[i]);
      triangle.setRow(i, row);
    }
    for (int i = 0; i < order; i++) {
      triangle.getRow(i, row);
      row[i] += 1e-15 * row[i] + 1e-30 * largest;
      triangle.setRow(i, row);
    }
    if (!triangle.cholesky(blas)) {
      return false;
    }
    if (factor.length == 0) {
      factor = new double[order * order];
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
    matrix.close();
    chunk.close();
  }
}
