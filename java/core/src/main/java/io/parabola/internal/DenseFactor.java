package io.parabola.internal;

/** A small square matrix as PA = LU, by Gaussian elimination with partial pivoting. */
final class DenseFactor {
  private final double[][] lu;
  private final int[] rowOf;

  private DenseFactor(double[][] lu, int[] rowOf) {
    this.lu = lu;
    this.rowOf = rowOf;
  }

  /**
   * Factorises. A pivot of zero is replaced by one of rounding's size.
   *
   * @param a [p][p]; overwritten, and kept
   */
  static DenseFactor of(double[][] a) {
    int p = a.length;
    int[] rowOf = new int[p];
    double largest = Double.MIN_NORMAL;
    for (int i = 0; i < p; i++) {
      rowOf[i] = i;
      for (double element : a[i]) {
        largest = Math.max(largest, Math.abs(element));
      }
    }
    for (int k = 0; k < p; k++) {
      int pivot = k;
      for (int i = k + 1; i < p; i++) {
        if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) {
          pivot = i;
        }
      }
      double[] swapped = a[k];
      a[k] = a[pivot];
      a[pivot] = swapped;
      int index = rowOf[k];
      rowOf[k] = rowOf[pivot];
      rowOf[pivot] = index;
      if (a[k][k] == 0) {
        a[k][k] = Math.ulp(largest);
      }
      for (int i = k + 1; i < p; i++) {
        double ratio = a[i][k] / a[k][k];
        a[i][k] = ratio;
        if (ratio != 0) {
          for (int j = k + 1; j < p; j++) {
            a[i][j] -= ratio * a[k][j];
          }
        }
      }
    }
    return new DenseFactor(a, rowOf);
  }

  /** b ← A⁻¹b. */
  void solve(double[] b) {
    int p = lu.length;
    double[] z = new double[p];
    for (int i = 0; i < p; i++) {
      double sum = b[rowOf[i]];
      for (int j = 0; j < i; j++) {
        sum -= lu[i][j] * z[j];
      }
      z[i] = sum;
    }
    for (int i = p - 1; i >= 0; i--) {
      double sum = z[i];
      for (int j = i + 1; j < p; j++) {
        sum -= lu[i][j] * b[j];
      }
      b[i] = sum / lu[i][i];
    }
  }

  /** b ← A⁻ᵀb. */
  void solveTransposed(double[] b) {
    int p = lu.length;
    double[] z = b.clone();
    for (int i = 0; i < p; i++) {
      z[i] /= lu[i][i];
      for (int j = i + 1; j < p; j++) {
        z[j] -= lu[i][j] * z[i];
      }
    }
    for (int i = p - 1; i >= 0; i--) {
      for (int j = 0; j < i; j++) {
        z[j] -= lu[i][j] * z[i];
      }
    }
    for (int i = 0; i < p; i++) {
      b[rowOf[i]] = z[i];
    }
  }
}
