package io.parabola.internal.blas;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix in plain Java: Householder reflections to
 * tridiagonal form, then the implicit QL method (Bowdler, Martin, Reinsch and Wilkinson, 1968).
 * Vectors are kept as rows, so that every rotation runs along memory. O(n³).
 */
final class SymmetricEigen {
  private static final int MOST_ROTATIONS = 60;

  private SymmetricEigen() {}

  /** As {@link Blas#eigen}. */
  static void decompose(int n, double[] a, double[] values) {
    double largest = 0;
    for (double element : a) {
      largest = Math.max(largest, Math.abs(element));
    }
    if (n == 0 || largest == 0) {
      Arrays.fill(values, 0, n, 0);
      for (int i = 0; i < n; i++) {
        a[i * n + i] = 1;
      }
      return;
    }
    // By a power of two, which is exact: no square overflows then, and none that matters vanishes.
    int exponent = Math.getExponent(largest);
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        rows[i][j] = Math.scalb(a[i * n + j], -exponent);
      }
    }
    double[] diagonal = new double[n];
    double[] beside = new double[n];
    double[][] vectors = tridiagonal(rows, diagonal, beside);
    for (int i = 0; i < n; i++) {
      rotate(i, diagonal, beside, vectors);
    }
    Integer[] order = new Integer[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    Arrays.sort(order, Comparator.comparingDouble(i -> diagonal[i]));
    for (int i = 0; i < n; i++) {
      values[i] = Math.scalb(diagonal[order[i]], exponent);
      System.arraycopy(vectors[order[i]], 0, a, i * n, n);
    }
  }

  /**
   * A = Q T Q'. Reflection k, I − 2vv', clears row and column k beyond the one beside the diagonal.
   *
   * @return Q' by rows
   */
  private static double[][] tridiagonal(double[][] a, double[] diagonal, double[] beside) {
    int n = a.length;
    double[][] reflections = new double[n][];
    double[] p = new double[n];
    for (int k = 0; k < n - 2; k++) {
      double squares = 0;
      for (int i = k + 2; i < n; i++) {
        squares += a[k][i] * a[k][i];
      }
      if (squares == 0) {
        continue;
      }
      double first = a[k][k + 1];
      double norm = Math.sqrt(squares + first * first);
      double[] v = new double[n];
      System.arraycopy(a[k], k + 1, v, k + 1, n - k - 1);
      v[k + 1] = first + Math.copySign(norm, first);
      double length = Math.sqrt(squares + v[k + 1] * v[k + 1]);
      for (int i = k + 1; i < n; i++) {
        v[i] /= length;
      }
      // (I − 2vv')A(I − 2vv') = A − vw' − wv' with w = 2Av − 2(v'Av)v.
      double product = 0;
      for (int i = k + 1; i < n; i++) {
        p[i] = dot(a[i], v, k + 1);
        product += p[i] * v[i];
      }
      for (int i = k + 1; i < n; i++) {
        p[i] = 2 * (p[i] - product * v[i]);
      }
      for (int i = k + 1; i < n; i++) {
        double vi = v[i];
        double pi = p[i];
        double[] row = a[i];
        for (int j = k + 1; j < n; j++) {
          row[j] -= vi * p[j] + pi * v[j];
        }
      }
      a[k][k + 1] = -Math.copySign(norm, first);
      reflections[k] = v;
    }
    for (int i = 0; i < n; i++) {
      diagonal[i] = a[i][i];
      beside[i] = i + 1 < n ? a[i][i + 1] : 0;
    }
    double[][] vectors = new double[n][n];
    for (int i = 0; i < n; i++) {
      vectors[i][i] = 1;
    }
    for (int k = n - 3; k >= 0; k--) {
      double[] v = reflections[k];
      for (int i = k + 1; v != null && i < n; i++) {
        double factor = 2 * dot(vectors[i], v, k + 1);
        for (int j = k + 1; j < n; j++) {
          vectors[i][j] -= factor * v[j];
        }
      }
    }
    return vectors;
  }

  private static double dot(double[] a, double[] b, int from) {
    double sum = 0;
    for (int j = from; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  /** Rotates until the element beside diagonal element l is nothing. */
  private static void rotate(int l, double[] d, double[] e, double[][] vectors) {
    for (int turn = 0; turn < MOST_ROTATIONS; turn++) {
      int m = l;
      while (m < d.length - 1
          && Math.abs(e[m]) > Math.ulp(1.0) * (Math.abs(d[m]) + Math.abs(d[m + 1]))
          && Math.abs(e[m]) > Double.MIN_NORMAL) {
        m++;
      }
      if (m == l) {
        return;
      }
      double g = (d[l + 1] - d[l]) / (2 * e[l]);
      g = d[m] - d[l] + e[l] / (g + Math.copySign(Math.hypot(g, 1), g));
      double s = 1;
      double c = 1;
      double p = 0;
      int i = m - 1;
      for (; i >= l; i--) {
        double f = s * e[i];
        double b = c * e[i];
        double r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r == 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        double[] upper = vectors[i];
        double[] lower = vectors[i + 1];
        for (int k = 0; k < upper.length; k++) {
          double low = lower[k];
          lower[k] = s * upper[k] + c * low;
          upper[k] = c * upper[k] - s * low;
        }
      }
      if (i < l) {
        d[l] -= p;
        e[l] = g;
        e[m] = 0;
      }
    }
  }
}
