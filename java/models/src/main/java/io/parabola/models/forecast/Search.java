package io.parabola.models.forecast;

/** The largest value of a function of two numbers that are at least 0 and sum to less than one. */
final class Search {
  private static final double MOST = 0.9995;
  private static final double FINEST = 1e-4;

  private Search() {}

  /** What is maximised. */
  @FunctionalInterface
  interface Target {
    double of(double a, double b);
  }

  /**
   * Compass search: from the best of a few starts, steps along both numbers and both diagonals,
   * halved where none leads up.
   */
  static double[] largest(Target target) {
    double[][] starts = {{0.03, 0.95}, {0.05, 0.90}, {0.10, 0.80}, {0.01, 0.97}, {0.15, 0.60}};
    double[] best = null;
    double value = Double.NEGATIVE_INFINITY;
    for (double[] start : starts) {
      double one = target.of(start[0], start[1]);
      if (one > value) {
        value = one;
        best = start.clone();
      }
    }
    if (best == null) {
      return starts[0];
    }
    for (double step = 0.04; step > FINEST; ) {
      boolean moved = false;
      for (double[] way :
          new double[][] {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, -1}, {-1, 1}, {1, 1}, {-1, -1}}) {
        double a = best[0] + step * way[0];
        double b = best[1] + step * way[1];
        if (a < 0 || b < 0 || a + b > MOST) {
          continue;
        }
        double one = target.of(a, b);
        if (one > value) {
          value = one;
          best = new double[] {a, b};
          moved = true;
        }
      }
      step = moved ? step : step / 2;
    }
    return best;
  }
}
