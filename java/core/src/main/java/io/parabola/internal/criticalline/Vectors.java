package io.parabola.internal.criticalline;

/** Sums over arrays, written so that they run fast. */
final class Vectors {
  private Vectors() {}

  /** Eight sums at a time, because one is a chain of additions that wait for each other. */
  static double dot(double[] x, double[] y, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = from;
    for (; i + 7 < to; i += 8) {
      s0 += x[i] * y[i];
      s1 += x[i + 1] * y[i + 1];
      s2 += x[i + 2] * y[i + 2];
      s3 += x[i + 3] * y[i + 3];
      s4 += x[i + 4] * y[i + 4];
      s5 += x[i + 5] * y[i + 5];
      s6 += x[i + 6] * y[i + 6];
      s7 += x[i + 7] * y[i + 7];
    }
    for (; i < to; i++) {
      s0 += x[i] * y[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  /** target ← target + factor x. */
  static void axpy(double factor, double[] x, double[] target) {
    if (factor != 0) {
      for (int i = 0; i < target.length; i++) {
        target[i] += factor * x[i];
      }
    }
  }

  /** target ← target + ax + by + cz + du, in one pass over the target. */
  static void axpy4(
      double a,
      double[] x,
      double b,
      double[] y,
      double c,
      double[] z,
      double d,
      double[] u,
      double[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] += (a * x[i] + b * y[i]) + (c * z[i] + d * u[i]);
    }
  }

  /** The largest magnitude; 0 if there is none. */
  static double largest(double[] x) {
    double most = 0;
    for (double value : x) {
      most = Math.max(most, Math.abs(value));
    }
    return most;
  }
}
