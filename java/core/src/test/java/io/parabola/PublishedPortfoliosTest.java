package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers in print; the sources are named beside the files. */
class PublishedPortfoliosTest {
  static List<String> engines() {
    return EveryEngine.names();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void turningPointsOfBaileyAndLopezDePrado(String name) throws IOException {
    Covariance covariance = Covariance.of(Published.table("/published/bailey_cov.csv"));
    double[] mu = Published.table("/published/bailey_mean.csv")[0];
    double[][] corners = Published.table("/published/bailey_corners.csv");
    assertEquals(10, corners.length);
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (double[] corner : corners) {
        double riskTolerance = corner[0];
        // At a tolerance of zero the returns no longer count.
        Problem problem =
            Problem.builder(covariance)
                .expectedReturns(riskTolerance == 0 ? new double[10] : mu)
                .riskAversion(riskTolerance == 0 ? 1 : 1 / riskTolerance)
                .upper(1)
                .build();
        double[] expected = Arrays.copyOfRange(corner, 1, 11);
        assertArrayEquals(expected, engine.solve(problem).weights(), 1e-12, "τ " + riskTolerance);
      }
    }
  }

  /** Descending in print, ascending here. */
  private static void assertCorners(
      Frontier frontier, double[][] published, double toleranceOfRiskTolerance) {
    assertEquals(published.length, frontier.size());
    for (int k = 0; k < published.length; k++) {
      double[] line = published[published.length - 1 - k];
      double riskTolerance = 1 / frontier.riskAversion(k);
      assertEquals(Status.SOLVED, frontier.status(k));
      assertEquals(line[0], riskTolerance, toleranceOfRiskTolerance * line[0], "corner " + k);
      assertArrayEquals(
          Arrays.copyOfRange(line, 1, line.length), frontier.weights(k), 1e-12, "corner " + k);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void allCornersOfBaileyAndLopezDePrado(String name) throws IOException {
    Problem problem =
        Problem.builder(Covariance.of(Published.table("/published/bailey_cov.csv")))
            .expectedReturns(Published.table("/published/bailey_mean.csv")[0])
            .upper(1)
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertCorners(
          Frontier.corners(engine, problem),
          Published.table("/published/bailey_corners.csv"),
          1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void allCornersOfSharpeAndWhereNothingMovesBetweenTwo(String name) throws IOException {
    Problem problem =
        Problem.builder(Covariance.of(Published.table("/published/sharpe_cov.csv")))
            .expectedReturns(Published.table("/published/sharpe_mean.csv")[0])
            .lower(0.2)
            .upper(0.5)
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertCorners(
          Frontier.corners(engine, problem),
          Published.table("/published/sharpe_corners.csv"),
          1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void portfoliosOfMarkowitzWithCash(String name) throws IOException {
    Problem problem =
        Problem.builder(Covariance.of(Published.table("/published/markowitz_cov.csv")))
            .expectedReturns(Published.table("/published/markowitz_mean.csv")[0])
            .build();
    double[][] targets = Published.table("/published/markowitz_targets.csv");
    assertEquals(4, targets.length);
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (double[] line : targets) {
        Frontier frontier = Frontier.atReturns(engine, problem, new double[] {line[0]});
        assertEquals(Status.SOLVED, frontier.status(0));
        assertEquals(line[0], frontier.expectedReturn(0), 1e-15);
        assertArrayEquals(Arrays.copyOfRange(line, 2, 12), frontier.weights(0), line[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void minimumVarianceWithALowerBoundOfRoncalli(String name) {
    // T. Roncalli (2010), "Understanding the Impact of Weights Constraints in Portfolio Theory":
    // printed to five digits.
    double[] sigma = {
      0.0225, 0.003, 0.015, 0.0225, 0.003, 0.04, 0.035, 0.024, 0.015, 0.035, 0.0625, 0.06, 0.0225,
      0.024, 0.06, 0.09
    };
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution = engine.solve(Problem.builder(Covariance.of(sigma, 4)).lower(0.1).build());
      assertArrayEquals(new double[] {0.56195, 0.23805, 0.1, 0.1}, solution.weights(), 1e-5);
    }
  }

  /**
   * fPortfolio's long-only portfolios of LPP2005, in full precision; its tangency is off by 5e-9.
   */
  @ParameterizedTest
  @MethodSource("engines")
  void portfoliosOfTheSwissPensionFund(String name) throws IOException {
    try (Engine engine = EveryEngine.open(name, 1);
        Matrix returns = Matrix.copyOf(Published.pensionFund())) {
      SampleCovariance sample = SampleCovariance.estimate(returns);
      Problem.Builder builder = Problem.builder(sample.covariance()).expectedReturns(sample.mean());
      assertArrayEquals(
          new double[] {
            0.35545661383579,
            0,
            0.0890493641854,
            0.48933023200793,
            0.00258232832336,
            0.06358146164752
          },
          engine.solve(builder.minimumVariance().build()).weights(),
          1e-8);
      assertArrayEquals(
          new double[] {
            0, 0.00047600867628, 0.18239458070234, 0.57528505552468, 0, 0.2418443550967
          },
          engine.solve(builder.maximumSharpe(0).build()).weights(),
          1e-8);
      double target = Arrays.stream(sample.mean()).average().orElseThrow();
      assertArrayEquals(
          new double[] {
            0, 0.00864051884948, 0.25431785517681, 0.33577816513989, 0, 0.40126346083381
          },
          engine.solve(builder.targetReturn(target).build()).weights(),
          1e-8);
    }
  }
}
