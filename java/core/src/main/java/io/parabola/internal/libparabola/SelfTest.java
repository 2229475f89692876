package io.parabola.internal.libparabola;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;

/** One portfolio with a known answer, solved before an engine is accepted. */
final class SelfTest {
  private SelfTest() {}

  /**
   * Minimum variance of three uncorrelated assets: weights in proportion to one over the variance,
   * but for the first, whose upper bound holds it at a tenth.
   */
  static void require(Engine engine) {
    Covariance covariance = Covariance.of(new double[] {1, 0, 0, 0, 2, 0, 0, 0, 4}, 3);
    Problem problem = Problem.builder(covariance).upper(new double[] {0.1, 1, 1}).build();
    Solution solution = engine.solve(problem);
    double[] expected = {0.1, 0.6, 0.3};
    boolean good = solution.status() == Status.SOLVED;
    for (int i = 0; i < expected.length && good; i++) {
      good = Math.abs(solution.weight(i) - expected[i]) <= 1e-15;
    }
    if (!good) {
      throw new EngineUnavailableException(
          "its self-test failed: "
              + solution.status()
              + " "
              + java.util.Arrays.toString(solution.weights()));
    }
  }
}
