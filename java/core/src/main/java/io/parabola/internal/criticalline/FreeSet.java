package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.Vectors.dot;

import java.util.Arrays;

/**
 * The free assets F and the active rows C of one piece of the line, and the solution of its
 * equations
 *
 * <pre>
 *     Σ x − C'y = r,   C x = s        (over the free assets)
 * </pre>
 *
 * by the Cholesky factor U'U of H = Σ + C'RC, where the diagonal R gives each row the size of the
 * smallest variances it touches. Because C x is given, H does for Σ; and it is positive definite
 * wherever the equations have one solution, even if Σ is not: a riskless asset, fewer observations
 * than assets.
 *
 * <p>An asset is added by one more column of U and taken away by rotations, both O(|F|²). U⁻'C' and
 * U⁻'d for the slope d of the linear term are kept along, so that the direction of the line needs
 * no more than one backward substitution.
 */
final class FreeSet {
  /** Roundings of the terms that a curvature is the sum of, below which there is none. */
  private static final double FLAT = 0x1p-48;

  /** A pivot below this part of its diagonal is looked at twice. */
  private static final double SMALL = 0x1p-20;

  /** How far R may be out of date before that is looked into. */
  private static final double STALE = 1e4;

  private final double[][] columns;
  private final double[] variance;
  private final double[][] rows;

  /** The free assets, in the order of the factor. */
  int[] asset;

  int size;

  /** Where in that order an asset is, or −1. */
  final int[] place;

  /** The active rows. */
  final int[] row;

  int rowCount;

  private double[] slope;
  private final TriangularFactor factor;
  private final double[] scale;
  private double[] slopeSide;
  private final double[][] rowSide;
  private final double[][] schur;
  private final double[][] orthogonal;
  private final double[] schurRight;
  private boolean schurIsCurrent;
  private double[] entering;

  /** H's diagonal by asset, as of when it entered. */
  final double[] diagonal;

  FreeSet(double[][] columns, double[] variance, double[][] rows) {
    this.columns = columns;
    this.variance = variance;
    this.rows = rows;
    int n = variance.length;
    int m = rows.length;
    int capacity = Math.min(n, 16);
    asset = new int[capacity];
    place = new int[n];
    Arrays.fill(place, -1);
    row = new int[m];
    factor = new TriangularFactor(capacity);
    scale = new double[m];
    slopeSide = new double[capacity];
    rowSide = new double[m][capacity];
    schur = new double[m][m];
    orthogonal = new double[m][capacity];
    schurRight = new double[m];
    entering = new double[capacity];
    diagonal = new double[n];
  }

  /** Starts with these rows and no assets. */
  void clear(int[] activeRows, int count, double[] slope) {
    for (int q = 0; q < size; q++) {
      place[asset[q]] = -1;
    }
    size = 0;
    factor.clear();
    this.slope = slope;
    rowCount = count;
    System.arraycopy(activeRows, 0, row, 0, count);
    schurIsCurrent = false;
  }

  /** Another slope of the linear term. */
  void setSlope(double[] slope) {
    this.slope = slope;
    for (int q = 0; q < size; q++) {
      slopeSide[q] = slope[asset[q]];
    }
    factor.forward(slopeSide);
  }

  /** R for these free assets: the smallest variance that a row touches, in the row's own unit. */
  void rescale(int[] assets, int count) {
    double smallest = Double.POSITIVE_INFINITY;
    for (int q = 0; q < count; q++) {
      double v = variance[assets[q]];
      smallest = v > 0 ? Math.min(smallest, v) : smallest;
    }
    for (int r = 0; r < rowCount; r++) {
      double[] a = rows[row[r]];
      double least = Double.POSITIVE_INFINITY;
      double largest = 0;
      for (int q = 0; q < count; q++) {
        double square = a[assets[q]] * a[assets[q]];
        if (square > 0) {
          largest = Math.max(largest, square);
          double v = variance[assets[q]];
          least = v > 0 ? Math.min(least, v / square) : least;
        }
      }
      if (Double.isInfinite(least)) {
        least = (Double.isInfinite(smallest) ? 1 : smallest) / (largest > 0 ? largest : 1);
      }
      scale[r] = least;
    }
  }

  private boolean isStale(int entrant) {
    for (int r = 0; r < rowCount; r++) {
      double[] a = rows[row[r]];
      double least = Double.POSITIVE_INFINITY;
      for (int q = 0; q <= size; q++) {
        int i = q < size ? asset[q] : entrant;
        if (a[i] != 0 && variance[i] > 0) {
          least = Math.min(least, variance[i] / (a[i] * a[i]));
        }
      }
      if (!Double.isInfinite(least) && (least > STALE * scale[r] || STALE * least < scale[r])) {
        return true;
      }
    }
    return false;
  }

  private boolean isTooCoarseFor(int entrant) {
    for (int r = 0; r < rowCount; r++) {
      double a = rows[row[r]][entrant];
      if (a != 0 && variance[entrant] > 0 && STALE * variance[entrant] < scale[r] * a * a) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds an asset.
   *
   * @return false, and nothing is changed, if there is a direction without curvature then
   */
  boolean add(int j) {
    if (isTooCoarseFor(j)) {
      rebuild(j);
    }
    ensureCapacity(size + 1);
    double pivot = pivot(j);
    if (pivot <= SMALL * diagonal[j]) {
      if (isStale(j)) {
        rebuild(j);
        pivot = pivot(j);
      }
      if (isFlat(j, pivot)) {
        return false;
      }
    }
    if (!(pivot > 0)) {
      return false;
    }
    append(j, pivot);
    return true;
  }

  /**
   * Whether a pivot, the least curvature of a move with the entrant's weight in it, is what
   * rounding of H makes of none.
   */
  private boolean isFlat(int j, double pivot) {
    double[] x = Arrays.copyOf(entering, Math.max(size, 1));
    factor.backward(x);
    double size = Math.sqrt(diagonal[j]);
    for (int q = 0; q < this.size; q++) {
      size += Math.abs(x[q]) * Math.sqrt(diagonal[asset[q]]);
    }
    return !(pivot > FLAT * size * size);
  }

  /** U⁻' times the entrant's column of H, and what is left of its diagonal. */
  private double pivot(int j) {
    double[] column = columns[j];
    double h = variance[j];
    for (int q = 0; q < size; q++) {
      entering[q] = column[asset[q]];
    }
    for (int r = 0; r < rowCount; r++) {
      double[] a = rows[row[r]];
      double part = scale[r] * a[j];
      h += part * a[j];
      if (part != 0) {
        for (int q = 0; q < size; q++) {
          entering[q] += part * a[asset[q]];
        }
      }
    }
    factor.forward(entering);
    diagonal[j] = h;
    return h - dot(entering, entering, 0, size);
  }

  /** The same assets, with R as they and the entrant want it. */
  private void rebuild(int entrant) {
    int[] assets = Arrays.copyOf(asset, size + 1);
    int count = size;
    assets[count] = entrant;
    clear(row, rowCount, slope);
    rescale(assets, count + 1);
    for (int q = 0; q < count; q++) {
      ensureCapacity(size + 1);
      double pivot = pivot(assets[q]);
      append(assets[q], Math.max(pivot, FLAT * diagonal[assets[q]]));
    }
  }

  private void append(int j, double pivot) {
    double root = Math.sqrt(pivot);
    slopeSide[size] = (slope[j] - dot(entering, slopeSide, 0, size)) / root;
    for (int r = 0; r < rowCount; r++) {
      rowSide[r][size] = (rows[row[r]][j] - dot(entering, rowSide[r], 0, size)) / root;
    }
    factor.append(entering, root);
    asset[size] = j;
    place[j] = size++;
    schurIsCurrent = false;
  }

  /** Takes an asset away: U without its column is made triangular again. */
  void remove(int i) {
    int gone = place[i];
    int last = size - 1;
    double[][] sides = Arrays.copyOf(rowSide, rowCount + 1);
    sides[rowCount] = slopeSide;
    factor.remove(gone, sides);
    for (int q = gone; q < last; q++) {
      asset[q] = asset[q + 1];
      place[asset[q]] = q;
    }
    place[i] = -1;
    size = last;
    schurIsCurrent = false;
  }

  /**
   * Solves Σx − C'y = d, Cx = s for the slope d.
   *
   * @param s by active row
   * @param x by place; overwritten
   * @param y by active row; overwritten
   * @return a size of what x is the difference of: |x| √H below 2⁻⁵² of it is rounding
   */
  double solveSlope(double[] s, double[] x, double[] y) {
    System.arraycopy(slopeSide, 0, x, 0, size);
    return solveSide(s, x, y);
  }

  /**
   * Solves Σx − C'y = r, Cx = s.
   *
   * @param x r by place; overwritten with x
   */
  void solve(double[] s, double[] x, double[] y) {
    factor.forward(x);
    solveSide(s, x, y);
  }

  /**
   * Solves Σx − C'y = 0, Cx = 1 in one row and 0 in the others.
   *
   * @param activeRow which
   * @param x overwritten, by place
   * @param y overwritten, by active row
   */
  void solveRow(int activeRow, double[] x, double[] y) {
    double[] s = new double[rowCount];
    s[activeRow] = 1;
    Arrays.fill(x, 0, size, 0);
    solveSide(s, x, y);
  }

  /**
   * The direction that keeps the rows where they are while an asset, just refused, moves by one:
   * without curvature.
   *
   * @param x overwritten, by place
   */
  double solveEntrant(int j, double[] x) {
    pivot(j);
    double[] s = new double[rowCount];
    for (int r = 0; r < rowCount; r++) {
      s[r] = -rows[row[r]][j];
    }
    for (int q = 0; q < size; q++) {
      x[q] = -entering[q];
    }
    return solveSide(s, x, new double[rowCount]);
  }

  /** With side = U⁻'r: (CH⁻¹C') ξ = s − CH⁻¹r, x = H⁻¹(r + C'ξ), y = ξ − R s. */
  private double solveSide(double[] s, double[] x, double[] y) {
    double before = Math.sqrt(dot(x, x, 0, size));
    for (int r = 0; r < rowCount; r++) {
      schurRight[r] = s[r] - dot(rowSide[r], x, 0, size);
    }
    solveSchur(schurRight);
    for (int r = 0; r < rowCount; r++) {
      double xi = schurRight[r];
      double[] side = rowSide[r];
      before += Math.abs(xi) * Math.sqrt(dot(side, side, 0, size));
      for (int q = 0; q < size; q++) {
        x[q] += xi * side[q];
      }
      y[r] = xi - scale[r] * s[r];
    }
    factor.backward(x);
    return before;
  }

  /** How much of a row's multiplier is its curvature: 0 if giving the row up leaves none. */
  double curvatureWithout(int activeRow) {
    double[] unit = new double[rowCount];
    unit[activeRow] = 1;
    solveSchur(unit);
    return unit[activeRow] / scale[activeRow] - 1;
  }

  /**
   * Multipliers whose rows add up to a vector over the free assets, which must be such a sum.
   *
   * @param target by place; overwritten
   * @param y by active row; overwritten
   * @return what y's rounding is measured by, times {@link #multiplierSize}
   */
  double combine(double[] target, double[] y) {
    factor.forward(target);
    for (int r = 0; r < rowCount; r++) {
      y[r] = dot(rowSide[r], target, 0, size);
    }
    solveSchur(y);
    return Math.sqrt(dot(target, target, 0, size));
  }

  /** How large a multiplier is for a slope of size one, in the sense of {@link #solveSlope}. */
  double multiplierSize(int activeRow) {
    double[] unit = new double[rowCount];
    unit[activeRow] = 1;
    solveSchur(unit);
    return Math.sqrt(unit[activeRow]);
  }

  private void solveSchur(double[] right) {
    if (!schurIsCurrent) {
      factorSchur();
    }
    for (int r = 0; r < rowCount; r++) {
      right[r] = (right[r] - dot(schur[r], right, 0, r)) / schur[r][r];
    }
    for (int r = rowCount - 1; r >= 0; r--) {
      right[r] /= schur[r][r];
      for (int c = 0; c < r; c++) {
        right[c] -= schur[r][c] * right[r];
      }
    }
  }

  /**
   * Cholesky factor of CH⁻¹C', by making the rows U⁻'C' orthogonal, twice: products of them would
   * square their condition.
   */
  private void factorSchur() {
    for (int r = 0; r < rowCount; r++) {
      double[] line = schur[r];
      System.arraycopy(rowSide[r], 0, orthogonal[r], 0, size);
      double whole = Math.sqrt(dot(rowSide[r], rowSide[r], 0, size));
      Arrays.fill(line, 0, r, 0);
      for (int pass = 0; pass < 2; pass++) {
        for (int c = 0; c < r; c++) {
          double part = dot(orthogonal[r], orthogonal[c], 0, size);
          line[c] += part;
          for (int q = 0; q < size; q++) {
            orthogonal[r][q] -= part * orthogonal[c][q];
          }
        }
      }
      double length = Math.sqrt(dot(orthogonal[r], orthogonal[r], 0, size));
      line[r] = Math.max(length, FLAT * whole);
      line[r] = line[r] > 0 ? line[r] : 1;
      for (int q = 0; q < size; q++) {
        orthogonal[r][q] /= line[r];
      }
    }
    schurIsCurrent = true;
  }

  private void ensureCapacity(int count) {
    int capacity = asset.length;
    if (count <= capacity) {
      return;
    }
    int larger = Math.min(place.length, Math.max(count, 2 * capacity));
    asset = Arrays.copyOf(asset, larger);
    slopeSide = Arrays.copyOf(slopeSide, larger);
    entering = Arrays.copyOf(entering, larger);
    for (int r = 0; r < rowSide.length; r++) {
      rowSide[r] = Arrays.copyOf(rowSide[r], larger);
      orthogonal[r] = Arrays.copyOf(orthogonal[r], larger);
    }
  }

  /** Whether rows are linearly independent over the free assets, one of them perhaps left out. */
  boolean areIndependent(int[] someRows, int count, int excludedPlace) {
    double[][] a = new double[count][];
    for (int r = 0; r < count; r++) {
      a[r] = new double[size];
      double largest = 0;
      for (int q = 0; q < size; q++) {
        a[r][q] = q == excludedPlace ? 0 : rows[someRows[r]][asset[q]];
        largest = Math.max(largest, Math.abs(rows[someRows[r]][asset[q]]));
      }
      for (int q = 0; q < size && largest > 0; q++) {
        a[r][q] /= largest;
      }
    }
    for (int r = 0; r < count; r++) {
      int pivot = 0;
      for (int q = 1; q < size; q++) {
        pivot = Math.abs(a[r][q]) > Math.abs(a[r][pivot]) ? q : pivot;
      }
      if (size == 0 || !(Math.abs(a[r][pivot]) > 1e-11)) {
        return false;
      }
      for (int below = r + 1; below < count; below++) {
        double multiple = a[below][pivot] / a[r][pivot];
        for (int q = 0; q < size; q++) {
          a[below][q] -= multiple * a[r][q];
        }
        a[below][pivot] = 0;
      }
    }
    return true;
  }
}
