package io.parabola.internal.javaengine;

/**
 * The kinks of one kind, of trading at w₀ or of gross exposure at 0, as {@link InteriorPoint} sees
 * them: w − c = p − m with p, m &gt;= 0 and, where there is a limit, Σ (p + m) + t = limit. Fields
 * that begin with d are the moves of the others.
 */
final class Kinks {
  private final Qp qp;
  final boolean trade;
  private final double unit;
  private final double value;
  private final double[] w;
  private final int n;

  /** The weights that are split. */
  final boolean[] member;

  /** Where the kink is not between the bounds: 1 if the weight is above it, −1 below, else 0. */
  final double[] side;

  final double[] p;
  final double[] m;
  final double[] zp;
  final double[] zm;
  final double[] s;
  final double cap;
  final double[] centre;
  double t;
  double kappa;
  final double[] pTrend;
  final double[] mTrend;
  double capTrend;

  final double[] dp;
  final double[] dm;
  final double[] ds;
  double dt;
  double dkappa;
  final double[] hp;
  final double[] hm;
  final double[] alpha;
  final double[] beta;

  /**
   * Takes the kinks out of a problem; where a weight is fixed, or always on one side of its kink,
   * there is nothing to split.
   */
  Kinks(Qp qp, boolean trade, double unit, double value, boolean[] fixed, double[] w) {
    this.qp = qp;
    this.trade = trade;
    this.unit = unit;
    this.value = value;
    this.w = w;
    n = qp.n;
    member = new boolean[n];
    side = new double[n];
    p = new double[n];
    m = new double[n];
    zp = new double[n];
    zm = new double[n];
    s = new double[n];
    dp = new double[n];
    dm = new double[n];
    ds = new double[n];
    hp = new double[n];
    hm = new double[n];
    alpha = new double[n];
    beta = new double[n];
    pTrend = new double[n];
    mTrend = new double[n];
    centre = new double[n];
    double left = (trade ? qp.turnover : qp.gross) / unit;
    for (int i = 0; i < n; i++) {
      centre[i] = trade ? qp.w0[i] / unit : 0;
      boolean kinked = trade ? qp.hasTradeKink(i) : qp.hasGrossKink();
      if (kinked && fixed[i]) {
        left -= Math.abs(w[i] - centre[i]);
      } else if (kinked && (!trade || qp.power[i] == 0)) {
        double kink = centre[i] * unit;
        side[i] = qp.lower[i] >= kink ? 1 : qp.upper[i] <= kink ? -1 : 0;
      }
      member[i] = kinked && !fixed[i] && side[i] == 0;
    }
    cap = left;
  }

  boolean capped() {
    return cap < Double.POSITIVE_INFINITY;
  }

  double buy(int i) {
    return trade ? qp.buy[i] * unit / value : 0;
  }

  double sell(int i) {
    return trade ? qp.sell[i] * unit / value : 0;
  }

  double slope(int i, double x) {
    return trade ? qp.powerSlope(i, x * unit) * unit / value : 0;
  }

  double curvature(int i, double x) {
    return trade ? qp.powerCurvature(i, x * unit) * unit * unit / value : 0;
  }

  /** What the cap leaves, which the slack t is to become. */
  double capResidual() {
    double sum = cap - t;
    for (int i = 0; i < n; i++) {
      sum -= member[i] ? p[i] + m[i] : side[i] == 0 ? 0 : side[i] * (w[i] - centre[i]);
    }
    return sum;
  }

  double upResidual(int i) {
    return buy(i) + slope(i, p[i]) + s[i] + kappa - zp[i];
  }

  double downResidual(int i) {
    return sell(i) + slope(i, m[i]) - s[i] + kappa - zm[i];
  }

  double linkResidual(int i) {
    return w[i] - centre[i] - p[i] + m[i];
  }

  /** The move of zp or zm that stationarity asks for. */
  double dualMove(int i, boolean up) {
    return up
        ? upResidual(i) + curvature(i, p[i]) * dp[i] + ds[i] + dkappa
        : downResidual(i) + curvature(i, m[i]) * dm[i] - ds[i] + dkappa;
  }
}
