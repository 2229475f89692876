package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FeasibilityTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @Property(tries = 3000, seed = "20261122")
  void everySetIsFeasibleAtAPointOrProvedEmpty(
      @ForAll @IntRange(min = 1, max = 40) int n,
      @ForAll @IntRange(max = 12) int m,
      @ForAll long seed) {
    check(RandomSets.of(n, m, new Random(seed)));
  }

  @Property(tries = 1500, seed = "20261122")
  void soIsEverySetWithoutABudget(
      @ForAll @IntRange(min = 1, max = 40) int n,
      @ForAll @IntRange(max = 12) int m,
      @ForAll long seed) {
    check(RandomSets.of(n, m, new Random(seed)).withoutBudget());
  }

  @Property(tries = 100, seed = "20261122")
  void largeSetsAreDecidedTheSameWay(
      @ForAll @IntRange(min = 40, max = 200) int n,
      @ForAll @IntRange(max = 20) int m,
      @ForAll long seed) {
    FeasibleSet set = RandomSets.of(n, m, new Random(seed));
    check(set);
    check(set.withoutBudget());
  }

  @Property(tries = 3, seed = "20261122")
  void theLargestSetsToo(@ForAll long seed) {
    FeasibleSet set = RandomSets.of(2000, 64, new Random(seed));
    check(set);
    check(set.withoutBudget());
  }

  @Test
  void boundsThatMissTheBudgetByTheirOwnRoundingMeetIt() {
    double[] lower = new double[10];
    double[] upper = new double[10];
    Arrays.fill(upper, 0.1);
    Feasibility verdict = Feasibility.decide(set(1, lower, upper, INFINITY, null, INFINITY));
    assertTrue(verdict.feasible());
    assertTrue(verdict.certain());
  }

  @Test
  void aTurnoverOfNothingLeavesTheCurrentWeights() {
    double[] current = {0.25, 0.35, 0.4};
    double[] lower = new double[3];
    double[] upper = {1, 1, 1};
    assertTrue(Feasibility.decide(set(1, lower, upper, 0, current, 1)).feasible());
    assertFalse(Feasibility.decide(set(1.001, lower, upper, 0, current, INFINITY)).feasible());
    assertFalse(Feasibility.decide(set(1, lower, upper, 0, current, 0.999)).feasible());
  }

  /**
   * Where bounds and a turnover are all that there is, w0 drawn into the bounds moves the least.
   */
  @Test
  void withoutABudgetTheSumIsFree() {
    double[] current = {0.25, 0.35, 0.4};
    double[] lower = new double[3];
    double[] upper = {0.1, 0.2, 1};
    FeasibleSet set = set(1, lower, upper, 0.3, current, INFINITY);
    assertFalse(Feasibility.decide(set).feasible());
    Feasibility verdict = Feasibility.decide(set.withoutBudget());
    assertTrue(verdict.feasible() && verdict.certain());
    assertEquals(0.1, verdict.point()[0], 1e-15);
    assertEquals(0.2, verdict.point()[1], 1e-15);
    assertEquals(0.4, verdict.point()[2], 1e-15);
    FeasibleSet tooLittle = set(1, lower, upper, 0.299, current, INFINITY).withoutBudget();
    assertFalse(Feasibility.decide(tooLittle).feasible());
  }

  /** Weights of gross exposure 1.5 that sum to 1 are 1.25 long and 0.25 short. */
  @Test
  void grossExposureIsOfBothSides() {
    double[] lower = {-1, 0};
    double[] upper = {-0.25, 2};
    Feasibility exactly = Feasibility.decide(set(1, lower, upper, INFINITY, null, 1.5));
    assertTrue(exactly.feasible());
    assertEquals(-0.25, exactly.point()[0], 1e-12);
    assertFalse(Feasibility.decide(set(1, lower, upper, INFINITY, null, 1.4999)).feasible());
  }

  @Test
  void theMarginIsWhatTheBudgetLacks() {
    double[] upper = new double[40];
    Arrays.fill(upper, 0.02);
    Feasibility verdict =
        Feasibility.decide(set(1, new double[40], upper, INFINITY, null, INFINITY));
    assertFalse(verdict.feasible());
    FarkasCertificate proof = verdict.certificate();
    assertEquals(0.2, proof.margin / Math.abs(proof.y[0]), 1e-15);
  }

  private static FeasibleSet set(
      double budget,
      double[] lower,
      double[] upper,
      double turnover,
      double[] current,
      double gross) {
    double[] none = {};
    return FeasibleSet.of(budget, lower, upper, none, none, none, current, turnover, gross);
  }

  private static void check(FeasibleSet set) {
    Feasibility verdict = Feasibility.decide(set);
    if (!verdict.certain()) {
      // One set in a million is feasible or not by the rounding of its own numbers.
      assertTrue(verdict.feasible() && verdict.violation() <= 1e-9);
      return;
    }
    double[] w = verdict.point();
    for (int i = 0; i < w.length; i++) {
      assertTrue(set.lower[i] <= w[i] && w[i] <= set.upper[i]);
    }
    if (verdict.feasible()) {
      assertTrue(violation(set, w).doubleValue() <= 1e-12);
    } else {
      FarkasCertificate proof = verdict.certificate();
      assertTrue(
          margin(set, proof, false).signum() > 0 || margin(set, proof, true).signum() > 0,
          "margin " + proof.margin);
    }
  }

  /** The largest violation over the rows, in exact sums. */
  private static BigDecimal violation(FeasibleSet set, double[] w) {
    BigDecimal worst = BigDecimal.ZERO;
    BigDecimal gross = BigDecimal.ZERO;
    BigDecimal moved = BigDecimal.ZERO;
    double largest = Double.MIN_VALUE;
    double sizes = 0;
    for (int i = 0; i < w.length; i++) {
      gross = gross.add(big(w[i]).abs());
      largest = Math.max(largest, Math.abs(w[i]));
      if (set.current != null) {
        moved = moved.add(big(w[i]).subtract(big(set.current[i])).abs());
        largest = Math.max(largest, Math.abs(set.current[i]));
        sizes += Math.max(Math.abs(w[i]), Math.abs(set.current[i]));
      }
    }
    for (int r = 0; r < set.rows(); r++) {
      BigDecimal sum = BigDecimal.ZERO;
      double size = 0;
      double coefficient = 0;
      for (int i = 0; i < w.length; i++) {
        sum = sum.add(big(set.a[r][i]).multiply(big(w[i])));
        size += Math.abs(set.a[r][i] * w[i]);
        coefficient = Math.max(coefficient, Math.abs(set.a[r][i]));
      }
      size = Math.max(size, coefficient * largest);
      if (Double.isFinite(set.rowLower[r])) {
        worst = worst.max(relative(big(set.rowLower[r]).subtract(sum), size, set.rowLower[r]));
      }
      if (Double.isFinite(set.rowUpper[r])) {
        worst = worst.max(relative(sum.subtract(big(set.rowUpper[r])), size, set.rowUpper[r]));
      }
    }
    if (Double.isFinite(set.turnover)) {
      worst =
          worst.max(
              relative(moved.subtract(big(set.turnover)), sizes + set.turnover, set.turnover));
    }
    if (Double.isFinite(set.grossExposure)) {
      worst =
          worst.max(
              relative(
                  gross.subtract(big(set.grossExposure)),
                  Math.max(largest, gross.doubleValue()),
                  set.grossExposure));
    }
    return worst;
  }

  private static BigDecimal relative(BigDecimal beyond, double size, double limit) {
    double scale = Math.max(size, Math.abs(limit));
    return beyond.signum() <= 0
        ? BigDecimal.ZERO
        : big(scale == 0 ? INFINITY : beyond.doubleValue() / scale);
  }

  /**
   * The margin of a certificate in exact numbers, where the slope of an asset without a bound on
   * that side, and if asked of any, counts as zero when it is rounding of its own terms.
   */
  private static BigDecimal margin(FeasibleSet set, FarkasCertificate proof, boolean forgiving) {
    BigDecimal kappa = big(proof.kappa);
    BigDecimal rho = big(proof.rho);
    assertTrue(kappa.signum() >= 0 && rho.signum() >= 0);
    BigDecimal margin = BigDecimal.ZERO;
    for (int i = 0; i < set.size(); i++) {
      BigDecimal z = BigDecimal.ZERO;
      double parts = proof.kappa + proof.rho;
      for (int r = 0; r < set.rows(); r++) {
        z = z.add(big(proof.y[r]).multiply(big(set.a[r][i])));
        parts += Math.abs(proof.y[r] * set.a[r][i]);
      }
      boolean open = Double.isInfinite(set.lower[i]) || Double.isInfinite(set.upper[i]);
      double rounding = 2e-14 * parts;
      if (Math.abs(z.doubleValue()) <= rounding && (open || forgiving)) {
        z = BigDecimal.ZERO;
      }
      double bend = proof.kappa + proof.rho;
      if (set.upper[i] == INFINITY) {
        assertTrue(z.doubleValue() + bend >= -rounding);
      }
      if (set.lower[i] == -INFINITY) {
        assertTrue(z.doubleValue() - bend <= rounding);
      }
      BigDecimal least = null;
      double[] candidates = {
        set.lower[i], set.upper[i], 0, set.current == null ? 0 : set.current[i]
      };
      for (double v : candidates) {
        double inside = Math.min(set.upper[i], Math.max(set.lower[i], v));
        if (Double.isInfinite(inside)) {
          continue;
        }
        BigDecimal value = z.multiply(big(inside)).add(rho.multiply(big(inside).abs()));
        if (set.current != null) {
          value = value.add(kappa.multiply(big(inside).subtract(big(set.current[i])).abs()));
        }
        least = least == null ? value : least.min(value);
      }
      margin = margin.add(least);
    }
    for (int r = 0; r < set.rows(); r++) {
      if (proof.y[r] != 0) {
        double limit = proof.y[r] > 0 ? set.rowUpper[r] : set.rowLower[r];
        margin = margin.subtract(big(proof.y[r]).multiply(big(limit)));
      }
    }
    if (proof.kappa > 0) {
      margin = margin.subtract(kappa.multiply(big(set.turnover)));
    }
    if (proof.rho > 0) {
      margin = margin.subtract(rho.multiply(big(set.grossExposure)));
    }
    return margin;
  }

  private static BigDecimal big(double value) {
    return new BigDecimal(value);
  }
}
