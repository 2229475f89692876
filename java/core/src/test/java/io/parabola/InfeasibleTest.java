package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Problems without a solution: they say so by name, and never disturb their neighbours. */
class InfeasibleTest {
  private static final List<String> ASSETS = List.of("BTC", "ETH", "USDC", "DAI");

  static List<String> engines() {
    return EveryEngine.ofTheWholeClass();
  }

  private static Problem.Builder builder() {
    double[] sigma = {.09, .05, 0, 0, .05, .16, 0, 0, 0, 0, .0001, 0, 0, 0, 0, .0004};
    return Problem.builder(Covariance.of(ASSETS, sigma)).expectedReturns(.05, .07, .01, .012);
  }

  private static void assertInfeasible(Engine engine, Problem problem, String... names) {
    Solution solution = engine.solve(problem, SolveOptions.defaults().withReducedCosts());
    assertEquals(Status.INFEASIBLE, solution.status(), solution.message());
    for (String name : names) {
      assertTrue(solution.message().contains(name), solution.message());
    }
    assertTrue(solution.message().startsWith("infeasible: "), solution.message());
    assertTrue(Arrays.stream(solution.weights()).allMatch(Double::isNaN));
    assertTrue(Arrays.stream(solution.shadowPrices()).allMatch(Double::isNaN));
    assertTrue(Arrays.stream(solution.reducedCosts()).allMatch(Double::isNaN));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theClashIsNamed(String name) {
    LinearConstraints stable =
        LinearConstraints.builder(ASSETS)
            .group("stable", Double.NEGATIVE_INFINITY, List.of("USDC", "DAI"), 0.2)
            .group("coins", Double.NEGATIVE_INFINITY, List.of("BTC", "ETH"), 0.7)
            .group("idle", Double.NEGATIVE_INFINITY, List.of("BTC"), 0.9)
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertInfeasible(engine, builder().constraints(stable).build(), "budget", "stable", "coins");
      assertInfeasible(engine, builder().targetReturn(0.08).build(), "budget", "target return");
      assertInfeasible(
          engine,
          builder().currentWeights(1, 0, 0, 0).lower(0.1).maximumTurnover(0.3).build(),
          "turnover");
      assertInfeasible(
          engine,
          builder().lower(-1).maximumGrossExposure(0.9).build(),
          "budget",
          "gross exposure");
      assertInfeasible(engine, builder().targetRisk(0.001).build(), "target risk");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theClashIsNamedWithoutABudget(String name) {
    LinearConstraints net =
        LinearConstraints.builder(ASSETS)
            .group("coins", 0.5, List.of("BTC", "ETH"), 0.7)
            .group("net", Double.NEGATIVE_INFINITY, ASSETS, 0.4)
            .build();
    Problem.Builder builder = builder().withoutBudget();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertInfeasible(
          engine,
          builder.constraints(net).build(),
          "row \"coins\" needs at least 0.5",
          "row \"net\" (at most 0.4)",
          "(short by 0.1)",
          "the lower bounds of USDC, DAI",
          "raising row \"net\" to 0.5");
      assertInfeasible(
          engine,
          builder.constraints(null).upper(1).targetReturn(0.2).build(),
          "target return 0.2 is above the largest attainable return, 0.142",
          "the upper bounds of BTC, ETH, USDC, DAI");
      assertInfeasible(
          engine,
          builder.targetReturn(0.1).maximumGrossExposure(1).build(),
          "target return",
          "gross exposure");
      assertInfeasible(
          engine,
          builder
              .minimumVariance()
              .maximumGrossExposure(Double.POSITIVE_INFINITY)
              .currentWeights(2, 0, 0, 0)
              .maximumTurnover(0.3)
              .build(),
          "turnover 0.3 is too little",
          "the upper bound of BTC");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void noExcessReturnIsAnAnswerOfItsOwn(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution = engine.solve(builder().maximumSharpe(0.07).build());
      assertEquals(Status.NO_EXCESS_RETURN, solution.status());
      assertEquals(
          "no excess return: no feasible portfolio earns more than the risk-free return",
          solution.message());
      assertEquals(Status.SOLVED, engine.solve(builder().maximumSharpe(0.069).build()).status());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anExcessReturnWithoutRiskIsWithoutEndWhateverTheBounds(String name) {
    double[] sigma = {.09, .05, 0, .05, .16, 0, 0, 0, 0};
    Problem.Builder builder =
        Problem.builder(Covariance.of(List.of("BTC", "ETH", "USDC"), sigma))
            .expectedReturns(.05, .07, 1e-4)
            .upper(1);
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution = engine.solve(builder.maximumSharpe(0).build());
      assertEquals(Status.UNBOUNDED, solution.status());
      assertEquals(
          "unbounded: a portfolio without risk earns more than the risk-free return",
          solution.message());
      assertEquals(Status.SOLVED, engine.solve(builder.maximumSharpe(2e-4).build()).status());
    }
  }

  /** Cash has no risk and no return, which is more than a return below nothing. */
  @ParameterizedTest
  @MethodSource("engines")
  void besideCashAReturnBelowNothingIsBeatenWithoutRisk(String name) {
    Random random = new Random(17);
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int round = 0; round < 100; round++) {
        int n = 1 + random.nextInt(8);
        double scale = Math.pow(10, random.nextInt(5) - 2);
        double[] lower = new double[n];
        // The first can be sold, so that there is something to earn.
        Arrays.setAll(lower, i -> i == 0 || random.nextBoolean() ? -scale : 0);
        Problem.Builder builder =
            Problem.builder(RandomProblems.strictlyConvex(n, random))
                .expectedReturns(RandomProblems.expectedReturns(n, 0.02, random))
                .lower(lower)
                .upper(scale)
                .withoutBudget();
        if (round % 3 == 1) {
          builder.maximumGrossExposure(2 * scale);
        } else if (round % 3 == 2) {
          builder.currentWeights(new double[n]).maximumTurnover(scale);
        }
        String who = name + " " + round;
        Solution solution = engine.solve(builder.maximumSharpe(-1e-3).build());
        assertEquals(Status.UNBOUNDED, solution.status(), who);
        assertEquals(
            "unbounded: a portfolio without risk earns more than the risk-free return",
            solution.message());
        // Against cash itself the quotient is that of a small portfolio, of whatever size.
        Solution small = engine.solve(builder.riskAversion(1000 / scale).build());
        solution = engine.solve(builder.maximumSharpe(0).build());
        assertEquals(Status.SOLVED, solution.status(), who);
        double largest = small.expectedReturn() / small.volatility();
        assertEquals(largest, -solution.objective(), 1e-9 * largest, who);
        double gross = Arrays.stream(solution.weights()).map(Math::abs).sum();
        assertTrue(gross > 1e-12 * scale, who + " holds " + gross);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aLimitJustOutOfReachIsInfeasibleAndJustWithinIsNot(String name) {
    Random random = new Random(3);
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int round = 0; round < 60; round++) {
        int n = 2 + random.nextInt(20);
        Problem problem =
            WholeProblems.drawn(
                n, HostileAssets.Trouble.NONE, Objective.Kind.MINIMUM_VARIANCE, random.nextLong());
        // The most that a row can reach is an optimum itself.
        double[] row = RandomProblems.expectedReturns(n, 1, random);
        Problem.Builder builder =
            Problem.builder(problem.covariance())
                .expectedReturns(row)
                .riskAversion(0)
                .lower(problem.lower())
                .upper(problem.upper())
                .maximumGrossExposure(problem.maximumGrossExposure());
        if (problem.currentWeights() != null) {
          builder
              .currentWeights(problem.currentWeights())
              .maximumTurnover(problem.maximumTurnover());
        }
        if (problem.constraints() != null) {
          builder.constraints(problem.constraints());
        }
        Solution most = engine.solve(builder.build());
        if (most.status() == Status.INFEASIBLE) {
          // Drawn about a portfolio without a budget.
          continue;
        }
        assertEquals(Status.SOLVED, most.status(), most.message());
        double reach = most.expectedReturn();
        double step = 1e-6 * (1 + Math.abs(reach));
        Solution within = engine.solve(builder.targetReturn(reach - step).build());
        assertEquals(Status.SOLVED, within.status(), within.message());
        assertInfeasible(engine, builder.targetReturn(reach + step).build(), "target return");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void badScenariosDoNotDisturbTheOthers(String name) {
    Problem problem =
        builder()
            .constraints(
                LinearConstraints.builder(ASSETS)
                    .group("stable", 0.1, List.of("USDC", "DAI"), 0.5)
                    .build())
            .currentWeights(.25, .25, .25, .25)
            .maximumTurnover(0.8)
            .build();
    int scenarios = 9;
    double[] good = {0.1, 0.2, 0.15, 0.1, 0.3, 0.1, 0.2, 0.1, 0.1};
    double[] rowLower = good.clone();
    rowLower[1] = 0.6;
    rowLower[2] = Double.NaN;
    double[] turnover = new double[scenarios];
    Arrays.fill(turnover, 0.8);
    double[] goodTurnover = turnover.clone();
    turnover[3] = -1;
    double[] theta = new double[scenarios];
    double[] goodTheta = theta.clone();
    theta[4] = 1.5;
    double[] multipliers = new double[scenarios * 4];
    Arrays.fill(multipliers, 1);
    double[] goodMultipliers = multipliers.clone();
    multipliers[5 * 4 + 1] = -2;
    double[] current = new double[scenarios * 4];
    Arrays.fill(current, .25);
    double[] goodCurrent = current.clone();
    current[6 * 4 + 3] = Double.POSITIVE_INFINITY;
    String[] messages = {
      "",
      "scenario 1: row stable: limits cross: lower 0.6 > upper 0.5",
      "scenario 2: row stable: lower limit NaN: must be a number or minus infinity",
      "scenario 3: maximumTurnover = -1.0: must be at least 0",
      "scenario 4: correlationStress = 1.5: must be from 0 to 1",
      "scenario 5: volatilityMultipliers[ETH] = -2.0: must be finite and at least 0",
      "scenario 6: currentWeights[DAI] = Infinity: must be finite",
      "",
      ""
    };
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution clean =
            engine.solve(
                Batch.builder(problem, scenarios)
                    .rowLower(good)
                    .maximumTurnover(goodTurnover)
                    .correlationStress(goodTheta)
                    .volatilityMultipliers(goodMultipliers)
                    .currentWeights(goodCurrent)
                    .build());
        BatchSolution solution =
            engine.solve(
                Batch.builder(problem, scenarios)
                    .rowLower(rowLower)
                    .maximumTurnover(turnover)
                    .correlationStress(theta)
                    .volatilityMultipliers(multipliers)
                    .currentWeights(current)
                    .build())) {
      assertTrue(clean.allSolved());
      for (int s = 0; s < scenarios; s++) {
        assertEquals(messages[s], solution.message(s));
        if (messages[s].isEmpty()) {
          assertArrayEquals(clean.weights(s), solution.weights(s), 0.0);
          assertArrayEquals(clean.shadowPrices(s), solution.shadowPrices(s), 0.0);
        } else {
          assertEquals(Status.INVALID, solution.status(s));
          assertTrue(Double.isNaN(solution.weights(s)[0]));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBrokenCovarianceIsOneScenariosTrouble(String name) {
    Problem problem = builder().build();
    double[] sigma = problem.covariance().toArray();
    double[] all = new double[3 * 16];
    for (int s = 0; s < 3; s++) {
      System.arraycopy(sigma, 0, all, s * 16, 16);
    }
    all[16 + 1] = 0.2;
    all[16 + 4] = 0.2;
    all[32 + 1] = 0.06;
    try (Engine engine = EveryEngine.open(name, 1);
        Matrix covariances = Matrix.copyOf(all, 12, 4);
        BatchSolution solution =
            engine.solve(Batch.builder(problem, 3).covariances(covariances).build())) {
      assertEquals(Status.SOLVED, solution.status(0));
      assertArrayEquals(engine.solve(problem).weights(), solution.weights(0), 1e-12);
      assertEquals(Status.INVALID, solution.status(1));
      assertTrue(
          solution.message(1).contains("scenario 1: covariance is not positive semidefinite"),
          solution.message(1));
      assertEquals(Status.INVALID, solution.status(2));
      assertEquals(
          "scenario 2: covariance[BTC, ETH] = 0.06 but covariance[ETH, BTC] = 0.05: not symmetric",
          solution.message(2));
    }
  }
}
