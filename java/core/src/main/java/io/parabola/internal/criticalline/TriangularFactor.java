package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.Vectors.dot;

import java.util.Arrays;

/**
 * The upper triangular U of a Cholesky factorisation H = U'U, to which columns are appended and
 * from which they are taken away.
 *
 * <p>Kept by columns, so that the backward substitution, which every direction needs, adds columns
 * to each other: only such loops does the compiler vectorise. The forward substitution is one of
 * dot products; it is needed less often.
 */
final class TriangularFactor {
  /** Squares between these have lost nothing to underflow or overflow. */
  private static final double TINY = 0x1p-900;

  private static final double HUGE = 0x1p1000;

  /** Column c is U[0..c][c], perhaps in a longer array. */
  private double[][] columns;

  private int size;

  /** Rotations of the removal at hand. */
  private double[] cosine;

  private double[] sine;

  TriangularFactor(int capacity) {
    columns = new double[capacity][];
    cosine = new double[capacity];
    sine = new double[capacity];
  }

  /** Forgets all columns. */
  void clear() {
    size = 0;
  }

  /**
   * Appends the column of one more row and column of H.
   *
   * @param above U⁻' times H's column; not modified
   * @param diagonal the root of what is left of H's diagonal, positive
   */
  void append(double[] above, double diagonal) {
    if (size == columns.length) {
      columns = Arrays.copyOf(columns, 2 * size + 1);
      cosine = new double[columns.length];
      sine = new double[columns.length];
    }
    if (columns[size] == null || columns[size].length <= size) {
      columns[size] = new double[size + 1 + size / 2];
    }
    System.arraycopy(above, 0, columns[size], 0, size);
    columns[size][size] = diagonal;
    size++;
  }

  /**
   * Takes a row and column of H away; by rotations U is triangular again.
   *
   * @param gone which
   * @param sides vectors U⁻'r, which become those of the smaller U; their last element is void then
   */
  void remove(int gone, double[]... sides) {
    int last = size - 1;
    double[] spare = columns[gone];
    int c = gone + 1;
    for (; c + 3 <= last; c += 4) {
      double[] a = columns[c];
      double[] b = columns[c + 1];
      double[] d = columns[c + 2];
      double[] e = columns[c + 3];
      rotate4(a, b, d, e, gone, c - 1);
      close(a, c - 1);
      rotate(b, c - 1, c);
      close(b, c);
      rotate(d, c - 1, c + 1);
      close(d, c + 1);
      rotate(e, c - 1, c + 2);
      close(e, c + 2);
    }
    for (; c <= last; c++) {
      rotate(columns[c], gone, c - 1);
      close(columns[c], c - 1);
    }
    for (double[] side : sides) {
      rotate(side, gone, last);
    }
    System.arraycopy(columns, gone + 1, columns, gone, last - gone);
    columns[last] = spare;
    size = last;
  }

  /** The rotation that ends a column, and its result. */
  private void close(double[] column, int q) {
    double square = column[q] * column[q] + column[q + 1] * column[q + 1];
    // Math.hypot takes twenty times as long.
    double length =
        square > TINY && square < HUGE ? Math.sqrt(square) : Math.hypot(column[q], column[q + 1]);
    cosine[q] = column[q] / length;
    sine[q] = column[q + 1] / length;
    column[q] = length;
  }

  /** Applies the rotations from &lt;= q &lt; to to one column. */
  private void rotate(double[] x, int from, int to) {
    if (from >= to) {
      return;
    }
    double carried = x[from];
    for (int q = from; q < to; q++) {
      double next = x[q + 1];
      x[q] = cosine[q] * carried + sine[q] * next;
      carried = cosine[q] * next - sine[q] * carried;
    }
    x[to] = carried;
  }

  /** The same for four at once, because one is a chain of operations that wait for each other. */
  private void rotate4(double[] x, double[] y, double[] z, double[] u, int from, int to) {
    if (from >= to) {
      return;
    }
    double a = x[from];
    double b = y[from];
    double c = z[from];
    double d = u[from];
    for (int q = from; q < to; q++) {
      double cos = cosine[q];
      double sin = sine[q];
      double nextA = x[q + 1];
      double nextB = y[q + 1];
      double nextC = z[q + 1];
      double nextD = u[q + 1];
      x[q] = cos * a + sin * nextA;
      y[q] = cos * b + sin * nextB;
      z[q] = cos * c + sin * nextC;
      u[q] = cos * d + sin * nextD;
      a = cos * nextA - sin * a;
      b = cos * nextB - sin * b;
      c = cos * nextC - sin * c;
      d = cos * nextD - sin * d;
    }
    x[to] = a;
    y[to] = b;
    z[to] = c;
    u[to] = d;
  }

  /** x ← U⁻'x. */
  void forward(double[] x) {
    int c = 0;
    for (; c + 3 < size; c += 4) {
      forward4(columns[c], columns[c + 1], columns[c + 2], columns[c + 3], x, c);
    }
    for (; c < size; c++) {
      x[c] = (x[c] - dot(columns[c], x, 0, c)) / columns[c][c];
    }
  }

  /** Four columns at a time share the reading of x, and their sums do not wait for each other. */
  private static void forward4(
      double[] a, double[] b, double[] c, double[] d, double[] x, int count) {
    double a0 = 0;
    double a1 = 0;
    double b0 = 0;
    double b1 = 0;
    double c0 = 0;
    double c1 = 0;
    double d0 = 0;
    double d1 = 0;
    // The number of columns before is even.
    for (int q = 0; q < count; q += 2) {
      double x0 = x[q];
      double x1 = x[q + 1];
      a0 += a[q] * x0;
      a1 += a[q + 1] * x1;
      b0 += b[q] * x0;
      b1 += b[q + 1] * x1;
      c0 += c[q] * x0;
      c1 += c[q + 1] * x1;
      d0 += d[q] * x0;
      d1 += d[q + 1] * x1;
    }
    double p = (x[count] - (a0 + a1)) / a[count];
    double q = (x[count + 1] - (b0 + b1) - b[count] * p) / b[count + 1];
    double r = (x[count + 2] - (c0 + c1) - c[count] * p - c[count + 1] * q) / c[count + 2];
    x[count] = p;
    x[count + 1] = q;
    x[count + 2] = r;
    x[count + 3] =
        (x[count + 3] - (d0 + d1) - d[count] * p - d[count + 1] * q - d[count + 2] * r)
            / d[count + 3];
  }

  /** x ← U⁻¹x. */
  void backward(double[] x) {
    int c = size - 1;
    for (; c >= 3; c -= 4) {
      double[] d = columns[c];
      double[] e = columns[c - 1];
      double[] f = columns[c - 2];
      double[] g = columns[c - 3];
      double p = x[c] / d[c];
      double q = (x[c - 1] - d[c - 1] * p) / e[c - 1];
      double r = (x[c - 2] - d[c - 2] * p - e[c - 2] * q) / f[c - 2];
      double s = (x[c - 3] - d[c - 3] * p - e[c - 3] * q - f[c - 3] * r) / g[c - 3];
      x[c] = p;
      x[c - 1] = q;
      x[c - 2] = r;
      x[c - 3] = s;
      subtract4(p, d, q, e, r, f, s, g, x, c - 3);
    }
    for (; c >= 0; c--) {
      double[] d = columns[c];
      double p = x[c] / d[c];
      x[c] = p;
      for (int i = 0; i < c; i++) {
        x[i] -= p * d[i];
      }
    }
  }

  private static void subtract4(
      double p,
      double[] a,
      double q,
      double[] b,
      double r,
      double[] c,
      double s,
      double[] d,
      double[] x,
      int count) {
    for (int i = 0; i < count; i++) {
      x[i] -= (p * a[i] + q * b[i]) + (r * c[i] + s * d[i]);
    }
  }
}
