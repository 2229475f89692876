package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.HostileAssets.Trouble;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for every downside problem, however hostile. */
class DownsidePropertiesTest {
  /** Of the problems, those that may be left INACCURATE, saying so. */
  private static final double HONEST = 0.01;

  private static final String SEED = "20261123";

  private static List<Engine> engines = List.of();
  private static int solved;
  private static int inaccurate;

  @BeforeContainer
  static void open() {
    engines = EveryEngine.openAll();
  }

  @AfterContainer
  static void close() {
    engines.forEach(Engine::close);
    assertTrue(inaccurate <= HONEST * (inaccurate + solved), inaccurate + " inaccurate, " + solved);
  }

  @Property(tries = 250, seed = SEED)
  void weightsKeepTheirLimitsAndTheObjectiveIsWhatASimplexFinds(
      @ForAll @IntRange(min = 1, max = 9) int n,
      @ForAll Trouble trouble,
      @ForAll @IntRange(min = 0, max = 3) int kind,
      @ForAll long seed) {
    DownsideProblem problem =
        DownsideProblems.drawn(n, trouble, Objective.Kind.values()[kind], seed);
    for (Engine engine : engines) {
      check(engine, problem, trouble);
    }
    problem.returns().close();
  }

  private static void check(Engine engine, DownsideProblem problem, Trouble trouble) {
    DownsideSolution solution = engine.solve(problem);
    String who = engine.name() + ": " + solution.status() + " " + solution.message();
    if (solution.status() == Status.SOLVED) {
      solved++;
    } else {
      assertEquals(Status.INACCURATE, solution.status(), who);
      inaccurate++;
      if (Double.isNaN(solution.weights()[0])) {
        return;
      }
    }
    Objective objective = problem.problem().objective();
    boolean limited = objective.kind() == Objective.Kind.TARGET_RISK;
    Problem limits =
        limited ? problem.problem().toBuilder().minimumVariance().build() : problem.problem();
    new WholeOracle(limits, solution.weights()).assertFeasible(who);
    DownsideOracle oracle = new DownsideOracle(problem, solution.weights());
    double price =
        objective.kind() == Objective.Kind.RISK_AVERSION ? Math.max(1, objective.value()) : 1;
    double size = oracle.size();
    double rounding =
        problem.risk().isQuadratic() ? 1e-12 * price * size * size : 1e-12 * price * size;
    rounding += 1e-12 * Math.abs(oracle.objective());
    assertEquals(oracle.objective(), solution.objective(), rounding, who);
    if (limited) {
      assertTrue(oracle.risk() <= objective.value() + 1e-12 * size, who + oracle.risk());
    }
    if (isLinear(problem) && problem.returns().rows() <= 100) {
      // The simplex has tolerances of its own, in units of the data.
      double least = oracle.leastObjective();
      double allowed =
          (trouble.spansManyDigits() ? 1e-6 : 1e-9) * price * size + 1e-9 * Math.abs(least);
      assertTrue(solution.objective() - least <= solution.gap() + allowed, who + least);
      assertTrue(solution.objective() >= least - allowed, who + least);
    }
  }

  private static boolean isLinear(DownsideProblem problem) {
    if (problem.risk().isQuadratic()) {
      return false;
    }
    TransactionCosts costs = problem.problem().transactionCosts();
    int n = problem.problem().size();
    for (int i = 0; costs != null && i < n; i++) {
      double[] trade = new double[n];
      Arrays.fill(trade, 0);
      trade[i] = 1;
      double one = costs.of(trade);
      trade[i] = 2;
      if (Math.abs(costs.of(trade) - 2 * one) > 1e-15 * one) {
        return false;
      }
    }
    return true;
  }
}
