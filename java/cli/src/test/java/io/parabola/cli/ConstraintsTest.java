package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows, targets, turnover, costs and a benchmark on the command line. */
class ConstraintsTest extends CommandTest {
  @BeforeEach
  void inputs() {
    file("c.csv", COVARIANCE);
    file("m.csv", MEAN);
  }

  private Outcome optimize(String... options) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("optimize", "--cov", path("c.csv"), "--mean", path("m.csv")));
    all.addAll(List.of(options));
    return run(all.toArray(String[]::new));
  }

  private static double[] weights(Outcome outcome) {
    assertEquals(0, outcome.status(), outcome.err());
    return outcome.table().stream().skip(1).mapToDouble(row -> number(row[1])).toArray();
  }

  @Test
  void rowsHoldAtTheOptimum() {
    // B = C and A at most 0.3: 0.3, 0.35, 0.35. The columns come in another order.
    file("rows.csv", "name,lower,upper,C,B,A\nequal,0,0,-1,1,0\nfew,,0.3,0,0,1\n");
    double[] w = weights(optimize("--min-variance", "--rows", path("rows.csv")));
    assertArrayEquals(new double[] {0.3, 0.35, 0.35}, w, 1e-15);
  }

  @Test
  void rowsThatCannotBe() {
    file("rows.csv", "name,upper,lower,A,B,C\na,0,1,1,1,1\n");
    optimize("--min-variance", "--rows", path("rows.csv"))
        .failsWith(2, "rows.csv: line 1: the columns are name,lower,upper and one for each asset");
    file("rows.csv", "name,lower,upper,A,B\na,0,1,1,1\n");
    optimize("--min-variance", "--rows", path("rows.csv"))
        .failsWith(2, "rows.csv: no column for asset C, which c.csv has");
    file("rows.csv", "name,lower,upper,A,B,C\na,0,1,1,,1\n");
    optimize("--min-variance", "--rows", path("rows.csv"))
        .failsWith(2, "rows.csv: line 2, column 5 (B): the value is missing");
    file("rows.csv", "name,lower,upper,A,B,C\na,2,1,1,1,1\n");
    optimize("--min-variance", "--rows", path("rows.csv"))
        .failsWith(2, "rows.csv: row a: limits cross: lower 2.0 > upper 1.0");
  }

  @Test
  void rowsThatClashAreExplained() {
    file("rows.csv", "name,lower,upper,A,B,C\npair,,0.2,1,1,0\nlast,,0.5,0,0,1\n");
    Outcome outcome = optimize("--min-variance", "--rows", path("rows.csv"));
    assertEquals(3, outcome.status());
    assertTrue(outcome.err().startsWith("parabola: infeasible: "), outcome.err());
    assertTrue(outcome.err().contains("pair") && outcome.err().contains("last"), outcome.err());
    assertEquals(1, outcome.err().lines().count());
  }

  @Test
  void targetsAreMet() {
    double[] w = weights(optimize("--target-risk", "0.2"));
    assertEquals(0.04, 0.04 * w[0] * w[0] + 0.09 * w[1] * w[1] + 0.16 * w[2] * w[2], 1e-15);
    Outcome impossible = optimize("--target-risk", "0.1");
    assertEquals(3, impossible.status());
    assertTrue(impossible.err().startsWith("parabola: infeasible: "), impossible.err());
    assertTrue(impossible.err().contains("risk"), impossible.err());
    // Without correlation the weights of the largest Sharpe ratio go with excess over variance.
    double[] excess = {0.04 / 0.04, 0.07 / 0.09, 0.11 / 0.16};
    double sum = excess[0] + excess[1] + excess[2];
    assertArrayEquals(
        new double[] {excess[0] / sum, excess[1] / sum, excess[2] / sum},
        weights(optimize("--max-sharpe", "--risk-free", "0.01")),
        1e-13);
    optimize("--max-sharpe", "--risk-free", "0.12")
        .failsWith(
            3, "no excess return: no feasible portfolio earns more than the risk-free return");
    optimize("--min-variance", "--risk-free", "0.12")
        .failsWith(2, "--risk-free: is for --max-sharpe only");
  }

  @Test
  void turnoverAndCostsAreMeasuredFromTheCurrentWeights() {
    file("w0.csv", "asset,weight\nC,1\nA,0\nB,0\n");
    double[] w =
        weights(optimize("--min-variance", "--current", path("w0.csv"), "--max-turnover", "0.4"));
    assertEquals(0.8, w[2], 1e-15);
    // At this rate no trade is worth its cost.
    assertArrayEquals(
        new double[] {0, 0, 1},
        weights(optimize("--min-variance", "--current", path("w0.csv"), "--cost-rate", "0.1")),
        0.0);
    optimize("--min-variance", "--max-turnover", "0.4")
        .failsWith(2, "--max-turnover: needs --current, the weights that are traded away from");
    optimize("--min-variance", "--current", path("w0.csv"), "--cost-rate", "-1")
        .failsWith(2, "--cost-rate -1.0: must be at least 0");
  }

  @Test
  void grossExposureAndBenchmark() {
    file("b.csv", "asset,weight\nA,0.2\nB,0.2\nC,0.6\n");
    assertArrayEquals(
        new double[] {0.2, 0.2, 0.6},
        weights(optimize("--min-variance", "--benchmark", path("b.csv"))),
        1e-13);
    double[] w = weights(optimize("--risk-aversion", "0.1", "--lower", "-2", "--max-gross", "1.5"));
    assertEquals(1.5, Math.abs(w[0]) + Math.abs(w[1]) + Math.abs(w[2]), 1e-13);
    assertEquals(3, optimize("--min-variance", "--lower", "-2", "--max-gross", "0.5").status());
  }

  @Test
  void rowsHoldInEveryScenarioOfABatch() {
    file("means.csv", "A,B,C\n0.05,0.08,0.12\n0.2,0.01,0.01\n");
    file("rows.csv", "name,lower,upper,A,B,C\npair,0.3,0.4,1,1,0\n");
    Outcome outcome =
        run(
            "batch",
            "--cov",
            path("c.csv"),
            "--means",
            path("means.csv"),
            "--risk-aversion",
            "1",
            "--rows",
            path("rows.csv"));
    assertEquals(0, outcome.status(), outcome.err());
    List<String[]> table = outcome.table();
    for (int s = 1; s <= 2; s++) {
      double pair = number(table.get(s)[4]) + number(table.get(s)[5]);
      assertTrue(pair >= 0.3 - 1e-15 && pair <= 0.4 + 1e-15, "pair " + pair);
    }
  }
}
