package io.parabola.internal.libparabola;

import io.parabola.internal.CostData;
import io.parabola.internal.FactorData;
import io.parabola.internal.ProblemData;

/**
 * The numbers and vectors of a problem in one array, as {@link NativeSolver#prepare} takes them:
 * one call across the border, where each costs as much as a good part of solving a small portfolio.
 */
final class ProblemValues {
  private final double[][] vectors = new double[NativeSolver.VECTORS][];
  private final int present;
  private final double[] packed;

  ProblemValues(ProblemData data, FactorData factors, Executor executor) {
    vectors[NativeSolver.EXPECTED_RETURNS] = data.expectedReturns();
    vectors[NativeSolver.LOWER] = data.lower();
    vectors[NativeSolver.UPPER] = data.upper();
    vectors[NativeSolver.START] = data.start();
    vectors[NativeSolver.CURRENT] = data.currentWeights();
    vectors[NativeSolver.BENCHMARK] = data.benchmark();
    CostData costs = data.costs();
    if (costs != null) {
      vectors[NativeSolver.BUY] = someOf(costs.buy());
      vectors[NativeSolver.SELL] = someOf(costs.sell());
      vectors[NativeSolver.QUADRATIC] = someOf(costs.quadratic());
      vectors[NativeSolver.POWER] = someOf(costs.power());
    }
    if (factors != null) {
      vectors[NativeSolver.SPECIFIC_VARIANCE] = factors.specificVariance();
    }
    if (data.rows().count() > 0) {
      vectors[NativeSolver.COEFFICIENTS] = data.rows().coefficients();
      vectors[NativeSolver.ROW_LOWER] = data.rows().lower();
      vectors[NativeSolver.ROW_UPPER] = data.rows().upper();
    }
    int bits = 0;
    int length = NativeSolver.NUMBERS;
    for (int k = 0; k < vectors.length; k++) {
      if (vectors[k] != null) {
        bits |= 1 << k;
        length = Math.addExact(length, vectors[k].length);
      }
    }
    present = bits;
    packed = new double[length];
    packed[NativeSolver.GOAL] = data.objective().kind().ordinal();
    packed[NativeSolver.GOAL_VALUE] = data.objective().value();
    packed[NativeSolver.BUDGETED] = data.hasBudget() ? 1 : 0;
    packed[NativeSolver.BUDGET] = data.budget();
    packed[NativeSolver.TURNOVER] = data.maximumTurnover();
    packed[NativeSolver.GROSS] = data.maximumGrossExposure();
    packed[NativeSolver.EXPONENT] = costs == null ? 2 : costs.exponent();
    packed[NativeSolver.BREAK_EVEN] = executor.breakEven();
    packed[NativeSolver.CHUNK] = executor.chunk();
    int at = NativeSolver.NUMBERS;
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
