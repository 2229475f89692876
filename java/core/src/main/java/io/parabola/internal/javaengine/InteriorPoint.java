package io.parabola.internal.javaengine;

import java.util.Arrays;

/**
 * A primal-dual interior point method (Mehrotra's predictor and corrector) for {@link Qp}, to find
 * out which bounds, kinks and rows hold at the optimum; {@link ExactFinish} then takes it from
 * there.
 *
 * <p>Rows are aw = r with r between its limits. A kink is split into what is above and below it, w
 * − c = p − m with p, m &gt;= 0, which cost buy + κ and sell + κ; both are eliminated from the
 * Newton system again, which therefore has n unknowns, and one for each row and each limit of
 * turnover or gross exposure. Everything is in units in which weights, rows and objective are about
 * one.
 */
final class InteriorPoint {
  private static final int MAX_STEPS = 120;
  private static final int PATIENCE = 15;

  /** How far complementarity may run ahead of the other conditions. */
  private static final double AHEAD = 1e-4;

  private final Qp qp;
  private final int n;
  private final double unit;
  private final double value;
  private final double[][] a;
  private final double[] rowScale;
  private final boolean[] fixed;
  private final Kinks[] families;

  private final double[] w;
  private final double[] sl;
  private final double[] su;
  private final double[] zl;
  private final double[] zu;
  private final double[] r;
  private final double[] tl;
  private final double[] tu;
  private final double[] vl;
  private final double[] vu;
  private final double[] y;

  private final double[][] hessian;
  private final double[] linear;

  /** How each complementary pair moved in the last good step: primal ratio over dual ratio. */
  final double[] lowerTrend;

  final double[] upperTrend;
  final double[] rowLowerTrend;
  final double[] rowUpperTrend;

  private NewtonSystem system;

  InteriorPoint(Qp qp) {
    this.qp = qp;
    n = qp.n;
    fixed = new boolean[n];
    for (int i = 0; i < n; i++) {
      fixed[i] = qp.lower[i] == qp.upper[i];
    }
    unit = typicalWeight();
    w = new double[n];
    sl = new double[n];
    su = new double[n];
    zl = new double[n];
    zu = new double[n];
    lowerTrend = new double[n];
    upperTrend = new double[n];
    int rows = qp.rows.length;
    a = new double[rows][];
    rowScale = new double[rows];
    r = new double[rows];
    tl = new double[rows];
    tu = new double[rows];
    vl = new double[rows];
    vu = new double[rows];
    y = new double[rows];
    rowLowerTrend = new double[rows];
    rowUpperTrend = new double[rows];
    value = typicalValue();
    hessian = new double[n][n];
    linear = new double[n];
    double[] before = qp.linear();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        hessian[i][j] = qp.gamma * qp.sigma[i][j] * unit / value * unit;
      }
      hessian[i][i] += 2 * qp.quadratic[i] * unit / value * unit;
      linear[i] = (-before[i] - 2 * qp.quadratic[i] * qp.w0[i]) * unit / value;
    }
    for (int k = 0; k < rows; k++) {
      double most = 0;
      for (int i = 0; i < n; i++) {
        most = Math.max(most, Math.abs(qp.rows[k][i]));
      }
      rowScale[k] = most > 0 ? 1 / most : 1;
      a[k] = new double[n];
      for (int i = 0; i < n; i++) {
        a[k][i] = qp.rows[k][i] * rowScale[k];
      }
    }
    startWeights();
    boolean trades = false;
    for (int i = 0; i < n; i++) {
      trades |= qp.hasTradeKink(i);
    }
    Kinks trade = trades ? kinks(true) : null;
    Kinks gross = qp.hasGrossKink() ? kinks(false) : null;
    families =
        trade == null
            ? gross == null ? new Kinks[0] : new Kinks[] {gross}
            : gross == null ? new Kinks[] {trade} : new Kinks[] {trade, gross};
    startRest();
  }

  private Kinks kinks(boolean trade) {
    return new Kinks(qp, trade, unit, value, fixed, w);
  }

  private double typicalWeight() {
    double typical = 0;
    for (int k = 0; k < qp.rows.length; k++) {
      double most = 0;
      for (int i = 0; i < n; i++) {
        most = Math.max(most, Math.abs(qp.rows[k][i]));
      }
      for (double limit : new double[] {qp.rowLower[k], qp.rowUpper[k]}) {
        if (!Double.isInfinite(limit) && most > 0) {
          typical = Math.max(typical, Math.abs(limit) / most);
        }
      }
    }
    double widest = 0;
    for (int i = 0; i < n; i++) {
      widest = Math.max(widest, Math.min(Math.abs(qp.lower[i]), Math.abs(qp.upper[i])));
      widest = Math.max(widest, Math.abs(qp.w0[i]));
    }
    typical = Math.max(typical, widest);
    double room = 0;
    for (int i = 0; i < n; i++) {
      room = Math.max(room, qp.upper[i] - qp.lower[i]);
    }
    return typical > 0 ? Math.min(typical, 1e6) : Math.max(Math.min(1, room), 1e-300);
  }

  /** The size of the gradient, so that the largest entry is about one. */
  private double typicalValue() {
    double typical = 0;
    double[] before = qp.linear();
    for (int i = 0; i < n; i++) {
      typical = Math.max(typical, Math.abs(before[i]) * unit);
      typical = Math.max(typical, qp.gamma * qp.sigma[i][i] * unit * unit);
      typical = Math.max(typical, 2 * qp.quadratic[i] * unit * unit);
      typical = Math.max(typical, (qp.buy[i] + qp.sell[i]) * unit);
      typical = Math.max(typical, qp.power[i] * Math.pow(unit, qp.exponent));
    }
    return typical > 0 ? typical : 1;
  }

  private void startWeights() {
    double guess = 0;
    for (int k = 0; k < qp.rows.length; k++) {
      if (qp.rowLower[k] == qp.rowUpper[k]) {
        double sum = Arrays.stream(a[k]).sum();
        guess = sum != 0 ? qp.rowLower[k] * rowScale[k] / unit / sum : 0;
        break;
      }
    }
    for (int i = 0; i < n; i++) {
      double lower = qp.lower[i] / unit;
      double upper = qp.upper[i] / unit;
      double edge = Math.min(0.25 * (upper - lower), 1);
      w[i] = fixed[i] ? lower : Math.min(Math.max(guess, lower + edge), upper - edge);
      sl[i] = w[i] - lower;
      su[i] = upper - w[i];
      zl[i] = fixed[i] ? 0 : 1 / sl[i];
      zu[i] = fixed[i] ? 0 : 1 / su[i];
    }
  }

  private double limit(double[] limits, int k) {
    return limits[k] * rowScale[k] / unit;
  }

  private boolean equality(int k) {
    return qp.rowLower[k] == qp.rowUpper[k];
  }

  private boolean hasLower(int k) {
    return !equality(k) && qp.rowLower[k] > Double.NEGATIVE_INFINITY;
  }

  private boolean hasUpper(int k) {
    return !equality(k) && qp.rowUpper[k] < Double.POSITIVE_INFINITY;
  }

  private boolean open(int k) {
    return qp.rowLower[k] == Double.NEGATIVE_INFINITY && qp.rowUpper[k] == Double.POSITIVE_INFINITY;
  }

  private void startRest() {
    for (int k = 0; k < a.length; k++) {
      r[k] = Dense.dot(a[k], w, n);
      if (equality(k)) {
        r[k] = limit(qp.rowLower, k);
        continue;
      }
      double width = limit(qp.rowUpper, k) - limit(qp.rowLower, k);
      double edge = Math.min(0.25 * width, 1);
      if (hasLower(k)) {
        r[k] = Math.max(r[k], limit(qp.rowLower, k) + edge);
      }
      if (hasUpper(k)) {
        r[k] = Math.min(r[k], limit(qp.rowUpper, k) - edge);
      }
      if (hasLower(k)) {
        tl[k] = r[k] - limit(qp.rowLower, k);
        vl[k] = 1 / tl[k];
      }
      if (hasUpper(k)) {
        tu[k] = limit(qp.rowUpper, k) - r[k];
        vu[k] = 1 / tu[k];
      }
      y[k] = vl[k] - vu[k];
    }
    for (Kinks f : families) {
      double used = 0;
      int members = 0;
      for (int i = 0; i < n; i++) {
        members += f.member[i] ? 1 : 0;
      }
      double spread = f.capped() ? Math.max(f.cap / (4.0 * Math.max(1, members)), 1e-3) : 0.5;
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          double x = w[i] - f.centre[i];
          f.p[i] = Math.max(x, 0) + spread;
          f.m[i] = Math.max(-x, 0) + spread;
          f.zp[i] = 1 / f.p[i];
          f.zm[i] = 1 / f.m[i];
          f.s[i] = 0;
          used += f.p[i] + f.m[i];
        } else if (f.side[i] != 0) {
          used += f.side[i] * (w[i] - f.centre[i]);
        }
      }
      if (f.capped()) {
        f.t = Math.max(f.cap - used, Math.max(0.25 * f.cap, 1e-3));
        f.kappa = 1 / f.t;
      }
    }
  }

  /** Goes on until the optimum is met to an accuracy, or nothing more is gained. */
  void run(double accuracy) {
    double best = Double.POSITIVE_INFINITY;
    int idle = 0;
    for (int count = 0; count < MAX_STEPS && idle < PATIENCE; count++) {
      double error = error();
      if (!(error > accuracy)) {
        return;
      }
      idle = error < 0.9 * best ? 0 : idle + 1;
      best = Math.min(best, error);
      if (!step()) {
        return;
      }
    }
  }

  /** By how much the conditions of the optimum are missed, in units where all is about one. */
  double error() {
    return Math.max(residual(), complementarity());
  }

  /** The mean of the products of complementary pairs. */
  private double complementarity() {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < n; i++) {
      if (!fixed[i]) {
        sum += sl[i] * zl[i] + su[i] * zu[i];
        pairs += 2;
      }
    }
    for (int k = 0; k < a.length; k++) {
      sum += tl[k] * vl[k] + tu[k] * vu[k];
      pairs += (hasLower(k) ? 1 : 0) + (hasUpper(k) ? 1 : 0);
    }
    for (Kinks f : families) {
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          sum += f.p[i] * f.zp[i] + f.m[i] * f.zm[i];
          pairs += 2;
        }
      }
      if (f.capped()) {
        sum += f.t * f.kappa;
        pairs++;
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  /** The largest of what stationarity and the rows are missed by. */
  private double residual() {
    double worst = 0;
    double[] stationary = stationarity();
    for (int i = 0; i < n; i++) {
      worst = Math.max(worst, Math.abs(stationary[i]));
    }
    for (int k = 0; k < a.length; k++) {
      worst = Math.max(worst, open(k) ? 0 : Math.abs(rowResidual(k)));
      worst = Math.max(worst, equality(k) ? 0 : Math.abs(y[k] - vl[k] + vu[k]));
    }
    for (Kinks f : families) {
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          worst = Math.max(worst, Math.abs(f.upResidual(i)));
          worst = Math.max(worst, Math.abs(f.downResidual(i)));
          worst = Math.max(worst, Math.abs(f.linkResidual(i)));
        }
      }
      worst = Math.max(worst, f.capped() ? Math.abs(f.capResidual()) : 0);
    }
    return worst;
  }

  private double[] stationarity() {
    double[] g = new double[n];
    for (int i = 0; i < n; i++) {
      g[i] = linear[i] + Dense.dot(hessian[i], w, n) - zl[i] + zu[i];
    }
    for (int k = 0; k < a.length; k++) {
      for (int i = 0; i < n; i++) {
        g[i] -= y[k] * a[k][i];
      }
    }
    for (Kinks f : families) {
      for (int i = 0; i < n; i++) {
        g[i] -= f.member[i] ? f.s[i] : 0;
        if (f.side[i] != 0) {
          g[i] += f.side[i] * f.kappa + (f.side[i] > 0 ? f.buy(i) : -f.sell(i));
        }
      }
    }
    for (int i = 0; i < n; i++) {
      g[i] = fixed[i] ? 0 : g[i];
    }
    return g;
  }

  private double rowResidual(int k) {
    return Dense.dot(a[k], w, n) - r[k];
  }

  /** The weights [n], in their own unit. */
  double[] weights() {
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      weights[i] = fixed[i] ? qp.lower[i] : w[i] * unit;
      weights[i] = Math.min(Math.max(weights[i], qp.lower[i]), qp.upper[i]);
    }
    return weights;
  }

  /** The rows' multipliers, in the objective's unit over the rows'. */
  double[] multipliers() {
    double[] multipliers = new double[a.length];
    for (int k = 0; k < a.length; k++) {
      multipliers[k] = y[k] * rowScale[k] * value / unit;
    }
    return multipliers;
  }

  /** κ of turnover or ρ of gross exposure; 0 where there is no limit. */
  double capMultiplier(boolean trade) {
    Kinks f = family(trade);
    return f == null || !f.capped() ? 0 : f.kappa * value / unit;
  }

  /** Whether the limit of turnover or of gross exposure tends to hold with equality. */
  boolean capHolds(boolean trade) {
    Kinks f = family(trade);
    return f != null && f.capped() && f.capTrend < 1;
  }

  /** Whether what a weight is above its kink, or what it is below, tends to nothing. */
  boolean tendsTo(boolean trade, boolean above, int i) {
    Kinks f = family(trade);
    if (f == null || !f.member[i]) {
      return f != null && f.side[i] == (above ? -1 : 1);
    }
    return (above ? f.pTrend : f.mTrend)[i] < 1;
  }

  private Kinks family(boolean trade) {
    for (Kinks f : families) {
      if (f.trade == trade) {
        return f;
      }
    }
    return null;
  }

  // What a step is made of: the moves of the primal and dual variables.
  private double[] dw;
  private double[] dy;
  private double[] dr;
  private double[] dzl;
  private double[] dzu;
  private double[] dvl;
  private double[] dvu;

  /** What each complementary product is to become, less what it is: filled by the two phases. */
  private final class Targets {
    final double[] l = new double[n];
    final double[] u = new double[n];
    final double[] rl = new double[a.length];
    final double[] ru = new double[a.length];
    final double[][] p = new double[families.length][n];
    final double[][] m = new double[families.length][n];
    final double[] t = new double[families.length];

    /** The centre that is aimed at, less the products of the moves last found if there are any. */
    Targets(double centre, boolean corrected) {
      for (int i = 0; i < n; i++) {
        l[i] = centre - sl[i] * zl[i] - (corrected ? dw[i] * dzl[i] : 0);
        u[i] = centre - su[i] * zu[i] + (corrected ? dw[i] * dzu[i] : 0);
      }
      for (int k = 0; k < a.length; k++) {
        rl[k] = centre - tl[k] * vl[k] - (corrected ? dr[k] * dvl[k] : 0);
        ru[k] = centre - tu[k] * vu[k] + (corrected ? dr[k] * dvu[k] : 0);
      }
      for (int x = 0; x < families.length; x++) {
        Kinks f = families[x];
        for (int i = 0; i < n; i++) {
          if (f.member[i]) {
            double dzp = corrected ? f.dualMove(i, true) : 0;
            double dzm = corrected ? f.dualMove(i, false) : 0;
            p[x][i] = centre - f.p[i] * f.zp[i] - (corrected ? f.dp[i] * dzp : 0);
            m[x][i] = centre - f.m[i] * f.zm[i] - (corrected ? f.dm[i] * dzm : 0);
          }
        }
        t[x] = centre - f.t * f.kappa - (corrected ? f.dt * f.dkappa : 0);
      }
    }
  }

  /** One predictor and one corrector; false if it came to nothing. */
  boolean step() {
    double mu = complementarity();
    if (!(mu > 0)) {
      return false;
    }
    factorise();
    direction(new Targets(0, false));
    double reach = Math.min(1, longestStep());
    double left = complementarityAfter(reach) / mu;
    double centring = Math.min(1, left * left * left);
    double held = Math.min(mu, AHEAD * residual());
    direction(new Targets(Math.max(centring * mu, held), true));
    double length = Math.min(1, Math.max(0.9, 1 - mu) * longestStep());
    length = Math.min(length, Math.min(1, 0.9995 * longestStep()));
    if (!(length > 1e-13)) {
      return false;
    }
    move(length);
    return true;
  }

  private void factorise() {
    double[] diagonal = new double[n];
    int extended = a.length + families.length;
    double[] rowDiagonal = new double[extended];
    double[][] extendedRows = Arrays.copyOf(a, extended);
    for (int i = 0; i < n; i++) {
      diagonal[i] = fixed[i] ? 0 : zl[i] / sl[i] + zu[i] / su[i];
    }
    for (int k = 0; k < a.length; k++) {
      double theta = (hasLower(k) ? vl[k] / tl[k] : 0) + (hasUpper(k) ? vu[k] / tu[k] : 0);
      rowDiagonal[k] = equality(k) ? 0 : open(k) ? 1 : 1 / theta;
      if (open(k)) {
        extendedRows[k] = new double[n];
      }
    }
    for (int x = 0; x < families.length; x++) {
      Kinks f = families[x];
      double[] row = new double[n];
      double sum = 0;
      for (int i = 0; i < n; i++) {
        row[i] = -f.side[i];
        if (f.member[i]) {
          f.alpha[i] = 1 / (f.curvature(i, f.p[i]) + f.zp[i] / f.p[i]);
          f.beta[i] = 1 / (f.curvature(i, f.m[i]) + f.zm[i] / f.m[i]);
          double both = f.alpha[i] + f.beta[i];
          diagonal[i] += 1 / both;
          row[i] = -(f.alpha[i] - f.beta[i]) / both;
          sum += 4 * f.alpha[i] / both * f.beta[i];
        }
      }
      rowDiagonal[a.length + x] = f.capped() ? sum + f.t / f.kappa : 1;
      extendedRows[a.length + x] = f.capped() ? row : new double[n];
    }
    system = new NewtonSystem(hessian, diagonal, extendedRows, rowDiagonal, fixed);
  }

  /** Solves the Newton system for the targets. */
  private void direction(Targets targets) {
    int extended = a.length + families.length;
    double[] right = stationarity();
    double[] rowRight = new double[extended];
    for (int i = 0; i < n; i++) {
      right[i] = fixed[i] ? 0 : -right[i] + targets.l[i] / sl[i] - targets.u[i] / su[i];
    }
    for (int k = 0; k < a.length; k++) {
      if (!open(k)) {
        rowRight[k] = -rowResidual(k);
        if (!equality(k)) {
          rowRight[k] += pull(targets, k) / rowTheta(k);
        }
      }
    }
    for (int x = 0; x < families.length; x++) {
      Kinks f = families[x];
      double sum = f.capped() ? f.capResidual() - targets.t[x] / f.kappa : 0;
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          f.hp[i] = targets.p[x][i] / f.p[i] - f.upResidual(i);
          f.hm[i] = targets.m[x][i] / f.m[i] - f.downResidual(i);
          double net = f.alpha[i] * f.hp[i] - f.beta[i] * f.hm[i] - f.linkResidual(i);
          double both = f.alpha[i] + f.beta[i];
          right[i] += net / both;
          sum -= f.alpha[i] * f.hp[i] + f.beta[i] * f.hm[i] - (f.alpha[i] - f.beta[i]) / both * net;
        }
      }
      rowRight[a.length + x] = f.capped() ? -sum : 0;
    }
    system.solve(right, rowRight);
    dw = system.dw;
    dy = system.dy;
    spread(targets);
  }

  private double rowTheta(int k) {
    return (hasLower(k) ? vl[k] / tl[k] : 0) + (hasUpper(k) ? vu[k] / tu[k] : 0);
  }

  private double pull(Targets targets, int k) {
    return (hasLower(k) ? targets.rl[k] / tl[k] : 0)
        - (hasUpper(k) ? targets.ru[k] / tu[k] : 0)
        - (y[k] - vl[k] + vu[k]);
  }

  /** The moves of everything else, from those of the weights and the rows' multipliers. */
  private void spread(Targets targets) {
    dzl = new double[n];
    dzu = new double[n];
    for (int i = 0; i < n; i++) {
      if (!fixed[i]) {
        dzl[i] = (targets.l[i] - zl[i] * dw[i]) / sl[i];
        dzu[i] = (targets.u[i] + zu[i] * dw[i]) / su[i];
      }
    }
    dr = new double[a.length];
    dvl = new double[a.length];
    dvu = new double[a.length];
    for (int k = 0; k < a.length; k++) {
      if (!equality(k) && !open(k)) {
        dr[k] = (pull(targets, k) - dy[k]) / rowTheta(k);
        dvl[k] = hasLower(k) ? (targets.rl[k] - vl[k] * dr[k]) / tl[k] : 0;
        dvu[k] = hasUpper(k) ? (targets.ru[k] + vu[k] * dr[k]) / tu[k] : 0;
      }
    }
    for (int x = 0; x < families.length; x++) {
      Kinks f = families[x];
      f.dkappa = f.capped() ? dy[a.length + x] : 0;
      f.dt = f.capped() ? (targets.t[x] - f.t * f.dkappa) / f.kappa : 0;
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          double both = f.alpha[i] + f.beta[i];
          double net = f.alpha[i] * f.hp[i] - f.beta[i] * f.hm[i] - f.linkResidual(i);
          f.ds[i] = (net - dw[i] - (f.alpha[i] - f.beta[i]) * f.dkappa) / both;
          f.dp[i] = f.alpha[i] * (f.hp[i] - f.ds[i] - f.dkappa);
          f.dm[i] = f.beta[i] * (f.hm[i] + f.ds[i] - f.dkappa);
        }
      }
    }
  }

  private double longestStep() {
    double longest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (!fixed[i]) {
        longest = Math.min(longest, reach(sl[i], dw[i]));
        longest = Math.min(longest, reach(su[i], -dw[i]));
        longest = Math.min(longest, reach(zl[i], dzl[i]));
        longest = Math.min(longest, reach(zu[i], dzu[i]));
      }
    }
    for (int k = 0; k < a.length; k++) {
      if (hasLower(k)) {
        longest = Math.min(longest, reach(tl[k], dr[k]));
        longest = Math.min(longest, reach(vl[k], dvl[k]));
      }
      if (hasUpper(k)) {
        longest = Math.min(longest, reach(tu[k], -dr[k]));
        longest = Math.min(longest, reach(vu[k], dvu[k]));
      }
    }
    for (Kinks f : families) {
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          longest = Math.min(longest, reach(f.p[i], f.dp[i]));
          longest = Math.min(longest, reach(f.m[i], f.dm[i]));
          longest = Math.min(longest, reach(f.zp[i], f.dualMove(i, true)));
          longest = Math.min(longest, reach(f.zm[i], f.dualMove(i, false)));
        }
      }
      if (f.capped()) {
        longest = Math.min(longest, reach(f.t, f.dt));
        longest = Math.min(longest, reach(f.kappa, f.dkappa));
      }
    }
    return longest;
  }

  private static double reach(double value, double move) {
    return move < 0 ? -value / move : Double.POSITIVE_INFINITY;
  }

  private double complementarityAfter(double length) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < n; i++) {
      if (!fixed[i]) {
        sum += (sl[i] + length * dw[i]) * (zl[i] + length * dzl[i]);
        sum += (su[i] - length * dw[i]) * (zu[i] + length * dzu[i]);
        pairs += 2;
      }
    }
    for (int k = 0; k < a.length; k++) {
      if (hasLower(k)) {
        sum += (tl[k] + length * dr[k]) * (vl[k] + length * dvl[k]);
        pairs++;
      }
      if (hasUpper(k)) {
        sum += (tu[k] - length * dr[k]) * (vu[k] + length * dvu[k]);
        pairs++;
      }
    }
    for (Kinks f : families) {
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          sum += (f.p[i] + length * f.dp[i]) * (f.zp[i] + length * f.dualMove(i, true));
          sum += (f.m[i] + length * f.dm[i]) * (f.zm[i] + length * f.dualMove(i, false));
          pairs += 2;
        }
      }
      if (f.capped()) {
        sum += (f.t + length * f.dt) * (f.kappa + length * f.dkappa);
        pairs++;
      }
    }
    return pairs == 0 ? 0 : Math.max(0, sum / pairs);
  }

  private void move(double length) {
    // The dual moves of the kinks are worked out from the residuals before anything moves.
    double[][] dzp = new double[families.length][n];
    double[][] dzm = new double[families.length][n];
    for (int x = 0; x < families.length; x++) {
      for (int i = 0; i < n; i++) {
        if (families[x].member[i]) {
          dzp[x][i] = families[x].dualMove(i, true);
          dzm[x][i] = families[x].dualMove(i, false);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      if (!fixed[i]) {
        lowerTrend[i] = trend(sl[i], length * dw[i], zl[i], length * dzl[i]);
        upperTrend[i] = trend(su[i], -length * dw[i], zu[i], length * dzu[i]);
        w[i] += length * dw[i];
        sl[i] += length * dw[i];
        su[i] -= length * dw[i];
        zl[i] += length * dzl[i];
        zu[i] += length * dzu[i];
      }
    }
    for (int k = 0; k < a.length; k++) {
      y[k] += length * dy[k];
      if (hasLower(k)) {
        rowLowerTrend[k] = trend(tl[k], length * dr[k], vl[k], length * dvl[k]);
        tl[k] += length * dr[k];
        vl[k] += length * dvl[k];
      }
      if (hasUpper(k)) {
        rowUpperTrend[k] = trend(tu[k], -length * dr[k], vu[k], length * dvu[k]);
        tu[k] -= length * dr[k];
        vu[k] += length * dvu[k];
      }
      r[k] += length * dr[k];
    }
    for (int x = 0; x < families.length; x++) {
      Kinks f = families[x];
      for (int i = 0; i < n; i++) {
        if (f.member[i]) {
          f.pTrend[i] = trend(f.p[i], length * f.dp[i], f.zp[i], length * dzp[x][i]);
          f.mTrend[i] = trend(f.m[i], length * f.dm[i], f.zm[i], length * dzm[x][i]);
          f.p[i] += length * f.dp[i];
          f.m[i] += length * f.dm[i];
          f.zp[i] += length * dzp[x][i];
          f.zm[i] += length * dzm[x][i];
          f.s[i] += length * f.ds[i];
        }
      }
      if (f.capped()) {
        f.capTrend = trend(f.t, length * f.dt, f.kappa, length * f.dkappa);
        f.t += length * f.dt;
        f.kappa += length * f.dkappa;
      }
    }
  }

  /**
   * Whether a pair tends to hold with equality (Tapia): its slack then falls faster than its
   * multiplier; below one it does.
   */
  private static double trend(double slack, double slackMove, double dual, double dualMove) {
    return (slack + slackMove) / slack / ((dual + dualMove) / dual);
  }
}
