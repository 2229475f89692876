package io.parabola.internal.downside;

import io.parabola.Matrix;
import io.parabola.internal.Dot;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.downside.DownsideRows.Row;
import io.parabola.internal.downside.Kinks.Kink;
import java.util.Arrays;
import java.util.List;

/**
 * A primal-dual interior point (Mehrotra's predictor and corrector) over some of the scenarios.
 *
 * <pre>
 *   minimise   −q'w + Σ price t + Σ quadratic (w − w0)² + θ (α + Σ cap z)      or θ Σ cap z²
 *   scenarios  z &gt;= 0,  v = z + r'w + α − offset &gt;= 0          multipliers x, y
 *   corners    t − up (w − c) &gt;= 0,  t + down (w − c) &gt;= 0   multipliers p, m
 *   bounds     w − lower &gt;= 0,  upper − w &gt;= 0
 *   rows       C w + (what t, z and α add) − s = d,  s &gt;= 0      multipliers of the rows
 * </pre>
 *
 * <p>z and t are eliminated one by one, which leaves a matrix of w and α, N = Σ D r r' + a
 * diagonal, and a small one of the rows. A step costs S n² multiplications and few others, and
 * there are some fifteen steps, whatever the data. Losses are in units of the returns' volatility,
 * the objective in units of what is asked for, rows in units of their largest coefficient.
 */
final class DownsideInterior implements AutoCloseable {
  private static final int MOST_STEPS = 80;
  private static final double TO_BOUNDARY = 0.995;

  private final DownsideModel model;
  private final TailMeasure measure;
  private final Blas blas;

  /** The weights that can move, and what the others are. */
  private final int[] free;

  private final double[] fixed;
  private final int n;
  private final boolean threshold;
  private final int order;
  private final double unit;
  private final double objectiveUnit;
  private final double theta;
  private final boolean squares;
  private final boolean oneStep;
  private final double[] lower;
  private final double[] upper;
  private final double[] reward;
  private final double[] quadratic;
  private final double[] current;
  private final NormalMatrix normal;

  // Rows.
  private final int rowCount;
  private final double[][] c;
  private final double[] d;
  private final boolean[] equality;
  private final double[] rowUnit;
  private final double[] rowAlpha;
  private final int riskRow;

  // Corners.
  private final Kink[] kinks;
  private final int[] kinkAt;

  // The iterate.
  private final double[] w;
  private double alpha;
  private final double[] boundLow;
  private final double[] boundHigh;
  private final double[] t;
  private final double[] ta;
  private final double[] te;
  private final double[] tp;
  private final double[] tm;
  private final double[] s;
  private final double[] y;

  // Of the scenarios taken.
  private Matrix band;
  private int[] scenarios = new int[0];
  private double[] offset;
  private double[] cap;
  private double[] z;
  private double[] v;
  private double[] sy;
  private double[] sx;

  private int steps;

  /**
   * Prepares.
   *
   * @param model the problem
   * @param measure the risk
   * @param unit a volatility of returns, above 0
   * @param blas what multiplies
   */
  DownsideInterior(DownsideModel model, TailMeasure measure, double unit, Blas blas) {
    this.model = model;
    this.measure = measure;
    this.unit = unit;
    this.blas = blas;
    fixed = new double[model.n];
    int[] moving = new int[model.n];
    int count = 0;
    for (int i = 0; i < model.n; i++) {
      if (model.upper[i] - model.lower[i] > 1e-13 * Math.max(1, Math.abs(model.lower[i]))) {
        moving[count++] = i;
      } else {
        fixed[i] = model.lower[i];
      }
    }
    free = Arrays.copyOf(moving, count);
    n = count;
    threshold = measure.hasFreeThreshold();
    order = n + (threshold ? 1 : 0);
    squares = measure.isQuadratic();
    double lossUnit = squares ? unit * unit : unit;
    double price = model.riskPrice;
    double earns = 0;
    for (double q : model.reward) {
      earns = Math.max(earns, Math.abs(q));
    }
    objectiveUnit = price > 0 ? price * lossUnit : earns > 0 ? earns : unit;
    theta = price > 0 ? 1 : 0;
    lower = pick(model.lower, 1);
    upper = pick(model.upper, 1);
    reward = pick(model.reward, 1 / objectiveUnit);
    quadratic = model.quadratic == null ? null : pick(model.quadratic, 1 / objectiveUnit);
    current = model.current == null ? null : pick(model.current, 1);
    oneStep = squares || quadratic != null;
    List<Row> rows = model.limits.rows;
    rowCount = rows.size();
    riskRow = model.riskRow;
    c = new double[rowCount][];
    d = new double[rowCount];
    rowUnit = new double[rowCount];
    rowAlpha = new double[rowCount];
    equality = new boolean[rowCount];
    for (int r = 0; r < rowCount; r++) {
      Row row = rows.get(r);
      double largest = 0;
      double constant = 0;
      for (int i = 0; i < model.n; i++) {
        largest = Math.max(largest, Math.abs(row.c()[i]));
        constant += row.c()[i] * fixed[i];
      }
      boolean linear = row.kind() == DownsideRows.Kind.LINEAR && largest > 0;
      rowUnit[r] = linear ? largest : r == riskRow ? unit : 1;
      c[r] = pick(row.c(), 1 / rowUnit[r]);
      d[r] = (row.d() - constant) / rowUnit[r];
      equality[r] = row.equality();
      rowAlpha[r] = r == riskRow && threshold ? -1 : 0;
    }
    int[] place = new int[model.n];
    Arrays.fill(place, -1);
    for (int k = 0; k < n; k++) {
      place[free[k]] = k;
    }
    Kink[] moved = new Kink[model.kinks.list.size()];
    int[] at = new int[moved.length];
    int used = 0;
    for (Kink kink : model.kinks.list) {
      int k = place[kink.asset()];
      if (k < 0) {
        double beyond = fixed[kink.asset()] - kink.centre();
        if (kink.row() >= 0) {
          d[kink.row()] += Math.max(kink.up() * beyond, -kink.down() * beyond);
        }
        continue;
      }
      moved[used] =
          new Kink(
              k, kink.centre(), kink.up(), kink.down(), kink.price() / objectiveUnit, kink.row());
      at[used++] = k;
    }
    kinks = Arrays.copyOf(moved, used);
    kinkAt = Arrays.copyOf(at, used);
    normal = order == 0 ? null : new NormalMatrix(order, blas);
    w = new double[n];
    boundLow = new double[n];
    boundHigh = new double[n];
    t = new double[used];
    ta = new double[used];
    te = new double[used];
    tp = new double[used];
    tm = new double[used];
    s = new double[rowCount];
    y = new double[rowCount];
  }

  private double[] pick(double[] all, double scale) {
    double[] some = new double[free.length];
    for (int k = 0; k < some.length; k++) {
      some[k] = all[free[k]] * scale;
    }
    return some;
  }

  /** Whether anything can move. */
  boolean canMove() {
    return n > 0;
  }

  int steps() {
    return steps;
  }

  /** The weights, fixed ones among them. */
  double[] weights() {
    double[] all = fixed.clone();
    for (int k = 0; k < n; k++) {
      all[free[k]] = w[k];
    }
    return all;
  }

  /** The rows' multipliers in the problem's units; of the limit of risk, θ. */
  double[] multipliers() {
    double[] all = new double[rowCount];
    for (int r = 0; r < rowCount; r++) {
      all[r] = y[r] * objectiveUnit / rowUnit[r];
    }
    return all;
  }

  /** Multipliers of the scenarios, [S], of sum 1 for CVaR: near U. */
  double[] tailWeights(int count) {
    double[] u = new double[count];
    double mass = riskRow >= 0 ? y[riskRow] : theta;
    double scale = mass > 0 ? (squares ? unit : 1) / mass : 0;
    for (int b = 0; b < scenarios.length; b++) {
      u[scenarios[b]] = sy[b] * scale;
    }
    return u;
  }

  /** How far a row's limit is, in its units; at least 0. */
  double slack(int row) {
    return s[row];
  }

  double multiplier(int row) {
    return y[row];
  }

  /**
   * Takes scenarios.
   *
   * @param table all of them
   * @param chosen which; not modified
   * @param benchmark b [all n], or null
   */
  void take(ScenarioTable table, int[] chosen, double[] benchmark) {
    closeBand();
    scenarios = chosen.clone();
    int count = chosen.length;
    band = Matrix.allocate(count, n);
    offset = new double[count];
    cap = new double[count];
    double[] whole = new double[model.n];
    double[] row = new double[n];
    double[] base = fixed.clone();
    for (int i = 0; benchmark != null && i < base.length; i++) {
      base[i] -= benchmark[i];
    }
    for (int b = 0; b < count; b++) {
      table.row(chosen[b], whole);
      offset[b] = -Dot.of(whole, base) / unit;
      for (int k = 0; k < n; k++) {
        row[k] = whole[free[k]] / unit;
      }
      band.setRow(b, row);
      cap[b] = measure.cap(chosen[b]);
    }
    z = new double[count];
    v = new double[count];
    sy = new double[count];
    sx = new double[count];
  }

  private void closeBand() {
    if (band != null) {
      band.close();
      band = null;
    }
  }

  /**
   * Starts near a portfolio.
   *
   * @param weights [all n]; not modified
   */
  void start(double[] weights) {
    double typical = 0;
    for (int k = 0; k < n; k++) {
      typical += Math.abs(weights[free[k]]) / n;
    }
    for (int k = 0; k < n; k++) {
      double width = upper[k] - lower[k];
      double inside = Math.min(0.1 * width, Math.max(0.1 * typical, 1e-4 * width));
      w[k] = Math.min(Math.max(weights[free[k]], lower[k] + inside), upper[k] - inside);
    }
    int count = scenarios.length;
    double[] losses = new double[count];
    double[] row = new double[n];
    double moved = 0;
    double[] scale = new double[n];
    for (int b = 0; b < count; b++) {
      band.getRow(b, row);
      losses[b] = offset[b] - Dot.of(row, w);
      for (int k = 0; k < n; k++) {
        scale[k] += row[k] * row[k] / count;
      }
    }
    for (int k = 0; k < n; k++) {
      moved += Math.abs(w[k]) * Math.sqrt(scale[k]);
    }
    double mean = Arrays.stream(losses).average().orElse(0);
    double squaresSum = 0;
    for (double loss : losses) {
      squaresSum += (loss - mean) * (loss - mean) / count;
    }
    // Where the assets' moves all but cancel, steps still have to go as far as these.
    double spread = Math.max(Math.sqrt(squaresSum), 0.2 * moved);
    spread = spread > 0 ? spread : 1e-3;
    alpha = 0;
    double capSum = 0;
    for (double one : cap) {
      capSum += one;
    }
    if (threshold) {
      double[] sorted = losses.clone();
      Arrays.sort(sorted);
      int tail = (int) Math.min(count, Math.max(1, Math.round(count / Math.max(1, capSum))));
      alpha = sorted[count - tail];
    } else {
      alpha = measure.fixedThreshold() / unit;
    }
    double comp = 0;
    for (int b = 0; b < count; b++) {
      double beyond = losses[b] - alpha;
      z[b] = Math.max(beyond, 0) + spread;
      v[b] = z[b] - beyond;
      double most = squares ? 2 * cap[b] * z[b] : cap[b];
      double price = Math.max(theta, riskRow >= 0 ? 1e-1 : 0);
      sy[b] = price * Math.min(0.5 * most, threshold ? most / Math.max(1, capSum) : 0.5 * most);
      sx[b] = price * most - sy[b];
      comp += v[b] * sy[b] + z[b] * sx[b];
    }
    double mu = Math.max(comp / (2 * Math.max(count, 1)), 1e-12);
    for (int k = 0; k < n; k++) {
      boundLow[k] = mu / (w[k] - lower[k]);
      boundHigh[k] = mu / (upper[k] - w[k]);
    }
    double width = Math.max(typical, 1e-6);
    for (int k = 0; k < kinks.length; k++) {
      Kink kink = kinks[k];
      double beyond = w[kinkAt[k]] - kink.centre();
      t[k] =
          Math.max(kink.up() * beyond, -kink.down() * beyond) + width * (kink.up() + kink.down());
      ta[k] = t[k] - kink.up() * beyond;
      te[k] = t[k] + kink.down() * beyond;
      tp[k] = mu / ta[k];
      tm[k] = mu / te[k];
    }
    for (int r = 0; r < rowCount; r++) {
      if (equality[r]) {
        y[r] = 0;
        continue;
      }
      double value = rowValue(r, w, alpha, t, z) - d[r];
      s[r] = Math.max(value, r == riskRow ? 0.1 : 0.1 * width);
      y[r] = r == riskRow ? Math.max(0.1, mu / s[r]) : mu / s[r];
    }
  }

  private double rowValue(int r, double[] weights, double a, double[] corners, double[] beyond) {
    double sum = Dot.of(c[r], weights) + rowAlpha[r] * a;
    for (int k = 0; k < kinks.length; k++) {
      if (kinks[k].row() == r) {
        sum -= corners[k];
      }
    }
    if (r == riskRow) {
      for (int b = 0; b < beyond.length; b++) {
        sum -= cap[b] * beyond[b];
      }
    }
    return sum;
  }

  // Residuals and the directions of one step.
  private double[] rw;
  private double ra;
  private double[] rv;
  private double[] rz;
  private double[] rt;
  private double[] rta;
  private double[] rte;
  private double[] rr;
  private double[] dw;
  private double da;
  private double[] dz;
  private double[] dv;
  private double[] dsy;
  private double[] dsx;
  private double[] dLow;
  private double[] dHigh;
  private double[] dt;
  private double[] dta;
  private double[] dte;
  private double[] dtp;
  private double[] dtm;
  private double[] ds;
  private double[] dy;
  private double[][] eliminated;
  private double[][] solved;
  private double[] eliminatedAlpha;
  private double[] rowDiagonal;
  private double[] rowMatrix;
  private boolean[] dependent;

  private void allocate() {
    int count = scenarios.length;
    rw = new double[n];
    rv = new double[count];
    rz = new double[count];
    rt = new double[kinks.length];
    rta = new double[kinks.length];
    rte = new double[kinks.length];
    rr = new double[rowCount];
    dw = new double[n];
    dz = new double[count];
    dv = new double[count];
    dsy = new double[count];
    dsx = new double[count];
    dLow = new double[n];
    dHigh = new double[n];
    dt = new double[kinks.length];
    dta = new double[kinks.length];
    dte = new double[kinks.length];
    dtp = new double[kinks.length];
    dtm = new double[kinks.length];
    ds = new double[rowCount];
    dy = new double[rowCount];
    eliminated = new double[rowCount][order];
    solved = new double[rowCount][order];
    rowDiagonal = new double[rowCount];
    rowMatrix = new double[rowCount * rowCount];
    dependent = new boolean[rowCount];
  }

  /**
   * Goes on until what is left is small.
   *
   * @param tolerance of the complementarity, relative to the objective
   * @return whether it got there
   */
  boolean run(double tolerance) {
    allocate();
    double bestMerit = Double.POSITIVE_INFINITY;
    int stalled = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
      double dual = residuals();
      double primal = primalResidual();
      double comp = complementarity();
      double scale = Math.max(Math.abs(objective()), 1e-2 * magnitude());
      double merit = Math.max(comp / scale, Math.max(dual, primal));
      if (comp <= tolerance * scale && dual <= 10 * tolerance && primal <= 10 * tolerance) {
        return true;
      }
      if (!(merit < 0.9 * bestMerit)) {
        if (++stalled > 12 || !(merit < 1e300)) {
          return false;
        }
      } else {
        stalled = 0;
      }
      bestMerit = Math.min(bestMerit, merit);
      steps++;
      double mu = comp / pairs();
      if (!assemble()) {
        return false;
      }
      direction(0, false);
      double ap = Math.min(1, primalStep());
      double ad = Math.min(1, dualStep());
      if (oneStep) {
        ap = Math.min(ap, ad);
        ad = ap;
      }
      double affine = complementarityAfter(ap, ad) / pairs();
      double ratio = affine / mu;
      direction(ratio * ratio * ratio * mu, true);
      if (!Double.isFinite(Dot.of(dw, dw) + Dot.of(dy, dy))) {
        return false;
      }
      ap = Math.min(1, TO_BOUNDARY * primalStep());
      ad = Math.min(1, TO_BOUNDARY * dualStep());
      if (oneStep) {
        ap = Math.min(ap, ad);
        ad = ap;
      }
      move(ap, ad);
    }
    return false;
  }

  private double magnitude() {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += Math.abs(reward[k] * w[k]);
    }
    double tail = 0;
    for (int b = 0; b < scenarios.length; b++) {
      tail += sy[b] * Math.abs(alpha + z[b]);
    }
    return Math.max(sum, tail);
  }

  private double objective() {
    double sum = -Dot.of(reward, w) + (threshold ? theta * alpha : 0);
    for (int b = 0; b < scenarios.length; b++) {
      sum += theta * cap[b] * (squares ? z[b] * z[b] : z[b]);
    }
    for (int k = 0; k < kinks.length; k++) {
      sum += kinks[k].price() * t[k];
    }
    for (int k = 0; quadratic != null && k < n; k++) {
      sum += quadratic[k] * (w[k] - current[k]) * (w[k] - current[k]);
    }
    return sum;
  }

  private int pairs() {
    int inequalities = 0;
    for (boolean equal : equality) {
      inequalities += equal ? 0 : 1;
    }
    return 2 * scenarios.length + 2 * n + 2 * kinks.length + inequalities;
  }

  private double complementarity() {
    return complementarityAfter(0, 0);
  }

  private double complementarityAfter(double ap, double ad) {
    double sum = 0;
    if (ap == 0 && ad == 0) {
      for (int b = 0; b < z.length; b++) {
        sum += v[b] * sy[b] + z[b] * sx[b];
      }
      for (int k = 0; k < n; k++) {
        sum += (w[k] - lower[k]) * boundLow[k] + (upper[k] - w[k]) * boundHigh[k];
      }
      for (int k = 0; k < kinks.length; k++) {
        sum += ta[k] * tp[k] + te[k] * tm[k];
      }
      for (int r = 0; r < rowCount; r++) {
        sum += equality[r] ? 0 : s[r] * y[r];
      }
      return sum;
    }
    for (int b = 0; b < z.length; b++) {
      sum += (v[b] + ap * dv[b]) * (sy[b] + ad * dsy[b]);
      sum += (z[b] + ap * dz[b]) * (sx[b] + ad * dsx[b]);
    }
    for (int k = 0; k < n; k++) {
      sum += (w[k] + ap * dw[k] - lower[k]) * (boundLow[k] + ad * dLow[k]);
      sum += (upper[k] - w[k] - ap * dw[k]) * (boundHigh[k] + ad * dHigh[k]);
    }
    for (int k = 0; k < kinks.length; k++) {
      sum += (ta[k] + ap * dta[k]) * (tp[k] + ad * dtp[k]);
      sum += (te[k] + ap * dte[k]) * (tm[k] + ad * dtm[k]);
    }
    for (int r = 0; r < rowCount; r++) {
      sum += equality[r] ? 0 : (s[r] + ap * ds[r]) * (y[r] + ad * dy[r]);
    }
    return sum;
  }

  /** All residuals; returns the largest of the dual ones, relative to their terms. */
  private double residuals() {
    for (int k = 0; k < n; k++) {
      rw[k] = -reward[k] - boundLow[k] + boundHigh[k];
      if (quadratic != null) {
        rw[k] += 2 * quadratic[k] * (w[k] - current[k]);
      }
    }
    for (int r = 0; r < rowCount; r++) {
      for (int k = 0; k < n; k++) {
        rw[k] -= y[r] * c[r][k];
      }
    }
    double risk = theta;
    double mass = 0;
    double worst = 0;
    double[] row = new double[n];
    double yRisk = riskRow >= 0 ? y[riskRow] : 0;
    for (int b = 0; b < scenarios.length; b++) {
      band.getRow(b, row);
      double loss = offset[b] - Dot.of(row, w);
      rv[b] = z[b] - loss + alpha - v[b];
      rz[b] = theta * cap[b] * (squares ? 2 * z[b] : 1) + yRisk * cap[b] - sy[b] - sx[b];
      worst = Math.max(worst, Math.abs(rz[b]) / cap[b] / scenarios.length);
      mass += sy[b];
      double one = sy[b];
      for (int k = 0; k < n; k++) {
        rw[k] -= one * row[k];
      }
    }
    ra = threshold ? risk + yRisk - mass : 0;
    for (int j = 0; j < kinks.length; j++) {
      Kink kink = kinks[j];
      int k = kinkAt[j];
      double beyond = w[k] - kink.centre();
      rt[j] = kink.price() + (kink.row() < 0 ? 0 : y[kink.row()]) - tp[j] - tm[j];
      rta[j] = t[j] - kink.up() * beyond - ta[j];
      rte[j] = t[j] + kink.down() * beyond - te[j];
      rw[k] += kink.up() * tp[j] - kink.down() * tm[j];
      worst = Math.max(worst, Math.abs(rt[j]));
    }
    for (int k = 0; k < n; k++) {
      worst = Math.max(worst, Math.abs(rw[k]));
    }
    return Math.max(worst, Math.abs(ra));
  }

  private double primalResidual() {
    double worst = 0;
    for (int r = 0; r < rowCount; r++) {
      rr[r] = rowValue(r, w, alpha, t, z) - d[r] - (equality[r] ? 0 : s[r]);
      worst = Math.max(worst, Math.abs(rr[r]));
    }
    for (int b = 0; b < rv.length; b++) {
      worst = Math.max(worst, Math.abs(rv[b]) * sy[b]);
    }
    return worst;
  }

  /** N, the rows after elimination, and the small matrix of the rows. */
  private boolean assemble() {
    normal.clear();
    for (int r = 0; r < rowCount; r++) {
      System.arraycopy(c[r], 0, eliminated[r], 0, n);
      if (threshold) {
        eliminated[r][n] = rowAlpha[r];
      }
      rowDiagonal[r] = equality[r] ? 0 : s[r] / y[r];
    }
    double[] row = new double[Math.max(order, n)];
    double[] weightsOnly = new double[n];
    double largest = 0;
    double[] weight = new double[scenarios.length];
    for (int b = 0; b < weight.length; b++) {
      double fy = sy[b] / v[b];
      double fx = sx[b] / z[b] + (squares ? 2 * theta * cap[b] : 0);
      weight[b] = fy * fx / (fy + fx);
      largest = Math.max(largest, weight[b]);
    }
    for (int b = 0; b < weight.length; b++) {
      boolean counts = weight[b] > 1e-16 * largest / weight.length;
      if (!counts && riskRow < 0) {
        continue;
      }
      band.getRow(b, weightsOnly);
      System.arraycopy(weightsOnly, 0, row, 0, n);
      if (threshold) {
        row[n] = 1;
      }
      if (counts) {
        normal.add(row, weight[b]);
      }
      if (riskRow >= 0) {
        double fy = sy[b] / v[b];
        double k = fy + sx[b] / z[b];
        double h = cap[b] * fy / k;
        for (int j = 0; j < order; j++) {
          eliminated[riskRow][j] += h * row[j];
        }
        rowDiagonal[riskRow] += cap[b] * cap[b] / k;
      }
    }
    double[] diagonal = new double[order];
    for (int k = 0; k < n; k++) {
      diagonal[k] = boundLow[k] / (w[k] - lower[k]) + boundHigh[k] / (upper[k] - w[k]);
      if (quadratic != null) {
        diagonal[k] += 2 * quadratic[k];
      }
    }
    for (int j = 0; j < kinks.length; j++) {
      Kink kink = kinks[j];
      double p = tp[j] / ta[j];
      double m = tm[j] / te[j];
      double cross = p * kink.up() - m * kink.down();
      double own = kink.up() + kink.down();
      // p up² + m down² − cross²/(p + m), without the cancellation.
      diagonal[kinkAt[j]] += p * m / (p + m) * own * own;
      if (kink.row() >= 0) {
        eliminated[kink.row()][kinkAt[j]] -= cross / (p + m);
        rowDiagonal[kink.row()] += 1 / (p + m);
      }
    }
    if (!normal.factor(diagonal)) {
      return false;
    }
    for (int r = 0; r < rowCount; r++) {
      System.arraycopy(eliminated[r], 0, solved[r], 0, order);
      normal.solve(solved[r]);
    }
    for (int r = 0; r < rowCount; r++) {
      for (int q = 0; q <= r; q++) {
        double product = Dot.of(eliminated[r], solved[q]);
        rowMatrix[r * rowCount + q] = product + (r == q ? rowDiagonal[r] : 0);
      }
    }
    factorRows();
    return true;
  }

  /** Cholesky's factor of the rows' matrix; rows that depend on those before are left out. */
  private void factorRows() {
    int m = rowCount;
    for (int r = 0; r < m; r++) {
      double before = rowMatrix[r * m + r];
      for (int q = 0; q <= r; q++) {
        double sum = rowMatrix[r * m + q];
        for (int p = 0; p < q; p++) {
          if (!dependent[p]) {
            sum -= rowMatrix[r * m + p] * rowMatrix[q * m + p];
          }
        }
        if (q < r) {
          rowMatrix[r * m + q] = dependent[q] ? 0 : sum / rowMatrix[q * m + q];
        } else {
          dependent[r] = !(sum > 1e-13 * before);
          rowMatrix[r * m + r] = dependent[r] ? 1 : Math.sqrt(sum);
        }
      }
    }
  }

  private void solveRows(double[] x) {
    int m = rowCount;
    for (int r = 0; r < m; r++) {
      for (int q = 0; q < r; q++) {
        x[r] -= dependent[q] ? 0 : rowMatrix[r * m + q] * x[q];
      }
      x[r] = dependent[r] ? 0 : x[r] / rowMatrix[r * m + r];
    }
    for (int r = m - 1; r >= 0; r--) {
      for (int q = r + 1; q < m; q++) {
        x[r] -= dependent[q] ? 0 : rowMatrix[q * m + r] * x[q];
      }
      x[r] = dependent[r] ? 0 : x[r] / rowMatrix[r * m + r];
    }
  }

  /**
   * Newton's direction towards products of `target`, with what the last direction's products were
   * if `corrected`.
   */
  private void direction(double target, boolean corrected) {
    int count = scenarios.length;
    double[] right = new double[order];
    double[] rows = new double[rowCount];
    for (int r = 0; r < rowCount; r++) {
      rows[r] = -rr[r];
      if (!equality[r]) {
        double product = s[r] * y[r] - target + (corrected ? ds[r] * dy[r] : 0);
        rows[r] -= product / y[r];
      }
    }
    // Of the scenarios: fy, fz as in the elimination of z.
    double[] fy = new double[count];
    double[] fx = new double[count];
    double[] kz = new double[count];
    double[] row = new double[n];
    for (int b = 0; b < count; b++) {
      double py = v[b] * sy[b] - target + (corrected ? dv[b] * dsy[b] : 0);
      double px = z[b] * sx[b] - target + (corrected ? dz[b] * dsx[b] : 0);
      double yOver = sy[b] / v[b];
      fy[b] = py / v[b] + yOver * rv[b];
      fx[b] = px / z[b];
      kz[b] = yOver + sx[b] / z[b] + (squares ? 2 * theta * cap[b] : 0);
    }
    for (int b = 0; b < count; b++) {
      double yOver = sy[b] / v[b];
      double fz = -rz[b] - fy[b] - fx[b];
      double pull = fy[b] + yOver * fz / kz[b];
      band.getRow(b, row);
      for (int k = 0; k < n; k++) {
        right[k] -= pull * row[k];
      }
      if (threshold) {
        right[n] -= pull;
      }
      if (riskRow >= 0) {
        rows[riskRow] += cap[b] * fz / kz[b];
      }
    }
    double[] lowConstant = new double[n];
    double[] highConstant = new double[n];
    for (int k = 0; k < n; k++) {
      double sl = w[k] - lower[k];
      double su = upper[k] - w[k];
      double pl = sl * boundLow[k] - target + (corrected ? dw[k] * dLow[k] : 0);
      double pu = su * boundHigh[k] - target - (corrected ? dw[k] * dHigh[k] : 0);
      lowConstant[k] = pl / sl;
      highConstant[k] = pu / su;
      right[k] += -rw[k] - lowConstant[k] + highConstant[k];
    }
    if (threshold) {
      right[n] -= ra;
    }
    double[] fp = new double[kinks.length];
    double[] fm = new double[kinks.length];
    for (int j = 0; j < kinks.length; j++) {
      Kink kink = kinks[j];
      double p = tp[j] / ta[j];
      double m = tm[j] / te[j];
      double pp = ta[j] * tp[j] - target + (corrected ? dta[j] * dtp[j] : 0);
      double pm = te[j] * tm[j] - target + (corrected ? dte[j] * dtm[j] : 0);
      fp[j] = pp / ta[j] + p * rta[j];
      fm[j] = pm / te[j] + m * rte[j];
      double ft = -rt[j] - fp[j] - fm[j];
      double cross = p * kink.up() - m * kink.down();
      right[kinkAt[j]] -= -cross * ft / (p + m) - kink.up() * fp[j] + kink.down() * fm[j];
      if (kink.row() >= 0) {
        rows[kink.row()] += ft / (p + m);
      }
    }
    double[] x = right.clone();
    normal.solve(x);
    for (int r = 0; r < rowCount; r++) {
      rows[r] -= Dot.of(eliminated[r], x);
    }
    solveRows(rows);
    for (int r = 0; r < rowCount; r++) {
      for (int k = 0; k < order; k++) {
        x[k] += solved[r][k] * rows[r];
      }
    }
    for (int r = 0; r < rowCount; r++) {
      if (!equality[r]) {
        double product = s[r] * y[r] - target + (corrected ? ds[r] * dy[r] : 0);
        ds[r] = -(product + s[r] * rows[r]) / y[r];
      }
      dy[r] = rows[r];
    }
    da = threshold ? x[n] : 0;
    double yRisk = riskRow >= 0 ? dy[riskRow] : 0;
    for (int b = 0; b < count; b++) {
      band.getRow(b, row);
      double move = da;
      for (int k = 0; k < n; k++) {
        move += row[k] * x[k];
      }
      double yOver = sy[b] / v[b];
      double fz = -rz[b] - fy[b] - fx[b];
      double step = (fz - cap[b] * yRisk - yOver * move) / kz[b];
      dsy[b] = -fy[b] - yOver * (step + move);
      dsx[b] = -fx[b] - sx[b] / z[b] * step;
      dz[b] = step;
      dv[b] = rv[b] + step + move;
    }
    for (int k = 0; k < n; k++) {
      dw[k] = x[k];
      dLow[k] = -lowConstant[k] - boundLow[k] / (w[k] - lower[k]) * x[k];
      dHigh[k] = -highConstant[k] + boundHigh[k] / (upper[k] - w[k]) * x[k];
    }
    for (int j = 0; j < kinks.length; j++) {
      Kink kink = kinks[j];
      double p = tp[j] / ta[j];
      double m = tm[j] / te[j];
      double ft = -rt[j] - fp[j] - fm[j];
      double own = dw[kinkAt[j]];
      double cross = p * kink.up() - m * kink.down();
      double step = (ft - (kink.row() < 0 ? 0 : dy[kink.row()]) + cross * own) / (p + m);
      dt[j] = step;
      dta[j] = rta[j] + step - kink.up() * own;
      dte[j] = rte[j] + step + kink.down() * own;
      dtp[j] = -fp[j] - p * (step - kink.up() * own);
      dtm[j] = -fm[j] - m * (step + kink.down() * own);
    }
  }

  private static double limit(double step, double[] x, double[] dx) {
    double most = step;
    for (int k = 0; k < x.length; k++) {
      if (dx[k] < 0 && x[k] < most * -dx[k]) {
        most = -x[k] / dx[k];
      }
    }
    return most;
  }

  /** The longest step up to 1/0.995, so that a whole one may be taken. */
  private double primalStep() {
    double most = limit(limit(1 / TO_BOUNDARY, v, dv), z, dz);
    for (int k = 0; k < n; k++) {
      if (dw[k] < 0) {
        most = Math.min(most, (w[k] - lower[k]) / -dw[k]);
      } else if (dw[k] > 0) {
        most = Math.min(most, (upper[k] - w[k]) / dw[k]);
      }
    }
    most = limit(limit(most, ta, dta), te, dte);
    for (int r = 0; r < rowCount; r++) {
      if (!equality[r] && ds[r] < 0) {
        most = Math.min(most, -s[r] / ds[r]);
      }
    }
    return most;
  }

  private double dualStep() {
    double most = limit(limit(1 / TO_BOUNDARY, sy, dsy), sx, dsx);
    most = limit(limit(most, boundLow, dLow), boundHigh, dHigh);
    most = limit(limit(most, tp, dtp), tm, dtm);
    for (int r = 0; r < rowCount; r++) {
      if (!equality[r] && dy[r] < 0) {
        most = Math.min(most, -y[r] / dy[r]);
      }
    }
    return most;
  }

  private static void add(double[] x, double step, double[] dx) {
    for (int k = 0; k < x.length; k++) {
      x[k] += step * dx[k];
    }
  }

  private void move(double ap, double ad) {
    add(w, ap, dw);
    alpha += ap * da;
    add(z, ap, dz);
    add(v, ap, dv);
    add(t, ap, dt);
    add(ta, ap, dta);
    add(te, ap, dte);
    add(sy, ad, dsy);
    add(sx, ad, dsx);
    add(boundLow, ad, dLow);
    add(boundHigh, ad, dHigh);
    add(tp, ad, dtp);
    add(tm, ad, dtm);
    for (int r = 0; r < rowCount; r++) {
      if (!equality[r]) {
        s[r] += ap * ds[r];
      }
      y[r] += ad * dy[r];
    }
  }

  @Override
  public void close() {
    closeBand();
    if (normal != null) {
      normal.close();
    }
  }
}
