package io.parabola.models.forecast;

import io.parabola.InvalidInputException;
import java.util.Arrays;

/**
 * Hidden Markov regimes (Hamilton 1989, Ang and Bekaert 2004): the market is in one of K states,
 * each with means and a covariance of its own, and the returns tell which, more or less.
 *
 * <pre>
 *   ξ_{t|t} ∝ η_t ∘ ξ_{t|t−1},   ξ_{t+1|t} = P'ξ_{t|t}
 *   Σ_{t+1} = Σ_k p_k (Σ_k + (μ_k − μ̄)(μ_k − μ̄)'),   p = ξ_{t+1|t}
 * </pre>
 *
 * <p>Fitted by expectation and maximisation (Baum, Petrie, Soules and Weiss 1970) from a start that
 * parts calm days from wild ones. Each regime's covariance is shrunk towards its diagonal by n/(n +
 * its days), without which few days would be no covariance.
 */
public final class RegimeForecaster implements CovarianceForecaster {
  private static final int MOST_ROUNDS = 200;
  private static final double ENOUGH = 1e-7;

  private final int regimes;

  /**
   * Of so many regimes.
   *
   * @param regimes K, at least 2
   * @throws InvalidInputException if there are fewer
   */
  public RegimeForecaster(int regimes) {
    if (regimes < 2) {
      throw new InvalidInputException(regimes + " regimes: needs at least 2");
    }
    this.regimes = regimes;
  }

  @Override
  public String name() {
    return "regimes";
  }

  /**
   * Regimes as they were found, the calmest first.
   *
   * @param means μ [K][n]
   * @param covariances Σ [K][n·n]
   * @param transition P [K][K], rows of sum 1
   * @param filtered ξ_{t|t}, the probabilities of each after each return [T][K]
   */
  public record Fit(
      double[][] means, double[][] covariances, double[][] transition, double[][] filtered) {}

  /**
   * Fits regimes.
   *
   * @param history [T][n], T at least 20 K; not modified
   * @return what was found
   * @throws InvalidInputException if there are too few returns
   */
  public Fit fit(double[][] history) {
    Moments.require(this, history);
    Fitting fitting = new Fitting(history);
    fitting.run();
    return fitting.result();
  }

  @Override
  public int leastReturns() {
    return 20 * regimes;
  }

  @Override
  public State start(double[][] history) {
    Fit fit = fit(history);
    int n = history[0].length;
    Gaussian[] densities = new Gaussian[regimes];
    for (int k = 0; k < regimes; k++) {
      densities[k] = new Gaussian(fit.means()[k], fit.covariances()[k], n);
    }
    return new Seen(fit, densities, fit.filtered()[history.length - 1].clone());
  }

  private final class Fitting {
    private final double[][] r;
    private final int n;
    private final double[][] means = new double[regimes][];
    private final double[][] covariances = new double[regimes][];
    private double[][] transition = new double[regimes][regimes];
    private double[] initial = new double[regimes];
    private final double[][] weights;
    private double[][] filtered;

    Fitting(double[][] r) {
      this.r = r;
      n = r[0].length;
      weights = new double[r.length][regimes];
      // Days by how wild they and their neighbours are, in K parts.
      double[] wild = new double[r.length];
      double[] scale = new double[n];
      for (double[] row : r) {
        for (int i = 0; i < n; i++) {
          scale[i] += row[i] * row[i] / r.length;
        }
      }
      double average = 0;
      for (int t = 0; t < r.length; t++) {
        double size = 0;
        for (int i = 0; i < n; i++) {
          size += scale[i] > 0 ? r[t][i] * r[t][i] / scale[i] / n : 0;
        }
        average = t == 0 ? size : 0.8 * average + 0.2 * size;
        wild[t] = average;
      }
      double[] sorted = wild.clone();
      Arrays.sort(sorted);
      for (int t = 0; t < r.length; t++) {
        int at = Arrays.binarySearch(sorted, wild[t]);
        int k = Math.min(regimes - 1, Math.max(0, at) * regimes / r.length);
        Arrays.fill(weights[t], 0.1 / regimes);
        weights[t][k] += 0.9;
      }
      for (int k = 0; k < regimes; k++) {
        Arrays.fill(transition[k], 0.05 / (regimes - 1));
        transition[k][k] = 0.95;
        initial[k] = 1.0 / regimes;
      }
      estimate();
    }

    private void estimate() {
      for (int k = 0; k < regimes; k++) {
        double days = 0;
        double[] mean = new double[n];
        for (int t = 0; t < r.length; t++) {
          days += weights[t][k];
          for (int i = 0; i < n; i++) {
            mean[i] += weights[t][k] * r[t][i];
          }
        }
        for (int i = 0; i < n; i++) {
          mean[i] /= Math.max(days, 1e-300);
        }
        double[] sigma = new double[n * n];
        double[] y = new double[n];
        for (int t = 0; t < r.length; t++) {
          double part = weights[t][k] / Math.max(days, 1e-300);
          if (part < 1e-14) {
            continue;
          }
          for (int i = 0; i < n; i++) {
            y[i] = r[t][i] - mean[i];
          }
          for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
              sigma[i * n + j] += part * y[i] * y[j];
            }
          }
        }
        double shrink = n / (n + days);
        double least = 0;
        for (int i = 0; i < n; i++) {
          least += 1e-8 * sigma[i * n + i] / n;
        }
        for (int i = 0; i < n; i++) {
          sigma[i * n + i] = Math.max(sigma[i * n + i], least);
          for (int j = 0; j < i; j++) {
            sigma[i * n + j] *= 1 - shrink;
            sigma[j * n + i] = sigma[i * n + j];
          }
        }
        means[k] = mean;
        covariances[k] = sigma;
      }
    }

    void run() {
      double last = Double.NEGATIVE_INFINITY;
      for (int round = 0; round < MOST_ROUNDS; round++) {
        double likelihood = smooth();
        if (likelihood - last < ENOUGH * Math.abs(likelihood)) {
          break;
        }
        last = likelihood;
        estimate();
      }
    }

    /** Forward and backward; what each day and each step weigh. */
    private double smooth() {
      int days = r.length;
      double[][] density = new double[days][regimes];
      double[] shift = new double[days];
      for (int k = 0; k < regimes; k++) {
        Gaussian gaussian = new Gaussian(means[k], covariances[k], n);
        for (int t = 0; t < days; t++) {
          density[t][k] = gaussian.logDensity(r[t]);
        }
      }
      filtered = new double[days][];
      double[][] predicted = new double[days][];
      double likelihood = 0;
      double[] before = initial;
      for (int t = 0; t < days; t++) {
        predicted[t] = before;
        shift[t] = Arrays.stream(density[t]).max().orElseThrow();
        double[] now = new double[regimes];
        double sum = 0;
        for (int k = 0; k < regimes; k++) {
          now[k] = before[k] * Math.exp(density[t][k] - shift[t]);
          sum += now[k];
        }
        for (int k = 0; k < regimes; k++) {
          now[k] /= sum;
        }
        likelihood += Math.log(sum) + shift[t];
        filtered[t] = now;
        before = ahead(now, transition);
      }
      double[][] steps = new double[regimes][regimes];
      weights[days - 1] = filtered[days - 1].clone();
      for (int t = days - 2; t >= 0; t--) {
        for (int k = 0; k < regimes; k++) {
          weights[t][k] = 0;
          for (int l = 0; l < regimes; l++) {
            double next = predicted[t + 1][l];
            double both =
                next > 0 ? filtered[t][k] * transition[k][l] * weights[t + 1][l] / next : 0;
            weights[t][k] += both;
            steps[k][l] += both;
          }
        }
      }
      double[][] moved = new double[regimes][regimes];
      for (int k = 0; k < regimes; k++) {
        // A day of doubt: no step is impossible.
        double sum = Arrays.stream(steps[k]).sum() + 1;
        for (int l = 0; l < regimes; l++) {
          moved[k][l] = (steps[k][l] + 1.0 / regimes) / sum;
        }
      }
      transition = moved;
      initial = weights[0].clone();
      return likelihood;
    }

    Fit result() {
      Integer[] order = new Integer[regimes];
      Arrays.setAll(order, k -> k);
      Arrays.sort(order, (a, b) -> Double.compare(trace(a), trace(b)));
      double[][] m = new double[regimes][];
      double[][] c = new double[regimes][];
      double[][] p = new double[regimes][regimes];
      double[][] f = new double[r.length][regimes];
      for (int k = 0; k < regimes; k++) {
        m[k] = means[order[k]];
        c[k] = covariances[order[k]];
        for (int l = 0; l < regimes; l++) {
          p[k][l] = transition[order[k]][order[l]];
        }
        for (int t = 0; t < r.length; t++) {
          f[t][k] = filtered[t][order[k]];
        }
      }
      return new Fit(m, c, p, f);
    }

    private double trace(int k) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += covariances[k][i * n + i];
      }
      return sum;
    }
  }

  private static double[] ahead(double[] now, double[][] transition) {
    double[] next = new double[now.length];
    for (int k = 0; k < now.length; k++) {
      for (int l = 0; l < now.length; l++) {
        next[l] += now[k] * transition[k][l];
      }
    }
    return next;
  }

  /** Which regime it is in. */
  private static final class Seen implements State {
    private final Fit fit;
    private final Gaussian[] densities;
    private double[] now;

    Seen(Fit fit, Gaussian[] densities, double[] now) {
      this.fit = fit;
      this.densities = densities;
      this.now = now;
    }

    @Override
    public void observe(double[] returns) {
      double[] next = ahead(now, fit.transition());
      double[] log = new double[next.length];
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < next.length; k++) {
        log[k] = densities[k].logDensity(returns);
        most = Math.max(most, log[k]);
      }
      double sum = 0;
      for (int k = 0; k < next.length; k++) {
        next[k] *= Math.exp(log[k] - most);
        sum += next[k];
      }
      for (int k = 0; k < next.length; k++) {
        next[k] /= sum;
      }
      now = next;
    }

    @Override
    public double[] forecast() {
      double[] p = ahead(now, fit.transition());
      int n = fit.means()[0].length;
      double[] mean = new double[n];
      for (int k = 0; k < p.length; k++) {
        for (int i = 0; i < n; i++) {
          mean[i] += p[k] * fit.means()[k][i];
        }
      }
      double[] sigma = new double[n * n];
      for (int k = 0; k < p.length; k++) {
        double[] m = fit.means()[k];
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            sigma[i * n + j] +=
                p[k] * (fit.covariances()[k][i * n + j] + (m[i] - mean[i]) * (m[j] - mean[j]));
          }
        }
      }
      return sigma;
    }

    @Override
    public State copy() {
      return new Seen(fit, densities, now.clone());
    }
  }
}
