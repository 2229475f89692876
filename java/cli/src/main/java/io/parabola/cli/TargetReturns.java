package io.parabola.cli;

import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import java.util.function.IntFunction;

/**
 * Portfolios of given expected returns, with the place of the target in the message when one is out
 * of reach.
 */
final class TargetReturns {
  private TargetReturns() {}

  /**
   * Solves all targets, or fails at the first that has no portfolio.
   *
   * @param place of target k, for the message, ending in a colon and a space
   */
  static Frontier solve(
      Engine engine, Problem problem, double[] targets, IntFunction<String> place) {
    Frontier frontier = Frontier.atReturns(engine, problem, targets);
    for (int k = 0; k < targets.length; k++) {
      if (frontier.status(k) == Status.INFEASIBLE) {
        throw outOfReach(engine, problem, place.apply(k), targets[k]);
      }
      requireSolved(engine, problem, frontier, k);
    }
    return frontier;
  }

  /** Points along the whole frontier. */
  static Frontier along(Engine engine, Problem problem, int points) {
    return requireSolved(engine, problem, Frontier.points(engine, problem, points));
  }

  /** The corners of the whole frontier. */
  static Frontier corners(Engine engine, Problem problem) {
    return requireSolved(engine, problem, Frontier.corners(engine, problem));
  }

  private static Frontier requireSolved(Engine engine, Problem problem, Frontier frontier) {
    for (int k = 0; k < frontier.size(); k++) {
      requireSolved(engine, problem, frontier, k);
    }
    return frontier;
  }

  private static Failure outOfReach(Engine engine, Problem problem, String place, double target) {
    Solution highest = highest(engine, problem);
    if (highest.status() != Status.SOLVED) {
      return Failure.of(highest.status(), highest.message());
    }
    return Failure.infeasible(
        place
            + "infeasible: no portfolio returns "
            + Numbers.brief(target)
            + "; within the bounds and the budget the highest expected return is "
            + Numbers.exact(highest.expectedReturn()));
  }

  private static void requireSolved(Engine engine, Problem problem, Frontier frontier, int point) {
    Status status = frontier.status(point);
    if (status == Status.SOLVED) {
      return;
    }
    // A frontier has no explanations; the portfolio of highest return has the same bounds and
    // budget, and one.
    Solution highest = highest(engine, problem);
    throw highest.status() == Status.SOLVED
        ? Failure.of(status, "point " + point + " of the frontier is " + status)
        : Failure.of(highest.status(), highest.message());
  }

  private static Solution highest(Engine engine, Problem problem) {
    return engine.solve(
        Problem.builder(problem.covariance())
            .expectedReturns(problem.expectedReturns())
            .riskAversion(0)
            .lower(problem.lower())
            .upper(problem.upper())
            .budget(problem.budget())
            .build());
  }
}
