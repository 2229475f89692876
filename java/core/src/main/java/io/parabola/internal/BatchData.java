package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.Objective;
import java.util.ArrayList;
import java.util.List;

/**
 * The contents of a batch: null where the problem's own value holds for every scenario. Values are
 * not checked: an engine gives a scenario with bad ones {@code Status.INVALID}.
 *
 * @param problem the problem's contents
 * @param scenarios S
 * @param expectedReturns μ [S, n], or null
 * @param objectiveValue γ, target return, target risk or risk-free return, as the problem's
 *     objective has it [S], or null
 * @param lower lower bounds [S, n], or null
 * @param upper upper bounds [S, n], or null
 * @param budget budgets [S], or null
 * @param rows the rows by scenario
 * @param currentWeights w0 [S, n], or null
 * @param maximumTurnover limits of Σ|w − w0| [S], or null
 * @param maximumGrossExposure limits of Σ|w| [S], or null
 * @param costs the transaction costs by scenario
 * @param benchmark b [S, n], or null
 * @param covariances the covariance by scenario
 * @param start weights to start from [S, n], or null
 * @param device what of this lies on a CUDA device
 */
public record BatchData(
    ProblemData problem,
    int scenarios,
    Matrix expectedReturns,
    double[] objectiveValue,
    Matrix lower,
    Matrix upper,
    double[] budget,
    RowOverrides rows,
    Matrix currentWeights,
    double[] maximumTurnover,
    double[] maximumGrossExposure,
    CostOverrides costs,
    Matrix benchmark,
    CovarianceOverrides covariances,
    Matrix start,
    DeviceOverrides device) {
  private static final List<String> BUDGET = List.of("budget");

  /**
   * The risk aversions by scenario.
   *
   * @return γ [S], or null if the problem's own holds or its objective has none
   */
  public double[] riskAversion() {
    return problem.objective().kind() == Objective.Kind.RISK_AVERSION ? objectiveValue : null;
  }

  /**
   * Whether some scenario may have a turnover limit.
   *
   * @return whether "turnover" is among the constraints
   */
  public boolean hasTurnover() {
    return maximumTurnover != null || problem.maximumTurnover() < Double.POSITIVE_INFINITY;
  }

  /**
   * Whether some scenario may have a limit of gross exposure.
   *
   * @return whether "gross exposure" is among the constraints
   */
  public boolean hasGrossExposure() {
    return maximumGrossExposure != null
        || problem.maximumGrossExposure() < Double.POSITIVE_INFINITY;
  }

  /**
   * Whether box and budget are all that limits the weights, and nothing is paid for trading.
   *
   * @return whether it is the plain problem, whatever its objective and covariances
   */
  public boolean isPlain() {
    return problem.isPlain()
        && !hasTurnover()
        && !hasGrossExposure()
        && !costs.any()
        && benchmark == null;
  }

  /**
   * The names of the constraints that have a shadow price, in the order of a record of {@link
   * Results}: budget, rows, turnover, gross exposure, and what the objective adds.
   *
   * @return at least none, immutable
   */
  public List<String> constraintNames() {
    Objective.Kind kind = problem.objective().kind();
    boolean targeted = kind == Objective.Kind.TARGET_RETURN || kind == Objective.Kind.TARGET_RISK;
    if (isPlain() && !targeted) {
      return BUDGET;
    }
    List<String> names = new ArrayList<>();
    if (problem.hasBudget()) {
      names.add("budget");
    }
    names.addAll(problem.rows().names());
    if (hasTurnover()) {
      names.add("turnover");
    }
    if (hasGrossExposure()) {
      names.add("gross exposure");
    }
    if (problem.objective().kind() == Objective.Kind.TARGET_RETURN) {
      names.add("target return");
    } else if (problem.objective().kind() == Objective.Kind.TARGET_RISK) {
      names.add("target risk");
    }
    return List.copyOf(names);
  }

  /**
   * Every matrix that a solve reads, those of the problem's covariance aside.
   *
   * @return the matrices that are there
   */
  List<Matrix> matrices() {
    // Single portfolios come through here too, in microseconds: no stream.
    List<Matrix> matrices = new ArrayList<>();
    for (Matrix matrix :
        new Matrix[] {
          expectedReturns,
          lower,
          upper,
          rows.lower(),
          rows.upper(),
          rows.coefficients(),
          currentWeights,
          costs.buy(),
          costs.sell(),
          costs.quadratic(),
          costs.power(),
          benchmark,
          covariances.volatilityMultipliers(),
          covariances.correlationStress(),
          covariances.factorCovariance(),
          covariances.specificVariance(),
          covariances.own(),
          start
        }) {
      if (matrix != null) {
        matrices.add(matrix);
      }
    }
    return matrices;
  }
}
