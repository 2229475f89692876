package io.parabola.internal.javaengine;

import io.parabola.internal.ScenarioRules;
import java.util.ArrayList;
import java.util.List;

/**
 * Proves that no weights meet all the constraints of a {@link Qp} (Farkas): with the multipliers y,
 * κ, ρ of the least squares of what is missed,
 *
 * <pre>
 *     max over the bounds of (A'y)'v − κ Σ|v − w₀| − ρ Σ|v|  &lt;  y⁺rowLower − y⁻rowUpper − κ turnover − ρ gross
 * </pre>
 */
final class Infeasibility {
  private static final double ACCURACY = 1e-13;

  private Infeasibility() {}

  /** Whether the least squares' multipliers are a proof. */
  static boolean isProved(Qp qp) {
    InteriorPoint elastic = new InteriorPoint(qp, true);
    elastic.run(ACCURACY);
    double[] y = elastic.multipliers();
    double kappa = elastic.capMultiplier(true);
    double rho = elastic.capMultiplier(false);
    List<Double> terms = new ArrayList<>();
    for (int k = 0; k < y.length; k++) {
      double limit = y[k] > 0 ? qp.rowLower[k] : qp.rowUpper[k];
      if (Double.isInfinite(limit)) {
        y[k] = 0;
      } else {
        terms.add(y[k] * limit);
      }
    }
    terms.add(kappa > 0 ? -kappa * qp.turnover : 0);
    terms.add(rho > 0 ? -rho * qp.gross : 0);
    for (int i = 0; i < qp.n; i++) {
      double priced = 0;
      for (int k = 0; k < y.length; k++) {
        priced += y[k] * qp.rows[k][i];
      }
      double most = Double.NEGATIVE_INFINITY;
      for (double v : qp.breakpoints(i)) {
        double value = priced * v - kappa * Math.abs(v - qp.w0[i]) - rho * Math.abs(v);
        most = Math.max(most, value);
      }
      terms.add(-most);
    }
    double[] all = terms.stream().mapToDouble(Double::doubleValue).toArray();
    double size = 0;
    for (double term : all) {
      size += Math.abs(term);
    }
    double deficit = ScenarioRules.sum(all);
    return deficit > 8 * all.length * Math.ulp(1.0) * size;
  }
}
