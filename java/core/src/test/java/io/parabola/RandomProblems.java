package io.parabola;

import io.parabola.HostileAssets.Trouble;
import java.util.Arrays;
import java.util.Random;

/** Problems made from a seed, from well behaved to hostile. */
final class RandomProblems {
  /** The bounds that decide which way an engine goes: few weights free, or most. */
  enum Bounds {
    LONG_ONLY_TENTH,
    LONG_SHORT_TENTH,
    LOOSE
  }

  private RandomProblems() {}

  /** A covariance of a few factors and a diagonal: its condition number is some hundreds. */
  static Covariance strictlyConvex(int n, Random random) {
    int factors = Math.max(1, Math.min(n / 4, 12));
    double[][] loadings = new double[n][factors];
    double[] own = new double[n];
    for (int i = 0; i < n; i++) {
      for (int f = 0; f < factors; f++) {
        loadings[i][f] = 0.1 * random.nextGaussian() + (f == 0 ? 0.15 : 0);
      }
      own[i] = 0.02 + 0.2 * random.nextDouble();
    }
    double[] sigma = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double value = i == j ? own[i] * own[i] : 0;
        for (int f = 0; f < factors; f++) {
          value += loadings[i][f] * loadings[j][f];
        }
        sigma[i * n + j] = value;
        sigma[j * n + i] = value;
      }
    }
    return Covariance.of(sigma, n);
  }

  static Problem.Builder bounded(Covariance covariance, Bounds bounds) {
    int n = covariance.size();
    Problem.Builder builder = Problem.builder(covariance);
    switch (bounds) {
      case LONG_ONLY_TENTH:
        return builder.lower(0).upper(Math.max(0.1, 1.5 / n));
      case LONG_SHORT_TENTH:
        return builder.lower(-0.1).upper(Math.max(0.1, 1.5 / n));
      default:
        return builder.lower(-2).upper(3);
    }
  }

  static double[] expectedReturns(int n, double scale, Random random) {
    return HostileAssets.expectedReturns(n, scale, random);
  }

  /** A feasible problem with that trouble; everything else about it is drawn. */
  static Problem hostile(int n, Trouble trouble, long seed) {
    Random random = new Random(seed);
    double[][] covariance = HostileAssets.covariance(n, trouble, random);
    double[] sigma = new double[n * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(covariance[i], 0, sigma, i * n, n);
    }
    double scale = HostileAssets.returnScale(trouble, random);
    double[] mu = expectedReturns(n, scale, random);
    if (random.nextInt(5) == 0) {
      // Ties.
      Arrays.setAll(mu, i -> Math.round(mu[i] / scale) * scale);
    }
    double[] lower = new double[n];
    double[] upper = new double[n];
    int bounds = random.nextInt(5);
    for (int i = 0; i < n; i++) {
      double[] bound = HostileAssets.bounds(bounds, i, n, random);
      lower[i] = bound[0];
      upper[i] = bound[1];
    }
    double gamma = random.nextInt(6) == 0 ? 0 : Math.pow(10, -3 + 6 * random.nextDouble());
    return Problem.builder(Covariance.of(sigma, n))
        .expectedReturns(mu)
        .riskAversion(gamma)
        .lower(lower)
        .upper(upper)
        .build();
  }
}
