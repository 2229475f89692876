package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.LineState.IDLE;
import static io.parabola.internal.criticalline.LineState.LOOSE;
import static io.parabola.internal.criticalline.LineState.LOWER;
import static io.parabola.internal.criticalline.LineState.UPPER;
import static io.parabola.internal.criticalline.Rounding.NOISE;
import static io.parabola.internal.criticalline.Rounding.NOTHING;
import static io.parabola.internal.criticalline.Rounding.ROUNDING;
import static io.parabola.internal.criticalline.Rounding.isNoise;
import static io.parabola.internal.criticalline.Vectors.largest;

import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * Where the line begins: a portfolio within the bounds and the budget, near the one of least
 * variance if the hint is, and the linear term and row limits of which it is the solution.
 */
final class LineStart {
  private final LineState line;
  private final Refinement refinement;
  private final Jump jump;
  private final int attempt;

  /**
   * For one line.
   *
   * @param attempt another number comes by another way
   */
  LineStart(LineState line, Refinement refinement, Jump jump, int attempt) {
    this.line = line;
    this.refinement = refinement;
    this.jump = jump;
    this.attempt = attempt;
  }

  /** A portfolio within the bounds and the budget, and the linear term that makes it optimal. */
  void from(double[] hint) {
    Integer[] byVariance = new Integer[line.n];
    for (int i = 0; i < line.n; i++) {
      byVariance[i] = i;
      double inside = hint != null && Double.isFinite(hint[i]) ? hint[i] : 0;
      if (hint == null && Double.isFinite(line.lower[i])) {
        inside = line.lower[i];
      }
      line.w[i] = Math.min(Math.max(inside, line.lower[i]), line.upper[i]);
    }
    Arrays.sort(byVariance, (i, j) -> Double.compare(line.deviation[i], line.deviation[j]));
    meetBudget(byVariance);
    Arrays.fill(line.side, line.n, line.n + line.m, IDLE);
    int[] inner = new int[line.n];
    int count = 0;
    int movable = -1;
    for (int i : byVariance) {
      if (line.lower[i] == line.upper[i]) {
        line.side[i] = LOWER;
        continue;
      }
      movable = movable < 0 ? i : movable;
      line.side[i] =
          line.w[i] <= line.lower[i] ? LOWER : line.w[i] >= line.upper[i] ? UPPER : LOOSE;
      if (line.side[i] == LOOSE) {
        inner[count++] = i;
      }
    }
    if (count == 0 && movable >= 0) {
      inner[count++] = movable;
    }
    line.slope = new double[line.n];
    line.free.clear(new int[] {0}, movable >= 0 ? 1 : 0, line.slope);
    line.side[line.n] = movable >= 0 ? LOWER : IDLE;
    line.free.rescale(inner, count);
    for (int q = 0; q < count; q++) {
      line.column(inner[q]);
      if (line.free.add(inner[q])) {
        line.side[inner[q]] = FREE;
      }
    }
    for (int q = 0; q < count; q++) {
      if (line.side[inner[q]] == LOOSE) {
        jump.slide(inner[q]);
      }
    }
    refinement.renew();
    refinement.gradient();
    line.measure();
    double level = count == 0 ? 0 : line.z[line.free.asset[0]];
    line.y[0] = level;
    for (int i = 0; i < line.n; i++) {
      line.z[i] -= level;
      double unsettled = line.z[i];
      if (line.side[i] == LOWER || line.side[i] == UPPER) {
        double wrong = line.side[i] == LOWER ? -line.z[i] : line.z[i];
        if (line.lower[i] == line.upper[i]
            || !(wrong > NOISE * (line.deviation[i] * line.risk + Math.abs(level)))) {
          continue;
        }
        // Not all at one t: by different margins on the right side.
        unsettled *= 1 + spread(i);
      }
      line.base[i] = unsettled;
      line.slope[i] = -unsettled;
      line.z[i] -= unsettled;
    }
    line.slopeNothing = line.nothing + NOTHING * largest(line.slope);
    line.free.setSlope(line.slope);
    line.measure();
    for (int r = 0; r < line.m; r++) {
      line.activity[r] = refinement.sum(line.rows[r]);
      if (r == 0) {
        continue;
      }
      double rounding = 4 * ROUNDING * refinement.largestTerm(r);
      double miss = line.rowLower[r] - line.activity[r];
      double excess = line.activity[r] - line.rowUpper[r];
      if (line.rowLower[r] == line.rowUpper[r]) {
        line.lowerShift[r] = isNoise(excess, rounding) ? 0 : excess;
        line.upperShift[r] = line.lowerShift[r];
      } else {
        line.lowerShift[r] = miss > rounding ? -(1 + spread(line.n + r)) * miss : 0;
        line.upperShift[r] = excess > rounding ? (1 + spread(line.n + r)) * excess : 0;
      }
    }
    line.t = 0;
    refinement.refresh();
  }

  /** Different for each index and attempt, between 0.5 and 1. */
  private double spread(int index) {
    double golden = (index + 1) * 0.6180339887498949 + attempt * 0.41421356237309515 * (index + 1);
    return 0.5 + 0.5 * (golden - Math.floor(golden));
  }

  private void meetBudget(Integer[] order) {
    for (int pass = 0; pass < 2; pass++) {
      double left = line.rowLower[0] - ScenarioRules.sum(line.w);
      // First what is inside its bounds already, then anything.
      for (int i : order) {
        boolean inside = line.w[i] > line.lower[i] && line.w[i] < line.upper[i];
        if (left != 0 && (inside || pass > 0)) {
          double to = Math.min(Math.max(line.w[i] + left, line.lower[i]), line.upper[i]);
          left -= to - line.w[i];
          line.w[i] = to;
        }
      }
    }
  }
}
