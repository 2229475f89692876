package io.parabola.internal.javaengine;

import io.parabola.Status;
import io.parabola.internal.ScenarioRules;

/**
 * Finds the risk aversion at which a portfolio has a target risk, or the largest Sharpe ratio.
 *
 * <p>With γ the exchange rate of ½ γ risk against return after costs, volatility never rises with
 * γ, and the Sharpe ratio is largest where γ = excess return / variance: above that γ the quotient
 * is smaller than γ, below it larger. Between a γ too low and one too high the weights are linear
 * in 1/γ on each piece of the frontier, so the point wanted is looked for on the line between the
 * two portfolios; if a certificate shows it to be optimal, it is the solution; otherwise its γ is
 * solved too, and replaces one end.
 */
final class RiskSearch {
  private static final int MAX_ROUNDS = 100;

  /** A relative gap that shows a blend to be optimal to rounding. */
  private static final double OPTIMAL = 1e-14;

  /** Or one of a Sharpe ratio that is known as well as this and all rounding. */
  private static final double KNOWN = 1e-10;

  /** How far ahead of what is certain a guess may be. */
  private static final double FAR = 16;

  /** Less than this is no maximum. */
  private static final double GOOD = 1e-8;

  /** Two risk aversions that solve to the same portfolio but for rounding. */
  private static final double SAME = 1e-13;

  private final QpSolver solver;
  private final Qp qp;
  private final double[] mu;
  private final double target;
  private final boolean sharpe;
  private int iterations;
  private double ratio; // the largest Sharpe ratio so far, squared
  private End bolder; // the end before the bold one, or null

  /** An end of the bracket; γ is infinite for the least variance. */
  private record End(double gamma, Optimum optimum) {}

  private RiskSearch(QpSolver solver, Qp qp, double[] mu, double target, boolean sharpe) {
    this.solver = solver;
    this.qp = qp;
    this.mu = mu;
    this.target = target;
    this.sharpe = sharpe;
  }

  /** The largest return after costs at a volatility of at most the target. */
  static Optimum targetRisk(QpSolver solver, Qp qp, double[] mu, double target) {
    return new RiskSearch(solver, qp, mu, target, false).atTarget();
  }

  /** The largest return after costs above the risk-free one, per unit of volatility. */
  static Optimum maximumSharpe(QpSolver solver, Qp qp, double[] mu, double riskFree) {
    return new RiskSearch(solver, qp, mu, riskFree, true).atMaximum();
  }

  private Optimum atTarget() {
    Optimum safest = safest();
    if (!safest.hasWeights()) {
      return safest;
    }
    double least = qp.variance(safest.w());
    double certainly = least - 2 * safest.certificate().gap - rounding(safest.w());
    if (certainly > target * target) {
      return Optimum.none(Status.INFEASIBLE, ScenarioRules.explainRisk(target, least));
    }
    Optimum boldest = solve(0);
    if (boldest.hasWeights() && qp.variance(boldest.w()) <= target * target) {
      return boldest;
    }
    if (boldest.status() == Status.INFEASIBLE) {
      return boldest;
    }
    return search(
        boldest.hasWeights() ? new End(0, boldest) : null,
        new End(Double.POSITIVE_INFINITY, safest));
  }

  private Optimum atMaximum() {
    Optimum boldest = solve(0);
    if (boldest.status() == Status.INFEASIBLE) {
      return boldest;
    }
    if (boldest.hasWeights()) {
      if (!earns(boldest.w())) {
        return Optimum.none(Status.NO_EXCESS_RETURN, null);
      }
      note(boldest.w());
    }
    // Near the benchmark risk and weights shrink together, down to where rounding hides the risk.
    if (QpSolver.admits(qp, qp.benchmark) && earns(qp.benchmark)) {
      return unbounded();
    }
    Optimum safest = safest();
    if (!safest.hasWeights()) {
      return safest;
    }
    if (boldest.hasWeights() && earnsWithoutRisk(safest.w())) {
      return unbounded();
    }
    return search(
        boldest.hasWeights() ? new End(0, boldest) : null,
        new End(Double.POSITIVE_INFINITY, safest));
  }

  /**
   * Whether a portfolio has an excess return and, but for rounding, no risk: and would be better
   * than all that were found if its risk were the most that rounding can hide.
   */
  private boolean earnsWithoutRisk(double[] w) {
    return hidesRisk(w) && earns(w) && excess(w) * excess(w) > ratio * rounding(w);
  }

  /** Whether rounding may be all the risk of a portfolio: its ratio is not known. */
  private boolean hidesRisk(double[] w) {
    return qp.variance(w) <= rounding(w);
  }

  /** Remembers the ratio of a portfolio. */
  private void note(double[] w) {
    double excess = excess(w);
    if (excess > 0 && !hidesRisk(w)) {
      ratio = Math.max(ratio, excess / qp.variance(w) * excess);
    }
  }

  /** (Σ|w − b| σ)²: what the variance would be if nothing hedged anything. */
  private static double beforeHedging(Qp qp, double[] w) {
    double risk = 0;
    for (int i = 0; i < qp.n; i++) {
      risk += Math.abs(w[i] - qp.benchmark[i]) * Math.sqrt(qp.sigma[i][i]);
    }
    return risk * risk;
  }

  /** Whether a portfolio has an excess return that is more than rounding. */
  private boolean earns(double[] w) {
    return excess(w) > 8 * Math.ulp(1.0) * terms(qp, mu, target, w);
  }

  /** Σ|μw| + costs + |f|: the terms of an excess return before they cancel. */
  private static double terms(Qp qp, double[] mu, double riskFree, double[] w) {
    double terms = Math.abs(riskFree) + qp.costs(w);
    for (int i = 0; i < qp.n; i++) {
      terms += Math.abs(mu[i] * w[i]);
    }
    return terms;
  }

  private static Optimum unbounded() {
    return Optimum.none(Status.UNBOUNDED, ScenarioRules.explainNoRisk());
  }

  /** What rounding alone can make of a variance: of its sum, and of weights that should be zero. */
  private double rounding(double[] w) {
    double risk = 0;
    double all = 0;
    double largest = 0;
    for (int i = 0; i < qp.n; i++) {
      double held = Math.abs(w[i]) + Math.abs(qp.benchmark[i]);
      risk += held * Math.sqrt(qp.sigma[i][i]);
      all += Math.sqrt(qp.sigma[i][i]);
      largest = Math.max(largest, held);
    }
    double noise = 1e-14 * largest * all;
    return 1e-14 * risk * risk + noise * noise;
  }

  private Optimum safest() {
    Optimum safest = solver.solve(qp.withoutCosts().at(1, new double[qp.n]));
    iterations += safest.iterations();
    return safest;
  }

  private Optimum solve(double gamma) {
    Optimum optimum = solver.solve(qp.at(gamma, mu));
    iterations += optimum.iterations();
    return optimum;
  }

  private double net(double[] w) {
    return qp.at(0, mu).reward(w) - qp.costs(w);
  }

  private double excess(double[] w) {
    return net(w) - target;
  }

  /** Whether the γ wanted is above that of a portfolio. */
  private boolean tooBold(double gamma, double[] w) {
    double variance = qp.variance(w);
    return sharpe ? excess(w) > gamma * variance : variance > target * target + 0.1 * rounding(w);
  }

  private Optimum search(End low, End high) {
    End bold = low;
    End safe = high;
    Optimum best = null;
    double gamma = firstGuess(bold, safe);
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      Optimum blend = bold == null ? null : blend(bold, safe);
      if (blend != null && optimal(blend)) {
        return done(blend);
      }
      best = better(best, blend);
      if (round > 1) {
        gamma = nextGuess(bold, safe, blend, round);
      }
      boolean between =
          (bold == null || gamma > bold.gamma * (1 + SAME)) && gamma < safe.gamma * (1 - SAME);
      if (!between || !(gamma > 0) || Double.isInfinite(gamma)) {
        break;
      }
      Optimum next = solve(gamma);
      if (next.status() == Status.UNBOUNDED) {
        bold = null;
        bolder = null;
        gamma *= 16;
        continue;
      }
      if (!next.hasWeights()) {
        return next;
      }
      note(next.w());
      boolean compared = ratio > 0 || low != null;
      if (sharpe
          && compared
          && (earnsWithoutRisk(next.w()) || earnsWithoutRisk(safe.optimum.w()))) {
        return unbounded();
      }
      best = better(best, sharpe ? certified(next.w(), next) : feasible(next));
      if (sharpe && best != null && optimal(best)) {
        return done(best);
      }
      if (tooBold(gamma, next.w()) && !(sharpe && hidesRisk(next.w()))) {
        bolder = bold != null && bold.gamma > 0 ? bold : null;
        bold = new End(gamma, next);
      } else {
        safe = new End(gamma, next);
      }
    }
    boolean none = bold == null && (best == null || relative(best) > GOOD);
    if (none && (sharpe || Ray.exists(qp.at(1, mu)))) {
      // Beyond all bounds there is a larger ratio, or more return at no more risk.
      return Optimum.none(Status.UNBOUNDED, null);
    }
    return done(best == null ? safest(safe.optimum) : best);
  }

  private Optimum feasible(Optimum optimum) {
    return tooBold(optimum.qp().gamma, optimum.w()) ? null : optimum;
  }

  /** The least variance, certified at a γ beside which returns hardly count. */
  private Optimum safest(Optimum optimum) {
    double returns = 0;
    Qp box = optimum.qp();
    for (int i = 0; i < qp.n; i++) {
      returns += Math.abs(mu[i]) * (box.upper[i] - box.lower[i]);
    }
    double size = QpSolver.size(box, optimum.w(), optimum.certificate());
    double gamma = Math.max(1, 1e12 * returns / Math.max(size, Double.MIN_NORMAL));
    Qp at = qp.within(box.lower, box.upper).at(gamma, mu);
    Certificate certificate = certificate(at, optimum.w(), optimum.certificate(), gamma);
    return new Optimum(Status.SOLVED, null, at, optimum.w(), certificate, iterations);
  }

  /** The same weights, certified at the γ of their own Sharpe ratio. */
  private Optimum certified(double[] w, Optimum near) {
    double gamma = excess(w) / qp.variance(w);
    if (!(gamma > 0) || Double.isInfinite(gamma) || hidesRisk(w)) {
      return null;
    }
    Qp at = near.qp().at(gamma, mu);
    double scale = near.qp().gamma > 0 ? gamma / near.qp().gamma : 1;
    Certificate old = near.certificate();
    // The multipliers of the problem divided by γ hardly change with γ.
    Certificate scaled = certificate(at, w, old, scale);
    Certificate plain = certificate(at, w, old, 1);
    return new Optimum(
        near.status(), null, at, w, scaled.gap <= plain.gap ? scaled : plain, iterations);
  }

  private static Certificate certificate(Qp at, double[] w, Certificate old, double scale) {
    double[] y = old.multipliers().clone();
    for (int k = 0; k < y.length; k++) {
      y[k] *= scale;
    }
    return new Certificate(at, w, y, old.kappa() * scale, old.rho() * scale);
  }

  private Optimum better(Optimum best, Optimum next) {
    if (next == null || best == null) {
      return best == null ? next : best;
    }
    return relative(next) <= relative(best) ? next : best;
  }

  private double relative(Optimum optimum) {
    double size = sharpe ? Math.abs(excess(optimum.w())) : targetSize(optimum, mu);
    return gap(optimum) / Math.max(size, Double.MIN_NORMAL);
  }

  /** With what is lost beside the target risk, or what is not known of the Sharpe ratio. */
  private double gap(Optimum optimum) {
    double gap = optimum.certificate().gap;
    return gap + (sharpe ? ratioNoise(optimum, mu, target) : targetLoss(optimum, target));
  }

  /**
   * What the gap of a target risk is judged against. Its γ is not the caller's, and has no end
   * where the target is what rounding makes of hedged risk: beside risk times that, as {@link
   * QpSolver#size} has it, any return would be small.
   */
  static double targetSize(Optimum optimum, double[] mu) {
    Qp qp = optimum.qp();
    double[] w = optimum.w();
    double reward = 0;
    double known = 0;
    double across = 0;
    for (int i = 0; i < qp.n; i++) {
      reward += mu[i] * w[i];
      known += Math.abs(mu[i] * w[i]);
      across += Math.abs(mu[i]) * (qp.upper[i] - qp.lower[i]);
    }
    double costs = qp.costs(w);
    double size = Math.max(Math.abs(reward), costs);
    return Math.max(size, Math.max(0x1p-20 * (known + costs), 0x1p-24 * across));
  }

  /** ½ γ (s² − variance): what a portfolio below the target risk leaves, in return. */
  static double targetLoss(Optimum optimum, double target) {
    double left = Math.abs(target * target - optimum.qp().variance(optimum.w()));
    return 0.5 * optimum.qp().gamma * left;
  }

  /**
   * What rounding leaves unknown of a Sharpe ratio, in return: of the excess return, and half the
   * relative error of the variance. All of it where nothing is earned, or nothing risked: such a
   * portfolio is not the best.
   */
  static double ratioNoise(Optimum optimum, double[] mu, double riskFree) {
    Qp qp = optimum.qp();
    double[] w = optimum.w();
    double variance = qp.variance(w);
    double error = 0x1p-48 * beforeHedging(qp, w);
    double excess = qp.at(0, mu).reward(w) - qp.costs(w) - riskFree;
    return variance > 0 && excess > 0
        ? 0x1p-50 * terms(qp, mu, riskFree, w) + error / variance * excess
        : Double.POSITIVE_INFINITY;
  }

  private boolean optimal(Optimum optimum) {
    boolean noise =
        sharpe
            && relative(optimum) <= KNOWN
            && optimum.certificate().gap <= ratioNoise(optimum, mu, target);
    return noise || relative(optimum) <= OPTIMAL;
  }

  private Optimum done(Optimum optimum) {
    return new Optimum(
        optimum.status(), null, optimum.qp(), optimum.w(), optimum.certificate(), iterations);
  }

  private double firstGuess(End bold, End safe) {
    double variance = qp.variance(safe.optimum.w());
    if (bold != null) {
      double risk = qp.variance(bold.optimum.w());
      double gain = net(bold.optimum.w()) - net(safe.optimum.w());
      double guess = sharpe ? excess(bold.optimum.w()) / risk : gain / (risk - variance);
      if (guess > 0 && !Double.isInfinite(guess)) {
        return 2 * guess;
      }
    }
    double reward = 0;
    double risk = 0;
    for (int i = 0; i < qp.n; i++) {
      reward = Math.max(reward, Math.abs(mu[i]));
      risk = Math.max(risk, qp.sigma[i][i]);
    }
    return reward > 0 && risk > 0 ? reward / risk : 1;
  }

  /** The blend's γ; every third time the middle of the bracket, which always makes progress. */
  private double nextGuess(End bold, End safe, Optimum blend, int round) {
    if (sharpe && bold != null && bold.gamma > 0 && Double.isInfinite(safe.gamma)) {
      // A blend with what has no risk would be noise.
      return ahead(bold);
    }
    if (blend != null && round % 3 != 0) {
      return blend.qp().gamma;
    }
    if (bold == null || bold.gamma == 0) {
      return Double.isInfinite(safe.gamma)
          ? firstGuess(bold, safe) * Math.pow(16, round)
          : safe.gamma / 64;
    }
    return Double.isInfinite(safe.gamma)
        ? bold.gamma * 64
        : Math.sqrt(bold.gamma) * Math.sqrt(safe.gamma);
  }

  /**
   * A γ above that of the boldest portfolios: where u · excess − variance, linear in u = 1/γ on
   * each piece of the frontier, would be zero if the last two were on one; or what rises to the γ
   * wanted and not beyond it.
   */
  private double ahead(End bold) {
    double slow = excess(bold.optimum.w()) / qp.variance(bold.optimum.w());
    if (bolder == null) {
      return slow;
    }
    double one = lead(bolder);
    double two = lead(bold);
    double u = 1 / bold.gamma - two * (1 / bold.gamma - 1 / bolder.gamma) / (two - one);
    return u > 0 && 1 / u > slow ? Math.min(1 / u, FAR * slow) : slow;
  }

  /** How far u · excess is above the variance. */
  private double lead(End end) {
    double[] w = end.optimum.w();
    return excess(w) / end.gamma - qp.variance(w);
  }

  /** The portfolio wanted if the weights were linear between the two. */
  private Optimum blend(End bold, End safe) {
    double[] from = safe.optimum.w();
    double[] to = bold.optimum.w();
    int n = qp.n;
    double[] path = new double[n];
    for (int i = 0; i < n; i++) {
      path[i] = to[i] - from[i];
    }
    double v0 = qp.variance(from);
    double v2 = 0;
    double v1 = 0;
    for (int i = 0; i < n; i++) {
      double product = Dense.dot(qp.sigma[i], path, n);
      v2 += path[i] * product;
      v1 += (from[i] - qp.benchmark[i]) * product;
    }
    double t;
    if (sharpe) {
      double e0 = excess(from);
      double e1 = net(to) - net(from);
      t = (e1 * v0 - e0 * v1) / (e0 * v2 - e1 * v1);
    } else {
      double rest = target * target - v0;
      double root = Math.sqrt(Math.max(0, v1 * v1 + v2 * rest));
      t = v1 > 0 ? rest / (v1 + root) : (root - v1) / v2;
    }
    if (!(t >= 0 && t <= 1)) {
      return null;
    }
    double[] w = new double[n];
    for (int i = 0; i < n; i++) {
      w[i] = from[i] + t * path[i];
      w[i] = Math.min(Math.max(w[i], Math.min(from[i], to[i])), Math.max(from[i], to[i]));
    }
    double boldTolerance = 1 / bold.gamma;
    double safeTolerance = 1 / safe.gamma;
    double gamma = 1 / (safeTolerance + t * (boldTolerance - safeTolerance));
    if (sharpe) {
      gamma = excess(w) / qp.variance(w);
    } else if (bold.gamma == 0) {
      // No tolerance is linear up to there; the slope of return against risk will do.
      gamma = (net(to) - net(from)) / (v1 + t * v2);
      gamma = Double.isInfinite(safe.gamma) ? gamma : Math.min(gamma, 0.5 * safe.gamma);
    }
    if (!(gamma > 0) || Double.isInfinite(gamma) || sharpe && hidesRisk(w)) {
      return null;
    }
    return new Optimum(
        Status.SOLVED, null, box(bold, safe).at(gamma, mu), w, proof(bold, safe, t, gamma, w), 0);
  }

  /** The problem within the wider bounds of the two. */
  private static Qp box(End bold, End safe) {
    Qp one = bold.optimum.qp();
    Qp two = safe.optimum.qp();
    double[] lower = one.lower.clone();
    double[] upper = one.upper.clone();
    for (int i = 0; i < lower.length; i++) {
      lower[i] = Math.min(lower[i], two.lower[i]);
      upper[i] = Math.max(upper[i], two.upper[i]);
    }
    return one.within(lower, upper);
  }

  /** Multipliers over γ are linear in 1/γ where the weights are. */
  private Certificate proof(End bold, End safe, double t, double gamma, double[] w) {
    double[] one = bold.optimum.certificate().multipliers();
    double[] two = safe.optimum.certificate().multipliers();
    double boldShare = bold.gamma == 0 ? 1 : t * gamma / bold.gamma;
    double safeShare =
        bold.gamma == 0
            ? 0
            : (1 - t) * (Double.isInfinite(safe.gamma) ? gamma : gamma / safe.gamma);
    double[] y = new double[one.length];
    for (int k = 0; k < y.length; k++) {
      y[k] = boldShare * one[k] + safeShare * two[k];
    }
    Certificate a = bold.optimum.certificate();
    Certificate b = safe.optimum.certificate();
    return new Certificate(
        box(bold, safe).at(gamma, mu),
        w,
        y,
        boldShare * a.kappa() + safeShare * b.kappa(),
        boldShare * a.rho() + safeShare * b.rho());
  }
}
