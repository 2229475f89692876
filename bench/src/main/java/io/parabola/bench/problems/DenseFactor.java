package io.parabola.bench.problems;

/** Triangular factors of symmetric matrices. */
public final class DenseFactor {
  private DenseFactor() {}

  /**
   * The lower triangular R [k, k] with RR' = A.
   *
   * @param a [k, k], symmetric and positive definite; not modified
   */
  public static double[] cholesky(double[] a, int k) {
    double[] root = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * k + j];
        for (int p = 0; p < j; p++) {
          sum -= root[i * k + p] * root[j * k + p];
        }
        root[i * k + j] = i == j ? Math.sqrt(sum) : sum / root[j * k + j];
      }
    }
    return root;
  }
}
