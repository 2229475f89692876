package io.parabola.internal;

import java.util.Arrays;

/**
 * min {c'v : 1'v = budget, lower &lt;= v &lt;= upper}: the budget goes to the smallest costs first.
 */
public final class Knapsack {
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
  public static double solve(
      double[] cost, double[] lower, double[] upper, double budget, double[] v) {
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

  /**
   * c'w − min {c'v : v feasible}, as a sum of terms of which none is negative, so that nothing
   * cancels: with λ the cost at which the budget ends, (c_i − λ)(w_i − v_i) over the assets.
   *
   * @param cost c [n]
   * @param w a feasible point [n]
   * @param lower finite lower bounds [n]
   * @param upper finite upper bounds [n]
   * @param budget what w sums to
   * @param scratch overwritten [n]
   * @return at least 0
   */
  public static double gap(
      double[] cost, double[] w, double[] lower, double[] upper, double budget, double[] scratch) {
    double multiplier = solve(cost, lower, upper, budget, scratch);
    double gap = 0;
    for (int i = 0; i < w.length; i++) {
      double excess = cost[i] - multiplier;
      gap += excess * (w[i] - (excess > 0 ? lower[i] : upper[i]));
    }
    return gap;
  }
}
