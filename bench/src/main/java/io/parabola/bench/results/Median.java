package io.parabola.bench.results;

import java.util.Arrays;
import java.util.Collection;

/** The middle of some values. */
public final class Median {
  private Median() {}

  /**
   * Of two in the middle their mean.
   *
   * @param values at least one; not modified
   * @return the median
   */
  public static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
  }

  /**
   * Of two in the middle their mean.
   *
   * @param values at least one; not modified
   * @return the median
   */
  public static double of(Collection<Double> values) {
    return of(values.stream().mapToDouble(x -> x).toArray());
  }
}
