package io.parabola.models.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import io.parabola.CovarianceDoctor;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.models.estimators.LinearShrinkage.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EstimatorsTest {
  static List<CovarianceEstimator> all() {
    List<CovarianceEstimator> all = new ArrayList<>();
    all.add(new SampleEstimator());
    all.add(EwmaEstimator.withDecay(0.94));
    all.add(LinearShrinkage.ledoitWolf());
    for (Target target : Target.values()) {
      all.add(LinearShrinkage.towards(target));
    }
    all.add(new OracleShrinkage());
    for (NonlinearShrinkage.Kind kind : NonlinearShrinkage.Kind.values()) {
      all.add(new NonlinearShrinkage(kind));
    }
    all.add(new ConstantCorrelation());
    all.add(new RandomMatrixClipping());
    all.add(new GerberEstimator(0.5));
    all.add(new MinimumCovarianceDeterminant());
    all.add(PrincipalFactors.automatic());
    return all;
  }

  private static List<String> names(int n) {
    return IntStream.range(0, n).mapToObj(i -> "A" + i).toList();
  }

  /** One market and something of their own. */
  private static double[][] draws(int n, int observations, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[observations][n];
    for (double[] row : rows) {
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        row[i] = 1e-3 + 0.01 * (1 + i % 3) * (0.7 * market + random.nextGaussian());
      }
    }
    return rows;
  }

  private static void assertSemidefinite(CovarianceEstimate estimate) {
    Covariance covariance = estimate.covariance();
    int n = covariance.size();
    double[] sigma = covariance.toArray();
    double size = 0;
    for (int i = 0; i < n; i++) {
      size = Math.max(size, sigma[i * n + i]);
      for (int j = 0; j < n; j++) {
        assertTrue(Double.isFinite(sigma[i * n + j]), estimate.estimator());
        assertEquals(sigma[j * n + i], sigma[i * n + j], estimate.estimator());
      }
    }
    double least = new Spectrum(sigma, n).values[0];
    assertTrue(least >= -1e-13 * n * size, estimate.estimator() + ": eigenvalue " + least);
  }

  @ParameterizedTest
  @MethodSource("all")
  void estimatesAreCovariancesNearTheTruth(CovarianceEstimator estimator) {
    int n = 12;
    try (Matrix returns = Matrix.copyOf(draws(n, 4000, 3))) {
      CovarianceEstimate estimate = estimator.estimate(names(n), returns);
      assertEquals(estimator.name(), estimate.estimator());
      assertEquals(names(n), estimate.covariance().assets());
      assertSemidefinite(estimate);
      boolean rough = estimator.name().equals("ewma") || estimator.name().equals("gerber");
      // A pull to something that is not the truth is no more than these.
      boolean shaped =
          estimator.name().equals("constant-correlation")
              || estimator.name().equals("random-matrix")
              || estimator.name().equals("principal-factors");
      for (int i = 0; i < n; i++) {
        double variance = 1e-4 * (1 + i % 3) * (1 + i % 3) * 1.49;
        double tolerance = rough ? 0.6 : shaped ? 0.2 : 0.1;
        assertEquals(variance, estimate.covariance().variance(i), tolerance * variance, "" + i);
        for (int j = 0; j < i; j++) {
          double both = 1e-4 * (1 + i % 3) * (1 + j % 3);
          double cov = 0.49 * both;
          assertEquals(cov, estimate.covariance().get(i, j), 1.49 * tolerance * both);
        }
      }
    }
  }

  /** A scale of the returns is the square of it on the covariance, whatever the estimator. */
  @ParameterizedTest
  @MethodSource("all")
  void estimatesDoNotDependOnTheUnit(CovarianceEstimator estimator) {
    int n = 7;
    double[][] rows = draws(n, 200, 5);
    double[][] scaled = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    for (double[] row : scaled) {
      for (int i = 0; i < n; i++) {
        row[i] *= 1024;
      }
    }
    try (Matrix returns = Matrix.copyOf(rows);
        Matrix large = Matrix.copyOf(scaled)) {
      double[] a = estimator.estimate(names(n), returns).covariance().toArray();
      double[] b = estimator.estimate(names(n), large).covariance().toArray();
      for (int k = 0; k < a.length; k++) {
        assertEquals(a[k] * 1024 * 1024, b[k], 1e-9 * 1024 * 1024 * 1e-3, estimator.name());
      }
    }
  }

  /** Fewer observations than assets, one, constant columns, twins: an answer or the named error. */
  @ParameterizedTest
  @MethodSource("all")
  void poorDataHaveADefinedAnswerOrANamedError(CovarianceEstimator estimator) {
    int n = 9;
    double[][] few = draws(n, 6, 7);
    double[][] one = draws(n, 1, 7);
    double[][] still = draws(n, 60, 9);
    double[][] twins = draws(n, 60, 9);
    double[][] nothing = new double[30][n];
    for (double[] row : still) {
      row[2] = 0.01;
    }
    for (double[] row : twins) {
      row[4] = row[3];
      row[5] = -2 * row[3];
    }
    for (double[][] rows : List.of(few, one, still, twins, nothing)) {
      try (Matrix returns = Matrix.copyOf(rows)) {
        CovarianceEstimate estimate = estimator.estimate(names(n), returns);
        assertSemidefinite(estimate);
        if (rows == still && !pullsToOneVariance(estimator)) {
          assertEquals(0, estimate.covariance().variance(2), 1e-4 * 1e-4, estimator.name());
        }
      } catch (InvalidInputException e) {
        assertTrue(e.getMessage().startsWith(estimator.name() + ": "), e.getMessage());
        assertTrue(e.getMessage().contains("needs"), e.getMessage());
        assertTrue(rows == one || rows == few, estimator.name() + ": " + e.getMessage());
      }
    }
  }

  private static boolean pullsToOneVariance(CovarianceEstimator estimator) {
    // Shrunk to a mean variance, or about zero.
    return List.of(
            "ledoit-wolf", "ledoit-wolf-identity", "ledoit-wolf-two-parameter", "oas", "ewma")
        .contains(estimator.name());
  }

  @Test
  void ewmaHalvesByItsHalfLifeAndKnowsWhen() {
    assertEquals(11.2, -Math.log(2) / Math.log(0.94), 0.05);
    double[][] rows = {{0.01, 0.02}, {0.03, -0.01}, {-0.02, 0.04}};
    try (Matrix returns = Matrix.copyOf(rows)) {
      // Weights 1/7, 2/7, 4/7, about zero.
      Covariance plain = EwmaEstimator.withHalfLife(1).estimate(names(2), returns).covariance();
      assertEquals((1e-4 + 2 * 9e-4 + 4 * 4e-4) / 7, plain.get(0, 0), 1e-18);
      assertEquals((2e-4 - 2 * 3e-4 - 4 * 8e-4) / 7, plain.get(0, 1), 1e-18);
      // The first two at the same time, a half-life before the last: 1/4, 1/4, 1/2.
      Covariance irregular =
          EwmaEstimator.withHalfLife(5)
              .at(new double[] {2, 2, 7})
              .estimate(names(2), returns)
              .covariance();
      assertEquals((1e-4 + 9e-4 + 2 * 4e-4) / 4, irregular.get(0, 0), 1e-18);
    }
    assertThrows(InvalidInputException.class, () -> EwmaEstimator.withHalfLife(0));
    assertThrows(
        InvalidInputException.class, () -> EwmaEstimator.withHalfLife(1).at(new double[] {2, 1}));
  }

  /** n = 100, T = 250, eigenvalues 1, 3 and 10: the order of the errors is known. */
  @Test
  void shrinkageIsNearerToTheTruthThanTheSample() {
    int n = 100;
    Random random = new Random(11);
    double[] truth = new double[n];
    double[][] rows = new double[250][n];
    for (int i = 0; i < n; i++) {
      truth[i] = i < 20 ? 1 : i < 60 ? 3 : 10;
    }
    for (double[] row : rows) {
      for (int i = 0; i < n; i++) {
        row[i] = Math.sqrt(truth[i]) * random.nextGaussian();
      }
    }
    double[] errors = new double[5];
    CovarianceEstimator[] estimators = {
      new SampleEstimator(),
      LinearShrinkage.ledoitWolf(),
      new OracleShrinkage(),
      new NonlinearShrinkage(NonlinearShrinkage.Kind.ANALYTICAL),
      new NonlinearShrinkage(NonlinearShrinkage.Kind.QUADRATIC_INVERSE)
    };
    try (Matrix returns = Matrix.copyOf(rows)) {
      for (int e = 0; e < errors.length; e++) {
        double[] sigma = estimators[e].estimate(names(n), returns).covariance().toArray();
        for (int k = 0; k < sigma.length; k++) {
          double difference = sigma[k] - (k / n == k % n ? truth[k / n] : 0);
          errors[e] += difference * difference;
        }
      }
    }
    // The seed of the figures 1181.8, 652.9, 652.9, 501.6 is another, their size the same.
    assertEquals(1181.8, errors[0], 120);
    assertEquals(652.9, errors[1], 65);
    assertEquals(652.9, errors[2], 65);
    assertEquals(501.6, errors[3], 50);
    assertEquals(501.6, errors[4], 60);
  }

  @Test
  void theMinimumDeterminantDoesNotSeeOutliers() {
    int n = 5;
    double[][] rows = draws(n, 1000, 13);
    double[] clean;
    try (Matrix returns = Matrix.copyOf(rows)) {
      clean = new MinimumCovarianceDeterminant().estimate(names(n), returns).covariance().toArray();
    }
    Random random = new Random(15);
    for (int t = 0; t < 300; t++) {
      for (int i = 0; i < n; i++) {
        rows[3 * t][i] = 0.5 + 0.1 * random.nextGaussian();
      }
    }
    try (Matrix returns = Matrix.copyOf(rows)) {
      CovarianceEstimate robust = new MinimumCovarianceDeterminant().estimate(names(n), returns);
      assertTrue(robust.figures().get("left out") >= 300, robust.notes().toString());
      double[] sigma = robust.covariance().toArray();
      for (int k = 0; k < sigma.length; k++) {
        double size = Math.sqrt(clean[k / n * n + k / n] * clean[k % n * n + k % n]);
        assertEquals(clean[k], sigma[k], 0.15 * size);
      }
      double sample = new SampleEstimator().estimate(names(n), returns).covariance().variance(0);
      assertTrue(sample > 100 * sigma[0], "sample " + sample);
    }
  }

  /**
   * Where assets depend on one another, which of them comes last must not decide who is far out.
   */
  @Test
  void theMinimumDeterminantOfDependentAssetsIsThatOfTheOthers() {
    double[][] two = draws(2, 60, 79);
    double[][] three = new double[60][3];
    double[][] turned = new double[60][3];
    for (int t = 0; t < 60; t++) {
      double apart = two[t][1] - two[t][0];
      three[t] = new double[] {two[t][0], two[t][1], apart};
      turned[t] = new double[] {apart, two[t][1], two[t][0]};
    }
    try (Matrix a = Matrix.copyOf(three);
        Matrix b = Matrix.copyOf(turned)) {
      double[] first =
          new MinimumCovarianceDeterminant().estimate(names(3), a).covariance().toArray();
      double[] second =
          new MinimumCovarianceDeterminant().estimate(names(3), b).covariance().toArray();
      for (int k = 0; k < 9; k++) {
        assertEquals(first[k], second[8 - k], 1e-15);
      }
    }
  }

  @Test
  void gerbersStatisticCountsMovesTogether() {
    // Four periods: together up, together down, apart, neither; thresholds are half a deviation.
    double[][] rows = {{1, 1}, {-1, -1}, {1, -1}, {0, 0}};
    try (Matrix returns = Matrix.copyOf(rows)) {
      CovarianceEstimate estimate = new GerberEstimator(0.5).estimate(names(2), returns);
      double correlation =
          estimate.covariance().get(0, 1)
              / Math.sqrt(estimate.covariance().variance(0) * estimate.covariance().variance(1));
      assertEquals(1 / 3.0, correlation, 1e-15);
    }
  }

  @Test
  void factorsExplainWhatIsCommonAndKeepTheVariances() {
    int n = 30;
    try (Matrix returns = Matrix.copyOf(draws(n, 500, 17))) {
      FactorModel model = PrincipalFactors.of(2).model(names(n), returns);
      CovarianceEstimate sample = new SampleEstimator().estimate(names(n), returns);
      assertTrue(model.covariance().isFactored());
      for (int i = 0; i < n; i++) {
        assertEquals(sample.covariance().variance(i), model.covariance().variance(i), 1e-16);
        assertTrue(model.explained()[i] > 0.15 && model.explained()[i] <= 1);
      }
      assertEquals(
          1,
          PrincipalFactors.automatic().estimate(names(n), returns).figures().get("factors"),
          0.0);
    }
  }

  @Test
  void timeSeriesFactorsFindTheExposures() {
    Random random = new Random(19);
    int n = 6;
    int observations = 3000;
    double[][] rows = new double[observations][n];
    double[][] factors = new double[observations][2];
    for (int t = 0; t < observations; t++) {
      factors[t][0] = 0.002 + 0.02 * random.nextGaussian();
      factors[t][1] = 0.01 * random.nextGaussian();
      for (int i = 0; i < n; i++) {
        rows[t][i] =
            1e-3 * i + 0.3 * i * factors[t][0] - factors[t][1] + 0.01 * random.nextGaussian();
      }
    }
    try (Matrix returns = Matrix.copyOf(rows);
        Matrix known = Matrix.copyOf(factors)) {
      FactorModel model =
          TimeSeriesFactors.estimate(names(n), returns, List.of("market", "gas"), known);
      for (int i = 0; i < n; i++) {
        assertEquals(0.3 * i, model.exposures()[2 * i], 0.04);
        assertEquals(-1, model.exposures()[2 * i + 1], 0.08);
        assertEquals(1e-3 * i, model.alphas()[i], 8e-4);
        assertEquals(1e-4, model.specificVariance()[i], 1e-5);
      }
      assertArrayEquals(
          new double[] {0, 0.6e-3, 1.2e-3, 1.8e-3, 2.4e-3, 3e-3},
          model.expectedReturns(new double[] {0.002, 0}),
          2e-4);
      factors[0][1] = factors[0][0];
      for (double[] row : factors) {
        row[1] = 2 * row[0];
      }
      try (Matrix same = Matrix.copyOf(factors)) {
        assertEquals(
            "factor gas is a combination of the others, or nothing at all",
            assertThrows(
                    InvalidInputException.class,
                    () ->
                        TimeSeriesFactors.estimate(
                            names(n), returns, List.of("market", "gas"), same))
                .getMessage());
      }
    }
  }

  @Test
  void crossSectionalFactorsFindTheFactorReturns() {
    Random random = new Random(23);
    int n = 40;
    int observations = 400;
    double[][] locked = new double[observations][n];
    double[][] rows = new double[observations][n];
    double[] level = random.doubles(n, 10, 20).toArray();
    for (int t = 0; t < observations; t++) {
      for (int i = 0; i < n; i++) {
        level[i] += 0.05 * random.nextGaussian();
        locked[t][i] = random.nextInt(50) == 0 ? Double.NaN : Math.exp(level[i]);
      }
    }
    Descriptor descriptor =
        Descriptor.of("value locked", locked).log().winsorised(3).standardised();
    for (int t = 1; t < observations; t++) {
      double market = 0.02 * random.nextGaussian();
      double tvl = 0.01 * random.nextGaussian();
      for (int i = 0; i < n; i++) {
        double x = descriptor.get(t - 1, i);
        rows[t][i] = market + (Double.isNaN(x) ? 0 : x) * tvl + 0.005 * random.nextGaussian();
      }
    }
    try (Matrix returns = Matrix.copyOf(rows)) {
      CrossSectionalFactors.Estimate estimate =
          CrossSectionalFactors.estimate(names(n), returns, List.of(descriptor), null, true);
      FactorModel model = estimate.model();
      assertEquals(List.of("market", "value locked"), model.factors());
      assertEquals(4e-4, model.factorCovariance()[0], 8e-5);
      assertEquals(1e-4, model.factorCovariance()[3], 2e-5);
      assertEquals(0, model.factorCovariance()[1], 3e-5);
      for (int i = 0; i < n; i++) {
        assertEquals(2.5e-5, model.specificVariance()[i], 1e-5);
      }
      assertTrue(model.covariance().isFactored());
      assertEquals(399, estimate.periods());
    }
  }

  /** Two descriptors of two assets say the same, and those of one asset nothing. */
  @Test
  void timesOfWhichDescriptorsTellTooLittleAreLeftOut() {
    Random random = new Random(73);
    int n = 8;
    double[][] first = new double[60][n];
    double[][] second = new double[60][n];
    for (int t = 0; t < 60; t++) {
      for (int i = 0; i < n; i++) {
        boolean early = t < 20 && i >= (t < 10 ? 1 : 2);
        first[t][i] = early ? Double.NaN : random.nextDouble();
        second[t][i] = early ? Double.NaN : random.nextDouble();
      }
    }
    Descriptor fees = Descriptor.of("fees", first).standardised();
    Descriptor gas = Descriptor.of("gas", second).standardised();
    try (Matrix returns = Matrix.copyOf(draws(n, 60, 73))) {
      CrossSectionalFactors.Estimate estimate =
          CrossSectionalFactors.estimate(names(n), returns, List.of(fees, gas), null, true);
      assertEquals(39, estimate.periods());
      assertEquals(20, estimate.leftOut());
      Descriptor again = Descriptor.of("again", first).standardised();
      String message =
          assertThrows(
                  InvalidInputException.class,
                  () ->
                      CrossSectionalFactors.estimate(
                          names(n), returns, List.of(fees, again), null, true))
              .getMessage();
      assertTrue(message.contains("again is a combination of the others"), message);
      for (String name : new String[] {"fees", "market"}) {
        Descriptor taken = Descriptor.of(name, second).standardised();
        message =
            assertThrows(
                    InvalidInputException.class,
                    () ->
                        CrossSectionalFactors.estimate(
                            names(n), returns, List.of(fees, taken), null, true))
                .getMessage();
        assertEquals("descriptor " + name + ": another factor has that name", message);
      }
    }
  }

  @Test
  void descriptorsAreLaggedPulledInAndStandardised() {
    double[][] values = {{1, 2, 3, 1000}, {10, 20, 30, Double.NaN}, {5, 5, 5, 5}};
    Descriptor raw = Descriptor.of("fees", values);
    Descriptor pulled = raw.winsorised(3);
    // Median 2.5, median deviation 1: 2.5 + 3 · 1.4826.
    assertEquals(2.5 + 3 * 1.4826022185056018, pulled.get(0, 3), 1e-12);
    Descriptor standard = raw.standardised();
    assertEquals(-1, standard.get(1, 0), 1e-15);
    assertEquals(0, standard.get(1, 1), 1e-15);
    assertTrue(Double.isNaN(standard.get(1, 3)));
    assertTrue(Double.isNaN(standard.get(2, 0)));
    assertEquals(20, raw.lagged(1).get(2, 1));
    assertTrue(Double.isNaN(raw.lagged(1).get(0, 1)));
    assertEquals(9, raw.change(1).get(1, 0));
    assertTrue(Double.isNaN(Descriptor.of("x", new double[][] {{0, -1}}).log().get(0, 0)));
  }

  @Test
  void ticksOfTheirOwnTimesRecoverTheCorrelation() {
    Random random = new Random(29);
    double sum = 0;
    int trials = 60;
    for (int trial = 0; trial < trials; trial++) {
      HayashiYoshida ticks = new HayashiYoshida(names(2));
      double[] log = new double[2];
      int steps = 5000;
      for (int step = 0; step < steps; step++) {
        double common = random.nextGaussian();
        log[0] += 0.001 * common;
        log[1] += 0.001 * (0.7 * common + Math.sqrt(1 - 0.49) * random.nextGaussian());
        if (random.nextInt(steps) < 1500) {
          ticks.update(step, 0, Math.exp(log[0]));
        }
        if (random.nextInt(steps) < 700) {
          ticks.update(step, 1, Math.exp(log[1]));
        }
      }
      double[] sigma = ticks.covariation();
      sum += sigma[1] / Math.sqrt(sigma[0] * sigma[3]);
    }
    assertEquals(0.70, sum / trials, 0.02);
  }

  /**
   * A coin that is listed late has the variance and the covariances that it has, not half of them.
   */
  @Test
  void ticksThatBeginLateAreOfTheirOwnTime() {
    Random random = new Random(71);
    HayashiYoshida ticks = new HayashiYoshida(names(2));
    double[] log = new double[2];
    int steps = 40_000;
    for (int step = 0; step < steps; step++) {
      double common = random.nextGaussian();
      for (int i = 0; i < 2; i++) {
        log[i] += 0.001 * (0.6 * common + 0.8 * random.nextGaussian());
        if (random.nextInt(3) == 0 && (i == 0 || step > 3 * steps / 4)) {
          ticks.update(step, i, Math.exp(log[i]));
        }
      }
    }
    Covariance sigma = ticks.snapshot(1).covariance();
    assertEquals(1e-6, sigma.variance(0), 5e-8);
    assertEquals(1e-6, sigma.variance(1), 5e-8);
    assertEquals(0.36e-6, sigma.get(0, 1), 6e-8);
  }

  /** The definition: all pairs of intervals, (from, to], that overlap. */
  @Test
  void everyOverlapCountsOnce() {
    Random random = new Random(31);
    for (int trial = 0; trial < 40; trial++) {
      int n = 2 + random.nextInt(4);
      HayashiYoshida ticks = new HayashiYoshida(names(n));
      List<List<double[]>> all = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        all.add(new ArrayList<>());
      }
      for (int time = 0; time < 40; time++) {
        for (int k = 0; k < n; k++) {
          int i = random.nextInt(n);
          boolean already =
              !all.get(i).isEmpty() && all.get(i).get(all.get(i).size() - 1)[0] == time;
          if (random.nextInt(3) == 0 && !already) {
            double price = Math.exp(random.nextGaussian());
            all.get(i).add(new double[] {time, Math.log(price)});
            ticks.update(time, i, price);
          }
        }
      }
      double[] sigma = ticks.covariation();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          double expected = 0;
          for (int a = 1; a < all.get(i).size(); a++) {
            for (int b = 1; b < all.get(j).size(); b++) {
              double[] from = all.get(i).get(a - 1);
              double[] to = all.get(i).get(a);
              double[] other = all.get(j).get(b - 1);
              double[] end = all.get(j).get(b);
              if (Math.max(from[0], other[0]) < Math.min(to[0], end[0])) {
                expected += (to[1] - from[1]) * (end[1] - other[1]);
              }
            }
          }
          assertEquals(expected, sigma[i * n + j], 1e-11, trial + ": " + i + ", " + j);
        }
      }
    }
  }

  @Test
  void ticksOutOfOrderAndTooFewAreNamed() {
    HayashiYoshida ticks = new HayashiYoshida(List.of("BTC", "ETH"));
    ticks.update(10, 0, 100);
    assertTrue(
        assertThrows(InvalidInputException.class, () -> ticks.update(9, 1, 5))
            .getMessage()
            .startsWith("tick of ETH at 9.0 after one at 10.0"));
    assertThrows(InvalidInputException.class, () -> ticks.update(11, 1, 0));
    ticks.update(12, 0, 101);
    assertEquals(
        "ETH has 0 ticks: needs at least 2",
        assertThrows(InvalidInputException.class, () -> ticks.snapshot(1)).getMessage());
    ticks.update(12, 1, 5);
    ticks.update(15, 1, 6);
    assertEquals(
        "BTC and ETH have no ticks in a common time",
        assertThrows(InvalidInputException.class, () -> ticks.snapshot(1)).getMessage());
    ticks.update(16, 0, 101);
    CovarianceEstimate estimate = ticks.snapshot(1);
    // Each over its own time, 10 to 16 and 12 to 15.
    assertEquals(Math.pow(Math.log(1.01), 2) / 6, estimate.covariance().variance(0), 1e-12);
    assertEquals(Math.pow(Math.log(1.2), 2) / 3, estimate.covariance().variance(1), 1e-12);
    assertEquals(Math.log(1.2) / 3, estimate.mean()[1], 1e-15);
  }

  @Test
  void missingReturnsAreUsedAsFarAsTheyGo() {
    int n = 4;
    double[][] rows = draws(n, 300, 37);
    double[] complete = new double[300 * n];
    double[] gaps = new double[300 * n];
    for (int t = 0; t < 300; t++) {
      for (int i = 0; i < n; i++) {
        complete[t * n + i] = rows[t][i];
        gaps[t * n + i] = i == 2 && t < 200 || i == 1 && t % 7 == 0 ? Double.NaN : rows[t][i];
      }
    }
    CovarianceDoctor.Repair clip = CovarianceDoctor.Repair.CLIP;
    try (Matrix returns = Matrix.copyOf(rows)) {
      double[] sample = new SampleEstimator().estimate(names(n), returns).covariance().toArray();
      CovarianceEstimate same = new IncompleteReturns(names(n), complete).pairwise(clip);
      assertArrayEquals(sample, same.covariance().toArray(), 1e-17);
      assertTrue(same.notes().isEmpty());
      double[] ewma =
          EwmaEstimator.withHalfLife(20).estimate(names(n), returns).covariance().toArray();
      assertArrayEquals(
          ewma,
          new IncompleteReturns(names(n), complete).maskedEwma(20, clip).covariance().toArray(),
          1e-17);
      CovarianceEstimate partial = new IncompleteReturns(names(n), gaps).pairwise(clip);
      assertSemidefinite(partial);
      assertEquals(sample[0], partial.covariance().get(0, 0), 1e-6);
      assertTrue(partial.notes().get(0).contains("are missing"), partial.notes().toString());
      // Assets 0 and 2 from t = 200 on.
      double sum0 = 0;
      double sum2 = 0;
      double both = 0;
      for (int t = 200; t < 300; t++) {
        sum0 += rows[t][0];
        sum2 += rows[t][2];
        both += rows[t][0] * rows[t][2];
      }
      assertEquals((both - sum0 * sum2 / 100) / 99, partial.covariance().get(0, 2), 1e-6);
    }
    double[] none = gaps.clone();
    for (int t = 0; t < 300; t++) {
      none[t * n + 3] = Double.NaN;
    }
    assertEquals(
        "A3 has 0 returns: pairwise needs at least 2",
        assertThrows(
                InvalidInputException.class,
                () -> new IncompleteReturns(names(n), none).pairwise(clip))
            .getMessage());
  }

  @Test
  void logReturnsBecomeSimpleOnes() {
    double[] mean = {0.01, -0.02};
    double[] sigma = {0.04, 0.01, 0.01, 0.09};
    double[] simple = LogReturns.simpleMean(mean, sigma);
    assertEquals(Math.exp(0.03) - 1, simple[0], 1e-15);
    double[] covariance = LogReturns.simpleCovariance(mean, sigma);
    assertEquals(Math.exp(0.03) * Math.exp(0.025) * (Math.exp(0.01) - 1), covariance[1], 1e-15);
  }

  /** A column that never moves has no covariance with anything, whatever its level. */
  @Test
  void pairsKeepTheirDigitsWhateverTheMean() {
    int n = 3;
    double[][] rows = draws(n, 40, 41);
    double[] level = new double[40 * n];
    double[] plain = new double[40 * n];
    for (int t = 0; t < 40; t++) {
      for (int i = 0; i < n; i++) {
        boolean missing = i == 1 && t < 10;
        plain[t * n + i] = missing ? Double.NaN : i == 2 ? 0.1 : rows[t][i];
        level[t * n + i] = missing ? Double.NaN : i == 2 ? 0.1 : rows[t][i] + 1024;
      }
    }
    CovarianceDoctor.Repair clip = CovarianceDoctor.Repair.CLIP;
    double[] sigma = new IncompleteReturns(names(n), plain).pairwise(clip).covariance().toArray();
    for (int i = 0; i < n; i++) {
      assertEquals(0, sigma[2 * n + i]);
    }
    CovarianceEstimate high = new IncompleteReturns(names(n), level).pairwise(clip);
    assertArrayEquals(sigma, high.covariance().toArray(), 1e-15);
    assertEquals(0.1, high.mean()[2]);
  }

  @Test
  void returnsThatNoLongerCountAreNoneInCommon() {
    int n = 2;
    double[] values = new double[3000 * n];
    Random random = new Random(43);
    for (int t = 0; t < 3000; t++) {
      values[t * n] = 0.01 * random.nextGaussian();
      values[t * n + 1] = t < 100 ? 0.01 * random.nextGaussian() : Double.NaN;
    }
    IncompleteReturns returns = new IncompleteReturns(names(n), values);
    assertEquals(
        "A1 has 0 returns: masked-ewma needs at least 1",
        assertThrows(
                InvalidInputException.class,
                () -> returns.maskedEwma(1, CovarianceDoctor.Repair.CLIP))
            .getMessage());
  }

  /** Ranks below both the observations and the assets, and too few for a formula. */
  @Test
  void nonlinearShrinkageOfDependentAssetsIsDefined() {
    int n = 12;
    double[][] four = draws(4, 11, 47);
    double[][] copies = new double[11][n];
    double[][] twice = draws(n, 10, 47);
    for (int t = 0; t < 11; t++) {
      for (int i = 0; i < n; i++) {
        copies[t][i] = four[t][i % 4];
      }
    }
    twice[5] = twice[4].clone();
    NonlinearShrinkage qis = new NonlinearShrinkage(NonlinearShrinkage.Kind.QUADRATIC_INVERSE);
    for (double[][] rows : List.of(copies, twice)) {
      try (Matrix returns = Matrix.copyOf(rows)) {
        double[] sigma = qis.estimate(names(n), returns).covariance().toArray();
        // More assets than observations: every direction without variance gets some.
        assertTrue(new Spectrum(sigma, n).values[0] > 1e-7);
      }
    }
    for (NonlinearShrinkage.Kind kind : NonlinearShrinkage.Kind.values()) {
      try (Matrix returns = Matrix.copyOf(twice)) {
        if (kind != NonlinearShrinkage.Kind.QUADRATIC_INVERSE) {
          NonlinearShrinkage other = new NonlinearShrinkage(kind);
          String message =
              assertThrows(InvalidInputException.class, () -> other.estimate(names(n), returns))
                  .getMessage();
          assertTrue(
              message.startsWith(other.name() + ": 10 returns of 12 assets: needs "), message);
        }
      }
    }
    try (Matrix returns = Matrix.copyOf(draws(30, 13, 47))) {
      double[] sigma =
          new NonlinearShrinkage(NonlinearShrinkage.Kind.ANALYTICAL)
              .estimate(names(30), returns)
              .covariance()
              .toArray();
      assertTrue(new Spectrum(sigma, 30).values[0] > 1e-7);
    }
  }

  /** Beside assets that do not move the others are estimated as without them. */
  @Test
  void assetsThatDoNotMoveHaveNoPart() {
    for (int observations : new int[] {8, 80}) {
      double[][] rows = draws(9, observations, 53);
      double[][] without = new double[observations][];
      for (int t = 0; t < observations; t++) {
        double[] row = rows[t];
        row[4] = 0.01;
        without[t] = IntStream.range(0, 9).filter(i -> i != 4).mapToDouble(i -> row[i]).toArray();
      }
      for (CovarianceEstimator estimator :
          List.of(
              new NonlinearShrinkage(NonlinearShrinkage.Kind.QUADRATIC_INVERSE),
              new RandomMatrixClipping())) {
        try (Matrix all = Matrix.copyOf(rows);
            Matrix moving = Matrix.copyOf(without)) {
          double[] a = estimator.estimate(names(9), all).covariance().toArray();
          double[] b = estimator.estimate(names(8), moving).covariance().toArray();
          for (int k = 0; k < 81; k++) {
            int i = k / 9;
            int j = k % 9;
            double expected =
                i == 4 || j == 4 ? 0 : b[(i > 4 ? i - 1 : i) * 8 + (j > 4 ? j - 1 : j)];
            assertEquals(expected, a[k], 1e-15, estimator.name());
          }
        }
      }
    }
  }

  /** By 60 decimal digits; far out the two terms of the formula cancel. */
  @Test
  void theHilbertTransformKeepsItsDigits() {
    double[][] table = {
      {0.5, -0.093885150097832173},
      {3, -0.122074792352526},
      {9.75, -0.032998571751980413},
      {10.5, -0.030595678342588899},
      {100, -0.003183417239952305},
      {1e6, -3.1830988618410897e-07},
      {1e9, -3.1830988618379065e-10}
    };
    for (double[] row : table) {
      assertEquals(row[1], NonlinearShrinkage.hilbert(row[0]), 1e-13 * Math.abs(row[1]));
      assertEquals(-row[1], NonlinearShrinkage.hilbert(-row[0]), 1e-13 * Math.abs(row[1]));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aReturnThatIsNoNumberIsNamed(CovarianceEstimator estimator) {
    double[][] rows = draws(4, 30, 59);
    rows[7][2] = Double.NaN;
    try (Matrix returns = Matrix.copyOf(rows)) {
      assertEquals(
          estimator.name() + ": return of A2 in row 7 is NaN: needs finite returns",
          assertThrows(InvalidInputException.class, () -> estimator.estimate(names(4), returns))
              .getMessage());
    }
  }
}
