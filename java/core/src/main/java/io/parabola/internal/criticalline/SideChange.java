package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.LineState.IDLE;
import static io.parabola.internal.criticalline.LineState.LOWER;
import static io.parabola.internal.criticalline.LineState.UPPER;

import java.util.Arrays;
import java.util.function.DoubleConsumer;

/**
 * What an event does: the asset or row changes sides, and where the equations would have no
 * solution then, or more than one, something else does in its stead.
 */
final class SideChange {
  private final LineState line;
  private final LineDirection direction;
  private final NextEvent events;
  private final Jump jump;
  private final MultiplierShift shift;
  private final DoubleConsumer beforeJump;
  private final double[] rowRight;
  private final double[] rowOut;

  /**
   * For one line.
   *
   * @param beforeJump told of the length of each jump before it is made
   */
  SideChange(
      LineState line,
      LineDirection direction,
      NextEvent events,
      Jump jump,
      MultiplierShift shift,
      DoubleConsumer beforeJump) {
    this.line = line;
    this.direction = direction;
    this.events = events;
    this.jump = jump;
    this.shift = shift;
    this.beforeJump = beforeJump;
    rowRight = new double[line.m];
    rowOut = new double[line.m];
  }

  /**
   * Lets it happen.
   *
   * @param event an asset, or n plus a row
   * @return null if the line goes on; INFEASIBLE if nothing can give way, RISKLESS if the direction
   *     of the weights has no end, and nothing has changed then
   */
  Outcome of(int event) {
    return event < line.n ? change(event) : changeRow(event - line.n);
  }

  private Outcome change(int i) {
    if (line.side[i] == FREE) {
      return fix(i, direction.weightMove[i] > 0);
    }
    double sign = direction.multiplierMove[i] < 0 ? 1 : -1;
    return release(i, sign);
  }

  private Outcome changeRow(int r) {
    if (line.side[line.n + r] == IDLE) {
      boolean equality = line.rowLower[r] == line.rowUpper[r];
      return activate(
          r,
          equality
              ? direction.activityMove[r] + line.upperShift[r] > 0
              : events.stepUp(r) < events.stepDown(r));
    }
    return relax(r);
  }

  /** A free weight stays at its bound. */
  private Outcome fix(int i, boolean atUpper) {
    int place = line.free.place[i];
    boolean needed = direction.isNeeded(i);
    int[] other = {-1};
    if (needed) {
      Arrays.fill(shift.right, 0, line.free.size, 0);
      shift.right[place] = 1;
      if (!shift.shift(atUpper ? 1 : -1, -1, other)) {
        return Outcome.INFEASIBLE;
      }
    }
    line.settle(i, atUpper);
    line.free.remove(i);
    return needed ? giveWay(other[0]) : null;
  }

  /** Lets go of what a shift of multipliers came upon; there is curvature for it. */
  private Outcome giveWay(int other) {
    if (other >= line.n) {
      int r = other - line.n;
      line.side[other] = IDLE;
      line.y[r] = 0;
      line.refactor(-1, r, -1);
    } else {
      line.z[other] = 0;
      line.column(other);
      line.unsettle(other);
      line.admit(other);
      if (line.side[other] != FREE) {
        return Outcome.LOST;
      }
    }
    return null;
  }

  /** An asset leaves its bound. */
  private Outcome release(int j, double sign) {
    line.column(j);
    if (line.free.add(j)) {
      line.unsettle(j);
      line.side[j] = FREE;
      return null;
    }
    double trusted = jump.ray(j, sign);
    double[] limit = {Double.POSITIVE_INFINITY};
    int blocker = jump.blocker(j, sign, trusted, true, limit);
    if (blocker < 0) {
      return Outcome.RISKLESS;
    }
    beforeJump.accept(limit[0]);
    line.unsettle(j);
    jump.go(limit[0]);
    if (blocker == j) {
      line.settle(j, sign > 0);
    } else if (blocker < line.n) {
      line.settle(blocker, direction.weightMove[blocker] > 0);
      line.free.remove(blocker);
      line.admit(j);
    } else {
      int r = blocker - line.n;
      line.side[blocker] = direction.activityMove[r] > 0 ? UPPER : LOWER;
      line.side[j] = FREE;
      line.refactor(j, -1, r);
    }
    return null;
  }

  /** A row becomes active. */
  private Outcome activate(int r, boolean atUpper) {
    int[] with = Arrays.copyOf(line.free.row, line.free.rowCount + 1);
    with[line.free.rowCount] = r;
    int[] other = {-1};
    if (!line.free.areIndependent(with, line.free.rowCount + 1, -1)) {
      for (int q = 0; q < line.free.size; q++) {
        shift.right[q] = line.rows[r][line.free.asset[q]];
      }
      if (!shift.shift(atUpper ? 1 : -1, r, other)) {
        return Outcome.INFEASIBLE;
      }
    }
    line.side[line.n + r] = atUpper ? UPPER : LOWER;
    if (other[0] >= line.n) {
      line.side[other[0]] = IDLE;
      line.y[other[0] - line.n] = 0;
      line.refactor(-1, other[0] - line.n, r);
    } else {
      if (other[0] >= 0) {
        line.z[other[0]] = 0;
        line.column(other[0]);
        line.unsettle(other[0]);
        line.side[other[0]] = FREE;
      }
      line.refactor(other[0], -1, r);
    }
    return null;
  }

  /** An active row is left. */
  private Outcome relax(int r) {
    int a = 0;
    while (line.free.row[a] != r) {
      a++;
    }
    double sign = line.side[line.n + r] == LOWER ? 1 : -1;
    if (line.free.curvatureWithout(a) > 0x1p-40) {
      line.side[line.n + r] = IDLE;
      line.y[r] = 0;
      line.refactor(-1, r, -1);
      return null;
    }
    Arrays.fill(direction.move, 0, line.free.size, 0);
    Arrays.fill(rowRight, 0, line.free.rowCount, 0);
    rowRight[a] = sign;
    line.free.solve(rowRight, direction.move, rowOut);
    direction.spreadMove(1);
    double trusted = 0;
    for (int q = 0; q < line.free.size; q++) {
      trusted =
          Math.max(
              trusted,
              Math.abs(direction.move[q]) * Math.sqrt(line.free.diagonal[line.free.asset[q]]));
    }
    double[] limit = {Double.POSITIVE_INFINITY};
    direction.activityMove[r] = sign;
    int blocker = jump.blocker(line.n + r, sign, trusted, true, limit);
    if (blocker < 0) {
      return Outcome.RISKLESS;
    }
    beforeJump.accept(limit[0]);
    jump.go(limit[0]);
    if (blocker == line.n + r) {
      line.side[line.n + r] = line.side[line.n + r] == LOWER ? UPPER : LOWER;
      return null;
    }
    line.side[line.n + r] = IDLE;
    line.y[r] = 0;
    if (blocker < line.n) {
      line.settle(blocker, direction.weightMove[blocker] > 0);
      line.free.remove(blocker);
      line.refactor(-1, r, -1);
    } else {
      line.side[blocker] = direction.activityMove[blocker - line.n] > 0 ? UPPER : LOWER;
      line.refactor(-1, r, blocker - line.n);
    }
    return null;
  }
}
