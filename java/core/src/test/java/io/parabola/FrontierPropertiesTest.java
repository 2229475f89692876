package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.HostileAssets.Trouble;
import io.parabola.RandomProblems.Bounds;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for the frontier of every legal problem, on every engine. */
class FrontierPropertiesTest {
  private static List<Engine> engines = List.of();

  @BeforeContainer
  static void open() {
    engines = EveryEngine.openAll();
  }

  @AfterContainer
  static void close() {
    engines.forEach(Engine::close);
  }

  @Property(tries = 600, seed = "20261122")
  void cornersAndWhatLiesBetweenAreOptimalAtTheirRiskAversion(
      @ForAll @IntRange(min = 1, max = 40) int n, @ForAll Trouble trouble, @ForAll long seed) {
    Problem problem = RandomProblems.hostile(n, trouble, seed);
    Random random = new Random(seed);
    for (Engine engine : engines) {
      Frontier corners = Frontier.corners(engine, problem);
      double[] targets = new double[10];
      for (int k = 0; k < targets.length; k++) {
        double part = random.nextDouble();
        double least = corners.expectedReturn(0);
        double most = corners.expectedReturn(corners.size() - 1);
        targets[k] = (1 - part) * least + part * most;
      }
      assertOptimal(problem, engine, corners);
      Frontier between = Frontier.atReturns(engine, problem, targets);
      assertOptimal(problem, engine, between);
      for (int k = 0; k < targets.length; k++) {
        double size = reward(problem, between.weights(k));
        assertTrue(between.expectedReturn(k) >= targets[k] - 1e-9 * size);
      }
    }
  }

  private static double reward(Problem problem, double[] w) {
    double reward = 0;
    for (int i = 0; i < w.length; i++) {
      reward += Math.abs(problem.expectedReturns()[i] * w[i]);
    }
    return reward;
  }

  private static void assertOptimal(Problem problem, Engine engine, Frontier frontier) {
    for (int k = 0; k < frontier.size(); k++) {
      Status status = frontier.status(k);
      assertTrue(status == Status.SOLVED || status == Status.INACCURATE, "point " + k);
      double[] w = frontier.weights(k);
      EngineContractTest.assertFeasible(problem, w);
      boolean least = Double.isInfinite(frontier.riskAversion(k));
      // A risk tolerance next to zero would be a risk aversion next to infinity.
      Problem here =
          Problem.builder(problem.covariance())
              .expectedReturns(least ? new double[w.length] : problem.expectedReturns())
              .riskAversion(least ? 1 : frontier.riskAversion(k))
              .lower(problem.lower())
              .upper(problem.upper())
              .build();
      double rounding = 8 * Oracle.roundingOfGap(here, w) + roundingOfWeights(here, w);
      double allowed = 1e-9 * Oracle.scale(here, w) + rounding;
      double gap = Oracle.gap(here, w);
      assertTrue(gap <= allowed, "point " + k + ": gap " + gap + " but allowed " + allowed);
      // Nothing that the engine finds there is better, nor worse.
      Solution solution = engine.solve(here);
      double apart = Oracle.objective(here, w) - Oracle.objective(here, solution.weights());
      assertTrue(Math.abs(apart) <= 2 * allowed + solution.gap(), "point " + k + ": " + apart);
    }
  }

  /** What a rounding of every weight can make of a gap, if it is all that is left of the risk. */
  private static double roundingOfWeights(Problem problem, double[] w) {
    double total = 0;
    double largest = 0;
    for (int i = 0; i < w.length; i++) {
      largest = Math.max(largest, Math.abs(w[i]));
    }
    for (int i = 0; i < w.length; i++) {
      for (int j = 0; j < w.length; j++) {
        total +=
            problem.riskAversion()
                * Math.abs(problem.covariance().get(i, j))
                * Math.ulp(largest)
                * (problem.upper()[i] - problem.lower()[i]);
      }
    }
    return total;
  }

  @Property(tries = 200, seed = "20261122")
  void returnsVariancesAndRiskTolerancesRise(
      @ForAll @IntRange(min = 2, max = 80) int n, @ForAll Bounds bounds, @ForAll long seed) {
    Random random = new Random(seed);
    Problem problem =
        RandomProblems.bounded(RandomProblems.strictlyConvex(n, random), bounds)
            .expectedReturns(RandomProblems.expectedReturns(n, 0.05, random))
            .build();
    for (Engine engine : engines) {
      Frontier frontier = Frontier.corners(engine, problem);
      assertTrue(frontier.size() <= 5 * n, frontier.size() + " corners");
      for (int k = 1; k < frontier.size(); k++) {
        assertEquals(Status.SOLVED, frontier.status(k));
        assertTrue(frontier.riskAversion(k) < frontier.riskAversion(k - 1));
        // Where nothing moves between two corners, they are as high, but for rounding.
        double size = reward(problem, frontier.weights(k));
        assertTrue(frontier.expectedReturn(k) >= frontier.expectedReturn(k - 1) - 1e-14 * size);
        assertTrue(frontier.variance(k) >= (1 - 1e-12) * frontier.variance(k - 1));
      }
      if (frontier.size() == 1) {
        // The least variance may have the highest return too.
        continue;
      }
      // Between two corners weights are linear in the risk tolerance, also for the engine.
      int k = 1 + random.nextInt(frontier.size() - 1);
      double part = random.nextDouble();
      double tau = (1 - part) / frontier.riskAversion(k - 1) + part / frontier.riskAversion(k);
      Problem here =
          Problem.builder(problem.covariance())
              .expectedReturns(problem.expectedReturns())
              .riskAversion(1 / tau)
              .lower(problem.lower())
              .upper(problem.upper())
              .build();
      double[] low = frontier.weights(k - 1);
      double[] high = frontier.weights(k);
      double[] expected = new double[n];
      for (int i = 0; i < n; i++) {
        expected[i] = (1 - part) * low[i] + part * high[i];
      }
      assertArrayEquals(expected, engine.solve(here).weights(), 1e-9);
    }
  }
}
