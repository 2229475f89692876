package io.parabola.bench.problems;

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
 *   <li>fac: a factor model fitted to T = 504 observations with Student-t(4) tails;
 *   <li>factors: the same, not multiplied out.
 * </ul>
 *
 * <p>Expected returns are the market's true ones plus an error of 0.3 of their own spread.
 */
public final class Recipe {
  /** Those that are matrices. */
  public static final String[] KINDS = {"t2n", "thalf", "fac"};

  public static final String AS_FACTORS = "factors";

  public static final int SCENARIOS = 20;
  public static final double RISK_AVERSION = 5;

  public static final int FACTORS = 5;

  private static final double TRADING_DAYS = 252;
  private static final double MARKET_VOLATILITY = 0.16;
  private static final double[] FACTOR_VOLATILITY = {0.07, 0.06, 0.05, 0.04};
  private static final double RIDGE = 1e-6;
  private static final int FACTOR_OBSERVATIONS = 504;

  private final int n;
  private final int factors; // k
  private final Random random;
  private final double[] loadings; // [n, k]
  private final double[] ownVolatility; // [n], per day
  private final double[] mean; // [n], per day

  private Recipe(String kind, int n, int factors, long seed) {
    int which = Arrays.asList(KINDS).indexOf(kind);
    if (which < 0) {
      throw new IllegalArgumentException(
          "kind " + kind + ": there is " + String.join(", ", KINDS) + ", " + AS_FACTORS);
    }
    this.n = n;
    this.factors = factors;
    this.random = new Random(seed * 1_000_003 + which * 100_003L + n);
    this.loadings = new double[n * factors];
    this.ownVolatility = new double[n];
    this.mean = new double[n];
    for (int i = 0; i < n; i++) {
      double others = 0;
      for (int f = 0; f < factors; f++) {
        double loading = random.nextGaussian();
        loadings[i * factors + f] = f == 0 ? 1 + 0.3 * loading : loading;
        others += f == 0 ? 0 : loading;
      }
      ownVolatility[i] = 0.30 * Math.exp(0.35 * random.nextGaussian()) / Math.sqrt(TRADING_DAYS);
      mean[i] =
          (0.05 * loadings[i * factors]
                  + 0.005 * fromFour() * others
                  + 0.03 * random.nextGaussian())
              / TRADING_DAYS;
    }
  }

  /** The upper bound that leaves at least ten assets to hold. */
  public static double upper(int n) {
    return Math.max(0.1, 10.0 / n);
  }

  /**
   * What a factor beside the market counts for, relative to there being four: however many there
   * are, together they explain as much.
   */
  private double fromFour() {
    return Math.sqrt(4.0 / (factors - 1));
  }

  /** Scenarios that share one covariance: a matrix [n, n], or factors for those who take them. */
  public static Scenarios generate(String kind, int n, long seed) {
    if (kind.equals(AS_FACTORS)) {
      return generateFactors(n, FACTORS, seed);
    }
    Recipe recipe = new Recipe(kind, n, FACTORS, seed);
    double[] covariance =
        switch (kind) {
          case "t2n" -> recipe.sampleCovariance(recipe.observations(2 * n, false), 0);
          case "thalf" -> recipe.sampleCovariance(recipe.observations(n / 2, false), RIDGE);
          default -> recipe.fittedFactors(recipe.observations(FACTOR_OBSERVATIONS, true)).matrix();
        };
    double scale = scale(covariance, n);
    return recipe.scenarios(kind, new Risk.Shared(scaled(covariance, scale)), scale);
  }

  /**
   * The scenarios of kind fac with their covariance as a factor model.
   *
   * @param factors k, at least 2, the market among them
   */
  public static Scenarios generateFactors(int n, int factors, long seed) {
    Recipe recipe = new Recipe("fac", n, factors, seed);
    Risk.Factors fitted = recipe.fittedFactors(recipe.observations(FACTOR_OBSERVATIONS, true));
    double scale = scale(fitted, n);
    Risk risk =
        new Risk.Factors(
            fitted.exposures(),
            scaled(fitted.factorCovariance(), scale),
            scaled(fitted.specificVariance(), scale),
            null);
    return recipe.scenarios("fac", risk, scale);
  }

  /**
   * Scenarios of which each has the covariance of its own window of observations: one rolls on from
   * the other by a fiftieth of its length.
   */
  public static Scenarios generateOwn(String kind, int n, long seed) {
    Recipe recipe = new Recipe(kind, n, FACTORS, seed);
    int length =
        switch (kind) {
          case "t2n" -> 2 * n;
          case "thalf" -> n / 2;
          default -> FACTOR_OBSERVATIONS;
        };
    int step = Math.max(1, length / 50);
    double[][] sample = recipe.observations(length + step * (SCENARIOS - 1), kind.equals("fac"));
    double[][] covariances = new double[SCENARIOS][];
    double scale = Double.NaN;
    for (int s = 0; s < SCENARIOS; s++) {
      double[][] window = recipe.window(sample, s * step, length);
      covariances[s] =
          switch (kind) {
            case "t2n" -> recipe.sampleCovariance(window, 0);
            case "thalf" -> recipe.sampleCovariance(window, RIDGE);
            default -> recipe.fittedFactors(window).matrix();
          };
      scale = s == 0 ? scale(covariances[0], n) : scale;
      covariances[s] = scaled(covariances[s], scale);
    }
    return recipe.scenarios(kind, new Risk.Own(covariances), scale);
  }

  private Scenarios scenarios(String kind, Risk risk, double scale) {
    double toUnits = scale / RISK_AVERSION;
    double[] centre = scaled(mean, toUnits);
    double spread = 0.3 * deviation(centre);
    double[] drawn = Scenarios.draw(centre, spread, SCENARIOS, random);
    return new Scenarios(kind, n, 0, upper(n), risk, drawn, centre, spread);
  }

  /** What brings the mean variance to 1. */
  private static double scale(double[] covariance, int n) {
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += covariance[i * n + i];
    }
    return n / trace;
  }

  private static double scale(Risk.Factors risk, int n) {
    double trace = 0;
    int k = risk.count();
    for (int i = 0; i < n; i++) {
      double[] exposures = Arrays.copyOfRange(risk.exposures(), i * k, (i + 1) * k);
      double[] moved = Risk.times(risk.factorCovariance(), exposures);
      trace += risk.specificVariance()[i];
      for (int f = 0; f < k; f++) {
        trace += exposures[f] * moved[f];
      }
    }
    return n / trace;
  }

  private static double[] scaled(double[] values, double scale) {
    return Arrays.stream(values).map(value -> value * scale).toArray();
  }

  /** Returns [T, n], and the factors' [T, k] that made them. */
  private double[][] observations(int length, boolean heavyTails) {
    double[] moves = new double[length * factors];
    double[] returns = new double[length * n];
    for (int t = 0; t < length; t++) {
      for (int f = 0; f < factors; f++) {
        moves[t * factors + f] = noise(heavyTails) * factorVolatility(f) / Math.sqrt(TRADING_DAYS);
      }
      for (int i = 0; i < n; i++) {
        double value = mean[i] + ownVolatility[i] * noise(heavyTails);
        for (int f = 0; f < factors; f++) {
          value += loadings[i * factors + f] * moves[t * factors + f];
        }
        returns[t * n + i] = value;
      }
    }
    return new double[][] {returns, moves};
  }

  /** Of a year. */
  private double factorVolatility(int factor) {
    return factor == 0
        ? MARKET_VOLATILITY
        : fromFour() * FACTOR_VOLATILITY[(factor - 1) % FACTOR_VOLATILITY.length];
  }

  private double[][] window(double[][] sample, int first, int length) {
    return new double[][] {
      Arrays.copyOfRange(sample[0], first * n, (first + length) * n),
      Arrays.copyOfRange(sample[1], first * factors, (first + length) * factors)
    };
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

  /** Of a sample as {@link #observations} gives it, which is centred in place. */
  private double[] sampleCovariance(double[][] sample, double ridge) {
    int length = sample[0].length / n;
    double[] covariance = scaled(crossProducts(sample[0], length, n), 1.0 / (length - 1));
    double mean = 1 / scale(covariance, n);
    for (int i = 0; i < n; i++) {
      covariance[i * n + i] += ridge * mean;
    }
    return covariance;
  }

  /**
   * B cov(f) B' + diag(residual variances), with B from a regression on the factors; the sample is
   * centred in place.
   */
  private Risk.Factors fittedFactors(double[][] sample) {
    double[] returns = sample[0];
    double[] moves = sample[1];
    int length = returns.length / n;
    int k = factors;
    double[] products = crossProducts(moves, length, k);
    centre(returns, length, n);
    double[] root = DenseFactor.cholesky(products, k);
    double[] exposures = new double[n * k];
    for (int t = 0; t < length; t++) {
      for (int i = 0; i < n; i++) {
        for (int f = 0; f < k; f++) {
          exposures[i * k + f] += moves[t * k + f] * returns[t * n + i];
        }
      }
    }
    double[] own = new double[n];
    for (int t = 0; t < length; t++) {
      for (int i = 0; i < n; i++) {
        own[i] += returns[t * n + i] * returns[t * n + i];
      }
    }
    for (int i = 0; i < n; i++) {
      // With F'F = RR', B = R'⁻¹R⁻¹F'x: R⁻¹F'x is BR, whose square is what the factors explain.
      int at = i * k;
      for (int f = 0; f < k; f++) {
        for (int g = 0; g < f; g++) {
          exposures[at + f] -= root[f * k + g] * exposures[at + g];
        }
        exposures[at + f] /= root[f * k + f];
        own[i] -= exposures[at + f] * exposures[at + f];
      }
      for (int f = k - 1; f >= 0; f--) {
        for (int g = f + 1; g < k; g++) {
          exposures[at + f] -= root[g * k + f] * exposures[at + g];
        }
        exposures[at + f] /= root[f * k + f];
      }
      own[i] /= length - k - 1;
    }
    return new Risk.Factors(exposures, scaled(products, 1.0 / (length - 1)), own, null);
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

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }
}
