package io.parabola.internal;

import java.util.Arrays;

/**
 * What one scenario asks of its weights:
 *
 * <pre>
 *   lower &lt;= w &lt;= upper,  1'w = budget,  rowLower &lt;= A w &lt;= rowUpper,
 *   Σ|w − w0| &lt;= turnover,  Σ|w| &lt;= gross exposure
 * </pre>
 *
 * <p>Inside, the budget is row 0 and A starts at row 1. A limit that is infinite is no limit; so
 * parts of a set are dropped, and so weights without a budget have a row 0 without limits.
 * Immutable for its users.
 */
public final class FeasibleSet {
  /** [m + 1][n]; row 0 is all ones. */
  final double[][] a;

  /** [m + 1] each. */
  final double[] rowLower;

  final double[] rowUpper;

  /** [n] each. */
  final double[] lower;

  final double[] upper;

  /** w0 [n], or null where there is no turnover. */
  final double[] current;

  /** Infinite where there is none. */
  double turnover;

  double grossExposure;

  private FeasibleSet(
      double[][] a,
      double[] rowLower,
      double[] rowUpper,
      double[] lower,
      double[] upper,
      double[] current,
      double turnover,
      double grossExposure) {
    this.a = a;
    this.rowLower = rowLower;
    this.rowUpper = rowUpper;
    this.lower = lower;
    this.upper = upper;
    this.current = current;
    this.turnover = turnover;
    this.grossExposure = grossExposure;
  }

  /**
   * Copies the limits of a scenario that is valid: no NaN, nothing crossed, budget, A and w0
   * finite, turnover and gross exposure at least 0.
   *
   * @param budget what the weights sum to
   * @param lower [n], possibly minus infinity
   * @param upper [n], possibly infinity
   * @param rows A [m, n], row-major; m may be 0
   * @param rowLower [m], possibly minus infinity
   * @param rowUpper [m], possibly infinity
   * @param current w0 [n], or null if turnover is infinite
   * @param turnover largest Σ|w − w0|, or infinity
   * @param grossExposure largest Σ|w|, or infinity
   * @return the set
   * @throws IllegalArgumentException if it is not valid
   */
  public static FeasibleSet of(
      double budget,
      double[] lower,
      double[] upper,
      double[] rows,
      double[] rowLower,
      double[] rowUpper,
      double[] current,
      double turnover,
      double grossExposure) {
    int n = lower.length;
    int m = rowLower.length;
    boolean valid =
        n > 0
            && upper.length == n
            && rows.length == (long) m * n
            && rowUpper.length == m
            && (current == null ? turnover == Double.POSITIVE_INFINITY : current.length == n)
            && turnover >= 0
            && grossExposure >= 0
            && Double.isFinite(budget);
    for (int i = 0; valid && i < n; i++) {
      valid =
          lower[i] <= upper[i]
              && lower[i] < Double.POSITIVE_INFINITY
              && upper[i] > Double.NEGATIVE_INFINITY
              && (current == null || Double.isFinite(current[i]));
    }
    for (int r = 0; valid && r < m; r++) {
      valid = rowLower[r] <= rowUpper[r];
    }
    for (int k = 0; valid && k < rows.length; k++) {
      valid = Double.isFinite(rows[k]);
    }
    if (!valid) {
      throw new IllegalArgumentException("not the constraints of a valid scenario");
    }
    double[][] a = new double[m + 1][];
    double[] least = new double[m + 1];
    double[] most = new double[m + 1];
    a[0] = new double[n];
    Arrays.fill(a[0], 1);
    least[0] = budget;
    most[0] = budget;
    for (int r = 0; r < m; r++) {
      a[r + 1] = Arrays.copyOfRange(rows, r * n, (r + 1) * n);
      least[r + 1] = rowLower[r];
      most[r + 1] = rowUpper[r];
    }
    boolean moves = Double.isFinite(turnover);
    return new FeasibleSet(
        a,
        least,
        most,
        lower.clone(),
        upper.clone(),
        moves ? current.clone() : null,
        turnover,
        grossExposure);
  }

  /**
   * The same set, but for what the weights sum to, which is left to them.
   *
   * @return a set without a budget
   */
  public FeasibleSet withoutBudget() {
    FeasibleSet set = copy();
    set.rowLower[0] = Double.NEGATIVE_INFINITY;
    set.rowUpper[0] = Double.POSITIVE_INFINITY;
    return set;
  }

  /** Whether the weights have to sum to something. */
  boolean hasBudget() {
    return Double.isFinite(rowLower[0]) || Double.isFinite(rowUpper[0]);
  }

  /** The same set with limits of its own, to be changed before it is used. */
  FeasibleSet copy() {
    return new FeasibleSet(
        a,
        rowLower.clone(),
        rowUpper.clone(),
        lower.clone(),
        upper.clone(),
        current,
        turnover,
        grossExposure);
  }

  /** The same assets and rows without a single limit. */
  FeasibleSet unlimited() {
    FeasibleSet set = copy();
    Arrays.fill(set.rowLower, Double.NEGATIVE_INFINITY);
    Arrays.fill(set.rowUpper, Double.POSITIVE_INFINITY);
    Arrays.fill(set.lower, Double.NEGATIVE_INFINITY);
    Arrays.fill(set.upper, Double.POSITIVE_INFINITY);
    set.turnover = Double.POSITIVE_INFINITY;
    set.grossExposure = Double.POSITIVE_INFINITY;
    return set;
  }

  int size() {
    return lower.length;
  }

  /** The rows, the budget among them. */
  int rows() {
    return a.length;
  }

  /**
   * By how much weights miss what is asked.
   *
   * @param w weights [n]
   * @return the largest violation, each relative to the largest of its limit, the sum of its terms'
   *     absolute values, and its largest coefficient times the largest weight
   */
  public double violation(double[] w) {
    double worst = 0;
    DoubleDouble gross = new DoubleDouble();
    double largest = 0;
    for (int i = 0; i < w.length; i++) {
      largest = Math.max(largest, Math.abs(w[i]));
      largest = current == null ? largest : Math.max(largest, Math.abs(current[i]));
    }
    for (int i = 0; i < w.length; i++) {
      double beyond = Math.max(lower[i] - w[i], w[i] - upper[i]);
      worst = Math.max(worst, relative(beyond, Math.abs(w[i])));
      gross.add(Math.abs(w[i]));
    }
    for (int r = 0; r < a.length; r++) {
      if (rowLower[r] == Double.NEGATIVE_INFINITY && rowUpper[r] == Double.POSITIVE_INFINITY) {
        continue;
      }
      double sum = DoubleDouble.dot(a[r], w);
      double size = 0;
      double coefficient = 0;
      for (int i = 0; i < w.length; i++) {
        size += Math.abs(a[r][i] * w[i]);
        coefficient = Math.max(coefficient, Math.abs(a[r][i]));
      }
      size = Math.max(size, coefficient * largest);
      worst = Math.max(worst, relative(rowLower[r] - sum, Math.max(size, Math.abs(rowLower[r]))));
      worst = Math.max(worst, relative(sum - rowUpper[r], Math.max(size, Math.abs(rowUpper[r]))));
    }
    if (Double.isFinite(turnover)) {
      DoubleDouble moved = new DoubleDouble();
      double size = turnover;
      for (int i = 0; i < w.length; i++) {
        double sign = w[i] >= current[i] ? 1 : -1;
        moved.add(sign * w[i]);
        moved.add(-sign * current[i]);
        size += Math.max(Math.abs(w[i]), Math.abs(current[i]));
      }
      worst = Math.max(worst, relative(moved.value() - turnover, size));
    }
    if (Double.isFinite(grossExposure)) {
      double sum = gross.value();
      worst =
          Math.max(
              worst,
              relative(sum - grossExposure, Math.max(largest, Math.max(sum, grossExposure))));
    }
    return worst;
  }

  private static double relative(double beyond, double size) {
    return beyond > 0 ? beyond / size : 0;
  }
}
