package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.LineState.UPPER;
import static io.parabola.internal.criticalline.Rounding.ROUNDING;
import static io.parabola.internal.criticalline.Rounding.ratio;
import static io.parabola.internal.criticalline.Vectors.axpy;

import java.util.Arrays;

/**
 * Weights and multipliers worked out anew from the data, and corrected by what rounding has left of
 * the equations of the free assets and the active rows.
 */
final class Refinement {
  /** Rounds of refinement; nearly always none or one is needed. */
  static final int CORRECTIONS = 8;

  /** How much more rounding the sum over weights at bounds may carry than it would if made anew. */
  private static final double RENEWAL = 1;

  /** What part of the risk a correction has to come to for the gradient to be made anew. */
  private static final double LARGE = 0x1p-10;

  private final LineState line;
  private final double[] correction;

  /** Right sides and results of equations, by place and by active row. */
  private final double[] right;

  private final double[] rowRight;
  private final double[] rowOut;

  Refinement(LineState line) {
    this.line = line;
    correction = new double[line.n];
    right = new double[line.n];
    rowRight = new double[line.m];
    rowOut = new double[line.m];
  }

  /** Everything from the data, corrected. */
  void refresh() {
    measure();
    gradient();
    correct();
  }

  /** The size of things, and Σw of what is not free where it has gathered rounding. */
  void measure() {
    line.measure();
    if (line.rounded > RENEWAL * line.risk) {
      renew();
    }
  }

  /** Σw over the weights that are not free, anew. */
  void renew() {
    line.rounded = 0;
    Arrays.fill(line.atBounds, 0);
    for (int i = 0; i < line.n; i++) {
      if (line.side[i] != FREE && line.w[i] != 0) {
        axpy(line.w[i], line.column(i), line.atBounds);
      }
    }
  }

  /** Σw, and z from it. */
  void gradient() {
    System.arraycopy(line.atBounds, 0, line.product, 0, line.n);
    line.addProduct(line.w, line.product);
    findMultipliers();
  }

  /** z = Σw − p(t) − C'y. */
  void findMultipliers() {
    for (int i = 0; i < line.n; i++) {
      line.z[i] = line.product[i] - (line.base[i] + line.t * line.slope[i]);
    }
    for (int r = 0; r < line.m; r++) {
      axpy(-line.y[r], line.rows[r], line.z);
    }
  }

  /** Corrects weights and multipliers, the gradient at them being known. */
  void correct() {
    for (int r = 0; r < line.m; r++) {
      line.activity[r] = sum(line.rows[r]);
    }
    for (int pass = 0; pass < CORRECTIONS; pass++) {
      double worst = 0;
      for (int q = 0; q < line.free.size; q++) {
        int i = line.free.asset[q];
        worst = Math.max(worst, ratio(line.z[i], 0.5 * zNoise(i)));
        right[q] = -line.z[i];
      }
      for (int a = 0; a < line.free.rowCount; a++) {
        int r = line.free.row[a];
        double limit = line.side[line.n + r] == UPPER ? line.upperLimit(r) : line.lowerLimit(r);
        rowRight[a] = limit - line.activity[r];
        worst = Math.max(worst, ratio(rowRight[a], 0.25 * ROUNDING * largestTerm(r)));
      }
      if (!(worst > 1)) {
        break;
      }
      line.free.solve(rowRight, right, rowOut);
      for (int q = 0; q < line.free.size; q++) {
        int i = line.free.asset[q];
        double to = line.w[i] + right[q];
        correction[i] = to - line.w[i];
        line.w[i] = to;
      }
      for (int a = 0; a < line.free.rowCount; a++) {
        line.y[line.free.row[a]] += rowOut[a];
      }
      if (line.size(correction) > LARGE * line.risk) {
        // The old gradient's rounding may be larger than all of the new one.
        measure();
        gradient();
      } else {
        line.addProduct(correction, line.product);
        findMultipliers();
      }
      for (int r = 0; r < line.m; r++) {
        line.activity[r] += line.dotFree(line.rows[r], correction);
      }
    }
  }

  /** What multipliers are known to: no more than a rounding of their terms. */
  double zNoise(int i) {
    double terms =
        line.deviation[i] * line.risk + Math.abs(line.base[i]) + Math.abs(line.t * line.slope[i]);
    return ROUNDING * terms + line.nothing;
  }

  double yNoise(int r) {
    double noise = 0;
    double coefficient = 0;
    for (int q = 0; q < line.free.size; q++) {
      int i = line.free.asset[q];
      if (line.rows[r][i] != 0) {
        noise = Math.max(noise, zNoise(i));
        coefficient = Math.max(coefficient, Math.abs(line.rows[r][i]));
      }
    }
    return coefficient == 0 ? 0 : noise / coefficient;
  }

  double largestTerm(int r) {
    double[] row = line.rows[r];
    double least = Math.ulp(line.largest);
    double most = 0;
    for (int i = 0; i < line.n; i++) {
      most = Math.max(most, Math.abs(row[i]) * Math.max(Math.abs(line.w[i]), least));
    }
    return most;
  }

  double sum(double[] row) {
    double sum = 0;
    double lost = 0;
    for (int i = 0; i < line.n; i++) {
      double term = row[i] * line.w[i];
      double next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
    }
    return sum + lost;
  }
}
