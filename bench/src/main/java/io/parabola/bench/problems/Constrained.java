package io.parabola.bench.problems;

import io.parabola.Covariance;
import io.parabola.LinearConstraints;
import io.parabola.Problem;
import io.parabola.TransactionCosts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scenarios of which more is asked than box and budget.
 *
 * @param scenarios what they are about
 * @param rows linear constraints, or null
 * @param currentWeights w₀ [n], or null; then there are neither turnover limit nor costs
 * @param maximumTurnover [S], or null
 * @param maximumGrossExposure [S], or null
 * @param costs of trading
 */
public record Constrained(
    Scenarios scenarios,
    Rows rows,
    double[] currentWeights,
    double[] maximumTurnover,
    double[] maximumGrossExposure,
    Costs costs) {

  /**
   * Rows of linear constraints: those of the problem, and where they differ those of the scenarios.
   *
   * @param coefficients [m, n]
   * @param lower [m]
   * @param upper [m]
   * @param scenarioCoefficients [S·m, n], or null if all have the problem's
   * @param scenarioLower [S, m], or null likewise
   */
  public record Rows(
      double[] coefficients,
      double[] lower,
      double[] upper,
      double[] scenarioCoefficients,
      double[] scenarioLower) {
    public int count() {
      return lower.length;
    }

    private Rows first(int scenarios, int n) {
      int m = count();
      return new Rows(
          coefficients,
          lower,
          upper,
          scenarioCoefficients == null
              ? null
              : Arrays.copyOf(scenarioCoefficients, scenarios * m * n),
          scenarioLower == null ? null : Arrays.copyOf(scenarioLower, scenarios * m));
    }

    private double[] row(int s, int r, int n) {
      double[] all = scenarioCoefficients == null ? coefficients : scenarioCoefficients;
      int at = (scenarioCoefficients == null ? r : s * count() + r) * n;
      return Arrays.copyOfRange(all, at, at + n);
    }

    private double[] lower(int s) {
      return scenarioLower == null
          ? lower
          : Arrays.copyOfRange(scenarioLower, s * count(), (s + 1) * count());
    }
  }

  public static Constrained plain(Scenarios scenarios) {
    return new Constrained(scenarios, null, null, null, null, Costs.NONE);
  }

  public static Constrained rows(Scenarios scenarios, Rows rows) {
    return new Constrained(scenarios, rows, null, null, null, Costs.NONE);
  }

  public static Constrained turnover(
      Scenarios scenarios, double[] currentWeights, double[] maximum) {
    return new Constrained(scenarios, null, currentWeights, maximum, null, Costs.NONE);
  }

  public static Constrained gross(Scenarios scenarios, double[] maximum) {
    return new Constrained(scenarios, null, null, null, maximum, Costs.NONE);
  }

  public static Constrained costs(Scenarios scenarios, double[] currentWeights, Costs costs) {
    return new Constrained(scenarios, null, currentWeights, null, null, costs);
  }

  /** Whether nothing more is asked. */
  public boolean isPlain() {
    return rows == null
        && maximumTurnover == null
        && maximumGrossExposure == null
        && costs.equals(Costs.NONE);
  }

  public int rowCount() {
    return rows == null ? 0 : rows.count();
  }

  /** The first scenarios alone. */
  public Constrained first(int count) {
    return new Constrained(
        scenarios.first(count),
        rows == null ? null : rows.first(count, scenarios.size()),
        currentWeights,
        maximumTurnover == null ? null : Arrays.copyOf(maximumTurnover, count),
        maximumGrossExposure == null ? null : Arrays.copyOf(maximumGrossExposure, count),
        costs);
  }

  /** What scenario {@code s} asks beside box and budget. */
  public Certificate.Terms terms(int s) {
    int m = rowCount();
    int n = scenarios.size();
    return new Certificate.Terms(
        IntStream.range(0, m).mapToObj(r -> rows.row(s, r, n)).toArray(double[][]::new),
        m == 0 ? new double[0] : rows.lower(s),
        m == 0 ? new double[0] : rows.upper(),
        currentWeights,
        maximumTurnover == null ? Double.POSITIVE_INFINITY : maximumTurnover[s],
        maximumGrossExposure == null ? Double.POSITIVE_INFINITY : maximumGrossExposure[s],
        costs);
  }

  public Certificate certificate(int s, double[] weights, Multipliers multipliers) {
    return Certificate.of(
        scenarios.risk().times(s, weights),
        scenarios.expectedReturns(s),
        scenarios.lower(),
        scenarios.upper(),
        1,
        weights,
        terms(s),
        multipliers);
  }

  /** The problem that batches are built on: its expected returns are the centre of theirs. */
  public Problem problem(Covariance covariance) {
    Problem.Builder problem =
        Problem.builder(covariance)
            .expectedReturns(scenarios.centre())
            .lower(scenarios.lower())
            .upper(scenarios.upper());
    if (rows != null) {
      List<String> names = IntStream.range(0, rows.count()).mapToObj(r -> "row " + r).toList();
      problem.constraints(
          LinearConstraints.of(names, rows.coefficients(), rows.lower(), rows.upper()));
    }
    if (currentWeights != null) {
      problem.currentWeights(currentWeights);
    }
    if (maximumTurnover != null) {
      problem.maximumTurnover(Arrays.stream(maximumTurnover).average().orElseThrow());
    }
    if (maximumGrossExposure != null) {
      problem.maximumGrossExposure(Arrays.stream(maximumGrossExposure).average().orElseThrow());
    }
    if (!costs.equals(Costs.NONE)) {
      problem.transactionCosts(
          TransactionCosts.builder()
              .linear(costs.linear())
              .quadratic(costs.quadratic())
              .power(Costs.EXPONENT, costs.power())
              .build());
    }
    return problem.build();
  }
}
