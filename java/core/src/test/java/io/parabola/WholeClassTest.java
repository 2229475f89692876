package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers in print of problems with rows, targets and stress; sources beside the files. */
class WholeClassTest {
  static List<String> engines() {
    return EveryEngine.ofTheWholeClass();
  }

  private static Solution solved(String engineName, Problem problem) {
    try (Engine engine = EveryEngine.open(engineName, 1)) {
      Solution solution = engine.solve(problem);
      assertEquals(Status.SOLVED, solution.status(), solution.message());
      WholeOracle oracle = new WholeOracle(problem, solution.weights());
      oracle.assertFeasible(engineName);
      oracle.assertFigures(solution, engineName);
      double gap = oracle.gap(solution);
      assertTrue(
          gap <= 1e-10 * oracle.scale(solution) + oracle.roundingOfGap(solution), "gap " + gap);
      return solution;
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void targetReturnWithShortSalesOfOjAlgo(String engine) {
    // Optimatika/ojAlgo, issue 23.
    double[] sigma = {.01, .0018, .0011, .0018, .0109, .0026, .0011, .0026, .0199};
    Problem problem =
        Problem.builder(Covariance.of(sigma, 3))
            .expectedReturns(.0427, .0015, .0285)
            .lower(-10)
            .upper(10)
            .targetReturn(.0427)
            .build();
    Solution solution = solved(engine, problem);
    assertArrayEquals(new double[] {.82745456, -.09074612, .26329157}, solution.weights(), 5e-9);
    assertEquals(.0427, solution.expectedReturn(), 1e-16);
    assertTrue(solution.shadowPrice("target return") > 0);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void targetReturnsOfMarkowitzWithCash(String engine) throws IOException {
    Covariance covariance = Covariance.of(Published.table("/published/markowitz_cov.csv"));
    double[] mu = Published.table("/published/markowitz_mean.csv")[0];
    for (double[] line : Published.table("/published/markowitz_targets.csv")) {
      Problem problem =
          Problem.builder(covariance).expectedReturns(mu).targetReturn(line[0]).build();
      double[] w = solved(engine, problem).weights();
      assertArrayEquals(Arrays.copyOfRange(line, 2, 12), w, line[1]);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void maximumSharpeRatioOfMarkowitz(String engine) throws IOException {
    double[][] sigma = Published.table("/published/markowitz_cov.csv");
    double[][] risky = new double[9][];
    for (int i = 0; i < 9; i++) {
      risky[i] = Arrays.copyOf(sigma[i], 9);
    }
    double[] mu = Arrays.copyOf(Published.table("/published/markowitz_mean.csv")[0], 9);
    double[] line = Published.table("/published/markowitz_sharpe.csv")[0];
    Problem problem =
        Problem.builder(Covariance.of(risky)).expectedReturns(mu).maximumSharpe(0).build();
    Solution solution = solved(engine, problem);
    assertArrayEquals(Arrays.copyOfRange(line, 1, 10), solution.weights(), 1e-12);
    assertEquals(-line[0], solution.objective(), 1e-14);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void largestReturnAtARiskOfMosek(String engine) throws IOException {
    Problem problem =
        Problem.builder(Covariance.of(Published.table("/published/mosek_cov.csv")))
            .expectedReturns(Published.table("/published/mosek_mean.csv")[0])
            .targetRisk(Math.sqrt(0.05))
            .build();
    Solution solution = solved(engine, problem);
    assertArrayEquals(Published.table("/published/mosek_weights.csv")[0], solution.weights(), 1e-4);
    assertEquals(0.05, solution.variance(), 1e-15);
    assertTrue(solution.shadowPrice("target risk") < 0);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void correlationStressTowardsOne(String engineName) {
    // Equal weights of ten assets of volatility 0.6 and correlation 0.3: √(σ² (1 + 9 C) / 10).
    int n = 10;
    double[] sigma = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        sigma[i * n + j] = 0.36 * (i == j ? 1 : 0.3);
      }
    }
    double[] theta = {0, (0.6 - 0.3) / 0.7, (0.9 - 0.3) / 0.7, 1};
    double[] expected = {.364966, .48, .572364, .6};
    Problem problem = Problem.builder(Covariance.of(sigma, n)).lower(0.1).upper(0.1).build();
    Batch batch = Batch.builder(problem, 4).correlationStress(theta).build();
    try (Engine engine = EveryEngine.open(engineName, 1);
        BatchSolution solution = engine.solve(batch)) {
      for (int s = 0; s < 4; s++) {
        assertEquals(expected[s], solution.volatility(s), 5e-7);
      }
    }
  }
}
