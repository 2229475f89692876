package io.parabola.bench.problems;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The same scenarios with one more thing asked of them, tight enough to matter in nearly all of
 * them.
 */
public final class Variants {
  private static final double RETURN_FRACTION = 0.9;
  private static final int SECTORS = 8;
  private static final double SECTOR_RANGE = 0.25;

  private final Scenarios scenarios;
  private final double[] solutions; // [S, n], of nothing more asked
  private final double[] centreSolution; // [n], for the centre of the expected returns
  private final double[] calmest; // [n], of least variance

  public Variants(Engine engine, Scenarios scenarios, Covariance covariance) {
    this.scenarios = scenarios;
    Problem problem = Constrained.plain(scenarios).problem(covariance);
    solutions = Optima.solutions(engine, scenarios, problem);
    centreSolution = engine.solve(problem).weights();
    calmest =
        engine
            .solve(
                Problem.builder(covariance)
                    .minimumVariance()
                    .lower(scenarios.lower())
                    .upper(scenarios.upper())
                    .build())
            .weights();
  }

  /** The weights of the problem that the scenarios scatter around. */
  public double[] centreSolution() {
    return centreSolution;
  }

  public double[] equalWeights() {
    double[] equal = new double[scenarios.size()];
    Arrays.fill(equal, 1.0 / equal.length);
    return equal;
  }

  /**
   * A return of at least nine tenths of the way from that of minimum variance to the largest one,
   * on each scenario's own expected returns.
   */
  public Constrained returnRow() {
    int n = scenarios.size();
    int count = scenarios.count();
    double[] all = new double[count * n];
    double[] limits = new double[count];
    for (int s = 0; s < count; s++) {
      double[] row = returns(scenarios.expectedReturns(s));
      System.arraycopy(row, 0, all, s * n, n);
      limits[s] = returnLimit(row);
    }
    return returnRow(all, limits);
  }

  /** The same return on the centre of the expected returns, whatever the scenario. */
  public Constrained centreReturnRow() {
    return returnRow(null, null);
  }

  private Constrained returnRow(double[] scenarioRows, double[] scenarioLimits) {
    double[] centre = returns(scenarios.centre());
    return Constrained.rows(
        scenarios,
        new Constrained.Rows(
            centre,
            new double[] {returnLimit(centre)},
            new double[] {Double.POSITIVE_INFINITY},
            scenarioRows,
            scenarioLimits));
  }

  private static double[] returns(double[] expectedReturns) {
    double largest = Arrays.stream(expectedReturns).map(Math::abs).max().orElseThrow();
    return Arrays.stream(expectedReturns).map(value -> value / largest).toArray();
  }

  private double returnLimit(double[] row) {
    double least = IntStream.range(0, row.length).mapToDouble(i -> row[i] * calmest[i]).sum();
    double[] ascending = row.clone();
    Arrays.sort(ascending);
    double left = 1 - row.length * scenarios.lower();
    double most = scenarios.lower() * Arrays.stream(row).sum();
    for (int i = row.length - 1; i >= 0 && left > 0; i--) {
      double more = Math.min(left, scenarios.upper() - scenarios.lower());
      most += more * ascending[i];
      left -= more;
    }
    return least + RETURN_FRACTION * (most - least);
  }

  /** Eight sectors, each within a quarter of an eighth. */
  public Constrained sectors() {
    int n = scenarios.size();
    double[] members = new double[SECTORS * n];
    for (int i = 0; i < n; i++) {
      members[i % SECTORS * n + i] = 1;
    }
    double[] lower = new double[SECTORS];
    double[] upper = new double[SECTORS];
    Arrays.fill(lower, (1 - SECTOR_RANGE) / SECTORS);
    Arrays.fill(upper, (1 + SECTOR_RANGE) / SECTORS);
    return Constrained.rows(scenarios, new Constrained.Rows(members, lower, upper, null, null));
  }

  /** Half of what would be traded away from these weights. */
  public Constrained turnover(double[] currentWeights) {
    double[] limits = new double[scenarios.count()];
    for (int at = 0; at < solutions.length; at++) {
      double trade = solutions[at] - currentWeights[at % scenarios.size()];
      limits[at / scenarios.size()] += 0.5 * Math.abs(trade);
    }
    return Constrained.turnover(scenarios, currentWeights, limits);
  }

  /** Half of what would be held short. */
  public Constrained gross() {
    double[] limits = new double[scenarios.count()];
    Arrays.fill(limits, 0.5);
    for (int at = 0; at < solutions.length; at++) {
      limits[at / scenarios.size()] += 0.5 * Math.abs(solutions[at]);
    }
    return Constrained.gross(scenarios, limits);
  }

  /** Costs of trading away from the weights of the centre. */
  public Constrained costs(Costs costs) {
    return Constrained.costs(scenarios, centreSolution, costs);
  }

  /** Half of what the expected returns scatter by, so that it stops some trades and not others. */
  public Costs linear() {
    return new Costs(0.5 * scenarios.spread(), 0, 0);
  }

  /** Where a trade is as large as the upper bound, a little more costs what the returns scatter. */
  public Costs quadratic() {
    return new Costs(0, scenarios.spread() / (2 * scenarios.upper()), 0);
  }

  /** The same. */
  public Costs power() {
    double slope = Costs.EXPONENT * Math.sqrt(scenarios.upper());
    return new Costs(0, 0, scenarios.spread() / slope);
  }
}
