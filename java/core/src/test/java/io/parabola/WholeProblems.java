package io.parabola;

import io.parabola.HostileAssets.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Feasible problems of the whole class made from a seed, from well behaved to hostile. */
final class WholeProblems {
  private WholeProblems() {}

  /**
   * A problem about a portfolio that is feasible: every row and limit is drawn so as to hold there,
   * now and then with nothing to spare.
   */
  static Problem drawn(int n, Trouble trouble, Objective.Kind kind, long seed) {
    Problem plain = RandomProblems.hostile(n, trouble, seed);
    Random random = new Random(seed ^ 0x9E3779B97F4A7C15L);
    double[] lower = plain.lower();
    double[] upper = plain.upper();
    double[] inside = inside(lower, upper, 1, random);
    Problem.Builder builder =
        Problem.builder(plain.covariance())
            .expectedReturns(plain.expectedReturns())
            .lower(lower)
            .upper(upper);
    if (random.nextInt(8) == 0) {
      builder.withoutBudget();
    }
    if (random.nextInt(3) > 0) {
      builder.constraints(rows(plain, inside, random));
    }
    if (random.nextBoolean()) {
      double[] w0 = current(lower, upper, inside, random);
      builder.currentWeights(w0);
      double turnover = 0;
      for (int i = 0; i < n; i++) {
        turnover += Math.abs(inside[i] - w0[i]);
      }
      if (random.nextBoolean()) {
        builder.maximumTurnover(turnover * (1 + spare(random)));
      }
      if (random.nextBoolean()) {
        builder.transactionCosts(costs(plain, random));
      }
    }
    if (random.nextInt(3) == 0) {
      double gross = 0;
      for (double weight : inside) {
        gross += Math.abs(weight);
      }
      builder.maximumGrossExposure(gross * (1 + spare(random)));
    }
    if (random.nextInt(4) == 0) {
      builder.benchmark(inside(lower, upper, 1, random));
    }
    double risk = Math.sqrt(new WholeOracle(builder.build(), inside).variance());
    double reward = Oracle.dot(plain.expectedReturns(), inside);
    switch (kind) {
      case RISK_AVERSION:
        builder.riskAversion(plain.riskAversion());
        break;
      case MINIMUM_VARIANCE:
        builder.minimumVariance();
        break;
      case TARGET_RETURN:
        builder.targetReturn(reward - spare(random) * Math.abs(reward));
        break;
      case TARGET_RISK:
        builder.targetRisk(
            Math.max(risk, 1e-6 * undiversified(plain, inside)) * (1 + spare(random)));
        break;
      default:
        builder.maximumSharpe(reward - 0.5 * Math.abs(reward));
    }
    return builder.build();
  }

  /** Σ |w| σ, or 1 if that is nothing. */
  private static double undiversified(Problem plain, double[] w) {
    double risk = 0;
    for (int i = 0; i < w.length; i++) {
      risk += Math.abs(w[i]) * Math.sqrt(plain.covariance().variance(i));
    }
    return risk > 0 ? risk : 1;
  }

  /** Often nothing, and never much. */
  private static double spare(Random random) {
    return random.nextInt(4) == 0 ? 0 : random.nextDouble();
  }

  /** A portfolio within the bounds that sums to the budget, some of it on its bounds. */
  static double[] inside(double[] lower, double[] upper, double budget, Random random) {
    int n = lower.length;
    double[] w = lower.clone();
    double left = budget - Oracle.sum(lower);
    for (int pass = 0; pass < 3 && left > 0; pass++) {
      for (int i = 0; i < n && left > 0; i++) {
        double room = Math.min(upper[i] - w[i], left);
        double part = pass == 2 || random.nextInt(5) == 0 ? 1 : 2 * random.nextDouble() / n;
        double more = Math.min(1, part) * room;
        w[i] = part >= 1 && room < left ? upper[i] : w[i] + more;
        left -= more;
      }
    }
    return w;
  }

  private static double[] current(double[] lower, double[] upper, double[] inside, Random random) {
    double[] w0 = inside(lower, upper, 1, random);
    for (int i = 0; i < w0.length; i++) {
      int choice = random.nextInt(5);
      w0[i] = choice == 0 ? inside[i] : choice == 1 ? 0 : w0[i];
    }
    return w0;
  }

  private static LinearConstraints rows(Problem plain, double[] inside, Random random) {
    int n = inside.length;
    int m = 1 + random.nextInt(Math.min(10, n + 2));
    List<String> names = new ArrayList<>();
    double[] a = new double[m * n];
    double[] low = new double[m];
    double[] high = new double[m];
    for (int r = 0; r < m; r++) {
      names.add("row " + r);
      double scale = random.nextInt(4) == 0 ? Math.pow(10, -6 + 9 * random.nextDouble()) : 1;
      int style = random.nextInt(4);
      double activity = 0;
      double size = 0;
      for (int i = 0; i < n; i++) {
        double value =
            style == 0
                ? random.nextGaussian()
                : style == 1 ? random.nextInt(2) : random.nextInt(5) == 0 ? 1 : 0;
        if (style == 3 && r > 0) {
          // Once more what was asked for already.
          value = a[(r - 1) * n + i];
        }
        a[r * n + i] = value * scale;
        activity += a[r * n + i] * inside[i];
        size += Math.abs(a[r * n + i] * inside[i]);
      }
      int limits = random.nextInt(5);
      low[r] = limits == 1 ? Double.NEGATIVE_INFINITY : activity - size * spare(random);
      high[r] = limits == 0 ? Double.POSITIVE_INFINITY : activity + size * spare(random);
      if (limits == 2 && r < n / 2) {
        low[r] = activity;
        high[r] = activity;
      }
    }
    return LinearConstraints.of(names, a, low, high);
  }

  private static TransactionCosts costs(Problem plain, Random random) {
    int n = plain.size();
    double size = 0;
    for (double mu : plain.expectedReturns()) {
      size = Math.max(size, Math.abs(mu));
    }
    double rate = size * Math.pow(10, -3 + 3 * random.nextDouble());
    TransactionCosts.Builder builder = TransactionCosts.builder();
    if (random.nextInt(3) > 0) {
      builder.buy(rates(n, rate, random)).sell(rates(n, rate, random));
    }
    if (random.nextInt(3) == 0) {
      builder.quadratic(rates(n, rate, random));
    }
    if (random.nextInt(3) == 0) {
      builder.power(1.5 + 0.25 * random.nextInt(3), rates(n, rate, random));
    }
    return builder.build();
  }

  private static double[] rates(int n, double rate, Random random) {
    double[] rates = new double[n];
    for (int i = 0; i < n; i++) {
      rates[i] = random.nextInt(4) == 0 ? 0 : rate * random.nextDouble();
    }
    return rates;
  }
}
