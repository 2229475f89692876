package io.parabola.internal;

import java.util.Arrays;
import java.util.Random;

/**
 * The least sum of violations of few rows over a box:
 *
 * <pre>
 *   minimise Σ_r max(rowLower_r − e_r'x, e_r'x − rowUpper_r, 0)   over   lower &lt;= x &lt;= upper
 * </pre>
 *
 * <p>A primal simplex on the p rows that are active (at one of their limits) and as many basic
 * variables, whose p x p matrix is factorised afresh in every step: p is at most 67, and nothing
 * can drift. A step goes on past the limits of rows as long as the sum falls. Entries are expected
 * to be of size one in each row. Steps that gain nothing are followed by random choices, so that it
 * does not go in circles.
 */
final class BoundedSimplex {
  private static final double ROUNDING = Math.ulp(1.0);

  /** Of a row's activity, what is not told from rounding. */
  private static final double ACTIVITY = 64 * ROUNDING;

  /** Of a reduced cost, what is not told from rounding. */
  private static final double COST = 512 * ROUNDING;

  /** Of the largest multiplier, what others are not told from zero by. */
  private static final double MULTIPLIER = 16 * ROUNDING;

  private static final double SMALLEST_PIVOT = 1e-11;
  private static final int PATIENCE = 20;

  private enum Place {
    LOWER,
    UPPER,
    ZERO,
    BASIC
  }

  /** [k][N]. */
  private final double[][] e;

  private final double[] rowLower;
  private final double[] rowUpper;
  private final double[] rowSize;
  private final double[] lower;
  private final double[] upper;
  private final double[] columnNorm;

  private final double[] x;
  private final Place[] place;

  /** The limit that an active row is at; NaN for the others. */
  private final double[] activeAt;

  /**
   * On which side of its limits a row that is not active is held to be: −1 below, 0 between, 1
   * above. At a limit itself that depends on where it came from, as its cost does.
   */
  private final int[] side;

  private int[] active = new int[0];
  private int[] basic = new int[0];
  private DenseFactor factor = DenseFactor.of(new double[0][0]);

  private final double[] activity;
  private final double[] activityRounding;
  private final double[] y;
  private final Random random;
  private final int patience;
  private int stalled;

  /**
   * Sets the problem up; x starts at the bounds closest to zero.
   *
   * @param e [k][N]; not modified
   * @param rowLower [k], possibly minus infinity
   * @param rowUpper [k], possibly infinity
   * @param rowSize [k], the numbers that rows are already the difference of, for their rounding
   * @param lower [N], possibly minus infinity
   * @param upper [N], possibly infinity
   * @param attempt above 0: goes another way each time
   */
  BoundedSimplex(
      double[][] e,
      double[] rowLower,
      double[] rowUpper,
      double[] rowSize,
      double[] lower,
      double[] upper,
      int attempt) {
    random = new Random(attempt);
    patience = attempt == 0 ? PATIENCE : -1;
    int k = e.length;
    int n = lower.length;
    this.e = e;
    this.rowLower = rowLower;
    this.rowUpper = rowUpper;
    this.rowSize = rowSize;
    this.lower = lower;
    this.upper = upper;
    x = new double[n];
    place = new Place[n];
    columnNorm = new double[n];
    for (int j = 0; j < n; j++) {
      boolean low = Math.abs(lower[j]) <= Math.abs(upper[j]);
      double start = low ? lower[j] : upper[j];
      place[j] = Double.isInfinite(start) ? Place.ZERO : low ? Place.LOWER : Place.UPPER;
      x[j] = Double.isInfinite(start) ? 0 : start;
    }
    for (double[] row : e) {
      for (int j = 0; j < n; j++) {
        columnNorm[j] += row[j] * row[j];
      }
    }
    for (int j = 0; j < n; j++) {
      columnNorm[j] = Math.sqrt(1 + columnNorm[j]);
    }
    activeAt = new double[k];
    Arrays.fill(activeAt, Double.NaN);
    side = new int[k];
    activity = new double[k];
    activityRounding = new double[k];
    y = new double[k];
  }

  /** The variables [N], within their bounds. */
  double[] x() {
    return x;
  }

  /**
   * The multipliers [k] that prove the violation least, positive where a row is too large: zeros if
   * nothing is violated.
   */
  double[] y() {
    return y;
  }

  /** Runs until the violation is least, or after far too many steps. */
  void solve() {
    int most = 500 + 50 * e.length + 2 * x.length;
    for (int step = 0; step < most; step++) {
      place();
      if (!price() || !move()) {
        break;
      }
    }
    refine();
    for (int j = 0; j < x.length; j++) {
      x[j] = Math.min(upper[j], Math.max(lower[j], x[j]));
    }
  }

  /**
   * Solves for the basic variables and the multipliers again, from residuals of twice the digits.
   */
  private void refine() {
    int p = active.length;
    double[] right = new double[p];
    for (int i = 0; i < p; i++) {
      DoubleDouble residual = new DoubleDouble();
      residual.add(activeAt[active[i]]);
      for (int j = 0; j < x.length; j++) {
        residual.addProduct(-e[active[i]][j], x[j]);
      }
      right[i] = residual.value();
    }
    factor.solve(right);
    for (int c = 0; c < p; c++) {
      x[basic[c]] += right[c];
    }
    for (int c = 0; c < p; c++) {
      DoubleDouble residual = new DoubleDouble();
      for (int r = 0; r < e.length; r++) {
        residual.addProduct(-y[r], e[r][basic[c]]);
      }
      right[c] = residual.value();
    }
    factor.solveTransposed(right);
    for (int i = 0; i < p; i++) {
      y[active[i]] += right[i];
    }
  }

  /** The basic variables from the active rows' limits; then every row's activity. */
  private void place() {
    int p = active.length;
    double[][] matrix = new double[p][p];
    double[] right = new double[p];
    for (int c : basic) {
      x[c] = 0;
    }
    for (int i = 0; i < p; i++) {
      double[] row = e[active[i]];
      for (int c = 0; c < p; c++) {
        matrix[i][c] = row[basic[c]];
      }
      right[i] = activeAt[active[i]] - dot(row, x);
    }
    factor = DenseFactor.of(matrix);
    double[] solution = right.clone();
    factor.solve(solution);
    // Once more from the residual, so that each row is met to the rounding of its own terms.
    for (int i = 0; i < p; i++) {
      double sum = right[i];
      for (int c = 0; c < p; c++) {
        sum -= e[active[i]][basic[c]] * solution[c];
      }
      right[i] = sum;
    }
    factor.solve(right);
    for (int c = 0; c < p; c++) {
      x[basic[c]] = solution[c] + right[c];
    }
    for (int r = 0; r < e.length; r++) {
      double sum = 0;
      double size = 0;
      for (int j = 0; j < x.length; j++) {
        double term = e[r][j] * x[j];
        sum += term;
        size += Math.abs(term);
      }
      activity[r] = sum;
      activityRounding[r] = ACTIVITY * Math.max(size, rowSize[r]);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  private double below(int r) {
    return rowLower[r] - Math.max(activityRounding[r], ACTIVITY * Math.abs(rowLower[r]));
  }

  private double above(int r) {
    return rowUpper[r] + Math.max(activityRounding[r], ACTIVITY * Math.abs(rowUpper[r]));
  }

  private int entering;
  private boolean enteringRow;
  private double direction;
  private double slope;
  private double violation;

  /** Finds what to move: false if nothing is violated or nothing helps. */
  private boolean price() {
    boolean violated = false;
    double largest = 0;
    violation = 0;
    for (int r = 0; r < e.length; r++) {
      y[r] = 0;
      if (Double.isNaN(activeAt[r])) {
        boolean below = activity[r] < below(r);
        boolean above = activity[r] > above(r);
        violated |= below || above;
        violation += Math.max(0, Math.max(rowLower[r] - activity[r], activity[r] - rowUpper[r]));
        if (below || above) {
          side[r] = below ? -1 : 1;
        } else if (side[r] < 0 && activity[r] > rowLower[r] + (rowLower[r] - below(r))
            || side[r] > 0 && activity[r] < rowUpper[r] - (above(r) - rowUpper[r])) {
          side[r] = 0;
        }
        y[r] = side[r];
      }
    }
    if (!violated) {
      return false;
    }
    double[] cost = new double[x.length];
    double[] size = new double[x.length];
    addRows(cost, size, true);
    double[] right = new double[basic.length];
    for (int c = 0; c < right.length; c++) {
      right[c] = -cost[basic[c]];
    }
    factor.solveTransposed(right);
    for (int i = 0; i < active.length; i++) {
      y[active[i]] = right[i];
    }
    addRows(cost, size, false);
    for (double multiplier : y) {
      largest = Math.max(largest, Math.abs(multiplier));
    }

    double best = 0;
    boolean lottery = stalled > patience;
    for (int j = 0; j < x.length; j++) {
      double rounding = COST * size[j] + MULTIPLIER * largest * columnNorm[j];
      if (place[j] == Place.BASIC || lower[j] == upper[j] || Math.abs(cost[j]) <= rounding) {
        continue;
      }
      boolean up = cost[j] < 0;
      if (place[j] == (up ? Place.UPPER : Place.LOWER)) {
        continue;
      }
      double merit = Math.abs(cost[j]) / columnNorm[j] * (lottery ? random.nextDouble() : 1);
      if (merit > best) {
        best = merit;
        entering = j;
        enteringRow = false;
        direction = up ? 1 : -1;
        slope = -Math.abs(cost[j]);
      }
    }
    for (int r : active) {
      // Against its multiplier a row may move for nothing where that leaves its limit inwards, and
      // at a cost of 1 where it violates it.
      boolean up = y[r] > 0;
      boolean inwards = up ? activeAt[r] < rowUpper[r] : activeAt[r] > rowLower[r];
      double gain = Math.abs(y[r]) - (inwards ? 0 : 1);
      double merit = gain * (lottery ? random.nextDouble() : 1);
      if (gain > COST * largest && merit > best) {
        best = merit;
        entering = r;
        enteringRow = true;
        direction = up ? 1 : -1;
        slope = -gain;
      }
    }
    return best > 0;
  }

  /** cost += Σ y_r e_r over the rows that are not active, or over those that are. */
  private void addRows(double[] cost, double[] size, boolean inactive) {
    for (int r = 0; r < e.length; r++) {
      if (y[r] != 0 && Double.isNaN(activeAt[r]) == inactive) {
        for (int j = 0; j < cost.length; j++) {
          double term = y[r] * e[r][j];
          cost[j] += term;
          size[j] += Math.abs(term);
        }
      }
    }
  }

  private int events;
  private double[] eventStep = new double[16];
  private double[] eventRate = new double[16];

  /** A basic variable's position, or −1 − row. */
  private int[] eventWhat = new int[16];

  private double[] eventLimit = new double[16];

  /** A row's side once it is passed. */
  private int[] eventSide = new int[16];

  private void event(double step, double rate, int what, double limit, int sideAfter) {
    if (Double.isInfinite(limit)) {
      return;
    }
    if (events == eventStep.length) {
      eventStep = Arrays.copyOf(eventStep, 2 * events);
      eventRate = Arrays.copyOf(eventRate, 2 * events);
      eventWhat = Arrays.copyOf(eventWhat, 2 * events);
      eventSide = Arrays.copyOf(eventSide, 2 * events);
      eventLimit = Arrays.copyOf(eventLimit, 2 * events);
    }
    eventStep[events] = Math.max(0, step);
    eventRate[events] = Math.abs(rate);
    eventWhat[events] = what;
    eventSide[events] = sideAfter;
    eventLimit[events++] = limit;
  }

  /** Goes as far as the violation falls; false if there is nothing to stop at. */
  private boolean move() {
    int p = active.length;
    double[] change = new double[p];
    if (enteringRow) {
      change[indexOf(active, entering)] = direction;
    } else {
      for (int i = 0; i < p; i++) {
        change[i] = -direction * e[active[i]][entering];
      }
    }
    factor.solve(change);
    double largest = 1;
    for (double rate : change) {
      largest = Math.max(largest, Math.abs(rate));
    }
    double small = SMALLEST_PIVOT * largest;

    events = 0;
    for (int c = 0; c < p; c++) {
      if (Math.abs(change[c]) > small) {
        double limit = change[c] > 0 ? upper[basic[c]] : lower[basic[c]];
        event((limit - x[basic[c]]) / change[c], change[c], c, limit, 0);
      }
    }
    for (int r = 0; r < e.length; r++) {
      if (!Double.isNaN(activeAt[r])) {
        continue;
      }
      double rate = enteringRow ? 0 : direction * e[r][entering];
      for (int c = 0; c < p; c++) {
        rate += e[r][basic[c]] * change[c];
      }
      if (Math.abs(rate) <= small) {
        continue;
      }
      int ahead = rate > 0 ? 1 : -1;
      double near = rate > 0 ? rowLower[r] : rowUpper[r];
      double far = rate > 0 ? rowUpper[r] : rowLower[r];
      if (side[r] == -ahead) {
        event((near - activity[r]) / rate, rate, -1 - r, near, 0);
      }
      if (side[r] != ahead) {
        event((far - activity[r]) / rate, rate, -1 - r, far, ahead);
      }
    }
    double range =
        !enteringRow
            ? upper[entering] - lower[entering]
            : direction > 0
                ? rowUpper[entering] - activeAt[entering]
                : activeAt[entering] - rowLower[entering];
    if (range == 0) {
      range = Double.POSITIVE_INFINITY;
    }

    Integer[] order = order();
    double left = slope;
    for (int i : order) {
      if (eventStep[i] >= range) {
        break;
      }
      left += eventWhat[i] >= 0 ? Double.POSITIVE_INFINITY : eventRate[i];
      if (left >= slope * 1e-12 || i == order[events - 1] && Double.isInfinite(range)) {
        stalled = -slope * eventStep[i] > ROUNDING * violation ? 0 : stalled + 1;
        exchange(i);
        return true;
      }
      side[-1 - eventWhat[i]] = eventSide[i];
    }
    if (Double.isInfinite(range)) {
      return false;
    }
    stalled = -slope * range > ROUNDING * violation ? 0 : stalled + 1;
    flip();
    return true;
  }

  /** The events by their steps; of several at one step, first the one of the largest rate. */
  private Integer[] order() {
    Integer[] order = new Integer[events];
    for (int i = 0; i < events; i++) {
      order[i] = i;
    }
    Arrays.sort(
        order,
        (a, b) -> {
          int byStep = Double.compare(eventStep[a], eventStep[b]);
          return byStep != 0 ? byStep : Double.compare(eventRate[b], eventRate[a]);
        });
    return order;
  }

  /** What was to enter goes over to its other limit. */
  private void flip() {
    if (enteringRow) {
      activeAt[entering] = direction > 0 ? rowUpper[entering] : rowLower[entering];
    } else {
      place[entering] = direction > 0 ? Place.UPPER : Place.LOWER;
      x[entering] = direction > 0 ? upper[entering] : lower[entering];
    }
  }

  private void exchange(int stop) {
    if (enteringRow) {
      boolean inwards =
          direction > 0
              ? activeAt[entering] < rowUpper[entering]
              : activeAt[entering] > rowLower[entering];
      side[entering] = inwards ? 0 : (int) direction;
      activeAt[entering] = Double.NaN;
      active = without(active, indexOf(active, entering));
    } else {
      place[entering] = Place.BASIC;
      basic = with(basic, entering);
    }
    int what = eventWhat[stop];
    if (what >= 0) {
      int variable = basic[what];
      x[variable] = eventLimit[stop];
      place[variable] = eventLimit[stop] == lower[variable] ? Place.LOWER : Place.UPPER;
      basic = without(basic, what);
    } else {
      active = with(active, -1 - what);
      activeAt[-1 - what] = eventLimit[stop];
    }
  }

  private static int indexOf(int[] list, int element) {
    int at = 0;
    while (list[at] != element) {
      at++;
    }
    return at;
  }

  private static int[] with(int[] list, int element) {
    int[] longer = Arrays.copyOf(list, list.length + 1);
    longer[list.length] = element;
    return longer;
  }

  private static int[] without(int[] list, int at) {
    int[] shorter = Arrays.copyOf(list, list.length - 1);
    System.arraycopy(list, at + 1, shorter, at, shorter.length - at);
    return shorter;
  }
}
