package io.parabola.internal.javaengine;

/**
 * The nearest point of the box and the budget: w_i = clip(x_i − τ) with the one τ for which the sum
 * is the budget, found by Newton's method on that sum, kept in a bracket.
 */
final class Projection {
  private static final int MAX_STEPS = 300;

  private Projection() {}

  /**
   * Projects; the sum is met to the rounding of x.
   *
   * @param x the point [count]; overwritten by its projection
   * @param lower finite lower bounds [count]
   * @param upper finite upper bounds [count]
   * @param budget between the sums of the bounds
   */
  static void project(double[] x, double[] lower, double[] upper, int count, double budget) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      low = Math.min(low, x[i] - upper[i]);
      high = Math.max(high, x[i] - lower[i]);
    }
    double tau = Math.min(Math.max(0, low), high);
    for (int step = 0; step < MAX_STEPS; step++) {
      double excess = -budget;
      int free = 0;
      for (int i = 0; i < count; i++) {
        double w = x[i] - tau;
        if (w <= lower[i]) {
          excess += lower[i];
        } else if (w >= upper[i]) {
          excess += upper[i];
        } else {
          excess += w;
          free++;
        }
      }
      if (excess == 0) {
        break;
      }
      if (excess > 0) {
        low = tau;
      } else {
        high = tau;
      }
      double next = free > 0 ? tau + excess / free : Double.NaN;
      // The ends were tried already; back at one of them, Newton's method would go round in
      // circles.
      if (!(next > low && next < high) && next != tau) {
        next = 0.5 * low + 0.5 * high;
      }
      if (next == tau) {
        break;
      }
      tau = next;
    }
    for (int i = 0; i < count; i++) {
      x[i] = Math.min(Math.max(x[i] - tau, lower[i]), upper[i]);
    }
  }
}
