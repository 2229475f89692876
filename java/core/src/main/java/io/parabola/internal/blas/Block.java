package io.parabola.internal.blas;

import java.nio.DoubleBuffer;

/**
 * A row-major block outside the heap.
 *
 * @param buffer direct, native byte order
 * @param start where element [0, 0] stands in it
 * @param stride the distance between the starts of two rows that follow each other
 */
public record Block(DoubleBuffer buffer, int start, int stride) {
  /**
   * The block that starts further down and to the right.
   *
   * @param row its first row
   * @param column its first column
   * @return a view of the same memory
   */
  public Block at(int row, int column) {
    return new Block(buffer, start + row * stride + column, stride);
  }
}
