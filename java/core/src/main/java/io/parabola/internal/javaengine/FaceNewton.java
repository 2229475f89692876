package io.parabola.internal.javaengine;

/**
 * The Newton direction on a face: minimise g'd + ½ γ d'Σd over d with 1'd = 0 and d zero outside
 * the face.
 *
 * <p>The asset of least variance pays for all the others, which leaves the covariance of the other
 * assets' returns in excess of its own: positive semidefinite, and as well scaled as Σ itself. A
 * trace of the diagonal is added, so that a singular covariance gives a very long step along a
 * direction without risk, which then ends at a bound, and rounding alone gives a short one.
 */
final class FaceNewton {
  /** What is added, over the diagonal: some hundreds of roundings. */
  private static final double TRACE = 1e-13;

  /** The least a diagonal may be, over the largest number around, to be divided by. */
  private static final double TINY = 1e-20;

  private final double[][] sigma;
  private final double[][] factor;
  private final double[] solution;

  FaceNewton(double[][] sigma) {
    this.sigma = sigma;
    this.factor = new double[sigma.length][];
    this.solution = new double[sigma.length];
  }

  /**
   * Finds the direction.
   *
   * @param face the free assets [size], the one of least variance first; at least 2
   * @param gradient g [n]
   * @param riskAversion γ, positive
   * @param direction d by place in the face [size]; overwritten
   */
  void direction(int[] face, int size, double[] gradient, double riskAversion, double[] direction) {
    int payer = face[0];
    double[] payerRow = sigma[payer];
    double payerVariance = payerRow[payer];
    double largest = 0;
    for (int a = 1; a < size; a++) {
      int i = face[a];
      largest = Math.max(largest, riskAversion * (sigma[i][i] + payerVariance));
      largest = Math.max(largest, Math.abs(gradient[i] - gradient[payer]));
    }
    for (int a = 1; a < size; a++) {
      int i = face[a];
      double[] row = row(a - 1);
      double shared = payerVariance - payerRow[i];
      for (int b = 1; b <= a; b++) {
        int j = face[b];
        row[b - 1] = riskAversion * (sigma[i][j] - payerRow[j] + shared);
      }
      double trace = TRACE * Math.max(riskAversion * (sigma[i][i] + payerVariance), TINY * largest);
      row[a - 1] += trace;
      solution[a - 1] = gradient[payer] - gradient[i];
      factorRow(a - 1, trace);
    }
    solve(size - 1);
    double paid = 0;
    for (int a = 1; a < size; a++) {
      direction[a] = solution[a - 1];
      paid += solution[a - 1];
    }
    direction[0] = -paid;
  }

  private double[] row(int index) {
    if (factor[index] == null) {
      factor[index] = new double[index + 1];
    }
    return factor[index];
  }

  /** One more row of the Cholesky factor L of LL', and of the solution of Ly = b. */
  private void factorRow(int index, double leastPivot) {
    double[] row = factor[index];
    for (int j = 0; j < index; j++) {
      row[j] = (row[j] - dot(row, factor[j], j)) / factor[j][j];
    }
    // Rounding can take a pivot below what was added, and even below zero.
    double pivot = Math.max(row[index] - dot(row, row, index), leastPivot);
    row[index] = pivot > 0 ? Math.sqrt(pivot) : 1;
    solution[index] = (solution[index] - dot(row, solution, index)) / row[index];
  }

  private void solve(int size) {
    for (int i = size - 1; i >= 0; i--) {
      solution[i] /= factor[i][i];
      for (int j = 0; j < i; j++) {
        solution[j] -= factor[i][j] * solution[i];
      }
    }
  }

  /** Four sums at a time, because one is a chain of additions that wait for each other. */
  private static double dot(double[] x, double[] y, int length) {
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
}
