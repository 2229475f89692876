package io.parabola.models.forecast;

/**
 * Dynamic conditional correlation, DCC(1,1) (Engle 2002): each asset's volatility by a GARCH(1,1)
 * with its long-run variance kept (Engle and Mezrich 1996), and correlations of what is left,
 *
 * <pre>
 *   Q ← (1 − a − b) Q̄ + a z z' + b Q,   R = diag(Q)^(−1/2) Q diag(Q)^(−1/2),   Σ = D R D
 *   σ² ← (1 − α − β) v + α r² + β σ²
 * </pre>
 *
 * <p>a and b maximise the likelihood of neighbouring pairs (Engle, Shephard and Sheppard 2008),
 * which is unbiased where that of all assets at once is not, and costs O(n T) rather than O(n³ T).
 */
public final class DccForecaster implements CovarianceForecaster {
  /** Creates it. */
  public DccForecaster() {}

  @Override
  public String name() {
    return "dcc";
  }

  @Override
  public int leastReturns() {
    return 30;
  }

  @Override
  public State start(double[][] history) {
    Moments.require(this, history);
    int n = history[0].length;
    double[][] garch = new double[n][];
    double[] longRun = new double[n];
    double[][] z = new double[history.length][n];
    for (int i = 0; i < n; i++) {
      double[] r = new double[history.length];
      for (int t = 0; t < r.length; t++) {
        r[t] = history[t][i];
        longRun[i] += r[t] * r[t] / r.length;
      }
      double v = longRun[i];
      garch[i] = v > 0 ? Search.largest((a, b) -> likelihood(r, v, a, b)) : new double[2];
      double variance = v;
      for (int t = 0; t < r.length; t++) {
        z[t][i] = variance > 0 ? r[t] / Math.sqrt(variance) : 0;
        variance = next(v, garch[i], variance, r[t]);
      }
    }
    double[] target = Moments.products(z);
    double[] ab = Search.largest((a, b) -> likelihoodOfPairs(z, target, a, b));
    Seen state = new Seen(longRun, garch, target, ab, longRun.clone(), target.clone());
    for (double[] returns : history) {
      state.observe(returns);
    }
    return state;
  }

  private static double next(double longRun, double[] ab, double variance, double r) {
    return (1 - ab[0] - ab[1]) * longRun + ab[0] * r * r + ab[1] * variance;
  }

  private static double likelihood(double[] r, double longRun, double a, double b) {
    double variance = longRun;
    double sum = 0;
    double[] ab = {a, b};
    for (double one : r) {
      if (!(variance > 1e-12 * longRun)) {
        return Double.NEGATIVE_INFINITY;
      }
      sum -= Math.log(variance) + one * one / variance;
      variance = next(longRun, ab, variance, one);
    }
    return sum;
  }

  /** Of the pairs (0, 1), (1, 2), …, and (n − 1, 0). */
  private static double likelihoodOfPairs(double[][] z, double[] target, double a, double b) {
    int n = z[0].length;
    double sum = 0;
    for (int i = 0; i < n && n > 1; i++) {
      int j = (i + 1) % n;
      double tii = target[i * n + i];
      double tjj = target[j * n + j];
      double tij = target[i * n + j];
      if (!(tii > 0 && tjj > 0)) {
        continue;
      }
      double qii = tii;
      double qjj = tjj;
      double qij = tij;
      double rest = 1 - a - b;
      for (double[] row : z) {
        double rho = qij / Math.sqrt(qii * qjj);
        double free = Math.max(1 - rho * rho, 1e-10);
        double x = row[i];
        double y = row[j];
        sum -= Math.log(free) + (x * x - 2 * rho * x * y + y * y) / free;
        qii = rest * tii + a * x * x + b * qii;
        qjj = rest * tjj + a * y * y + b * qjj;
        qij = rest * tij + a * x * y + b * qij;
      }
    }
    return sum;
  }

  /** Where volatilities and correlations are. */
  private static final class Seen implements State {
    private final double[] longRun;
    private final double[][] garch;
    private final double[] target;
    private final double[] ab;
    private final double[] variance;
    private final double[] q;

    Seen(
        double[] longRun,
        double[][] garch,
        double[] target,
        double[] ab,
        double[] variance,
        double[] q) {
      this.longRun = longRun;
      this.garch = garch;
      this.target = target;
      this.ab = ab;
      this.variance = variance;
      this.q = q;
    }

    @Override
    public void observe(double[] r) {
      int n = variance.length;
      double[] z = new double[n];
      for (int i = 0; i < n; i++) {
        z[i] = variance[i] > 0 ? r[i] / Math.sqrt(variance[i]) : 0;
        variance[i] = next(longRun[i], garch[i], variance[i], r[i]);
      }
      double rest = 1 - ab[0] - ab[1];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          int k = i * n + j;
          q[k] = rest * target[k] + ab[0] * z[i] * z[j] + ab[1] * q[k];
        }
      }
    }

    @Override
    public double[] forecast() {
      double[] deviation = new double[variance.length];
      for (int i = 0; i < deviation.length; i++) {
        deviation[i] = Math.sqrt(variance[i]);
      }
      return Moments.scaled(q, deviation);
    }

    @Override
    public State copy() {
      return new Seen(longRun, garch, target, ab, variance.clone(), q.clone());
    }
  }
}
