package io.parabola.internal;

/**
 * A proof that a set is empty: multipliers for which no weights within their bounds meet even the
 * one inequality that they sum up to.
 *
 * <p>Whoever meets the constraints meets, for kappa and rho at least 0,
 *
 * <pre>
 *   Σ_r y_r a_r'w + κ Σ|w − w0| + ρ Σ|w|  &lt;=  Σ_r max(y_r rowLower_r, y_r rowUpper_r) + κ turnover + ρ gross
 * </pre>
 *
 * The left side falls apart by assets, so its least value within the bounds is known exactly; the
 * set is empty if it is above the right side.
 */
final class FarkasCertificate {
  /** Margins below this part of the numbers they are the difference of are no proof. */
  private static final double ROUNDING = 4 * Math.ulp(1.0);

  /** [m + 1], the budget first; positive: the row is too large, its upper limit matters. */
  final double[] y;

  final double kappa;
  final double rho;

  /** Least left side less the right side. */
  final double margin;

  /**
   * Per asset: by how much the left side falls per unit that the bound gives way at which it is
   * least; positive for an upper bound, negative for a lower one, 0 where neither matters.
   */
  final double[] boundRate;

  /** Per asset: Σ_r y_r a_ri. */
  final double[] slope;

  final double size;

  /**
   * Evaluates multipliers, in twice the digits of a double.
   *
   * <p>An asset without a bound must have the slope zero, which rounding of the multipliers spoils:
   * slopes below it count as zero there. That is the proof for coefficients that differ from the
   * given ones in the last digit.
   *
   * @param forgiving whether such slopes count as zero also where there are bounds, so far away
   *     that rounding would be mistaken for room
   */
  FarkasCertificate(FeasibleSet set, double[] y, double kappa, double rho, boolean forgiving) {
    this.y = y;
    this.kappa = kappa;
    this.rho = rho;
    int n = set.size();
    boundRate = new double[n];
    slope = new double[n];
    DoubleDouble total = new DoubleDouble();
    double terms = 0;
    for (int i = 0; i < n; i++) {
      DoubleDouble sum = new DoubleDouble();
      double parts = 0;
      for (int r = 0; r < y.length; r++) {
        if (y[r] != 0) {
          sum.addProduct(y[r], set.a[r][i]);
          parts += Math.abs(y[r] * set.a[r][i]);
        }
      }
      slope[i] = sum.value();
      double rounding = 16 * ROUNDING * (parts + kappa + rho);
      double least = least(set, i, rounding, forgiving);
      if (least == Double.NEGATIVE_INFINITY) {
        margin = least;
        size = terms;
        return;
      }
      double at = argument;
      double bent = Math.abs(slope[i]) <= rounding && (forgiving || isFree(set, i)) ? 0 : slope[i];
      total.addProduct(bent, at);
      terms += Math.abs(bent * at);
      if (kappa > 0) {
        double away = Math.signum(at - set.current[i]);
        total.addProduct(kappa * away, at);
        total.addProduct(-kappa * away, set.current[i]);
        terms += kappa * Math.max(Math.abs(at), Math.abs(set.current[i]));
      }
      if (rho > 0) {
        total.addProduct(rho, Math.abs(at));
        terms += rho * Math.abs(at);
      }
    }
    for (int r = 0; r < y.length; r++) {
      if (y[r] != 0) {
        double limit = y[r] > 0 ? set.rowUpper[r] : set.rowLower[r];
        total.addProduct(-y[r], limit);
        terms += Math.abs(y[r] * limit);
      }
    }
    if (kappa > 0) {
      total.addProduct(-kappa, set.turnover);
      terms += kappa * set.turnover;
    }
    if (rho > 0) {
      total.addProduct(-rho, set.grossExposure);
      terms += rho * set.grossExposure;
    }
    margin = total.value();
    size = terms;
  }

  /** Whether it is a proof. */
  boolean holds() {
    return margin > ROUNDING * size;
  }

  private static boolean isFree(FeasibleSet set, int i) {
    return Double.isInfinite(set.lower[i]) || Double.isInfinite(set.upper[i]);
  }

  private double argument;

  /** The least of z v + κ|v − w0| + ρ|v| within the bounds; leaves where it is in argument. */
  private double least(FeasibleSet set, int i, double rounding, boolean forgiving) {
    double z = slope[i];
    double low = set.lower[i];
    double high = set.upper[i];
    if (Math.abs(z) <= rounding && (forgiving || isFree(set, i))) {
      z = 0;
    }
    if (high == Double.POSITIVE_INFINITY && z + kappa + rho < -rounding
        || low == Double.NEGATIVE_INFINITY && z - kappa - rho > rounding) {
      return Double.NEGATIVE_INFINITY;
    }
    double best = Double.POSITIVE_INFINITY;
    argument = Math.min(high, Math.max(low, 0));
    double[] candidates = {
      argument, kappa > 0 ? Math.min(high, Math.max(low, set.current[i])) : argument, low, high
    };
    for (double v : candidates) {
      if (Double.isInfinite(v)) {
        continue;
      }
      double value = z * v + rho * Math.abs(v);
      if (kappa > 0) {
        value += kappa * Math.abs(v - set.current[i]);
      }
      if (value < best) {
        best = value;
        argument = v;
      }
    }
    // A bound matters if the left side would be less beyond it.
    double right = z;
    double left = z;
    if (kappa > 0) {
      right += argument >= set.current[i] ? kappa : -kappa;
      left += argument > set.current[i] ? kappa : -kappa;
    }
    right += argument >= 0 ? rho : -rho;
    left += argument > 0 ? rho : -rho;
    boundRate[i] =
        argument == high && right < -rounding
            ? -right
            : argument == low && left > rounding ? -left : 0;
    return best;
  }
}
