package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.Block;
import java.nio.ByteOrder;

/**
 * Σ d x x' over vectors that come one by one, as it is: not centred, not divided. For centred
 * samples there is {@link io.parabola.SampleCovariance}.
 */
public final class WeightedScatter implements AutoCloseable {
  /** Vectors that are multiplied at a time: they stay in the cache. */
  private static final int TOGETHER = 384;

  private final int order;
  private final Blas blas;
  private final Matrix matrix;
  private final UpperTriangle triangle;
  private final Matrix chunk;
  private final Block block;
  private final double[] row;
  private int filled;

  /**
   * Starts from zero.
   *
   * @param order length of the vectors, at least 1
   * @param blas what multiplies
   */
  public WeightedScatter(int order, Blas blas) {
    this.order = order;
    this.blas = blas;
    matrix = Matrix.allocate(order, order);
    triangle = new UpperTriangle(matrix);
    chunk = Matrix.allocate(TOGETHER, order);
    block =
        new Block(
            Internals.get().slab(chunk, 0).order(ByteOrder.nativeOrder()).asDoubleBuffer(),
            0,
            chunk.stride());
    row = new double[order];
  }

  /** Starts from zero again. */
  public void clear() {
    triangle.clear();
    filled = 0;
  }

  /**
   * Adds d x x'.
   *
   * @param x [order] or longer; not modified
   * @param d at least 0
   */
  public void add(double[] x, double d) {
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
    triangle.add(blas, 0, filled, 1, block);
    filled = 0;
  }

  /**
   * The sum so far.
   *
   * @return its upper triangle, a view
   */
  public UpperTriangle sum() {
    flush();
    return triangle;
  }

  /**
   * The sum so far, handed over: this is then at its end.
   *
   * @return [order, order], both halves; to be closed by the caller
   */
  public Matrix take() {
    flush();
    triangle.mirror();
    chunk.close();
    return matrix;
  }

  @Override
  public void close() {
    matrix.close();
    chunk.close();
  }
}
