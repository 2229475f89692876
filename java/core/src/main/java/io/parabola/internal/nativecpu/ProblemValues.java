package io.parabola.internal.nativecpu;

import io.parabola.internal.CostData;
import io.parabola.internal.FactorData;
import io.parabola.internal.ProblemData;

/**
 * The numbers and vectors of a problem in one array, as {@link NativeCpu#prepare} takes them: one
 * call across the border, where each costs as much as a good part of solving a small portfolio.
 */
final class ProblemValues {
  private final double[][] vectors = new double[NativeCpu.VECTORS][];
  private final int present;
  private final double[] packed;

  ProblemValues(ProblemData data, FactorData factors) {
    vectors[NativeCpu.EXPECTED_RETURNS] = data.expectedReturns();
    vectors[NativeCpu.LOWER] = data.lower();
    vectors[NativeCpu.UPPER] = data.upper();
    vectors[NativeCpu.START] = data.start();
    vectors[NativeCpu.CURRENT] = data.currentWeights();
    vectors[NativeCpu.BENCHMARK] = data.benchmark();
    CostData costs = data.costs();
    if (costs != null) {
      vectors[NativeCpu.BUY] = someOf(costs.buy());
      vectors[NativeCpu.SELL] = someOf(costs.sell());
      vectors[NativeCpu.QUADRATIC] = someOf(costs.quadratic());
      vectors[NativeCpu.POWER] = someOf(costs.power());
    }
    if (factors != null) {
      vectors[NativeCpu.SPECIFIC_VARIANCE] = factors.specificVariance();
    }
    if (data.rows().count() > 0) {
      vectors[NativeCpu.COEFFICIENTS] = data.rows().coefficients();
      vectors[NativeCpu.ROW_LOWER] = data.rows().lower();
      vectors[NativeCpu.ROW_UPPER] = data.rows().upper();
    }
    int bits = 0;
    int length = NativeCpu.NUMBERS;
    for (int k = 0; k < vectors.length; k++) {
      if (vectors[k] != null) {
        bits |= 1 << k;
        length = Math.addExact(length, vectors[k].length);
      }
    }
    present = bits;
    packed = new double[length];
    packed[NativeCpu.GOAL] = data.objective().kind().ordinal();
    packed[NativeCpu.GOAL_VALUE] = data.objective().value();
    packed[NativeCpu.BUDGETED] = data.hasBudget() ? 1 : 0;
    packed[NativeCpu.BUDGET] = data.budget();
    packed[NativeCpu.TURNOVER] = data.maximumTurnover();
    packed[NativeCpu.GROSS] = data.maximumGrossExposure();
    packed[NativeCpu.EXPONENT] = costs == null ? 2 : costs.exponent();
    int at = NativeCpu.NUMBERS;
    for (double[] vector : vectors) {
      if (vector != null) {
        System.arraycopy(vector, 0, packed, at, vector.length);
        at += vector.length;
      }
    }
  }

  /** Costs of nothing are none. */
  private static double[] someOf(double[] rates) {
    if (rates != null) {
      for (double rate : rates) {
        if (rate != 0) {
          return rates;
        }
      }
    }
    return null;
  }

  int present() {
    return present;
  }

  double[] packed() {
    return packed;
  }
}
