package io.parabola.internal.blas;

import java.nio.DoubleBuffer;

/**
 * Plain Java, on one thread: for small problems, where loading a library costs more than it saves,
 * and for machines on which none loads.
 *
 * <p>Operands are copied into arrays of the cache's size, because only on arrays does the compiler
 * vectorise the inner loop.
 */
public final class JavaBlas implements Blas {
  /** Rows of A and B that are taken at a time. */
  private static final int DEPTH = 128;

  /** Columns of B and C that are taken at a time: with {@link #DEPTH} rows, a quarter megabyte. */
  private static final int WIDTH = 256;

  /** Loads the class, nothing else. */
  public JavaBlas() {}

  @Override
  public void syrk(int n, int k, double alpha, Block a, Block c) {
    for (int row = 0; row < n; row += WIDTH) {
      int rows = Math.min(WIDTH, n - row);
      multiply(rows, rows, k, alpha, a.at(0, row), a.at(0, row), c.at(row, row), true);
      int rest = row + rows;
      multiply(rows, n - rest, k, alpha, a.at(0, row), a.at(0, rest), c.at(row, rest), false);
    }
  }

  @Override
  public void gemm(int m, int n, int k, double alpha, Block a, Block b, Block c) {
    multiply(m, n, k, alpha, a, b, c, false);
  }

  @Override
  public void eigen(int n, double[] a, double[] values) {
    SymmetricEigen.decompose(n, a, values);
  }

  /** C ← C + α AᵀB, of which only the upper triangle if so asked. */
  private static void multiply(
      int m, int n, int k, double alpha, Block a, Block b, Block c, boolean upper) {
    if (m <= 0 || n <= 0) {
      return;
    }
    double[] left = new double[DEPTH * Math.min(m, WIDTH)];
    double[] right = new double[DEPTH * Math.min(n, WIDTH)];
    double[] sums = new double[2 * Math.min(n, WIDTH)];
    for (int p = 0; p < k; p += DEPTH) {
      int depth = Math.min(DEPTH, k - p);
      for (int j = 0; j < n; j += WIDTH) {
        int columns = Math.min(WIDTH, n - j);
        read(b.at(p, j), depth, columns, right);
        for (int i = 0; i < m; i += WIDTH) {
          int rows = Math.min(WIDTH, m - i);
          read(a.at(p, i), depth, rows, left);
          tile(rows, columns, depth, alpha, left, right, sums, c.at(i, j), upper);
        }
      }
    }
  }

  private static void tile(
      int rows,
      int columns,
      int depth,
      double alpha,
      double[] left,
      double[] right,
      double[] sums,
      Block c,
      boolean upper) {
    DoubleBuffer target = c.buffer();
    for (int i = 0; i < rows; i += 2) {
      int from = upper ? i : 0;
      int width = columns - from;
      boolean pair = i + 1 < rows;
      int at = c.start() + i * c.stride() + from;
      target.get(at, sums, 0, width);
      if (pair) {
        target.get(at + c.stride(), sums, width, width);
      }
      int p = 0;
      for (; p + 4 <= depth; p += 4) {
        addFour(
            alpha, left, p * rows + i, rows, right, p * columns + from, columns, sums, 0, width);
        if (pair) {
          addFour(
              alpha,
              left,
              p * rows + i + 1,
              rows,
              right,
              p * columns + from,
              columns,
              sums,
              width,
              width);
        }
      }
      for (; p < depth; p++) {
        addOne(alpha * left[p * rows + i], right, p * columns + from, sums, 0, width);
        if (pair) {
          addOne(alpha * left[p * rows + i + 1], right, p * columns + from, sums, width, width);
        }
      }
      target.put(at, sums, 0, width);
      if (pair) {
        // Of the pair's second row the first element lies below the diagonal.
        int skip = upper ? 1 : 0;
        target.put(at + c.stride() + skip, sums, width + skip, width - skip);
      }
    }
  }

  private static void addFour(
      double alpha,
      double[] left,
      int leftAt,
      int leftStride,
      double[] right,
      int rightAt,
      int rightStride,
      double[] sums,
      int sumsAt,
      int width) {
    double a0 = alpha * left[leftAt];
    double a1 = alpha * left[leftAt + leftStride];
    double a2 = alpha * left[leftAt + 2 * leftStride];
    double a3 = alpha * left[leftAt + 3 * leftStride];
    int at1 = rightAt + rightStride;
    int at2 = at1 + rightStride;
    int at3 = at2 + rightStride;
    for (int j = 0; j < width; j++) {
      sums[sumsAt + j] +=
          (a0 * right[rightAt + j] + a1 * right[at1 + j])
              + (a2 * right[at2 + j] + a3 * right[at3 + j]);
    }
  }

  private static void addOne(
      double factor, double[] right, int rightAt, double[] sums, int sumsAt, int width) {
    for (int j = 0; j < width; j++) {
      sums[sumsAt + j] += factor * right[rightAt + j];
    }
  }

  @Override
  public void trsm(int m, int n, Block u, Block b) {
    if (m <= 0 || n <= 0) {
      return;
    }
    double[] factor = new double[m * m];
    read(u, m, m, factor);
    int width = Math.min(n, WIDTH);
    double[] panel = new double[m * width];
    for (int j = 0; j < n; j += width) {
      int columns = Math.min(width, n - j);
      Block part = b.at(0, j);
      read(part, m, columns, panel);
      for (int i = 0; i < m; i++) {
        for (int p = 0; p < i; p++) {
          subtract(factor[p * m + i], panel, p * columns, i * columns, columns);
        }
        divide(factor[i * m + i], panel, i * columns, columns);
        part.buffer().put(part.start() + i * part.stride(), panel, i * columns, columns);
      }
    }
  }

  private static void subtract(double factor, double[] panel, int from, int to, int width) {
    for (int j = 0; j < width; j++) {
      panel[to + j] -= factor * panel[from + j];
    }
  }

  private static void divide(double divisor, double[] panel, int at, int width) {
    for (int j = 0; j < width; j++) {
      panel[at + j] /= divisor;
    }
  }

  private static void read(Block block, int rows, int columns, double[] target) {
    for (int row = 0; row < rows; row++) {
      block.buffer().get(block.start() + row * block.stride(), target, row * columns, columns);
    }
  }

  @Override
  public String describe() {
    return "plain Java, 1 thread";
  }
}
