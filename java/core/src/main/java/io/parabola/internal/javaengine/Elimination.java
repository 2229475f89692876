package io.parabola.internal.javaengine;

import java.util.Arrays;

/**
 * Gauss elimination with complete pivoting of an equilibrated matrix, for systems that may be
 * singular: unknowns that nothing determines are left at zero, equations that say nothing new are
 * left out.
 */
final class Elimination {
  /** The least a pivot may be, in a matrix whose rows and columns have a largest entry of one. */
  private static final double SINGULAR = 1e-13;

  private static final int SCALINGS = 12;

  private final double[][] a;
  private final int n;
  private final int rank;
  private final int[] rowOrder;
  private final int[] columnOrder;
  private final double[] scale;

  /**
   * Factors a matrix whose pattern of sizes is symmetric.
   *
   * @param matrix [n][n]; overwritten and kept
   */
  Elimination(double[][] matrix) {
    a = matrix;
    n = a.length;
    scale = new double[n];
    rowOrder = new int[n];
    columnOrder = new int[n];
    Arrays.setAll(rowOrder, i -> i);
    Arrays.setAll(columnOrder, i -> i);
    equilibrate();
    int done = 0;
    while (done < n && pivot(done)) {
      double[] row = a[done];
      for (int r = done + 1; r < n; r++) {
        double[] target = a[r];
        if (target[done] != 0) {
          double factor = target[done] / row[done];
          target[done] = factor;
          for (int k = done + 1; k < n; k++) {
            target[k] -= factor * row[k];
          }
        }
      }
      done++;
    }
    rank = done;
  }

  private void equilibrate() {
    Arrays.fill(scale, 1);
    for (int pass = 0; pass < SCALINGS; pass++) {
      double[] next = scale.clone();
      for (int i = 0; i < n; i++) {
        double most = 0;
        for (int j = 0; j < n; j++) {
          most = Math.max(most, Math.abs(a[i][j]) * scale[i] * scale[j]);
        }
        next[i] = most > 0 ? scale[i] / Math.sqrt(most) : scale[i];
      }
      System.arraycopy(next, 0, scale, 0, n);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i][j] *= scale[i] * scale[j];
      }
    }
  }

  private boolean pivot(int at) {
    int bestRow = at;
    int bestColumn = at;
    double best = 0;
    for (int r = at; r < n; r++) {
      for (int c = at; c < n; c++) {
        if (Math.abs(a[r][c]) > best) {
          best = Math.abs(a[r][c]);
          bestRow = r;
          bestColumn = c;
        }
      }
    }
    if (!(best > SINGULAR)) {
      return false;
    }
    double[] row = a[at];
    a[at] = a[bestRow];
    a[bestRow] = row;
    swap(rowOrder, at, bestRow);
    if (bestColumn != at) {
      swap(columnOrder, at, bestColumn);
      for (double[] each : a) {
        double value = each[at];
        each[at] = each[bestColumn];
        each[bestColumn] = value;
      }
    }
    return true;
  }

  private static void swap(int[] order, int i, int j) {
    int at = order[i];
    order[i] = order[j];
    order[j] = at;
  }

  /** Solves for a right side [n], which is left as it is. */
  double[] solve(double[] right) {
    double[] x = new double[rank];
    for (int i = 0; i < rank; i++) {
      int row = rowOrder[i];
      x[i] = right[row] * scale[row] - Dense.dot(a[i], x, i);
    }
    for (int i = rank - 1; i >= 0; i--) {
      double sum = x[i];
      for (int k = i + 1; k < rank; k++) {
        sum -= a[i][k] * x[k];
      }
      x[i] = sum / a[i][i];
    }
    double[] solution = new double[n];
    for (int i = 0; i < rank; i++) {
      solution[columnOrder[i]] = x[i] * scale[columnOrder[i]];
    }
    return solution;
  }
}
