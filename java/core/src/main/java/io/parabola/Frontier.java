package io.parabola;

import io.parabola.internal.FrontierSearch;
import io.parabola.internal.FrontierSearch.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Portfolios on the efficient frontier of one problem: each has the least variance of all that
 * return at least as much. Immutable; may be used from many threads at once.
 *
 * <p>Along the frontier the weights are a piecewise linear function of the risk tolerance τ = 1/γ.
 * So the portfolio of a given return is exact to rounding as soon as it lies between two solved
 * ones of the same piece, which its own gap proves.
 */
public final class Frontier {
  private final List<Point> points;

  private Frontier(List<Point> points) {
    this.points = points;
  }

  /**
   * Finds portfolios equally spaced in return, from that of minimum variance to that of maximum
   * return.
   *
   * @param engine solves the portfolios; stays open
   * @param problem the problem, whose risk aversion does not matter
   * @param points how many, at least 2
   * @return the portfolios in ascending order of return; each of them {@link Status#INFEASIBLE} if
   *     the problem is, or {@link Status#UNBOUNDED} if its return has no maximum
   * @throws InvalidInputException if {@code points < 2}
   */
  public static Frontier points(Engine engine, Problem problem, int points) {
    if (points < 2) {
      throw new InvalidInputException("points = " + points + ": needs at least 2");
    }
    FrontierSearch search = new FrontierSearch(engine, problem);
    double least = search.leastReturn();
    double most = search.mostReturn();
    if (Double.isNaN(least) || Double.isNaN(most)) {
      return new Frontier(search.failed(points));
    }
    double[] targets = new double[points];
    for (int i = 0; i < points; i++) {
      double part = (double) i / (points - 1);
      targets[i] = (1 - part) * least + part * most;
    }
    return new Frontier(search.find(targets));
  }

  /**
   * Finds the portfolios of given returns.
   *
   * @param engine solves the portfolios; stays open
   * @param problem the problem, whose risk aversion does not matter
   * @param targets expected returns per period, in any order; not modified
   * @return a portfolio for each target, in their order: of minimum variance where the target is
   *     below that one's return, and {@link Status#INFEASIBLE} where it is above the maximum return
   * @throws InvalidInputException if a target is not finite
   */
  public static Frontier atReturns(Engine engine, Problem problem, double[] targets) {
    for (int i = 0; i < targets.length; i++) {
      if (!Double.isFinite(targets[i])) {
        throw new InvalidInputException("targets[" + i + "] = " + targets[i] + ": must be finite");
      }
    }
    FrontierSearch search = new FrontierSearch(engine, Objects.requireNonNull(problem, "problem"));
    return new Frontier(
        Double.isNaN(search.leastReturn())
            ? search.failed(targets.length)
            : new ArrayList<>(search.find(targets)));
  }

  /**
   * The number of portfolios.
   *
   * @return as many as were asked for
   */
  public int size() {
    return points.size();
  }

  /**
   * One portfolio's expected return per period.
   *
   * @param point 0 to size − 1
   * @return μ'w; NaN if there are no weights
   */
  public double expectedReturn(int point) {
    return points.get(point).expectedReturn();
  }

  /**
   * One portfolio's variance per period.
   *
   * @param point 0 to size − 1
   * @return w'Σw; NaN if there are no weights
   */
  public double variance(int point) {
    return points.get(point).variance();
  }

  /**
   * The risk aversion for which one portfolio is optimal.
   *
   * @param point 0 to size − 1
   * @return γ; infinite at minimum variance, NaN if there are no weights
   */
  public double riskAversion(int point) {
    return points.get(point).riskAversion();
  }

  /**
   * One portfolio's weights. They keep their bounds and sum to the budget to rounding.
   *
   * @param point 0 to size − 1
   * @return w [n], a copy; NaN if there are none
   */
  public double[] weights(int point) {
    return points.get(point).weights().clone();
  }

  /**
   * One portfolio's gap at its risk aversion, over max(γ w'Σw, |μ'w|); at minimum variance that of
   * minimising ½ w'Σw, over w'Σw.
   *
   * @param point 0 to size − 1
   * @return at least 0; NaN if there are no weights
   */
  public double relativeGap(int point) {
    return points.get(point).relativeGap();
  }

  /**
   * How the search for one portfolio ended.
   *
   * @param point 0 to size − 1
   * @return its status
   */
  public Status status(int point) {
    return points.get(point).status();
  }
}
