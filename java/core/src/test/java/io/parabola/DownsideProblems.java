package io.parabola;

import io.parabola.HostileAssets.Trouble;
import java.util.Arrays;
import java.util.Random;

/** Feasible downside problems made from a seed: the whole class, and scenarios of every kind. */
final class DownsideProblems {
  private DownsideProblems() {}

  /** A problem, whose returns are the caller's to close. */
  static DownsideProblem drawn(int n, Trouble trouble, Objective.Kind kind, long seed) {
    Random random = new Random(seed + 77);
    Objective.Kind drawnAs =
        kind == Objective.Kind.TARGET_RISK ? Objective.Kind.MINIMUM_VARIANCE : kind;
    Problem problem = bounded(WholeProblems.drawn(n, trouble, drawnAs, seed));
    int scenarios = new int[] {1, 2, 5, 20, 100, 400}[random.nextInt(6)];
    Matrix returns = returns(problem, scenarios, random);
    DownsideRisk risk = risk(problem, random);
    if (kind == Objective.Kind.TARGET_RISK && risk.isQuadratic()) {
      risk = DownsideRisk.cvar(0.9);
    }
    double[] probabilities = probabilities(scenarios, random);
    DownsideProblem drawn = DownsideProblem.of(problem, returns, probabilities, risk);
    if (kind != Objective.Kind.TARGET_RISK) {
      return drawn;
    }
    try (Engine engine = Engine.create("java", 1)) {
      // What some portfolio has.
      double[] inside = engine.solve(problem).weights();
      double has = new DownsideOracle(drawn, inside).risk();
      double spare = random.nextInt(3) == 0 ? 0 : random.nextDouble();
      double most = Math.max(0, has + spare * Math.abs(has));
      return drawn.with(problem.toBuilder().targetRisk(most).build());
    }
  }

  /** Power costs are no part of the class; nor are weights without bounds. */
  private static Problem bounded(Problem problem) {
    TransactionCosts costs = problem.transactionCosts();
    Problem.Builder builder = problem.toBuilder();
    if (costs != null && costs.exponent() < 2) {
      builder.transactionCosts(TransactionCosts.builder().buy(1e-3).sell(2e-3).build());
    }
    return builder.build();
  }

  private static DownsideRisk risk(Problem problem, Random random) {
    switch (random.nextInt(6)) {
      case 0:
        return DownsideRisk.semivariance();
      case 1:
        return DownsideRisk.lowerPartialMoment(1, target(problem, random));
      case 2:
        return DownsideRisk.lowerPartialMoment(2, target(problem, random));
      default:
        return DownsideRisk.cvar(new double[] {0, 0.5, 0.9, 0.95, 0.999}[random.nextInt(5)]);
    }
  }

  private static double target(Problem problem, Random random) {
    double mean = Arrays.stream(problem.expectedReturns()).average().orElse(0);
    return random.nextInt(3) == 0 ? 0 : mean * random.nextGaussian();
  }

  private static double[] probabilities(int scenarios, Random random) {
    double[] p = new double[scenarios];
    Arrays.fill(p, 1.0 / scenarios);
    if (random.nextInt(3) == 0) {
      double sum = 0;
      for (int s = 0; s < scenarios; s++) {
        p[s] = 1e-3 + random.nextDouble();
        sum += p[s];
      }
      for (int s = 0; s < scenarios; s++) {
        p[s] /= sum;
      }
    }
    return p;
  }

  /** Scenarios with the problem's means and deviations; some of them twice. */
  private static Matrix returns(Problem problem, int scenarios, Random random) {
    int n = problem.size();
    double[] mean = problem.expectedReturns();
    boolean twice = random.nextInt(4) == 0;
    boolean likeOneAnother = random.nextInt(4) == 0;
    double[][] rows = new double[scenarios][n];
    for (int s = 0; s < scenarios; s++) {
      if (twice && s % 2 == 1) {
        rows[s] = rows[s - 1].clone();
        continue;
      }
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        double own = likeOneAnother && i % 2 == 1 ? 0 : random.nextGaussian();
        double deviation = Math.sqrt(problem.covariance().variance(i));
        rows[s][i] = mean[i] + deviation * (0.5 * market + own);
      }
    }
    return Matrix.copyOf(rows);
  }
}
