package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.LineState.IDLE;
import static io.parabola.internal.criticalline.Rounding.NOISE;
import static io.parabola.internal.criticalline.Rounding.TIE;
import static io.parabola.internal.criticalline.Rounding.isNoise;

import java.util.Arrays;

/**
 * Moves of the portfolio at one t, in a direction without curvature: where an asset that is to
 * become free, or a row that is to be left, opens one, to the first limit in the way.
 */
final class Jump {
  private final LineState line;
  private final LineDirection direction;
  private final NextEvent events;

  Jump(LineState line, LineDirection direction, NextEvent events) {
    this.line = line;
    this.direction = direction;
    this.events = events;
  }

  /** Moves an asset without curvature, whose slope is zero as yet, to the first limit. */
  void slide(int j) {
    if (line.free.add(j)) {
      line.side[j] = FREE;
      return;
    }
    for (double sign = 1; sign >= -1; sign -= 2) {
      double trusted = ray(j, sign);
      double[] limit = {Double.POSITIVE_INFINITY};
      int blocker = blocker(j, sign, trusted, false, limit);
      if (blocker >= 0) {
        go(limit[0]);
        line.settle(blocker, direction.weightMove[blocker] > 0);
        if (blocker != j) {
          line.free.remove(blocker);
          line.admit(j);
        }
        return;
      }
    }
  }

  /**
   * The direction without curvature that a refused asset opens, into {@link
   * LineDirection#weightMove}.
   */
  double ray(int j, double sign) {
    double trusted = line.free.solveEntrant(j, direction.move);
    direction.spreadMove(sign);
    direction.weightMove[j] = sign;
    return trusted;
  }

  /**
   * The first limit in the way of {@link LineDirection#weightMove}: an asset, n plus a row, or −1.
   *
   * @param mover what makes the move, whose own other limit counts too
   * @param size what weights move by, times the root of H's diagonal: less than its rounding is
   *     nothing
   * @param limit [0]: how far it is
   */
  int blocker(int mover, double sign, double size, boolean withRows, double[] limit) {
    double most = Double.POSITIVE_INFINITY;
    Arrays.fill(events.steps, Double.POSITIVE_INFINITY);
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      direction.trust[i] = 64 * NOISE * size / Math.sqrt(line.free.diagonal[i]);
      if (!isNoise(direction.weightMove[i], direction.trust[i])) {
        events.steps[i] =
            NextEvent.reach(events.room(i, direction.weightMove[i]), direction.weightMove[i]);
      }
    }
    if (mover < line.n) {
      direction.trust[mover] = NOISE;
      events.steps[mover] =
          NextEvent.reach((sign > 0 ? line.upper[mover] : line.lower[mover]) - line.w[mover], sign);
    }
    for (int r = 0; r < line.m && withRows; r++) {
      if (line.side[line.n + r] == IDLE) {
        double speed = line.dotFree(line.rows[r], direction.weightMove);
        double noise = 0;
        for (int q = 0; q < line.free.size; q++) {
          noise += Math.abs(line.rows[r][line.free.asset[q]]) * direction.trust[line.free.asset[q]];
        }
        if (mover < line.n) {
          speed += line.rows[r][mover] * sign;
          noise += NOISE * Math.abs(line.rows[r][mover]);
        }
        direction.activityMove[r] = speed;
        direction.trust[line.n + r] = noise;
        if (!isNoise(speed, noise)) {
          events.steps[line.n + r] =
              NextEvent.reach(
                  (speed > 0 ? line.upperLimit(r) : line.lowerLimit(r)) - line.activity[r], speed);
        }
      } else if (mover == line.n + r) {
        direction.trust[line.n + r] = NOISE;
        events.steps[line.n + r] = line.upperLimit(r) - line.lowerLimit(r);
      }
    }
    for (double step : events.steps) {
      most = Math.min(most, step);
    }
    if (most == Double.POSITIVE_INFINITY) {
      return -1;
    }
    int chosen = -1;
    double surest = -1;
    for (int e = 0; e < line.n + line.m; e++) {
      if (events.steps[e] <= most * (1 + TIE)) {
        double speed =
            Math.abs(e < line.n ? direction.weightMove[e] : direction.activityMove[e - line.n])
                / direction.trust[e];
        if (speed > surest) {
          chosen = e;
          surest = speed;
        }
      }
    }
    limit[0] = most;
    return chosen;
  }

  void go(double length) {
    for (int i = 0; i < line.n; i++) {
      line.w[i] += length * direction.weightMove[i];
    }
  }
}
