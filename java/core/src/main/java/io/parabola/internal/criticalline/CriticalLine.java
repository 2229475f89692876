package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.Vectors.axpy;
import static io.parabola.internal.criticalline.Vectors.axpy4;
import static io.parabola.internal.criticalline.Vectors.largest;

import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * The critical line method (Markowitz 1956) with bounds and rows. With the free assets F and the
 * active rows C fixed, weights and multipliers are linear in a parameter t:
 *
 * <pre>
 *     Σ w − p(t) − C'y = z,   z zero on F,   C w = limits(t)
 * </pre>
 *
 * until a free weight or an idle row meets a limit, or the multiplier of an asset at its bound or
 * of an active row changes its sign. That asset or row changes sides, and on it goes.
 *
 * <p>First t carries a problem of which the starting portfolio is the solution into that of least
 * variance: t from 0 to 1, p from whatever makes it so to zero, row limits from where they are kept
 * to where they belong. Then t is the risk tolerance, from 0 upwards with p = τμ, until nothing
 * changes any more. So the line needs neither a linear program for the portfolio of maximum return
 * nor that there is one.
 *
 * <p>Where an asset that is to become free leaves a direction without curvature (duplicates, a
 * riskless asset, fewer observations than assets), the portfolio moves along it at once, to the
 * first limit in the way, which takes the asset's place: a jump of the return at one t. Where
 * something that is to be fixed is all that is left to meet the active rows, multipliers move until
 * something else gives way. Ties are met one by one, by steps of length zero; when these go on, the
 * one of least index goes first, which cannot go round in circles (the criss-cross rule).
 *
 * <p>A corner costs O(n |F|). Works on one problem, once, on one thread.
 */
final class CriticalLine {
  /** How the following of a line ended. */
  enum Outcome {
    /** At its end. */
    ENDED,
    /** The rows and bounds cannot be met together. */
    INFEASIBLE,
    /** The return grows without end at no risk. */
    RISKLESS,
    /** Given up: rounding has led it in circles, or left no way on. */
    LOST
  }

  /** Told of each corner. */
  interface Listener {
    /**
     * One more corner; arrays are the line's own.
     *
     * @param riskTolerance τ
     * @param w weights [n]
     * @param covariances Σw [n]
     * @param y multipliers of the budget and the rows
     */
    void corner(double riskTolerance, double[] w, double[] covariances, double[] y);
  }

  /** Roundings that a computed number may be off by, for its sign to mean nothing. */
  private static final double NOISE = 0x1p-44;

  /** The same for numbers that are worked out anew from the data. */
  private static final double ROUNDING = 0x1p-48;

  /** A part that no computation by way of the whole can tell from zero. */
  private static final double NOTHING = 0x1p-90;

  /** Steps that differ by no more than this part of t end at one t. */
  private static final double TIE = 0x1p-50;

  /** How near to its end a line is at its end. */
  private static final double CLOSE = 0x1p-46;

  /** By what part of their terms rows and bounds have to miss each other to contradict. */
  private static final double CONTRADICTION = 1e-11;

  /** Steps of length zero in a row, after which the one of least index goes first. */
  private static final int PATIENCE = 30;

  /** Rounds of refinement; nearly always none or one is needed. */
  private static final int CORRECTIONS = 8;

  /** How much more rounding the sum over weights at bounds may carry than it would if made anew. */
  private static final double RENEWAL = 1;

  private static final byte FREE = 0;
  private static final byte LOWER = 1;
  private static final byte UPPER = 2;

  /** Not free for want of curvature, but between its bounds. */
  private static final byte LOOSE = 3;

  /** A row that is met with room to spare. */
  private static final byte IDLE = 4;

  private final int attempt;
  private final int n;
  private final int m;
  private final CovarianceColumns source;
  private final double[][] columns;
  private final double[] deviation;
  private final double largestDeviation;
  private final double[] mu;
  private final double[] lower;
  private final double[] upper;
  private final double[][] rows;
  private final double[] rowLower;
  private final double[] rowUpper;

  /** By how much the limits of a row are off at t = 0; all gone at t = 1. */
  private final double[] lowerShift;

  private final double[] upperShift;

  private final FreeSet free;

  /** FREE, LOWER, UPPER or LOOSE of the n assets, then IDLE, LOWER or UPPER of the m rows. */
  private final byte[] side;

  private final double[] w;
  private final double[] z;
  private final double[] y;

  /** C w [m]. */
  private final double[] activity;

  /** Σw [n]. */
  private final double[] product;

  /** p(t) = base + t slope [n]. */
  private final double[] base;

  private double[] slope;
  private double t;

  /** Σ |w| σ, and the largest |w|. */
  private double risk;

  private double largest;

  /** A multiplier, and a multiplier's change with t, that are nothing beside the largest. */
  private final double nothing;

  private double slopeNothing;

  /** Steps of length zero in a row. */
  private int still;

  /** Σw of the weights that are not free [n], and Σ |w| σ of the changes added up in it. */
  private final double[] atBounds;

  private double rounded;

  /** d(w, z, y, Cw)/dt; before that, w's by place in the free set. */
  private final double[] weightMove;

  private final double[] multiplierMove;
  private final double[] rowMultiplierMove;
  private final double[] activityMove;
  private final double[] move;

  /** How far each asset and row [n + m] is from changing sides. */
  private final double[] steps;

  /** What turned out to lead nowhere, as long as nothing else changes [n + m]. */
  private final boolean[] ignored;

  /** What is known of the change with t that decides it: less than this is rounding [n + m]. */
  private final double[] trust;

  private final double[] correction;

  /** What rounding of rows makes of the free weights' moves. */
  private final double[] rowSway;

  /** Right sides and results of equations, by place and by active row. */
  private final double[] right;

  private final double[] rowRight;
  private final double[] rowOut;

  /** A direction of return without risk and without end. */
  private double[] escape;

  private Listener listener;

  CriticalLine(LineProblem problem, int attempt) {
    this.attempt = attempt;
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
    correction = new double[n];
    rowSway = new double[n];
    base = new double[n];
    atBounds = new double[n];
    move = new double[n];
    weightMove = new double[n];
    multiplierMove = new double[n];
    rowMultiplierMove = new double[m];
    activityMove = new double[m];
    steps = new double[n + m];
    ignored = new boolean[n + m];
    trust = new double[n + m];
    right = new double[n];
    rowRight = new double[m];
    rowOut = new double[m];
  }

  /**
   * Follows the whole line.
   *
   * @param hint a portfolio near that of least variance, or null; need not be feasible
   * @param listener told of each corner, in ascending order
   */
  Outcome trace(double[] hint, Listener listener) {
    if (ScenarioRules.shortfall(lower, upper, rowLower[0]) != 0) {
      return Outcome.INFEASIBLE;
    }
    start(hint);
    Outcome outcome = follow(1);
    if (outcome != Outcome.ENDED) {
      return outcome;
    }
    t = 0;
    Arrays.fill(base, 0);
    Arrays.fill(lowerShift, 0);
    Arrays.fill(upperShift, 0);
    slope = mu;
    slopeNothing = NOTHING * largest(mu);
    free.setSlope(mu);
    refresh();
    this.listener = listener;
    return follow(Double.POSITIVE_INFINITY);
  }

  /** Σ's columns, as far as they are known. */
  double[][] columns() {
    return columns;
  }

  /** How the weights go on beyond the last corner, per unit of τ (or of anything, if riskless). */
  double[] direction() {
    if (escape != null) {
      return escape;
    }
    double[] last = new double[n];
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      last[i] = isNoise(weightMove[i], trust[i]) ? 0 : weightMove[i];
    }
    return last;
  }

  /** How the multipliers go on beyond the last corner. */
  double[] multiplierDirection() {
    return escape != null ? new double[m] : rowMultiplierMove;
  }

  // ---------------------------------------------------------------- start

  /** A portfolio within the bounds and the budget, and the linear term that makes it optimal. */
  private void start(double[] hint) {
    Integer[] byVariance = new Integer[n];
    for (int i = 0; i < n; i++) {
      byVariance[i] = i;
      double inside = hint != null && Double.isFinite(hint[i]) ? hint[i] : 0;
      if (hint == null && Double.isFinite(lower[i])) {
        inside = lower[i];
      }
      w[i] = Math.min(Math.max(inside, lower[i]), upper[i]);
    }
    Arrays.sort(byVariance, (i, j) -> Double.compare(deviation[i], deviation[j]));
    meetBudget(byVariance);
    Arrays.fill(side, n, n + m, IDLE);
    int[] inner = new int[n];
    int count = 0;
    int movable = -1;
    for (int i : byVariance) {
      if (lower[i] == upper[i]) {
        side[i] = LOWER;
        continue;
      }
      movable = movable < 0 ? i : movable;
      side[i] = w[i] <= lower[i] ? LOWER : w[i] >= upper[i] ? UPPER : LOOSE;
      if (side[i] == LOOSE) {
        inner[count++] = i;
      }
    }
    if (count == 0 && movable >= 0) {
      inner[count++] = movable;
    }
    slope = new double[n];
    free.clear(new int[] {0}, movable >= 0 ? 1 : 0, slope);
    side[n] = movable >= 0 ? LOWER : IDLE;
    free.rescale(inner, count);
    for (int q = 0; q < count; q++) {
      column(inner[q]);
      if (free.add(inner[q])) {
        side[inner[q]] = FREE;
      }
    }
    for (int q = 0; q < count; q++) {
      if (side[inner[q]] == LOOSE) {
        slide(inner[q]);
      }
    }
    renew();
    gradient();
    measure();
    double level = count == 0 ? 0 : z[free.asset[0]];
    y[0] = level;
    for (int i = 0; i < n; i++) {
      z[i] -= level;
      double unsettled = z[i];
      if (side[i] == LOWER || side[i] == UPPER) {
        double wrong = side[i] == LOWER ? -z[i] : z[i];
        if (lower[i] == upper[i] || !(wrong > NOISE * (deviation[i] * risk + Math.abs(level)))) {
          continue;
        }
        // Not all at one t: by different margins on the right side.
        unsettled *= 1 + spread(i);
      }
      base[i] = unsettled;
      slope[i] = -unsettled;
      z[i] -= unsettled;
    }
    slopeNothing = nothing + NOTHING * largest(slope);
    free.setSlope(slope);
    measure();
    for (int r = 0; r < m; r++) {
      activity[r] = sum(rows[r]);
      if (r == 0) {
        continue;
      }
      double rounding = 4 * ROUNDING * largestTerm(r);
      double miss = rowLower[r] - activity[r];
      double excess = activity[r] - rowUpper[r];
      if (rowLower[r] == rowUpper[r]) {
        lowerShift[r] = isNoise(excess, rounding) ? 0 : excess;
        upperShift[r] = lowerShift[r];
      } else {
        lowerShift[r] = miss > rounding ? -(1 + spread(n + r)) * miss : 0;
        upperShift[r] = excess > rounding ? (1 + spread(n + r)) * excess : 0;
      }
    }
    t = 0;
    refresh();
  }

  /** Different for each index and attempt, between 0.5 and 1. */
  private double spread(int index) {
    double golden = (index + 1) * 0.6180339887498949 + attempt * 0.41421356237309515 * (index + 1);
    return 0.5 + 0.5 * (golden - Math.floor(golden));
  }

  private void meetBudget(Integer[] order) {
    for (int pass = 0; pass < 2; pass++) {
      double left = rowLower[0] - ScenarioRules.sum(w);
      // First what is inside its bounds already, then anything.
      for (int i : order) {
        boolean inside = w[i] > lower[i] && w[i] < upper[i];
        if (left != 0 && (inside || pass > 0)) {
          double to = Math.min(Math.max(w[i] + left, lower[i]), upper[i]);
          left -= to - w[i];
          w[i] = to;
        }
      }
    }
  }

  /** Moves an asset without curvature, whose slope is zero as yet, to the first limit. */
  private void slide(int j) {
    if (free.add(j)) {
      side[j] = FREE;
      return;
    }
    for (double sign = 1; sign >= -1; sign -= 2) {
      double trusted = ray(j, sign);
      double[] limit = {Double.POSITIVE_INFINITY};
      int blocker = blocker(j, sign, trusted, false, limit);
      if (blocker >= 0) {
        go(limit[0]);
        settle(blocker, weightMove[blocker] > 0);
        if (blocker != j) {
          free.remove(blocker);
          admit(j);
        }
        return;
      }
    }
  }

  // ---------------------------------------------------------------- line

  private Outcome follow(double end) {
    still = 0;
    long most = 1000 + 100L * (n + m);
    for (long pivots = 0; pivots < most; pivots++) {
      refreshAndFindDirection();
      int event = nextEvent(still > PATIENCE);
      while (event >= 0 && event < n && side[event] == FREE && isHeld(event)) {
        // The active rows alone determine it: its move is rounding.
        weightMove[event] = 0;
        event = nextEvent(still > PATIENCE);
      }
      double step = event < 0 ? Double.POSITIVE_INFINITY : steps[event];
      if (t + step >= end * (1 - CLOSE)) {
        if (end < Double.POSITIVE_INFINITY) {
          advance(end - t);
          t = end;
          refresh();
        } else {
          note();
        }
        return Outcome.ENDED;
      }
      if (step > TIE * t) {
        note();
        still = 0;
      } else {
        still++;
      }
      advance(step);
      t += step;
      Outcome failure = event < n ? change(event) : changeRow(event - n);
      if (failure == Outcome.RISKLESS && end < Double.POSITIVE_INFINITY) {
        // There is no end to nothing: what leads away from a least variance for ever is rounding.
        ignored[event] = true;
        escape = null;
        continue;
      }
      Arrays.fill(ignored, false);
      if (failure == Outcome.INFEASIBLE && !isContradiction()) {
        // Met but for rounding.
        t = end;
        refresh();
        return Outcome.ENDED;
      }
      if (failure != null) {
        return failure;
      }
    }
    return Outcome.LOST;
  }

  /** Whether a free weight cannot move because active rows, which stay where they are, hold it. */
  private boolean isHeld(int i) {
    for (int a = 0; a < free.rowCount; a++) {
      if (limitSlope(free.row[a]) != 0) {
        return false;
      }
    }
    return isNeeded(i);
  }

  /** Whether without this asset the active rows could not be met one by one. */
  private boolean isNeeded(int i) {
    return free.rowCount > 0 && !free.areIndependent(free.row, free.rowCount, free.place[i]);
  }

  private void note() {
    if (listener != null) {
      listener.corner(t, w, product, y);
    }
  }

  /**
   * {@link #refresh} and d(w, z, y, Cw)/dt with F and C as they are; together, because reading Σ is
   * what both take their time for.
   */
  private void refreshAndFindDirection() {
    measure();
    if (rounded > RENEWAL * risk) {
      renew();
    }
    for (int a = 0; a < free.rowCount; a++) {
      rowRight[a] = limitSlope(free.row[a]);
    }
    double before = free.solveSlope(rowRight, move, rowOut);
    spreadMove(1);
    Arrays.fill(rowMultiplierMove, 0);
    for (int a = 0; a < free.rowCount; a++) {
      rowMultiplierMove[free.row[a]] = rowOut[a];
    }
    System.arraycopy(atBounds, 0, product, 0, n);
    startMultiplierMove();
    addProducts(w, product, weightMove, multiplierMove);
    findMultipliers();
    correct();
    refineDirection(before);
  }

  private void refineDirection(double before) {
    int k = free.size;
    trustMultipliers(before);
    double size = size(weightMove);
    for (int pass = 0; pass < CORRECTIONS; pass++) {
      double worst = 0;
      for (int q = 0; q < k; q++) {
        int i = free.asset[q];
        right[q] = -multiplierMove[i];
        worst = Math.max(worst, ratio(right[q], multiplierNoise(i, size)));
      }
      for (int a = 0; a < free.rowCount; a++) {
        double[] row = rows[free.row[a]];
        rowRight[a] = limitSlope(free.row[a]) - dotFree(row, weightMove);
        worst = Math.max(worst, ratio(rowRight[a], sumNoise(row)));
      }
      if (!(worst > 1)) {
        break;
      }
      free.solve(rowRight, right, rowOut);
      for (int q = 0; q < k; q++) {
        weightMove[free.asset[q]] += right[q];
      }
      for (int a = 0; a < free.rowCount; a++) {
        rowMultiplierMove[free.row[a]] += rowOut[a];
      }
      findMultiplierMove();
      size = size(weightMove);
    }
    for (int q = 0; q < k; q++) {
      trust[free.asset[q]] = multiplierNoise(free.asset[q], size);
    }
    trustWeights(before);
    double sway = 0;
    for (int q = 0; q < k; q++) {
      sway += deviation[free.asset[q]] * trust[free.asset[q]];
    }
    for (int i = 0; i < n; i++) {
      if (side[i] != FREE) {
        trust[i] = multiplierNoise(i, size) + deviation[i] * sway;
      }
    }
    for (int r = 0; r < m; r++) {
      if (side[n + r] == IDLE) {
        activityMove[r] = dotFree(rows[r], weightMove);
        trust[n + r] = 0;
        for (int q = 0; q < k; q++) {
          int i = free.asset[q];
          trust[n + r] += Math.abs(rows[r][i]) * trust[i];
        }
      } else {
        activityMove[r] = limitSlope(r);
      }
    }
  }

  /**
   * What the moves of free weights are known to: the rounding of the gradient over the curvature
   * that a weight meets, which is its own variance or that of the cheapest other that pays for it.
   */
  private void trustWeights(double before) {
    int cheapest = -1;
    double next = Double.POSITIVE_INFINITY;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      if (cheapest < 0 || free.diagonal[i] < free.diagonal[cheapest]) {
        next = cheapest < 0 ? next : free.diagonal[cheapest];
        cheapest = i;
      } else {
        next = Math.min(next, free.diagonal[i]);
      }
    }
    double rounding = 0;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      rounding = Math.max(rounding, trust[i] / Math.sqrt(i == cheapest ? next : free.diagonal[i]));
    }
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      double noise = rounding / Math.sqrt(i == cheapest ? next : free.diagonal[i]);
      double nothing = NOTHING * before / Math.sqrt(free.diagonal[i]);
      double speed = Math.abs(weightMove[i]);
      // In doubt, exactly: the weight's response to a rounding of each part of the gradient.
      trust[i] =
          speed > nothing + rowSway[i] && !(speed > noise) ? Math.max(response(i), nothing) : noise;
      trust[i] = Math.max(trust[i], nothing) + rowSway[i];
    }
  }

  /** What rounding of the gradient makes of one weight's move. */
  private double response(int i) {
    Arrays.fill(right, 0, free.size, 0);
    Arrays.fill(rowRight, 0, free.rowCount, 0);
    right[free.place[i]] = 1;
    free.solve(rowRight, right, rowOut);
    return roundedBy(right);
  }

  /** What roundings of the gradient come to if one answers to them like this, by place. */
  private double roundedBy(double[] responses) {
    double size = size(weightMove);
    double rounding = 0;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      double terms = deviation[i] * size + Math.abs(slope[i]);
      for (int a = 0; a < free.rowCount; a++) {
        terms += Math.abs(rowMultiplierMove[free.row[a]] * rows[free.row[a]][i]);
      }
      rounding += Math.abs(responses[q]) * terms;
    }
    return NOISE * rounding;
  }

  /** What the changes of multipliers are known to, and rounding of rows in those of weights. */
  private void trustMultipliers(double before) {
    Arrays.fill(rowSway, 0);
    for (int b = 0; b < free.rowCount; b++) {
      double noise;
      if (free.rowCount == 1) {
        noise = NOISE * before * free.multiplierSize(b);
      } else {
        free.solveRow(b, right, rowOut);
        noise = roundedBy(right);
        double rounding = NOISE * largestFreeTerm(rows[free.row[b]]);
        for (int q = 0; q < free.size; q++) {
          rowSway[free.asset[q]] += rounding * Math.abs(right[q]);
        }
      }
      trust[n + free.row[b]] = noise;
    }
  }

  /** From places in the free set to assets. */
  private void spreadMove(double sign) {
    Arrays.fill(weightMove, 0);
    for (int q = 0; q < free.size; q++) {
      weightMove[free.asset[q]] = sign * move[q];
    }
  }

  /** Σ weightMove − slope − C' rowMultiplierMove. */
  private void findMultiplierMove() {
    startMultiplierMove();
    addProduct(weightMove, multiplierMove);
  }

  private void startMultiplierMove() {
    for (int i = 0; i < n; i++) {
      multiplierMove[i] = -slope[i];
    }
    for (int r = 0; r < m; r++) {
      axpy(-rowMultiplierMove[r], rows[r], multiplierMove);
    }
  }

  /** target += Σ x and otherTarget += Σ other, over the free assets. */
  private void addProducts(double[] x, double[] target, double[] other, double[] otherTarget) {
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

  /** target += Σ x over the free assets. */
  private void addProduct(double[] x, double[] target) {
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

  private double limitSlope(int r) {
    return side[n + r] == UPPER ? -upperShift[r] : -lowerShift[r];
  }

  private double lowerLimit(int r) {
    return rowLower[r] + (lowerShift[r] == 0 ? 0 : (1 - t) * lowerShift[r]);
  }

  private double upperLimit(int r) {
    return rowUpper[r] + (upperShift[r] == 0 ? 0 : (1 - t) * upperShift[r]);
  }

  private boolean isNoise(double value, double noise) {
    return !(Math.abs(value) > noise);
  }

  /** What the change of an asset's multiplier is known to, Σ |dw/dt| σ being given. */
  private double multiplierNoise(int i, double size) {
    double noise = NOISE * (deviation[i] * size + Math.abs(slope[i])) + slopeNothing;
    for (int a = 0; a < free.rowCount; a++) {
      noise += trust[n + free.row[a]] * Math.abs(rows[free.row[a]][i]);
    }
    return noise;
  }

  private static double ratio(double value, double noise) {
    return value == 0 ? 0 : Math.abs(value) / noise;
  }

  /** Σ |x| σ over the free assets. */
  private double size(double[] x) {
    double size = 0;
    for (int q = 0; q < free.size; q++) {
      size += Math.abs(x[free.asset[q]]) * deviation[free.asset[q]];
    }
    return size;
  }

  private void measure() {
    largest = largest(w);
    risk = LineCertificate.risk(w, deviation, largestDeviation);
  }

  /**
   * Fills {@link #steps} and finds what happens next; of what happens together, the most certain,
   * or that of least index. −1 if nothing does.
   */
  private int nextEvent(boolean least) {
    double first = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      steps[i] = ignored[i] ? Double.POSITIVE_INFINITY : step(i);
      first = Math.min(first, steps[i]);
    }
    for (int r = 0; r < m; r++) {
      steps[n + r] = ignored[n + r] ? Double.POSITIVE_INFINITY : rowStep(r);
      first = Math.min(first, steps[n + r]);
    }
    if (first == Double.POSITIVE_INFINITY) {
      return -1;
    }
    double together = first + TIE * (t + first);
    int chosen = -1;
    double surest = -1;
    for (int e = 0; e < n + m; e++) {
      if (steps[e] <= together) {
        double speed = e < n ? speed(e) : rowSpeed(e - n);
        if (speed > surest && !(least && chosen >= 0)) {
          chosen = e;
          surest = speed;
        }
      }
    }
    return chosen;
  }

  private double speed(int i) {
    return Math.abs(side[i] == FREE ? weightMove[i] : multiplierMove[i]) / trust[i];
  }

  private double rowSpeed(int r) {
    double speed =
        side[n + r] == IDLE
            ? Math.abs(activityMove[r]) + Math.abs(lowerShift[r]) + Math.abs(upperShift[r])
            : Math.abs(rowMultiplierMove[r]);
    return speed / trust[n + r];
  }

  private double step(int i) {
    double none = Double.POSITIVE_INFINITY;
    if (side[i] == FREE) {
      double speed = weightMove[i];
      return isNoise(speed, trust[i]) ? none : reach(room(i, speed), speed);
    }
    double speed = multiplierMove[i];
    if (isNoise(speed, trust[i]) || lower[i] == upper[i]) {
      return none;
    }
    switch (side[i]) {
      case LOWER:
        return speed < 0 ? reach(-beyondNoise(z[i], zNoise(i)), speed) : none;
      case UPPER:
        return speed > 0 ? reach(beyondNoise(-z[i], zNoise(i)), speed) : none;
      default:
        return 0;
    }
  }

  private double rowStep(int r) {
    double none = Double.POSITIVE_INFINITY;
    int e = n + r;
    if (side[e] == IDLE) {
      if (rowLower[r] == rowUpper[r]) {
        double apart = activityMove[r] + lowerShift[r];
        return isNoise(apart, trust[e] + NOISE * Math.abs(lowerShift[r])) ? none : 0;
      }
      return Math.min(stepDown(r), stepUp(r));
    }
    double speed = rowMultiplierMove[r];
    if (rowLower[r] == rowUpper[r] || isNoise(speed, trust[e])) {
      return none;
    }
    if (side[e] == LOWER) {
      return speed < 0 ? reach(-beyondNoise(y[r], yNoise(r)), speed) : none;
    }
    return speed > 0 ? reach(beyondNoise(-y[r], yNoise(r)), speed) : none;
  }

  private double stepDown(int r) {
    double speed = activityMove[r] + lowerShift[r];
    return speed < -trust[n + r] && rowLower[r] > Double.NEGATIVE_INFINITY
        ? reach(lowerLimit(r) - activity[r], speed)
        : Double.POSITIVE_INFINITY;
  }

  private double stepUp(int r) {
    double speed = activityMove[r] + upperShift[r];
    return speed > trust[n + r] && rowUpper[r] < Double.POSITIVE_INFINITY
        ? reach(upperLimit(r) - activity[r], speed)
        : Double.POSITIVE_INFINITY;
  }

  /** How far a weight is from the bound that it moves to; no distance if that is rounding. */
  private double room(int i, double speed) {
    double bound = speed > 0 ? upper[i] : lower[i];
    if (Double.isInfinite(bound)) {
      return bound;
    }
    double distance = bound - w[i];
    return Math.abs(distance) > 0.25 * ROUNDING * (Math.abs(bound) + largest) ? distance : 0;
  }

  /** What multipliers are known to: no more than a rounding of their terms. */
  private double zNoise(int i) {
    double terms = deviation[i] * risk + Math.abs(base[i]) + Math.abs(t * slope[i]);
    return ROUNDING * terms + nothing;
  }

  private double yNoise(int r) {
    double noise = 0;
    double coefficient = 0;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      if (rows[r][i] != 0) {
        noise = Math.max(noise, zNoise(i));
        coefficient = Math.max(coefficient, Math.abs(rows[r][i]));
      }
    }
    return coefficient == 0 ? 0 : noise / coefficient;
  }

  private static double beyondNoise(double multiplier, double noise) {
    return multiplier > noise ? multiplier : 0;
  }

  private static double reach(double distance, double speed) {
    return Math.max(distance / speed, 0);
  }

  private void advance(double step) {
    if (step == 0) {
      return;
    }
    for (int i = 0; i < n; i++) {
      w[i] += step * weightMove[i];
      z[i] += step * multiplierMove[i];
    }
    for (int r = 0; r < m; r++) {
      y[r] += step * rowMultiplierMove[r];
      activity[r] += step * activityMove[r];
    }
  }

  // ---------------------------------------------------------------- changes of sides

  private Outcome change(int i) {
    if (side[i] == FREE) {
      return fix(i, weightMove[i] > 0);
    }
    double sign = multiplierMove[i] < 0 ? 1 : -1;
    return release(i, sign);
  }

  private Outcome changeRow(int r) {
    if (side[n + r] == IDLE) {
      boolean equality = rowLower[r] == rowUpper[r];
      return activate(r, equality ? activityMove[r] + upperShift[r] > 0 : stepUp(r) < stepDown(r));
    }
    return relax(r);
  }

  /** A free weight stays at its bound. */
  private Outcome fix(int i, boolean atUpper) {
    int place = free.place[i];
    boolean needed = isNeeded(i);
    int[] other = {-1};
    if (needed) {
      Arrays.fill(right, 0, free.size, 0);
      right[place] = 1;
      if (!shiftMultipliers(atUpper ? 1 : -1, -1, other)) {
        return Outcome.INFEASIBLE;
      }
    }
    settle(i, atUpper);
    free.remove(i);
    return needed ? giveWay(other[0]) : null;
  }

  /**
   * Whether the multipliers that can be moved for ever prove that no portfolio meets the rows: with
   * these, v, what the bounds can make of (C'v)'w stays below what the limits ask of v'(Cw).
   */
  private boolean isContradiction() {
    double asked = 0;
    double terms = 0;
    for (int r = 0; r < m; r++) {
      double v = rowMultiplierMove[r];
      if (v != 0) {
        double term = v * (v > 0 ? rowLower[r] : rowUpper[r]);
        asked += term;
        terms += Math.abs(term);
      }
    }
    for (int i = 0; i < n; i++) {
      double v = -multiplierMove[i];
      if (!isNoise(v, trust[i])) {
        double term = v * (v > 0 ? upper[i] : lower[i]);
        asked -= term;
        terms += Math.abs(term);
      }
    }
    return asked > CONTRADICTION * terms;
  }

  /** Lets go of what a shift of multipliers came upon; there is curvature for it. */
  private Outcome giveWay(int other) {
    if (other >= n) {
      int r = other - n;
      side[other] = IDLE;
      y[r] = 0;
      refactor(-1, r, -1);
    } else {
      z[other] = 0;
      column(other);
      unsettle(other);
      admit(other);
      if (side[other] != FREE) {
        return Outcome.LOST;
      }
    }
    return null;
  }

  /** An asset leaves its bound. */
  private Outcome release(int j, double sign) {
    column(j);
    if (free.add(j)) {
      unsettle(j);
      side[j] = FREE;
      return null;
    }
    double trusted = ray(j, sign);
    double[] limit = {Double.POSITIVE_INFINITY};
    int blocker = blocker(j, sign, trusted, true, limit);
    if (blocker < 0) {
      escape = weightMove.clone();
      note();
      return Outcome.RISKLESS;
    }
    noteJump(limit[0]);
    unsettle(j);
    go(limit[0]);
    if (blocker == j) {
      settle(j, sign > 0);
    } else if (blocker < n) {
      settle(blocker, weightMove[blocker] > 0);
      free.remove(blocker);
      admit(j);
    } else {
      int r = blocker - n;
      side[blocker] = activityMove[r] > 0 ? UPPER : LOWER;
      side[j] = FREE;
      refactor(j, -1, r);
    }
    return null;
  }

  /** A row becomes active. */
  private Outcome activate(int r, boolean atUpper) {
    int[] with = Arrays.copyOf(free.row, free.rowCount + 1);
    with[free.rowCount] = r;
    int[] other = {-1};
    if (!free.areIndependent(with, free.rowCount + 1, -1)) {
      for (int q = 0; q < free.size; q++) {
        right[q] = rows[r][free.asset[q]];
      }
      if (!shiftMultipliers(atUpper ? 1 : -1, r, other)) {
        return Outcome.INFEASIBLE;
      }
    }
    side[n + r] = atUpper ? UPPER : LOWER;
    if (other[0] >= n) {
      side[other[0]] = IDLE;
      y[other[0] - n] = 0;
      refactor(-1, other[0] - n, r);
    } else {
      if (other[0] >= 0) {
        z[other[0]] = 0;
        column(other[0]);
        unsettle(other[0]);
        side[other[0]] = FREE;
      }
      refactor(other[0], -1, r);
    }
    return null;
  }

  /** An active row is left. */
  private Outcome relax(int r) {
    int a = 0;
    while (free.row[a] != r) {
      a++;
    }
    double sign = side[n + r] == LOWER ? 1 : -1;
    if (free.curvatureWithout(a) > 0x1p-40) {
      side[n + r] = IDLE;
      y[r] = 0;
      refactor(-1, r, -1);
      return null;
    }
    Arrays.fill(move, 0, free.size, 0);
    Arrays.fill(rowRight, 0, free.rowCount, 0);
    rowRight[a] = sign;
    free.solve(rowRight, move, rowOut);
    spreadMove(1);
    double trusted = 0;
    for (int q = 0; q < free.size; q++) {
      trusted = Math.max(trusted, Math.abs(move[q]) * Math.sqrt(free.diagonal[free.asset[q]]));
    }
    double[] limit = {Double.POSITIVE_INFINITY};
    activityMove[r] = sign;
    int blocker = blocker(n + r, sign, trusted, true, limit);
    if (blocker < 0) {
      escape = weightMove.clone();
      note();
      return Outcome.RISKLESS;
    }
    noteJump(limit[0]);
    go(limit[0]);
    if (blocker == n + r) {
      side[n + r] = side[n + r] == LOWER ? UPPER : LOWER;
      return null;
    }
    side[n + r] = IDLE;
    y[r] = 0;
    if (blocker < n) {
      settle(blocker, weightMove[blocker] > 0);
      free.remove(blocker);
      refactor(-1, r, -1);
    } else {
      side[blocker] = activityMove[blocker - n] > 0 ? UPPER : LOWER;
      refactor(-1, r, blocker - n);
    }
    return null;
  }

  /** The direction without curvature that a refused asset opens, into {@link #weightMove}. */
  private double ray(int j, double sign) {
    double trusted = free.solveEntrant(j, move);
    spreadMove(sign);
    weightMove[j] = sign;
    return trusted;
  }

  /**
   * The first limit in the way of {@link #weightMove}: an asset, n plus a row, or −1.
   *
   * @param mover what makes the move, whose own other limit counts too
   * @param size what weights move by, times the root of H's diagonal: less than its rounding is
   *     nothing
   * @param limit [0]: how far it is
   */
  private int blocker(int mover, double sign, double size, boolean withRows, double[] limit) {
    double most = Double.POSITIVE_INFINITY;
    Arrays.fill(steps, Double.POSITIVE_INFINITY);
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      trust[i] = 64 * NOISE * size / Math.sqrt(free.diagonal[i]);
      if (!isNoise(weightMove[i], trust[i])) {
        steps[i] = reach(room(i, weightMove[i]), weightMove[i]);
      }
    }
    if (mover < n) {
      trust[mover] = NOISE;
      steps[mover] = reach((sign > 0 ? upper[mover] : lower[mover]) - w[mover], sign);
    }
    for (int r = 0; r < m && withRows; r++) {
      if (side[n + r] == IDLE) {
        double speed = dotFree(rows[r], weightMove);
        double noise = 0;
        for (int q = 0; q < free.size; q++) {
          noise += Math.abs(rows[r][free.asset[q]]) * trust[free.asset[q]];
        }
        if (mover < n) {
          speed += rows[r][mover] * sign;
          noise += NOISE * Math.abs(rows[r][mover]);
        }
        activityMove[r] = speed;
        trust[n + r] = noise;
        if (!isNoise(speed, noise)) {
          steps[n + r] = reach((speed > 0 ? upperLimit(r) : lowerLimit(r)) - activity[r], speed);
        }
      } else if (mover == n + r) {
        trust[n + r] = NOISE;
        steps[n + r] = upperLimit(r) - lowerLimit(r);
      }
    }
    for (double step : steps) {
      most = Math.min(most, step);
    }
    if (most == Double.POSITIVE_INFINITY) {
      return -1;
    }
    int chosen = -1;
    double surest = -1;
    for (int e = 0; e < n + m; e++) {
      if (steps[e] <= most * (1 + TIE)) {
        double speed = Math.abs(e < n ? weightMove[e] : activityMove[e - n]) / trust[e];
        if (speed > surest) {
          chosen = e;
          surest = speed;
        }
      }
    }
    limit[0] = most;
    return chosen;
  }

  /** The corner before a jump; where there is no risk tolerance it is not efficient. */
  private void noteJump(double length) {
    if (length > 0) {
      still = 0;
    }
    if (length > 0 && t > 0) {
      refresh();
      note();
    }
  }

  private void go(double length) {
    for (int i = 0; i < n; i++) {
      w[i] += length * weightMove[i];
    }
  }

  /**
   * Moves multipliers, the weights staying where they are, until one is zero that has to keep its
   * sign.
   *
   * @param sign what multipliers of the active rows that add up to {@link #right}, which is to be
   *     fixed, are to be multiplied with
   * @param entrant the row that is to be active, or −1 for an asset
   * @param other [0]: what is at zero: an asset, or n plus a row
   * @return false if there is none: then bounds and rows contradict each other
   */
  private boolean shiftMultipliers(double sign, int entrant, int[] other) {
    Arrays.fill(rowMultiplierMove, 0);
    double before = free.combine(right, rowOut);
    Arrays.fill(trust, n, n + m, 0);
    for (int a = 0; a < free.rowCount; a++) {
      int r = free.row[a];
      rowMultiplierMove[r] = sign * rowOut[a];
      trust[n + r] = NOISE * (before * free.multiplierSize(a) + Math.abs(rowOut[a]));
    }
    if (entrant >= 0) {
      rowMultiplierMove[entrant] = -sign;
    }
    Arrays.fill(weightMove, 0);
    Arrays.fill(multiplierMove, 0);
    Arrays.fill(steps, Double.POSITIVE_INFINITY);
    for (int r = 0; r < m; r++) {
      axpy(-rowMultiplierMove[r], rows[r], multiplierMove);
    }
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      trust[i] = entrant < 0 ? 0 : NOISE * Math.abs(rows[entrant][i]);
      for (int r = 0; r < m; r++) {
        trust[i] += trust[n + r] * Math.abs(rows[r][i]);
      }
      if (side[i] != FREE) {
        steps[i] = step(i);
        least = Math.min(least, steps[i]);
      }
    }
    for (int a = 0; a < free.rowCount; a++) {
      int r = free.row[a];
      steps[n + r] = rowStep(r);
      least = Math.min(least, steps[n + r]);
    }
    if (least == Double.POSITIVE_INFINITY) {
      return false;
    }
    double surest = -1;
    for (int e = 0; e < n + m; e++) {
      if (steps[e] <= least * (1 + TIE)) {
        double speed = e < n ? speed(e) : rowSpeed(e - n);
        if (speed > surest) {
          other[0] = e;
          surest = speed;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      z[i] += least * multiplierMove[i];
    }
    for (int r = 0; r < m; r++) {
      y[r] += least * rowMultiplierMove[r];
    }
    return true;
  }

  /** The factor anew, with an asset more, a row less or a row more (−1: none). */
  private void refactor(int entrant, int leaver, int newcomer) {
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

  /** An asset that counts nowhere yet becomes free, if there is curvature for it. */
  private void admit(int i) {
    if (free.add(i)) {
      side[i] = FREE;
    } else {
      side[i] = LOOSE;
      axpy(w[i], columns[i], atBounds);
    }
  }

  private double[] column(int i) {
    if (columns[i] == null) {
      columns[i] = source.column(i);
    }
    return columns[i];
  }

  /** A weight is at its bound from now on. */
  private void settle(int i, boolean atUpper) {
    w[i] = atUpper ? upper[i] : lower[i];
    side[i] = atUpper ? UPPER : LOWER;
    z[i] = 0;
    if (w[i] != 0) {
      axpy(w[i], column(i), atBounds);
      rounded += Math.abs(w[i]) * deviation[i];
    }
  }

  /** A weight is at its bound no longer; it may have left it already, by a jump. */
  private void unsettle(int i) {
    double from = side[i] == LOWER ? lower[i] : side[i] == UPPER ? upper[i] : w[i];
    if (from != 0) {
      axpy(-from, columns[i], atBounds);
      rounded += Math.abs(from) * deviation[i];
    }
  }

  // ---------------------------------------------------------------- accuracy

  /** Σw over the weights that are not free, anew. */
  private void renew() {
    rounded = 0;
    Arrays.fill(atBounds, 0);
    for (int i = 0; i < n; i++) {
      if (side[i] != FREE && w[i] != 0) {
        axpy(w[i], column(i), atBounds);
      }
    }
  }

  /** Σw, and z from it. */
  private void gradient() {
    System.arraycopy(atBounds, 0, product, 0, n);
    addProduct(w, product);
    findMultipliers();
  }

  /** z = Σw − p(t) − C'y. */
  private void findMultipliers() {
    for (int i = 0; i < n; i++) {
      z[i] = product[i] - (base[i] + t * slope[i]);
    }
    for (int r = 0; r < m; r++) {
      axpy(-y[r], rows[r], z);
    }
  }

  /** Everything from the data, and what rounding has left of the equations solved away. */
  private void refresh() {
    measure();
    if (rounded > RENEWAL * risk) {
      renew();
    }
    gradient();
    correct();
  }

  /** Corrects weights and multipliers, the gradient at them being known. */
  private void correct() {
    for (int r = 0; r < m; r++) {
      activity[r] = sum(rows[r]);
    }
    for (int pass = 0; pass < CORRECTIONS; pass++) {
      double worst = 0;
      for (int q = 0; q < free.size; q++) {
        int i = free.asset[q];
        worst = Math.max(worst, ratio(z[i], 0.5 * zNoise(i)));
        right[q] = -z[i];
      }
      for (int a = 0; a < free.rowCount; a++) {
        int r = free.row[a];
        double limit = side[n + r] == UPPER ? upperLimit(r) : lowerLimit(r);
        rowRight[a] = limit - activity[r];
        worst = Math.max(worst, ratio(rowRight[a], 0.25 * ROUNDING * largestTerm(r)));
      }
      if (!(worst > 1)) {
        break;
      }
      free.solve(rowRight, right, rowOut);
      for (int q = 0; q < free.size; q++) {
        correction[free.asset[q]] = right[q];
        w[free.asset[q]] += right[q];
      }
      for (int a = 0; a < free.rowCount; a++) {
        y[free.row[a]] += rowOut[a];
      }
      addProduct(correction, product);
      findMultipliers();
      for (int r = 0; r < m; r++) {
        activity[r] += dotFree(rows[r], correction);
      }
    }
  }

  /** What rounding makes of the sum of a row's terms: of the largest, and of each. */
  private double sumNoise(double[] row) {
    double largest = 0;
    double terms = 0;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      double term = Math.abs(row[i] * weightMove[i]);
      largest = Math.max(largest, term);
      terms += term;
    }
    return Math.max(ROUNDING * largest, Math.ulp(1.0) * terms);
  }

  private double largestFreeTerm(double[] row) {
    double largest = 0;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      largest = Math.max(largest, Math.abs(row[i] * weightMove[i]));
    }
    return largest;
  }

  private double largestTerm(int r) {
    double[] row = rows[r];
    double least = Math.ulp(largest);
    double most = 0;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, Math.abs(row[i]) * Math.max(Math.abs(w[i]), least));
    }
    return most;
  }

  private double dotFree(double[] a, double[] x) {
    double sum = 0;
    for (int q = 0; q < free.size; q++) {
      int i = free.asset[q];
      sum += a[i] * x[i];
    }
    return sum;
  }

  private double sum(double[] row) {
    double sum = 0;
    double lost = 0;
    for (int i = 0; i < n; i++) {
      double term = row[i] * w[i];
      double next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
    }
    return sum + lost;
  }
}
