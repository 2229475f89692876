package io.parabola.internal;

import io.parabola.Status;
import java.util.Arrays;

/**
 * What an engine writes for each scenario beside the weights; arrays of S. A scenario never written
 * to reads as cancelled.
 */
public final class Results {
  /** ½ γ w'Σw − μ'w. */
  public final double[] objective;

  /** μ'w. */
  public final double[] expectedReturn;

  /** w'Σw. */
  public final double[] variance;

  /** g'w − min {g'v : v feasible} with g = γΣw − μ, at least 0. */
  public final double[] gap;

  /** The gap over max(γ w'Σw, |μ'w|). */
  public final double[] relativeGap;

  /** Faces that were solved. */
  public final int[] iterations;

  /** {@code Status.ordinal()}. */
  public final byte[] status;

  /**
   * Room for S scenarios, all cancelled so far.
   *
   * @param scenarios S
   */
  public Results(int scenarios) {
    objective = nan(scenarios);
    expectedReturn = nan(scenarios);
    variance = nan(scenarios);
    gap = nan(scenarios);
    relativeGap = nan(scenarios);
    iterations = new int[scenarios];
    status = new byte[scenarios];
    Arrays.fill(status, (byte) Status.CANCELLED.ordinal());
  }

  private static double[] nan(int length) {
    double[] array = new double[length];
    Arrays.fill(array, Double.NaN);
    return array;
  }
}
