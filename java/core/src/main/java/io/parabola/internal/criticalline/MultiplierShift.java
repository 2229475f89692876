package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.Rounding.NOISE;
import static io.parabola.internal.criticalline.Rounding.TIE;
import static io.parabola.internal.criticalline.Rounding.isNoise;
import static io.parabola.internal.criticalline.Vectors.axpy;

import java.util.Arrays;

/**
 * Moves of multipliers at one t, the portfolio staying where it is: where what is to be fixed is
 * all that is left to meet the active rows, until something else gives way; or, if nothing does,
 * the proof that rows and bounds contradict each other.
 */
final class MultiplierShift {
  /** By what part of their terms rows and bounds have to miss each other to contradict. */
  private static final double CONTRADICTION = 1e-11;

  private final LineState line;
  private final LineDirection direction;
  private final NextEvent events;

  /** What the active rows' multipliers are to add up to, by place. */
  final double[] right;

  private final double[] rowOut;

  MultiplierShift(LineState line, LineDirection direction, NextEvent events) {
    this.line = line;
    this.direction = direction;
    this.events = events;
    right = new double[line.n];
    rowOut = new double[line.m];
  }

  /**
   * Moves multipliers, the weights staying where they are, until one is zero that has to keep its
   * sign.
   *
   * @param sign what multipliers of the active rows that add up to {@link #right}, which is to be
   *     fixed, are to be multiplied with
   * @param entrant the row that is to be active, or −1 for an asset
   * @param other [0]: what is at zero: an asset, or n plus a row
   * @return false if there is none: then bounds and rows contradict each other
   */
  boolean shift(double sign, int entrant, int[] other) {
    Arrays.fill(direction.rowMultiplierMove, 0);
    double before = line.free.combine(right, rowOut);
    Arrays.fill(direction.trust, line.n, line.n + line.m, 0);
    for (int a = 0; a < line.free.rowCount; a++) {
      int r = line.free.row[a];
      direction.rowMultiplierMove[r] = sign * rowOut[a];
      direction.trust[line.n + r] =
          NOISE * (before * line.free.multiplierSize(a) + Math.abs(rowOut[a]));
    }
    if (entrant >= 0) {
      direction.rowMultiplierMove[entrant] = -sign;
    }
    Arrays.fill(direction.weightMove, 0);
    Arrays.fill(direction.multiplierMove, 0);
    Arrays.fill(events.steps, Double.POSITIVE_INFINITY);
    for (int r = 0; r < line.m; r++) {
      axpy(-direction.rowMultiplierMove[r], line.rows[r], direction.multiplierMove);
    }
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < line.n; i++) {
      direction.trust[i] = entrant < 0 ? 0 : NOISE * Math.abs(line.rows[entrant][i]);
      for (int r = 0; r < line.m; r++) {
        direction.trust[i] += direction.trust[line.n + r] * Math.abs(line.rows[r][i]);
      }
      if (line.side[i] != FREE) {
        events.steps[i] = events.step(i);
        least = Math.min(least, events.steps[i]);
      }
    }
    for (int a = 0; a < line.free.rowCount; a++) {
      int r = line.free.row[a];
      events.steps[line.n + r] = events.rowStep(r);
      least = Math.min(least, events.steps[line.n + r]);
    }
    if (least == Double.POSITIVE_INFINITY) {
      return false;
    }
    double surest = -1;
    for (int e = 0; e < line.n + line.m; e++) {
      if (events.steps[e] <= least * (1 + TIE)) {
        double speed = e < line.n ? events.speed(e) : events.rowSpeed(e - line.n);
        if (speed > surest) {
          other[0] = e;
          surest = speed;
        }
      }
    }
    for (int i = 0; i < line.n; i++) {
      line.z[i] += least * direction.multiplierMove[i];
    }
    for (int r = 0; r < line.m; r++) {
      line.y[r] += least * direction.rowMultiplierMove[r];
    }
    return true;
  }

  /**
   * Whether the multipliers that can be moved for ever prove that no portfolio meets the rows: with
   * these, v, what the bounds can make of (C'v)'w stays below what the limits ask of v'(Cw).
   */
  boolean isContradiction() {
    double asked = 0;
    double terms = 0;
    for (int r = 0; r < line.m; r++) {
      double v = direction.rowMultiplierMove[r];
      if (v != 0) {
        double term = v * (v > 0 ? line.rowLower[r] : line.rowUpper[r]);
        asked += term;
        terms += Math.abs(term);
      }
    }
    for (int i = 0; i < line.n; i++) {
      double v = -direction.multiplierMove[i];
      if (!isNoise(v, direction.trust[i])) {
        double term = v * (v > 0 ? line.upper[i] : line.lower[i]);
        asked -= term;
        terms += Math.abs(term);
      }
    }
    return asked > CONTRADICTION * terms;
  }
}
