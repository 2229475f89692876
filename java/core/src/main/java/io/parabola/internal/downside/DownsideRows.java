package io.parabola.internal.downside;

import java.util.ArrayList;
import java.util.List;

/**
 * What limits the weights beside their bounds, each as c'w + (what its own variables add) &gt;= d
 * or = d, with the name whose shadow price its multiplier is.
 */
final class DownsideRows {
  /** What a row's own variables are. */
  enum Kind {
    LINEAR,
    TURNOVER,
    GROSS_EXPOSURE,
    RISK
  }

  /**
   * A row.
   *
   * @param name the constraint
   * @param kind what it adds to c'w: −Σ|w − w0| (of those assets whose c is zero), or minus the
   *     risk
   * @param c coefficients [n]
   * @param d what it is at least
   * @param equality whether it is exactly that
   * @param sign of its multiplier as a shadow price: −1 where an upper limit was turned over
   */
  record Row(String name, Kind kind, double[] c, double d, boolean equality, int sign) {}

  final List<Row> rows = new ArrayList<>();

  void atLeast(String name, double[] c, double d) {
    rows.add(new Row(name, Kind.LINEAR, c, d, false, 1));
  }

  void atMost(String name, double[] c, double d) {
    double[] minus = new double[c.length];
    for (int i = 0; i < c.length; i++) {
      minus[i] = -c[i];
    }
    rows.add(new Row(name, Kind.LINEAR, minus, -d, false, -1));
  }

  void equal(String name, double[] c, double d) {
    rows.add(new Row(name, Kind.LINEAR, c, d, true, 1));
  }

  void limit(String name, Kind kind, double[] c, double most) {
    rows.add(new Row(name, kind, c, -most, false, -1));
  }
}
