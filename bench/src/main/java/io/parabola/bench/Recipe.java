package io.parabola.bench;

import java.util.Arrays;
import java.util.Random;

/**
 * Makes portfolio problems from simulated daily returns of a five factor market, always the same
 * ones for the same seed.
 *
 * <ul>
 *   <li>t2n: the sample covariance of T = 2n observations;
 *   <li>thalf: of T = n/2, which is singular, with a millionth of the mean variance on the
 *       diagonal;
 *   <li>fac: a factor model fitted to T = 504 observations with Student-t(4) tails.
 * </ul>
 *
 * <p>Expected returns are the market's true ones plus an error of 0.3 of their own spread.
 */
final class Recipe {
  static final String[] KINDS = {"t2n", "thalf", "fac"};
  static final int SCENARIOS = 20;
  static final double RISK_AVERSION = 5;

  private static final int FACTORS = 5;
  private static final double TRADING_DAYS = 252;
  private static final double[] FACTOR_VOLATILITY = {0.16, 0.07, 0.06, 0.05, 0.04};
  private static final double RIDGE = 1e-6;

  private final int n;
  private final Random random;
  private final double[] loadings; // [n, factors]
  private final double[] ownVolatility; // [n], per day
  private final double[] mean; // [n], per day

  private Recipe(int n, Random random) {
    this.n = n;
    this.random = random;
    this.loadings = new double[n * FACTORS];
    this.ownVolatility = new double[n];
    this.mean = new double[n];
    for (int i = 0; i < n; i++) {
      double others = 0;
      for (int f = 0; f < FACTORS; f++) {
        double loading = random.nextGaussian();
        loadings[i * FACTORS + f] = f == 0 ? 1 + 0.3 * loading : loading;
        others += f == 0 ? 0 : loading;
      }
      ownVolatility[i] = 0.30 * Math.exp(0.35 * random.nextGaussian()) / Math.sqrt(TRADING_DAYS);
      mean[i] =
          (0.05 * loadings[i * FACTORS] + 0.005 * others + 0.03 * random.nextGaussian())
              / TRADING_DAYS;
    }
  }

  /** The upper bound that leaves at least ten assets to hold. */
  static double upper(int n) {
    return Math.max(0.1, 10.0 / n);
  }

  static Scenarios generate(String kind, int n, long seed) {
    int which = Arrays.asList(KINDS).indexOf(kind);
    if (which < 0) {
      throw new IllegalArgumentException("kind " + kind + ": there is " + String.join(", ", KINDS));
    }
    Recipe recipe = new Recipe(n, new Random(seed * 1_000_003 + which * 100_003L + n));
    double[] covariance =
        switch (kind) {
          case "t2n" -> recipe.sampleCovariance(2 * n, 0);
          case "thalf" -> recipe.sampleCovariance(n / 2, RIDGE);
          default -> recipe.factorCovariance(504);
        };
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += covariance[i * n + i];
    }
    double scale = n / trace;
    for (int at = 0; at < covariance.length; at++) {
      covariance[at] *= scale;
    }
    double toUnits = scale / RISK_AVERSION;
    double[] centre = Arrays.stream(recipe.mean).map(m -> m * toUnits).toArray();
    double spread = 0.3 * deviation(centre);
    double[] drawn = Scenarios.draw(centre, spread, SCENARIOS, recipe.random);
    return new Scenarios(kind, n, 0, upper(n), covariance, drawn, centre, spread);
  }

  /** Returns [T, n], and the factors' [T, factors] that made them. */
  private double[][] observations(int length, boolean heavyTails) {
    double[] factors = new double[length * FACTORS];
    double[] returns = new double[length * n];
    for (int t = 0; t < length; t++) {
      for (int f = 0; f < FACTORS; f++) {
        factors[t * FACTORS + f] =
            noise(heavyTails) * FACTOR_VOLATILITY[f] / Math.sqrt(TRADING_DAYS);
      }
      for (int i = 0; i < n; i++) {
        double value = mean[i] + ownVolatility[i] * noise(heavyTails);
        for (int f = 0; f < FACTORS; f++) {
          value += loadings[i * FACTORS + f] * factors[t * FACTORS + f];
        }
        returns[t * n + i] = value;
      }
    }
    return new double[][] {returns, factors};
  }

  /** Of variance 1: normal, or Student's t with four degrees of freedom. */
  private double noise(boolean heavyTails) {
    double normal = random.nextGaussian();
    if (!heavyTails) {
      return normal;
    }
    // A χ² of four degrees of freedom is twice the sum of two exponentials; the t has variance 2.
    double chiSquare = -2 * (Math.log1p(-random.nextDouble()) + Math.log1p(-random.nextDouble()));
    return normal / Math.sqrt(chiSquare / 4) / Math.sqrt(2);
  }

  private double[] sampleCovariance(int length, double ridge) {
    double[] covariance = crossProducts(observations(length, false)[0], length, n);
    double trace = 0;
    for (int at = 0; at < covariance.length; at++) {
      covariance[at] /= length - 1;
      trace += at % (n + 1) == 0 ? covariance[at] : 0;
    }
    for (int i = 0; i < n; i++) {
      covariance[i * n + i] += ridge * trace / n;
    }
    return covariance;
  }

  /** B cov(f) B' + diag(residual variances), with B from a regression on the factors. */
  private double[] factorCovariance(int length) {
    double[][] sample = observations(length, true);
    double[] returns = sample[0];
    double[] factors = sample[1];
    double[] factorProducts = crossProducts(factors, length, FACTORS);
    centre(returns, length, n);
    double[] root = cholesky(factorProducts, FACTORS);
    double[] fitted = new double[n * FACTORS]; // B times the root of F'F
    double[] own = new double[n];
    for (int i = 0; i < n; i++) {
      double[] x = new double[FACTORS];
      double square = 0;
      for (int t = 0; t < length; t++) {
        double value = returns[t * n + i];
        square += value * value;
        for (int f = 0; f < FACTORS; f++) {
          x[f] += factors[t * FACTORS + f] * value;
        }
      }
      // With F'F = RR', B = R'⁻¹R⁻¹F'x: R⁻¹F'x is BR, whose square is what the factors explain.
      for (int f = 0; f < FACTORS; f++) {
        for (int g = 0; g < f; g++) {
          x[f] -= root[f * FACTORS + g] * x[g];
        }
        x[f] /= root[f * FACTORS + f];
        square -= x[f] * x[f];
        fitted[i * FACTORS + f] = x[f];
      }
      own[i] = square / (length - FACTORS - 1);
    }
    double[] covariance = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int f = 0; f < FACTORS; f++) {
          sum += fitted[i * FACTORS + f] * fitted[j * FACTORS + f];
        }
        covariance[i * n + j] = sum / (length - 1);
        covariance[j * n + i] = covariance[i * n + j];
      }
      covariance[i * n + i] += own[i];
    }
    return covariance;
  }

  /** X'X [k, k] of the centred X [T, k], which is centred in place. */
  private static double[] crossProducts(double[] x, int length, int k) {
    centre(x, length, k);
    double[] products = new double[k * k];
    // Blocks of rows small enough to stay in the cache while all pairs of columns pass over them.
    int block = 32;
    for (int from = 0; from < length; from += block) {
      int to = Math.min(length, from + block);
      for (int i = 0; i < k; i++) {
        for (int t = from; t < to; t++) {
          double factor = x[t * k + i];
          for (int j = i; j < k; j++) {
            products[i * k + j] += factor * x[t * k + j];
          }
        }
      }
    }
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        products[i * k + j] = products[j * k + i];
      }
    }
    return products;
  }

  private static void centre(double[] x, int length, int k) {
    for (int j = 0; j < k; j++) {
      double sum = 0;
      for (int t = 0; t < length; t++) {
        sum += x[t * k + j];
      }
      for (int t = 0; t < length; t++) {
        x[t * k + j] -= sum / length;
      }
    }
  }

  private static double[] cholesky(double[] a, int k) {
    double[] root = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * k + j];
        for (int p = 0; p < j; p++) {
          sum -= root[i * k + p] * root[j * k + p];
        }
        root[i * k + j] = i == j ? Math.sqrt(sum) : sum / root[j * k + j];
      }
    }
    return root;
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }
}
