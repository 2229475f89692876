package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.HostileAssets.Trouble;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for every legal problem, however hostile, on every engine. */
class EnginePropertiesTest {
  /** The same problems in every run; others are for a search, with a hundred times the tries. */
  private static final String SEED = "20261122";

  private static List<Engine> engines = List.of();

  @BeforeContainer
  static void open() {
    engines = EveryEngine.openAll();
  }

  @AfterContainer
  static void close() {
    engines.forEach(Engine::close);
  }

  @Property(tries = 1500, seed = SEED)
  void weightsKeepTheirBoundsAndTheBudgetAndNothingIsLeftToGain(
      @ForAll @IntRange(min = 1, max = 40) int n, @ForAll Trouble trouble, @ForAll long seed) {
    Problem problem = RandomProblems.hostile(n, trouble, seed);
    for (Engine engine : engines) {
      Solution solution = engine.solve(problem);
      double[] w = solution.weights();
      String who = engine.name() + ": " + solution.status() + " " + solution.message();
      assertTrue(solution.status() == Status.SOLVED || solution.status() == Status.INACCURATE, who);
      EngineContractTest.assertFeasible(problem, w);
      double allowed = 1e-9 * Oracle.scale(problem, w) + Oracle.roundingOfGap(problem, w);
      double gap = Oracle.gap(problem, w);
      assertTrue(gap <= allowed, who + ": gap " + gap + " but allowed " + allowed);
      // The engine's own certificate says the same, and decides the status.
      assertTrue(solution.gap() >= 0 && solution.gap() <= allowed, who + ": " + solution.gap());
      assertEquals(solution.relativeGap() <= 1e-8, solution.status() == Status.SOLVED, who);
    }
  }

  @Property(tries = 400, seed = SEED)
  void noFaceOfASmallProblemHoldsABetterPortfolio(
      @ForAll @IntRange(min = 1, max = 6) int n, @ForAll Trouble trouble, @ForAll long seed) {
    Problem problem = RandomProblems.hostile(n, trouble, seed);
    double least = Oracle.leastObjective(problem);
    for (Engine engine : engines) {
      double[] w = engine.solve(problem).weights();
      double allowed = 1e-11 * Oracle.scale(problem, w) + Oracle.roundingOfGap(problem, w);
      double objective = Oracle.objective(problem, w);
      assertTrue(objective <= least + allowed, engine.name() + ": " + objective + " > " + least);
    }
  }

  @Property(tries = 300, seed = SEED)
  void aStartChangesNoMoreThanRounding(
      @ForAll @IntRange(min = 1, max = 30) int n, @ForAll long seed) {
    Random random = new Random(seed);
    Covariance covariance = RandomProblems.strictlyConvex(n, random);
    Problem.Builder builder =
        Problem.builder(covariance)
            .expectedReturns(RandomProblems.expectedReturns(n, 0.05, random))
            .riskAversion(3);
    Problem cold = builder.build();
    Problem warm = builder.start(RandomProblems.expectedReturns(n, 2, random)).build();
    for (Engine engine : engines) {
      double[] expected = engine.solve(cold).weights();
      double[] w = engine.solve(warm).weights();
      for (int i = 0; i < n; i++) {
        assertEquals(expected[i], w[i], 1e-9, engine.name());
      }
    }
  }
}
