package io.parabola.internal.blas;

import io.parabola.SampleCovariance;

/** What a fresh process says of its BLAS, and what it computes with it. */
final class BlasProbe {
  private BlasProbe() {}

  public static void main(String[] arguments) {
    System.out.println(BlasSelection.describe());
    int n = 800;
    double[] returns = new double[2 * n];
    for (int i = 0; i < n; i++) {
      returns[i] = i;
    }
    System.out.println(SampleCovariance.estimate(returns, 2, n).covariance().get(1, n - 1));
  }
}
