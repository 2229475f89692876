package io.parabola.models.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import io.parabola.TransactionCosts;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AllocationTest {
  private static Covariance random(int n, int observations, Random random) {
    double[] sigma = new double[n * n];
    for (int t = 0; t < observations; t++) {
      double market = random.nextGaussian();
      double[] r = new double[n];
      for (int i = 0; i < n; i++) {
        r[i] = 0.01 * (1 + i % 5) * (0.6 * market + random.nextGaussian());
      }
      for (int k = 0; k < n * n; k++) {
        sigma[k] += r[k / n] * r[k % n] / observations;
      }
    }
    for (int k = 0; k < n * n; k++) {
      int other = k % n * n + k / n;
      sigma[k] = k < other ? sigma[k] : sigma[other];
    }
    return Covariance.of(sigma, n);
  }

  /** Maillard, Roncalli and Teïletche (2010), page 65: volatilities 10, 20, 30 and 40 %. */
  @Test
  void equalRiskContributionsAreThePublishedOnes() {
    double[] apart = {.01, 0, 0, 0, 0, .04, 0, 0, 0, 0, .09, 0, 0, 0, 0, .16};
    assertArrayEquals(
        new double[] {.48, .24, .16, .12},
        RiskBudgets.equal(Covariance.of(apart, 4)).weights(),
        1e-12);
    double[] related = {.01, .016, 0, 0, .016, .04, 0, 0, 0, 0, .09, -.06, 0, 0, -.06, .16};
    assertArrayEquals(
        new double[] {.384, .192, .243, .182},
        RiskBudgets.equal(Covariance.of(related, 4)).weights(),
        5e-4);
  }

  @Test
  void contributionsAreTheBudgets() {
    Random random = new Random(3);
    for (int trial = 0; trial < 60; trial++) {
      int n = 1 + random.nextInt(40);
      Covariance covariance = random(n, n + 5, random);
      double[] budgets = new double[n];
      for (int i = 0; i < n; i++) {
        budgets[i] = random.nextInt(4) == 0 ? 0 : Math.pow(10, -3 * random.nextDouble());
      }
      budgets[random.nextInt(n)] = 1;
      RiskBudgets.Result result = RiskBudgets.of(covariance, budgets);
      double sum = Arrays.stream(budgets).sum();
      for (int i = 0; i < n; i++) {
        assertEquals(budgets[i] / sum, result.contributions()[i], 1e-11);
        assertTrue(budgets[i] == 0 ? result.weights()[i] == 0 : result.weights()[i] > 0);
      }
      assertEquals(1, Arrays.stream(result.weights()).sum(), 1e-12);
      assertTrue(result.worst() < 1e-11);
    }
    // Two of a kind, and fewer observations than assets.
    Covariance singular = Covariance.of(new double[] {1, 1, .5, 1, 1, .5, .5, .5, 1}, 3);
    RiskBudgets.Result result = RiskBudgets.equal(singular);
    assertTrue(result.worst() < 1e-10, "worst " + result.worst());
    assertEquals(result.weights()[0], result.weights()[1], 1e-8);
    assertThrows(
        InvalidInputException.class,
        () -> RiskBudgets.equal(Covariance.of(new double[] {1, 0, 0, 0}, 2)));
    assertThrows(
        InvalidInputException.class, () -> RiskBudgets.of(singular, new double[] {1, -1, 1}));
  }

  /** Budgets of very different sizes, and correlations that leave little but what is common. */
  @Test
  void budgetsMayDifferByManyOrdersOfMagnitude() {
    Random random = new Random(5);
    for (int trial = 0; trial < 40; trial++) {
      int n = 2 + random.nextInt(40);
      double rest = trial % 2 == 0 ? 1 : 1e-3;
      double[][] exposures = new double[n][2];
      double[] sigma = new double[n * n];
      double[] budgets = new double[n];
      for (int i = 0; i < n; i++) {
        exposures[i][0] = random.nextGaussian();
        exposures[i][1] = random.nextGaussian();
        budgets[i] = Math.exp(5 * random.nextGaussian());
        for (int j = 0; j <= i; j++) {
          double common = exposures[i][0] * exposures[j][0] + exposures[i][1] * exposures[j][1];
          sigma[i * n + j] = common + (i == j ? rest : 0);
          sigma[j * n + i] = sigma[i * n + j];
        }
      }
      RiskBudgets.Result result = RiskBudgets.of(Covariance.of(sigma, n), budgets);
      assertTrue(result.worst() < 1e-11, trial + ": worst " + result.worst());
    }
  }

  @Test
  void aPortfolioWithoutVarianceHasNoRiskToDivide() {
    Covariance hedged = Covariance.of(new double[] {4, -2, 0, -2, 1, 0, 0, 0, 1}, 3);
    assertEquals(
        "a portfolio of asset 0, asset 1 has no variance: there is no risk to divide",
        assertThrows(InvalidInputException.class, () -> RiskBudgets.equal(hedged)).getMessage());
    assertTrue(RiskBudgets.of(hedged, new double[] {1, 0, 1}).worst() < 1e-14);
  }

  /** Choueifaty, Froidure and Reynier (2013), pages 9 and 11. */
  @Test
  void theMostDiversifiedPortfoliosAreThePublishedOnes() {
    try (Engine engine = Engine.create()) {
      assertArrayEquals(
          new double[] {1 / 3.0, 2 / 3.0}, diversified(engine, .04, .01, .01, .01).weights(), 1e-9);
      assertArrayEquals(
          new double[] {2 / 3.0, 1 / 3.0},
          diversified(engine, .0025, .0025, .0025, .01).weights(),
          1e-9);
      Solution three = diversified(engine, .01, .009, .001, .009, .01, .001, .001, .001, .01);
      // Correlations .9, .1, .1: 25.7, 25.7 and 48.6 %.
      assertArrayEquals(new double[] {.257, .257, .486}, three.weights(), 5e-4);
      double[] w = three.weights();
      double variance =
          .01 * (w[0] * w[0] + w[1] * w[1] + w[2] * w[2])
              + 2 * (.009 * w[0] * w[1] + .001 * w[2] * (w[0] + w[1]));
      assertEquals(-0.1 / Math.sqrt(variance), three.objective(), 1e-12);
    }
  }

  private static Solution diversified(Engine engine, double... sigma) {
    Covariance covariance = Covariance.of(sigma, (int) Math.sqrt(sigma.length));
    return MaximumDiversification.solve(engine, Problem.builder(covariance).build());
  }

  @Test
  void aBoxIsTheWorstOfItsCorners() {
    Random random = new Random(11);
    try (Engine engine = Engine.create()) {
      for (int trial = 0; trial < 20; trial++) {
        int n = 2 + random.nextInt(5);
        double[] mean = random.doubles(n, -0.01, 0.02).toArray();
        double[] delta = random.doubles(n, 0, 0.01).toArray();
        Covariance covariance = random(n, 3 * n, random);
        Problem nominal =
            Problem.builder(covariance)
                .expectedReturns(mean)
                .riskAversion(4)
                .lower(trial % 2 == 0 ? 0 : -0.5)
                .upper(1)
                .build();
        double[] w = engine.solve(UncertainMeans.box(nominal, delta)).weights();
        // No other portfolio is better at its own worst corner.
        double best = worstOfBox(covariance, mean, delta, 4, w);
        for (int other = 0; other < 200; other++) {
          double[] v = w.clone();
          int i = random.nextInt(n);
          int j = random.nextInt(n);
          double step = 0.05 * random.nextDouble();
          v[i] += step;
          v[j] -= step;
          if (v[i] <= 1 && v[j] >= (trial % 2 == 0 ? 0 : -0.5)) {
            assertTrue(worstOfBox(covariance, mean, delta, 4, v) >= best - 1e-14);
          }
        }
      }
    }
    Problem traded =
        Problem.builder(Covariance.of(new double[] {1, 0, 0, 1}, 2))
            .lower(-1)
            .currentWeights(0.5, 0.5)
            .transactionCosts(TransactionCosts.builder().linear(0.1).build())
            .build();
    assertThrows(
        InvalidInputException.class, () -> UncertainMeans.box(traded, new double[] {0.1, 0.1}));
  }

  private static double worstOfBox(
      Covariance covariance, double[] mean, double[] delta, double gamma, double[] w) {
    double sum = 0.5 * gamma * variance(covariance, w);
    for (int i = 0; i < w.length; i++) {
      sum += delta[i] * Math.abs(w[i]) - mean[i] * w[i];
    }
    return sum;
  }

  private static double variance(Covariance covariance, double[] w) {
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      for (int j = 0; j < w.length; j++) {
        sum += w[i] * w[j] * covariance.get(i, j);
      }
    }
    return sum;
  }

  @Test
  void kappaIsTheRootOfAQuantile() {
    assertEquals(5.6045, UncertainMeans.kappa(20, 0.95), 5e-5);
  }

  @Test
  void anEllipsoidIsTheWorstOfItsMeans() {
    Random random = new Random(13);
    try (Engine engine = Engine.create()) {
      for (int trial = 0; trial < 20; trial++) {
        int n = 2 + random.nextInt(15);
        double[] mean = random.doubles(n, -0.01, 0.03).toArray();
        Covariance covariance = random(n, 3 * n, random);
        Problem nominal =
            Problem.builder(covariance)
                .expectedReturns(mean)
                .riskAversion(trial % 3 == 0 ? 0 : 5)
                .lower(trial % 2 == 0 ? 0 : -0.4)
                .upper(1)
                .build();
        int observations = 60;
        double kappa = 3 * random.nextDouble();
        UncertainMeans.Robust robust =
            UncertainMeans.ellipsoid(engine, nominal, kappa, observations);
        assertEquals(Status.SOLVED, robust.status()[0]);
        double[] w = robust.weights()[0];
        double price = kappa / Math.sqrt(observations);
        double best = worstOfEllipsoid(covariance, mean, price, nominal.riskAversion(), w);
        assertEquals(best, robust.objective()[0], 1e-15);
        assertTrue(robust.gap()[0] <= 1e-9, "gap " + robust.gap()[0]);
        for (int other = 0; other < 200; other++) {
          double[] v = w.clone();
          int i = random.nextInt(n);
          int j = random.nextInt(n);
          double step = 0.05 * random.nextDouble();
          v[i] += step;
          v[j] -= step;
          if (v[i] <= 1 && v[j] >= (trial % 2 == 0 ? 0 : -0.4)) {
            double value = worstOfEllipsoid(covariance, mean, price, nominal.riskAversion(), v);
            assertTrue(value >= best - robust.gap()[0] - 1e-15, value + " < " + best);
          }
        }
      }
    }
  }

  private static double worstOfEllipsoid(
      Covariance covariance, double[] mean, double price, double gamma, double[] w) {
    double variance = variance(covariance, w);
    double sum = 0.5 * gamma * variance + price * Math.sqrt(variance);
    for (int i = 0; i < w.length; i++) {
      sum -= mean[i] * w[i];
    }
    return sum;
  }

  @Test
  void aBatchOfEllipsoidsIsTheSameOneByOne() {
    Random random = new Random(17);
    Covariance covariance = random(8, 30, random);
    double[] mean = random.doubles(8, -0.01, 0.03).toArray();
    Problem problem =
        Problem.builder(covariance).expectedReturns(mean).riskAversion(3).upper(0.5).build();
    double[] kappa = {0, 0.5, 1, 2, 4};
    double[] gamma = {3, 3, 1, 8, 3};
    try (Engine engine = Engine.create()) {
      UncertainMeans.Robust together =
          UncertainMeans.ellipsoid(engine, Batch.builder(problem, 5), problem, gamma, kappa, 100);
      for (int s = 0; s < 5; s++) {
        UncertainMeans.Robust alone =
            UncertainMeans.ellipsoid(
                engine, problem.toBuilder().riskAversion(gamma[s]).build(), kappa[s], 100);
        assertArrayEquals(alone.weights()[0], together.weights()[s], 1e-9);
        assertEquals(alone.objective()[0], together.objective()[s], 1e-14);
        assertTrue(together.riskAversion()[s] >= gamma[s]);
      }
    }
  }

  @Test
  void theWorstOfSeveralCovariancesIsAsGoodAsItCanBe() {
    Random random = new Random(19);
    try (Engine engine = Engine.create()) {
      for (int trial = 0; trial < 15; trial++) {
        int n = 3 + random.nextInt(10);
        int count = 1 + random.nextInt(5);
        List<Covariance> list =
            java.util.stream.IntStream.range(0, count)
                .mapToObj(k -> random(n, 2 * n, random))
                .toList();
        double[] mean = random.doubles(n, -0.001, 0.002).toArray();
        Problem.Builder builder = Problem.builder(list.get(0)).expectedReturns(mean).upper(0.8);
        Problem problem =
            trial % 2 == 0 ? builder.riskAversion(4).build() : builder.minimumVariance().build();
        WorstCaseCovariance.Result result = WorstCaseCovariance.solve(engine, problem, list, 1e-8);
        assertEquals(Status.SOLVED, result.status(), result.message());
        double worst = Double.NEGATIVE_INFINITY;
        double gamma = trial % 2 == 0 ? 4 : 1;
        for (Covariance covariance : list) {
          double value = 0.5 * gamma * variance(covariance, result.weights());
          for (int i = 0; i < n && trial % 2 == 0; i++) {
            value -= mean[i] * result.weights()[i];
          }
          worst = Math.max(worst, value);
        }
        assertEquals(worst, result.objective(), 1e-15);
        assertEquals(1, Arrays.stream(result.weights()).sum(), 1e-12);
        assertEquals(1, Arrays.stream(result.weightsOfCovariances()).sum(), 1e-12);
        // No portfolio of one of them alone is better.
        for (Covariance one : list) {
          double[] v = engine.solve(problem.toBuilder(one).build()).weights();
          double value = Double.NEGATIVE_INFINITY;
          for (Covariance covariance : list) {
            double each = 0.5 * gamma * variance(covariance, v);
            for (int i = 0; i < n && trial % 2 == 0; i++) {
              each -= mean[i] * v[i];
            }
            value = Math.max(value, each);
          }
          assertTrue(value >= result.objective() - result.gap() - 1e-15);
        }
      }
    }
  }

  @Test
  void aBatchOfWorstCasesIsTheSameOneByOne() {
    Random random = new Random(61);
    int n = 6;
    int scenarios = 7;
    List<Covariance> covariances = List.of(random(n, 8, random), random(n, 9, random));
    double[] means = random.doubles((long) scenarios * n, -0.001, 0.003).toArray();
    double[] aversion = random.doubles(scenarios, 1, 20).toArray();
    Problem problem =
        Problem.builder(covariances.get(0))
            .expectedReturns(new double[n])
            .riskAversion(1)
            .upper(0.5)
            .build();
    try (Engine engine = Engine.create()) {
      List<WorstCaseCovariance.Result> batch =
          WorstCaseCovariance.solve(engine, problem, covariances, means, aversion, 1e-8);
      assertEquals(scenarios, batch.size());
      for (int s = 0; s < scenarios; s++) {
        Problem one =
            problem.toBuilder()
                .expectedReturns(Arrays.copyOfRange(means, s * n, (s + 1) * n))
                .riskAversion(aversion[s])
                .build();
        WorstCaseCovariance.Result alone =
            WorstCaseCovariance.solve(engine, one, covariances, 1e-8);
        assertEquals(Status.SOLVED, batch.get(s).status());
        assertEquals(
            alone.objective(), batch.get(s).objective(), 1e-8 * Math.abs(alone.objective()));
        assertArrayEquals(alone.weights(), batch.get(s).weights(), 1e-3);
      }
      assertThrows(
          InvalidInputException.class,
          () ->
              WorstCaseCovariance.solve(
                  engine, problem, covariances, new double[n], new double[2], 1e-8));
    }
  }

  @Test
  void scenariosOfABoxBringMeansOfTheirOwn() {
    int n = 3;
    Covariance covariance = random(n, 20, new Random(67));
    double[] uncertainty = {0.001, 0.002, 0.0005};
    Problem problem =
        Problem.builder(covariance)
            .expectedReturns(new double[] {0.003, 0.002, 0.001})
            .riskAversion(5)
            .lower(new double[] {0, -1, -1})
            .upper(new double[] {1, 2, 0})
            .build();
    double[] means = {0.001, 0.004, 0.002, 0.004, 0.001, 0.003};
    try (Engine engine = Engine.create();
        BatchSolution batch =
            engine.solve(
                Batch.builder(UncertainMeans.box(problem, uncertainty), 2)
                    .expectedReturns(UncertainMeans.boxMeans(problem, means, uncertainty))
                    .build())) {
      for (int s = 0; s < 2; s++) {
        double[] own = Arrays.copyOfRange(means, s * n, (s + 1) * n);
        Solution alone =
            engine.solve(
                UncertainMeans.box(problem.toBuilder().expectedReturns(own).build(), uncertainty));
        assertArrayEquals(alone.weights(), batch.weights(s), 1e-9);
      }
    }
  }
}
