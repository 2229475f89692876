package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.LineState.IDLE;
import static io.parabola.internal.criticalline.LineState.LOWER;
import static io.parabola.internal.criticalline.LineState.UPPER;
import static io.parabola.internal.criticalline.Rounding.NOISE;
import static io.parabola.internal.criticalline.Rounding.ROUNDING;
import static io.parabola.internal.criticalline.Rounding.TIE;
import static io.parabola.internal.criticalline.Rounding.isNoise;

/**
 * What happens next on the line: the first of the free weights and idle rows to meet a limit, and
 * of the multipliers to lose their sign.
 */
final class NextEvent {
  private final LineState line;
  private final Refinement refinement;
  private final LineDirection direction;

  /** How far each asset and row [n + m] is from changing sides. */
  final double[] steps;

  /** What turned out to lead nowhere, as long as nothing else changes [n + m]. */
  final boolean[] ignored;

  NextEvent(LineState line, Refinement refinement, LineDirection direction) {
    this.line = line;
    this.refinement = refinement;
    this.direction = direction;
    steps = new double[line.n + line.m];
    ignored = new boolean[line.n + line.m];
  }

  /**
   * Fills {@link #steps} and finds what happens next; of what happens together, the most certain,
   * or that of least index. −1 if nothing does.
   */
  int find(boolean least) {
    double first = Double.POSITIVE_INFINITY;
    for (int i = 0; i < line.n; i++) {
      steps[i] = ignored[i] ? Double.POSITIVE_INFINITY : step(i);
      first = Math.min(first, steps[i]);
    }
    for (int r = 0; r < line.m; r++) {
      steps[line.n + r] = ignored[line.n + r] ? Double.POSITIVE_INFINITY : rowStep(r);
      first = Math.min(first, steps[line.n + r]);
    }
    if (first == Double.POSITIVE_INFINITY) {
      return -1;
    }
    double together = first + TIE * (line.t + first);
    int chosen = -1;
    double surest = -1;
    for (int e = 0; e < line.n + line.m; e++) {
      if (steps[e] <= together) {
        double speed = e < line.n ? speed(e) : rowSpeed(e - line.n);
        if (speed > surest && !(least && chosen >= 0)) {
          chosen = e;
          surest = speed;
        }
      }
    }
    return chosen;
  }

  double speed(int i) {
    return Math.abs(line.side[i] == FREE ? direction.weightMove[i] : direction.multiplierMove[i])
        / direction.trust[i];
  }

  double rowSpeed(int r) {
    double speed =
        line.side[line.n + r] == IDLE
            ? Math.abs(direction.activityMove[r])
                + Math.abs(line.lowerShift[r])
                + Math.abs(line.upperShift[r])
            : Math.abs(direction.rowMultiplierMove[r]);
    return speed / direction.trust[line.n + r];
  }

  double step(int i) {
    double none = Double.POSITIVE_INFINITY;
    if (line.side[i] == FREE) {
      double speed = direction.weightMove[i];
      return isNoise(speed, direction.trust[i]) ? none : reach(room(i, speed), speed);
    }
    double speed = direction.multiplierMove[i];
    if (isNoise(speed, direction.trust[i]) || line.lower[i] == line.upper[i]) {
      return none;
    }
    switch (line.side[i]) {
      case LOWER:
        return speed < 0 ? reach(-beyondNoise(line.z[i], refinement.zNoise(i)), speed) : none;
      case UPPER:
        return speed > 0 ? reach(beyondNoise(-line.z[i], refinement.zNoise(i)), speed) : none;
      default:
        return 0;
    }
  }

  double rowStep(int r) {
    double none = Double.POSITIVE_INFINITY;
    int e = line.n + r;
    if (line.side[e] == IDLE) {
      if (line.rowLower[r] == line.rowUpper[r]) {
        double apart = direction.activityMove[r] + line.lowerShift[r];
        return isNoise(apart, direction.trust[e] + NOISE * Math.abs(line.lowerShift[r])) ? none : 0;
      }
      return Math.min(stepDown(r), stepUp(r));
    }
    double speed = direction.rowMultiplierMove[r];
    if (line.rowLower[r] == line.rowUpper[r] || isNoise(speed, direction.trust[e])) {
      return none;
    }
    if (line.side[e] == LOWER) {
      return speed < 0 ? reach(-beyondNoise(line.y[r], refinement.yNoise(r)), speed) : none;
    }
    return speed > 0 ? reach(beyondNoise(-line.y[r], refinement.yNoise(r)), speed) : none;
  }

  double stepDown(int r) {
    double speed = direction.activityMove[r] + line.lowerShift[r];
    return speed < -direction.trust[line.n + r] && line.rowLower[r] > Double.NEGATIVE_INFINITY
        ? reach(line.lowerLimit(r) - line.activity[r], speed)
        : Double.POSITIVE_INFINITY;
  }

  double stepUp(int r) {
    double speed = direction.activityMove[r] + line.upperShift[r];
    return speed > direction.trust[line.n + r] && line.rowUpper[r] < Double.POSITIVE_INFINITY
        ? reach(line.upperLimit(r) - line.activity[r], speed)
        : Double.POSITIVE_INFINITY;
  }

  /** How far a weight is from the bound that it moves to; no distance if that is rounding. */
  double room(int i, double speed) {
    double bound = speed > 0 ? line.upper[i] : line.lower[i];
    if (Double.isInfinite(bound)) {
      return bound;
    }
    double distance = bound - line.w[i];
    return Math.abs(distance) > 0.25 * ROUNDING * (Math.abs(bound) + line.largest) ? distance : 0;
  }

  private static double beyondNoise(double multiplier, double noise) {
    return multiplier > noise ? multiplier : 0;
  }

  static double reach(double distance, double speed) {
    return Math.max(distance / speed, 0);
  }
}
