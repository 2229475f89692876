package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.Status;
import java.util.Arrays;
import java.util.List;

/**
 * What an engine writes for each scenario beside the weights: a record of numbers and a status. A
 * scenario never written to reads as cancelled.
 */
public final class Results {
  /** Places in a record. Faces that were solved: */
  public static final int ITERATIONS = 0;

  /** What is minimised, as {@code Solution.objective()} says. */
  public static final int OBJECTIVE = 1;

  /** μ'w. */
  public static final int EXPECTED_RETURN = 2;

  /** (w−b)'Σ(w−b). */
  public static final int VARIANCE = 3;

  /** A bound on how far the objective is from its optimum, in its unit, at least 0. */
  public static final int GAP = 4;

  /** The gap over max(γ (w−b)'Σ(w−b), |μ'w|, costs). */
  public static final int RELATIVE_GAP = 5;

  /** Σ|w − w0|; NaN where there are no current weights. */
  public static final int TURNOVER = 6;

  /** Transaction costs; 0 where there are none. */
  public static final int COSTS = 7;

  /** The first derivative of the objective by a binding limit: one for each name. */
  public static final int PRICES = 8;

  /** The names of the constraints that have a shadow price, in its order. */
  public final List<String> constraintNames;

  /** Numbers in a record. */
  public final int width;

  /** The records [S, {@link #width}]. */
  public final double[] records;

  /** {@code Status.ordinal()} [S]. */
  public final byte[] status;

  /** Why a scenario failed, where the engine itself has the words; else null [S]. */
  public final String[] reasons;

  /**
   * Derivatives of the objective by the binding bounds [S, n], owned by the solution; or null if
   * not asked for.
   */
  public final Matrix reducedCosts;

  /**
   * Room for S scenarios, all cancelled so far.
   *
   * @param batch the scenarios
   * @param withReducedCosts whether there is room for them
   */
  public Results(BatchData batch, boolean withReducedCosts) {
    int scenarios = batch.scenarios();
    constraintNames = batch.constraintNames();
    width = PRICES + constraintNames.size();
    records = new double[Math.multiplyExact(scenarios, width)];
    status = new byte[scenarios];
    Arrays.fill(status, (byte) Status.CANCELLED.ordinal());
    reasons = new String[scenarios];
    reducedCosts =
        withReducedCosts ? Matrix.allocate(scenarios, batch.problem().lower().length) : null;
  }

  /**
   * One number of one scenario.
   *
   * @param s the scenario
   * @param place such as {@link #OBJECTIVE}
   * @return its value
   */
  public double get(int s, int place) {
    return records[s * width + place];
  }

  /**
   * Writes one number of one scenario. Different scenarios may be written from different threads.
   *
   * @param s the scenario
   * @param place such as {@link #OBJECTIVE}
   * @param value its value
   */
  public void set(int s, int place, double value) {
    records[s * width + place] = value;
  }

  /** Makes the numbers of a scenario without weights NaN, whatever the engine left there. */
  void clear(int s) {
    Arrays.fill(records, s * width + OBJECTIVE, (s + 1) * width, Double.NaN);
    if (reducedCosts != null) {
      double[] unknown = new double[reducedCosts.columns()];
      Arrays.fill(unknown, Double.NaN);
      reducedCosts.setRow(s, unknown);
    }
  }
}
