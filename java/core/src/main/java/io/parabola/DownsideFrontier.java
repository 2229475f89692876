package io.parabola;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Portfolios of least downside risk for returns from that of least risk to the most there is,
 * equally spaced, each with its certificate. Immutable; may be used from many threads at once.
 */
public final class DownsideFrontier {
  private final List<DownsideSolution> points;

  private DownsideFrontier(List<DownsideSolution> points) {
    this.points = points;
  }

  /**
   * Finds the portfolios.
   *
   * @param engine solves; stays open
   * @param problem whose objective does not matter; its limits and costs hold along the frontier
   * @param points how many, at least 2
   * @return the portfolios in ascending order of return; if there are none, that of least risk
   *     alone, whose status says why
   * @throws InvalidInputException if {@code points < 2}
   */
  public static DownsideFrontier points(Engine engine, DownsideProblem problem, int points) {
    if (points < 2) {
      throw new InvalidInputException("points = " + points + ": needs at least 2");
    }
    Problem limits = problem.problem();
    DownsideSolution calmest =
        engine.solve(problem.with(limits.toBuilder().minimumVariance().build()));
    if (calmest.status() != Status.SOLVED) {
      return new DownsideFrontier(List.of(calmest));
    }
    // The costs of the highest return are no part of what it is.
    Solution most = engine.solve(limits.toBuilder().riskAversion(0).transactionCosts(null).build());
    double low = calmest.expectedReturn();
    double high = Math.max(low, most.expectedReturn());
    double[] targets = new double[points - 1];
    Arrays.setAll(targets, k -> low + (high - low) * (k + 1) / (points - 1));
    // Of the last one rounding must not make a return that cannot be had.
    targets[points - 2] = high - 1e-12 * Math.max(Math.abs(low), Math.abs(high));
    List<DownsideSolution> all = new ArrayList<>();
    all.add(calmest);
    all.addAll(atReturns(engine, problem, targets).points);
    return new DownsideFrontier(List.copyOf(all));
  }

  /**
   * Finds the portfolios of given returns.
   *
   * @param engine solves; stays open
   * @param problem whose objective does not matter
   * @param targets expected returns per period, in any order; not modified
   * @return a portfolio for each target, in their order, with its status: {@link Status#INFEASIBLE}
   *     where no portfolio earns as much
   * @throws InvalidInputException if a target is not finite
   */
  public static DownsideFrontier atReturns(
      Engine engine, DownsideProblem problem, double[] targets) {
    List<DownsideProblem> problems = new ArrayList<>();
    for (double target : targets) {
      problems.add(problem.with(problem.problem().toBuilder().targetReturn(target).build()));
    }
    return new DownsideFrontier(engine.solve(problems, SolveOptions.defaults()));
  }

  /**
   * The number of portfolios.
   *
   * @return at least 0
   */
  public int size() {
    return points.size();
  }

  /**
   * One portfolio.
   *
   * @param point 0 to size − 1
   * @return its solution
   */
  public DownsideSolution point(int point) {
    return points.get(point);
  }
}
