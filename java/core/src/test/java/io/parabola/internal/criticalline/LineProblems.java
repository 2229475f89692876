package io.parabola.internal.criticalline;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Problems with rows, made from a seed around a portfolio that meets them all. */
final class LineProblems {
  /** What is wrong with the assets, though it is legal. */
  enum Trouble {
    NONE,
    FEWER_OBSERVATIONS_THAN_ASSETS,
    ONE_OBSERVATION,
    ASSETS_WITHOUT_RISK,
    DUPLICATES,
    ZERO,
    RETURNS_FAR_ABOVE_RISK,
    STABLECOINS_BESIDE_COINS,
    VARIANCES_FROM_TINY_TO_HUGE;

    /** Whether deviations span more digits than rows and their multipliers have. */
    boolean spansManyDigits() {
      return this == STABLECOINS_BESIDE_COINS || this == VARIANCES_FROM_TINY_TO_HUGE;
    }
  }

  private static final double FREE = Double.POSITIVE_INFINITY;

  private LineProblems() {}

  static double[][] covariance(int n, Trouble trouble, Random random) {
    double[] deviation = new double[n];
    for (int i = 0; i < n; i++) {
      deviation[i] = 0.01 + random.nextDouble();
      if (trouble == Trouble.VARIANCES_FROM_TINY_TO_HUGE) {
        deviation[i] = Math.pow(10, -6 + 9 * random.nextDouble());
      } else if (trouble == Trouble.STABLECOINS_BESIDE_COINS) {
        deviation[i] = i % 2 == 0 ? 1e-6 * (1 + random.nextDouble()) : 1 + random.nextDouble();
      } else if (trouble == Trouble.ASSETS_WITHOUT_RISK && random.nextInt(3) == 0) {
        deviation[i] = 0;
      }
    }
    int observations = n + 5;
    if (trouble == Trouble.FEWER_OBSERVATIONS_THAN_ASSETS) {
      observations = 1 + random.nextInt(n);
    } else if (trouble == Trouble.ONE_OBSERVATION) {
      observations = 1;
    }
    double[][] sigma = new double[n][n];
    for (int t = 0; t < observations && trouble != Trouble.ZERO; t++) {
      double market = random.nextGaussian();
      double[] row = new double[n];
      for (int i = 0; i < n; i++) {
        row[i] = deviation[i] * (0.5 * market + random.nextGaussian());
        if (trouble == Trouble.DUPLICATES && i % 2 == 1) {
          row[i] = row[i - 1];
        }
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          sigma[i][j] += row[i] * row[j] / observations;
        }
      }
    }
    return sigma;
  }

  /** Ties, or none, among the expected returns. */
  private static double[] expectedReturns(int n, Trouble trouble, Random random) {
    double scale =
        trouble == Trouble.RETURNS_FAR_ABOVE_RISK
            ? 1e6
            : Math.pow(10, -4 + 4 * random.nextDouble());
    double[] mu = new double[n];
    Arrays.setAll(mu, i -> scale * random.nextGaussian());
    switch (random.nextInt(5)) {
      case 0:
        Arrays.setAll(mu, i -> Math.round(mu[i] / scale) * scale);
        break;
      case 1:
        Arrays.fill(mu, scale);
        break;
      case 2:
        for (int i = 1; i < n && trouble == Trouble.DUPLICATES; i += 2) {
          mu[i] = mu[i - 1];
        }
        break;
      default:
    }
    return mu;
  }

  static LineProblem hostile(int n, int maxRows, Trouble trouble, long seed) {
    Random random = new Random(seed);
    double[][] sigma = covariance(n, trouble, random);
    double[] mu = expectedReturns(n, trouble, random);
    double[] lower = new double[n];
    double[] upper = new double[n];
    int bounds = random.nextInt(8);
    for (int i = 0; i < n; i++) {
      double[] bound = bounds(bounds, i, n, random);
      lower[i] = bound[0];
      upper[i] = bound[1];
    }
    double[] inside = feasible(lower, upper, random);
    int m = random.nextInt(Math.min(maxRows, n) + 1);
    double[][] rows = new double[m][n];
    double[] rowLower = new double[m];
    double[] rowUpper = new double[m];
    for (int r = 0; r < m; r++) {
      int kind = random.nextInt(4);
      double activity = 0;
      for (int i = 0; i < n; i++) {
        rows[r][i] =
            kind < 2 ? (random.nextInt(3) == 0 ? 1 : 0) : kind == 2 ? random.nextGaussian() : mu[i];
        activity += rows[r][i] * inside[i];
      }
      double width =
          0.1 * random.nextInt(3) * Math.abs(activity) + (random.nextBoolean() ? 0.05 : 0);
      int limits = random.nextInt(4);
      rowLower[r] = limits == 0 ? activity : limits == 1 ? -FREE : activity - width;
      rowUpper[r] =
          limits == 0 ? activity : limits == 2 ? FREE : activity + width * random.nextDouble();
      if (r > 0 && random.nextInt(8) == 0) {
        rows[r] = rows[r - 1].clone();
        rowLower[r] = rowLower[r - 1];
        rowUpper[r] = rowUpper[r - 1];
      }
    }
    return new LineProblem(
        CovarianceColumns.of(sigma), mu, lower, upper, 1, rows, rowLower, rowUpper);
  }

  private static double[] bounds(int kind, int i, int n, Random random) {
    switch (kind) {
      case 0:
        return new double[] {0, 1};
      case 1:
        return new double[] {-0.5 - random.nextDouble(), 1 + random.nextDouble()};
      case 2:
        return new double[] {0, Math.max(0.1, 1.0 / n)};
      case 3:
        double fixed = 0.3 * random.nextGaussian() / n;
        boolean isFixed = i > 0 && random.nextInt(4) == 0;
        return isFixed ? new double[] {fixed, fixed} : new double[] {-2, 3};
      case 4:
        return new double[] {0.5 / n, 2};
      case 5:
        return new double[] {0, FREE};
      case 6:
        return new double[] {-FREE, FREE};
      default:
        return new double[] {random.nextBoolean() ? -1 : -FREE, random.nextBoolean() ? 1.5 : FREE};
    }
  }

  /** A portfolio within bounds and budget, some of its weights inside and some at their bounds. */
  private static double[] feasible(double[] lower, double[] upper, Random random) {
    double[] w = new double[lower.length];
    double left = 1;
    for (int i = 0; i < w.length; i++) {
      w[i] = Math.max(Math.min(0, upper[i]), lower[i]);
      left -= w[i];
    }
    List<Integer> order =
        IntStream.range(0, w.length)
            .boxed()
            .collect(Collectors.toCollection(java.util.ArrayList::new));
    Collections.shuffle(order, random);
    for (int pass = 0; pass < 2; pass++) {
      for (int i : order) {
        double part = pass == 0 ? left / 3 : left;
        double to = Math.min(Math.max(w[i] + part, lower[i]), upper[i]);
        left -= to - w[i];
        w[i] = to;
      }
    }
    return w;
  }
}
