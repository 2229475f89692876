package io.parabola.internal.downside;

import io.parabola.Matrix;
import io.parabola.internal.Dot;
import io.parabola.internal.Shares;

/**
 * Scenarios of returns, [S, n], as losses of portfolios: loss_s = −(r_s − m)'x, where x is what is
 * held less the benchmark, and m is zero or the scenarios' mean.
 */
final class ScenarioTable {
  /** Scenarios that a thread takes at a time. */
  private static final int TOGETHER = 512;

  private final Matrix returns;
  private final double[] centre;
  private final int threads;

  /**
   * A view.
   *
   * @param returns [S, n]; stays open meanwhile
   * @param centre m [n], or null for zeros
   * @param threads to work on
   */
  ScenarioTable(Matrix returns, double[] centre, int threads) {
    this.returns = returns;
    this.centre = centre;
    this.threads = threads;
  }

  int scenarios() {
    return Math.toIntExact(returns.rows());
  }

  int assets() {
    return returns.columns();
  }

  /**
   * Losses of a portfolio.
   *
   * @param x [n]; not modified
   * @param losses [S], overwritten
   */
  void losses(double[] x, double[] losses) {
    int count = losses.length;
    Shares.over(
        count < 4 * TOGETHER ? 1 : threads,
        (count + TOGETHER - 1) / TOGETHER,
        turns -> {
          double[] row = new double[x.length];
          turns.each(
              k -> {
                for (int s = k * TOGETHER; s < Math.min(count, (k + 1) * TOGETHER); s++) {
                  row(s, row);
                  losses[s] = -Dot.of(row, x);
                }
              });
        });
  }

  /**
   * One scenario.
   *
   * @param s which
   * @param row [n], overwritten with r_s − m
   */
  void row(int s, double[] row) {
    returns.getRow(s, row);
    for (int i = 0; centre != null && i < row.length; i++) {
      row[i] -= centre[i];
    }
  }

  /**
   * The product of the table with numbers of which most are zero.
   *
   * @param u [S]; not modified
   * @return Σ u_s (r_s − m) [n]
   */
  double[] transposed(double[] u) {
    double[] sum = new double[assets()];
    double[] row = new double[assets()];
    for (int s = 0; s < u.length; s++) {
      if (u[s] != 0) {
        row(s, row);
        for (int i = 0; i < row.length; i++) {
          sum[i] += u[s] * row[i];
        }
      }
    }
    return sum;
  }
}
