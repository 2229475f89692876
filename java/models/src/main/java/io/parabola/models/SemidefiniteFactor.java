package io.parabola.models;

import io.parabola.Covariance;

/**
 * Σ = L L' for a positive semidefinite Σ of any rank, by Cholesky with complete pivoting (Higham,
 * "Analysis of the Cholesky decomposition of a semi-definite matrix", 1990).
 *
 * <p>Works on the correlations, so that an asset of tiny volatility is not taken for rounding
 * beside a wild one. It stops when no pivot rises above rounding: a constant asset, a duplicate, or
 * fewer observations than assets only make L narrower.
 */
final class SemidefiniteFactor {
  /** L by columns: {@code columns[k][i]} is row i of column k; [rank][n]. */
  private final double[][] columns;

  private final int n;

  private SemidefiniteFactor(double[][] columns, int n) {
    this.columns = columns;
    this.n = n;
  }

  static SemidefiniteFactor of(Covariance covariance) {
    int n = covariance.size();
    double[] sigma = covariance.toArray();
    double[] deviation = new double[n];
    double[] left = new double[n]; // of the unit diagonal, what the columns so far do not explain
    for (int i = 0; i < n; i++) {
      deviation[i] = Math.sqrt(sigma[i * n + i]);
      left[i] = deviation[i] > 0 ? 1 : 0;
    }
    double[][] columns = new double[n][];
    boolean[] done = new boolean[n];
    int rank = 0;
    double rounding = 4.0 * n * Math.ulp(1.0);
    while (rank < n) {
      int pivot = 0;
      for (int i = 1; i < n; i++) {
        if (left[i] > left[pivot]) {
          pivot = i;
        }
      }
      if (left[pivot] <= rounding) {
        break;
      }
      double root = Math.sqrt(left[pivot]);
      double[] column = new double[n];
      for (int i = 0; i < n; i++) {
        if (!done[i] && deviation[i] > 0) {
          column[i] = sigma[pivot * n + i] / (deviation[pivot] * deviation[i]);
        }
      }
      for (int k = 0; k < rank; k++) {
        double[] earlier = columns[k];
        double factor = earlier[pivot];
        if (factor != 0) {
          for (int i = 0; i < n; i++) {
            column[i] -= factor * earlier[i];
          }
        }
      }
      for (int i = 0; i < n; i++) {
        if (done[i] || deviation[i] == 0) {
          column[i] = 0;
        } else {
          column[i] /= root;
          left[i] -= column[i] * column[i];
        }
      }
      column[pivot] = root;
      done[pivot] = true;
      left[pivot] = 0;
      columns[rank++] = column;
    }
    double[][] used = new double[rank][];
    for (int k = 0; k < rank; k++) {
      used[k] = columns[k];
      for (int i = 0; i < n; i++) {
        used[k][i] *= deviation[i];
      }
    }
    return new SemidefiniteFactor(used, n);
  }

  int rank() {
    return columns.length;
  }

  /** target += scale · L z; z has length rank, target n. */
  void addProduct(double scale, double[] z, double[] target) {
    for (int k = 0; k < columns.length; k++) {
      double[] column = columns[k];
      double factor = scale * z[k];
      for (int i = 0; i < n; i++) {
        target[i] += factor * column[i];
      }
    }
  }
}
