package io.parabola.internal;

/** A sum of numbers and of products, carried to twice the digits of a double. */
public final class DoubleDouble {
  private double high;
  private double low;

  void add(double term) {
    double sum = high + term;
    double part = sum - high;
    low += (high - (sum - part)) + (term - part);
    high = sum;
  }

  void addProduct(double a, double b) {
    double product = a * b;
    add(product);
    low += Math.fma(a, b, -product);
  }

  double value() {
    return high + low;
  }

  /**
   * A scalar product, rounded once.
   *
   * @param a [n]
   * @param b [n]
   * @return a'b
   */
  public static double dot(double[] a, double[] b) {
    DoubleDouble sum = new DoubleDouble();
    for (int i = 0; i < a.length; i++) {
      sum.addProduct(a[i], b[i]);
    }
    return sum.value();
  }
}
