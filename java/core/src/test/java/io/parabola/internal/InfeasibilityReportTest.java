package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.internal.InfeasibilityReport.Kind;
import io.parabola.internal.InfeasibilityReport.Limit;
import io.parabola.internal.InfeasibilityReport.Relaxation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InfeasibilityReportTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /** A scenario of assets A, B, C, …, long only and with a budget of 1 unless it says otherwise. */
  private static final class Scenario {
    final int n;
    double budget = 1;
    boolean budgeted = true;
    final double[] lower;
    final double[] upper;
    final List<String> names = new ArrayList<>();
    final List<double[]> rows = new ArrayList<>();
    final List<Double> least = new ArrayList<>();
    final List<Double> most = new ArrayList<>();
    double[] current;
    double turnover = INFINITY;
    double gross = INFINITY;

    Scenario(int n, double most) {
      this.n = n;
      lower = new double[n];
      upper = new double[n];
      Arrays.fill(upper, most);
    }

    Scenario row(String name, double least, double[] coefficients, double most) {
      names.add(name);
      rows.add(coefficients);
      this.least.add(least);
      this.most.add(most);
      return this;
    }

    InfeasibilityReport explain() {
      double[] a = rows.stream().flatMapToDouble(Arrays::stream).toArray();
      FeasibleSet set =
          FeasibleSet.of(
              budget,
              lower,
              upper,
              a,
              least.stream().mapToDouble(Double::doubleValue).toArray(),
              most.stream().mapToDouble(Double::doubleValue).toArray(),
              current,
              turnover,
              gross);
      List<String> assets = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        assets.add(i < 26 ? String.valueOf((char) ('A' + i)) : "asset " + i);
      }
      return InfeasibilityReport.explain(budgeted ? set : set.withoutBudget(), assets, names);
    }

    void says(String text) {
      assertEquals(text, explain().text());
    }
  }

  @Test
  void whatIsFeasibleHasNoReport() {
    assertNull(new Scenario(3, 1).explain());
  }

  @Test
  void upperBoundsThatDoNotReachTheBudget() {
    new Scenario(40, 0.02)
        .says(
            "infeasible: budget 1 needs upper bounds that sum to at least 1, but those of 40 assets"
                + " sum to 0.8 (short by 0.2); raising each to 0.025 mends it");
  }

  @Test
  void aGroupThatItsBoundsHoldDown() {
    Scenario scenario = new Scenario(6, 0.1);
    Arrays.fill(scenario.upper, 3, 6, 1);
    scenario
        .row("min DeFi", 0.5, new double[] {1, 1, 1, 0, 0, 0}, INFINITY)
        .says(
            "infeasible: row \"min DeFi\" needs at least 0.5 in A, B, C, but their upper bounds sum"
                + " to 0.3 (short by 0.2); raising each to 0.1667 or lowering the row to 0.3 mends"
                + " it");
  }

  @Test
  void aGroupThatItsBoundsHoldUp() {
    Scenario scenario = new Scenario(4, 1);
    scenario.lower[0] = 0.3;
    scenario
        .row("cap", -INFINITY, new double[] {1, 0, 0, 0}, 0.25)
        .says(
            "infeasible: row \"cap\" allows at most 0.25 in A, but its lower bound is 0.3 (over by"
                + " 0.05); lowering it to 0.25 or raising the row to 0.3 mends it");
  }

  @Test
  void twoRowsThatClash() {
    new Scenario(4, 1)
        .row("large", 0.7, new double[] {1, 1, 0, 0}, INFINITY)
        .row("small", 0.4, new double[] {0, 0, 1, 1}, INFINITY)
        .says(
            "infeasible: row \"large\" needs at least 0.7, but budget 1 and row \"small\" (at least"
                + " 0.4) leave at most 0.6 (short by 0.1); lowering the row to 0.6 or lowering row"
                + " \"small\" to 0.3 or raising the budget to 1.1 mends it");
  }

  @Test
  void aRowWithoutCoefficients() {
    new Scenario(2, 1)
        .row("empty", 0.5, new double[] {0, 0}, INFINITY)
        .says(
            "infeasible: row \"empty\" needs at least 0.5, but without coefficients it is 0 (short"
                + " by 0.5); lowering the row to 0 mends it");
  }

  @Test
  void aTargetReturnOutOfReach() {
    new Scenario(3, 0.5)
        .row("target return", 0.3, new double[] {0.1, 0.2, 0.25}, INFINITY)
        .says(
            "infeasible: target return 0.3 is above the largest attainable return, 0.225, within"
                + " budget 1 and the upper bounds of B, C (short by 0.075);"
                + " lowering the target return to 0.225 mends it");
  }

  @Test
  void aTargetReturnThatRowsHoldDown() {
    new Scenario(3, 1)
        .row("stable", 0.6, new double[] {1, 0, 0}, 0.9)
        .row("target return", 0.2, new double[] {0, 0.2, 0.3}, INFINITY)
        .says(
            "infeasible: target return 0.2 is above the largest attainable return, 0.12, within"
                + " budget 1, row \"stable\" (at least 0.6) and the lower bound of B (short by"
                + " 0.08); lowering row \"stable\" to 0.3333 or lowering the target return to 0.12"
                + " or raising the budget to 1.267 mends it");
  }

  @Test
  void currentWeightsTooFarFromTheBounds() {
    Scenario scenario = new Scenario(3, 1);
    scenario.upper[0] = 0.2;
    scenario.current = new double[] {0.5, 0.3, 0.2};
    scenario.turnover = 0.4;
    scenario.says(
        "infeasible: turnover 0.4 is too little: from the current weights, budget 1 and the upper"
            + " bound of A take at least 0.6 (short by 0.2); raising the upper bound of A to 0.3 or"
            + " raising the turnover to 0.6 or lowering the budget to 0.8 mends it");
  }

  @Test
  void aBudgetAboveTheGrossExposure() {
    Scenario scenario = new Scenario(3, INFINITY);
    Arrays.fill(scenario.lower, -1);
    scenario.budget = 1.2;
    scenario.gross = 1;
    scenario.says(
        "infeasible: gross exposure 1 is too little: budget 1.2 takes at least 1.2 (short by 0.2);"
            + " raising the gross exposure to 1.2 or lowering the budget to 1 mends it");
  }

  @Test
  void rowsThatClashWithoutABudget() {
    Scenario scenario = new Scenario(3, 0.4);
    scenario.budgeted = false;
    scenario
        .row("net", 1.5, new double[] {1, 1, 1}, 2)
        .says(
            "infeasible: row \"net\" needs at least 1.5 in A, B, C, but their upper bounds sum to"
                + " 1.2 (short by 0.3); raising each to 0.5 or lowering the row to 1.2 mends it");
  }

  @Test
  void aTargetReturnThatTheGrossExposureHoldsDown() {
    Scenario scenario = new Scenario(2, INFINITY);
    scenario.budgeted = false;
    scenario.lower[0] = -INFINITY;
    scenario.lower[1] = -INFINITY;
    scenario.gross = 2;
    scenario
        .row("target return", 0.7, new double[] {-0.3, 0.1}, INFINITY)
        .says(
            "infeasible: target return 0.7 is above the largest attainable return, 0.6, within"
                + " gross exposure 2 (short by 0.1); lowering the target return to 0.6 or raising"
                + " the gross exposure to 2.334 mends it");
  }

  @Test
  void boundsTooFarFromTheCurrentWeightsWithoutABudget() {
    Scenario scenario = new Scenario(3, 0.2);
    scenario.budgeted = false;
    scenario.current = new double[] {0.5, 0.3, 0};
    scenario.turnover = 0.1;
    // A alone takes more than there is; B needs the rest of what mends it.
    scenario.says(
        "infeasible: turnover 0.1 is too little: from the current weights, the upper bound of A"
            + " takes at least 0.3 (short by 0.2); raising the upper bound of A to 0.5 or raising"
            + " the turnover to 0.4 mends it");
  }

  @Test
  void lowerBoundsAboveTheGrossExposureWithoutABudget() {
    Scenario scenario = new Scenario(2, 1);
    scenario.budgeted = false;
    Arrays.fill(scenario.lower, 0.5);
    scenario.gross = 0.8;
    scenario.says(
        "infeasible: gross exposure 0.8 is too little: the lower bounds of A, B take at least 1"
            + " (short by 0.2); lowering the lower bounds of A, B to 0.4 each or raising the gross"
            + " exposure to 1 mends it");
  }

  @Test
  void manyAssetsAreCounted() {
    Scenario scenario = new Scenario(60, 0.01);
    double[] coefficients = new double[60];
    Arrays.fill(coefficients, 0, 30, 1);
    Arrays.fill(scenario.upper, 30, 60, 1);
    scenario
        .row("half", 0.5, coefficients, INFINITY)
        .says(
            "infeasible: row \"half\" needs at least 0.5 in 30 assets, but their upper bounds sum"
                + " to 0.3 (short by 0.2); raising each to 0.01667 or lowering the row to 0.3 mends"
                + " it");
  }

  @Test
  void clashesThatNoSingleChangeMends() {
    InfeasibilityReport report =
        new Scenario(4, 1)
            .row("a", 1.5, new double[] {1, 0, 0, 0}, INFINITY)
            .row("b", 1.7, new double[] {0, 1, 0, 0}, INFINITY)
            .explain();
    assertTrue(report.relaxations().isEmpty());
    assertTrue(
        report
            .text()
            .endsWith("; no single change was found that mends it: other limits may clash besides"),
        report.text());
  }

  /** Without any one limit the rest can be met; the changes do mend it; half of one does not. */
  @Property(tries = 600, seed = "20261122")
  void theClashIsIrreducibleAndTheAdviceMends(
      @ForAll @IntRange(min = 1, max = 30) int n,
      @ForAll @IntRange(max = 10) int m,
      @ForAll long seed) {
    check(n, m, RandomSets.of(n, m, new Random(seed)));
  }

  @Property(tries = 600, seed = "20261122")
  void alsoWithoutABudget(
      @ForAll @IntRange(min = 1, max = 30) int n,
      @ForAll @IntRange(max = 10) int m,
      @ForAll long seed) {
    check(n, m, RandomSets.of(n, m, new Random(seed)).withoutBudget());
  }

  @Property(tries = 40, seed = "20261122")
  void alsoInLargeSets(
      @ForAll @IntRange(min = 30, max = 200) int n,
      @ForAll @IntRange(max = 20) int m,
      @ForAll long seed) {
    FeasibleSet set = RandomSets.of(n, m, new Random(seed));
    check(n, m, set);
    check(n, m, set.withoutBudget());
  }

  private static void check(int n, int m, FeasibleSet set) {
    List<String> assets = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      assets.add("asset " + i);
    }
    for (int r = 0; r < m; r++) {
      rows.add(r == 3 ? InfeasibilityReport.TARGET_RETURN : "row " + r);
    }
    InfeasibilityReport report = InfeasibilityReport.explain(set, assets, rows);
    if (report == null) {
      return;
    }
    List<Limit> clash = report.clash();
    assertFalse(Feasibility.decide(only(set, clash, null)).feasible());
    for (Limit limit : clash) {
      assertTrue(Feasibility.decide(only(set, clash, limit)).feasible(), report.text());
    }
    assertTrue(report.shortfall() > 0, report.text());
    assertFalse(!set.hasBudget() && report.text().contains("budget"), report.text());
    for (Relaxation relaxation : report.relaxations()) {
      assertTrue(relaxation.by() > 0 && relaxation.roundedBy() > 0.99 * relaxation.by());
      assertTrue(Feasibility.decide(mended(set, relaxation)).feasible(), report.text());
      assertTrue(relaxation.roundedBy() <= 1.02 * relaxation.by() || isRounding(set, relaxation));
    }
    assertNotNull(report.text());
    assertFalse(report.text().contains("\n") || report.text().contains("NaN"), report.text());
  }

  /** A limit of 1 that gives way by 1e-16 cannot be rounded to within a hundredth of that. */
  private static boolean isRounding(FeasibleSet set, Relaxation relaxation) {
    return relaxation.by() <= 1e-9 * Math.abs(relaxation.to());
  }

  private static FeasibleSet only(FeasibleSet set, List<Limit> limits, Limit except) {
    FeasibleSet result = set.unlimited();
    for (Limit limit : limits) {
      if (limit.equals(except)) {
        continue;
      }
      int r = limit.row() + 1;
      switch (limit.kind()) {
        case UPPER_BOUNDS -> limit.assets().forEach(i -> result.upper[i] = set.upper[i]);
        case LOWER_BOUNDS -> limit.assets().forEach(i -> result.lower[i] = set.lower[i]);
        case TURNOVER -> result.turnover = set.turnover;
        case GROSS_EXPOSURE -> result.grossExposure = set.grossExposure;
        default -> {
          if (limit.atMost()) {
            result.rowUpper[r] = set.rowUpper[r];
          } else {
            result.rowLower[r] = set.rowLower[r];
          }
        }
      }
    }
    return result;
  }

  private static FeasibleSet mended(FeasibleSet set, Relaxation relaxation) {
    FeasibleSet result = set.copy();
    Limit limit = relaxation.limit();
    int r = limit.row() + 1;
    boolean same = !Double.isNaN(relaxation.to());
    if (limit.kind() == Kind.UPPER_BOUNDS) {
      limit
          .assets()
          .forEach(
              i ->
                  result.upper[i] = same ? relaxation.to() : set.upper[i] + relaxation.roundedBy());
    } else if (limit.kind() == Kind.LOWER_BOUNDS) {
      limit
          .assets()
          .forEach(
              i ->
                  result.lower[i] = same ? relaxation.to() : set.lower[i] - relaxation.roundedBy());
    } else if (limit.kind() == Kind.TURNOVER) {
      result.turnover = relaxation.to();
    } else if (limit.kind() == Kind.GROSS_EXPOSURE) {
      result.grossExposure = relaxation.to();
    } else {
      if (limit.atMost() || set.rowLower[r] == set.rowUpper[r]) {
        result.rowUpper[r] = relaxation.to();
      }
      if (!limit.atMost() || set.rowLower[r] == set.rowUpper[r]) {
        result.rowLower[r] = relaxation.to();
      }
    }
    return result;
  }
}
