package io.parabola.models.stress;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Problem;

/**
 * The held portfolio and the best one while all correlations move towards one, at the estimate: one
 * batch, without a matrix for any of its scenarios.
 *
 * @param theta θ [K], from 0 to 1
 * @param heldVolatility of the held portfolio [K], per period
 * @param bestVolatility of the best one for each θ [K]
 * @param heldReturn expected of the held portfolio, the same for all θ, per period
 * @param bestReturn expected of the best ones [K]
 * @param holdings how many assets the best ones hold [K]
 */
public record CorrelationSweep(
    double[] theta,
    double[] heldVolatility,
    double[] bestVolatility,
    double heldReturn,
    double[] bestReturn,
    int[] holdings) {

  /**
   * Sweeps.
   *
   * @param engine solves
   * @param problem at the estimate
   * @param held w [n]; not modified
   * @param points K, at least 2
   * @return what comes out; NaN where there is no portfolio
   * @throws InvalidInputException if there are fewer points
   */
  public static CorrelationSweep of(Engine engine, Problem problem, double[] held, int points) {
    if (points < 2) {
      throw new InvalidInputException("points = " + points + ": must be at least 2");
    }
    QuadraticForm form = QuadraticForm.of(problem.covariance());
    double variance = form.variance(held);
    double total = form.total(held);
    double[] mean = problem.expectedReturns();
    double[] theta = new double[points];
    double[] heldVolatility = new double[points];
    double[] bestVolatility = new double[points];
    double[] bestReturn = new double[points];
    int[] holdings = new int[points];
    for (int k = 0; k < points; k++) {
      theta[k] = (double) k / (points - 1);
      heldVolatility[k] = Math.sqrt((1 - theta[k]) * variance + theta[k] * total * total);
    }
    try (BatchSolution solution =
        engine.solve(Batch.builder(problem, points).correlationStress(theta).build())) {
      for (int k = 0; k < points; k++) {
        double[] w = solution.weights(k);
        double expected = 0;
        for (int i = 0; i < w.length; i++) {
          expected += mean[i] * w[i];
          holdings[k] += w[i] != 0 ? 1 : 0;
        }
        double own = form.variance(w);
        double together = form.total(w);
        bestVolatility[k] =
            Double.isNaN(w[0])
                ? Double.NaN
                : Math.sqrt((1 - theta[k]) * own + theta[k] * together * together);
        bestReturn[k] = expected;
      }
    }
    double heldReturn = 0;
    for (int i = 0; i < held.length; i++) {
      heldReturn += mean[i] * held[i];
    }
    return new CorrelationSweep(
        theta, heldVolatility, bestVolatility, heldReturn, bestReturn, holdings);
  }
}
