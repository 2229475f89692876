package io.parabola;

import io.parabola.internal.downside.DownsideOutcome;
import java.util.List;

/**
 * The solution of a downside problem, with its certificate. Immutable; may be used from many
 * threads at once.
 */
public final class DownsideSolution {
  private final DownsideProblem problem;
  private final DownsideOutcome outcome;
  private final double expectedReturn;
  private final double seconds;

  DownsideSolution(DownsideProblem problem, DownsideOutcome outcome, double seconds) {
    this.problem = problem;
    this.outcome = outcome;
    this.seconds = seconds;
    double sum = 0;
    double[] mean = problem.problem().expectedReturns();
    for (int i = 0; i < mean.length; i++) {
      sum += mean[i] * outcome.weights()[i];
    }
    expectedReturn = sum;
  }

  /**
   * How the solve ended.
   *
   * @return the status
   */
  public Status status() {
    return outcome.status();
  }

  /**
   * Why the status is not {@link Status#SOLVED}.
   *
   * @return one line; empty if solved
   */
  public String message() {
    return outcome.message();
  }

  /**
   * The weights. They keep their bounds and sum to the budget to rounding.
   *
   * @return w [n], a copy; NaN if there are none
   */
  public double[] weights() {
    return outcome.weights().clone();
  }

  /**
   * The risk, over all scenarios.
   *
   * @return ρ per period
   */
  public double risk() {
    return outcome.risk();
  }

  /**
   * The loss from which on the risk counts: of CVaR the value at risk, of moments minus the target.
   *
   * @return per period
   */
  public double valueAtRisk() {
    return outcome.threshold();
  }

  /**
   * The expected return before costs.
   *
   * @return μ'w per period
   */
  public double expectedReturn() {
    return expectedReturn;
  }

  /**
   * What was minimised, as {@link DownsideProblem} says.
   *
   * @return the objective
   */
  public double objective() {
    return outcome.objective();
  }

  /**
   * A rigorous bound of how far the objective is above the least one, computed from the data.
   *
   * @return at least 0
   */
  public double gap() {
    return outcome.gap();
  }

  /**
   * The gap over the larger of |μ'w| (where it is part of the objective) and what the losses of the
   * tail, taken positive, add to the objective.
   *
   * @return at least 0
   */
  public double relativeGap() {
    return outcome.relativeGap();
  }

  /**
   * How much each scenario's loss counts: the derivative of the risk by the loss. Of CVaR they are
   * probabilities, of sum 1, and the risk is their mean of the losses.
   *
   * @return u [S], a copy
   */
  public double[] tailWeights() {
    return outcome.tailWeights().clone();
  }

  /**
   * What each asset adds to the risk (Euler): of CVaR and semivariance they sum to it, without a
   * benchmark.
   *
   * @return w_i times the derivative of the risk by w_i [n]; halved for second moments
   */
  public double[] riskContributions() {
    double[] w = outcome.weights();
    double[] contributions = new double[w.length];
    double[] row = new double[w.length];
    double[] u = outcome.tailWeights();
    double mass = 0;
    for (int s = 0; s < u.length; s++) {
      if (u[s] != 0) {
        problem.returns().getRow(s, row);
        for (int i = 0; i < row.length; i++) {
          contributions[i] -= u[s] * row[i] * w[i];
        }
        mass += u[s];
      }
    }
    if (problem.risk().kind() == DownsideRisk.Kind.SEMIVARIANCE) {
      double[] p = problem.probabilities();
      for (int s = 0; s < p.length; s++) {
        problem.returns().getRow(s, row);
        for (int i = 0; i < row.length; i++) {
          contributions[i] += mass * p[s] * row[i] * w[i];
        }
      }
    }
    for (int i = 0; problem.risk().isQuadratic() && i < w.length; i++) {
      contributions[i] /= 2;
    }
    return contributions;
  }

  /**
   * The constraints that have a shadow price: "budget", the rows by their names, "turnover", "gross
   * exposure", "target return" and "target risk" where they are part of the problem.
   *
   * @return the names, immutable
   */
  public List<String> constraintNames() {
    return outcome.priceNames();
  }

  /**
   * The derivative of the optimal objective by a constraint's binding limit: at least 0 if that is
   * a lower limit, at most 0 if it is an upper one, of either sign for an equality.
   *
   * @param constraint one of {@link #constraintNames}
   * @return its price; 0 if neither limit binds
   * @throws InvalidInputException if there is no constraint of that name
   */
  public double shadowPrice(String constraint) {
    int at = outcome.priceNames().indexOf(constraint);
    if (at < 0) {
      throw new InvalidInputException(
          "no constraint " + constraint + "; there are " + String.join(", ", constraintNames()));
    }
    return outcome.prices()[at];
  }

  /**
   * Steps of Newton's method, of all rounds.
   *
   * @return at least 0
   */
  public int iterations() {
    return outcome.iterations();
  }

  /**
   * How many of the scenarios the last round was about: the others never counted.
   *
   * @return at most S
   */
  public int scenariosUsed() {
    return outcome.scenariosUsed();
  }

  /**
   * The time it took.
   *
   * @return in seconds
   */
  public double seconds() {
    return seconds;
  }
}
