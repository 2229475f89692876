package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrontierTest extends CommandTest {

  @BeforeEach
  void inputs() {
    file("c.csv", COVARIANCE);
    file("m.csv", MEAN);
  }

  private Outcome frontier(String... more) {
    String[] args = {"frontier", "--mean", path("m.csv"), "--cov", path("c.csv")};
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return run(all);
  }

  @Test
  void pointsRunFromTheLeastVarianceToTheHighestReturn() {
    frontier("--points", "5", "--out", path("f.csv")).succeeds();
    List<String[]> table = csv(text("f.csv"));
    assertArrayEquals(
        new String[] {"return", "variance", "risk_aversion", "A", "B", "C"}, table.get(0));
    assertEquals(6, table.size());
    double[] first = numbers(table.get(1));
    double[] last = numbers(table.get(5));
    assertEquals(1 / 42.361111111111114, first[1], 1e-16);
    assertEquals(Double.POSITIVE_INFINITY, first[2]);
    assertEquals(0.12, last[0], 1e-16);
    assertEquals(0.16, last[1], 1e-16);
    for (int k = 1; k < 5; k++) {
      double[] below = numbers(table.get(k));
      double[] above = numbers(table.get(k + 1));
      assertEquals((last[0] - first[0]) / 4, above[0] - below[0], 1e-15);
      assertTrue(above[1] > below[1]);
      assertTrue(above[2] < below[2]);
    }
  }

  /**
   * Between two portfolios of one frontier without active bounds, the weights are linear in the
   * return.
   */
  @Test
  void targetsKeepTheirOrder() {
    file("t.csv", "return\n0.09\n0.08\n0.085\n");
    Outcome outcome = frontier("--targets", path("t.csv"));
    assertEquals(0, outcome.status());
    List<String[]> table = outcome.table();
    double[] high = numbers(table.get(1));
    double[] low = numbers(table.get(2));
    double[] middle = numbers(table.get(3));
    assertEquals(0.09, high[0], 1e-15);
    assertEquals(0.08, low[0], 1e-15);
    for (int i = 3; i < 6; i++) {
      assertEquals((high[i] + low[i]) / 2, middle[i], 1e-14);
    }
  }

  /**
   * Two assets without correlation: the least variance is at w = (4/5, 1/5), and from there on the
   * first weight falls in proportion to the risk tolerance, to zero.
   */
  @Test
  void cornersAreWhereWeightsMeetTheirBounds() {
    file("c2.csv", "asset,A,B\nA,0.01,0\nB,0,0.04\n");
    file("m2.csv", "asset,mean\nA,0.05\nB,0.1\n");
    String[] options = {"--mean", path("m2.csv"), "--cov", path("c2.csv"), "--corners"};
    String[] all = new String[options.length + 3];
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = "frontier";
    all[options.length + 1] = "--out";
    all[options.length + 2] = path("f.csv");
    Outcome outcome = run(all).succeeds();
    assertTrue(outcome.out().contains("2 corners of the frontier"), outcome.out());
    List<String[]> table = csv(text("f.csv"));
    assertArrayEquals(new String[] {"return", "variance", "risk_aversion", "A", "B"}, table.get(0));
    assertEquals(3, table.size());
    assertArrayEquals(
        new double[] {0.06, 0.008, Double.POSITIVE_INFINITY, 0.8, 0.2},
        numbers(table.get(1)),
        1e-15);
    // 0.01 w_A − 0.05 τ = 0.04 w_B − 0.1 τ at w = (0, 1): τ = 0.8.
    assertArrayEquals(new double[] {0.1, 0.04, 1.25, 0, 1}, numbers(table.get(2)), 1e-14);
  }

  @Test
  void exactlyOneChoiceOfPointsIsTaken() {
    assertEquals(2, frontier("--points", "5", "--corners").status());
    assertEquals(2, frontier().status());
  }

  @Test
  void aTargetOutOfReachIsNamedWithItsLine() {
    file("t.csv", "return\n0.09\n0.3\n");
    frontier("--targets", path("t.csv"), "--out", path("f.csv"))
        .failsWith(
            3,
            "t.csv: line 3, column 1 (return): infeasible: no portfolio returns 0.3; within the bounds and"
                + " the budget the highest expected return is 0.12");
    absent("f.csv");
  }

  @Test
  void impossibleBoundsAreExplained() {
    Outcome outcome = frontier("--points", "5", "--upper", "0.1", "--out", path("f.csv"));
    assertEquals(3, outcome.status());
    assertTrue(
        outcome.err().startsWith("parabola: infeasible: budget 1 needs upper bounds"),
        outcome.err());
    absent("f.csv");
  }

  @Test
  void onePointIsNoFrontier() {
    frontier("--points", "1").failsWith(2, "--points 1: must be at least 2");
  }

  private static double[] numbers(String[] row) {
    return java.util.Arrays.stream(row).mapToDouble(CommandTest::number).toArray();
  }
}
