package io.parabola.internal.javaengine;

import java.util.Arrays;

/**
 * min {c'v : 1'v = budget, lower &lt;= v &lt;= upper}: the budget goes to the smallest costs first.
 */
final class Knapsack {
  private Knapsack() {}

  /**
   * Fills v with a minimiser; of equal costs the earlier asset is filled first.
   *
   * @param cost c [n]
   * @param lower finite lower bounds [n]
   * @param upper finite upper bounds [n]
   * @param budget between the sums of the bounds
   * @param v overwritten [n]
   * @return the cost at which the budget ends: v is lower where costs are above it, upper where
   *     they are below
   */
  static double solve(double[] cost, double[] lower, double[] upper, double budget, double[] v) {
    Integer[] order = new Integer[cost.length];
    double left = budget;
    for (int i = 0; i < cost.length; i++) {
      order[i] = i;
      v[i] = lower[i];
      left -= lower[i];
    }
    Arrays.sort(order, (i, j) -> Double.compare(cost[i], cost[j]));
    double last = cost[order[0]];
    for (int i : order) {
      if (left <= 0) {
        break;
      }
      double room = upper[i] - lower[i];
      v[i] = room <= left ? upper[i] : lower[i] + left;
      left -= room;
      last = cost[i];
    }
    return last;
  }
}
