package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers that cannot be computed with: the scenario says which, and its neighbours are solved. */
class ExtremeNumbersTest {
  private static final List<String> ASSETS = List.of("BTC", "ETH", "USDC");
  private static final double[] SIGMA = {.09, .05, 0, .05, .16, 0, 0, 0, 1e-4};
  private static final double[] EXPOSURES = {1e60, 0.5e60, 0.2e60};
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  static List<String> engines() {
    return EveryEngine.ofTheWholeClass();
  }

  private static Problem.Builder builder() {
    return Problem.builder(Covariance.of(ASSETS, SIGMA)).expectedReturns(.05, .07, .01);
  }

  /** The numbers of one scenario three times, but for one of the second's. */
  private static double[] thrice(double[] numbers, int place, double value) {
    int n = numbers.length;
    double[] all = new double[3 * n];
    for (int s = 0; s < 3; s++) {
      System.arraycopy(numbers, 0, all, s * n, n);
    }
    all[n + place] = value;
    return all;
  }

  /** The second of three scenarios is invalid and says why; the others are what they always are. */
  private static void assertBlamed(Engine engine, String line, Batch batch) {
    try (BatchSolution solution = engine.solve(batch)) {
      assertEquals(Status.INVALID, solution.status(1), engine.name() + " " + line);
      assertEquals("scenario 1: " + line, solution.message(1), engine.name());
      assertTrue(Arrays.stream(solution.weights(1)).allMatch(Double::isNaN));
      assertTrue(Double.isNaN(solution.gap(1)) && Double.isNaN(solution.expectedReturn(1)));
      assertEquals(Status.SOLVED, solution.status(0), solution.message(0));
      assertArrayEquals(solution.weights(0), solution.weights(2));
    }
  }

  private static void assertBlamed(
      Engine engine, String line, Problem problem, Consumer<Batch.Builder> overrides) {
    Batch.Builder batch = Batch.builder(problem, 3);
    overrides.accept(batch);
    assertBlamed(engine, line, batch.build());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theNumberToBlameIsNamed(String name) {
    double[] third = {.3, .3, .4};
    Problem plain = builder().build();
    Problem costly =
        builder()
            .currentWeights(third)
            .transactionCosts(TransactionCosts.builder().quadratic(0.01).build())
            .build();
    Problem targeted = builder().targetRisk(.2).build();
    try (Engine engine = EveryEngine.open(name, 2)) {
      assertBlamed(
          engine,
          "volatilityMultipliers[ETH] = 1.0E160: too large to be computed with",
          plain,
          batch -> batch.volatilityMultipliers(thrice(new double[] {1, 1, 1}, 1, 1e160)));
      assertBlamed(
          engine,
          "benchmark[USDC] = -1.0E200: too large to be computed with",
          plain,
          batch -> batch.benchmark(thrice(third, 2, -1e200)));
      assertBlamed(
          engine,
          "currentWeights[BTC] = 1.0E170: too large to be computed with",
          costly,
          batch -> batch.currentWeights(thrice(third, 0, 1e170)));
      assertBlamed(
          engine,
          "targetRisk = 1.0E155: too large to be computed with",
          targeted,
          batch -> batch.targetRisk(new double[] {.2, 1e155, .2}));
      assertBlamed(
          engine,
          "budget = 1.0E200: too large to be computed with",
          plain,
          batch -> batch.budget(new double[] {1, 1e200, 1}));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void factorsThatOverflowAreNamed(String name) {
    double[] specific = {.01, .02, .03};
    Problem problem =
        Problem.builder(Covariance.ofFactors(ASSETS, EXPOSURES, new double[] {1e-122}, specific))
            .expectedReturns(.05, .07, .01)
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertBlamed(
          engine,
          "factorCovariance: covariance[factor 0, factor 0] = 1.0E200: too large to be computed"
              + " with",
          problem,
          batch -> batch.factorCovariance(new double[] {1e-122, 1e200, 1e-122}));
    }
  }

  /** Without an objective that has one the risk aversion is not to blame, nor is any number. */
  @ParameterizedTest
  @MethodSource("engines")
  void whereNoNumberIsExtremeNoneIsBlamed(String name) {
    double[] sigma = {1e90, 0, 0, 0, 1e90, 0, 0, 0, 1e90};
    Problem problem =
        Problem.builder(Covariance.of(ASSETS, sigma)).budget(1).minimumVariance().build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertEquals(Status.SOLVED, engine.solve(problem).status());
      Batch batch =
          Batch.builder(problem, 2)
              .budget(new double[] {1, 1e95})
              .volatilityMultipliers(new double[] {1, 1, 1, 1e20, 1e20, 1e20})
              .build();
      try (BatchSolution solution = engine.solve(batch)) {
        assertEquals(Status.INVALID, solution.status(1));
        assertEquals("scenario 1: numbers too large to be computed with", solution.message(1));
      }
    }
  }

  /** What is infinite is no limit, and to be without one is not to be blamed. */
  @Test
  void limitsThatOverflowAreNamed() {
    double[] current = {.3, .3, .4};
    LinearConstraints rows =
        LinearConstraints.builder(ASSETS)
            .row("beta", -1e300, new double[] {1, 1.2, 0}, INFINITY)
            .build();
    try (Engine engine = Engine.create("java", 1)) {
      assertEquals(
          "maximumGrossExposure = 1.0E200: too large to be computed with",
          engine.solve(builder().maximumGrossExposure(1e200).build()).message());
      assertEquals(
          "maximumTurnover = 1.0E200: too large to be computed with",
          engine.solve(builder().currentWeights(current).maximumTurnover(1e200).build()).message());
      assertEquals(
          "row beta: lower limit -1.0E300: too large to be computed with",
          engine.solve(builder().constraints(rows).maximumGrossExposure(1e200).build()).message());
      TransactionCosts costs = TransactionCosts.builder().sell(1e250).build();
      assertEquals(
          "transaction costs: sell[BTC] = 1.0E250: too large to be computed with",
          engine
              .solve(
                  builder()
                      .currentWeights(current)
                      .transactionCosts(costs)
                      .maximumGrossExposure(1e200)
                      .build())
              .message());
    }
  }

  /** Weights that meet a row to rounding, with a proof, or none at all. */
  @ParameterizedTest
  @MethodSource("engines")
  void aRowTooLargeToComputeWithLeavesNoWeightsWithoutAProof(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (double coefficient : new double[] {1e150, 1e155, 1e200, 1e300}) {
        LinearConstraints rows =
            LinearConstraints.builder(ASSETS)
                .row("beta", 0, new double[] {coefficient, 1, 1}, 1)
                .build();
        Solution solution = engine.solve(builder().upper(1).constraints(rows).build());
        String who = name + " " + coefficient + ": " + solution.message();
        if (solution.status() == Status.INVALID) {
          assertEquals(
              "row beta: coefficients[BTC] = " + coefficient + ": too large to be computed with",
              solution.message());
          assertTrue(Double.isNaN(solution.weight(0)), who);
        } else {
          assertTrue(Double.isFinite(solution.gap()), who);
          assertEquals(1, Oracle.sum(solution.weights()), 1e-12, who);
          assertEquals(0, solution.weight(0), 1 / coefficient, who);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aTrustedCovarianceThatIsNoNumberIsNamed(String name) {
    Problem problem = builder().lower(-INFINITY).build();
    int[] places = {1, 4, 3, 8};
    double[] values = {Double.NaN, INFINITY, Double.NaN, -0.01};
    String[] messages = {
      "covariance[BTC, ETH] = NaN: must be finite",
      "covariance[ETH, ETH] = Infinity: must be finite",
      "covariance[ETH, BTC] = NaN: must be finite",
      "covariance[USDC, USDC] = -0.01: a variance cannot be negative"
    };
    try (Engine engine = EveryEngine.open(name, 2)) {
      for (int k = 0; k < messages.length; k++) {
        try (Matrix own = Matrix.copyOf(thrice(SIGMA, places[k], values[k]), 9, 3)) {
          assertBlamed(engine, messages[k], problem, batch -> batch.trustedCovariances(own));
        }
      }
    }
  }

  /** No answer depends on them, but they are no numbers all the same. */
  @ParameterizedTest
  @MethodSource("engines")
  void numbersThatDoNotMatterHaveToBeFiniteToo(String name) {
    Problem targeted = builder().targetReturn(.02).build();
    Problem least = builder().minimumVariance().upper(new double[] {0, 1, 1}).build();
    double[] mu = {.05, .07, .01};
    try (Engine engine = EveryEngine.open(name, 2)) {
      assertBlamed(
          engine,
          "targetReturn = -Infinity: must be finite",
          targeted,
          batch -> batch.targetReturn(new double[] {.02, -INFINITY, .02}));
      for (double value : new double[] {Double.NaN, INFINITY, -INFINITY}) {
        assertBlamed(
            engine,
            "expectedReturns[BTC] = " + value + ": must be finite",
            least,
            batch -> batch.expectedReturns(thrice(mu, 0, value)));
      }
    }
  }
}
