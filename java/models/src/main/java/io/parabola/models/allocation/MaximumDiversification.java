package io.parabola.models.allocation;

import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.Solution;

/**
 * The most diversified portfolio (Choueifaty and Coignard 2008): the largest ratio of the mean of
 * the assets' volatilities to the volatility of the portfolio.
 *
 * <pre>
 *   maximise σ'w / √(w'Σw)
 * </pre>
 *
 * <p>Which is a maximum Sharpe ratio with σ for the expected returns; so it keeps every limit that
 * a problem can have.
 */
public final class MaximumDiversification {
  private MaximumDiversification() {}

  /**
   * The problem to solve.
   *
   * @param limits covariance, bounds and limits; its objective and expected returns do not matter
   * @return the problem, to be given to an engine
   */
  public static Problem problem(Problem limits) {
    double[] deviation = new double[limits.size()];
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = Math.sqrt(limits.covariance().variance(i));
    }
    return limits.toBuilder().expectedReturns(deviation).maximumSharpe(0).build();
  }

  /**
   * Solves it.
   *
   * @param engine solves; stays open
   * @param limits covariance, bounds and limits
   * @return the solution; its objective is minus the diversification ratio
   */
  public static Solution solve(Engine engine, Problem limits) {
    return engine.solve(problem(limits));
  }
}
