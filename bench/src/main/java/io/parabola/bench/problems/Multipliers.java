package io.parabola.bench.problems;

import io.parabola.BatchSolution;
import java.util.Arrays;
import java.util.List;

/**
 * Prices of the constraints that a {@link Certificate} leaves out for them.
 *
 * @param rows [m], at least 0 where the lower limit is priced, at most 0 where the upper one is
 * @param turnover at least 0
 * @param gross at least 0
 */
public record Multipliers(double[] rows, double turnover, double gross) {
  public static final Multipliers NONE = new Multipliers(new double[0], 0, 0);

  /** Those that a solution offers for a scenario of m rows. */
  public static Multipliers of(BatchSolution solution, int s, int m) {
    List<String> names = solution.constraintNames();
    double[] prices = solution.shadowPrices(s);
    int first = names.indexOf("budget") + 1;
    return new Multipliers(
        Arrays.copyOfRange(prices, first, first + m),
        upperLimit(names, prices, "turnover"),
        upperLimit(names, prices, "gross exposure"));
  }

  private static double upperLimit(List<String> names, double[] prices, String name) {
    int at = names.indexOf(name);
    return at < 0 ? 0 : Math.max(0, -prices[at]);
  }

  /** Whether any constraint binds. */
  public boolean bind() {
    return turnover > 0 || gross > 0 || Arrays.stream(rows).anyMatch(price -> price != 0);
  }
}
