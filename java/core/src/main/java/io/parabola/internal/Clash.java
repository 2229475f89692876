package io.parabola.internal;

import io.parabola.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which limits of an infeasible scenario clash. Worked out once, when somebody asks: in a batch
 * with many such scenarios most are never read, and it may take longer than solving. May be used
 * from many threads at once.
 */
final class Clash implements Supplier<String> {
  private static final String UNEXPLAINED = "infeasible: no portfolio meets all the constraints";

  private final ScenarioData scenario;
  private final List<String> assets;
  private final List<String> rows;
  private String line;

  Clash(ScenarioData scenario, List<String> assets, List<String> rows) {
    this.scenario = scenario;
    this.assets = assets;
    this.rows = rows;
  }

  @Override
  public synchronized String get() {
    if (line == null) {
      line = explain();
    }
    return line;
  }

  /**
   * Whether the limits do clash. Takes as long as to solve the scenario, or longer.
   *
   * @return true only with a proof
   */
  boolean isProven() {
    Feasibility verdict = Feasibility.decide(set(new ArrayList<>(rows)));
    return !verdict.feasible() && verdict.certain();
  }

  private String explain() {
    List<String> names = new ArrayList<>(rows);
    InfeasibilityReport report = InfeasibilityReport.explain(set(names), assets, names);
    return report == null ? UNEXPLAINED : report.text();
  }

  /** The limits; the name of a target, which is one more row, is added to those of the rows. */
  private FeasibleSet set(List<String> names) {
    boolean target = scenario.problem.objective().kind() == Objective.Kind.TARGET_RETURN;
    int n = scenario.lower.length;
    int m = scenario.rows.length + (target ? 1 : 0);
    double[] coefficients = new double[m * n];
    double[] lower = Arrays.copyOf(scenario.rowLower, m);
    double[] upper = Arrays.copyOf(scenario.rowUpper, m);
    for (int r = 0; r < scenario.rows.length; r++) {
      System.arraycopy(scenario.rows[r], 0, coefficients, r * n, n);
    }
    if (target) {
      System.arraycopy(scenario.expectedReturns, 0, coefficients, (m - 1) * n, n);
      lower[m - 1] = scenario.objectiveValue;
      upper[m - 1] = Double.POSITIVE_INFINITY;
      names.add(InfeasibilityReport.TARGET_RETURN);
    }
    FeasibleSet set =
        FeasibleSet.of(
            scenario.budget,
            scenario.lower,
            scenario.upper,
            coefficients,
            lower,
            upper,
            scenario.currentWeights,
            scenario.maximumTurnover,
            scenario.maximumGrossExposure);
    return scenario.problem.hasBudget() ? set : set.withoutBudget();
  }
}
