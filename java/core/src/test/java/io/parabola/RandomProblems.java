package io.parabola;

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

  /** What is wrong with a covariance, though it is legal. */
  enum Trouble {
    NONE,
    FEWER_OBSERVATIONS_THAN_ASSETS,
    ONE_OBSERVATION,
    VARIANCES_FROM_TINY_TO_HUGE,
    STABLECOINS_BESIDE_COINS,
    ASSETS_WITHOUT_RISK,
    DUPLICATES,
    ZERO,
    RETURNS_FAR_ABOVE_RISK
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
    double[] mu = new double[n];
    for (int i = 0; i < n; i++) {
      mu[i] = scale * random.nextGaussian();
    }
    return mu;
  }

  /** A feasible problem with that trouble; everything else about it is drawn. */
  static Problem hostile(int n, Trouble trouble, long seed) {
    Random random = new Random(seed);
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
    double[][] returns = new double[observations][n];
    for (double[] row : returns) {
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        row[i] = deviation[i] * (0.5 * market + random.nextGaussian());
        if (trouble == Trouble.DUPLICATES && i % 2 == 1) {
          row[i] = row[i - 1];
        }
      }
    }
    double[] sigma = new double[n * n];
    for (int i = 0; i < n && trouble != Trouble.ZERO; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (double[] row : returns) {
          sum += row[i] * row[j];
        }
        sigma[i * n + j] = sum / observations;
        sigma[j * n + i] = sum / observations;
      }
    }
    double scale =
        trouble == Trouble.RETURNS_FAR_ABOVE_RISK
            ? 1e6
            : Math.pow(10, -4 + 4 * random.nextDouble());
    double[] mu = expectedReturns(n, scale, random);
    if (random.nextInt(5) == 0) {
      // Ties.
      Arrays.setAll(mu, i -> Math.round(mu[i] / scale) * scale);
    }
    double[] lower = new double[n];
    double[] upper = new double[n];
    int bounds = random.nextInt(5);
    for (int i = 0; i < n; i++) {
      if (bounds == 0) {
        upper[i] = 1;
      } else if (bounds == 1) {
        lower[i] = -0.5 - random.nextDouble();
        upper[i] = 1 + random.nextDouble();
      } else if (bounds == 2) {
        upper[i] = Math.max(0.1, 1.0 / n);
      } else if (bounds == 3) {
        lower[i] = -2;
        upper[i] = 3;
        if (i > 0 && random.nextInt(4) == 0) {
          lower[i] = 0.3 * random.nextGaussian() / n;
          upper[i] = lower[i];
        }
      } else {
        lower[i] = 0.5 / n;
        upper[i] = 2.0;
      }
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
