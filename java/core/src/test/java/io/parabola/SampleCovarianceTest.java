package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.EveryBlas;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The estimator against sums in exact decimal arithmetic of the very doubles it was given. */
class SampleCovarianceTest {
  /** Error of a covariance over the two deviations, a thousandth of what is promised. */
  private static final double TOLERANCE = 1e-12;

  @Property(tries = 30, seed = "20261122")
  void anyMeanAnyDriftAnyLength(
      @ForAll @IntRange(min = 2, max = 900) int observations,
      @ForAll @IntRange(min = 1, max = 4) int n,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double mean,
      @ForAll @DoubleRange(min = -10, max = 10) double drift,
      @ForAll long seed) {
    double[] returns = normal(observations, n, seed);
    for (int t = 0; t < observations; t++) {
      for (int j = 0; j < n; j++) {
        returns[t * n + j] += mean * (j + 1) + drift * t;
      }
    }
    checkExactly(returns, observations, n);
  }

  @Example
  void meanOfAMillionAndVarianceOfOne() {
    int observations = 2000;
    double[] returns = normal(observations, 5, 7);
    for (int i = 0; i < returns.length; i++) {
      returns[i] += 1e6;
    }
    checkExactly(returns, observations, 5);
  }

  @Example
  void jumpAfterTheFirstChunk() {
    int observations = 1500;
    double[] returns = normal(observations, 3, 8);
    for (int i = 400 * 3; i < returns.length; i++) {
      returns[i] += 1e6;
    }
    checkExactly(returns, observations, 3);
  }

  @Example
  void oneEarlyOutlier() {
    int observations = 1200;
    double[] returns = normal(observations, 3, 9);
    returns[0] = 1e9;
    returns[1] = -1e9;
    checkExactly(returns, observations, 3);
  }

  private static void checkExactly(double[] returns, int observations, int n) {
    BigDecimal[] mean = new BigDecimal[n];
    double[] deviation = new double[n];
    double[] expected = exact(returns, observations, n, mean);
    for (int j = 0; j < n; j++) {
      deviation[j] = Math.sqrt(expected[j * n + j]);
    }
    EveryBlas.all()
        .forEach(
            blas -> {
              SampleCovariance sample = start(n, blas).add(returns, observations);
              double[] actual = sample.covarianceArray();
              for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                  assertEquals(
                      expected[i * n + j],
                      actual[i * n + j],
                      TOLERANCE * deviation[i] * deviation[j],
                      blas.describe() + " [" + i + ", " + j + "]");
                }
                double m = mean[i].doubleValue();
                // Known to a few roundings of itself and of the spread it is the middle of.
                double rounding = 2 * (Math.ulp(m) + Math.ulp(deviation[i]));
                assertEquals(m, sample.mean()[i], rounding);
              }
            });
  }

  /** Σ(x − m)(y − m') = Σxy − ΣxΣy/T, which in exact arithmetic loses nothing. */
  private static double[] exact(double[] returns, int observations, int n, BigDecimal[] mean) {
    BigDecimal[] sums = new BigDecimal[n];
    BigDecimal[] products = new BigDecimal[n * n];
    Arrays.fill(sums, BigDecimal.ZERO);
    Arrays.fill(products, BigDecimal.ZERO);
    for (int t = 0; t < observations; t++) {
      BigDecimal[] row = new BigDecimal[n];
      for (int j = 0; j < n; j++) {
        row[j] = new BigDecimal(returns[t * n + j]);
        sums[j] = sums[j].add(row[j]);
        for (int i = 0; i <= j; i++) {
          products[i * n + j] = products[i * n + j].add(row[i].multiply(row[j]));
        }
      }
    }
    BigDecimal count = BigDecimal.valueOf(observations);
    double[] covariance = new double[n * n];
    for (int j = 0; j < n; j++) {
      mean[j] = sums[j].divide(count, MathContext.DECIMAL128);
      for (int i = 0; i <= j; i++) {
        BigDecimal scatter =
            products[i * n + j].multiply(count).subtract(sums[i].multiply(sums[j]));
        covariance[i * n + j] =
            scatter
                .divide(count.multiply(count.subtract(BigDecimal.ONE)), MathContext.DECIMAL128)
                .doubleValue();
        covariance[j * n + i] = covariance[i * n + j];
      }
    }
    return covariance;
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void aReturnThatNeverChangesHasExactlyNoCovariance(Blas blas) {
    int n = 20;
    int observations = 1000;
    double[] returns = normal(observations, n, 3);
    for (int t = 0; t < observations; t++) {
      // 0.1 has no end in binary: its sum divided by T is not 0.1.
      returns[t * n + 4] = 0.1;
      returns[t * n + 17] = 1e6 / 3;
    }
    SampleCovariance sample = start(n, blas).add(returns, observations);
    double[] covariance = sample.covarianceArray();
    for (int j = 0; j < n; j++) {
      assertEquals(0.0, covariance[4 * n + j]);
      assertEquals(0.0, covariance[j * n + 17]);
    }
    assertEquals(0.1, sample.mean()[4]);
    assertEquals(0.0, sample.covariance().variance(4));
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void theCovarianceIsExactlySymmetric(Blas blas) {
    int n = 75;
    double[] covariance = start(n, blas).add(normal(500, n, 4), 500).covarianceArray();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        assertEquals(covariance[i * n + j], covariance[j * n + i]);
      }
    }
  }

  @Property(tries = 25, seed = "20261122")
  void theDivisionIntoCallsDoesNotChangeABit(@ForAll long seed) {
    int n = 9;
    int observations = 1300;
    double[] returns = normal(observations, n, 5);
    double[] whole = SampleCovariance.estimate(returns, observations, n).covarianceArray();
    SplittableRandom random = new SplittableRandom(seed);
    Matrix matrix = Matrix.copyOf(returns, observations, n).neverClosed();
    SampleCovariance sample = SampleCovariance.of(n);
    for (int from = 0; from < observations; ) {
      int longest = random.nextBoolean() ? 5 : 800;
      int to = Math.min(observations, from + random.nextInt(longest));
      if (random.nextBoolean()) {
        sample.add(matrix, from, to);
      } else {
        sample.add(Arrays.copyOfRange(returns, from * n, to * n), to - from);
      }
      from = to;
    }
    assertArrayEquals(whole, sample.covarianceArray());
    assertArrayEquals(whole, SampleCovariance.estimate(matrix).covarianceArray());
    assertEquals(observations, sample.observations());
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void theSameCallsGiveTheSameBits(Blas blas) {
    int n = 210;
    double[] returns = normal(800, n, 6);
    assertArrayEquals(
        start(n, blas).add(returns, 800).covarianceArray(),
        start(n, blas).add(returns, 800).covarianceArray());
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void readingInBetweenChangesNothingButRounding(Blas blas) {
    int n = 6;
    double[] returns = normal(1000, n, 10);
    SampleCovariance sample = start(n, blas);
    for (int from = 0; from < 1000; from += 100) {
      sample.add(Arrays.copyOfRange(returns, from * n, (from + 100) * n), 100).covarianceArray();
    }
    double[] whole = SampleCovariance.estimate(returns, 1000, n).covarianceArray();
    assertArrayEquals(whole, sample.covarianceArray(), TOLERANCE);
    assertArrayEquals(sample.covarianceArray(), sample.covarianceArray());
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void moreChunksThanCorrectionsAreKept(Blas blas) {
    int n = 2;
    int observations = 30_000;
    double[] returns = normal(observations, n, 11);
    for (int t = 0; t < observations; t++) {
      returns[t * n] += t;
    }
    double[] expected = exact(returns, observations, n, new BigDecimal[n]);
    double[] actual = start(n, blas).add(returns, observations).covarianceArray();
    double scale = Math.sqrt(expected[0] * expected[3]);
    assertEquals(expected[0], actual[0], TOLERANCE * expected[0]);
    assertEquals(expected[1], actual[1], TOLERANCE * scale);
    assertEquals(expected[3], actual[3], TOLERANCE * expected[3]);
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void theCovarianceMayFillSeveralSlabs(Blas blas) {
    int n = 50;
    double[] returns = normal(600, n, 12);
    double[] expected = start(n, blas).add(returns, 600).covarianceArray();
    // Seven rows of 56 numbers to a slab.
    SampleCovariance sample = SampleCovariance.of(Matrix.allocate(n, n, 7 * 56 * 8), blas);
    assertArrayEquals(expected, sample.add(returns, 600).covarianceArray(), TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void memoryNeedNotBeZeroAtFirst(Blas blas) {
    int n = 50;
    double[] returns = normal(600, n, 12);
    double[] expected = start(n, blas).add(returns, 600).covarianceArray();
    double[] nothing = new double[n * n];
    Arrays.fill(nothing, Double.NaN);
    SampleCovariance sample = SampleCovariance.of(Matrix.copyOf(nothing, n, n), blas);
    assertArrayEquals(expected, sample.add(returns, 600).covarianceArray());
    assertArrayEquals(expected, sample.covariance().toArray());
  }

  @Test
  void theReturnsMayFillSeveralSlabs() {
    int n = 5;
    double[] returns = normal(900, n, 13);
    Matrix matrix = Matrix.allocate(900, n, 100 * 8 * 8).neverClosed();
    for (int t = 0; t < 900; t++) {
      matrix.setRow(t, Arrays.copyOfRange(returns, t * n, (t + 1) * n));
    }
    assertArrayEquals(
        SampleCovariance.estimate(returns, 900, n).covarianceArray(),
        SampleCovariance.estimate(matrix).covarianceArray());
  }

  @Test
  void fewerObservationsThanAssetsGiveALegalCovariance() {
    int n = 60;
    Covariance covariance = SampleCovariance.estimate(normal(20, n, 14), 20, n).covariance();
    assertEquals(n, covariance.size());
    assertEquals("asset 3", covariance.assets().get(3));
  }

  @Test
  void theNamesReachTheCovariance() {
    SampleCovariance sample = SampleCovariance.estimate(normal(9, 2, 15), 9, 2);
    assertEquals(List.of("BTC", "ETH"), sample.covariance(List.of("BTC", "ETH")).assets());
    assertEquals(
        "3 names for a sample of 2 assets",
        message(() -> sample.covariance(List.of("A", "B", "C"))));
  }

  @Test
  void aReturnThatIsNotFiniteIsNamed() {
    int n = 4;
    for (int bad : new int[] {0, 5, 382, 383, 384, 500, 999}) {
      for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        double[] returns = normal(1000, n, 16);
        returns[bad * n + 2] = value;
        String expected =
            "returns[observation " + bad + ", asset 2] = " + value + ": must be finite";
        SampleCovariance sample = SampleCovariance.of(n);
        assertEquals(expected, message(() -> sample.add(returns, 1000)));
        assertTrue(sample.observations() <= bad);
        assertEquals(
            expected,
            message(
                () -> SampleCovariance.estimate(Matrix.copyOf(returns, 1000, n).neverClosed())));
      }
    }
  }

  @Test
  void afterARefusalTheSampleGoesOnWithWhatItHolds() {
    int n = 3;
    double[] returns = normal(800, n, 17);
    double[] broken = returns.clone();
    broken[600 * n] = Double.NaN;
    SampleCovariance sample = SampleCovariance.of(n);
    message(() -> sample.add(broken, 800));
    int held = (int) sample.observations();
    sample.add(Arrays.copyOfRange(returns, held * n, 800 * n), 800 - held);
    assertArrayEquals(
        SampleCovariance.estimate(returns, 800, n).covarianceArray(), sample.covarianceArray());
  }

  @Test
  void theCallersArraysStayAsTheyWere() {
    double[] returns = normal(700, 3, 18);
    double[] before = returns.clone();
    Matrix matrix = Matrix.copyOf(returns, 700, 3).neverClosed();
    SampleCovariance.estimate(returns, 700, 3).covarianceArray();
    SampleCovariance.estimate(matrix).covarianceArray();
    assertArrayEquals(before, returns);
    assertArrayEquals(before, matrix.toArray());
  }

  @Test
  void whatIsUndefinedOrOverflowsIsAnError() {
    assertEquals(
        "mean of no observations: needs at least 1", message(() -> SampleCovariance.of(2).mean()));
    assertEquals(
        "sample covariance of 0 observations: needs at least 2",
        message(() -> SampleCovariance.of(2).covarianceArray()));
    SampleCovariance one = SampleCovariance.estimate(new double[] {0.1, 0.2}, 1, 2);
    assertArrayEquals(new double[] {0.1, 0.2}, one.mean());
    assertEquals("sample covariance of 1 observation: needs at least 2", message(one::covariance));
    assertEquals(
        "the variance of asset 1 overflows",
        message(
            () ->
                SampleCovariance.estimate(new double[] {0, 1e200, 0, -1e200}, 2, 2).covariance()));
    assertEquals(
        "returns of observations 0 to 1 are too large to add",
        message(() -> SampleCovariance.estimate(new double[] {1e308, -1e308}, 2, 1).covariance()));
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    SampleCovariance sample = SampleCovariance.of(2);
    assertEquals(
        "array of 5 returns, but 3 observations of 2 assets are 6",
        message(() -> sample.add(new double[5], 3)));
    assertEquals(
        "matrix of 3 columns for a sample of 2 assets",
        message(() -> sample.add(Matrix.allocate(1, 3).neverClosed())));
    assertEquals(
        "rows 1 to 4 of a matrix of 3 rows",
        message(() -> sample.add(Matrix.allocate(3, 2).neverClosed(), 1, 4)));
    assertEquals("sample of 0 assets: needs at least 1", message(() -> SampleCovariance.of(0)));
  }

  @Test
  void aClosedMatrixIsRefused() {
    Matrix matrix = Matrix.allocate(3, 2);
    matrix.close();
    assertThrows(IllegalStateException.class, () -> SampleCovariance.of(2).add(matrix));
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(InvalidInputException.class, action).getMessage();
  }

  private static SampleCovariance start(int n, Blas blas) {
    return SampleCovariance.of(Matrix.allocate(n, n), blas);
  }

  private static double[] normal(int observations, int n, long seed) {
    Random random = new Random(seed);
    double[] returns = new double[observations * n];
    for (int i = 0; i < returns.length; i++) {
      returns[i] = random.nextGaussian();
    }
    return returns;
  }
}
