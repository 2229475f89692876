package io.parabola.internal.javaengine;

import io.parabola.internal.ScenarioRules;

/**
 * A proof of how far a feasible portfolio is from the optimum of a {@link Qp}, from its weights and
 * any multipliers: y of the rows, κ &gt;= 0 of turnover, ρ &gt;= 0 of gross exposure.
 *
 * <p>With z the gradient of all that is smooth, less A'y, and ψᵢ(v) = zᵢ v + linear and power cost
 * of v − w₀ᵢ + κ|v − w₀ᵢ| + ρ|v|, convexity gives for every feasible v
 *
 * <pre>
 *     f(w) − f(v) &lt;= Σ ψᵢ(wᵢ) − min over the bounds of ψᵢ
 *                  + Σ y⁺(Aw − rowLower) + y⁻(rowUpper − Aw) + κ(turnover − Σ|w − w₀|) + ρ(gross − Σ|w|)
 * </pre>
 *
 * <p>No term is negative, so nothing cancels, and all vanish at the optimum with its own
 * multipliers.
 */
final class Certificate {
  private final Qp qp;
  private final double[] w;
  private final double[] y;
  private final double kappa;
  private final double rho;
  private final double[] z;

  /** What is proved: at least 0, in the unit of the objective. */
  final double gap;

  /**
   * Works it out.
   *
   * @param qp the problem, its bounds those that the proof is to hold within
   * @param w feasible weights [n]
   * @param multipliers y [m]; what has the sign of a limit that is not there counts as zero
   */
  Certificate(Qp qp, double[] w, double[] multipliers, double kappa, double rho) {
    this.qp = qp;
    this.w = w;
    this.kappa = qp.turnover < Double.POSITIVE_INFINITY ? Math.max(0, kappa) : 0;
    this.rho = qp.hasGrossKink() ? Math.max(0, rho) : 0;
    int m = qp.rows.length;
    y = new double[m];
    z = qp.gradient(w);
    for (int k = 0; k < m; k++) {
      double limit = multipliers[k] > 0 ? qp.rowLower[k] : qp.rowUpper[k];
      y[k] = Double.isInfinite(limit) ? 0 : multipliers[k];
      for (int i = 0; i < qp.n; i++) {
        z[i] -= y[k] * qp.rows[k][i];
      }
    }
    double[] terms = new double[qp.n + m + 2];
    double turnover = 0;
    double gross = 0;
    for (int i = 0; i < qp.n; i++) {
      terms[i] = excess(i);
      turnover += Math.abs(w[i] - qp.w0[i]);
      gross += Math.abs(w[i]);
    }
    for (int k = 0; k < m; k++) {
      // Absolute, because a row may be missed by a rounding.
      terms[qp.n + k] = y[k] == 0 ? 0 : Math.abs(y[k] * (activity(k) - limit(k)));
    }
    terms[qp.n + m] = this.kappa == 0 ? 0 : this.kappa * Math.abs(qp.turnover - turnover);
    terms[qp.n + m + 1] = this.rho == 0 ? 0 : this.rho * Math.abs(qp.gross - gross);
    gap = ScenarioRules.sum(terms);
  }

  /** The rows' multipliers as they were used [m]. */
  double[] multipliers() {
    return y;
  }

  double kappa() {
    return kappa;
  }

  double rho() {
    return rho;
  }

  /** The derivatives of the optimum by the bounds that hold [n]. */
  double[] reducedCosts(double[] lower, double[] upper) {
    double[] costs = new double[qp.n];
    for (int i = 0; i < qp.n; i++) {
      double smooth = z[i] + qp.powerSlope(i, w[i] - qp.w0[i]);
      double right = smooth + qp.slope(i, w[i], true, kappa, rho);
      double left = smooth + qp.slope(i, w[i], false, kappa, rho);
      if (w[i] <= lower[i] && w[i] >= upper[i]) {
        costs[i] = left > 0 ? left : Math.min(right, 0);
      } else if (w[i] <= lower[i]) {
        costs[i] = Math.max(right, 0);
      } else if (w[i] >= upper[i]) {
        costs[i] = Math.min(left, 0);
      }
    }
    return costs;
  }

  private double activity(int k) {
    double[] terms = new double[qp.n];
    for (int i = 0; i < qp.n; i++) {
      terms[i] = qp.rows[k][i] * w[i];
    }
    return ScenarioRules.sum(terms);
  }

  private double limit(int k) {
    return y[k] > 0 ? qp.rowLower[k] : qp.rowUpper[k];
  }

  /** ψ at the weight less its least value within the bounds. */
  private double excess(int i) {
    double best = 0;
    double[] points = qp.breakpoints(i);
    for (int k = 0; k < points.length; k++) {
      best = Math.max(best, drop(i, points[k]));
      if (k + 1 < points.length && qp.power[i] > 0) {
        double slope = z[i] + qp.slope(i, points[k], true, kappa, rho);
        double x = Math.pow(Math.abs(slope) / (qp.exponent * qp.power[i]), 1 / (qp.exponent - 1));
        double v = qp.w0[i] - Math.signum(slope) * x;
        best = Math.max(best, drop(i, Math.min(Math.max(v, points[k]), points[k + 1])));
      }
    }
    return best;
  }

  /** ψ at the weight less ψ at v. */
  private double drop(int i, double v) {
    double drop = z[i] * (w[i] - v);
    if (qp.hasTradeKink(i)) {
      double x = w[i] - qp.w0[i];
      double other = v - qp.w0[i];
      drop += (x > 0 ? qp.buy[i] : -qp.sell[i]) * x - (other > 0 ? qp.buy[i] : -qp.sell[i]) * other;
      drop += kappa * (Math.abs(x) - Math.abs(other));
      if (qp.power[i] > 0) {
        drop +=
            qp.power[i]
                * (Math.pow(Math.abs(x), qp.exponent) - Math.pow(Math.abs(other), qp.exponent));
      }
    }
    return drop + rho * (Math.abs(w[i]) - Math.abs(v));
  }
}
