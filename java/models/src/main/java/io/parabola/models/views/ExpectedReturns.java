package io.parabola.models.views;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.models.estimators.EwmaEstimator;
import java.util.Arrays;

/**
 * Expected simple returns per period: from the past, from the past shrunk, or from what the market
 * holds. All return new arrays [n] and modify nothing.
 */
public final class ExpectedReturns {
  private ExpectedReturns() {}

  /**
   * The sample means.
   *
   * @param returns [T, n] simple returns per period, finite, T at least 1
   * @return (1/T) Σ r_t
   * @throws InvalidInputException if there are none, or one is not finite
   */
  public static double[] mean(Matrix returns) {
    double[] weights = new double[Math.toIntExact(returns.rows())];
    Arrays.fill(weights, 1.0 / Math.max(1, weights.length));
    return weighted(returns, weights);
  }

  /**
   * Exponentially weighted means.
   *
   * @param returns [T, n], finite, in the order of time
   * @param halfLife in periods, above 0
   * @return Σ v_t r_t with v of sum 1, halved by each half-life of age
   * @throws InvalidInputException if there are none, one is not finite, or the half-life is not
   *     positive
   */
  public static double[] ewma(Matrix returns, double halfLife) {
    return weighted(returns, EwmaEstimator.withHalfLife(halfLife));
  }

  /**
   * Exponentially weighted means, perhaps at times of their own.
   *
   * @param returns [T, n], finite, in the order of time
   * @param estimator whose weights are taken
   * @return Σ v_t r_t with v of sum 1
   * @throws InvalidInputException if there are none, one is not finite, or the estimator's times
   *     are of another number of returns
   */
  public static double[] weighted(Matrix returns, EwmaEstimator estimator) {
    return weighted(returns, estimator.weights(Math.toIntExact(returns.rows())));
  }

  private static double[] weighted(Matrix returns, double[] weights) {
    if (weights.length == 0) {
      throw new InvalidInputException("expected returns from no returns: needs at least 1");
    }
    double[] mean = new double[returns.columns()];
    double[] row = new double[mean.length];
    for (int t = 0; t < weights.length; t++) {
      returns.getRow(t, row);
      for (int i = 0; i < mean.length; i++) {
        if (!Double.isFinite(row[i])) {
          throw new InvalidInputException(
              "return of asset " + i + " in row " + t + " is " + row[i]);
        }
        mean[i] += weights[t] * row[i];
      }
    }
    return mean;
  }

  /** Means moved towards one number for all. */
  public record Shrunk(double[] mean, double intensity, double target) {}

  /**
   * James and Stein's estimator (1961) towards the mean of all means:
   *
   * <pre>
   *   (1 − w) m + w m̄ 1,   w = min(1, (n − 2)/(T (m − m̄ 1)'Σ⁻¹(m − m̄ 1)))
   * </pre>
   *
   * @param mean m [n], sample means of T returns
   * @param covariance Σ of the returns, n × n
   * @param observations T, at least 1
   * @return the means, w and m̄; with fewer than three assets there is nothing to gain, and w is 0
   * @throws InvalidInputException if the sizes differ or there are no observations
   */
  public static Shrunk jamesStein(double[] mean, Covariance covariance, int observations) {
    requireSizes(mean, covariance, observations);
    int n = mean.length;
    double target = Arrays.stream(mean).average().orElseThrow();
    double distance = new InverseForm(covariance).of(minus(mean, target));
    double w = n < 3 ? 0 : distance > 0 ? Math.min(1, (n - 2) / (observations * distance)) : 1;
    return shrunk(mean, w, target);
  }

  /**
   * Jorion's Bayes-Stein estimator (1986) towards the return of the portfolio of least variance:
   *
   * <pre>
   *   (1 − w) m + w m_g 1,   w = λ/(λ + T),   λ = (n + 2)/((m − m_g 1)'Σ⁻¹(m − m_g 1)),   m_g = 1'Σ⁻¹m / 1'Σ⁻¹1
   * </pre>
   *
   * @param mean m [n], sample means of T returns
   * @param covariance Σ of the returns, n × n; Jorion takes the sample's times (T − 1)/(T − n − 2)
   * @param observations T, at least 1
   * @return the means, w and m_g
   * @throws InvalidInputException if the sizes differ or there are no observations
   */
  public static Shrunk bayesStein(double[] mean, Covariance covariance, int observations) {
    requireSizes(mean, covariance, observations);
    InverseForm inverse = new InverseForm(covariance);
    double[] ones = new double[mean.length];
    Arrays.fill(ones, 1);
    double[] solved = inverse.solve(ones);
    double target = dot(solved, mean) / dot(solved, ones);
    double distance = inverse.of(minus(mean, target));
    double lambda = (mean.length + 2) / distance;
    double w = distance > 0 ? lambda / (lambda + observations) : 1;
    return shrunk(mean, w, target);
  }

  private static Shrunk shrunk(double[] mean, double w, double target) {
    double[] moved = new double[mean.length];
    Arrays.setAll(moved, i -> (1 - w) * mean[i] + w * target);
    return new Shrunk(moved, w, target);
  }

  private static double[] minus(double[] mean, double target) {
    return Arrays.stream(mean).map(m -> m - target).toArray();
  }

  private static void requireSizes(double[] mean, Covariance covariance, int observations) {
    requireSize("means", mean.length, covariance);
    if (observations < 1) {
      throw new InvalidInputException(observations + " observations: needs at least 1");
    }
  }

  private static void requireSize(String what, int length, Covariance covariance) {
    if (length != covariance.size()) {
      throw new InvalidInputException(
          length + " " + what + " for a covariance of " + covariance.size() + " assets");
    }
  }

  /**
   * What a market that holds w must expect above the riskless return (Sharpe 1974, Black and
   * Litterman 1992): π = δ Σ w.
   *
   * @param riskAversion δ, above 0
   * @param covariance Σ, n × n, per period
   * @param market w [n], what the market holds
   * @return π [n], per period
   * @throws InvalidInputException if the sizes differ or δ is not positive
   */
  public static double[] equilibrium(double riskAversion, Covariance covariance, double[] market) {
    if (!(riskAversion > 0) || Double.isInfinite(riskAversion)) {
      throw new InvalidInputException("risk aversion is " + riskAversion + ": must be above 0");
    }
    requireSize("market weights", market.length, covariance);
    double[] implied = Products.times(covariance, market);
    for (int i = 0; i < implied.length; i++) {
      implied[i] *= riskAversion;
    }
    return implied;
  }

  /**
   * The capital asset pricing model: r_f + β (E r_m − r_f), β = Σw/(w'Σw).
   *
   * @param covariance Σ, n × n, per period
   * @param market w [n], what the market holds
   * @param marketReturn E r_m, per period
   * @param riskFree r_f, per period
   * @return [n], per period
   * @throws InvalidInputException if the sizes differ, or the market has no variance
   */
  public static double[] capm(
      Covariance covariance, double[] market, double marketReturn, double riskFree) {
    requireSize("market weights", market.length, covariance);
    double[] with = Products.times(covariance, market);
    double variance = dot(with, market);
    if (!(variance > 0)) {
      throw new InvalidInputException("the market has no variance, and no asset a beta to it");
    }
    for (int i = 0; i < with.length; i++) {
      with[i] = riskFree + with[i] / variance * (marketReturn - riskFree);
    }
    return with;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
