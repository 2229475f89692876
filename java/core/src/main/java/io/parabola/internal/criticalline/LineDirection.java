package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.LineState.IDLE;
import static io.parabola.internal.criticalline.Refinement.CORRECTIONS;
import static io.parabola.internal.criticalline.Rounding.NOISE;
import static io.parabola.internal.criticalline.Rounding.NOTHING;
import static io.parabola.internal.criticalline.Rounding.ROUNDING;
import static io.parabola.internal.criticalline.Rounding.isNoise;
import static io.parabola.internal.criticalline.Rounding.ratio;
import static io.parabola.internal.criticalline.Vectors.axpy;

import java.util.Arrays;

/**
 * How weights and multipliers change with t while the free assets and the active rows stay what
 * they are, and to what that is known: less than {@link #trust} is rounding.
 */
final class LineDirection {
  private final LineState line;
  private final Refinement refinement;

  /** d(w, z, y, Cw)/dt. */
  final double[] weightMove;

  final double[] multiplierMove;
  final double[] rowMultiplierMove;
  final double[] activityMove;

  /** w's by place in the free set. */
  final double[] move;

  /** What is known of the change with t that decides it: less than this is rounding [n + m]. */
  final double[] trust;

  /** What rounding of rows makes of the free weights' moves. */
  private final double[] rowSway;

  /** Right sides and results of equations, by place and by active row. */
  private final double[] right;

  private final double[] rowRight;
  private final double[] rowOut;

  LineDirection(LineState line, Refinement refinement) {
    this.line = line;
    this.refinement = refinement;
    weightMove = new double[line.n];
    multiplierMove = new double[line.n];
    rowMultiplierMove = new double[line.m];
    activityMove = new double[line.m];
    move = new double[line.n];
    trust = new double[line.n + line.m];
    rowSway = new double[line.n];
    right = new double[line.n];
    rowRight = new double[line.m];
    rowOut = new double[line.m];
  }

  /**
   * {@link Refinement#refresh} and d(w, z, y, Cw)/dt with F and C as they are; together, because
   * reading Σ is what both take their time for.
   */
  void refreshAndFindDirection() {
    refinement.measure();
    for (int a = 0; a < line.free.rowCount; a++) {
      rowRight[a] = line.limitSlope(line.free.row[a]);
    }
    double before = line.free.solveSlope(rowRight, move, rowOut);
    spreadMove(1);
    Arrays.fill(rowMultiplierMove, 0);
    for (int a = 0; a < line.free.rowCount; a++) {
      rowMultiplierMove[line.free.row[a]] = rowOut[a];
    }
    System.arraycopy(line.atBounds, 0, line.product, 0, line.n);
    startMultiplierMove();
    line.addProducts(line.w, line.product, weightMove, multiplierMove);
    refinement.findMultipliers();
    refinement.correct();
    refineDirection(before);
  }

  private void refineDirection(double before) {
    int k = line.free.size;
    trustMultipliers(before);
    double size = line.size(weightMove);
    for (int pass = 0; pass < CORRECTIONS; pass++) {
      double worst = 0;
      for (int q = 0; q < k; q++) {
        int i = line.free.asset[q];
        right[q] = -multiplierMove[i];
        worst = Math.max(worst, ratio(right[q], multiplierNoise(i, size)));
      }
      for (int a = 0; a < line.free.rowCount; a++) {
        double[] row = line.rows[line.free.row[a]];
        rowRight[a] = line.limitSlope(line.free.row[a]) - line.dotFree(row, weightMove);
        worst = Math.max(worst, ratio(rowRight[a], sumNoise(row)));
      }
      if (!(worst > 1)) {
        break;
      }
      line.free.solve(rowRight, right, rowOut);
      for (int q = 0; q < k; q++) {
        weightMove[line.free.asset[q]] += right[q];
      }
      for (int a = 0; a < line.free.rowCount; a++) {
        rowMultiplierMove[line.free.row[a]] += rowOut[a];
      }
      findMultiplierMove();
      size = line.size(weightMove);
    }
    for (int q = 0; q < k; q++) {
      trust[line.free.asset[q]] = multiplierNoise(line.free.asset[q], size);
    }
    trustWeights(before);
    double sway = 0;
    for (int q = 0; q < k; q++) {
      sway += line.deviation[line.free.asset[q]] * trust[line.free.asset[q]];
    }
    for (int i = 0; i < line.n; i++) {
      if (line.side[i] != FREE) {
        trust[i] = multiplierNoise(i, size) + line.deviation[i] * sway;
      }
    }
    for (int r = 0; r < line.m; r++) {
      if (line.side[line.n + r] == IDLE) {
        activityMove[r] = line.dotFree(line.rows[r], weightMove);
        trust[line.n + r] = 0;
        for (int q = 0; q < k; q++) {
          int i = line.free.asset[q];
          trust[line.n + r] += Math.abs(line.rows[r][i]) * trust[i];
        }
      } else {
        activityMove[r] = line.limitSlope(r);
      }
    }
  }

  /** What the changes of multipliers are known to, and rounding of rows in those of weights. */
  private void trustMultipliers(double before) {
    Arrays.fill(rowSway, 0);
    for (int b = 0; b < line.free.rowCount; b++) {
      double noise;
      if (line.free.rowCount == 1) {
        noise = NOISE * before * line.free.multiplierSize(b);
      } else {
        line.free.solveRow(b, right, rowOut);
        noise = roundedBy(right);
        double rounding = NOISE * largestFreeTerm(line.rows[line.free.row[b]]);
        for (int q = 0; q < line.free.size; q++) {
          rowSway[line.free.asset[q]] += rounding * Math.abs(right[q]);
        }
      }
      trust[line.n + line.free.row[b]] = noise;
    }
  }

  /**
   * What the moves of free weights are known to: the rounding of the gradient over the curvature
   * that a weight meets, which is its own variance or that of the cheapest other that pays for it.
   */
  private void trustWeights(double before) {
    int cheapest = -1;
    double next = Double.POSITIVE_INFINITY;
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      if (cheapest < 0 || line.free.diagonal[i] < line.free.diagonal[cheapest]) {
        next = cheapest < 0 ? next : line.free.diagonal[cheapest];
        cheapest = i;
      } else {
        next = Math.min(next, line.free.diagonal[i]);
      }
    }
    double rounding = 0;
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      rounding =
          Math.max(rounding, trust[i] / Math.sqrt(i == cheapest ? next : line.free.diagonal[i]));
    }
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      double noise = rounding / Math.sqrt(i == cheapest ? next : line.free.diagonal[i]);
      double nothing = NOTHING * before / Math.sqrt(line.free.diagonal[i]);
      double speed = Math.abs(weightMove[i]);
      // In doubt, exactly: the weight's response to a rounding of each part of the gradient.
      trust[i] =
          speed > nothing + rowSway[i] && !(speed > noise) ? Math.max(response(i), nothing) : noise;
      trust[i] = Math.max(trust[i], nothing) + rowSway[i];
    }
  }

  /** What rounding of the gradient makes of one weight's move. */
  private double response(int i) {
    Arrays.fill(right, 0, line.free.size, 0);
    Arrays.fill(rowRight, 0, line.free.rowCount, 0);
    right[line.free.place[i]] = 1;
    line.free.solve(rowRight, right, rowOut);
    return roundedBy(right);
  }

  /** What roundings of the gradient come to if one answers to them like this, by place. */
  private double roundedBy(double[] responses) {
    double size = line.size(weightMove);
    double rounding = 0;
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      double terms = line.deviation[i] * size + Math.abs(line.slope[i]);
      for (int a = 0; a < line.free.rowCount; a++) {
        terms += Math.abs(rowMultiplierMove[line.free.row[a]] * line.rows[line.free.row[a]][i]);
      }
      rounding += Math.abs(responses[q]) * terms;
    }
    return NOISE * rounding;
  }

  /** What the change of an asset's multiplier is known to, Σ |dw/dt| σ being given. */
  private double multiplierNoise(int i, double size) {
    double noise = NOISE * (line.deviation[i] * size + Math.abs(line.slope[i])) + line.slopeNothing;
    for (int a = 0; a < line.free.rowCount; a++) {
      noise += trust[line.n + line.free.row[a]] * Math.abs(line.rows[line.free.row[a]][i]);
    }
    return noise;
  }

  /** Σ weightMove − slope − C' rowMultiplierMove. */
  private void findMultiplierMove() {
    startMultiplierMove();
    line.addProduct(weightMove, multiplierMove);
  }

  private void startMultiplierMove() {
    for (int i = 0; i < line.n; i++) {
      multiplierMove[i] = -line.slope[i];
    }
    for (int r = 0; r < line.m; r++) {
      axpy(-rowMultiplierMove[r], line.rows[r], multiplierMove);
    }
  }

  /** What rounding makes of the sum of a row's terms: of the largest, and of each. */
  private double sumNoise(double[] row) {
    double largest = 0;
    double terms = 0;
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      double term = Math.abs(row[i] * weightMove[i]);
      largest = Math.max(largest, term);
      terms += term;
    }
    return Math.max(ROUNDING * largest, Math.ulp(1.0) * terms);
  }

  private double largestFreeTerm(double[] row) {
    double largest = 0;
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      largest = Math.max(largest, Math.abs(row[i] * weightMove[i]));
    }
    return largest;
  }

  /** From places in the free set to assets. */
  void spreadMove(double sign) {
    Arrays.fill(weightMove, 0);
    for (int q = 0; q < line.free.size; q++) {
      weightMove[line.free.asset[q]] = sign * move[q];
    }
  }

  /** Whether a free weight cannot move because active rows, which stay where they are, hold it. */
  boolean isHeld(int i) {
    for (int a = 0; a < line.free.rowCount; a++) {
      if (line.limitSlope(line.free.row[a]) != 0) {
        return false;
      }
    }
    return isNeeded(i);
  }

  /** Whether without this asset the active rows could not be met one by one. */
  boolean isNeeded(int i) {
    return line.free.rowCount > 0
        && !line.free.areIndependent(line.free.row, line.free.rowCount, line.free.place[i]);
  }

  void advance(double step) {
    if (step == 0) {
      return;
    }
    for (int i = 0; i < line.n; i++) {
      line.w[i] += step * weightMove[i];
      line.z[i] += step * multiplierMove[i];
    }
    for (int r = 0; r < line.m; r++) {
      line.y[r] += step * rowMultiplierMove[r];
      line.activity[r] += step * activityMove[r];
    }
  }

  /** How the weights go on if nothing changes sides any more, per unit of t. */
  double[] certainWeightMove() {
    double[] certain = new double[line.n];
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      certain[i] = isNoise(weightMove[i], trust[i]) ? 0 : weightMove[i];
    }
    return certain;
  }
}
