package io.parabola.internal;

/** Scalar products. */
public final class Dot {
  private Dot() {}

  /**
   * x'y in four running sums, which the processor keeps side by side; one could not overtake
   * itself.
   *
   * @param x [n]; not modified
   * @param y [n] or longer; not modified
   * @return the sum over n products
   */
  public static double of(double[] x, double[] y) {
    return of(x, y, x.length);
  }

  /**
   * The same of the first numbers alone.
   *
   * @param x [count] or longer; not modified
   * @param y [count] or longer; not modified
   * @param count at least 0
   * @return the sum over so many products
   */
  public static double of(double[] x, double[] y, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (; i < count; i++) {
      a += x[i] * y[i];
    }
    return (a + b) + (c + d);
  }
}
