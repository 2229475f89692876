package io.parabola.models;

import io.parabola.InvalidInputException;
import java.util.List;

/**
 * Simple returns, p(t)/p(t−1) − 1, of n assets over T periods. Simple returns add across assets,
 * which is what a portfolio needs; log returns do not. Immutable and safe for use by many threads.
 */
public final class Returns {
  private final List<String> assets;
  private final List<String> times;
  private final double[] values;
  private final double[] basePrices;
  private final List<Finding> findings;

  Returns(
      List<String> assets,
      List<String> times,
      double[] values,
      double[] basePrices,
      List<Finding> findings) {
    this.assets = List.copyOf(assets);
    this.times = List.copyOf(times);
    this.values = values;
    this.basePrices = basePrices;
    this.findings = List.copyOf(findings);
  }

  /**
   * Returns that were not computed from prices.
   *
   * @param assets n distinct names
   * @param times T labels, the end of each period
   * @param values simple returns, [T, n] row-major, finite and at least −1; copied
   * @return the returns
   * @throws InvalidInputException naming the asset and the time of the first bad value, or both
   *     shapes
   */
  public static Returns of(List<String> assets, List<String> times, double[] values) {
    PriceTable.checkNames(assets);
    PriceTable.checkShape("returns", assets, times, values);
    for (int k = 0; k < values.length; k++) {
      double value = values[k];
      if (!(value >= -1) || value == Double.POSITIVE_INFINITY) {
        throw new InvalidInputException(
            "return of "
                + assets.get(k % assets.size())
                + " at "
                + times.get(k / assets.size())
                + " is "
                + value
                + "; a simple return is a finite number of at least -1");
      }
    }
    return new Returns(assets, times, values.clone(), null, List.of());
  }

  /**
   * The assets.
   *
   * @return n names
   */
  public List<String> assets() {
    return assets;
  }

  /**
   * The end of each period.
   *
   * @return T labels
   */
  public List<String> times() {
    return times;
  }

  /**
   * The number of periods.
   *
   * @return T
   */
  public int observations() {
    return times.size();
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int size() {
    return assets.size();
  }

  /**
   * One return.
   *
   * @param observation 0 to T − 1
   * @param asset 0 to n − 1
   * @return the simple return
   */
  public double get(int observation, int asset) {
    return values[observation * assets.size() + asset];
  }

  /**
   * All returns.
   *
   * @return [T, n] row-major, a copy
   */
  public double[] toArray() {
    return values.clone();
  }

  /** The prices before the first period, [n]; null where the returns did not come from prices. */
  double[] basePrices() {
    return basePrices;
  }

  /**
   * What was changed on the way from prices to these returns.
   *
   * @return a finding for each choice that had an effect; empty if nothing was changed
   */
  public List<Finding> findings() {
    return findings;
  }
}
