package io.parabola.internal;

import java.util.Arrays;

/**
 * Whether a set of weights is empty: either a point of it or a proof that there is none.
 *
 * <p>The least sum of scaled violations over the box is a linear program of few rows; its solution
 * is the point, its multipliers are the proof, and both are checked against the data in twice the
 * digits of a double. |w − w0| and |w| are made linear by taking each weight in pieces between its
 * bounds, w0 and 0: as both are convex, no order of filling the pieces makes them smaller than they
 * are.
 */
public final class Feasibility {
  /** Relative violations up to this count as none. */
  public static final double TOLERANCE = 1e-12;

  /** Ways to the solution that are tried: the first is enough but for one in 300,000. */
  private static final int ATTEMPTS = 8;

  /** Where neither is met to the last digits, violations up to this are taken for rounding. */
  private static final double UNDECIDED = 1e-9;

  private final double[] point;
  private final double violation;
  private final FarkasCertificate certificate;

  private Feasibility(double[] point, double violation, FarkasCertificate certificate) {
    this.point = point;
    this.violation = violation;
    this.certificate = certificate;
  }

  /**
   * Decides.
   *
   * @param set the constraints; not modified
   * @return the point or the proof
   */
  public static Feasibility decide(FeasibleSet set) {
    return new Pieces(set).decide();
  }

  /**
   * Whether there are weights that violate nothing but by rounding.
   *
   * @return true with a point, false with a proof
   */
  public boolean feasible() {
    return certificate == null;
  }

  /**
   * Weights whose violation is {@link #violation()}: where there is no feasible point, those found
   * last.
   *
   * @return w [n], within the bounds
   */
  public double[] point() {
    return point.clone();
  }

  /**
   * The point's largest relative violation.
   *
   * @return as {@link FeasibleSet#violation}
   */
  public double violation() {
    return violation;
  }

  /**
   * Whether the answer is beyond doubt. It always is but for sets that are feasible or not by the
   * rounding of their own numbers.
   *
   * @return whether the point violates nothing by more than {@link #TOLERANCE}, or the proof holds
   */
  public boolean certain() {
    return certificate == null ? violation <= TOLERANCE : certificate.holds();
  }

  /** The proof, or null where there is a point. */
  FarkasCertificate certificate() {
    return certificate;
  }

  /** The set as a linear program. */
  private static final class Pieces {
    private final FeasibleSet set;
    private final int n;

    /** Row of the program by row of the set, turnover and gross after those; −1: no limit. */
    private final int[] index;

    private int count;
    private double[][] e;
    private double[] rowLower;
    private double[] rowUpper;
    private double[] rowScale;
    private double[] rowSize;
    private double[] columnScale;
    private double[] lower;
    private double[] upper;
    private int[] asset;
    private double[] sign;
    private double[] start;
    private final double[] base;
    private int pieces;

    Pieces(FeasibleSet set) {
      this.set = set;
      n = set.size();
      base = new double[n];
      index = new int[set.rows() + 2];
      Arrays.fill(index, -1);
      for (int r = 0; r < set.rows(); r++) {
        if (Double.isFinite(set.rowLower[r]) || Double.isFinite(set.rowUpper[r])) {
          index[r] = count++;
        }
      }
      if (Double.isFinite(set.turnover)) {
        index[set.rows()] = count++;
      }
      if (Double.isFinite(set.grossExposure)) {
        index[set.rows() + 1] = count++;
      }
      cut();
      fill();
      scale();
    }

    private boolean moves() {
      return index[set.rows()] >= 0;
    }

    private boolean grosses() {
      return index[set.rows() + 1] >= 0;
    }

    private void cut() {
      asset = new int[3 * n];
      sign = new double[3 * n];
      start = new double[3 * n];
      lower = new double[3 * n];
      upper = new double[3 * n];
      double[] bends = new double[2];
      for (int i = 0; i < n; i++) {
        int count = 0;
        if (moves()) {
          bends[count++] = set.current[i];
        }
        if (grosses()) {
          bends[count++] = 0;
        }
        if (count == 0) {
          add(i, 1, 0, set.lower[i], set.upper[i]);
          continue;
        }
        base[i] = Math.min(set.upper[i], Math.max(set.lower[i], bends[0]));
        Arrays.sort(bends, 0, count);
        double from = base[i];
        for (int b = 0; b < count; b++) {
          if (bends[b] > from && bends[b] < set.upper[i]) {
            add(i, 1, from, 0, bends[b] - from);
            from = bends[b];
          }
        }
        if (from < set.upper[i]) {
          add(i, 1, from, 0, set.upper[i] - from);
        }
        from = base[i];
        for (int b = count - 1; b >= 0; b--) {
          if (bends[b] < from && bends[b] > set.lower[i]) {
            add(i, -1, from, 0, from - bends[b]);
            from = bends[b];
          }
        }
        if (from > set.lower[i]) {
          add(i, -1, from, 0, from - set.lower[i]);
        }
      }
    }

    private void add(int i, double direction, double from, double least, double most) {
      asset[pieces] = i;
      start[pieces] = from;
      sign[pieces] = direction;
      lower[pieces] = least;
      upper[pieces++] = most;
    }

    private void fill() {
      e = new double[count][pieces];
      rowLower = new double[count];
      rowUpper = new double[count];
      for (int r = 0; r < set.rows(); r++) {
        int k = index[r];
        if (k < 0) {
          continue;
        }
        double fixed = DoubleDouble.dot(set.a[r], base);
        rowLower[k] = set.rowLower[r] - fixed;
        rowUpper[k] = set.rowUpper[r] - fixed;
        for (int j = 0; j < pieces; j++) {
          e[k][j] = sign[j] * set.a[r][asset[j]];
        }
      }
      if (moves()) {
        fillAbsolute(index[set.rows()], set.current, set.turnover);
      }
      if (grosses()) {
        fillAbsolute(index[set.rows() + 1], new double[n], set.grossExposure);
      }
    }

    /** The row Σ|w − centre| at most limit. */
    private void fillAbsolute(int k, double[] centre, double limit) {
      rowLower[k] = Double.NEGATIVE_INFINITY;
      DoubleDouble fixed = new DoubleDouble();
      fixed.add(limit);
      for (int i = 0; i < n; i++) {
        double away = base[i] >= centre[i] ? 1 : -1;
        fixed.add(-away * base[i]);
        fixed.add(away * centre[i]);
      }
      rowUpper[k] = fixed.value();
      for (int j = 0; j < pieces; j++) {
        e[k][j] = sign[j] * (start[j] - centre[asset[j]]) >= 0 ? 1 : -1;
      }
    }

    /** Rows, then columns, to largest entries of about one: by powers of two, which is exact. */
    private void scale() {
      double largest = 0;
      for (double at : base) {
        largest = Math.max(largest, Math.abs(at));
      }
      rowSize = new double[count];
      rowScale = new double[count];
      Arrays.fill(rowScale, 1);
      for (int r = 0; r < set.rows(); r++) {
        if (index[r] >= 0) {
          rowScale[index[r]] = power(set.a[r]);
        }
      }
      for (int k = 0; k < count; k++) {
        rowSize[k] = largest;
        for (int j = 0; j < pieces; j++) {
          e[k][j] *= rowScale[k];
        }
        rowLower[k] *= rowScale[k];
        rowUpper[k] *= rowScale[k];
      }
      columnScale = new double[pieces];
      lower = Arrays.copyOf(lower, pieces);
      upper = Arrays.copyOf(upper, pieces);
      double[] column = new double[count];
      for (int j = 0; j < pieces; j++) {
        for (int k = 0; k < count; k++) {
          column[k] = e[k][j];
        }
        columnScale[j] = power(column);
        for (int k = 0; k < count; k++) {
          e[k][j] *= columnScale[j];
        }
        lower[j] /= columnScale[j];
        upper[j] /= columnScale[j];
      }
    }

    private static double power(double[] entries) {
      double largest = 0;
      for (double entry : entries) {
        largest = Math.max(largest, Math.abs(entry));
      }
      return largest == 0 ? 1 : Math.scalb(1.0, -Math.getExponent(largest));
    }

    Feasibility decide() {
      Feasibility closest = null;
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        BoundedSimplex simplex =
            new BoundedSimplex(e, rowLower, rowUpper, rowSize, lower, upper, attempt);
        simplex.solve();
        double[] w = weights(simplex.x());
        double violation = set.violation(w);
        if (violation <= TOLERANCE) {
          return new Feasibility(w, violation, null);
        }
        for (boolean forgiving : new boolean[] {false, true}) {
          FarkasCertificate certificate = certificate(simplex.y(), forgiving);
          if (certificate.holds()) {
            return new Feasibility(w, violation, certificate);
          }
          if (closest == null || violation < closest.violation) {
            closest = new Feasibility(w, violation, violation <= UNDECIDED ? null : certificate);
          }
        }
      }
      return closest;
    }

    private double[] weights(double[] x) {
      double[] w = base.clone();
      for (int j = 0; j < pieces; j++) {
        w[asset[j]] += sign[j] * x[j] * columnScale[j];
      }
      for (int i = 0; i < n; i++) {
        w[i] = Math.min(set.upper[i], Math.max(set.lower[i], w[i]));
      }
      return w;
    }

    private FarkasCertificate certificate(double[] y, boolean forgiving) {
      double[] natural = new double[index.length];
      double largest = 0;
      for (double multiplier : y) {
        largest = Math.max(largest, Math.abs(multiplier));
      }
      for (int r = 0; r < index.length; r++) {
        int k = index[r];
        if (k < 0 || Math.abs(y[k]) <= 1e-14 * largest) {
          continue;
        }
        if (Double.isFinite(y[k] > 0 ? rowUpper[k] : rowLower[k])) {
          natural[r] = y[k] * rowScale[k];
        }
      }
      int rows = set.rows();
      return new FarkasCertificate(
          set, Arrays.copyOf(natural, rows), natural[rows], natural[rows + 1], forgiving);
    }
  }
}
