package io.parabola.models.stress;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.SolveOptions;
import io.parabola.Status;
import java.util.Arrays;

/**
 * What the bounds of the weights cost: the mean shadow price of each, over the scenarios in which
 * it binds, of the first so many.
 *
 * @param scenarios how many were looked at
 * @param lower of the lower bounds [n], at least 0; NaN where one never binds
 * @param upper of the upper bounds [n], at most 0; NaN where one never binds
 */
public record BoundPrices(int scenarios, double[] lower, double[] upper) {
  /** Scenarios that are looked at at a time. */
  private static final int CHUNK = 1024;

  /**
   * Looks at scenarios again, for what is too much to be kept of all.
   *
   * @param test what was evaluated
   * @param scenarios how many, from number 0 on; at least 1
   * @return the prices
   * @throws InvalidInputException if there are none
   */
  public static BoundPrices of(StressTest test, int scenarios) {
    if (scenarios < 1) {
      throw new InvalidInputException("scenarios = " + scenarios + ": must be at least 1");
    }
    int n = test.problem().size();
    double[] lower = new double[n];
    double[] upper = new double[n];
    int[] below = new int[n];
    int[] above = new int[n];
    double[] prices = new double[n];
    for (int first = 0; first < scenarios; first += CHUNK) {
      int from = first;
      long[] some = new long[Math.min(CHUNK, scenarios - first)];
      Arrays.setAll(some, k -> from + k);
      try (StressChunk chunk =
          test.evaluate(some, SolveOptions.defaults().withReducedCosts(), null)) {
        Matrix reduced = chunk.reducedCosts();
        for (int k = 0; k < some.length; k++) {
          if (chunk.status(k) != Status.SOLVED) {
            continue;
          }
          reduced.getRow(k, prices);
          for (int i = 0; i < n; i++) {
            lower[i] += Math.max(0, prices[i]);
            upper[i] += Math.min(0, prices[i]);
            below[i] += prices[i] > 0 ? 1 : 0;
            above[i] += prices[i] < 0 ? 1 : 0;
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      lower[i] = below[i] == 0 ? Double.NaN : lower[i] / below[i];
      upper[i] = above[i] == 0 ? Double.NaN : upper[i] / above[i];
    }
    return new BoundPrices(scenarios, lower, upper);
  }
}
