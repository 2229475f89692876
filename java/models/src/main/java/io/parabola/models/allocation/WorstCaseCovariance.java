package io.parabola.models.allocation;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.LinearConstraints;
import io.parabola.Objective;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The portfolio that is best for the worst of several covariances: of regimes, of estimators, of
 * stressed markets.
 *
 * <pre>
 *   min over w of max over k of ½ γ w'Σ_k w − μ'w + cost
 * </pre>
 *
 * <p>By its dual: for weights λ of the covariances the portfolio of Σ λ_k Σ_k bounds the worst case
 * from below, and the mix of the portfolios found bounds it from above. The λ are moved by cutting
 * planes until both meet. Each step is one mean-variance problem.
 */
public final class WorstCaseCovariance {
  private static final int MOST_ROUNDS = 200;

  private WorstCaseCovariance() {}

  /**
   * What was found.
   *
   * @param status {@link Status#SOLVED}, or what kept it from that
   * @param message why not; empty if solved
   * @param weights w [n]; NaN if there are none
   * @param objective the worst case
   * @param gap how far that is from the least one at most
   * @param weightsOfCovariances λ, of sum 1: how much each covariance matters
   */
  public record Result(
      Status status,
      String message,
      double[] weights,
      double objective,
      double gap,
      double[] weightsOfCovariances) {}

  /**
   * Solves.
   *
   * @param engine solves; stays open
   * @param problem all but the covariance; its objective is a risk aversion or the minimum
   *     variance, and it has no benchmark
   * @param covariances Σ_k, at least one, of the same assets
   * @param tolerance of the gap, relative to the objective's parts, such as 1e-8
   * @return the portfolio
   * @throws InvalidInputException if a size or the objective does not fit
   */
  public static Result solve(
      Engine engine, Problem problem, List<Covariance> covariances, double tolerance) {
    Objective.Kind kind = problem.objective().kind();
    if (kind != Objective.Kind.RISK_AVERSION && kind != Objective.Kind.MINIMUM_VARIANCE
        || problem.benchmark() != null) {
      throw new InvalidInputException(
          "a worst case needs a risk aversion or the minimum variance for the objective, and no"
              + " benchmark");
    }
    if (covariances.isEmpty()) {
      throw new InvalidInputException("a worst case of no covariances");
    }
    int n = problem.size();
    int count = covariances.size();
    double[][] sigma = new double[count][];
    for (int k = 0; k < count; k++) {
      if (covariances.get(k).size() != n) {
        throw new InvalidInputException(
            "covariance " + k + " is of " + covariances.get(k).size() + " assets, not " + n);
      }
      sigma[k] = covariances.get(k).toArray();
    }
    double gamma = kind == Objective.Kind.RISK_AVERSION ? problem.riskAversion() : 1;
    double[] lambda = new double[count];
    Arrays.fill(lambda, 1.0 / count);
    List<double[]> portfolios = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    double lower = Double.NEGATIVE_INFINITY;
    double best = Double.POSITIVE_INFINITY;
    double[] chosen = null;
    double[] bestLambda = lambda;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Solution solution = engine.solve(problem.toBuilder(mixed(problem, sigma, lambda)).build());
      if (solution.status() != Status.SOLVED && solution.status() != Status.INACCURATE) {
        return new Result(
            solution.status(),
            solution.message(),
            solution.weights(),
            Double.NaN,
            Double.NaN,
            lambda);
      }
      double[] w = solution.weights();
      double rest = solution.objective() - 0.5 * gamma * variance(sigma, lambda, w);
      double[] value = values(sigma, w, gamma, rest);
      portfolios.add(w);
      values.add(value);
      if (solution.objective() - solution.gap() > lower) {
        lower = solution.objective() - solution.gap();
        bestLambda = lambda;
      }
      double worst = Arrays.stream(value).max().orElseThrow();
      if (worst < best) {
        best = worst;
        chosen = w;
      }
      // max over λ of the least of λ'f(w_j), and what the mix of the w_j that decide it is worth.
      double[][] plane = plane(engine, values, count);
      double[] mix = new double[n];
      for (int j = 0; j < portfolios.size(); j++) {
        for (int i = 0; i < n; i++) {
          mix[i] += plane[1][j] * portfolios.get(j)[i];
        }
      }
      double mixed =
          Arrays.stream(values(sigma, mix, gamma, rest(problem, mix))).max().orElseThrow();
      if (mixed < best) {
        best = mixed;
        chosen = mix;
      }
      double scale = Math.max(Math.abs(best), 0.5 * gamma * largest(sigma, chosen));
      if (best - lower <= tolerance * scale) {
        return new Result(Status.SOLVED, "", chosen, best, Math.max(0, best - lower), bestLambda);
      }
      // Half way between where it was best and where the planes point: it swings less.
      lambda = plane[0];
      if (round % 2 == 0 && count > 2) {
        for (int k = 0; k < count; k++) {
          lambda[k] = 0.5 * (lambda[k] + bestLambda[k]);
        }
      }
    }
    return new Result(
        Status.INACCURATE,
        "the gap is " + (best - lower) + " after " + MOST_ROUNDS + " rounds",
        chosen,
        best,
        best - lower,
        bestLambda);
  }

  private static Covariance mixed(Problem problem, double[][] sigma, double[] lambda) {
    double[] sum = new double[sigma[0].length];
    for (int k = 0; k < lambda.length; k++) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += lambda[k] * sigma[k][j];
      }
    }
    return Covariance.of(problem.assets(), sum);
  }

  private static double form(double[] sigma, double[] w) {
    double sum = 0;
    int n = w.length;
    for (int i = 0; i < n; i++) {
      double row = 0;
      for (int j = 0; j < n; j++) {
        row += sigma[i * n + j] * w[j];
      }
      sum += w[i] * row;
    }
    return sum;
  }

  private static double variance(double[][] sigma, double[] lambda, double[] w) {
    double sum = 0;
    for (int k = 0; k < lambda.length; k++) {
      sum += lambda[k] == 0 ? 0 : lambda[k] * form(sigma[k], w);
    }
    return sum;
  }

  private static double largest(double[][] sigma, double[] w) {
    return Arrays.stream(sigma).mapToDouble(s -> form(s, w)).max().orElseThrow();
  }

  private static double[] values(double[][] sigma, double[] w, double gamma, double rest) {
    return Arrays.stream(sigma).mapToDouble(s -> 0.5 * gamma * form(s, w) + rest).toArray();
  }

  /** −μ'w + cost, and what the minimum variance leaves of it. */
  private static double rest(Problem problem, double[] w) {
    double rest = 0;
    double[] mean = problem.expectedReturns();
    boolean earns = problem.objective().kind() == Objective.Kind.RISK_AVERSION;
    for (int i = 0; i < w.length && earns; i++) {
      rest -= mean[i] * w[i];
    }
    if (problem.transactionCosts() != null) {
      double[] trades = w.clone();
      double[] current = problem.currentWeights();
      Arrays.setAll(trades, i -> w[i] - current[i]);
      rest += problem.transactionCosts().of(trades);
    }
    return rest;
  }

  /**
   * The λ of the simplex with the largest least λ'f_j, and the weights of the f_j in it: a linear
   * program, and its multipliers.
   */
  private static double[][] plane(Engine engine, List<double[]> values, int count) {
    // Only the latest planes have room; the first are the least exact.
    int from = Math.max(0, values.size() - (LinearConstraints.MAXIMUM_ROWS - 2));
    double scale = 0;
    for (double[] value : values) {
      for (double f : value) {
        scale = Math.max(scale, Math.abs(f));
      }
    }
    scale = scale > 0 ? scale : 1;
    List<String> names = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      names.add("weight " + k);
    }
    names.add("value");
    LinearConstraints.Builder rows = LinearConstraints.builder(names);
    double[] simplex = new double[count + 1];
    Arrays.fill(simplex, 0, count, 1);
    rows.row("sum", 1, simplex, 1);
    for (int j = from; j < values.size(); j++) {
      double[] row = new double[count + 1];
      for (int k = 0; k < count; k++) {
        row[k] = values.get(j)[k] / scale;
      }
      row[count] = -1;
      rows.row("plane " + j, 0, row, Double.POSITIVE_INFINITY);
    }
    double[] earned = new double[count + 1];
    earned[count] = 1;
    double[] lower = new double[count + 1];
    lower[count] = Double.NEGATIVE_INFINITY;
    Solution solution =
        engine.solve(
            Problem.builder(
                    Covariance.ofFactors(
                        new double[count + 1], new double[1], new double[count + 1]))
                .expectedReturns(earned)
                .riskAversion(0)
                .lower(lower)
                .withoutBudget()
                .constraints(rows.build())
                .build());
    double[] lambda = Arrays.copyOf(solution.weights(), count);
    double[] mix = new double[values.size()];
    double sum = 0;
    for (int j = from; j < values.size(); j++) {
      mix[j] = Math.max(0, solution.shadowPrice("plane " + j));
      sum += mix[j];
    }
    for (int j = 0; j < mix.length; j++) {
      mix[j] = sum > 0 ? mix[j] / sum : j == mix.length - 1 ? 1 : 0;
    }
    double whole = 0;
    for (int k = 0; k < count; k++) {
      lambda[k] = Math.max(0, lambda[k]);
      whole += lambda[k];
    }
    for (int k = 0; k < count; k++) {
      lambda[k] /= whole;
    }
    return new double[][] {lambda, mix};
  }
}
