package io.parabola;

import io.parabola.internal.DeviceOverrides;
import io.parabola.internal.FactorData;
import java.util.List;

/** The shapes that a batch's overrides have to have, with the words for those that do not. */
final class BatchShapes {
  private final Problem problem;
  private final int scenarios;

  BatchShapes(Problem problem, int scenarios) {
    if (scenarios < 0) {
      throw new InvalidInputException("scenarios = " + scenarios + ": must be at least 0");
    }
    this.problem = problem;
    this.scenarios = scenarios;
  }

  Matrix copy(String what, double[] values, int rows, int columns) {
    if (values.length != (long) rows * columns) {
      throw new InvalidInputException(
          what
              + " has "
              + values.length
              + " numbers, but "
              + shape()
              + " need "
              + (long) rows * columns);
    }
    return Matrix.copyOf(values, rows, columns).neverClosed();
  }

  Matrix check(String what, Matrix values, long rows, int columns) {
    check(what, "a matrix", values.rows(), values.columns(), rows, columns);
    return values;
  }

  DeviceMatrix check(String what, DeviceMatrix values, long rows) {
    check(what, "a device matrix", values.rows(), values.columns(), rows, problem.size());
    return values;
  }

  private void check(
      String what, String kind, long rows, int columns, long neededRows, int neededColumns) {
    if (rows != neededRows || columns != neededColumns) {
      throw new InvalidInputException(
          what
              + " is "
              + kind
              + " of "
              + rows
              + " x "
              + columns
              + ", but "
              + shape()
              + " need "
              + neededRows
              + " x "
              + neededColumns);
    }
  }

  /** Those that are not null, which have to be of one device and one stride. */
  DeviceOverrides onDevice(
      DeviceMatrix expectedReturns,
      DeviceMatrix lower,
      DeviceMatrix upper,
      DeviceMatrix currentWeights,
      DeviceMatrix start,
      DeviceMatrix covariances) {
    if (expectedReturns == null
        && lower == null
        && upper == null
        && currentWeights == null
        && start == null
        && covariances == null) {
      return DeviceOverrides.NONE;
    }
    DeviceOverrides overrides =
        new DeviceOverrides(expectedReturns, lower, upper, currentWeights, start, covariances);
    List<DeviceMatrix> matrices = overrides.matrices();
    matrices.forEach(matrices.get(0)::requireLike);
    return overrides;
  }

  double[] scalars(String what, double[] values) {
    if (values.length != scenarios) {
      throw new InvalidInputException(
          what + " has " + values.length + " numbers, but there are " + scenarios + " scenarios");
    }
    return values.clone();
  }

  void requireObjective(Objective.Kind kind) {
    Objective.Kind own = problem.objective().kind();
    if (own != kind) {
      throw new InvalidInputException(
          Objective.name(kind)
              + " by scenario, but the problem's objective is "
              + Objective.name(own));
    }
  }

  void requireBudget() {
    if (!problem.hasBudget()) {
      throw new InvalidInputException("budget by scenario, but the problem is without a budget");
    }
  }

  /** m, which has to be at least 1. */
  int rows() {
    int rows = problem.data().rows().count();
    if (rows == 0) {
      throw new InvalidInputException(
          "rows by scenario, but the problem has no linear constraints");
    }
    return rows;
  }

  /** k². */
  int factorSquare() {
    FactorData factors = factors("factorCovariance");
    return Math.multiplyExact(factors.factors(), factors.factors());
  }

  /** n. */
  int specific() {
    factors("specificVariance");
    return problem.size();
  }

  /** n, for costs with an exponent. */
  int power() {
    if (problem.data().costs() == null) {
      throw new InvalidInputException(
          "powerCosts by scenario, but the problem has no transactionCosts to take the exponent"
              + " from");
    }
    return problem.size();
  }

  /** For overrides of trading where nobody has current weights; null passes. */
  void needsCurrentWeights(String what, Object values) {
    if (values != null) {
      throw new InvalidInputException(
          what + " without currentWeights: what is traded away from is not known");
    }
  }

  private FactorData factors(String what) {
    FactorData factors = problem.covariance().factors();
    if (factors == null || factors.factorCovariance() == null) {
      throw new InvalidInputException(
          what + " by scenario, but the problem's covariance is not made of factors");
    }
    return factors;
  }

  void atMostOneFamily(boolean scaled, boolean factors, boolean own) {
    if ((scaled ? 1 : 0) + (factors ? 1 : 0) + (own ? 1 : 0) > 1) {
      throw new InvalidInputException(
          "covariances of more than one kind by scenario: either volatilityMultipliers and"
              + " correlationStress, or factorCovariance and specificVariance, or covariances");
    }
  }

  private String shape() {
    return scenarios + " scenarios of " + problem.size() + " assets";
  }
}
