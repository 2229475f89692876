package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrontierTest {
  static List<String> engines() {
    return EveryEngine.names();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theOrLibraryFrontiersAreReproducedToTheirLastDigit(String name) throws IOException {
    for (int k = 1; k <= 2; k++) {
      Problem problem = Published.orLibraryProblem("/orlib/port" + k + ".txt");
      double[][] published = Published.table("/orlib/portef" + k + ".txt");
      assertEquals(2000, published.length);
      double[] targets = new double[published.length];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = published[i][0];
      }
      try (Engine engine = EveryEngine.open(name, 2)) {
        Frontier frontier = Frontier.atReturns(engine, problem, targets);
        for (int i = 0; i < targets.length; i++) {
          assertEquals(Status.SOLVED, frontier.status(i), "point " + i);
          assertEquals(published[i][1], frontier.variance(i), 1e-9, "point " + i);
          // The last target is the least variance's return, as printed: up to 1e-7 below it.
          assertEquals(targets[i], frontier.expectedReturn(i), i == 1999 ? 1e-7 : 1e-12);
          assertTrue(frontier.relativeGap(i) <= 1e-12, "gap " + frontier.relativeGap(i));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void pointsAreEquallySpacedFromLeastVarianceToMostReturn(String name) throws IOException {
    Problem problem = Published.orLibraryProblem("/orlib/port1.txt");
    try (Engine engine = EveryEngine.open(name, 2)) {
      Frontier frontier = Frontier.points(engine, problem, 11);
      assertEquals(11, frontier.size());
      double first = frontier.expectedReturn(0);
      double last = frontier.expectedReturn(10);
      assertEquals(0.010865, last, 1e-15);
      assertEquals(Double.POSITIVE_INFINITY, frontier.riskAversion(0));
      for (int i = 0; i < 11; i++) {
        assertEquals(first + (last - first) * i / 10, frontier.expectedReturn(i), 1e-15);
        EngineContractTest.assertFeasible(problem, frontier.weights(i));
        if (i > 0) {
          assertTrue(frontier.variance(i) > frontier.variance(i - 1));
          assertTrue(frontier.riskAversion(i) < frontier.riskAversion(i - 1));
        }
        if (i > 0 && i < 10) {
          // The portfolio is the one of its risk aversion.
          Problem same =
              Problem.builder(problem.covariance())
                  .expectedReturns(problem.expectedReturns())
                  .riskAversion(frontier.riskAversion(i))
                  .build();
          assertArrayEquals(engine.solve(same).weights(), frontier.weights(i), 1e-9);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whereTheReturnJumpsTwoPortfoliosAreBlended(String name) {
    // Two assets without risk relative to each other: variance is the same for every mix, so the
    // whole return interval belongs to one risk tolerance, that of zero.
    Covariance covariance = Covariance.of(new double[] {0.04, 0.04, 0.04, 0.04}, 2);
    Problem problem = Problem.builder(covariance).expectedReturns(0.01, 0.05).build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      Frontier frontier = Frontier.atReturns(engine, problem, new double[] {0.05, 0.0499});
      assertArrayEquals(new double[] {0, 1}, frontier.weights(0), 1e-12);
      assertEquals(0.04, frontier.variance(1), 1e-15);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aRiskyJumpIsBlendedToo(String name) {
    // Assets 1 and 2 are the same but for their returns and upper bounds bind nowhere: moving from
    // one to the other changes the return and not the variance.
    double[] sigma = {0.01, 0, 0, 0, 0.09, 0.09, 0, 0.09, 0.09};
    Problem problem =
        Problem.builder(Covariance.of(sigma, 3)).expectedReturns(0.01, 0.05, 0.05).build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      // With w on the risky pair together: return 0.01 + 0.04 w, variance 0.01 (1 − w)² + 0.09 w².
      Frontier frontier = Frontier.atReturns(engine, problem, new double[] {0.03, 0.02});
      assertEquals(0.01 * 0.25 + 0.09 * 0.25, frontier.variance(0), 1e-15);
      assertEquals(0.01 * 0.5625 + 0.09 * 0.0625, frontier.variance(1), 1e-15);
      assertEquals(0.5, frontier.weights(0)[0], 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void targetsBeyondTheEndsAreInfeasibleAboveAndLeastVarianceBelow(String name) {
    Problem problem =
        Problem.builder(RandomProblems.strictlyConvex(6, new Random(5)))
            .expectedReturns(0.01, 0.02, 0.03, 0.04, 0.05, 0.06)
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      Frontier frontier = Frontier.atReturns(engine, problem, new double[] {0.07, 0.06, -1});
      assertEquals(Status.INFEASIBLE, frontier.status(0));
      assertTrue(Double.isNaN(frontier.weights(0)[0]));
      assertEquals(1, frontier.weights(1)[5], 1e-12);
      assertEquals(Double.POSITIVE_INFINITY, frontier.riskAversion(2));
      assertEquals(Status.SOLVED, frontier.status(2));
      assertThrows(
          InvalidInputException.class,
          () -> Frontier.atReturns(engine, problem, new double[] {Double.NaN}));
      assertThrows(InvalidInputException.class, () -> Frontier.points(engine, problem, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anInfeasibleProblemHasNoFrontier(String name) {
    Problem problem =
        Problem.builder(RandomProblems.strictlyConvex(4, new Random(5))).upper(0.2).build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      Frontier frontier = Frontier.points(engine, problem, 3);
      assertEquals(3, frontier.size());
      assertEquals(Status.INFEASIBLE, frontier.status(1));
      assertTrue(Double.isNaN(frontier.variance(2)));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void withoutAMaximumReturnOnlyGivenReturnsCanBeFound(String name) {
    Random random = new Random(9);
    Covariance covariance = RandomProblems.strictlyConvex(5, random);
    Problem problem =
        Problem.builder(covariance)
            .expectedReturns(0.01, 0.02, 0.03, 0.04, 0.05)
            .lower(Double.NEGATIVE_INFINITY)
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertEquals(Status.UNBOUNDED, Frontier.points(engine, problem, 3).status(1));
      Frontier frontier = Frontier.atReturns(engine, problem, new double[] {0.2});
      // Σw = a 1 + b μ, 1'w = 1, μ'w = 0.2.
      double[][] equations = new double[7][8];
      for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
          equations[i][j] = covariance.get(i, j);
        }
        equations[i][5] = 1;
        equations[i][6] = 0.01 * (i + 1);
        equations[5][i] = 1;
        equations[6][i] = 0.01 * (i + 1);
      }
      equations[5][7] = 1;
      equations[6][7] = 0.2;
      double[] expected = Arrays.copyOf(Oracle.solveLinear(equations), 5);
      assertEquals(Status.SOLVED, frontier.status(0));
      assertArrayEquals(expected, frontier.weights(0), 1e-9);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whereLeastVarianceIsTiedTheFrontierStartsAtTheHighestReturn(String name) {
    // Two riskless assets and a risky one; then two of the same risk beside another.
    double[][] sigmas = {
      {0, 0, 0, 0, 0, 0, 0, 0, 1e-3},
      {0.04, 0.04, 0.01, 0.04, 0.04, 0.01, 0.01, 0.01, 0.05}
    };
    double[][] means = {{1e-4, 2e-4, 1e-3}, {1e-3, 2e-3, 5e-4}};
    double[][] first = {{0, 1, 0}, {0, 4 / 7.0, 3 / 7.0}};
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int k = 0; k < sigmas.length; k++) {
        Problem problem =
            Problem.builder(Covariance.of(sigmas[k], 3)).expectedReturns(means[k]).build();
        Frontier frontier = Frontier.points(engine, problem, 5);
        assertArrayEquals(first[k], frontier.weights(0), 1e-8);
        for (int i = 0; i < 5; i++) {
          assertEquals(Status.SOLVED, frontier.status(i), "point " + i);
        }
        double target = 0.7 * means[k][1] + 0.3 * frontier.expectedReturn(4);
        Frontier at = Frontier.atReturns(engine, problem, new double[] {target});
        assertEquals(Status.SOLVED, at.status(0));
        assertEquals(target, at.expectedReturn(0), 1e-15);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void linearConstraintsHoldAlongTheLine(String name) {
    // Half of A and B together, whatever the return.
    Covariance covariance = Covariance.of(new double[] {1, 0, 0, 0, 2, 0, 0, 0, 4}, 3);
    Problem.Builder builder =
        Problem.builder(covariance)
            .expectedReturns(0.01, 0.02, 0.06)
            .constraints(
                LinearConstraints.builder(covariance.assets())
                    .row("half", 0.5, new double[] {1, 1, 0}, 0.5)
                    .build());
    try (Engine engine = EveryEngine.open(name, 1)) {
      Frontier corners = Frontier.corners(engine, builder.build());
      assertEquals(2, corners.size());
      assertArrayEquals(new double[] {1 / 3.0, 1 / 6.0, 0.5}, corners.weights(0), 1e-15);
      assertArrayEquals(new double[] {0, 0.5, 0.5}, corners.weights(1), 1e-15);
      Problem limited = builder.maximumGrossExposure(2).build();
      assertEquals(
          "the frontier follows bounds, a budget and linear constraints; this problem has a limit"
              + " of gross exposure",
          assertThrows(InvalidInputException.class, () -> Frontier.corners(engine, limited))
              .getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("wholeClassEngines")
  void portfoliosOfGivenRiskAversionsKeepEveryLimit(String name) {
    Covariance covariance = Covariance.of(new double[] {1, .2, 0, .2, 2, .1, 0, .1, 4}, 3);
    double[] benchmark = {0.2, 0.3, 0.5};
    Problem problem =
        Problem.builder(covariance)
            .expectedReturns(0.01, 0.02, 0.06)
            .riskAversion(1)
            .lower(-1)
            .currentWeights(0.4, 0.3, 0.3)
            .maximumTurnover(0.3)
            .maximumGrossExposure(1.2)
            .benchmark(benchmark)
            .build();
    double[] gammas = {10, 0.1, 0.01, 0};
    try (Engine engine = EveryEngine.open(name, 1)) {
      Frontier frontier = Frontier.atRiskAversions(engine, problem, gammas);
      for (int k = 0; k < gammas.length; k++) {
        assertEquals(Status.SOLVED, frontier.status(k));
        assertEquals(gammas[k], frontier.riskAversion(k), 1e-15);
        double[] w = frontier.weights(k);
        Solution alone =
            engine.solve(
                Problem.builder(covariance)
                    .expectedReturns(0.01, 0.02, 0.06)
                    .riskAversion(gammas[k])
                    .lower(-1)
                    .currentWeights(0.4, 0.3, 0.3)
                    .maximumTurnover(0.3)
                    .maximumGrossExposure(1.2)
                    .benchmark(benchmark)
                    .build());
        assertArrayEquals(alone.weights(), w, 1e-12);
        double variance = 0;
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 3; j++) {
            variance += w[i] * covariance.get(i, j) * w[j];
          }
        }
        assertEquals(variance, frontier.variance(k), 1e-14);
        assertEquals(0.01 * w[0] + 0.02 * w[1] + 0.06 * w[2], frontier.expectedReturn(k), 1e-16);
        assertTrue(frontier.relativeGap(k) <= 1e-12);
      }
    }
  }

  static List<String> wholeClassEngines() {
    return EveryEngine.ofTheWholeClass();
  }
}
