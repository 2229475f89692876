package io.parabola.models.estimators;

import io.parabola.InvalidInputException;

/** Linear least squares by Householder reflections, weights and all. */
final class LeastSquares {
  /** Columns that leave less than this of themselves depend on those before. */
  private static final double DEPENDENT = 1e-10;

  private LeastSquares() {}

  /**
   * Solves min ‖X b − Y‖ for several right-hand sides.
   *
   * @param x [rows][k], overwritten
   * @param y [rows][m], overwritten
   * @param columns names of the k columns, for the message
   * @return b [k][m]
   * @throws InvalidInputException naming a column that depends on those before it
   */
  static double[][] solve(double[][] x, double[][] y, java.util.List<String> columns) {
    int rows = x.length;
    int k = columns.size();
    int m = y.length == 0 ? 0 : y[0].length;
    if (rows < k) {
      throw new InvalidInputException(
          rows + " observations for " + k + " coefficients: needs at least as many");
    }
    for (int c = 0; c < k; c++) {
      double whole = 0;
      double rest = 0;
      for (int r = 0; r < rows; r++) {
        whole += x[r][c] * x[r][c];
        rest += r >= c ? x[r][c] * x[r][c] : 0;
      }
      double norm = Math.sqrt(rest);
      if (!(norm > DEPENDENT * Math.sqrt(whole))) {
        throw new InvalidInputException(
            columns.get(c) + " is a combination of the others, or nothing at all");
      }
      double alpha = x[c][c] > 0 ? -norm : norm;
      double[] v = new double[rows];
      for (int r = c; r < rows; r++) {
        v[r] = x[r][c];
      }
      v[c] -= alpha;
      double square = 0;
      for (int r = c; r < rows; r++) {
        square += v[r] * v[r];
      }
      reflect(x, v, square, c, c, k);
      reflect(y, v, square, c, 0, m);
    }
    double[][] b = new double[k][m];
    for (int j = 0; j < m; j++) {
      for (int c = k - 1; c >= 0; c--) {
        double sum = y[c][j];
        for (int d = c + 1; d < k; d++) {
          sum -= x[c][d] * b[d][j];
        }
        b[c][j] = sum / x[c][c];
      }
    }
    return b;
  }

  private static void reflect(double[][] a, double[] v, double square, int row, int from, int to) {
    for (int j = from; j < to; j++) {
      double sum = 0;
      for (int r = row; r < a.length; r++) {
        sum += v[r] * a[r][j];
      }
      double factor = 2 * sum / square;
      for (int r = row; r < a.length; r++) {
        a[r][j] -= factor * v[r];
      }
    }
  }
}
