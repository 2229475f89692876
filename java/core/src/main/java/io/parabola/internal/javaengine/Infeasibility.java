package io.parabola.internal.javaengine;

import io.parabola.internal.ScenarioRules;

/**
 * Proves that no weights meet all the constraints of a {@link Qp} (Farkas): with the multipliers y,
 * κ, ρ of the least squares of what is missed,
 *
 * <pre>
 *     max over the bounds of (A'y)'v − κ Σ|v − w₀| − ρ Σ|v|  &lt;  y⁺rowLower − y⁻rowUpper − κ turnover − ρ gross
 * </pre>
 */
final class Infeasibility {
  private static final double CLEAR = 1e-6;
  private static final int MAX_STEPS = 40;

  private Infeasibility() {}

  /** Whether the least squares' multipliers are a proof. */
  static boolean isProved(Qp qp) {
    Simplified simple = new Simplified(qp);
    InteriorPoint elastic = new InteriorPoint(simple.qp, true);
    elastic.run(CLEAR);
    for (int step = 0; step < MAX_STEPS; step++) {
      double[] y = elastic.multipliers();
      double kappa = simple.kappa(y, elastic.capMultiplier(true));
      double rho = simple.rho(y, elastic.capMultiplier(false));
      y = simple.multipliers(y);
      for (int k = 0; k < y.length; k++) {
        y[k] = Double.isInfinite(y[k] > 0 ? qp.rowLower[k] : qp.rowUpper[k]) ? 0 : y[k];
      }
      if (proves(qp, y, Math.max(0, kappa), Math.max(0, rho))) {
        return true;
      }
      if (!elastic.step()) {
        break;
      }
    }
    return false;
  }

  private static boolean proves(Qp qp, double[] y, double kappa, double rho) {
    int m = y.length;
    double[] terms = new double[m + 2 + qp.n];
    double size = 0;
    for (int k = 0; k < m; k++) {
      terms[k] = y[k] == 0 ? 0 : y[k] * (y[k] > 0 ? qp.rowLower[k] : qp.rowUpper[k]);
    }
    terms[m] = kappa > 0 ? -kappa * qp.turnover : 0;
    terms[m + 1] = rho > 0 ? -rho * qp.gross : 0;
    for (int i = 0; i < qp.n; i++) {
      double priced = 0;
      double most = Double.NEGATIVE_INFINITY;
      double rounding = 0;
      for (int k = 0; k < m; k++) {
        priced += y[k] * qp.rows[k][i];
        rounding += Math.abs(y[k] * qp.rows[k][i]);
      }
      for (double v : qp.breakpoints(i)) {
        double value = priced * v - kappa * Math.abs(v - qp.w0[i]) - rho * Math.abs(v);
        most = Math.max(most, value);
        size = Math.max(size, (rounding + kappa + rho) * Math.abs(v));
      }
      terms[m + 2 + i] = -most;
    }
    for (double term : terms) {
      size = Math.max(size, Math.abs(term));
    }
    return ScenarioRules.sum(terms) > 4 * terms.length * Math.ulp(1.0) * size;
  }
}
