package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ProblemTest {
  private static final Covariance COVARIANCE =
      Covariance.of(List.of("BTC", "ETH"), new double[] {0.04, 0.01, 0.01, 0.09});

  private static void refused(String message, Executable input) {
    assertEquals(message, assertThrows(InvalidInputException.class, input).getMessage());
  }

  private static Problem.Builder builder() {
    return Problem.builder(COVARIANCE);
  }

  @Test
  void startsAsMinimumVarianceLongOnlyFullyInvested() {
    Problem problem = builder().build();
    assertArrayEquals(new double[2], problem.expectedReturns());
    assertArrayEquals(new double[2], problem.lower());
    assertArrayEquals(
        new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}, problem.upper());
    assertEquals(1, problem.riskAversion());
    assertEquals(1, problem.budget());
    assertNull(problem.start());
    assertEquals(List.of("BTC", "ETH"), problem.assets());
    assertEquals(2, problem.size());
  }

  @Test
  void keepsCopies() {
    double[] mu = {1, 2};
    Problem.Builder builder = builder().expectedReturns(mu);
    mu[0] = 9;
    Problem problem = builder.build();
    problem.expectedReturns()[1] = 9;
    builder.lower(-1);
    assertArrayEquals(new double[] {1, 2}, problem.expectedReturns());
    assertArrayEquals(new double[2], problem.lower());
  }

  @Test
  void badValuesAreRefusedWithTheirPlace() {
    refused(
        "expectedReturns has 3 numbers, but the covariance has 2 assets",
        () -> builder().expectedReturns(1, 2, 3));
    refused(
        "upper has 1 numbers, but the covariance has 2 assets",
        () -> builder().upper(new double[1]));
    refused(
        "expectedReturns[ETH] = NaN: must be finite",
        () -> builder().expectedReturns(1, Double.NaN).build());
    refused(
        "bounds of ETH cross: lower 0.3 > upper 0.2",
        () -> builder().lower(0.3).upper(new double[] {0.5, 0.2}).build());
    refused(
        "lower[BTC] = NaN: must be a number or minus infinity",
        () -> builder().lower(Double.NaN).build());
    refused(
        "upper[BTC] = -Infinity: must be a number or infinity",
        () -> builder().upper(Double.NEGATIVE_INFINITY).build());
    refused(
        "riskAversion = -1.0: must be finite and at least 0",
        () -> builder().riskAversion(-1).build());
    refused(
        "budget = Infinity: must be finite",
        () -> builder().budget(Double.POSITIVE_INFINITY).build());
    refused("start[BTC] = NaN: must be finite", () -> builder().start(Double.NaN, 0).build());
  }

  @Test
  void batchesRefuseWrongShapesWithBothShapes() {
    Problem problem = builder().build();
    refused("scenarios = -1: must be at least 0", () -> Batch.builder(problem, -1));
    refused(
        "expectedReturns has 5 numbers, but 3 scenarios of 2 assets need 6",
        () -> Batch.builder(problem, 3).expectedReturns(new double[5]));
    refused(
        "budget has 2 numbers, but there are 3 scenarios",
        () -> Batch.builder(problem, 3).budget(new double[2]));
    try (Matrix matrix = Matrix.allocate(3, 3)) {
      refused(
          "lower is a matrix of 3 x 3, but 3 scenarios of 2 assets need 3 x 2",
          () -> Batch.builder(problem, 3).lower(matrix));
    }
  }

  @Test
  void covariancesAreRefusedWithTheAssets() {
    List<String> assets = List.of("BTC", "ETH");
    refused(
        "covariance[BTC, ETH] = 0.2 but covariance[ETH, BTC] = 0.1: not symmetric",
        () -> Covariance.of(assets, new double[] {1, 0.2, 0.1, 1}));
    refused(
        "covariance[ETH, BTC] = NaN: must be finite",
        () -> Covariance.of(assets, new double[] {1, 0.2, Double.NaN, 1}));
    refused(
        "covariance[ETH, ETH] = -1.0: a variance cannot be negative",
        () -> Covariance.of(assets, new double[] {1, 0, 0, -1}));
    refused("asset BTC is named twice", () -> Covariance.of(List.of("BTC", "BTC"), new double[4]));
    refused(
        "covariance has 3 numbers, but 2 assets need 2 x 2",
        () -> Covariance.of(assets, new double[3]));
    refused(
        "covariance of 2 rows is not square: row 1 has 1 columns",
        () -> Covariance.of(new double[][] {{1, 0}, {0}}));
    refused(
        "matrix of 0 x 0: needs at least 0 rows and 1 column",
        () -> Covariance.of(new double[0], 0));
  }

  @Test
  void aCopiedCovarianceIsMadeExactlySymmetric() {
    double off = Math.nextUp(0.1);
    Covariance covariance = Covariance.of(new double[] {1, 0.1, off, 1}, 2);
    assertEquals(covariance.get(0, 1), covariance.get(1, 0));
    assertEquals(List.of("asset 0", "asset 1"), covariance.assets());
    assertEquals(1, covariance.variance(1));
  }

  @Test
  void anIndefiniteCovarianceIsRefused() {
    InvalidInputException refusal =
        assertThrows(
            InvalidInputException.class,
            () -> Covariance.of(List.of("BTC", "ETH"), new double[] {1, 1.2, 1.2, 1}));
    assertEquals(
        "covariance is not positive semidefinite",
        refusal.getMessage().substring(0, refusal.getMessage().indexOf(':')));
  }
}
