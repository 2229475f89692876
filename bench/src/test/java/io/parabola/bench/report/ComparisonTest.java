package io.parabola.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.bench.report.Comparison.Verdict;
import io.parabola.bench.results.JmhResults;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static JmhResults.Result result(String name, double... samples) {
    return new JmhResults.Result(
        name, Map.of("n", "50"), "us/op", samples, Map.of(), 0, 0, 0, new double[0], false);
  }

  private static Comparison compared(double[] before, double[] after) {
    return Comparison.of(
        new JmhResults(List.of(result("a", before))),
        new JmhResults(List.of(result("a", after))),
        0.99,
        0.05);
  }

  @Test
  void whatIsTwiceAsSlowIsSlower() {
    Comparison comparison =
        compared(new double[] {10, 10.1, 9.9, 10}, new double[] {20, 20.2, 19.8, 20});
    assertEquals(Verdict.SLOWER, comparison.rows().get(0).verdict());
    assertEquals(2, comparison.rows().get(0).ratio(), 1e-9);
    assertTrue(comparison.anySlower());
  }

  @Test
  void theOtherWayRoundItIsFaster() {
    assertEquals(
        Verdict.FASTER,
        compared(new double[] {20, 20.2, 19.8}, new double[] {10, 10.1, 9.9})
            .rows()
            .get(0)
            .verdict());
  }

  @Test
  void noiseProvesNothing() {
    Comparison comparison = compared(new double[] {10, 13, 8}, new double[] {12, 9, 16});
    assertEquals(Verdict.SAME, comparison.rows().get(0).verdict());
    assertFalse(comparison.anySlower());
  }

  /** Welch's interval of ln 2, variances .01 and .04 of four each: t(4.41) = 4.32 at 99 %. */
  @Test
  void theIntervalIsWelchs() {
    double[] before = new double[4];
    double[] after = new double[4];
    double[] z = {-1, 1, -1, 1}; // variance 4/3
    for (int k = 0; k < 4; k++) {
      before[k] = Math.exp(0.1 * z[k] * Math.sqrt(0.75));
      after[k] = 2 * Math.exp(0.2 * z[k] * Math.sqrt(0.75));
    }
    Comparison.Row row = compared(before, after).rows().get(0);
    assertEquals(2, row.ratio(), 1e-12);
    double half = Math.log(row.high() / row.ratio());
    assertEquals(half, Math.log(row.ratio() / row.low()), 1e-12);
    // Freedom (.0025 + .01)² / (.0025²/3 + .01²/3) = 4.41; standard error √.0125 = .1118.
    assertEquals(4.33, half / Math.sqrt(0.0125), 0.05);
  }

  @Test
  void oneIterationIsNoComparison() {
    assertEquals(
        Verdict.UNKNOWN, compared(new double[] {10}, new double[] {20}).rows().get(0).verdict());
  }

  @Test
  void whatIsMissingIsNamed() {
    Comparison comparison =
        Comparison.of(
            new JmhResults(List.of(result("a", 1, 2), result("b", 1, 2))),
            new JmhResults(List.of(result("a", 1, 2), result("c", 1, 2))),
            0.99,
            0.05);
    assertEquals(List.of("b {n=50}"), comparison.onlyOld());
    assertEquals(List.of("c {n=50}"), comparison.onlyNew());
  }
}
