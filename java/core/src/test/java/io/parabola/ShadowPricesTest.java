package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A shadow price is the derivative of the optimal objective by the limit that binds. */
class ShadowPricesTest {
  private static final int N = 12;
  private static final double STEP = 1e-5;

  static List<String> engines() {
    return EveryEngine.ofTheWholeClass();
  }

  /** All of the class at once, every limit binding; each can be moved. */
  private static final class Moved {
    double budget = 1;
    double rowUpper = 0.2;
    double rowLower = 0.35;
    double turnover = 0.9;
    double gross = 1.33;
    double target = Double.NaN;
    final double[] lower = new double[N];
    final double[] upper = new double[N];
    Objective objective = Objective.riskAversion(4);

    Moved() {
      Arrays.fill(lower, -0.15);
      Arrays.fill(upper, 0.3);
    }

    Problem problem() {
      Random random = new Random(5);
      Covariance covariance = RandomProblems.strictlyConvex(N, random);
      double[] mu = RandomProblems.expectedReturns(N, 0.08, random);
      double[] w0 = new double[N];
      Arrays.fill(w0, 1.0 / N);
      List<String> assets = covariance.assets();
      return Problem.builder(covariance)
          .expectedReturns(mu)
          .objective(objective)
          .lower(lower)
          .upper(upper)
          .budget(budget)
          .constraints(
              LinearConstraints.builder(assets)
                  .group("few", Double.NEGATIVE_INFINITY, assets.subList(0, 4), rowUpper)
                  .group("many", rowLower, assets.subList(6, 12), Double.POSITIVE_INFINITY)
                  .group("idle", -10, assets.subList(2, 9), 10)
                  .build())
          .currentWeights(w0)
          .maximumTurnover(turnover)
          .maximumGrossExposure(gross)
          .transactionCosts(
              TransactionCosts.builder().buy(0.002).sell(0.004).power(1.5, 0.003).build())
          .build();
    }
  }

  private static void assertDerivative(
      Engine engine, String what, double price, DoubleFunction<Moved> moved) {
    double up = solved(engine, moved.apply(STEP)).objective();
    double down = solved(engine, moved.apply(-STEP)).objective();
    assertEquals((up - down) / (2 * STEP), price, 2e-4 * Math.max(Math.abs(price), 1e-2), what);
  }

  private static Solution solved(Engine engine, Moved moved) {
    Solution solution = engine.solve(moved.problem(), SolveOptions.defaults().withReducedCosts());
    assertEquals(Status.SOLVED, solution.status(), solution.message());
    return solution;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void pricesAreTheDerivativesOfTheObjective(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (Objective objective :
          List.of(
              Objective.riskAversion(4),
              Objective.minimumVariance(),
              Objective.targetReturn(0.06),
              Objective.targetRisk(0.11),
              Objective.maximumSharpe(0.01))) {
        String who = objective.toString();
        Solution solution = solved(engine, with(objective, m -> {}));
        assertDerivative(
            engine,
            who + " budget",
            solution.shadowPrice("budget"),
            h -> with(objective, m -> m.budget += h));
        assertDerivative(
            engine,
            who + " few",
            solution.shadowPrice("few"),
            h -> with(objective, m -> m.rowUpper += h));
        assertDerivative(
            engine,
            who + " many",
            solution.shadowPrice("many"),
            h -> with(objective, m -> m.rowLower += h));
        assertDerivative(
            engine,
            who + " turnover",
            solution.shadowPrice("turnover"),
            h -> with(objective, m -> m.turnover += h));
        assertDerivative(
            engine,
            who + " gross exposure",
            solution.shadowPrice("gross exposure"),
            h -> with(objective, m -> m.gross += h));
        assertEquals(0, solution.shadowPrice("idle"), who);
        assertTrue(solution.shadowPrice("few") <= 0, who);
        assertTrue(solution.shadowPrice("many") >= 0, who);
        assertTrue(solution.shadowPrice("turnover") <= 0, who);
        assertTrue(solution.shadowPrice("gross exposure") <= 0, who);
        double[] reduced = solution.reducedCosts();
        double[] w = solution.weights();
        for (int i = 0; i < N; i++) {
          int asset = i;
          if (w[i] == -0.15) {
            assertDerivative(
                engine,
                who + " lower " + i,
                reduced[i],
                h -> with(objective, m -> m.lower[asset] += h));
          } else if (w[i] == 0.3) {
            assertDerivative(
                engine,
                who + " upper " + i,
                reduced[i],
                h -> with(objective, m -> m.upper[asset] += h));
          } else {
            assertEquals(0, reduced[i], who + " inner " + i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void targetsHaveAPriceToo(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (boolean risk : new boolean[] {false, true}) {
        double value = risk ? 0.11 : 0.06;
        DoubleFunction<Moved> moved =
            h ->
                with(
                    risk ? Objective.targetRisk(value + h) : Objective.targetReturn(value + h),
                    m -> {});
        Solution solution = solved(engine, moved.apply(0));
        String constraint = risk ? "target risk" : "target return";
        double price = solution.shadowPrice(constraint);
        assertTrue(risk ? price < 0 : price > 0, constraint + " " + price);
        assertDerivative(engine, constraint, price, moved);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void pricesGoByName(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution = engine.solve(with(Objective.targetRisk(0.11), m -> {}).problem());
      assertEquals(
          List.of("budget", "few", "many", "idle", "turnover", "gross exposure", "target risk"),
          solution.constraintNames());
      InvalidInputException e =
          assertThrows(InvalidInputException.class, () -> solution.shadowPrice("beta"));
      assertTrue(
          e.getMessage().startsWith("constraint beta: there is none of that name, only [budget"));
    }
  }

  private static Moved with(Objective objective, Consumer<Moved> change) {
    Moved moved = new Moved();
    moved.objective = objective;
    change.accept(moved);
    return moved;
  }
}
