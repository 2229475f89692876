package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rows, costs, limits, targets and covariances that cannot be, each refused in one line. */
class WholeClassInputTest {
  private static final List<String> ASSETS = List.of("BTC", "ETH", "DAI");
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static Problem.Builder builder() {
    return Problem.builder(Covariance.of(ASSETS, new double[] {4, 1, 0, 1, 9, 0, 0, 0, 1}));
  }

  private static void refused(String message, Executable executable) {
    assertEquals(message, assertThrows(InvalidInputException.class, executable).getMessage());
  }

  @Test
  void rowsAreNamedAndComplete() {
    LinearConstraints rows =
        LinearConstraints.builder(ASSETS)
            .row("beta", 0.5, new double[] {1, 1.2, 0}, 1.1)
            .group("coins", -INFINITY, List.of("ETH", "BTC"), 0.6)
            .build();
    assertEquals(List.of("beta", "coins"), rows.names());
    assertArrayEquals(new double[] {1, 1.2, 0, 1, 1, 0}, rows.coefficients());
    assertArrayEquals(new double[] {0.5, -INFINITY}, rows.lower());
    assertArrayEquals(new double[] {1.1, 0.6}, rows.upper());
    assertEquals(rows.names(), builder().constraints(rows).build().constraints().names());
    assertNull(builder().build().constraints());
  }

  @Test
  void rowsThatCannotBe() {
    double[] ones = {1, 1, 1};
    LinearConstraints.Builder rows = LinearConstraints.builder(ASSETS);
    refused(
        "row beta has 2 coefficients, but there are 3 assets",
        () -> rows.row("beta", 0, new double[2], 1));
    refused("group coins: there is no asset XRP", () -> rows.group("coins", 0, List.of("XRP"), 1));
    refused(
        "group coins: asset BTC is there twice",
        () -> rows.group("coins", 0, List.of("BTC", "BTC"), 1));
    refused(
        "row a: limits cross: lower 2.0 > upper 1.0",
        () -> LinearConstraints.builder(ASSETS).row("a", 2, ones, 1).build());
    refused(
        "row a: upper limit NaN: must be a number or infinity",
        () -> LinearConstraints.builder(ASSETS).row("a", 2, ones, Double.NaN).build());
    refused(
        "row a: lower limit Infinity: must be a number or minus infinity",
        () -> LinearConstraints.builder(ASSETS).row("a", INFINITY, ones, INFINITY).build());
    refused(
        "row a: the coefficient of asset 1 is NaN: must be finite",
        () ->
            LinearConstraints.builder(ASSETS)
                .row("a", 0, new double[] {1, Double.NaN, 0}, 1)
                .build());
    refused(
        "row a is there twice",
        () -> LinearConstraints.builder(ASSETS).row("a", 0, ones, 1).row("a", 0, ones, 1).build());
    refused(
        "row budget: a constraint of its own has that name; choose another",
        () -> LinearConstraints.builder(ASSETS).row("budget", 0, ones, 1).build());
    refused(
        "linear constraints without rows: leave them out instead",
        () -> LinearConstraints.builder(ASSETS).build());
    List<String> many = IntStream.range(0, 257).mapToObj(r -> "r" + r).toList();
    refused(
        "257 rows of linear constraints: at most 256 are possible",
        () -> LinearConstraints.of(many, new double[257], new double[257], new double[257]));
    LinearConstraints two =
        LinearConstraints.of(List.of("a"), new double[2], new double[1], new double[1]);
    refused(
        "the linear constraints are on 2 assets, but the covariance has 3",
        () -> builder().constraints(two).build());
  }

  @Test
  void limitsCostsAndTargetsThatCannotBe() {
    refused(
        "maximumTurnover = -1.0: must be at least 0", () -> builder().maximumTurnover(-1).build());
    refused(
        "maximumGrossExposure = NaN: must be at least 0",
        () -> builder().maximumGrossExposure(Double.NaN).build());
    refused(
        "maximumTurnover without currentWeights: what is traded away from is not known",
        () -> builder().maximumTurnover(1).build());
    TransactionCosts costs = TransactionCosts.builder().linear(0.001).build();
    refused(
        "transactionCosts without currentWeights: what is traded away from is not known",
        () -> builder().transactionCosts(costs).build());
    refused(
        "currentWeights[ETH] = NaN: must be finite",
        () -> builder().currentWeights(1, Double.NaN, 0).build());
    refused(
        "benchmark has 2 numbers, but the covariance has 3 assets",
        () -> builder().benchmark(1, 0));
    refused(
        "transaction costs: sell[1] = -0.1: must be finite and at least 0",
        () -> TransactionCosts.builder().sell(new double[] {0, -0.1, 0}));
    refused(
        "transaction costs: quadratic = NaN: must be finite and at least 0",
        () -> TransactionCosts.builder().quadratic(Double.NaN));
    refused(
        "transaction costs: power = 1.4: must be from 1.5 to 2",
        () -> TransactionCosts.builder().power(1.4, 1));
    TransactionCosts two = TransactionCosts.builder().buy(new double[2]).build();
    refused(
        "transaction costs: buy has 2 numbers, but the covariance has 3 assets",
        () -> builder().currentWeights(0, 0, 1).transactionCosts(two).build());
    refused(
        "targetRisk = -0.1: must be finite and at least 0",
        () -> builder().targetRisk(-0.1).build());
    refused("targetReturn = NaN: must be finite", () -> builder().targetReturn(Double.NaN).build());
    refused("riskFree = Infinity: must be finite", () -> builder().maximumSharpe(INFINITY).build());
    refused(
        "riskAversion = -1.0: must be finite and at least 0",
        () -> builder().riskAversion(-1).build());
  }

  @Test
  void costsOfATrade() {
    TransactionCosts costs =
        TransactionCosts.builder().buy(0.01).sell(0.02).quadratic(0.1).power(1.5, 0.3).build();
    // 0.04 bought, 0.01 sold: 0.0004 + 0.0002, then 0.1 (0.0016 + 0.0001), then 0.3 (0.008 +
    // 0.001).
    assertEquals(0.0006 + 0.00017 + 0.0027, costs.of(new double[] {0.04, -0.01, 0}), 1e-18);
  }

  @Test
  void factorsAndReturnsThatCannotBe() {
    double[] d = {1, 1, 1};
    refused(
        "exposures has 4 numbers: not 3 rows of factors",
        () -> Covariance.ofFactors(new double[4], new double[1], d));
    refused(
        "factorCovariance has 1 numbers, but 2 factors need 2 x 2",
        () -> Covariance.ofFactors(new double[6], new double[1], d));
    refused(
        "specificVariance[asset 1] = -1.0: must be finite and at least 0",
        () -> Covariance.ofFactors(new double[3], new double[1], new double[] {0, -1, 0}));
    refused(
        "covariance[factor 0, factor 0] = -1.0: a variance cannot be negative",
        () -> Covariance.ofFactors(new double[3], new double[] {-1}, d));
    refused(
        "covariance of 1 observations: needs at least 2",
        () -> Covariance.ofReturns(new double[3], 1, 3));
    refused(
        "returns[1, asset 2] = NaN: must be finite",
        () -> Covariance.ofReturns(new double[] {0, 0, 0, 0, 0, Double.NaN}, 2, 3));
  }

  @Test
  void batchesThatCannotBe() {
    Problem problem = builder().build();
    Batch.Builder batch = Batch.builder(problem, 2);
    refused(
        "targetReturn by scenario, but the problem's objective is riskAversion",
        () -> batch.targetReturn(new double[2]));
    refused(
        "rows by scenario, but the problem has no linear constraints",
        () -> batch.rowLower(new double[2]));
    refused(
        "factorCovariance by scenario, but the problem's covariance is not made of factors",
        () -> batch.factorCovariance(new double[2]));
    refused(
        "budget by scenario, but the problem is without a budget",
        () -> Batch.builder(builder().withoutBudget().build(), 2).budget(new double[2]));
    refused(
        "maximumTurnover without currentWeights: what is traded away from is not known",
        () -> Batch.builder(problem, 2).maximumTurnover(new double[2]).build());
    refused(
        "correlationStress has 3 numbers, but 2 scenarios of 3 assets need 6",
        () -> batch.correlationStress(new double[3]));
    refused(
        "buyCosts has 4 numbers, but 2 scenarios of 3 assets need 6",
        () -> batch.buyCosts(new double[4]));
    refused(
        "powerCosts by scenario, but the problem has no transactionCosts to take the exponent from",
        () -> batch.powerCosts(new double[6]));
    refused(
        "sellCosts without currentWeights: what is traded away from is not known",
        () -> Batch.builder(problem, 2).sellCosts(new double[6]).build());
    assertEquals(
        2,
        Batch.builder(problem, 2)
            .sellCosts(new double[6])
            .currentWeights(new double[6])
            .build()
            .scenarios());
    try (Matrix own = Matrix.allocate(6, 3);
        Matrix wrong = Matrix.allocate(2, 3)) {
      refused(
          "covariances is a matrix of 2 x 3, but 2 scenarios of 3 assets need 6 x 3",
          () -> batch.covariances(wrong));
      refused(
          "quadraticCosts is a matrix of 6 x 3, but 2 scenarios of 3 assets need 2 x 3",
          () -> batch.quadraticCosts(own));
      refused(
          "covariances of more than one kind by scenario: either volatilityMultipliers and"
              + " correlationStress, or factorCovariance and specificVariance, or covariances",
          () ->
              Batch.builder(problem, 2).covariances(own).correlationStress(new double[2]).build());
    }
  }

  @Test
  void valuesByScenarioTakeTheirProblemsPlace() {
    Problem problem =
        builder()
            .expectedReturns(.1, .2, .01)
            .constraints(LinearConstraints.builder(ASSETS).group("g", 0, List.of("BTC"), 1).build())
            .currentWeights(0, 0, 1)
            .targetReturn(0.05)
            .build();
    double[] targets = {0.05, 0.1};
    double[] upper = {0.2, 0.1};
    double[] turnover = {2, 1.9};
    double[] gross = {1, 2};
    double[] current = {0, 0, 1, 0, 1, 0};
    double[] benchmark = {0, 0, 1, .3, .3, .4};
    double[] coefficients = {1, 0, 0, 0, 1, 0};
    SolveOptions withPrices = SolveOptions.defaults().withReducedCosts();
    try (Engine engine = Engine.create("java", 1);
        Matrix rows = Matrix.copyOf(coefficients, 2, 3);
        BatchSolution solution =
            engine.solve(
                Batch.builder(problem, 2)
                    .targetReturn(targets)
                    .rowUpper(upper)
                    .rows(rows)
                    .maximumTurnover(turnover)
                    .maximumGrossExposure(gross)
                    .currentWeights(current)
                    .benchmark(benchmark)
                    .build(),
                withPrices)) {
      assertEquals(
          List.of("budget", "g", "turnover", "gross exposure", "target return"),
          solution.constraintNames());
      for (int s = 0; s < 2; s++) {
        double[] row = {coefficients[3 * s], coefficients[3 * s + 1], coefficients[3 * s + 2]};
        Solution alone =
            engine.solve(
                builder()
                    .expectedReturns(.1, .2, .01)
                    .constraints(
                        LinearConstraints.builder(ASSETS).row("g", 0, row, upper[s]).build())
                    .currentWeights(current[3 * s], current[3 * s + 1], current[3 * s + 2])
                    .benchmark(benchmark[3 * s], benchmark[3 * s + 1], benchmark[3 * s + 2])
                    .maximumTurnover(turnover[s])
                    .maximumGrossExposure(gross[s])
                    .targetReturn(targets[s])
                    .build(),
                withPrices);
        assertEquals(Status.SOLVED, solution.status(s), solution.message(s));
        assertArrayEquals(alone.weights(), solution.weights(s), 0.0);
        assertArrayEquals(alone.shadowPrices(), solution.shadowPrices(s), 0.0);
        assertArrayEquals(alone.reducedCosts(), solution.reducedCosts(s), 0.0);
        assertEquals(alone.turnover(), solution.turnover(s));
      }
    }
  }
}
