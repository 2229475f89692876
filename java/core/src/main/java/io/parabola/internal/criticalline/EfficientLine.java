package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.Vectors.axpy;

import io.parabola.internal.ScenarioRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The efficient frontier of one problem: its corners, and everything between two of them, where
 * weights and multipliers are linear in the risk tolerance. From the portfolio of least variance
 * (of several, the one that returns most) to that of maximum return (of several, the one of least
 * variance), or without an end where the return has no maximum.
 *
 * <p>Immutable; arrays that it gives away are not to be modified. Used by one thread at a time.
 */
public final class EfficientLine {
  /** The largest relative gap of a portfolio that counts as exact: that of the engines. */
  private static final double EXACT = 1e-8;

  /** How far returns may be apart, over their size, and still be the same. */
  private static final double SLACK = 1e-9;

  private static final int ROUNDINGS = 16;
  private static final int ATTEMPTS = 4;

  /** By what part of its largest term a row may be missed. */
  private static final double FEASIBLE = 1e-9;

  private final LineProblem problem;
  private final LineCertificate certificate;
  private final Outcome outcome;
  private double[][] columns;
  private final List<Portfolio> corners;
  private final double[] beyond;
  private final double[] multipliersBeyond;

  /**
   * An efficient portfolio.
   *
   * @param weights w [n]
   * @param expectedReturn μ'w
   * @param variance w'Σw
   * @param riskTolerance τ = 1/γ for which it is optimal
   * @param multipliers derivatives of ½ w'Σw − τμ'w with respect to the budget and to the limits of
   *     the rows that bind [1 + m]
   * @param relativeGap the gap of ½ w'Σw − τμ'w over max(w'Σw, τ |μ'w|): a proof
   * @param isExact whether the gap is at most 1e-8, rows are met to rounding, and the return is not
   *     below that of a corner before
   */
  public record Portfolio(
      double[] weights,
      double expectedReturn,
      double variance,
      double riskTolerance,
      double[] multipliers,
      double relativeGap,
      boolean isExact) {

    private Portfolio inDoubt() {
      return new Portfolio(
          weights, expectedReturn, variance, riskTolerance, multipliers, relativeGap, false);
    }
  }

  /**
   * Follows the line.
   *
   * @param problem the problem; kept
   * @param hint a portfolio near that of least variance, which makes it faster, or null; need not
   *     be feasible; not modified
   */
  public EfficientLine(LineProblem problem, double[] hint) {
    this.problem = problem;
    certificate = new LineCertificate(problem);
    Trace best = null;
    for (int attempt = 0; attempt < ATTEMPTS && (best == null || best.doubts() > 0); attempt++) {
      Trace trace = follow(attempt % 2 == 0 ? hint : equalWeights(), attempt);
      best = best == null || trace.doubts() < best.doubts() ? trace : best;
    }
    outcome = best.outcome;
    columns = best.columns;
    corners = best.corners;
    beyond = best.beyond;
    multipliersBeyond = best.multipliersBeyond;
  }

  /** A line as it was followed, and how many of its corners are not proved. */
  private record Trace(
      Outcome outcome,
      double[][] columns,
      List<Portfolio> corners,
      double[] beyond,
      double[] multipliersBeyond) {

    long doubts() {
      return outcome == Outcome.LOST
          ? Long.MAX_VALUE
          : corners.stream().filter(corner -> !corner.isExact()).count();
    }
  }

  /**
   * Another attempt comes by another way, so that a corner which rounding has spoilt, where the
   * data span more than a double's digits, need not be passed again.
   */
  private Trace follow(double[] hint, int attempt) {
    CriticalLine line = new CriticalLine(problem, attempt);
    columns = line.columns();
    List<Portfolio> found = new ArrayList<>();
    Outcome end =
        line.trace(
            hint,
            (tau, w, covariances, y) ->
                found.add(portfolio(w.clone(), covariances, tau, y.clone())));
    boolean ended = end == Outcome.ENDED || end == Outcome.RISKLESS;
    double[] direction = ended ? line.direction() : new double[problem.size()];
    boolean goesOn = Arrays.stream(direction).anyMatch(part -> part != 0);
    return new Trace(
        end,
        columns,
        doubtFallingReturns(found),
        goesOn ? direction : null,
        goesOn ? line.multiplierDirection() : null);
  }

  /**
   * Corners whose return falls short of that of the one before cannot both be efficient, whatever
   * their gaps say: at a risk tolerance next to zero these say little about returns.
   */
  private List<Portfolio> doubtFallingReturns(List<Portfolio> found) {
    Portfolio[] checked = found.toArray(Portfolio[]::new);
    for (int k = 1; k < checked.length; k++) {
      double size = Math.max(reward(checked[k - 1]), reward(checked[k]));
      if (checked[k].expectedReturn() < checked[k - 1].expectedReturn() - SLACK * size) {
        checked[k - 1] = checked[k - 1].inDoubt();
        checked[k] = checked[k].inDoubt();
      }
    }
    return List.of(checked);
  }

  private double[] equalWeights() {
    double[] w = new double[problem.size()];
    Arrays.fill(w, problem.budget() / w.length);
    return w;
  }

  /**
   * Whether the line was followed to its end.
   *
   * @return false if rounding would not let it
   */
  public boolean isWhole() {
    return outcome != Outcome.LOST;
  }

  /**
   * Whether there is a portfolio at all.
   *
   * @return false if bounds, budget and rows contradict each other
   */
  public boolean isFeasible() {
    return outcome != Outcome.INFEASIBLE;
  }

  /**
   * Whether the return has a maximum.
   *
   * @return false if the frontier goes on for ever
   */
  public boolean hasMaximumReturn() {
    return isFeasible() && isWhole() && beyond == null;
  }

  /**
   * The corners: wherever an asset or a row meets a limit or leaves it, and both ends.
   *
   * @return by ascending risk tolerance; two that have the same are the ends of a jump; empty if
   *     there is no portfolio
   */
  public List<Portfolio> corners() {
    return corners;
  }

  /**
   * The efficient portfolio of least return: that of least variance.
   *
   * @return the first corner
   */
  public Portfolio first() {
    return corners.get(0);
  }

  /**
   * The last corner: the portfolio of maximum return if there is one.
   *
   * @return the last corner
   */
  public Portfolio last() {
    return corners.get(corners.size() - 1);
  }

  /**
   * The portfolio of least variance that returns at least so much.
   *
   * @param target the return
   * @return null if none does
   */
  public Portfolio atReturn(double target) {
    if (target <= first().expectedReturn()) {
      return first();
    }
    int above = 0;
    int last = corners.size();
    for (int below = -1; last - below > 1; ) {
      int middle = (below + last) >>> 1;
      if (corners.get(middle).expectedReturn() < target - rounding(corners.get(middle))) {
        below = middle;
      } else {
        last = middle;
      }
    }
    above = last;
    if (above == corners.size()) {
      return beyondReturn(target);
    }
    Portfolio high = corners.get(above);
    if (above == 0 || Math.abs(high.expectedReturn() - target) <= rounding(high)) {
      return high;
    }
    Portfolio low = corners.get(above - 1);
    return blend(
        low,
        high,
        (target - low.expectedReturn()) / (high.expectedReturn() - low.expectedReturn()));
  }

  private Portfolio beyondReturn(double target) {
    Portfolio last = last();
    if (beyond == null) {
      double size =
          Math.max(
              Math.abs(last.expectedReturn()), last.expectedReturn() - first().expectedReturn());
      return target - last.expectedReturn() > SLACK * size ? null : last;
    }
    double speed = 0;
    for (int i = 0; i < beyond.length; i++) {
      speed += problem.expectedReturns()[i] * beyond[i];
    }
    double length = (target - last.expectedReturn()) / speed;
    return Double.isFinite(length) && length >= 0 ? extend(length) : null;
  }

  /**
   * The portfolio of a risk tolerance.
   *
   * @param riskTolerance τ, at least 0 and finite
   * @return of those at a jump, the one that returns most; null if the return grows without end at
   *     no risk
   */
  public Portfolio atRiskTolerance(double riskTolerance) {
    int above = 0;
    while (above < corners.size() && corners.get(above).riskTolerance() <= riskTolerance) {
      above++;
    }
    Portfolio low = corners.get(above - 1);
    if (low.riskTolerance() == riskTolerance) {
      return low;
    }
    if (above == corners.size()) {
      if (outcome == Outcome.RISKLESS) {
        return null;
      }
      if (beyond == null) {
        return low;
      }
      return extend(riskTolerance - low.riskTolerance());
    }
    Portfolio high = corners.get(above);
    return blend(
        low,
        high,
        (riskTolerance - low.riskTolerance()) / (high.riskTolerance() - low.riskTolerance()));
  }

  /**
   * The portfolio of most return whose variance is at most so much.
   *
   * @param variance the variance
   * @return null if all portfolios have more
   */
  public Portfolio atVariance(double variance) {
    if (variance < first().variance()) {
      return null;
    }
    int above = 1;
    while (above < corners.size() && corners.get(above).variance() <= variance) {
      above++;
    }
    Portfolio low = corners.get(above - 1);
    double[] direction = new double[low.weights().length];
    if (above < corners.size()) {
      for (int i = 0; i < direction.length; i++) {
        direction[i] = corners.get(above).weights()[i] - low.weights()[i];
      }
    } else if (beyond == null || outcome == Outcome.RISKLESS) {
      return low;
    } else {
      direction = beyond;
    }
    // variance + 2 p slope + p² curvature, of which p is the positive root.
    double[] change = product(direction);
    double slope = 0;
    double curvature = 0;
    for (int i = 0; i < direction.length; i++) {
      slope += low.weights()[i] * change[i];
      curvature += direction[i] * change[i];
    }
    double more = variance - low.variance();
    double root = Math.sqrt(Math.max(0, slope * slope + curvature * more));
    double part = more == 0 ? 0 : more / (slope + root);
    return above < corners.size()
        ? blend(low, corners.get(above), Math.min(part, 1))
        : extend(part);
  }

  private double rounding(Portfolio portfolio) {
    return ROUNDINGS * Math.ulp(1.0) * reward(portfolio);
  }

  /** Σ |μw|: the size of a portfolio's return before its parts make up for each other. */
  private double reward(Portfolio portfolio) {
    double sum = 0;
    for (int i = 0; i < portfolio.weights().length; i++) {
      sum += Math.abs(problem.expectedReturns()[i] * portfolio.weights()[i]);
    }
    return sum;
  }

  private Portfolio blend(Portfolio low, Portfolio high, double part) {
    return portfolio(
        mix(low.weights(), high.weights(), part),
        null,
        (1 - part) * low.riskTolerance() + part * high.riskTolerance(),
        mix(low.multipliers(), high.multipliers(), part));
  }

  private static double[] mix(double[] low, double[] high, double part) {
    double[] mixed = new double[low.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (1 - part) * low[i] + part * high[i];
    }
    return mixed;
  }

  private Portfolio extend(double length) {
    Portfolio last = last();
    double[] w = last.weights().clone();
    for (int i = 0; i < w.length; i++) {
      w[i] += length * beyond[i];
    }
    double tau = last.riskTolerance() + (outcome == Outcome.RISKLESS ? 0 : length);
    double[] y = last.multipliers().clone();
    for (int r = 0; r < y.length; r++) {
      y[r] += length * multipliersBeyond[r];
    }
    return portfolio(w, null, tau, y);
  }

  /**
   * Checks and measures a portfolio; Σw is worked out unless it is given. What the budget misses by
   * rounding is paid by a weight inside its bounds, or, where such weights are so risky that this
   * shows in the gap, by the least risky one.
   */
  private Portfolio portfolio(double[] w, double[] covariances, double tau, double[] y) {
    double[] product = covariances == null ? product(w) : covariances.clone();
    double[] otherWeights = w.clone();
    double[] otherProduct = product.clone();
    boolean paid = balance(w, product, true);
    Portfolio portfolio = measured(w, product, tau, y);
    if (paid && !portfolio.isExact()) {
      balance(otherWeights, otherProduct, false);
      Portfolio other = measured(otherWeights, otherProduct, tau, y);
      return other.relativeGap() < portfolio.relativeGap() ? other : portfolio;
    }
    return portfolio;
  }

  private Portfolio measured(double[] w, double[] product, double tau, double[] y) {
    double[] terms = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      terms[i] = w[i] * problem.expectedReturns()[i];
    }
    double expectedReturn = ScenarioRules.sum(terms);
    for (int i = 0; i < w.length; i++) {
      terms[i] = w[i] * product[i];
    }
    double variance = Math.max(0, ScenarioRules.sum(terms));
    if (tau == 0 && variance == 0) {
      // The gradient is zero, and so are its multipliers, but for rounding on the way here.
      Arrays.fill(y, 0);
    }
    double gap = certificate.relativeGap(w, product, tau, y);
    boolean exact = gap <= EXACT && certificate.misses(w) <= FEASIBLE;
    return new Portfolio(w, expectedReturn, variance, tau, y, gap, exact);
  }

  private double[] product(double[] x) {
    double[] product = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      if (x[j] != 0) {
        axpy(x[j], column(j), product);
      }
    }
    return product;
  }

  /**
   * Into the bounds, and what rounding took from the budget onto a weight that has room.
   *
   * @param product Σw, kept up to date
   * @param inside whether weights inside their bounds go first
   * @return whether anything was to be paid
   */
  private boolean balance(double[] w, double[] product, boolean inside) {
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    for (int i = 0; i < w.length; i++) {
      move(i, Math.min(Math.max(w[i], lower[i]), upper[i]), w, product);
    }
    for (int pass = 0; pass < 3; pass++) {
      double missing = problem.budget() - ScenarioRules.sum(w);
      if (missing == 0) {
        return pass > 0;
      }
      int payer = -1;
      double most = 0;
      for (int i = 0; i < w.length; i++) {
        double room = missing > 0 ? upper[i] - w[i] : w[i] - lower[i];
        // Of least variance among those that may, and otherwise the one with most room.
        boolean may =
            room > Math.abs(missing) && !(inside && (w[i] <= lower[i] || w[i] >= upper[i]));
        double merit = may ? 1 / problem.covariance().variance(i) : -1 / room;
        if (room > 0 && (payer < 0 || merit > most)) {
          payer = i;
          most = merit;
        }
      }
      if (payer < 0) {
        return pass > 0;
      }
      double to = Math.min(Math.max(w[payer] + missing, lower[payer]), upper[payer]);
      move(payer, to, w, product);
    }
    return true;
  }

  private void move(int i, double to, double[] w, double[] product) {
    double change = to - w[i];
    if (change != 0) {
      axpy(change, column(i), product);
      w[i] = to;
    }
  }

  private double[] column(int i) {
    if (columns[i] == null) {
      columns[i] = problem.covariance().column(i);
    }
    return columns[i];
  }
}
