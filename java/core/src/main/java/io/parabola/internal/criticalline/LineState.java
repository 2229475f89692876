package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.Rounding.NOTHING;
import static io.parabola.internal.criticalline.Vectors.axpy;
import static io.parabola.internal.criticalline.Vectors.axpy4;
import static io.parabola.internal.criticalline.Vectors.largest;

import java.util.Arrays;

/**
 * The problem, and where on its line one is: which assets and rows are on which side, weights,
 * multipliers and what follows from them; and how an asset or a row changes sides.
 *
 * <p>Sizes are n assets and m rows, the budget among them. Fields are open to the steps of the
 * method, which share them; {@link CriticalLine} says what they mean.
 */
final class LineState {
  static final byte FREE = 0;
  static final byte LOWER = 1;
  static final byte UPPER = 2;

  /** Not free for want of curvature, but between its bounds. */
  static final byte LOOSE = 3;

  /** A row that is met with room to spare. */
  static final byte IDLE = 4;

  final int n;

  /** The number of rows, of which the budget is the first. */
  final int m;

  private final CovarianceColumns source;

  /** Σ's columns, as far as they are known. */
  final double[][] columns;

  final double[] deviation;
  final double largestDeviation;
  final double[] mu;
  final double[] lower;
  final double[] upper;
  final double[][] rows;
  final double[] rowLower;
  final double[] rowUpper;

  /** By how much the limits of a row are off at t = 0; all gone at t = 1. */
  final double[] lowerShift;

  final double[] upperShift;

  final FreeSet free;

  /** FREE, LOWER, UPPER or LOOSE of the n assets, then IDLE, LOWER or UPPER of the m rows. */
  final byte[] side;

  final double[] w;
  final double[] z;
  final double[] y;

  /** C w [m]. */
  final double[] activity;

  /** Σw [n]. */
  final double[] product;

  /** p(t) = base + t slope [n]. */
  final double[] base;

  double[] slope;
  double t;

  /** Σ |w| σ, and the largest |w|. */
  double risk;

  double largest;

  /** A multiplier, and a multiplier's change with t, that are nothing beside the largest. */
  final double nothing;

  double slopeNothing;

  /** Σw of the weights that are not free [n], and Σ |w| σ of the changes added up in it. */
  final double[] atBounds;

  double rounded;

  LineState(LineProblem problem) {
    n = problem.size();
    rows = problem.allRows();
    m = rows.length;
    source = problem.covariance();
    columns = new double[n][];
    mu = problem.expectedReturns();
    lower = problem.lower();
    upper = problem.upper();
    rowLower = problem.allLower();
    rowUpper = problem.allUpper();
    lowerShift = new double[m];
    upperShift = new double[m];
    deviation = new double[n];
    double[] variance = new double[n];
    for (int i = 0; i < n; i++) {
      variance[i] = source.variance(i);
      deviation[i] = Math.sqrt(variance[i]);
    }
    largestDeviation = Arrays.stream(deviation).max().orElse(0);
    nothing = NOTHING * (largestDeviation == 0 ? 1 : largestDeviation * largestDeviation);
    free = new FreeSet(columns, variance, rows);
    side = new byte[n + m];
    w = new double[n];
    z = new double[n];
    y = new double[m];
    activity = new double[m];
    product = new double[n];
    base = new double[n];
    atBounds = new double[n];
  }

  /**
   * Another linear term: p(t) = t slope from now on, with t = 0, and the rows where they belong.
   */
  void restart(double[] slope) {
    t = 0;
    Arrays.fill(base, 0);
    Arrays.fill(lowerShift, 0);
    Arrays.fill(upperShift, 0);
    this.slope = slope;
    slopeNothing = NOTHING * largest(slope);
    free.setSlope(slope);
  }

  double limitSlope(int r) {
    return side[n + r] == UPPER ? -upperShift[r] : -lowerShift[r];
  }

  double lowerLimit(int r) {
    return rowLower[r] + (lowerShift[r] == 0 ? 0 : (1 - t) * lowerShift[r]);
  }

  double upperLimit(int r) {
    return rowUpper[r] + (upperShift[r] == 0 ? 0 : (1 - t) * upperShift[r]);
  }

  double[] column(int i) {
    if (columns[i] == null) {
      columns[i] = source.column(i);
    }
    return columns[i];
  }

  void measure() {
    largest = largest(w);
    risk = LineCertificate.risk(w, deviation, largestDeviation);
  }

  /** Σ |x| σ over the free assets. */
  double size(double[] x) {
    double size = 0;
    for (int q = 0; q < free.size; q++) {
      size += Math.abs(x[free.asset[q]]) * deviation[free.asset[q]];
    }
    return size;
  }

  double dotFree(double[] a, double[] x) {
    double sum = 0;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      sum += a[i] * x[i];
    }
    return sum;
  }

  /** target += Σ x over the free assets. */
  void addProduct(double[] x, double[] target) {
    int k = free.size;
    int q = 0;
    for (; q + 3 < k; q += 4) {
      axpy4(
          x[free.asset[q]],
          columns[free.asset[q]],
          x[free.asset[q + 1]],
          columns[free.asset[q + 1]],
          x[free.asset[q + 2]],
          columns[free.asset[q + 2]],
          x[free.asset[q + 3]],
          columns[free.asset[q + 3]],
          target);
    }
    for (; q < k; q++) {
      axpy(x[free.asset[q]], columns[free.asset[q]], target);
    }
  }

  /** target += Σ x and otherTarget += Σ other, over the free assets. */
  void addProducts(double[] x, double[] target, double[] other, double[] otherTarget) {
    int k = free.size;
    int q = 0;
    for (; q + 3 < k; q += 4) {
      int a = free.asset[q];
      int b = free.asset[q + 1];
      int c = free.asset[q + 2];
      int d = free.asset[q + 3];
      axpy4(x[a], columns[a], x[b], columns[b], x[c], columns[c], x[d], columns[d], target);
      axpy4(
          other[a],
          columns[a],
          other[b],
          columns[b],
          other[c],
          columns[c],
          other[d],
          columns[d],
          otherTarget);
    }
    for (; q < k; q++) {
      axpy(x[free.asset[q]], columns[free.asset[q]], target);
      axpy(other[free.asset[q]], columns[free.asset[q]], otherTarget);
    }
  }

  /** A weight is at its bound from now on. */
  void settle(int i, boolean atUpper) {
    w[i] = atUpper ? upper[i] : lower[i];
    side[i] = atUpper ? UPPER : LOWER;
    z[i] = 0;
    if (w[i] != 0) {
      axpy(w[i], column(i), atBounds);
      rounded += Math.abs(w[i]) * deviation[i];
    }
  }

  /** A weight is at its bound no longer; it may have left it already, by a jump. */
  void unsettle(int i) {
    double from = side[i] == LOWER ? lower[i] : side[i] == UPPER ? upper[i] : w[i];
    if (from != 0) {
      axpy(-from, columns[i], atBounds);
      rounded += Math.abs(from) * deviation[i];
    }
  }

  /** An asset that counts nowhere yet becomes free, if there is curvature for it. */
  void admit(int i) {
    if (free.add(i)) {
      side[i] = FREE;
    } else {
      side[i] = LOOSE;
      axpy(w[i], columns[i], atBounds);
      rounded += Math.abs(w[i]) * deviation[i];
    }
  }

  /** The factor anew, with an asset more, a row less or a row more (−1: none). */
  void refactor(int entrant, int leaver, int newcomer) {
    int[] assets = Arrays.copyOf(free.asset, free.size + 1);
    int count = free.size;
    if (entrant >= 0) {
      assets[count++] = entrant;
    }
    int[] active = new int[free.rowCount + 1];
    int activeCount = 0;
    for (int a = 0; a < free.rowCount; a++) {
      if (free.row[a] != leaver) {
        active[activeCount++] = free.row[a];
      }
    }
    if (newcomer >= 0) {
      active[activeCount++] = newcomer;
    }
    free.clear(active, activeCount, slope);
    free.rescale(assets, count);
    for (int q = 0; q < count; q++) {
      admit(assets[q]);
    }
  }
}
