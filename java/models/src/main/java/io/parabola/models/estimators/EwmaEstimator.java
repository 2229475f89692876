package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.Internals;
import io.parabola.internal.WeightedScatter;
import io.parabola.internal.blas.BlasSelection;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Exponentially weighted moving averages (RiskMetrics 1996): a return counts half as much as one
 * that is a half-life younger. About zero, as theirs, or about the weighted mean.
 *
 * <pre>
 *   Σ = Σ_t v_t r_t r_t',   v_t ∝ 2^(−age_t / half-life),   Σ v = 1
 * </pre>
 *
 * <p>With an age for each observation it is right for times that are not equally spaced. λ = 0.94 a
 * day is a half-life of 11.2 days.
 */
public final class EwmaEstimator implements CovarianceEstimator {
  private final double halfLife;
  private final double[] ages;
  private final boolean aboutMean;

  private EwmaEstimator(double halfLife, double[] ages, boolean aboutMean) {
    this.halfLife = halfLife;
    this.ages = ages;
    this.aboutMean = aboutMean;
  }

  /**
   * Of returns of equally long periods.
   *
   * @param halfLife in periods, above 0
   * @return the estimator
   * @throws InvalidInputException if it is not a positive number
   */
  public static EwmaEstimator withHalfLife(double halfLife) {
    if (!(halfLife > 0) || Double.isInfinite(halfLife)) {
      throw new InvalidInputException("half-life is " + halfLife + ": must be a positive number");
    }
    return new EwmaEstimator(halfLife, null, false);
  }

  /**
   * Of a decay factor.
   *
   * @param decay λ, between 0 and 1
   * @return the estimator of the half-life −ln 2/ln λ
   * @throws InvalidInputException if it is not between 0 and 1
   */
  public static EwmaEstimator withDecay(double decay) {
    if (!(decay > 0 && decay < 1)) {
      throw new InvalidInputException("decay is " + decay + ": must be between 0 and 1");
    }
    return withHalfLife(-Math.log(2) / Math.log(decay));
  }

  /**
   * Of observations at times of their own.
   *
   * @param times when each was made [T], ascending, in the unit of the half-life; copied
   * @return an estimator for these T observations
   * @throws InvalidInputException if a time is not finite, or before the one before it
   */
  public EwmaEstimator at(double[] times) {
    double[] own = new double[times.length];
    for (int t = 0; t < times.length; t++) {
      if (!Double.isFinite(times[t]) || t > 0 && times[t] < times[t - 1]) {
        throw new InvalidInputException(
            "time " + t + " is " + times[t] + ": times must be finite and ascend");
      }
      own[t] = times[times.length - 1] - times[t];
    }
    return new EwmaEstimator(halfLife, own, aboutMean);
  }

  /**
   * About the weighted mean in the place of zero.
   *
   * @return the estimator
   */
  public EwmaEstimator aboutMean() {
    return new EwmaEstimator(halfLife, ages, true);
  }

  @Override
  public String name() {
    return "ewma";
  }

  /**
   * What observations count.
   *
   * @param observations T
   * @return v [T], of sum 1
   * @throws InvalidInputException if there are times for another number of observations
   */
  public double[] weights(int observations) {
    if (ages != null && ages.length != observations) {
      throw new InvalidInputException(
          "ewma: " + ages.length + " times for " + observations + " observations");
    }
    double[] weights = new double[observations];
    for (int t = 0; t < observations; t++) {
      weights[t] = Math.pow(2, -(ages == null ? observations - 1 - t : ages[t]) / halfLife);
    }
    double sum = Arrays.stream(weights).sum();
    for (int t = 0; t < observations; t++) {
      weights[t] /= sum;
    }
    return weights;
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    Sample.requireShape(assets, returns);
    int n = assets.size();
    int observations = Math.toIntExact(returns.rows());
    if (observations < 1) {
      throw new InvalidInputException("ewma: no returns: needs at least 1");
    }
    Sample.requireFinite(name(), assets, returns);
    double[] weights = weights(observations);
    double[] mean = new double[n];
    double[] row = new double[n];
    for (int t = 0; t < observations; t++) {
      returns.getRow(t, row);
      for (int i = 0; i < n; i++) {
        mean[i] += weights[t] * row[i];
      }
    }
    WeightedScatter scatter =
        new WeightedScatter(n, BlasSelection.forWork((double) n * n * observations / 2));
    double squares = 0;
    for (int t = 0; t < observations; t++) {
      squares += weights[t] * weights[t];
      if (weights[t] == 0) {
        continue;
      }
      returns.getRow(t, row);
      for (int i = 0; aboutMean && i < n; i++) {
        row[i] -= mean[i];
      }
      scatter.add(row, weights[t]);
    }
    return new CovarianceEstimate(
        name(),
        Internals.get().trusted(assets, scatter.take()),
        mean,
        Map.of("half-life", halfLife, "effective observations", 1 / squares),
        List.of());
  }
}
