package io.parabola.models.allocation;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.LinearConstraints;
import io.parabola.Matrix;
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

  /** Of the covariances that are solved at a time: 128 MiB. */
  private static final long MOST_ELEMENTS = 1 << 24;

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
    return solve(
            engine,
            problem,
            covariances,
            problem.expectedReturns(),
            new double[] {aversion(problem)},
            tolerance)
        .get(0);
  }

  /**
   * Solves a batch: in each round all scenarios that are not done yet are one call of the engine.
   *
   * @param engine solves; stays open
   * @param problem what all share; its objective is a risk aversion or the minimum variance, and it
   *     has no benchmark
   * @param covariances Σ_k, at least one, of the same assets
   * @param expectedReturns μ [S, n], scenario-major; not modified
   * @param riskAversion γ [S], at least 0; ones for the minimum variance
   * @param tolerance of the gaps, relative to the objective's parts, such as 1e-8
   * @return a portfolio for each scenario
   * @throws InvalidInputException if a size or the objective does not fit
   */
  public static List<Result> solve(
      Engine engine,
      Problem problem,
      List<Covariance> covariances,
      double[] expectedReturns,
      double[] riskAversion,
      double tolerance) {
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
    int scenarios = riskAversion.length;
    if (expectedReturns.length != scenarios * n) {
      throw new InvalidInputException(
          "expected returns have length "
              + expectedReturns.length
              + ": "
              + scenarios
              + " risk aversions of "
              + n
              + " assets need "
              + scenarios * n);
    }
    double[][] sigma = new double[covariances.size()][];
    for (int k = 0; k < sigma.length; k++) {
      if (covariances.get(k).size() != n) {
        throw new InvalidInputException(
            "covariance " + k + " is of " + covariances.get(k).size() + " assets, not " + n);
      }
      sigma[k] = covariances.get(k).toArray();
    }
    int together = (int) Math.max(1, Math.min(scenarios, MOST_ELEMENTS / n / n));
    List<Result> results = new ArrayList<>();
    for (int from = 0; from < scenarios; from += together) {
      List<Search> searches = new ArrayList<>();
      for (int s = from; s < Math.min(scenarios, from + together); s++) {
        double[] mean = Arrays.copyOfRange(expectedReturns, s * n, (s + 1) * n);
        searches.add(new Search(problem, sigma, mean, riskAversion[s], tolerance));
      }
      run(engine, problem, searches);
      searches.forEach(search -> results.add(search.result));
    }
    return results;
  }

  private static double aversion(Problem problem) {
    return problem.objective().kind() == Objective.Kind.RISK_AVERSION ? problem.riskAversion() : 1;
  }

  private static void run(Engine engine, Problem problem, List<Search> searches) {
    int n = problem.size();
    List<Search> open = searches;
    for (int round = 0; !open.isEmpty(); round++) {
      int count = open.size();
      double[] means = new double[count * n];
      double[] aversions = new double[count];
      try (Matrix covariances = Matrix.allocate((long) count * n, n)) {
        for (int s = 0; s < count; s++) {
          Search search = open.get(s);
          search.mix(covariances, s * n);
          System.arraycopy(search.mean, 0, means, s * n, n);
          aversions[s] = search.gamma;
        }
        Batch.Builder batch = Batch.builder(problem, count).trustedCovariances(covariances);
        if (problem.objective().kind() == Objective.Kind.RISK_AVERSION) {
          batch.expectedReturns(means).riskAversion(aversions);
        }
        try (BatchSolution solution = engine.solve(batch.build())) {
          for (int s = 0; s < count; s++) {
            open.get(s).take(engine, solution.solution(s), round);
          }
        }
      }
      open = open.stream().filter(search -> search.result == null).toList();
    }
  }

  /** Cutting planes of one scenario. */
  private static final class Search {
    private final Problem problem;
    private final double[][] sigma;
    private final double[] mean;
    private final double gamma;
    private final double tolerance;
    private final List<double[]> portfolios = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();
    private double[] lambda;
    private double lower = Double.NEGATIVE_INFINITY;
    private double[] bestLambda;
    private double best = Double.POSITIVE_INFINITY;
    private double[] chosen;

    /** Null as long as it goes on. */
    private Result result;

    Search(Problem problem, double[][] sigma, double[] mean, double gamma, double tolerance) {
      this.problem = problem;
      this.sigma = sigma;
      this.mean = mean;
      this.gamma = gamma;
      this.tolerance = tolerance;
      lambda = new double[sigma.length];
      Arrays.fill(lambda, 1.0 / sigma.length);
      bestLambda = lambda;
    }

    /** Writes Σ λ_k Σ_k to rows of a matrix. */
    void mix(Matrix covariances, int firstRow) {
      int n = mean.length;
      double[] row = new double[n];
      for (int i = 0; i < n; i++) {
        Arrays.fill(row, 0);
        for (int k = 0; k < lambda.length; k++) {
          for (int j = 0; lambda[k] > 0 && j < n; j++) {
            row[j] += lambda[k] * sigma[k][i * n + j];
          }
        }
        covariances.setRow(firstRow + i, row);
      }
    }

    /** Takes the portfolio of the mixed covariance, and chooses the next mix. */
    void take(Engine engine, Solution solution, int round) {
      if (solution.status() != Status.SOLVED && solution.status() != Status.INACCURATE) {
        result =
            new Result(
                solution.status(),
                solution.message(),
                solution.weights(),
                Double.NaN,
                Double.NaN,
                lambda);
        return;
      }
      int count = sigma.length;
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
      double[] mix = new double[w.length];
      for (int j = 0; j < portfolios.size(); j++) {
        for (int i = 0; i < w.length; i++) {
          mix[i] += plane[1][j] * portfolios.get(j)[i];
        }
      }
      double mixed = Arrays.stream(values(sigma, mix, gamma, rest(mix))).max().orElseThrow();
      if (mixed < best) {
        best = mixed;
        chosen = mix;
      }
      double scale = Math.max(Math.abs(best), 0.5 * gamma * largest(sigma, chosen));
      if (best - lower <= tolerance * scale) {
        result = new Result(Status.SOLVED, "", chosen, best, Math.max(0, best - lower), bestLambda);
      } else if (round + 1 == MOST_ROUNDS) {
        result =
            new Result(
                Status.INACCURATE,
                "the gap is " + (best - lower) + " after " + MOST_ROUNDS + " rounds",
                chosen,
                best,
                best - lower,
                bestLambda);
      }
      // Half way between where it was best and where the planes point: it swings less.
      lambda = plane[0];
      if (round % 2 == 0 && count > 2) {
        for (int k = 0; k < count; k++) {
          lambda[k] = 0.5 * (lambda[k] + bestLambda[k]);
        }
      }
    }

    /** −μ'w + cost, and what the minimum variance leaves of it. */
    private double rest(double[] w) {
      double rest = 0;
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
