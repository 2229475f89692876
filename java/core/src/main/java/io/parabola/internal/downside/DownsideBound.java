package io.parabola.internal.downside;

import io.parabola.internal.Dot;
import io.parabola.internal.downside.DownsideRows.Row;
import io.parabola.internal.downside.Kinks.Kink;
import java.util.List;

/**
 * A rigorous bound of the least objective from any multipliers, by Lagrange: what the constraints
 * cost is added to the objective, and its least value over the bounds is taken, weight by weight.
 *
 * <pre>
 *   y &gt;= 0 (any for equalities), u in U:
 *   f* &gt;= Σ_i min over lower_i &lt;= w_i &lt;= upper_i of [ g_i w_i + corners_i(w_i) + quadratic_i (w_i − w0_i)² ]
 *         + y'd + θ (b'Σ u_s r_s − ρ*(u)),    g = −q − C'y − θ Σ u_s r_s
 * </pre>
 *
 * With a limit of risk, θ is that row's multiplier.
 */
final class DownsideBound {
  private final DownsideModel model;
  private final TailMeasure measure;

  DownsideBound(DownsideModel model, TailMeasure measure) {
    this.model = model;
    this.measure = measure;
  }

  /**
   * The bound.
   *
   * @param y a multiplier for each row; modified: negative ones of inequalities become 0
   * @param u [S], in U; not modified
   * @param tail Σ u_s r_s [n]
   * @param benchmark b [n], or null
   * @return at most the least objective
   */
  double of(double[] y, double[] u, double[] tail, double[] benchmark) {
    List<Row> rows = model.limits.rows;
    double[] g = new double[model.n];
    double bound = 0;
    double theta = model.riskPrice;
    for (int r = 0; r < y.length; r++) {
      Row row = rows.get(r);
      if (!row.equality()) {
        y[r] = Math.max(0, y[r]);
      }
      bound += y[r] * row.d();
      for (int i = 0; i < g.length; i++) {
        g[i] -= y[r] * row.c()[i];
      }
      if (r == model.riskRow) {
        theta = y[r];
      }
    }
    double behind = benchmark == null ? 0 : Dot.of(tail, benchmark);
    bound += theta * (behind - measure.conjugate(u));
    double[][] slopes = new double[model.n][];
    for (Kink kink : model.kinks.list) {
      double price = kink.price() + (kink.row() < 0 ? 0 : y[kink.row()]);
      if (price > 0) {
        double[] before = slopes[kink.asset()];
        double[] three = {kink.centre(), price * kink.up(), price * kink.down()};
        slopes[kink.asset()] = before == null ? three : joined(before, three);
      }
    }
    for (int i = 0; i < g.length; i++) {
      g[i] -= model.reward[i] + theta * tail[i];
      bound += least(i, g[i], slopes[i]);
    }
    return bound;
  }

  private static double[] joined(double[] a, double[] b) {
    double[] both = new double[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /**
   * The least of one weight's part: at a bound, at a corner, or where a parabola in between ends.
   */
  private double least(int i, double g, double[] corners) {
    double low = model.lower[i];
    double high = model.upper[i];
    double best = Math.min(at(i, g, corners, low), at(i, g, corners, high));
    int count = corners == null ? 0 : corners.length / 3;
    for (int k = 0; k < count; k++) {
      double corner = corners[3 * k];
      if (corner > low && corner < high) {
        best = Math.min(best, at(i, g, corners, corner));
      }
    }
    if (model.quadratic != null && model.quadratic[i] > 0) {
      // Whatever the slopes on either side of each corner, one of these is the parabola's end.
      for (int sides = 0; sides < 1 << count; sides++) {
        double slope = g;
        for (int k = 0; k < count; k++) {
          slope += (sides >> k & 1) == 1 ? corners[3 * k + 1] : -corners[3 * k + 2];
        }
        double end = model.current[i] - slope / (2 * model.quadratic[i]);
        if (end > low && end < high) {
          best = Math.min(best, at(i, g, corners, end));
        }
      }
    }
    return best;
  }

  private double at(int i, double g, double[] corners, double w) {
    double value = g * w;
    for (int k = 0; corners != null && k < corners.length; k += 3) {
      double beyond = w - corners[k];
      value += beyond > 0 ? corners[k + 1] * beyond : -corners[k + 2] * beyond;
    }
    if (model.quadratic != null) {
      double trade = w - (model.current == null ? 0 : model.current[i]);
      value += model.quadratic[i] * trade * trade;
    }
    return value;
  }
}
