package io.parabola.internal;

import java.util.Random;

/** Sets of weights made from a seed, from easy to hostile, feasible and not. */
final class RandomSets {
  private RandomSets() {}

  /**
   * Limits around a point of the set, of which about half the time one or two are then moved past
   * it, by anything from far to within rounding.
   */
  static FeasibleSet of(int n, int m, Random random) {
    double unit = Math.pow(10, -12 + 18 * random.nextDouble());
    if (random.nextBoolean()) {
      unit = 1;
    }
    double[] lower = new double[n];
    double[] upper = new double[n];
    double[] w = new double[n];
    int kind = random.nextInt(6);
    for (int i = 0; i < n; i++) {
      double width = unit * (random.nextInt(10) == 0 ? 1e-3 : 1) * (0.1 + random.nextDouble());
      switch (kind == 5 ? random.nextInt(5) : kind) {
        case 0 -> {
          lower[i] = 0;
          upper[i] = Double.POSITIVE_INFINITY;
        }
        case 1 -> {
          lower[i] = 0;
          upper[i] = unit;
        }
        case 2 -> {
          lower[i] = -width;
          upper[i] = width;
        }
        case 3 -> {
          lower[i] = Double.NEGATIVE_INFINITY;
          upper[i] = random.nextBoolean() ? Double.POSITIVE_INFINITY : width;
        }
        default -> {
          lower[i] = unit * random.nextGaussian();
          upper[i] = lower[i] + (random.nextInt(3) == 0 ? 0 : width);
        }
      }
      double least = Math.max(lower[i], -unit);
      double most = Math.max(least, Math.min(upper[i], unit));
      w[i] =
          switch (random.nextInt(4)) {
            case 0 -> Math.min(upper[i], least);
            case 1 -> Math.min(upper[i], most);
            default -> Math.min(upper[i], least + random.nextDouble() * (most - least));
          };
    }
    double[] rows = new double[m * n];
    double[] rowLower = new double[m];
    double[] rowUpper = new double[m];
    for (int r = 0; r < m; r++) {
      double scale = random.nextBoolean() ? 1 : Math.pow(10, -12 + 18 * random.nextDouble());
      int shape = random.nextInt(8);
      int other = r == 0 ? 0 : random.nextInt(r);
      double activity = 0;
      double size = 0;
      for (int i = 0; i < n; i++) {
        rows[r * n + i] =
            switch (shape) {
              case 0, 1 -> scale * random.nextGaussian();
              case 2, 3 -> random.nextInt(3) == 0 ? 1 : 0;
              case 4 -> r == 0 ? scale : scale * rows[other * n + i];
              case 5 -> r == 0 ? 0 : -rows[other * n + i];
              case 6 ->
                  random.nextInt(20) == 0 ? 0 : scale * Math.pow(10, -6 * random.nextDouble());
              default -> random.nextInt(4) == 0 ? 0 : scale * random.nextGaussian();
            };
        if (shape == 7 && random.nextInt(30) == 0 || n > 1 && shape == 3 && r % 7 == 6) {
          rows[r * n + i] = 0;
        }
        activity += rows[r * n + i] * w[i];
        size += Math.abs(rows[r * n + i] * w[i]);
      }
      double slack = size * (random.nextBoolean() ? random.nextDouble() : 0);
      int sides = random.nextInt(3);
      rowLower[r] = sides == 1 ? Double.NEGATIVE_INFINITY : activity - slack;
      rowUpper[r] = sides == 2 ? Double.POSITIVE_INFINITY : activity + slack;
    }
    double budget = 0;
    double gross = 0;
    double moved = 0;
    double[] current = new double[n];
    for (int i = 0; i < n; i++) {
      budget += w[i];
      gross += Math.abs(w[i]);
      current[i] = random.nextInt(3) == 0 ? w[i] : w[i] + 0.3 * unit * random.nextGaussian();
      if (random.nextInt(10) == 0) {
        current[i] = 0;
      }
      moved += Math.abs(w[i] - current[i]);
    }
    double turnover =
        random.nextInt(3) == 0 ? moved * (1 + random.nextInt(2)) : Double.POSITIVE_INFINITY;
    double leverage =
        random.nextInt(3) == 0 ? gross * (1 + random.nextInt(2)) : Double.POSITIVE_INFINITY;
    int damages = random.nextInt(4);
    for (int d = 0; d < damages; d++) {
      double by =
          Math.pow(
              10,
              random.nextInt(3) == 0
                  ? -14 + 15 * random.nextDouble()
                  : -1 + 2 * random.nextDouble());
      switch (random.nextInt(5)) {
        case 0 -> budget += (random.nextBoolean() ? by : -by) * gross;
        case 1 -> turnover *= Math.max(0.1, 1 - by);
        case 2 -> leverage *= Math.max(0.1, 1 - by);
        default -> {
          if (m > 0) {
            int r = random.nextInt(m);
            double size = Math.abs(rowLower[r]) + Math.abs(rowUpper[r]);
            size =
                Double.isInfinite(size)
                    ? Math.min(Math.abs(rowLower[r]), Math.abs(rowUpper[r]))
                    : size;
            double shift = by * size;
            if (Double.isFinite(rowLower[r])) {
              rowLower[r] += shift;
              rowUpper[r] = Math.max(rowLower[r], rowUpper[r]);
            } else {
              rowUpper[r] -= shift;
            }
          }
        }
      }
    }
    return FeasibleSet.of(
        budget, lower, upper, rows, rowLower, rowUpper, current, turnover, leverage);
  }
}
