package io.parabola;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A portfolio problem whose risk is a {@link DownsideRisk} over scenarios of returns, in the place
 * of a variance. Everything else is that of a {@link Problem}: bounds, budget, rows, turnover,
 * gross exposure, linear and quadratic costs, a benchmark, and the objective, in which
 *
 * <pre>
 *     RISK_AVERSION      minimise γ ρ − μ'w + cost        (γ for what ½ γ is with a variance)
 *     MINIMUM_VARIANCE   minimise ρ + cost
 *     TARGET_RETURN      minimise ρ + cost, subject to μ'w &gt;= r
 *     TARGET_RISK        maximise μ'w − cost, subject to ρ &lt;= s
 * </pre>
 *
 * <p>Each weight needs bounds, or limits that imply them. Immutable but for the matrix of returns,
 * which must neither be closed nor changed meanwhile; may be used from many threads at once.
 */
public final class DownsideProblem {
  private final Problem problem;
  private final Matrix returns;
  private final double[] probabilities;
  private final DownsideRisk risk;

  private DownsideProblem(
      Problem problem, Matrix returns, double[] probabilities, DownsideRisk risk) {
    this.problem = problem;
    this.returns = returns;
    this.probabilities = probabilities;
    this.risk = risk;
  }

  /**
   * A problem of scenarios of equal probability.
   *
   * @param problem all but the risk; its covariance is where the search starts, for which that of
   *     the scenarios ({@link SampleCovariance}) is good
   * @param returns [S, n] simple returns per period, S at least 1, finite; not copied
   * @param risk the measure
   * @return the problem
   * @throws InvalidInputException if the sizes differ, a return is not finite, or the objective is
   *     the maximum Sharpe ratio, or a target risk of a second moment
   */
  public static DownsideProblem of(Problem problem, Matrix returns, DownsideRisk risk) {
    double[] equal = new double[Math.toIntExact(returns.rows())];
    Arrays.fill(equal, 1.0 / equal.length);
    return of(problem, returns, equal, risk);
  }

  /**
   * A problem of scenarios with probabilities.
   *
   * @param problem all but the risk
   * @param returns [S, n] simple returns per period, finite; not copied
   * @param probabilities p [S], above 0, of sum 1; copied
   * @param risk the measure
   * @return the problem
   * @throws InvalidInputException as above, or if a probability is out of range
   */
  public static DownsideProblem of(
      Problem problem, Matrix returns, double[] probabilities, DownsideRisk risk) {
    Objects.requireNonNull(risk, "risk");
    if (returns.columns() != problem.size() || returns.rows() < 1) {
      throw new InvalidInputException(
          "returns are "
              + returns.rows()
              + " x "
              + returns.columns()
              + ", but the problem has "
              + problem.size()
              + " assets, and at least one scenario is needed");
    }
    if (probabilities.length != returns.rows()) {
      throw new InvalidInputException(
          probabilities.length + " probabilities for " + returns.rows() + " scenarios");
    }
    double sum = 0;
    for (int s = 0; s < probabilities.length; s++) {
      if (!(probabilities[s] > 0 && probabilities[s] <= 1)) {
        throw new InvalidInputException(
            "probability of scenario "
                + s
                + " is "
                + probabilities[s]
                + ": must be above 0 and at most 1");
      }
      sum += probabilities[s];
    }
    if (Math.abs(sum - 1) > 1e-9) {
      throw new InvalidInputException("probabilities sum to " + sum + ", not to 1");
    }
    requireFinite(problem.assets(), returns);
    Objective.Kind kind = problem.objective().kind();
    if (kind == Objective.Kind.MAXIMUM_SHARPE) {
      throw new InvalidInputException(
          "a maximum Sharpe ratio is of a variance: with a downside risk ask for a target return,"
              + " a target risk or a risk aversion");
    }
    if (kind == Objective.Kind.TARGET_RISK && risk.isQuadratic()) {
      throw new InvalidInputException(
          "a target risk can be a CVaR or a first moment, not a second one: ask for a risk"
              + " aversion");
    }
    double[] p = probabilities.clone();
    for (int s = 0; s < p.length; s++) {
      p[s] /= sum;
    }
    return new DownsideProblem(problem, returns, p, risk);
  }

  private static void requireFinite(List<String> assets, Matrix returns) {
    double[] row = new double[returns.columns()];
    for (long s = 0; s < returns.rows(); s++) {
      returns.getRow(s, row);
      for (int i = 0; i < row.length; i++) {
        if (!Double.isFinite(row[i])) {
          throw new InvalidInputException(
              "return of " + assets.get(i) + " in scenario " + s + " is " + row[i]);
        }
      }
    }
  }

  /**
   * The same scenarios and measure with another problem of the same assets.
   *
   * @param other all but the risk
   * @return a problem that shares the scenarios
   * @throws InvalidInputException if the number of assets or the objective does not fit
   */
  public DownsideProblem with(Problem other) {
    if (other.size() != problem.size()) {
      throw new InvalidInputException(
          "a problem of " + other.size() + " assets, but scenarios of " + problem.size());
    }
    if (other.objective().kind() == Objective.Kind.MAXIMUM_SHARPE
        || other.objective().kind() == Objective.Kind.TARGET_RISK && risk.isQuadratic()) {
      return of(other, returns, probabilities, risk);
    }
    return new DownsideProblem(other, returns, probabilities, risk);
  }

  /**
   * All but the risk.
   *
   * @return as it was given
   */
  public Problem problem() {
    return problem;
  }

  /**
   * The scenarios.
   *
   * @return [S, n], as they were given
   */
  public Matrix returns() {
    return returns;
  }

  /**
   * Their probabilities.
   *
   * @return p [S], a copy
   */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /**
   * The measure of risk.
   *
   * @return as it was given
   */
  public DownsideRisk risk() {
    return risk;
  }
}
