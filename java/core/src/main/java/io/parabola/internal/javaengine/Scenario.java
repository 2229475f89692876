package io.parabola.internal.javaengine;

import io.parabola.Batch;
import io.parabola.Matrix;
import io.parabola.Status;
import io.parabola.internal.BatchData;
import io.parabola.internal.Internals;
import io.parabola.internal.Results;
import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/** Takes one scenario after another out of a batch, solves it and writes what came out. */
final class Scenario {
  /** The relative gap within which an objective is flat as far as engines look. */
  private static final double FLAT = 1e-8;

  private final BatchData data;
  private final Matrix weights;
  private final Results out;
  private final double tolerance;
  private final Portfolio portfolio;
  private final int n;
  private final double[] mu;
  private final double[] lower;
  private final double[] upper;
  private final double[] boxLower;
  private final double[] boxUpper;
  private final double[] start;
  private final double[] scratch;

  Scenario(double[][] sigma, Batch batch, Matrix weights, Results out, double tolerance) {
    this.data = Internals.get().data(batch);
    this.weights = weights;
    this.out = out;
    this.tolerance = tolerance;
    n = sigma.length;
    portfolio = new Portfolio(sigma);
    mu = new double[n];
    lower = new double[n];
    upper = new double[n];
    boxLower = new double[n];
    boxUpper = new double[n];
    start = new double[n];
    scratch = new double[n];
  }

  void solve(int s) {
    out.status[s] = (byte) run(s).ordinal();
  }

  private Status run(int s) {
    double budget = data.budget() == null ? data.problem().budget() : data.budget()[s];
    double riskAversion =
        data.riskAversion() == null ? data.problem().riskAversion() : data.riskAversion()[s];
    load(data.expectedReturns(), s, data.problem().expectedReturns(), mu);
    load(data.lower(), s, data.problem().lower(), lower);
    load(data.upper(), s, data.problem().upper(), upper);
    Arrays.fill(start, budget / n);
    if (data.start() != null || data.problem().start() != null) {
      load(data.start(), s, data.problem().start(), start);
    }
    if (!isValid(budget, riskAversion)) {
      return Status.INVALID;
    }
    if (ScenarioRules.shortfall(lower, upper, budget) != 0) {
      return Status.INFEASIBLE;
    }
    portfolio.mu = mu;
    portfolio.riskAversion = riskAversion;
    portfolio.lower = boxLower;
    portfolio.upper = boxUpper;
    portfolio.budget = budget;
    double farthest = ScenarioRules.FARTHEST * Math.max(1, Math.abs(budget));
    minimise(farthest);
    if (!reaches(farthest)) {
      return record(s, ScenarioRules.CERTIFIED * largest(), Double.POSITIVE_INFINITY);
    }
    // The objective falls without end, or is flat that way; then a portfolio near by is as good.
    double near = nearBound(budget);
    if (near >= farthest) {
      return Status.UNBOUNDED;
    }
    minimise(near);
    return reaches(farthest) ? Status.UNBOUNDED : record(s, farthest, FLAT);
  }

  private void minimise(double farthest) {
    enclose(portfolio.budget, farthest);
    System.arraycopy(start, 0, portfolio.w, 0, n);
    portfolio.minimise();
  }

  private boolean reaches(double farthest) {
    boolean reaches = false;
    for (int i = 0; i < n; i++) {
      reaches |= Double.isInfinite(lower[i]) && portfolio.w[i] <= -farthest;
      reaches |= Double.isInfinite(upper[i]) && portfolio.w[i] >= farthest;
    }
    return reaches;
  }

  /** Ten times what the budget and the finite bounds can move. */
  private double nearBound(double budget) {
    double sum = Math.max(1, Math.abs(budget));
    for (int i = 0; i < n; i++) {
      sum += Double.isInfinite(lower[i]) ? 0 : Math.abs(lower[i]);
      sum += Double.isInfinite(upper[i]) ? 0 : Math.abs(upper[i]);
    }
    return 10 * sum;
  }

  private double largest() {
    double largest = Math.abs(portfolio.budget);
    for (double weight : portfolio.w) {
      largest = Math.max(largest, Math.abs(weight));
    }
    return largest;
  }

  /** Writes what was found; or nothing where a relative gap above {@code most} shows no optimum. */
  private Status record(int s, double farthest, double most) {
    double[] w = portfolio.w;
    double budget = portfolio.budget;
    double riskAversion = portfolio.riskAversion;
    for (int i = 0; i < n; i++) {
      scratch[i] = w[i] * portfolio.covarianceWithPortfolio[i];
    }
    double variance = Math.max(0, ScenarioRules.sum(scratch));
    for (int i = 0; i < n; i++) {
      scratch[i] = w[i] * mu[i];
    }
    double expectedReturn = ScenarioRules.sum(scratch);
    enclose(budget, farthest);
    double gap = portfolio.gap(boxLower, boxUpper, scratch);
    double size =
        Math.max(
            Math.max(riskAversion * variance, Math.abs(expectedReturn)),
            roundingFloor(riskAversion));
    double relativeGap = gap == 0 ? 0 : gap / size;
    if (!Double.isFinite(gap) || !Double.isFinite(size)) {
      return Status.INVALID;
    }
    if (relativeGap > most) {
      return Status.UNBOUNDED;
    }
    weights.setRow(s, w);
    out.objective[s] = 0.5 * riskAversion * variance - expectedReturn;
    out.expectedReturn[s] = expectedReturn;
    out.variance[s] = variance;
    out.gap[s] = gap;
    out.relativeGap[s] = relativeGap;
    out.iterations[s] = portfolio.iterations;
    return relativeGap <= tolerance ? Status.SOLVED : Status.INACCURATE;
  }

  /**
   * The least that a gap is judged against. Where the terms of the objective all but cancel, they
   * are known to one rounding of what they were before, (Σ |w| σ)² and Σ |μ w|; and no gradient is
   * known better than to a rounding of γ σ Σ |w| σ + |μ|, which the certificate multiplies by the
   * width of the bounds.
   */
  private double roundingFloor(double riskAversion) {
    double risk = 0;
    double reward = 0;
    for (int i = 0; i < n; i++) {
      risk += Math.abs(portfolio.w[i]) * portfolio.deviation(i);
      reward += Math.abs(portfolio.w[i] * mu[i]);
    }
    double uncertain = 0;
    for (int i = 0; i < n; i++) {
      uncertain +=
          (riskAversion * risk * portfolio.deviation(i) + Math.abs(mu[i]))
              * (boxUpper[i] - boxLower[i]);
    }
    return Math.max(0x1p-20 * (riskAversion * risk * risk + reward), 0x1p-24 * uncertain);
  }

  private boolean isValid(double budget, double riskAversion) {
    boolean valid =
        Double.isFinite(budget) && riskAversion >= 0 && riskAversion < Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      valid &= Double.isFinite(mu[i]) && Double.isFinite(start[i]);
      valid &= lower[i] <= upper[i];
      valid &= lower[i] < Double.POSITIVE_INFINITY && upper[i] > Double.NEGATIVE_INFINITY;
    }
    return valid;
  }

  private void enclose(double budget, double farthest) {
    System.arraycopy(lower, 0, boxLower, 0, n);
    System.arraycopy(upper, 0, boxUpper, 0, n);
    ScenarioRules.enclose(boxLower, boxUpper, budget, farthest);
  }

  private static void load(Matrix overrides, int s, double[] shared, double[] target) {
    if (overrides == null) {
      System.arraycopy(shared, 0, target, 0, target.length);
    } else {
      overrides.getRow(s, target);
    }
  }
}
