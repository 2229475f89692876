package io.parabola.internal.javaengine;

import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * From a guess at which bounds, kinks, rows and limits hold at the optimum to the optimum itself:
 * the equations of that face are solved by Newton's method, whatever is violated then joins the
 * face or leaves it, and again, until nothing is.
 *
 * <p>Each weight is either pinned to one of its breakpoints (bounds and kinks) or free between two
 * of them, where every cost is smooth and turnover and gross exposure are linear.
 */
final class ExactFinish {
  private static final double EPSILON = Math.ulp(1.0);
  private static final int NEWTON_STEPS = 12;
  private static final int POWER_STEPS = 60;
  private static final int PATIENCE = 6;

  /** Roundings beyond which an equation is not solved. */
  private static final double UNSOLVED = 1e6;

  private final Qp qp;
  private final int n;
  private final double[][] points;

  /** 2k: pinned to breakpoint k; 2k + 1: free between breakpoints k and k + 1. */
  private final int[] state;

  /** −1: at the lower limit, 1: at the upper one, 0: in between, 2: an equality. */
  private final int[] rowState;

  /** Whether the limits of turnover and of gross exposure hold with equality. */
  private final boolean[] capState = new boolean[2];

  final double[] w;
  final double[] y;

  /** κ and ρ. */
  final double[] caps = new double[2];

  int rounds;

  private int[] free;
  private int[] active;
  private int[] activeCaps;
  private Elimination elimination;
  private double[] right;
  private double[] rounding;

  /**
   * Takes over a guess.
   *
   * @param priced whether the multipliers are guessed too, or start from zero: where active rows
   *     depend on each other, some of them may be anything, and stay what they were
   */
  ExactFinish(Qp qp, InteriorPoint guess, boolean priced) {
    this.qp = qp;
    n = qp.n;
    w = guess.weights();
    y = guess.multipliers();
    points = new double[n][];
    state = new int[n];
    rowState = new int[qp.rows.length];
    for (int i = 0; i < n; i++) {
      points[i] = qp.breakpoints(i);
      state[i] = guessState(guess, i);
    }
    for (int k = 0; k < rowState.length; k++) {
      if (qp.rowLower[k] == qp.rowUpper[k]) {
        rowState[k] = 2;
      } else if (!Double.isInfinite(qp.rowLower[k]) && guess.rowLowerTrend[k] < 1 && y[k] > 0) {
        rowState[k] = -1;
      } else if (!Double.isInfinite(qp.rowUpper[k]) && guess.rowUpperTrend[k] < 1 && y[k] < 0) {
        rowState[k] = 1;
      }
      y[k] = rowState[k] == 0 || !priced ? 0 : y[k];
    }
    for (int c = 0; c < 2; c++) {
      capState[c] = guess.capHolds(c == 0);
      caps[c] = capState[c] && priced ? guess.capMultiplier(c == 0) : 0;
    }
  }

  private int guessState(InteriorPoint guess, int i) {
    double[] at = points[i];
    if (at.length == 1) {
      return 0;
    }
    if (guess.lowerTrend[i] < 1 && guess.lowerTrend[i] <= guess.upperTrend[i]) {
      return 0;
    }
    if (guess.upperTrend[i] < 1) {
      return 2 * (at.length - 1);
    }
    double least = at[0];
    double most = at[at.length - 1];
    for (boolean trade : new boolean[] {true, false}) {
      if (trade ? !qp.hasTradeKink(i) : !qp.hasGrossKink()) {
        continue;
      }
      double kink = trade ? qp.w0[i] : 0;
      if (kink <= at[0] || kink >= at[at.length - 1]) {
        continue;
      }
      if (guess.tendsTo(trade, true, i) && guess.tendsTo(trade, false, i)) {
        return 2 * index(at, kink);
      }
      // Where neither tends to the kink, nothing is paid for crossing it: the weight decides.
      if (guess.tendsTo(trade, false, i)) {
        least = Math.max(least, kink);
      } else if (guess.tendsTo(trade, true, i)) {
        most = Math.min(most, kink);
      }
    }
    for (int k = 0; k + 1 < at.length; k++) {
      if (at[k] >= least && at[k + 1] <= most) {
        boolean last = k + 2 == at.length || at[k + 2] > most;
        if (w[i] <= at[k + 1] || last) {
          return 2 * k + 1;
        }
      }
    }
    // The sides contradict each other; the weight itself decides.
    for (int k = 0; k + 1 < at.length; k++) {
      if (w[i] <= at[k + 1]) {
        return 2 * k + 1;
      }
    }
    return 2 * at.length - 3;
  }

  private static int index(double[] at, double value) {
    for (int k = 0; k < at.length; k++) {
      if (at[k] == value) {
        return k;
      }
    }
    return 0;
  }

  private boolean isFree(int i) {
    return (state[i] & 1) == 1;
  }

  /** Solves face after face; true if the last one is the optimum to rounding. */
  boolean run() {
    int fewest = Integer.MAX_VALUE;
    int patience = PATIENCE;
    int limit = 40 + 4 * n;
    for (rounds = 1; rounds <= limit; rounds++) {
      solveFace();
      if (!isSolved()) {
        return false;
      }
      int count = correct(Integer.MAX_VALUE, true);
      if (count == 0) {
        return true;
      }
      if (count < fewest) {
        fewest = count;
        patience = PATIENCE;
      } else {
        patience--;
      }
      // All at once is fast; one at a time, in a fixed order, does not go round in circles.
      correct(patience > 0 ? Integer.MAX_VALUE : 1, false);
    }
    return false;
  }

  /** Not so where the weights left free cannot meet the rows, or where there is no optimum. */
  private boolean isSolved() {
    return residual() <= UNSOLVED;
  }

  private void solveFace() {
    int size = 0;
    free = new int[n];
    for (int i = 0; i < n; i++) {
      if (isFree(i)) {
        free[size++] = i;
      } else {
        w[i] = points[i][state[i] / 2];
      }
    }
    free = Arrays.copyOf(free, size);
    active = new int[rowState.length];
    int rows = 0;
    for (int k = 0; k < rowState.length; k++) {
      if (rowState[k] != 0) {
        active[rows++] = k;
      } else {
        y[k] = 0;
      }
    }
    active = Arrays.copyOf(active, rows);
    activeCaps = new int[2];
    int limits = 0;
    for (int c = 0; c < 2; c++) {
      if (capState[c]) {
        activeCaps[limits++] = c;
      } else {
        caps[c] = 0;
      }
    }
    activeCaps = Arrays.copyOf(activeCaps, limits);
    rounding = qp.gradientRounding(w);
    boolean powers = false;
    for (int i : free) {
      powers |= qp.power[i] > 0;
    }
    if (powers) {
      separate();
    }
    factorise();
    double before = Double.POSITIVE_INFINITY;
    int stalled = 0;
    for (int step = 0; step < (powers ? POWER_STEPS : NEWTON_STEPS); step++) {
      double error = residual();
      if (error <= 1 || error >= 0.5 * before && ++stalled > 3) {
        break;
      }
      before = Math.min(error, before);
      if (powers && step > 0) {
        factorise();
      }
      newton();
    }
  }

  /** Where |x|^p has an infinite curvature, Newton's method has to start off the kink. */
  private void separate() {
    double[] g = qp.gradient(w);
    for (int i : free) {
      if (qp.power[i] > 0 && w[i] == qp.w0[i]) {
        int k = state[i] / 2;
        double slope = g[i] + qp.slope(i, points[i][k], true, caps[0], caps[1]) - priced(i);
        double x = Math.pow(Math.abs(slope) / (qp.exponent * qp.power[i]), 1 / (qp.exponent - 1));
        double room = points[i][k + 1] - points[i][k];
        x = Math.max(Math.min(x, 0.5 * room), Math.ulp(w[i]));
        w[i] += points[i][k] >= qp.w0[i] ? x : -x;
      }
    }
  }

  private double priced(int i) {
    double sum = 0;
    for (int k = 0; k < y.length; k++) {
      sum += y[k] * qp.rows[k][i];
    }
    return sum;
  }

  /** 1 above the kink of a limit, −1 below it. */
  private double sign(int c, int i) {
    double centre = c == 0 ? qp.w0[i] : 0;
    if (c == 0 ? !qp.hasTradeKink(i) : !qp.hasGrossKink()) {
      return 0;
    }
    int k = state[i] / 2;
    if (!isFree(i)) {
      return Math.signum(points[i][k] - centre);
    }
    return points[i][k] >= centre ? 1 : -1;
  }

  private double coefficient(int row, int i) {
    return row < active.length
        ? qp.rows[active[row]][i]
        : -sign(activeCaps[row - active.length], i);
  }

  private void factorise() {
    int size = free.length;
    int rows = active.length + activeCaps.length;
    double[][] kkt = new double[size + rows][size + rows];
    for (int a = 0; a < size; a++) {
      int i = free[a];
      for (int b = 0; b < size; b++) {
        int j = free[b];
        kkt[a][b] = i == j ? curvature(i) : qp.gamma * qp.sigma[i][j];
      }
      for (int r = 0; r < rows; r++) {
        kkt[size + r][a] = coefficient(r, i);
        kkt[a][size + r] = -kkt[size + r][a];
      }
    }
    elimination = new Elimination(kkt);
  }

  private double curvature(int i) {
    double x = w[i] - qp.w0[i];
    double power = qp.power[i] == 0 ? 0 : qp.powerCurvature(i, x);
    return qp.gamma * qp.sigma[i][i] + 2 * qp.quadratic[i] + Math.min(power, Double.MAX_VALUE);
  }

  /** Fills the right side; returns the largest of its entries in roundings. */
  private double residual() {
    int size = free.length;
    int rows = active.length + activeCaps.length;
    right = new double[size + rows];
    double[] g = qp.gradient(w);
    double worst = 0;
    for (int a = 0; a < size; a++) {
      int i = free[a];
      double slope = slopeOf(i, g);
      right[a] = -slope;
      worst = Math.max(worst, Math.abs(slope) / roundingOf(i));
    }
    for (int r = 0; r < rows; r++) {
      double missing = missing(r);
      right[size + r] = missing;
      worst = Math.max(worst, Math.abs(missing) / roundingOfRow(r));
    }
    return worst;
  }

  /** The derivative of everything by a free weight. */
  private double slopeOf(int i, double[] g) {
    return g[i]
        + qp.powerSlope(i, w[i] - qp.w0[i])
        + qp.slope(i, points[i][state[i] / 2], true, caps[0], caps[1])
        - priced(i);
  }

  private double roundingOf(int i) {
    double size = 0;
    for (int k = 0; k < y.length; k++) {
      size += Math.abs(y[k] * qp.rows[k][i]);
    }
    size += Math.abs(qp.powerSlope(i, w[i] - qp.w0[i]));
    if (qp.power[i] > 0) {
      // The trade itself is known to a rounding of the weight.
      double x = Math.abs(w[i] - qp.w0[i]);
      double step = Math.ulp(Math.max(Math.abs(w[i]), Math.abs(qp.w0[i])));
      size += Math.min(qp.powerCurvature(i, Math.max(x, step)) * step / EPSILON, 1e300);
    }
    size += qp.buy[i] + qp.sell[i] + caps[0] + caps[1];
    return rounding[i] + 4 * EPSILON * size + Double.MIN_NORMAL;
  }

  /** What an active row or limit has to rise by. */
  private double missing(int r) {
    if (r < active.length) {
      int k = active[r];
      return (rowState[k] == 1 ? qp.rowUpper[k] : qp.rowLower[k]) - activity(k);
    }
    int c = activeCaps[r - active.length];
    return used(c) - (c == 0 ? qp.turnover : qp.gross);
  }

  private double activity(int k) {
    double[] terms = new double[n];
    for (int i = 0; i < n; i++) {
      terms[i] = qp.rows[k][i] * w[i];
    }
    return ScenarioRules.sum(terms);
  }

  /** Turnover or gross exposure, linear beyond the breakpoints. */
  private double used(int c) {
    double[] terms = new double[n];
    for (int i = 0; i < n; i++) {
      double centre = c == 0 ? qp.w0[i] : 0;
      terms[i] = isFree(i) ? sign(c, i) * (w[i] - centre) : Math.abs(w[i] - centre);
    }
    return ScenarioRules.sum(terms);
  }

  private double roundingOfRow(int r) {
    return 8 * EPSILON * sizeOfRow(r) + Double.MIN_NORMAL;
  }

  private double sizeOfRow(int r) {
    double most = r < active.length ? 0 : 1;
    for (int i = 0; i < n && r < active.length; i++) {
      most = Math.max(most, Math.abs(qp.rows[active[r]][i]));
    }
    return most * largestWeight();
  }

  private double largestWeight() {
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, Math.max(Math.abs(w[i]), Math.abs(qp.w0[i])));
    }
    return largest;
  }

  private void newton() {
    int size = free.length;
    int rows = active.length + activeCaps.length;
    double[] move = elimination.solve(right);
    for (int a = 0; a < size; a++) {
      int i = free[a];
      double next = w[i] + move[a];
      if (qp.power[i] > 0) {
        double x = w[i] - qp.w0[i];
        double nextX = next - qp.w0[i];
        // Across the kink the equations are others: most of the way there will do for once.
        next = nextX * x > 0 ? next : qp.w0[i] + 0.1 * x;
      }
      w[i] = next;
    }
    for (int r = 0; r < rows; r++) {
      double change = move[size + r];
      if (r < active.length) {
        y[active[r]] += change;
      } else {
        caps[activeCaps[r - active.length]] += change;
      }
    }
  }

  /**
   * Counts what is violated and, unless only counting, changes the face by up to {@code most} of
   * it, from the last on.
   */
  private int correct(int most, boolean counting) {
    int count = 0;
    for (int c = 1; c >= 0 && count < most; c--) {
      double limit = c == 0 ? qp.turnover : qp.gross;
      boolean change =
          capState[c]
              ? caps[c] < 0
              : limit < Double.POSITIVE_INFINITY
                  && used(c) - limit > 16 * EPSILON * largestWeight();
      if (change) {
        count++;
        capState[c] ^= !counting;
      }
    }
    for (int k = rowState.length - 1; k >= 0 && count < most; k--) {
      int next = nextRowState(k);
      if (next != rowState[k]) {
        count++;
        rowState[k] = counting ? rowState[k] : next;
      }
    }
    double[] g = qp.gradient(w);
    for (int i = n - 1; i >= 0 && count < most; i--) {
      int next = nextState(i, g);
      if (next != state[i]) {
        count++;
        state[i] = counting ? state[i] : next;
      }
    }
    return count;
  }

  private int nextRowState(int k) {
    if (rowState[k] == 2) {
      return 2;
    }
    if (rowState[k] != 0) {
      return rowState[k] * y[k] > 0 ? 0 : rowState[k];
    }
    double activity = activity(k);
    double most = 0;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, Math.abs(qp.rows[k][i]));
    }
    double slack = 16 * EPSILON * most * largestWeight();
    if (qp.rowLower[k] - activity > slack) {
      return -1;
    }
    return activity - qp.rowUpper[k] > slack ? 1 : 0;
  }

  private int nextState(int i, double[] g) {
    double[] at = points[i];
    int k = state[i] / 2;
    if (isFree(i)) {
      if (w[i] <= at[k]) {
        return 2 * k;
      }
      return w[i] >= at[k + 1] ? 2 * (k + 1) : state[i];
    }
    double smooth = g[i] + qp.powerSlope(i, w[i] - qp.w0[i]) - priced(i);
    double least = roundingOf(i);
    if (k + 1 < at.length && smooth + qp.slope(i, at[k], true, caps[0], caps[1]) < -least) {
      return 2 * k + 1;
    }
    if (k > 0 && smooth + qp.slope(i, at[k], false, caps[0], caps[1]) > least) {
      return 2 * k - 1;
    }
    return state[i];
  }
}
