package io.parabola.internal.criticalline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.internal.criticalline.EfficientLine.Portfolio;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines that can be worked out by hand. */
class EfficientLineTest {
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final double[][] UNCORRELATED = {{0.01, 0, 0}, {0, 0.04, 0}, {0, 0, 0.09}};
  private static final double[] MU = {0.02, 0.05, 0.1};

  private static LineProblem problem(
      double[][] sigma, double[] mu, double[][] rows, double[] rowLower, double[] rowUpper) {
    int n = mu.length;
    double[] upper = new double[n];
    Arrays.fill(upper, NONE);
    return new LineProblem(
        CovarianceColumns.of(sigma), mu, new double[n], upper, 1, rows, rowLower, rowUpper);
  }

  private static LineProblem longOnly(double[][] sigma, double... mu) {
    return problem(sigma, mu, new double[0][], new double[0], new double[0]);
  }

  private static EfficientLine line(LineProblem problem) {
    EfficientLine line = new EfficientLine(problem, null);
    assertTrue(line.isWhole());
    line.corners().forEach(corner -> assertTrue(corner.isExact()));
    return line;
  }

  @Test
  void aGroupMayHoldNoMoreThanItsLimit() {
    // The second and third asset together at most 0.3. Free, the least variance is in proportion to
    // 1/variance: (36, 9, 4)/49, whose group is 13/49 < 0.3; from w_2 + w_3 = 0.3 on, only the two
    // trade places: 0.04 w_2 − 0.05 τ = 0.09 w_3 − 0.1 τ.
    EfficientLine line =
        line(
            problem(
                UNCORRELATED,
                MU,
                new double[][] {{0, 1, 1}},
                new double[] {Double.NEGATIVE_INFINITY},
                new double[] {0.3}));
    assertArrayEquals(new double[] {36 / 49.0, 9 / 49.0, 4 / 49.0}, line.first().weights(), 1e-15);
    assertArrayEquals(new double[] {0.7, 0, 0.3}, line.last().weights(), 1e-15);
    // It ends where the second weight is gone: 0.09 · 0.3 − 0.1 τ = −0.05 τ.
    assertEquals(0.54, line.last().riskTolerance(), 1e-14);
    Portfolio at = line.atRiskTolerance(0.3);
    assertArrayEquals(new double[] {0.7, 0.012 / 0.13, 0.027 / 0.13}, at.weights(), 1e-15);
    // What one more of the limit would bring: Σw − τμ of the group less that of the first asset.
    double outside = 0.01 * 0.7 - 0.02 * 0.3;
    double inside = 0.09 * at.weights()[2] - 0.1 * 0.3;
    assertArrayEquals(new double[] {outside, inside - outside}, at.multipliers(), 1e-15);
  }

  @Test
  void anEqualityHoldsAllAlong() {
    // w_1 + 2 w_2 + 3 w_3 = 1.5 leaves one direction, (1, −2, 1).
    double[][] rows = {{1, 2, 3}};
    EfficientLine line =
        line(problem(UNCORRELATED, MU, rows, new double[] {1.5}, new double[] {1.5}));
    for (Portfolio corner : line.corners()) {
      double[] w = corner.weights();
      assertEquals(1.5, w[0] + 2 * w[1] + 3 * w[2], 1e-15);
    }
    // From (0.5, 0.5, 0) by s: 0.01 (0.5 + s)² + 0.04 (0.5 − 2s)² + 0.09 s² is least where
    // 0.01 (0.5 + s) − 0.08 (0.5 − 2s) + 0.09 s = 0.
    double s = 0.035 / 0.26;
    assertArrayEquals(new double[] {0.5 + s, 0.5 - 2 * s, s}, line.first().weights(), 1e-15);
    // The return grows by (1, −2, 1)μ = 0.02 along it, until the second weight is gone.
    assertArrayEquals(new double[] {0.75, 0, 0.25}, line.last().weights(), 1e-15);
  }

  @Test
  void rowsThatContradictEachOtherLeaveNoPortfolio() {
    double[][] rows = {{1, 1, 0}, {0, 0, 1}};
    double[] atMost = {0.4, 0.5};
    double[] none = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    assertFalse(
        new EfficientLine(problem(UNCORRELATED, MU, rows, none, atMost), null).isFeasible());
    // With a little more there is exactly one.
    double[] enough = {0.4, 0.6};
    assertEquals(
        0.6, line(problem(UNCORRELATED, MU, rows, none, enough)).first().weights()[2], 1e-15);
  }

  @Test
  void redundantRowsChangeNothing() {
    double[][] rows = {{1, 1, 1}, {2, 2, 2}, {1, 0, 0}};
    LineProblem redundant =
        problem(UNCORRELATED, MU, rows, new double[] {1, -5, 0}, new double[] {1, 2, 1});
    List<Portfolio> with = line(redundant).corners();
    List<Portfolio> without = line(longOnly(UNCORRELATED, MU)).corners();
    assertEquals(without.size(), with.size());
    for (int k = 0; k < with.size(); k++) {
      assertArrayEquals(without.get(k).weights(), with.get(k).weights(), 1e-14);
      assertEquals(without.get(k).riskTolerance(), with.get(k).riskTolerance(), 1e-13);
    }
  }

  @Test
  void whereAllReturnsAreEqualTheFrontierIsAPoint() {
    EfficientLine line = line(longOnly(UNCORRELATED, 0.05, 0.05, 0.05));
    assertEquals(1, line.corners().size());
    assertTrue(line.hasMaximumReturn());
    assertArrayEquals(new double[] {36 / 49.0, 9 / 49.0, 4 / 49.0}, line.first().weights(), 1e-15);
  }

  @Test
  void withoutAnyRiskItIsThePortfolioOfMaximumReturn() {
    EfficientLine line = line(longOnly(new double[3][3], MU));
    assertEquals(1, line.corners().size());
    assertArrayEquals(new double[] {0, 0, 1}, line.first().weights());
    assertEquals(0, line.first().relativeGap());
  }

  @Test
  void duplicatesShareTheirLine() {
    // The second asset twice: together they are one.
    double[][] sigma = {{0.01, 0, 0}, {0, 0.04, 0.04}, {0, 0.04, 0.04}};
    EfficientLine line = line(longOnly(sigma, 0.02, 0.05, 0.05));
    assertEquals(2, line.corners().size());
    assertEquals(0.8, line.first().weights()[0], 1e-15);
    assertEquals(0, line.last().weights()[0], 1e-15);
  }

  @Test
  void aBetterDuplicateReplacesTheOtherAtOnce() {
    double[][] sigma = {{0.01, 0, 0}, {0, 0.04, 0.04}, {0, 0.04, 0.04}};
    EfficientLine line = line(longOnly(sigma, 0.02, 0.05, 0.06));
    assertArrayEquals(new double[] {0.8, 0, 0.2}, line.first().weights(), 1e-15);
    assertArrayEquals(new double[] {0, 0, 1}, line.last().weights(), 1e-15);
  }

  @Test
  void oneAsset() {
    EfficientLine line = line(longOnly(new double[][] {{0.04}}, 0.1));
    assertEquals(1, line.corners().size());
    assertArrayEquals(new double[] {1}, line.first().weights());
    assertNull(line.atReturn(0.2));
    assertNull(line.atVariance(0.03));
  }

  @Test
  void fixedWeightsStay() {
    LineProblem problem =
        LineProblem.of(
            CovarianceColumns.of(UNCORRELATED),
            MU,
            new double[] {0, 0.3, 0},
            new double[] {1, 0.3, 1},
            1);
    EfficientLine line = line(problem);
    line.corners().forEach(corner -> assertEquals(0.3, corner.weights()[1]));
    assertArrayEquals(new double[] {0, 0.3, 0.7}, line.last().weights(), 1e-15);
    LineProblem allFixed =
        LineProblem.of(
            CovarianceColumns.of(UNCORRELATED),
            MU,
            new double[] {0.5, 0.3, 0.2},
            new double[] {0.5, 0.3, 0.2},
            1);
    assertEquals(1, line(allFixed).corners().size());
  }

  @Test
  void returnsGrowWithoutEndWhereNothingBoundsThem() {
    double[] none = {-NONE, -NONE, -NONE};
    double[] all = {NONE, NONE, NONE};
    LineProblem problem = LineProblem.of(CovarianceColumns.of(UNCORRELATED), MU, none, all, 1);
    EfficientLine line = line(problem);
    assertFalse(line.hasMaximumReturn());
    assertEquals(1, line.corners().size());
    Portfolio at = line.atRiskTolerance(2);
    // Σw − 2μ is the same for all.
    assertEquals(0.01 * at.weights()[0] - 0.04, 0.04 * at.weights()[1] - 0.1, 1e-15);
    assertEquals(0.01 * at.weights()[0] - 0.04, 0.09 * at.weights()[2] - 0.2, 1e-15);
    assertTrue(at.isExact());
    assertEquals(at.riskTolerance(), line.atReturn(at.expectedReturn()).riskTolerance(), 1e-13);
    assertEquals(at.riskTolerance(), line.atVariance(at.variance()).riskTolerance(), 1e-13);
  }

  @Test
  void aReturnWithoutRiskGrowsWithoutEndToo() {
    // Two assets of the same risk and different returns, one against the other.
    double[][] sigma = {{0.04, 0.04}, {0.04, 0.04}};
    double[] none = {-NONE, -NONE};
    LineProblem problem =
        LineProblem.of(
            CovarianceColumns.of(sigma),
            new double[] {0.01, 0.02},
            none,
            new double[] {NONE, NONE},
            1);
    EfficientLine line = line(problem);
    assertFalse(line.hasMaximumReturn());
    assertNull(line.atRiskTolerance(1));
    Portfolio at = line.atReturn(0.5);
    assertEquals(0.5, at.expectedReturn(), 1e-14);
    assertEquals(0.04, at.variance(), 1e-14);
  }

  @Test
  void ofAllThatAreNoRiskierItReturnsMost() {
    EfficientLine line = line(longOnly(UNCORRELATED, MU));
    for (double variance : new double[] {0.008, 0.01, 0.03, 0.08}) {
      Portfolio at = line.atVariance(variance);
      assertEquals(variance, at.variance(), 1e-16);
      assertTrue(at.isExact());
    }
    assertArrayEquals(new double[] {0, 0, 1}, line.atVariance(1).weights());
    assertNull(line.atVariance(0.007));
  }

  @Test
  void beyondTheLastCornerItStaysThere() {
    EfficientLine line = line(longOnly(UNCORRELATED, MU));
    assertEquals(line.last(), line.atRiskTolerance(2 * line.last().riskTolerance()));
  }
}
