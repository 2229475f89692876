package io.parabola;

import java.util.Random;

/** Assets made from a random stream, from well behaved to hostile, for problems of every kind. */
public final class HostileAssets {
  /** What is wrong with a covariance, though it is legal. */
  public enum Trouble {
    NONE,
    FEWER_OBSERVATIONS_THAN_ASSETS,
    ONE_OBSERVATION,
    VARIANCES_FROM_TINY_TO_HUGE,
    STABLECOINS_BESIDE_COINS,
    ASSETS_WITHOUT_RISK,
    DUPLICATES,
    ZERO,
    RETURNS_FAR_ABOVE_RISK;

    /** Whether deviations span more digits than rows and their multipliers have. */
    public boolean spansManyDigits() {
      return this == STABLECOINS_BESIDE_COINS || this == VARIANCES_FROM_TINY_TO_HUGE;
    }
  }

  private HostileAssets() {}

  /** A sample covariance [n][n] with that trouble, exactly symmetric. */
  public static double[][] covariance(int n, Trouble trouble, Random random) {
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
    double[][] sigma = new double[n][n];
    for (int i = 0; i < n && trouble != Trouble.ZERO; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (double[] row : returns) {
          sum += row[i] * row[j];
        }
        sigma[i][j] = sum / observations;
        sigma[j][i] = sigma[i][j];
      }
    }
    return sigma;
  }

  /** The size of expected returns beside that covariance. */
  public static double returnScale(Trouble trouble, Random random) {
    return trouble == Trouble.RETURNS_FAR_ABOVE_RISK
        ? 1e6
        : Math.pow(10, -4 + 4 * random.nextDouble());
  }

  /** Expected returns of that size [n]. */
  public static double[] expectedReturns(int n, double scale, Random random) {
    double[] mu = new double[n];
    for (int i = 0; i < n; i++) {
      mu[i] = scale * random.nextGaussian();
    }
    return mu;
  }

  /** Lower and upper bound of one asset, of five kinds that leave room for a budget of one. */
  public static double[] bounds(int kind, int i, int n, Random random) {
    switch (kind) {
      case 0:
        return new double[] {0, 1};
      case 1:
        return new double[] {-0.5 - random.nextDouble(), 1 + random.nextDouble()};
      case 2:
        return new double[] {0, Math.max(0.1, 1.0 / n)};
      case 3:
        if (i > 0 && random.nextInt(4) == 0) {
          double fixed = 0.3 * random.nextGaussian() / n;
          return new double[] {fixed, fixed};
        }
        return new double[] {-2, 3};
      default:
        return new double[] {0.5 / n, 2};
    }
  }
}
