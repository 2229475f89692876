package io.parabola.internal.criticalline;

import io.parabola.HostileAssets;
import io.parabola.HostileAssets.Trouble;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Problems with rows, made from a seed around a portfolio that meets them all. */
final class LineProblems {
  private static final double FREE = Double.POSITIVE_INFINITY;

  private LineProblems() {}

  /** Ties, or none, among the expected returns. */
  private static double[] expectedReturns(int n, Trouble trouble, Random random) {
    double scale = HostileAssets.returnScale(trouble, random);
    double[] mu = HostileAssets.expectedReturns(n, scale, random);
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
    double[][] sigma = HostileAssets.covariance(n, trouble, random);
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
      case 5:
        return new double[] {0, FREE};
      case 6:
        return new double[] {-FREE, FREE};
      case 7:
        return new double[] {random.nextBoolean() ? -1 : -FREE, random.nextBoolean() ? 1.5 : FREE};
      default:
        return HostileAssets.bounds(kind, i, n, random);
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
