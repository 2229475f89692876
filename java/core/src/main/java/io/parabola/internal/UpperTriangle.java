package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.Block;
import java.nio.DoubleBuffer;

/**
 * A symmetric matrix [n, n] of which the upper triangle is computed first: rank-k updates, Cholesky
 * factor, and the copy to the other half. It may be larger than one slab of memory.
 */
public final class UpperTriangle {
  /** Rows that Cholesky takes at a time. */
  private static final int CHOLESKY_ROWS = 128;

  /** Side of the squares that are transposed at a time. */
  private static final int MIRROR = 64;

  private final Matrix matrix;
  private final DoubleBuffer[] slabs;
  private final int n;
  private final int rowsPerSlab;

  /**
   * A view of a matrix, valid as long as that is open.
   *
   * @param matrix [n, n]; what the methods modify
   */
  public UpperTriangle(Matrix matrix) {
    this.matrix = matrix;
    Internals internals = Internals.get();
    slabs = internals.numbers(matrix);
    n = matrix.columns();
    rowsPerSlab = (int) Math.min(n, internals.rowsPerSlab(matrix));
  }

  /** Makes the triangle zero; what lies below it is not touched. */
  public void clear() {
    double[] zeros = new double[n];
    for (int row = 0; row < n; row++) {
      setRow(row, zeros);
    }
  }

  /**
   * S ← S + α PᵀP, where S is what stands from a diagonal element on, down and to the right.
   *
   * @param blas what multiplies
   * @param from the first row and column of S
   * @param k the number of rows of P
   * @param alpha α
   * @param p P [k, n − from]; not modified
   */
  public void add(Blas blas, int from, int k, double alpha, Block p) {
    for (int row = from; row < n; ) {
      int end = slabEnd(row);
      Block left = p.at(0, row - from);
      blas.syrk(end - row, k, alpha, left, block(row, row));
      if (end < n) {
        blas.gemm(end - row, n - end, k, alpha, left, p.at(0, end - from), block(row, end));
      }
      row = end;
    }
  }

  /**
   * Replaces the upper triangle by its Cholesky factor U, S = UᵀU.
   *
   * @param blas what multiplies
   * @return whether S is positive definite; if not, the triangle is left half done
   */
  public boolean cholesky(Blas blas) {
    double[] diagonal = new double[CHOLESKY_ROWS * CHOLESKY_ROWS];
    for (int row = 0; row < n; ) {
      int rows = Math.min(slabEnd(row) - row, CHOLESKY_ROWS);
      Block block = block(row, row);
      if (!factor(block, rows, diagonal)) {
        return false;
      }
      int rest = row + rows;
      if (rest < n) {
        blas.trsm(rows, n - rest, block, block.at(0, rows));
        add(blas, rest, rows, -1, block.at(0, rows));
      }
      row = rest;
    }
    return true;
  }

  private static boolean factor(Block block, int rows, double[] a) {
    for (int i = 0; i < rows; i++) {
      int at = i * rows + i;
      block.buffer().get(block.start() + i * block.stride() + i, a, at, rows - i);
    }
    for (int p = 0; p < rows; p++) {
      double pivot = a[p * rows + p];
      if (!(pivot > 0)) {
        return false;
      }
      double root = Math.sqrt(pivot);
      for (int j = p; j < rows; j++) {
        a[p * rows + j] /= root;
      }
      for (int i = p + 1; i < rows; i++) {
        double factor = a[p * rows + i];
        for (int j = i; j < rows; j++) {
          a[i * rows + j] -= factor * a[p * rows + j];
        }
      }
    }
    for (int i = 0; i < rows; i++) {
      int at = i * rows + i;
      block.buffer().put(block.start() + i * block.stride() + i, a, at, rows - i);
    }
    return true;
  }

  /**
   * Copies out the part of a row that lies in the triangle.
   *
   * @param row which row
   * @param target [n]; of it, elements {@code row} and up are overwritten
   */
  public void getRow(int row, double[] target) {
    getRow(row, target, 0);
  }

  /**
   * Copies out the part of a row that lies in the triangle.
   *
   * @param row which row
   * @param target where n numbers have room
   * @param start where they start; elements {@code start + row} and up are overwritten
   */
  public void getRow(int row, double[] target, int start) {
    Block block = block(row, row);
    block.buffer().get(block.start(), target, start + row, n - row);
  }

  /**
   * Copies in the part of a row that lies in the triangle.
   *
   * @param row which row
   * @param source [n]; of it, elements {@code row} and up are read
   */
  public void setRow(int row, double[] source) {
    Block block = block(row, row);
    block.buffer().put(block.start(), source, row, n - row);
  }

  /** Copies the upper triangle to the lower, so that the halves are exactly equal. */
  public void mirror() {
    double[] upper = new double[MIRROR * MIRROR];
    double[] lower = new double[MIRROR * MIRROR];
    for (int i = 0; i < n; i += MIRROR) {
      int rows = Math.min(MIRROR, n - i);
      for (int j = i; j < n; j += MIRROR) {
        int columns = Math.min(MIRROR, n - j);
        for (int r = 0; r < rows; r++) {
          Block source = block(i + r, j);
          source.buffer().get(source.start(), upper, r * MIRROR, columns);
        }
        for (int c = 0; c < columns; c++) {
          for (int r = 0; r < rows; r++) {
            lower[c * MIRROR + r] = upper[r * MIRROR + c];
          }
        }
        for (int c = 0; c < columns; c++) {
          Block target = block(j + c, i);
          // Of a square on the diagonal, only what lies below it.
          target.buffer().put(target.start(), lower, c * MIRROR, i == j ? c : rows);
        }
      }
    }
  }

  /** The element [row, column] and what follows it in the same slab. */
  private Block block(int row, int column) {
    int stride = matrix.stride();
    return new Block(slabs[row / rowsPerSlab], (row % rowsPerSlab) * stride + column, stride);
  }

  private int slabEnd(int row) {
    return (int) Math.min(n, (row / rowsPerSlab + 1L) * rowsPerSlab);
  }
}
