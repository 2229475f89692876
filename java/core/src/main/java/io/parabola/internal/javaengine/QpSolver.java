package io.parabola.internal.javaengine;

import io.parabola.Status;
import io.parabola.internal.Feasibility;
import io.parabola.internal.FeasibleSet;
import io.parabola.internal.Knapsack;
import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * Solves a {@link Qp}: plain ones (box and budget) by {@link Portfolio}, all others by {@link
 * InteriorPoint} and {@link ExactFinish}; and deals with bounds that are infinite.
 */
final class QpSolver {
  /** By how much, relative to their terms, rows may be missed by a portfolio that counts as one. */
  private static final double FEASIBLE = 1e-13;

  /** Beyond that, a portfolio is not called a solution. */
  private static final double MISSED = 1e-12;

  /** The accuracy of the interior point at which the constraints that hold can be told. */
  private static final double CLEAR = 1e-10;

  private static final int EXTRA_STEPS = 8;

  /** A relative gap that shows weights to be optimal to rounding. */
  private static final double OPTIMAL = 1e-12;

  /** The relative gap of a solution; within it an objective is flat as far as engines look. */
  private static final double GOOD = 1e-8;

  /** By how much bounds are drawn out from one try to the next. */
  private static final double OUTWARDS = 100;

  /** The part of a bound that was drawn in from which on weights count as on it. */
  private static final double ON_BOUND = 1 - 1e-6;

  private final Portfolio portfolio;
  private final boolean budgeted;
  private final double budget;
  private final double[] start;
  private int iterations;

  /**
   * For one scenario.
   *
   * @param portfolio the plain problem's workspace on the scenario's covariance
   * @param budgeted whether the first row is the budget
   * @param budget what the weights sum to, or 0
   * @param start weights to start plain problems from [n]
   */
  QpSolver(Portfolio portfolio, boolean budgeted, double budget, double[] start) {
    this.portfolio = portfolio;
    this.budgeted = budgeted;
    this.budget = budget;
    this.start = start;
  }

  /**
   * Solves a problem whose bounds may be infinite. These are first drawn in to the farthest that
   * engines look. Where no optimum comes out of that, or one that lies on such a bound, it is found
   * out whether there is a portfolio at all, and they are drawn in to its size, then further and
   * further out.
   */
  Optimum solve(Qp qp) {
    iterations = 0;
    double farthest = ScenarioRules.FARTHEST * Math.max(1, Math.abs(budget));
    Optimum far = minimise(enclosed(qp, farthest));
    if (isOptimal(far) && !reaches(qp, far.w(), farthest)) {
      return near(qp, far);
    }
    Feasibility verdict = feasibility(qp);
    if (!verdict.feasible() && verdict.certain()) {
      return Optimum.none(Status.INFEASIBLE, null);
    }
    double held = largest(verdict.point(), 0);
    double needed = boxOf(held);
    double horizon = Math.max(farthest, OUTWARDS * needed);
    Optimum best = far;
    boolean endless = isOptimal(far);
    for (double bound = needed; bound < horizon && isOpen(qp); bound *= OUTWARDS) {
      Optimum close = minimise(enclosed(qp, bound));
      if (!isOptimal(close)) {
        best = best.status() == Status.SOLVED ? best : close;
        continue;
      }
      if (!reaches(qp, close.w(), bound)) {
        return near(qp, close);
      }
      // The objective falls without end, or is flat that way; then a portfolio near by is as good.
      Optimum flat = certified(qp, close, horizon);
      if (isOptimal(flat)) {
        return flat;
      }
      best = flat;
      endless |= bound * OUTWARDS >= horizon;
    }
    return endless || Ray.exists(qp)
        ? Optimum.none(Status.UNBOUNDED, null)
        : fallback(qp, best, verdict);
  }

  /** Whether weights meet the constraints, and are certified within the bounds they came with. */
  private static boolean isOptimal(Optimum optimum) {
    double size = size(optimum.qp(), optimum.w(), optimum.certificate());
    return optimum.status() == Status.SOLVED
        && optimum.certificate().gap <= GOOD * Math.max(size, Double.MIN_NORMAL);
  }

  private static boolean isOpen(Qp qp) {
    boolean open = false;
    for (int i = 0; i < qp.n; i++) {
      open |= Double.isInfinite(qp.lower[i]) || Double.isInfinite(qp.upper[i]);
    }
    return open;
  }

  /** Half the width of the box to certify against; not of nothing, which would certify anything. */
  private static double boxOf(double largest) {
    return ScenarioRules.CERTIFIED * (largest > 0 ? largest : 1);
  }

  /**
   * The box of weights, of the budget, of what is held now and of the benchmark: weights may be
   * nothing beside these.
   */
  private double boxAround(Qp qp, double[] w) {
    double largest = largest(w, Math.abs(budget));
    return boxOf(largest(qp.benchmark, largest(qp.w0, largest)));
  }

  /** The optimum where nothing lies beyond it. */
  private Optimum near(Qp qp, Optimum optimum) {
    return certified(qp, optimum, boxAround(qp, optimum.w()));
  }

  /** Whether there is a portfolio, within the bounds as they were given. */
  private Feasibility feasibility(Qp qp) {
    int first = budgeted ? 1 : 0;
    int m = qp.rows.length - first;
    double[] rows = new double[m * qp.n];
    for (int k = 0; k < m; k++) {
      System.arraycopy(qp.rows[first + k], 0, rows, k * qp.n, qp.n);
    }
    FeasibleSet set =
        FeasibleSet.of(
            budget,
            qp.lower,
            qp.upper,
            rows,
            Arrays.copyOfRange(qp.rowLower, first, first + m),
            Arrays.copyOfRange(qp.rowUpper, first, first + m),
            qp.w0,
            qp.turnover,
            qp.gross);
    return Feasibility.decide(budgeted ? set : set.withoutBudget());
  }

  /**
   * Where the constraints are not met to the last digits by anything that was found: that, or the
   * portfolio that shows them to be feasible, whichever misses them by less.
   */
  private Optimum fallback(Qp qp, Optimum best, Feasibility verdict) {
    double[] point = verdict.point();
    double missed = missed(qp, point);
    if (!(missed < missed(qp, best.w()))) {
      return near(qp, best);
    }
    Qp box = enclosed(qp, boxAround(qp, point));
    Certificate old = best.certificate();
    Certificate priced = new Certificate(box, point, old.multipliers(), old.kappa(), old.rho());
    Certificate free = new Certificate(box, point, new double[qp.rows.length], 0, 0);
    return new Optimum(
        missed <= MISSED ? Status.SOLVED : Status.INACCURATE,
        null,
        box,
        point,
        free.gap < priced.gap ? free : priced,
        iterations);
  }

  /**
   * What a gap is judged against: the largest term of the objective, but no less than what rounding
   * leaves of it. Where the terms all but cancel, they are known to one rounding of what they were
   * before, γ (Σ (|w| + |b|) σ)², Σ |q w| and the costs; no gradient is known better than to a
   * rounding of γ σ Σ (|w| + |b|) σ + |q| + |A'||y|, which the certificate multiplies by the width
   * of the bounds; and where everything vanishes (the least variance without a budget), nothing is
   * finer than 2⁻⁶⁴ of the risk of the widths.
   */
  static double size(Qp qp, double[] w, Certificate certificate) {
    double risk = 0;
    double reward = 0;
    double widest = 0;
    for (int i = 0; i < qp.n; i++) {
      double deviation = Math.sqrt(qp.sigma[i][i]);
      risk += (Math.abs(w[i]) + Math.abs(qp.benchmark[i])) * deviation;
      reward += Math.abs(w[i] * qp.q[i]);
      widest += (qp.upper[i] - qp.lower[i]) * deviation;
    }
    double uncertain = 0;
    for (int i = 0; i < qp.n; i++) {
      double terms = qp.gamma * risk * Math.sqrt(qp.sigma[i][i]) + Math.abs(qp.q[i]);
      for (int k = 0; k < qp.rows.length; k++) {
        terms += Math.abs(certificate.multipliers()[k] * qp.rows[k][i]);
      }
      uncertain += terms * (qp.upper[i] - qp.lower[i]);
    }
    double costs = qp.costs(w);
    double size = Math.max(qp.gamma * qp.variance(w), Math.abs(qp.reward(w)));
    size = Math.max(size, costs);
    size = Math.max(size, 0x1p-20 * (qp.gamma * risk * risk + reward + costs));
    size = Math.max(size, 0x1p-24 * uncertain);
    return Math.max(size, 0x1p-64 * qp.gamma * widest * widest);
  }

  private Optimum certified(Qp qp, Optimum optimum, double farthest) {
    Qp boxed = enclosed(qp, farthest);
    Certificate old = optimum.certificate();
    Certificate certificate =
        new Certificate(boxed, optimum.w(), old.multipliers(), old.kappa(), old.rho());
    return new Optimum(optimum.status(), null, boxed, optimum.w(), certificate, iterations);
  }

  /**
   * Draws infinite bounds in: to what limits of gross exposure, of turnover and of the budget leave
   * of them, which loses no portfolio, or to a box.
   */
  private Qp enclosed(Qp qp, double farthest) {
    double[] lower = qp.lower.clone();
    double[] upper = qp.upper.clone();
    for (int i = 0; i < qp.n; i++) {
      double most = Math.min(qp.gross, qp.w0[i] + qp.turnover);
      double least = Math.max(-qp.gross, qp.w0[i] - qp.turnover);
      upper[i] = Double.isInfinite(upper[i]) ? Math.max(lower[i], most) : upper[i];
      lower[i] = Double.isInfinite(lower[i]) ? Math.min(upper[i], least) : lower[i];
    }
    if (budgeted) {
      ScenarioRules.enclose(lower, upper, budget, farthest);
    } else {
      for (int i = 0; i < qp.n; i++) {
        lower[i] = Double.isInfinite(lower[i]) ? Math.min(upper[i], -farthest) : lower[i];
        upper[i] = Double.isInfinite(upper[i]) ? Math.max(lower[i], farthest) : upper[i];
      }
    }
    return qp.within(lower, upper);
  }

  /** Whether weights lie on a bound that was drawn in to the box, but for rounding. */
  private static boolean reaches(Qp qp, double[] w, double bound) {
    boolean reaches = false;
    double there = ON_BOUND * bound;
    for (int i = 0; i < qp.n && qp.gross > bound; i++) {
      boolean above = Double.isInfinite(qp.upper[i]) && qp.w0[i] + qp.turnover > bound;
      boolean below = Double.isInfinite(qp.lower[i]) && qp.w0[i] - qp.turnover < -bound;
      reaches |= above && w[i] >= there || below && w[i] <= -there;
    }
    return reaches;
  }

  private static double largest(double[] w, double least) {
    double largest = least;
    for (double weight : w) {
      largest = Math.max(largest, Math.abs(weight));
    }
    return largest;
  }

  /** Solves a problem with finite bounds. */
  private Optimum minimise(Qp qp) {
    return budgeted && qp.isPlain() ? minimisePlain(qp) : minimiseGeneral(qp);
  }

  private Optimum minimisePlain(Qp qp) {
    portfolio.mu = qp.linear();
    portfolio.riskAversion = qp.gamma;
    portfolio.lower = qp.lower;
    portfolio.upper = qp.upper;
    portfolio.budget = budget;
    System.arraycopy(start, 0, portfolio.w, 0, qp.n);
    portfolio.minimise();
    iterations += portfolio.iterations;
    double[] w = portfolio.w.clone();
    double multiplier =
        Knapsack.solve(qp.gradient(w), qp.lower, qp.upper, budget, new double[qp.n]);
    Certificate certificate = new Certificate(qp, w, new double[] {multiplier}, 0, 0);
    return new Optimum(Status.SOLVED, null, qp, w, certificate, iterations);
  }

  private Optimum minimiseGeneral(Qp qp) {
    Candidate best = search(qp);
    Status status = best.missed <= MISSED ? Status.SOLVED : Status.INACCURATE;
    return new Optimum(status, null, qp, best.w, best.certificate, iterations);
  }

  /**
   * Interior point steps until it can be seen which constraints hold, then the exact solution of
   * these; if it is not the optimum, a few more steps, which show it more clearly.
   */
  private Candidate search(Qp qp) {
    Simplified simple = new Simplified(qp);
    InteriorPoint inner = new InteriorPoint(simple.qp);
    inner.run(CLEAR);
    Candidate best = null;
    for (int extra = 0; extra <= EXTRA_STEPS; extra++) {
      if (extra > 0 && !inner.step()) {
        break;
      }
      Candidate inside =
          new Candidate(
              qp,
              simple,
              inner.weights(),
              inner.multipliers(),
              inner.capMultiplier(true),
              inner.capMultiplier(false));
      best = best == null || inside.isBetterThan(best) ? inside : best;
      for (boolean priced : new boolean[] {true, false}) {
        ExactFinish finish = new ExactFinish(simple.qp, inner, priced);
        boolean clean = finish.run();
        iterations += finish.rounds;
        Candidate exact =
            new Candidate(
                qp, simple, clipped(qp, finish.w), finish.y, finish.caps[0], finish.caps[1]);
        if (clean && exact.isOptimal()) {
          return exact;
        }
        best = exact.isBetterThan(best) ? exact : best;
      }
    }
    return best;
  }

  /** Weights that may be the solution. */
  private static final class Candidate {
    final double[] w;
    final Certificate certificate;
    final double missed;

    final Qp qp;

    Candidate(Qp qp, Simplified simple, double[] w, double[] y, double kappa, double rho) {
      this.qp = qp;
      this.w = w;
      Certificate proof =
          new Certificate(qp, w, simple.multipliers(y), simple.kappa(y, kappa), simple.rho(y, rho));
      // Where nothing is to be gained at all, whatever small prices were found prove less than
      // none.
      Certificate free = new Certificate(qp, w, new double[qp.rows.length], 0, 0);
      certificate = free.gap < proof.gap ? free : proof;
      missed = missed(qp, w);
    }

    boolean isOptimal() {
      return missed <= FEASIBLE && certificate.gap <= OPTIMAL * size(qp, w, certificate);
    }

    boolean isBetterThan(Candidate other) {
      if (missed <= FEASIBLE && other.missed <= FEASIBLE) {
        return certificate.gap <= other.certificate.gap;
      }
      return missed < other.missed;
    }
  }

  /** Whether weights are within the bounds and, but for rounding, meet all the rest. */
  static boolean admits(Qp qp, double[] w) {
    boolean inside = true;
    for (int i = 0; i < qp.n; i++) {
      inside &= qp.lower[i] <= w[i] && w[i] <= qp.upper[i];
    }
    return inside && missed(qp, w) <= MISSED;
  }

  private static double[] clipped(Qp qp, double[] w) {
    double[] clipped = w.clone();
    for (int i = 0; i < qp.n; i++) {
      clipped[i] = Math.min(Math.max(w[i], qp.lower[i]), qp.upper[i]);
    }
    return clipped;
  }

  /** The most by which a row or limit is missed, over what its terms can be; NaN counts. */
  private static double missed(Qp qp, double[] w) {
    double worst = 0;
    double largest = Double.MIN_NORMAL;
    double turnover = 0;
    double gross = 0;
    for (int i = 0; i < qp.n; i++) {
      largest = Math.max(largest, Math.abs(w[i]));
      turnover += Math.abs(w[i] - qp.w0[i]);
      gross += Math.abs(w[i]);
    }
    for (int k = 0; k < qp.rows.length; k++) {
      double[] terms = new double[qp.n];
      double most = Double.MIN_NORMAL;
      for (int i = 0; i < qp.n; i++) {
        terms[i] = qp.rows[k][i] * w[i];
        most = Math.max(most, Math.abs(qp.rows[k][i]));
      }
      double activity = ScenarioRules.sum(terms);
      double miss = Math.max(qp.rowLower[k] - activity, activity - qp.rowUpper[k]);
      double size = Math.max(most * largest, Math.abs(activity + miss));
      worst = miss <= 0 ? worst : worse(worst, miss / size);
    }
    worst = worse(worst, (turnover - qp.turnover) / Math.max(largest, turnover));
    return worse(worst, (gross - qp.gross) / largest);
  }

  private static double worse(double worst, double miss) {
    return miss <= worst ? worst : Double.isNaN(miss) ? Double.POSITIVE_INFINITY : miss;
  }
}
