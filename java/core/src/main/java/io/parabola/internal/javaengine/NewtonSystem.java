package io.parabola.internal.javaengine;

/**
 * The equations of one interior point step,
 *
 * <pre>
 *     (H + D) dw − A'dy = right,   A dw + E dy = rowRight,   D, E diagonal and not negative,
 * </pre>
 *
 * by Cholesky's factors of H + D and of A (H + D)⁻¹ A' + E. A trace is added to both, so that they
 * exist, and taken out again by refinement.
 */
final class NewtonSystem {
  private static final double TRACE = 1e-12;
  private static final int REFINEMENTS = 4;

  private final double[][] hessian;
  private final double[] diagonal;
  private final double[][] rows;
  private final double[] rowDiagonal;
  private final boolean[] fixed;
  private final int n;
  private final int m;
  private final double[][] factor;
  private final double[][] schur;
  private final double[][] halfRows;

  /** The solution. */
  double[] dw;

  double[] dy;

  /**
   * Factors the equations.
   *
   * @param hessian H [n][n]
   * @param diagonal D [n]
   * @param rows A [m][n]; entries of fixed weights count as zero
   * @param rowDiagonal E [m]
   * @param fixed the weights that do not move
   */
  NewtonSystem(
      double[][] hessian,
      double[] diagonal,
      double[][] rows,
      double[] rowDiagonal,
      boolean[] fixed) {
    this.hessian = hessian;
    this.diagonal = diagonal;
    this.rowDiagonal = rowDiagonal;
    this.fixed = fixed;
    n = hessian.length;
    m = rows.length;
    this.rows = new double[m][];
    factor = new double[n][n];
    double[] least = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        factor[i][j] = fixed[i] || fixed[j] ? 0 : hessian[i][j];
      }
      factor[i][i] = fixed[i] ? 1 : factor[i][i] + diagonal[i];
      least[i] = TRACE * Math.max(factor[i][i], 1e-4);
      factor[i][i] += least[i];
    }
    Dense.cholesky(factor, n, least);
    halfRows = new double[m][];
    schur = new double[m][m];
    double[] leastRow = new double[m];
    for (int k = 0; k < m; k++) {
      this.rows[k] = rows[k].clone();
      clearFixed(this.rows[k]);
      halfRows[k] = this.rows[k].clone();
      Dense.forward(factor, n, halfRows[k]);
      for (int j = 0; j <= k; j++) {
        schur[k][j] = Dense.dot(halfRows[k], halfRows[j], n);
      }
      schur[k][k] += rowDiagonal[k];
      leastRow[k] = TRACE * Math.max(schur[k][k], 1e-4);
      schur[k][k] += leastRow[k];
    }
    Dense.cholesky(schur, m, leastRow);
  }

  private void clearFixed(double[] values) {
    for (int i = 0; i < n; i++) {
      values[i] = fixed[i] ? 0 : values[i];
    }
  }

  /** Solves for right sides [n] and [m], refined as long as that helps. */
  void solve(double[] right, double[] rowRight) {
    dw = new double[n];
    dy = new double[m];
    double before = Double.POSITIVE_INFINITY;
    double[] left = right.clone();
    double[] rowLeft = rowRight.clone();
    for (int pass = 0; pass <= REFINEMENTS; pass++) {
      double[] x = left.clone();
      Dense.forward(factor, n, x);
      double[] tryY = rowLeft.clone();
      for (int k = 0; k < m; k++) {
        tryY[k] -= Dense.dot(halfRows[k], x, n);
      }
      Dense.solveCholesky(schur, m, tryY);
      double[] tryW = left.clone();
      addTransposed(tryY, tryW);
      Dense.solveCholesky(factor, n, tryW);
      for (int i = 0; i < n; i++) {
        tryW[i] = fixed[i] ? 0 : tryW[i] + dw[i];
      }
      for (int k = 0; k < m; k++) {
        tryY[k] += dy[k];
      }
      double size = residual(right, rowRight, tryW, tryY, left, rowLeft);
      if (!(size < before)) {
        return;
      }
      dw = tryW;
      dy = tryY;
      before = size;
    }
  }

  /** What is left of the right sides; returns the largest of it. */
  private double residual(
      double[] right, double[] rowRight, double[] x, double[] y, double[] left, double[] rowLeft) {
    double size = 0;
    for (int i = 0; i < n; i++) {
      left[i] = right[i] - diagonal[i] * x[i] - Dense.dot(hessian[i], x, n);
    }
    addTransposed(y, left);
    clearFixed(left);
    for (int i = 0; i < n; i++) {
      size = Math.max(size, Math.abs(left[i]));
    }
    for (int k = 0; k < m; k++) {
      rowLeft[k] = rowRight[k] - Dense.dot(rows[k], x, n) - rowDiagonal[k] * y[k];
      size = Math.max(size, Math.abs(rowLeft[k]));
    }
    return size;
  }

  /** Adds A'y. */
  private void addTransposed(double[] y, double[] sum) {
    for (int k = 0; k < m; k++) {
      for (int i = 0; i < n; i++) {
        sum[i] += y[k] * rows[k][i];
      }
    }
  }
}
