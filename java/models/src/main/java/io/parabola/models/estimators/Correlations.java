package io.parabola.models.estimators;

/** A covariance as deviations and correlations, and back. */
final class Correlations {
  private Correlations() {}

  /** Roots of the diagonal [n] of a matrix [n, n]. */
  static double[] deviations(double[] covariance, int n) {
    double[] deviation = new double[n];
    for (int i = 0; i < n; i++) {
      deviation[i] = Math.sqrt(Math.max(covariance[i * n + i], 0));
    }
    return deviation;
  }

  /** Divides in place; assets without variance stand alone. */
  static void scale(double[] covariance, double[] deviation) {
    int n = deviation.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double product = deviation[i] * deviation[j];
        covariance[i * n + j] =
            i == j ? 1 : product > 0 ? clip(covariance[i * n + j] / product) : 0;
      }
    }
  }

  private static double clip(double correlation) {
    return Math.max(-1, Math.min(1, correlation));
  }

  /** Multiplies in place. */
  static void unscale(double[] correlation, double[] deviation) {
    int n = deviation.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        correlation[i * n + j] *= deviation[i] * deviation[j];
      }
    }
  }
}
