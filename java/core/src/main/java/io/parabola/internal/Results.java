package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.Status;
import java.util.Arrays;
import java.util.List;

/**
 * What an engine writes for each scenario beside the weights; arrays of S. A scenario never written
 * to reads as cancelled.
 */
public final class Results {
  /** What is minimised, as {@code Solution.objective()} says. */
  public final double[] objective;

  /** μ'w. */
  public final double[] expectedReturn;

  /** (w−b)'Σ(w−b). */
  public final double[] variance;

  /** A bound on how far the objective is from its optimum, in its unit, at least 0. */
  public final double[] gap;

  /** The gap over max(γ (w−b)'Σ(w−b), |μ'w|, costs). */
  public final double[] relativeGap;

  /** Σ|w − w0|; NaN where there are no current weights. */
  public final double[] turnover;

  /** Transaction costs; 0 where there are none. */
  public final double[] costs;

  /** Derivatives of the objective by the binding limits [S, {@link #constraintNames}]. */
  public final double[] shadowPrices;

  /**
   * Derivatives of the objective by the binding bounds [S, n], owned by the solution; or null if
   * not asked for.
   */
  public final Matrix reducedCosts;

  /** The order of a scenario's shadow prices. */
  public final List<String> constraintNames;

  /** Faces that were solved. */
  public final int[] iterations;

  /** Why a scenario failed, where the engine itself has the words; else null. */
  public final String[] reasons;

  /** {@code Status.ordinal()}. */
  public final byte[] status;

  /**
   * Room for S scenarios, all cancelled so far.
   *
   * @param batch the scenarios
   * @param withReducedCosts whether there is room for them
   */
  public Results(BatchData batch, boolean withReducedCosts) {
    int scenarios = batch.scenarios();
    int n = batch.problem().lower().length;
    objective = nan(scenarios);
    expectedReturn = nan(scenarios);
    variance = nan(scenarios);
    gap = nan(scenarios);
    relativeGap = nan(scenarios);
    turnover = nan(scenarios);
    costs = nan(scenarios);
    constraintNames = batch.constraintNames();
    shadowPrices = nan(Math.multiplyExact(scenarios, constraintNames.size()));
    reducedCosts = withReducedCosts ? Matrix.allocate(scenarios, n) : null;
    double[] unknown = nan(n);
    for (int s = 0; s < scenarios && withReducedCosts; s++) {
      reducedCosts.setRow(s, unknown);
    }
    reasons = new String[scenarios];
    iterations = new int[scenarios];
    status = new byte[scenarios];
    Arrays.fill(status, (byte) Status.CANCELLED.ordinal());
  }

  /** Makes the numbers of a scenario without weights NaN, whatever the engine left there. */
  void clear(int s) {
    for (double[] values :
        List.of(objective, expectedReturn, variance, gap, relativeGap, turnover, costs)) {
      values[s] = Double.NaN;
    }
    int prices = constraintNames.size();
    Arrays.fill(shadowPrices, s * prices, (s + 1) * prices, Double.NaN);
    if (reducedCosts != null) {
      reducedCosts.setRow(s, nan(reducedCosts.columns()));
    }
  }

  private static double[] nan(int length) {
    double[] array = new double[length];
    Arrays.fill(array, Double.NaN);
    return array;
  }
}
