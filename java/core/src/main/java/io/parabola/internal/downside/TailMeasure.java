package io.parabola.internal.downside;

import io.parabola.DownsideRisk;
import java.util.Arrays;

/**
 * A downside risk as a convex function ρ of the losses, and as a maximum: ρ(ℓ) = max over u in U of
 * u'ℓ − ρ*(u). For CVaR U is what is at most p_s/(1−β) each and sums to 1, and ρ* is zero.
 */
final class TailMeasure {
  private static final double BOTH_SIDES = 1e-3;

  private final DownsideRisk.Kind kind;

  /** The most of u_s where it is limited: p_s/(1−β), or p_s. */
  private final double[] cap;

  /** The largest loss that is no part of it, of moments; of CVaR it is found. */
  private final double threshold;

  /**
   * A measure.
   *
   * @param risk which
   * @param probabilities p [S], of sum 1
   */
  TailMeasure(DownsideRisk risk, double[] probabilities) {
    kind = risk.kind();
    cap = probabilities.clone();
    if (kind == DownsideRisk.Kind.CVAR) {
      for (int s = 0; s < cap.length; s++) {
        cap[s] /= 1 - risk.level();
      }
    }
    threshold = kind == DownsideRisk.Kind.SEMIVARIANCE ? 0 : -risk.level();
  }

  boolean hasFreeThreshold() {
    return kind == DownsideRisk.Kind.CVAR;
  }

  boolean isQuadratic() {
    return kind == DownsideRisk.Kind.SECOND_MOMENT || kind == DownsideRisk.Kind.SEMIVARIANCE;
  }

  /** Of a moment: the largest loss that is no part of it. */
  double fixedThreshold() {
    return threshold;
  }

  double cap(int s) {
    return cap[s];
  }

  /** What ρ is at a portfolio. */
  record Value(double risk, double threshold, double[] weights, double magnitude) {}

  /**
   * Evaluates.
   *
   * @param losses ℓ [S]; not modified
   * @return ρ(ℓ); the threshold beyond which losses count, for CVaR the value at risk; a maximising
   *     u [S]; and how large ρ would be if nothing cancelled: Σ u|ℓ|, of moments at least a
   *     thousandth of what it is of all losses on both sides of the threshold
   */
  Value of(double[] losses) {
    double alpha = hasFreeThreshold() ? valueAtRisk(losses) : threshold;
    double[] u = new double[losses.length];
    double inside = 0;
    double risk = 0;
    double magnitude = 0;
    for (int s = 0; s < u.length; s++) {
      double beyond = losses[s] - alpha;
      double size = isQuadratic() ? beyond * beyond : Math.abs(beyond);
      if (beyond > 0) {
        u[s] = isQuadratic() ? 2 * cap[s] * beyond : cap[s];
        risk += cap[s] * size;
        inside += u[s];
        magnitude += hasFreeThreshold() ? u[s] * Math.abs(losses[s]) : 0;
      }
      magnitude += hasFreeThreshold() ? 0 : BOTH_SIDES * cap[s] * size;
    }
    if (hasFreeThreshold()) {
      // What is left of the mass lies at the threshold.
      risk += alpha;
      double left = Math.max(0, 1 - inside);
      for (int s = 0; s < u.length && left > 0; s++) {
        if (losses[s] == alpha) {
          u[s] = Math.min(cap[s], left);
          left -= u[s];
          magnitude += u[s] * Math.abs(alpha);
        }
      }
    }
    return new Value(risk, alpha, u, Math.max(magnitude, Math.abs(risk)));
  }

  /** The smallest loss that all larger ones have a probability of at most 1 − β beyond. */
  private double valueAtRisk(double[] losses) {
    Integer[] order = null;
    boolean equal = true;
    for (int s = 1; s < cap.length && equal; s++) {
      equal = cap[s] == cap[0];
    }
    if (equal) {
      double[] sorted = losses.clone();
      Arrays.sort(sorted);
      // Beyond the k-th largest lie k − 1, whose mass is (k − 1) cap < 1.
      int k = (int) Math.min(sorted.length, Math.ceil(1 / cap[0] * (1 - 1e-14)));
      return sorted[sorted.length - Math.max(1, k)];
    }
    order = new Integer[losses.length];
    Arrays.setAll(order, s -> s);
    Arrays.sort(order, (a, b) -> Double.compare(losses[b], losses[a]));
    double mass = 0;
    for (Integer s : order) {
      mass += cap[s];
      if (mass >= 1 - 1e-14) {
        return losses[s];
      }
    }
    return losses[order[order.length - 1]];
  }

  /**
   * Moves u into U, by rounding more than by anything else.
   *
   * @param u [S] of which each scenario's is near U; modified
   */
  void project(double[] u) {
    double sum = 0;
    double room = 0;
    for (int s = 0; s < u.length; s++) {
      u[s] = Math.max(0, isQuadratic() ? u[s] : Math.min(u[s], cap[s]));
      sum += u[s];
      room += u[s] > 0 ? cap[s] - u[s] : 0;
    }
    if (!hasFreeThreshold()) {
      return;
    }
    double missing = 1 - sum;
    for (int s = 0; s < u.length && u.length > 0; s++) {
      if (missing < 0) {
        u[s] /= sum;
      } else if (u[s] > 0 && room > 0) {
        u[s] += (cap[s] - u[s]) * Math.min(1, missing / room);
      }
    }
    if (missing > room) {
      // Those that had nothing take what is left.
      double left = missing - room;
      for (int s = 0; s < u.length && left > 0; s++) {
        double more = Math.min(left, cap[s] - u[s]);
        u[s] += more;
        left -= more;
      }
    }
  }

  /**
   * What is subtracted from u'ℓ.
   *
   * @param u [S], in U
   * @return ρ*(u)
   */
  double conjugate(double[] u) {
    double sum = 0;
    for (int s = 0; s < u.length && !hasFreeThreshold(); s++) {
      sum += u[s] * threshold;
      if (isQuadratic() && u[s] > 0) {
        sum += u[s] * u[s] / (4 * cap[s]);
      }
    }
    return sum;
  }
}
