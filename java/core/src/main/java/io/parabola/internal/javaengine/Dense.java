package io.parabola.internal.javaengine;

/** The little dense linear algebra that the solver needs. */
final class Dense {
  private Dense() {}

  /** Four sums at a time, because one is a chain of additions that wait for each other. */
  static double dot(double[] x, double[] y, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      s0 += x[i] * y[i];
      s1 += x[i + 1] * y[i + 1];
      s2 += x[i + 2] * y[i + 2];
      s3 += x[i + 3] * y[i + 3];
    }
    for (; i < length; i++) {
      s0 += x[i] * y[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /**
   * Replaces the lower triangle by its Cholesky factor L. A pivot that rounding has made too small
   * to be true is raised to that.
   *
   * @param a positive definite but for rounding [n][at least n]
   * @param leastPivots what each pivot is at least [n], positive
   */
  static void cholesky(double[][] a, int n, double[] leastPivots) {
    for (int i = 0; i < n; i++) {
      double[] row = a[i];
      for (int j = 0; j < i; j++) {
        row[j] = (row[j] - dot(row, a[j], j)) / a[j][j];
      }
      row[i] = Math.sqrt(Math.max(row[i] - dot(row, row, i), leastPivots[i]));
    }
  }

  /** Solves LL'x = b in place. */
  static void solveCholesky(double[][] factor, int n, double[] b) {
    forward(factor, n, b);
    for (int i = n - 1; i >= 0; i--) {
      double[] row = factor[i];
      double x = b[i] / row[i];
      b[i] = x;
      for (int j = 0; j < i; j++) {
        b[j] -= row[j] * x;
      }
    }
  }

  /** Solves Lx = b in place. */
  static void forward(double[][] factor, int n, double[] b) {
    for (int i = 0; i < n; i++) {
      b[i] = (b[i] - dot(factor[i], b, i)) / factor[i][i];
    }
  }
}
