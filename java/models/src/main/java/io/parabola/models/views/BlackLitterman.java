package io.parabola.models.views;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Black and Litterman's expected returns (1992): what the market implies, moved towards views as
 * far as these are believed.
 *
 * <pre>
 *   μ = π + τΣP'(PτΣP' + Ω)⁻¹(q − Pπ),   M = τΣ − τΣP'(PτΣP' + Ω)⁻¹PτΣ
 *   Ω = diag(τ p'Σp)                         He and Litterman (1999)
 *   Ω_k = (1 − c)/c · τ p'Σp                 Idzorek's confidence c (2005), as Walters solved it
 * </pre>
 *
 * <p>M is the variance that is left in the means; what the returns vary by is Σ, or Σ + M: both are
 * in use, so the caller says which. Only systems of as many equations as there are views are
 * solved. Immutable; may be used from many threads at once.
 */
public final class BlackLitterman {
  /** What the posterior covariance of returns is. */
  public enum Posterior {
    /** Σ, as if the means were known. */
    PRIOR,
    /** Σ + M, with what is not known of the means. */
    TOTAL
  }

  /**
   * What comes out.
   *
   * @param expectedReturns μ [n], per period
   * @param uncertainty M [n, n], row-major
   * @param tilts what each view weighs, (PτΣP' + Ω)⁻¹(q − Pπ) [k]: how many of its portfolios an
   *     unconstrained investor of risk aversion 1/τ adds to the market
   */
  public record Result(double[] expectedReturns, double[] uncertainty, double[] tilts) {}

  private final Covariance covariance;
  private final double[] prior;

  /**
   * From a prior.
   *
   * @param covariance Σ, n × n, per period
   * @param prior π [n], per period, such as {@link ExpectedReturns#equilibrium}; copied
   * @throws InvalidInputException if the sizes differ or a number is not finite
   */
  public BlackLitterman(Covariance covariance, double[] prior) {
    if (prior.length != covariance.size()) {
      throw new InvalidInputException(
          prior.length + " prior returns for " + covariance.size() + " assets");
    }
    for (int i = 0; i < prior.length; i++) {
      if (!Double.isFinite(prior[i])) {
        throw new InvalidInputException(
            "prior return of " + covariance.assets().get(i) + " is " + prior[i]);
      }
    }
    this.covariance = covariance;
    this.prior = prior.clone();
  }

  /**
   * The means after the views, and what is left uncertain of them.
   *
   * @param views k views of the same assets; none leave the prior as it is
   * @param tau τ, how uncertain the prior is beside the returns, above 0; 0.05 is He and
   *     Litterman's
   * @return the posterior
   * @throws InvalidInputException if the assets differ, τ is not positive, or two views that are
   *     certain contradict each other or repeat one another
   */
  public Result posterior(Views views, double tau) {
    System system = system(views, tau, new HashMap<>());
    int n = prior.length;
    double[] tilts = system.solve(system.surprise);
    double[] mean = prior.clone();
    double[] uncertainty = covariance.toArray();
    for (int k = 0; k < uncertainty.length; k++) {
      uncertainty[k] *= tau;
    }
    int count = tilts.length;
    double[][] columns = new double[count][];
    for (int a = 0; a < count; a++) {
      for (int i = 0; i < n; i++) {
        mean[i] += system.spread[a][i] * tilts[a];
      }
      double[] unit = new double[count];
      unit[a] = 1;
      columns[a] = system.solve(unit);
    }
    for (int a = 0; a < count; a++) {
      double[] right = new double[n];
      for (int b = 0; b < count; b++) {
        for (int j = 0; j < n; j++) {
          right[j] += columns[a][b] * system.spread[b][j];
        }
      }
      for (int i = 0; i < n; i++) {
        double left = system.spread[a][i];
        for (int j = 0; j < n; j++) {
          uncertainty[i * n + j] -= left * right[j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double both = 0.5 * (uncertainty[i * n + j] + uncertainty[j * n + i]);
        uncertainty[i * n + j] = both;
        uncertainty[j * n + i] = both;
      }
    }
    return new Result(mean, uncertainty, tilts);
  }

  /**
   * The covariance of returns after the views.
   *
   * @param result what {@link #posterior} gave
   * @param posterior which
   * @return Σ or Σ + M
   */
  public Covariance covariance(Result result, Posterior posterior) {
    if (posterior == Posterior.PRIOR) {
      return covariance;
    }
    double[] sum = covariance.toArray();
    for (int k = 0; k < sum.length; k++) {
      sum[k] += result.uncertainty()[k];
    }
    return Covariance.of(covariance.assets(), sum);
  }

  /**
   * Means for a batch of scenarios, each with a τ and views of its own.
   *
   * @param views one for each scenario
   * @param tau τ, one for each
   * @return μ [S, n], scenario-major, as {@link
   *     io.parabola.Batch.Builder#expectedReturns(double[])} takes it
   * @throws InvalidInputException as {@link #posterior}, with the scenario; or if the lengths
   *     differ
   */
  public double[] means(List<Views> views, double[] tau) {
    if (views.size() != tau.length) {
      throw new InvalidInputException(tau.length + " τ for " + views.size() + " scenarios");
    }
    int n = prior.length;
    double[] means = new double[views.size() * n];
    // Scenarios mostly differ in τ, returns and confidences: Σp is the same for all.
    Map<DoubleBuffer, double[]> products = new HashMap<>();
    for (int s = 0; s < tau.length; s++) {
      try {
        System system = system(views.get(s), tau[s], products);
        double[] tilts = system.solve(system.surprise);
        for (int i = 0; i < n; i++) {
          double sum = prior[i];
          for (int a = 0; a < tilts.length; a++) {
            sum += system.spread[a][i] * tilts[a];
          }
          means[s * n + i] = sum;
        }
      } catch (InvalidInputException e) {
        throw new InvalidInputException("scenario " + s + ": " + e.getMessage());
      }
    }
    return means;
  }

  /** PτΣP' + Ω, factored, with what belongs to it. */
  private static final class System {
    private final double[][] factor;
    private final double[] surprise;

    /** τΣp of each view. */
    private final double[][] spread;

    System(double[][] factor, double[] surprise, double[][] spread) {
      this.factor = factor;
      this.surprise = surprise;
      this.spread = spread;
    }

    double[] solve(double[] right) {
      int k = right.length;
      double[] x = right.clone();
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < a; b++) {
          x[a] -= factor[a][b] * x[b];
        }
        x[a] /= factor[a][a];
      }
      for (int a = k - 1; a >= 0; a--) {
        for (int b = a + 1; b < k; b++) {
          x[a] -= factor[b][a] * x[b];
        }
        x[a] /= factor[a][a];
      }
      return x;
    }
  }

  /** Keeps the products Σp that it needs, by p. */
  private System system(Views views, double tau, Map<DoubleBuffer, double[]> products) {
    if (!(tau > 0) || Double.isInfinite(tau)) {
      throw new InvalidInputException("τ is " + tau + ": must be above 0");
    }
    if (!views.assets().equals(covariance.assets())) {
      throw new InvalidInputException("the views are of other assets than the covariance");
    }
    int k = views.list().size();
    double[][] spread = new double[k][];
    double[] surprise = new double[k];
    for (int a = 0; a < k; a++) {
      Views.View view = views.list().get(a);
      spread[a] =
          products
              .computeIfAbsent(
                  DoubleBuffer.wrap(view.portfolio()),
                  p -> Products.times(covariance, view.portfolio()))
              .clone();
      surprise[a] = view.expectedReturn() - dot(view.portfolio(), prior);
      for (int i = 0; i < spread[a].length; i++) {
        spread[a][i] *= tau;
      }
    }
    double[][] factor = new double[k][k];
    for (int a = 0; a < k; a++) {
      Views.View view = views.list().get(a);
      double own = dot(view.portfolio(), spread[a]);
      for (int b = 0; b <= a; b++) {
        factor[a][b] = dot(view.portfolio(), spread[b]);
      }
      double c = view.confidence();
      factor[a][a] += Double.isNaN(c) ? own : (1 - c) / c * own;
      double whole = factor[a][a];
      for (int b = 0; b <= a; b++) {
        double sum = factor[a][b];
        for (int j = 0; j < b; j++) {
          sum -= factor[a][j] * factor[b][j];
        }
        if (b < a) {
          factor[a][b] = sum / factor[b][b];
        } else if (sum > 1e-12 * whole) {
          factor[a][a] = Math.sqrt(sum);
        } else {
          throw new InvalidInputException(
              "view "
                  + view.name()
                  + (own > 0
                      ? " is certain, and follows from the certain ones before it, or contradicts them"
                      : " is about a portfolio without variance: it can't move what is expected"));
        }
      }
    }
    return new System(factor, surprise, spread);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * The prior.
   *
   * @return π [n], a copy
   */
  public double[] prior() {
    return Arrays.copyOf(prior, prior.length);
  }
}
