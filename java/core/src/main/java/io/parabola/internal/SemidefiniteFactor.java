package io.parabola.internal;

import io.parabola.Covariance;
import io.parabola.Matrix;
import java.util.Arrays;

/**
 * Σ = C'C for a positive semidefinite Σ of any rank, by Cholesky with complete pivoting (Higham,
 * "Analysis of the Cholesky decomposition of a semi-definite matrix", 1990).
 *
 * <p>Works on the correlations, so that an asset of tiny volatility is not taken for rounding
 * beside a wild one. It stops when no pivot rises above rounding: a constant asset, a duplicate, or
 * fewer observations than assets only leave C fewer rows.
 */
public final class SemidefiniteFactor {
  private SemidefiniteFactor() {}

  /**
   * Factors a covariance, at a cost of n²·rank/2.
   *
   * @param covariance Σ, a matrix; of one made of factors its root is a factor already
   * @return C [rank][n]
   */
  public static double[][] of(Covariance covariance) {
    int n = covariance.size();
    Matrix sigma = Internals.get().matrix(covariance);
    double[] deviation = new double[n];
    double[] left = new double[n]; // of the unit diagonal, what the rows so far do not explain
    for (int i = 0; i < n; i++) {
      deviation[i] = Math.sqrt(covariance.variance(i));
      left[i] = deviation[i] > 0 ? 1 : 0;
    }
    double[][] rows = new double[n][];
    boolean[] done = new boolean[n];
    double[] pivotRow = new double[n];
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
      double[] row = new double[n];
      sigma.getRow(pivot, pivotRow);
      for (int i = 0; i < n; i++) {
        if (!done[i] && deviation[i] > 0) {
          row[i] = pivotRow[i] / (deviation[pivot] * deviation[i]);
        }
      }
      for (int k = 0; k < rank; k++) {
        double[] earlier = rows[k];
        double factor = earlier[pivot];
        if (factor != 0) {
          for (int i = 0; i < n; i++) {
            row[i] -= factor * earlier[i];
          }
        }
      }
      for (int i = 0; i < n; i++) {
        if (done[i] || deviation[i] == 0) {
          row[i] = 0;
        } else {
          row[i] /= root;
          left[i] -= row[i] * row[i];
        }
      }
      row[pivot] = root;
      done[pivot] = true;
      left[pivot] = 0;
      rows[rank++] = row;
    }
    for (int k = 0; k < rank; k++) {
      for (int i = 0; i < n; i++) {
        rows[k][i] *= deviation[i];
      }
    }
    return Arrays.copyOf(rows, rank);
  }
}
