package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One problem put in two ways has one solution. */
class FormulationsTest {
  private static final double SAME = 1e-9;
  private static final int N = 20;

  static List<String> engines() {
    return EveryEngine.ofTheWholeClass();
  }

  private static double[] solved(Engine engine, Problem problem) {
    Solution solution = engine.solve(problem);
    assertEquals(Status.SOLVED, solution.status(), solution.message());
    return solution.weights();
  }

  private static double[] draws(int length, double scale, Random random) {
    double[] values = new double[length];
    Arrays.setAll(values, i -> scale * random.nextGaussian());
    return values;
  }

  /** With rows, a turnover limit and costs, so that the whole solver is in it. */
  private static Problem.Builder busy(Covariance covariance, long seed) {
    Random random = new Random(seed);
    int n = covariance.size();
    double[] w0 = new double[n];
    Arrays.fill(w0, 1.0 / n);
    return Problem.builder(covariance)
        .expectedReturns(draws(n, 0.05, random))
        .riskAversion(3)
        .lower(-0.2)
        .upper(0.4)
        .constraints(
            LinearConstraints.builder(covariance.assets())
                .row("exposure", -0.1, draws(n, 1, random), 0.1)
                .group("group", 0.2, covariance.assets().subList(0, n / 3), 0.5)
                .build())
        .currentWeights(w0)
        .maximumTurnover(1.1)
        .transactionCosts(TransactionCosts.builder().linear(0.001).quadratic(0.01).build());
  }

  private static double[] exposures(Random random) {
    return draws(N * 3, 0.2, random);
  }

  private static double[] omega(double scale) {
    return new double[] {
      1 * scale, 0.2 * scale, 0, 0.2 * scale, 0.5 * scale, -0.1, 0, -0.1, 0.3 * scale
    };
  }

  private static double[] specific(Random random) {
    double[] d = new double[N];
    Arrays.setAll(d, i -> 0.01 + 0.05 * random.nextDouble());
    return d;
  }

  private static double[] formed(double[] f, double[] omega, double[] d) {
    double[] sigma = new double[N * N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        for (int a = 0; a < 3; a++) {
          for (int b = 0; b < 3; b++) {
            sigma[i * N + j] += f[i * 3 + a] * omega[a * 3 + b] * f[j * 3 + b];
          }
        }
      }
      sigma[i * N + i] += d[i];
    }
    return sigma;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void factorsAndTheirMatrix(String name) {
    Random random = new Random(1);
    double[] f = exposures(random);
    double[] d = specific(random);
    Covariance factors = Covariance.ofFactors(f, omega(1), d);
    double[] sigma = formed(f, omega(1), d);
    assertArrayEquals(sigma, factors.toArray(), 1e-15);
    try (Engine engine = EveryEngine.open(name, 1)) {
      double[] expected = solved(engine, busy(Covariance.of(sigma, N), 7).build());
      assertArrayEquals(expected, solved(engine, busy(factors, 7).build()), SAME);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void singularFactorCovariances(String name) {
    Random random = new Random(2);
    double[] f = exposures(random);
    double[] d = specific(random);
    // The third factor is the sum of the first two.
    double[] omega = {1, 0.2, 1.2, 0.2, 0.5, 0.7, 1.2, 0.7, 1.9};
    Covariance factors = Covariance.ofFactors(f, omega, d);
    assertArrayEquals(formed(f, omega, d), factors.toArray(), 1e-15);
    try (Engine engine = EveryEngine.open(name, 1)) {
      double[] expected = solved(engine, busy(Covariance.of(formed(f, omega, d), N), 8).build());
      assertArrayEquals(expected, solved(engine, busy(factors, 8).build()), SAME);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void fewReturnsAndTheirProducts(String name) {
    int observations = 9;
    double[] returns = draws(observations * N, 0.1, new Random(3));
    Covariance kept = Covariance.ofReturns(returns, observations, N);
    Covariance formed = SampleCovariance.estimate(returns, observations, N).covariance();
    assertArrayEquals(formed.toArray(), kept.toArray(), 1e-15);
    try (Engine engine = EveryEngine.open(name, 1)) {
      Problem singular = busy(kept, 9).build();
      Problem dense = busy(formed, 9).build();
      // The quadratic costs make the solution unique.
      assertArrayEquals(solved(engine, dense), solved(engine, singular), SAME);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void covariancesByScenarioAndProblemsOfTheirOwn(String name) {
    Random random = new Random(4);
    double[] f = exposures(random);
    double[] d = specific(random);
    Problem shared = busy(Covariance.ofFactors(f, omega(1), d), 11).build();
    double[] sigma = shared.covariance().toArray();
    double[] multipliers = new double[3 * N];
    Arrays.setAll(multipliers, i -> 0.5 + 2 * random.nextDouble());
    double[] theta = new double[3 * N];
    Arrays.setAll(theta, i -> i % 5 == 0 ? 0 : random.nextDouble());
    double[][] expectedScaled = new double[3][N * N];
    double[][] expectedStressed = new double[3][N * N];
    for (int s = 0; s < 3; s++) {
      for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
          double both = multipliers[s * N + i] * multipliers[s * N + j];
          expectedScaled[s][i * N + j] = both * sigma[i * N + j];
          double ti = theta[s * N + i];
          double tj = theta[s * N + j];
          double volatilities = Math.sqrt(sigma[i * N + i] * sigma[j * N + j]);
          double correlation = sigma[i * N + j] / volatilities;
          double stressed =
              i == j ? 1 : Math.sqrt((1 - ti) * (1 - tj)) * correlation + Math.sqrt(ti * tj);
          expectedStressed[s][i * N + j] = both * stressed * volatilities;
        }
      }
    }
    double[] omegas = new double[3 * 9];
    double[] specifics = new double[3 * N];
    double[][] expectedFactors = new double[3][];
    double[] own = new double[3 * N * N];
    for (int s = 0; s < 3; s++) {
      System.arraycopy(omega(1 + s), 0, omegas, s * 9, 9);
      double[] specific = specific(random);
      System.arraycopy(specific, 0, specifics, s * N, N);
      expectedFactors[s] = formed(f, omega(1 + s), specific);
      System.arraycopy(expectedStressed[s], 0, own, s * N * N, N * N);
    }
    try (Engine engine = EveryEngine.open(name, 2);
        Matrix covariances = Matrix.copyOf(own, 3 * N, N)) {
      assertSame(
          engine,
          Batch.builder(shared, 3).volatilityMultipliers(multipliers).build(),
          expectedScaled);
      assertSame(
          engine,
          Batch.builder(shared, 3)
              .volatilityMultipliers(multipliers)
              .correlationStress(theta)
              .build(),
          expectedStressed);
      assertSame(
          engine,
          Batch.builder(shared, 3).factorCovariance(omegas).specificVariance(specifics).build(),
          expectedFactors);
      assertSame(
          engine, Batch.builder(shared, 3).covariances(covariances).build(), expectedStressed);
    }
  }

  private static void assertSame(Engine engine, Batch batch, double[][] sigma) {
    try (BatchSolution solution = engine.solve(batch)) {
      for (int s = 0; s < 3; s++) {
        assertEquals(Status.SOLVED, solution.status(s), solution.message(s));
        Problem alone = busy(Covariance.of(sigma[s], N), 11).build();
        assertArrayEquals(solved(engine, alone), solution.weights(s), SAME);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void costsAndLimitsAsMoreAssetsAndRows(String name) {
    // w = buys − sells + w₀ and w = longs − shorts, each a weight of its own, tied by rows.
    int n = 6;
    Random random = new Random(5);
    Covariance covariance = RandomProblems.strictlyConvex(n, random);
    double[] mu = RandomProblems.expectedReturns(n, 0.05, random);
    double[] w0 = {0.3, 0.2, -0.1, 0.2, 0.2, 0.2};
    double[] buy = new double[n];
    double[] sell = new double[n];
    Arrays.setAll(buy, i -> 0.01 * random.nextDouble());
    Arrays.setAll(sell, i -> 0.02 * random.nextDouble());
    Problem direct =
        Problem.builder(covariance)
            .expectedReturns(mu)
            .riskAversion(2)
            .lower(-0.3)
            .upper(0.6)
            .currentWeights(w0)
            .maximumTurnover(0.8)
            .maximumGrossExposure(1.3)
            .transactionCosts(TransactionCosts.builder().buy(buy).sell(sell).build())
            .build();
    int m = 5 * n;
    double[] sigma = new double[m * m];
    double[] means = new double[m];
    double[] lower = new double[m];
    double[] upper = new double[m];
    Arrays.fill(upper, 5);
    List<String> names = new ArrayList<>();
    double[] a = new double[(2 * n + 3) * m];
    double[] limits = new double[2 * n + 3];
    double[] least = new double[2 * n + 3];
    for (int i = 0; i < n; i++) {
      lower[i] = -0.3;
      upper[i] = 0.6;
      means[i] = mu[i];
      means[n + i] = -buy[i];
      means[2 * n + i] = -sell[i];
      for (int j = 0; j < n; j++) {
        sigma[i * m + j] = covariance.get(i, j);
      }
      names.add("trade " + i);
      a[i * m + i] = 1;
      a[i * m + n + i] = -1;
      a[i * m + 2 * n + i] = 1;
      limits[i] = w0[i];
      least[i] = w0[i];
    }
    for (int i = 0; i < n; i++) {
      names.add("side " + i);
      int row = (n + i) * m;
      a[row + i] = 1;
      a[row + 3 * n + i] = -1;
      a[row + 4 * n + i] = 1;
      a[(2 * n) * m + n + i] = 1;
      a[(2 * n) * m + 2 * n + i] = 1;
      a[(2 * n + 1) * m + 3 * n + i] = 1;
      a[(2 * n + 1) * m + 4 * n + i] = 1;
      a[(2 * n + 2) * m + i] = 1;
    }
    names.addAll(List.of("traded", "held", "sum"));
    least[2 * n] = Double.NEGATIVE_INFINITY;
    limits[2 * n] = 0.8;
    least[2 * n + 1] = Double.NEGATIVE_INFINITY;
    limits[2 * n + 1] = 1.3;
    least[2 * n + 2] = 1;
    limits[2 * n + 2] = 1;
    Problem spelledOut =
        Problem.builder(Covariance.of(sigma, m))
            .expectedReturns(means)
            .riskAversion(2)
            .lower(lower)
            .upper(upper)
            .withoutBudget()
            .constraints(LinearConstraints.of(names, a, least, limits))
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      double[] expected = Arrays.copyOf(solved(engine, spelledOut), n);
      Solution solution = engine.solve(direct);
      assertArrayEquals(expected, solution.weights(), SAME);
      Solution other = engine.solve(spelledOut);
      assertEquals(other.shadowPrice("traded"), solution.shadowPrice("turnover"), SAME);
      assertEquals(other.shadowPrice("held"), solution.shadowPrice("gross exposure"), SAME);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void trackingErrorAndTheShiftedProblem(String name) {
    // With x = w − b the benchmark goes away: bounds, budget and rows shift, and the return by μ'b.
    int n = 15;
    Random random = new Random(6);
    Covariance covariance = RandomProblems.strictlyConvex(n, random);
    double[] mu = RandomProblems.expectedReturns(n, 0.05, random);
    double[] b = new double[n];
    double[] lower = new double[n];
    double[] upper = new double[n];
    for (int i = 0; i < n; i++) {
      b[i] = (i + 1) * 2.0 / (n * (n + 1));
      lower[i] = -b[i];
      upper[i] = 0.3 - b[i];
    }
    Problem.Builder tracking =
        Problem.builder(covariance).expectedReturns(mu).upper(0.3).benchmark(b);
    Problem.Builder shifted =
        Problem.builder(covariance).expectedReturns(mu).lower(lower).upper(upper).budget(0);
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (Objective objective : List.of(Objective.riskAversion(5), Objective.targetRisk(0.03))) {
        double[] x = solved(engine, shifted.objective(objective).build());
        double[] w = solved(engine, tracking.objective(objective).build());
        for (int i = 0; i < n; i++) {
          assertEquals(x[i] + b[i], w[i], SAME, objective.toString());
        }
      }
      assertArrayEquals(b, solved(engine, tracking.minimumVariance().build()), 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void objectivesThatMeetOnTheFrontier(String name) {
    Problem.Builder builder = busy(RandomProblems.strictlyConvex(N, new Random(7)), 12);
    builder.transactionCosts(TransactionCosts.builder().build());
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution tangency = engine.solve(builder.maximumSharpe(0.005).build());
      double risk = tangency.volatility();
      double reward = tangency.expectedReturn();
      double gamma = (reward - 0.005) / (risk * risk);
      assertEquals(-(reward - 0.005) / risk, tangency.objective(), 1e-13);
      double[] w = tangency.weights();
      assertArrayEquals(w, solved(engine, builder.targetRisk(risk).build()), SAME);
      assertArrayEquals(w, solved(engine, builder.targetReturn(reward).build()), SAME);
      assertArrayEquals(w, solved(engine, builder.riskAversion(gamma).build()), SAME);
    }
  }
}
