package io.parabola.internal.javaengine;

import io.parabola.internal.Feasibility;
import io.parabola.internal.FeasibleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A direction d in which a feasible set never ends and the objective of a {@link Qp} always falls:
 *
 * <pre>
 *     d_i &gt;= 0 where the lower bound is finite, d_i &lt;= 0 where the upper one is,
 *     a'd &gt;= 0 for rows with a lower limit, a'd &lt;= 0 for those with an upper one,
 *     Σ d = 0, and d_i = 0 where a trade costs more than in proportion to its size,
 *     q'd − buy'd⁺ − sell'd⁻ &gt; 0
 * </pre>
 */
final class Ray {
  /**
   * The least slope that counts, beside the largest entry of q: rows are met to rounding, and so a
   * smaller one may be what rounding makes of a risk that ends it.
   */
  private static final double STEEP = 1e-6;

  private Ray() {}

  /**
   * Looks for one.
   *
   * @param qp the problem, within bounds that may be infinite
   * @return whether the objective falls without end from any feasible weights
   */
  static boolean exists(Qp qp) {
    double steepest = 0;
    for (double slope : qp.q) {
      steepest = Math.max(steepest, Math.abs(slope));
    }
    if (steepest == 0 || qp.turnover < Double.POSITIVE_INFINITY || qp.hasGrossKink()) {
      return false;
    }
    int n = qp.n;
    // d⁺ and d⁻, both at least 0.
    double[] most = new double[2 * n];
    double[] gain = new double[2 * n];
    for (int i = 0; i < n; i++) {
      boolean held = qp.quadratic[i] > 0 || qp.power[i] > 0;
      double rise = (qp.q[i] - qp.buy[i]) / steepest;
      double fall = (-qp.q[i] - qp.sell[i]) / steepest;
      // A cost too large to be divided is one that nothing makes up for.
      most[i] = Double.isInfinite(qp.upper[i]) && Double.isFinite(rise) && !held ? 1 : 0;
      most[n + i] = Double.isInfinite(qp.lower[i]) && Double.isFinite(fall) && !held ? 1 : 0;
      gain[i] = most[i] > 0 ? rise : 0;
      gain[n + i] = most[n + i] > 0 ? fall : 0;
    }
    List<double[]> rows = new ArrayList<>(List.of(gain));
    List<double[]> limits = new ArrayList<>();
    limits.add(new double[] {STEEP, Double.POSITIVE_INFINITY});
    for (int k = 0; k < qp.rows.length; k++) {
      rows.add(split(qp.rows[k]));
      limits.add(
          new double[] {
            Double.isInfinite(qp.rowLower[k]) ? Double.NEGATIVE_INFINITY : 0,
            Double.isInfinite(qp.rowUpper[k]) ? Double.POSITIVE_INFINITY : 0
          });
    }
    for (int i = 0; i < n && qp.gamma > 0; i++) {
      rows.add(split(qp.sigma[i]));
      limits.add(new double[2]);
    }
    FeasibleSet rays =
        FeasibleSet.of(
                0,
                new double[2 * n],
                most,
                rows.stream().flatMapToDouble(Arrays::stream).toArray(),
                limits.stream().mapToDouble(limit -> limit[0]).toArray(),
                limits.stream().mapToDouble(limit -> limit[1]).toArray(),
                null,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY)
            .withoutBudget();
    Feasibility verdict = Feasibility.decide(rays);
    return verdict.feasible() && verdict.certain();
  }

  /** A row over d as one over d⁺ and d⁻. */
  private static double[] split(double[] row) {
    double[] split = Arrays.copyOf(row, 2 * row.length);
    for (int i = 0; i < row.length; i++) {
      split[row.length + i] = -row[i];
    }
    return split;
  }
}
