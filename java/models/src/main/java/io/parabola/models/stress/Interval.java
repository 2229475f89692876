package io.parabola.models.stress;

/**
 * A number, or all numbers between two, each as likely as another.
 *
 * @param low the least
 * @param high the greatest; {@code low} for a number alone
 */
public record Interval(double low, double high) {

  /**
   * A number alone.
   *
   * @param value the number
   * @return the interval
   */
  public static Interval of(double value) {
    return new Interval(value, value);
  }

  /**
   * The number at a share of the way.
   *
   * @param share between 0 and 1
   * @return low + share · (high − low)
   */
  double at(double share) {
    return low == high ? low : low + share * (high - low);
  }

  /**
   * Whether it is a number alone.
   *
   * @return low = high
   */
  public boolean isNumber() {
    return low == high;
  }
}
