package io.parabola.internal;

import io.parabola.DeviceMatrix;
import io.parabola.Matrix;

/**
 * One scenario of a batch with every override in its place; arrays of its own, so that a solver may
 * overwrite them. The covariance is not part of it.
 */
public final class ScenarioData {
  /** The problem it belongs to. */
  public final ProblemData problem;

  /** γ, target return, target risk or risk-free return. */
  public final double objectiveValue;

  /** μ [n]. */
  public final double[] expectedReturns;

  /** Lower bounds [n], possibly minus infinity. */
  public final double[] lower;

  /** Upper bounds [n], possibly infinity. */
  public final double[] upper;

  /** What the weights sum to; 0 if there is no budget. */
  public final double budget;

  /** Coefficients of the rows [m][n]. */
  public final double[][] rows;

  /** Lower limits of the rows [m], possibly minus infinity. */
  public final double[] rowLower;

  /** Upper limits of the rows [m], possibly infinity. */
  public final double[] rowUpper;

  /** w0 [n], or null. */
  public final double[] currentWeights;

  /** Limit of Σ|w − w0|, infinite for none. */
  public final double maximumTurnover;

  /** Limit of Σ|w|, infinite for none. */
  public final double maximumGrossExposure;

  /** What trading costs, or null. */
  public final CostData costs;

  /** b [n], or null for zeros. */
  public final double[] benchmark;

  /** Weights to start from [n], or null. */
  public final double[] start;

  /**
   * Copies one scenario out of a batch.
   *
   * @param batch the batch, its matrices open
   * @param s the scenario
   */
  public ScenarioData(BatchData batch, int s) {
    problem = batch.problem();
    objectiveValue = value(batch.objectiveValue(), s, problem.objective().value());
    expectedReturns =
        row(
            batch.expectedReturns(),
            batch.device().expectedReturns(),
            s,
            problem.expectedReturns());
    lower = row(batch.lower(), batch.device().lower(), s, problem.lower());
    upper = row(batch.upper(), batch.device().upper(), s, problem.upper());
    budget = value(batch.budget(), s, problem.budget());
    int m = problem.rows().count();
    int n = lower.length;
    rows = new double[m][n];
    for (int r = 0; r < m; r++) {
      if (batch.rows().coefficients() != null) {
        batch.rows().coefficients().getRow((long) s * m + r, rows[r]);
      } else {
        System.arraycopy(problem.rows().coefficients(), r * n, rows[r], 0, n);
      }
    }
    rowLower = row(batch.rows().lower(), s, problem.rows().lower());
    rowUpper = row(batch.rows().upper(), s, problem.rows().upper());
    currentWeights =
        row(batch.currentWeights(), batch.device().currentWeights(), s, problem.currentWeights());
    maximumTurnover = value(batch.maximumTurnover(), s, problem.maximumTurnover());
    maximumGrossExposure = value(batch.maximumGrossExposure(), s, problem.maximumGrossExposure());
    costs = costs(batch, s);
    benchmark = row(batch.benchmark(), s, problem.benchmark());
    start = row(batch.start(), batch.device().start(), s, problem.start());
  }

  /** Rates that neither problem nor batch have are zeros. */
  private static CostData costs(BatchData batch, int s) {
    CostData own = batch.problem().costs();
    CostOverrides costs = batch.costs();
    if (!costs.any()) {
      return own;
    }
    double[] none = new double[batch.problem().lower().length];
    return new CostData(
        row(costs.buy(), s, own == null ? none : own.buy()),
        row(costs.sell(), s, own == null ? none : own.sell()),
        row(costs.quadratic(), s, own == null ? none : own.quadratic()),
        row(costs.power(), s, own == null ? none : own.power()),
        own == null ? 2 : own.exponent());
  }

  private static double value(double[] overrides, int s, double shared) {
    return overrides == null ? shared : overrides[s];
  }

  /** A copy of one scenario's row, from wherever it is. */
  static double[] row(Matrix overrides, DeviceMatrix onDevice, int s, double[] shared) {
    if (onDevice == null) {
      return row(overrides, s, shared);
    }
    double[] row = new double[onDevice.columns()];
    onDevice.getRow(s, row);
    return row;
  }

  private static double[] row(Matrix overrides, int s, double[] shared) {
    if (overrides == null) {
      return shared == null ? null : shared.clone();
    }
    double[] row = new double[overrides.columns()];
    overrides.getRow(s, row);
    return row;
  }
}
