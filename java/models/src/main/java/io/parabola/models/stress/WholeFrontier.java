package io.parabola.models.stress;

import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.Problem;
import java.util.Arrays;

/**
 * The efficient frontier of a problem with all that limits it. Bounds, a budget and linear
 * constraints are followed exactly; where there are limits of turnover or of gross exposure, costs
 * or a benchmark besides, portfolios are solved at the risk aversions that the frontier without
 * these has.
 */
public final class WholeFrontier {
  private WholeFrontier() {}

  /**
   * Finds it.
   *
   * @param engine solves; stays open
   * @param problem its objective is a risk aversion, and it has a budget
   * @param points how many, at least 4
   * @return portfolios from the calmest on; equally spaced in return if the frontier is followed
   */
  public static Frontier of(Engine engine, Problem problem, int points) {
    Problem.Builder followed =
        Problem.builder(problem.covariance())
            .expectedReturns(problem.expectedReturns())
            .lower(problem.lower())
            .upper(problem.upper())
            .budget(problem.budget());
    if (problem.constraints() != null) {
      followed.constraints(problem.constraints());
    }
    Frontier exact = Frontier.points(engine, followed.build(), points);
    if (isFollowed(problem)) {
      return exact;
    }
    double[] riskAversions = new double[points];
    for (int k = 1; k < points - 1; k++) {
      riskAversions[k] = exact.riskAversion(k);
    }
    if (usable(riskAversions[1]) && usable(riskAversions[points - 2])) {
      // Its ends are at infinity and at 0.
      riskAversions[0] = 100 * riskAversions[1];
      riskAversions[points - 1] = riskAversions[points - 2] / 100;
    } else {
      // Without these limits the return has no maximum, or all portfolios are one.
      for (int k = 0; k < points; k++) {
        riskAversions[k] = Math.pow(10, 3 - 6.0 * k / (points - 1)) * problem.riskAversion();
      }
    }
    return Frontier.atRiskAversions(engine, problem, riskAversions);
  }

  /**
   * What a portfolio is expected to earn, less what trading to it costs: what a frontier is made
   * of, where trading costs something.
   *
   * @param problem with the expected returns, the current weights and the costs
   * @param weights w [n]; not modified
   * @return μ'w − cost(w − w⁰), per period
   */
  public static double netReturn(Problem problem, double[] weights) {
    double[] mean = problem.expectedReturns();
    double net = 0;
    for (int i = 0; i < weights.length; i++) {
      net += mean[i] * weights[i];
    }
    if (problem.transactionCosts() != null) {
      double[] current = problem.currentWeights();
      double[] trades = new double[weights.length];
      Arrays.setAll(trades, i -> weights[i] - current[i]);
      net -= problem.transactionCosts().of(trades);
    }
    return net;
  }

  /**
   * What a portfolio of a volatility can earn less costs, between the frontier's points linearly.
   *
   * @param frontier its points from the calmest on
   * @param volatility per period; beyond the ends, that of the end
   * @return expected return less costs, per period
   */
  public static double netReturnAt(Frontier frontier, double volatility) {
    int high = 0;
    while (high < frontier.size() - 1 && Math.sqrt(frontier.variance(high)) < volatility) {
      high++;
    }
    double above = Math.sqrt(frontier.variance(high));
    double to = frontier.expectedReturn(high) - frontier.costs(high);
    if (high == 0 || above < volatility) {
      return to;
    }
    double below = Math.sqrt(frontier.variance(high - 1));
    double share = (volatility - below) / (above - below);
    double from = frontier.expectedReturn(high - 1) - frontier.costs(high - 1);
    return from + share * (to - from);
  }

  private static boolean usable(double riskAversion) {
    return riskAversion > 0 && riskAversion < 1e300;
  }

  private static boolean isFollowed(Problem problem) {
    return problem.maximumTurnover() == Double.POSITIVE_INFINITY
        && problem.maximumGrossExposure() == Double.POSITIVE_INFINITY
        && problem.transactionCosts() == null
        && problem.benchmark() == null;
  }
}
