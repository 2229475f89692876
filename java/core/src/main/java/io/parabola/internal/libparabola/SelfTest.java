package io.parabola.internal.libparabola;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import io.parabola.Problem;
import io.parabola.Status;
import java.util.Arrays;

/** Portfolios with a known answer, solved before an engine is accepted. */
final class SelfTest {
  private SelfTest() {}

  /**
   * Minimum variance of three uncorrelated assets: weights in proportion to one over the variance,
   * but for the first, whose upper bound holds it, at a tenth in one scenario and at two in
   * another.
   */
  static void require(Engine engine) {
    Covariance covariance = Covariance.of(new double[] {1, 0, 0, 0, 2, 0, 0, 0, 4}, 3);
    Problem problem = Problem.builder(covariance).build();
    double[][] expected = {{0.1, 0.6, 0.3}, {0.2, 1.6 / 3, 0.8 / 3}};
    Batch batch = Batch.builder(problem, 2).upper(new double[] {0.1, 1, 1, 0.2, 1, 1}).build();
    try (BatchSolution solution = engine.solve(batch)) {
      for (int s = 0; s < expected.length; s++) {
        double[] weights = solution.weights(s);
        boolean good = solution.status(s) == Status.SOLVED;
        for (int i = 0; i < weights.length && good; i++) {
          good = Math.abs(weights[i] - expected[s][i]) <= 1e-15;
        }
        if (!good) {
          throw new EngineUnavailableException(
              "its self-test failed: " + solution.status(s) + " " + Arrays.toString(weights));
        }
      }
    }
  }
}
