package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DownsideTest {
  static List<String> engines() {
    return EveryEngine.names();
  }

  /** Student-t with one market factor. */
  static double[][] draws(int n, int scenarios, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[scenarios][n];
    for (double[] row : rows) {
      double chi = 0;
      for (int k = 0; k < 4; k++) {
        chi += Math.pow(random.nextGaussian(), 2);
      }
      double tail = Math.sqrt(2 / chi);
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        row[i] = 5e-4 * (1 + i % 3) + 0.01 * tail * (market + (1 + i % 4) * random.nextGaussian());
      }
    }
    return rows;
  }

  private static Problem.Builder problem(Matrix returns) {
    SampleCovariance sample = SampleCovariance.estimate(returns);
    return Problem.builder(sample.covariance()).expectedReturns(sample.mean());
  }

  /** fPortfolio's efficient CVaR portfolio at the mean of the means; printed to four digits. */
  @ParameterizedTest
  @MethodSource("engines")
  void thePublishedPensionFundIsFound(String name) throws IOException {
    try (Engine engine = EveryEngine.open(name, 2);
        Matrix returns = Matrix.copyOf(Published.pensionFund())) {
      Problem.Builder builder = problem(returns);
      double target = Arrays.stream(builder.build().expectedReturns()).average().orElseThrow();
      DownsideSolution solution =
          engine.solve(
              DownsideProblem.of(
                  builder.targetReturn(target).build(), returns, DownsideRisk.cvar(0.95)));
      assertEquals(Status.SOLVED, solution.status(), solution.message());
      assertArrayEquals(new double[] {0, 0, 0.3848, 0.2354, 0, 0.3799}, solution.weights(), 5e-5);
      assertEquals(0.5101, solution.risk(), 5e-5);
      assertEquals(0.3353, solution.valueAtRisk(), 5e-5);
      assertEquals(0.0431, solution.expectedReturn(), 5e-5);
      assertTrue(solution.relativeGap() <= 1e-8, "gap " + solution.relativeGap());
    }
  }

  /** The mean of the worst 5 % of 2,000 numbers is their CVaR. */
  @Test
  void theRiskOfOneAssetIsTheMeanOfItsWorstReturns() {
    double[][] rows = draws(1, 2000, 3);
    double worst =
        -Arrays.stream(rows).mapToDouble(r -> r[0]).sorted().limit(100).average().orElseThrow();
    try (Engine engine = Engine.create("java", 1);
        Matrix returns = Matrix.copyOf(rows)) {
      DownsideSolution solution =
          engine.solve(
              DownsideProblem.of(
                  problem(returns).minimumVariance().build(), returns, DownsideRisk.cvar(0.95)));
      assertEquals(Status.SOLVED, solution.status());
      assertArrayEquals(new double[] {1}, solution.weights());
      assertEquals(worst, solution.risk(), 1e-15);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void enginesAndThreadsAgree(String name) {
    double[][] rows = draws(30, 3000, 5);
    try (Engine engine = EveryEngine.open(name, 1);
        Engine other = Engine.create("java", 3);
        Matrix returns = Matrix.copyOf(rows)) {
      for (DownsideRisk risk :
          List.of(
              DownsideRisk.cvar(0.95),
              DownsideRisk.semivariance(),
              DownsideRisk.lowerPartialMoment(1, 0.001),
              DownsideRisk.lowerPartialMoment(2, 0))) {
        DownsideProblem problem =
            DownsideProblem.of(problem(returns).minimumVariance().build(), returns, risk);
        DownsideSolution a = engine.solve(problem);
        DownsideSolution b = other.solve(problem);
        assertEquals(Status.SOLVED, a.status(), risk + " " + a.message());
        assertEquals(a.objective(), b.objective(), a.gap() + b.gap());
        assertTrue(a.scenariosUsed() <= 3000 && a.iterations() > 0 && a.seconds() > 0);
      }
    }
  }

  @Test
  void manyProblemsShareTheirScenariosAndHaveTheSameAnswersAlone() {
    try (Engine engine = Engine.create();
        Matrix returns = Matrix.copyOf(draws(12, 800, 7))) {
      Problem.Builder builder = problem(returns);
      DownsideProblem base =
          DownsideProblem.of(builder.minimumVariance().build(), returns, DownsideRisk.cvar(0.9));
      List<DownsideProblem> problems =
          IntStream.range(0, 9)
              .mapToObj(k -> base.with(builder.targetReturn(5e-4 + 1e-4 * k).build()))
              .toList();
      List<DownsideSolution> together = engine.solve(problems, SolveOptions.defaults());
      for (int k = 0; k < problems.size(); k++) {
        DownsideSolution alone = engine.solve(problems.get(k));
        assertArrayEquals(alone.weights(), together.get(k).weights(), 0.0, "problem " + k);
        assertEquals(alone.objective(), together.get(k).objective());
      }
    }
  }

  /** A shadow price is the derivative of the optimal objective by the limit that binds. */
  @Test
  void pricesAreTheDerivativesOfTheObjective() {
    double[][] rows = draws(10, 400, 11);
    try (Engine engine = Engine.create();
        Matrix returns = Matrix.copyOf(rows)) {
      double[] w0 = new double[10];
      Arrays.fill(w0, 0.1);
      // The semivariance is smooth, and so are its prices.
      DownsideProblem base =
          DownsideProblem.of(problem(returns).build(), returns, DownsideRisk.semivariance());
      DoubleFunction<Problem.Builder> limited =
          budget ->
              problem(returns)
                  .minimumVariance()
                  .lower(-0.2)
                  .budget(budget)
                  .targetReturn(1.1e-3)
                  .currentWeights(w0)
                  .maximumTurnover(0.7)
                  .maximumGrossExposure(1.1);
      double h = 1e-5;
      SolveOptions exact = SolveOptions.defaults().withTolerance(1e-11);
      List<DownsideSolution> found =
          engine.solve(
              List.of(
                  base.with(limited.apply(1).build()),
                  base.with(limited.apply(1 + h).build()),
                  base.with(limited.apply(1 - h).build()),
                  base.with(limited.apply(1).targetReturn(1.1e-3 + 1e-2 * h).build()),
                  base.with(limited.apply(1).targetReturn(1.1e-3 - 1e-2 * h).build()),
                  base.with(limited.apply(1).maximumTurnover(0.7 + h).build()),
                  base.with(limited.apply(1).maximumTurnover(0.7 - h).build()),
                  base.with(limited.apply(1).maximumGrossExposure(1.1 + h).build()),
                  base.with(limited.apply(1).maximumGrossExposure(1.1 - h).build())),
              exact);
      String[] names = {"budget", "target return", "turnover", "gross exposure"};
      double[] steps = {h, 1e-2 * h, h, h};
      assertEquals(List.of(names[0], names[1], names[2], names[3]), found.get(0).constraintNames());
      for (int k = 0; k < names.length; k++) {
        double up = found.get(1 + 2 * k).objective();
        double down = found.get(2 + 2 * k).objective();
        double slope = (up - down) / (2 * steps[k]);
        assertEquals(slope, found.get(0).shadowPrice(names[k]), 1e-3 * Math.abs(slope) + 1e-8);
      }
      assertThrows(InvalidInputException.class, () -> found.get(0).shadowPrice("nothing"));
    }
  }

  @Test
  void contributionsSumToTheRisk() {
    try (Engine engine = Engine.create();
        Matrix returns = Matrix.copyOf(draws(8, 500, 13))) {
      for (DownsideRisk risk : List.of(DownsideRisk.cvar(0.95), DownsideRisk.semivariance())) {
        DownsideSolution solution =
            engine.solve(
                DownsideProblem.of(problem(returns).minimumVariance().build(), returns, risk));
        assertEquals(solution.risk(), Arrays.stream(solution.riskContributions()).sum(), 1e-12);
        if (risk.kind() == DownsideRisk.Kind.CVAR) {
          assertEquals(1, Arrays.stream(solution.tailWeights()).sum(), 1e-12);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatCannotBeIsSaid(String name) {
    try (Engine engine = EveryEngine.open(name, 1);
        Matrix returns = Matrix.copyOf(draws(5, 200, 17))) {
      DownsideRisk cvar = DownsideRisk.cvar(0.95);
      DownsideProblem calm =
          DownsideProblem.of(problem(returns).minimumVariance().build(), returns, cvar);
      double least = engine.solve(calm).risk();
      DownsideSolution tooCalm =
          engine.solve(calm.with(problem(returns).targetRisk(0.9 * least).build()));
      assertEquals(Status.INFEASIBLE, tooCalm.status());
      assertTrue(tooCalm.message().contains("no portfolio has less than"), tooCalm.message());
      assertTrue(Double.isNaN(tooCalm.weights()[0]));
      DownsideSolution tooMuch = engine.solve(calm.with(problem(returns).targetReturn(1).build()));
      assertEquals(Status.INFEASIBLE, tooMuch.status());
      assertTrue(tooMuch.message().contains("target return"), tooMuch.message());
      DownsideSolution open =
          engine.solve(
              calm.with(
                  problem(returns).minimumVariance().lower(Double.NEGATIVE_INFINITY).build()));
      assertEquals(Status.INVALID, open.status());
      assertTrue(open.message().startsWith("weight of asset 0 has no"), open.message());
      // A limit of gross exposure bounds them all.
      DownsideSolution bounded =
          engine.solve(
              calm.with(
                  problem(returns)
                      .minimumVariance()
                      .lower(Double.NEGATIVE_INFINITY)
                      .maximumGrossExposure(1.5)
                      .build()));
      assertEquals(Status.SOLVED, bounded.status(), bounded.message());
      assertTrue(bounded.risk() <= least * (1 + 1e-8));
      Cancellation cancellation = new Cancellation();
      cancellation.cancel();
      assertEquals(
          Status.CANCELLED,
          engine
              .solve(List.of(calm), SolveOptions.defaults().withCancellation(cancellation))
              .get(0)
              .status());
    }
  }

  @Test
  void badInputIsNamed() {
    try (Matrix returns = Matrix.copyOf(draws(3, 20, 19));
        Matrix broken = Matrix.copyOf(draws(3, 20, 19))) {
      Problem problem = problem(returns).minimumVariance().build();
      broken.set(7, 1, Double.NaN);
      assertMessage(
          "return of asset 1 in scenario 7 is NaN",
          () -> DownsideProblem.of(problem, broken, DownsideRisk.cvar(0.95)));
      assertMessage(
          "confidence = 1.0: must be at least 0 and below 1, such as 0.95",
          () -> DownsideRisk.cvar(1));
      assertMessage(
          "19 probabilities for 20 scenarios",
          () -> DownsideProblem.of(problem, returns, new double[19], DownsideRisk.cvar(0.9)));
      double[] p = new double[20];
      Arrays.fill(p, 0.06);
      assertMessage(
          "probabilities sum to 1.2",
          () -> DownsideProblem.of(problem, returns, p, DownsideRisk.cvar(0.9)));
      assertMessage("lower partial moment of order 3", () -> DownsideRisk.lowerPartialMoment(3, 0));
      assertMessage(
          "a maximum Sharpe ratio is of a variance",
          () ->
              DownsideProblem.of(
                  problem.toBuilder().maximumSharpe(0).build(), returns, DownsideRisk.cvar(0.9)));
      assertMessage(
          "a target risk can be a CVaR or a first moment",
          () ->
              DownsideProblem.of(
                  problem.toBuilder().targetRisk(1).build(), returns, DownsideRisk.semivariance()));
    }
  }

  private static void assertMessage(String start, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(InvalidInputException.class, call).getMessage();
    assertTrue(message.startsWith(start), message);
  }

  /** Caps of 1/n leave one portfolio, equal rows no room, and β = 0 a linear objective. */
  @ParameterizedTest
  @MethodSource("engines")
  void problemsWithoutRoomAreSolved(String name) {
    try (Engine engine = EveryEngine.open(name, 1);
        Matrix returns = Matrix.copyOf(draws(20, 300, 23))) {
      DownsideRisk cvar = DownsideRisk.cvar(0.95);
      DownsideProblem base =
          DownsideProblem.of(problem(returns).minimumVariance().build(), returns, cvar);
      double[] equal = new double[20];
      Arrays.fill(equal, 0.05);
      DownsideSolution one =
          engine.solve(base.with(problem(returns).minimumVariance().upper(0.05).build()));
      assertEquals(Status.SOLVED, one.status(), one.message());
      assertArrayEquals(equal, one.weights(), 1e-15);
      double most = Arrays.stream(base.problem().expectedReturns()).max().orElseThrow();
      DownsideSolution best = engine.solve(base.with(problem(returns).targetReturn(most).build()));
      assertEquals(Status.SOLVED, best.status(), best.message());
      assertEquals(1, Arrays.stream(best.weights()).max().orElseThrow(), 1e-9);
      DownsideSolution mean =
          engine.solve(
              DownsideProblem.of(
                  problem(returns).minimumVariance().build(), returns, DownsideRisk.cvar(0)));
      assertEquals(Status.SOLVED, mean.status(), mean.message());
      assertEquals(-most, mean.risk(), 1e-12);
    }
  }

  @Test
  void theFrontierRisesFromLeastRiskToMostReturn() {
    try (Engine engine = Engine.create();
        Matrix returns = Matrix.copyOf(draws(10, 600, 29))) {
      DownsideProblem problem =
          DownsideProblem.of(problem(returns).upper(0.4).build(), returns, DownsideRisk.cvar(0.9));
      DownsideFrontier frontier = DownsideFrontier.points(engine, problem, 9);
      assertEquals(9, frontier.size());
      for (int k = 0; k < 9; k++) {
        DownsideSolution point = frontier.point(k);
        assertEquals(Status.SOLVED, point.status(), k + " " + point.message());
        assertTrue(point.relativeGap() <= 1e-8);
        if (k > 0) {
          assertTrue(point.risk() >= frontier.point(k - 1).risk() - 1e-10);
          assertTrue(point.expectedReturn() >= frontier.point(k - 1).expectedReturn() - 1e-10);
        }
        // Convex: a mix of neighbours has no less risk than the point between them.
        if (k > 1) {
          double mixed = 0.5 * (point.risk() + frontier.point(k - 2).risk());
          assertTrue(frontier.point(k - 1).risk() <= mixed + 1e-10);
        }
      }
      DownsideFrontier none =
          DownsideFrontier.points(engine, problem.with(problem(returns).upper(0.05).build()), 5);
      assertEquals(1, none.size());
      assertEquals(Status.INFEASIBLE, none.point(0).status());
    }
  }
}
