package io.parabola.internal.javaengine;

import io.parabola.Batch;
import io.parabola.Matrix;
import io.parabola.Objective;
import io.parabola.Status;
import io.parabola.internal.BatchData;
import io.parabola.internal.Internals;
import io.parabola.internal.Results;
import io.parabola.internal.ScenarioChecks;
import io.parabola.internal.ScenarioData;
import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/** Takes one scenario after another out of a batch, solves it and writes what came out. */
final class Scenario {
  private final BatchData data;
  private final Matrix weights;
  private final Results out;
  private final double tolerance;
  private final ScenarioCovariance covariance;

  Scenario(
      ScenarioCovariance covariance, Batch batch, Matrix weights, Results out, double tolerance) {
    this.data = Internals.get().data(batch);
    this.weights = weights;
    this.out = out;
    this.tolerance = tolerance;
    this.covariance = covariance;
  }

  void solve(int s) {
    out.status[s] = (byte) run(s).ordinal();
  }

  private Status run(int s) {
    if (ScenarioChecks.trouble(data, s) != null) {
      return Status.INVALID;
    }
    ScenarioData scenario = new ScenarioData(data, s);
    boolean budgeted = data.problem().hasBudget();
    if (budgeted && ScenarioRules.shortfall(scenario.lower, scenario.upper, scenario.budget) != 0) {
      return Status.INFEASIBLE;
    }
    double[][] sigma = covariance.of(data.covariances(), s);
    if (!isFinite(sigma)) {
      return Status.INVALID;
    }
    int n = sigma.length;
    double[] start = scenario.start;
    if (start == null) {
      start = new double[n];
      Arrays.fill(start, scenario.budget / n);
    }
    QpSolver solver = new QpSolver(new Portfolio(sigma), budgeted, scenario.budget, start);
    Qp qp = new Qp(sigma, scenario).within(scenario.lower, scenario.upper);
    Optimum optimum = optimise(solver, qp, scenario);
    if (!optimum.hasWeights()) {
      out.reasons[s] = optimum.reason();
      return optimum.status();
    }
    return record(s, scenario, optimum);
  }

  /** Products of valid numbers may overflow. */
  private static boolean isFinite(double[][] sigma) {
    for (double[] row : sigma) {
      for (double value : row) {
        if (!Double.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  private Optimum optimise(QpSolver solver, Qp qp, ScenarioData scenario) {
    double[] mu = scenario.expectedReturns;
    double value = scenario.objectiveValue;
    double[] nothing = new double[mu.length];
    switch (data.problem().objective().kind()) {
      case RISK_AVERSION:
        return solver.solve(qp.at(value, mu));
      case MINIMUM_VARIANCE:
        return solver.solve(qp.at(1, nothing));
      case TARGET_RETURN:
        return solver.solve(qp.with(mu, value, Double.POSITIVE_INFINITY).at(1, nothing));
      case TARGET_RISK:
        return RiskSearch.targetRisk(solver, qp, mu, value);
      default:
        return RiskSearch.maximumSharpe(solver, qp, mu, value);
    }
  }

  private Status record(int s, ScenarioData scenario, Optimum optimum) {
    Objective.Kind kind = data.problem().objective().kind();
    Qp qp = optimum.qp();
    double[] w = optimum.w();
    Certificate certificate = optimum.certificate();
    double variance = qp.variance(w);
    double costs = qp.costs(w);
    double[] terms = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      terms[i] = scenario.expectedReturns[i] * w[i];
    }
    double expectedReturn = ScenarioRules.sum(terms);
    double objective = 0.5 * qp.gamma * variance - qp.reward(w) + costs;
    double gap = certificate.gap;
    double unit = 1;
    if (kind == Objective.Kind.TARGET_RISK) {
      objective = costs - expectedReturn;
      gap += RiskSearch.targetLoss(optimum, scenario.objectiveValue);
    } else if (kind == Objective.Kind.MAXIMUM_SHARPE) {
      unit = 1 / Math.sqrt(variance);
      objective = (costs - expectedReturn + scenario.objectiveValue) * unit;
      gap += RiskSearch.ratioNoise(optimum, scenario.expectedReturns, scenario.objectiveValue);
    }
    double size =
        switch (kind) {
          case TARGET_RISK -> RiskSearch.targetSize(optimum, scenario.expectedReturns);
          case MAXIMUM_SHARPE -> Math.abs(objective / unit);
          default -> QpSolver.size(qp, w, certificate);
        };
    double relativeGap = gap == 0 ? 0 : gap < Double.POSITIVE_INFINITY ? gap / size : gap;
    boolean unproved = kind == Objective.Kind.MAXIMUM_SHARPE && gap == Double.POSITIVE_INFINITY;
    if (!unproved
        && !(Double.isFinite(gap) && Double.isFinite(size) && Double.isFinite(objective))) {
      return Status.INVALID;
    }
    weights.setRow(s, w);
    out.set(s, Results.OBJECTIVE, objective);
    out.set(s, Results.EXPECTED_RETURN, expectedReturn);
    out.set(s, Results.VARIANCE, variance);
    out.set(s, Results.GAP, gap * unit);
    out.set(s, Results.RELATIVE_GAP, relativeGap);
    out.set(s, Results.ITERATIONS, optimum.iterations());
    out.set(s, Results.COSTS, costs);
    out.set(s, Results.TURNOVER, Double.NaN);
    if (scenario.currentWeights != null) {
      for (int i = 0; i < w.length; i++) {
        terms[i] = Math.abs(w[i] - scenario.currentWeights[i]);
      }
      out.set(s, Results.TURNOVER, ScenarioRules.sum(terms));
    }
    recordPrices(s, scenario, optimum, unit);
    if (optimum.status() == Status.INACCURATE) {
      out.reasons[s] = "inaccurate: the constraints are met to six digits only";
      return Status.INACCURATE;
    }
    return relativeGap <= tolerance ? Status.SOLVED : Status.INACCURATE;
  }

  /** In the order of {@code constraintNames}. */
  private void recordPrices(int s, ScenarioData scenario, Optimum optimum, double unit) {
    Certificate certificate = optimum.certificate();
    double[] y = certificate.multipliers();
    int at = Results.PRICES;
    int named = data.problem().rows().count() + (data.problem().hasBudget() ? 1 : 0);
    for (int k = 0; k < named; k++) {
      out.set(s, at++, y[k] * unit);
    }
    if (data.hasTurnover()) {
      out.set(s, at++, 0 - certificate.kappa() * unit);
    }
    if (data.hasGrossExposure()) {
      out.set(s, at++, 0 - certificate.rho() * unit);
    }
    if (data.problem().objective().kind() == Objective.Kind.TARGET_RETURN) {
      out.set(s, at, y[named]);
    } else if (data.problem().objective().kind() == Objective.Kind.TARGET_RISK) {
      out.set(s, at, 0 - optimum.qp().gamma * scenario.objectiveValue);
    }
    if (out.reducedCosts == null) {
      return;
    }
    double[] reduced = certificate.reducedCosts(scenario.lower, scenario.upper);
    for (int i = 0; i < reduced.length; i++) {
      reduced[i] *= unit;
    }
    out.reducedCosts.setRow(s, reduced);
  }
}
