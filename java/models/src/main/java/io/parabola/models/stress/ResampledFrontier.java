package io.parabola.models.stress;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.Problem;
import io.parabola.ReturnProcess;
import io.parabola.SampleCovariance;
import io.parabola.Status;
import java.util.Arrays;

/**
 * The efficient frontier when means and covariance are estimates (Michaud, "Efficient Asset
 * Management", 1998).
 *
 * <p>R times T returns are drawn from N(μ̂, Σ̂) and estimated from again. On each of these
 * estimates the portfolios of the same K risk aversions are found, those of the frontier of the
 * original one; all of them are one batch of scenarios with covariances of their own, worked off in
 * chunks. Each portfolio is looked at with the original estimate, where it lies below the frontier:
 * the band says how far. The resampled portfolio of a risk aversion is the mean of its R.
 */
public final class ResampledFrontier {
  /** Quantiles of the bands. */
  private static final double[] BAND = {0.05, 0.95};

  /** Of the original frontier. */
  private static final int FRONTIER_POINTS = 201;

  /** Numbers of covariances at a time: 128 MB. */
  private static final long ROOM = 16_000_000;

  /** Returns of resamples are no step of a path: the number before the last that counts steps. */
  private static final int STEP = Paths.MOST_STEPS - 2;

  private final double[] riskAversion;
  private final double[][] weights;
  private final double[] volatility;
  private final double[] expectedReturn;
  private final double[] medianVolatility;
  private final double[][] shortfallBand;
  private final double[][][] weightBand;
  private final int samples;
  private final int unsolved;

  private ResampledFrontier(double[] riskAversion, int samples, int n, int unsolved) {
    this.riskAversion = riskAversion;
    this.samples = samples;
    this.unsolved = unsolved;
    int points = riskAversion.length;
    weights = new double[points][n];
    volatility = new double[points];
    expectedReturn = new double[points];
    medianVolatility = new double[points];
    shortfallBand = new double[points][];
    weightBand = new double[points][n][];
  }

  /**
   * Resamples.
   *
   * @param engine draws and solves
   * @param problem at the estimate; its objective is a risk aversion, its limits stay
   * @param observations T, the returns behind the estimate, at least 2
   * @param samples R, at least 1
   * @param points K, at least 2
   * @param seed any number
   * @return the frontier
   * @throws InvalidInputException if a number is out of range, or the estimate has no frontier
   */
  public static ResampledFrontier of(
      Engine engine, Problem problem, int observations, int samples, int points, long seed) {
    if (observations < 2 || samples < 1 || points < 2) {
      throw new InvalidInputException(
          "observations = "
              + observations
              + ", samples = "
              + samples
              + ", points = "
              + points
              + ": need at least 2, 1 and 2");
    }
    int n = problem.size();
    Frontier frontier = WholeFrontier.of(engine, problem, FRONTIER_POINTS);
    double[] gamma = riskAversions(frontier, points);
    double[] estimate = problem.expectedReturns();
    ReturnProcess process = ReturnProcess.normal(estimate, problem.covariance());
    QuadraticForm form = QuadraticForm.of(problem.covariance());
    int together = (int) Math.max(1, Math.min(samples, ROOM / ((long) n * n * points)));
    double[][][] found = new double[points][samples][];
    int unsolved = 0;
    for (int first = 0; first < samples; first += together) {
      int count = Math.min(together, samples - first);
      try (Matrix covariances = Matrix.allocate((long) count * points * n, n);
          Matrix means = Matrix.allocate((long) count * points, n)) {
        double[] riskAversion = new double[count * points];
        for (int r = 0; r < count; r++) {
          estimateAgain(
              engine,
              process,
              observations,
              seed,
              first + r,
              covariances,
              means,
              r * points,
              points);
          System.arraycopy(gamma, 0, riskAversion, r * points, points);
        }
        Batch batch =
            Batch.builder(problem, count * points)
                .expectedReturns(means)
                .riskAversion(riskAversion)
                .trustedCovariances(covariances)
                .build();
        try (BatchSolution solution = engine.solve(batch)) {
          for (int s = 0; s < count * points; s++) {
            if (solution.status(s) == Status.SOLVED) {
              found[s % points][first + s / points] = solution.weights(s);
            } else {
              unsolved++;
            }
          }
        }
      }
    }
    ResampledFrontier resampled = new ResampledFrontier(gamma, samples, n, unsolved);
    for (int k = 0; k < points; k++) {
      resampled.summarise(k, found[k], problem, form, frontier);
    }
    return resampled;
  }

  /** Those of the frontier's portfolios, from the calmest one to that of the highest return. */
  private static double[] riskAversions(Frontier frontier, int points) {
    int size = frontier.size();
    double[] gamma = new double[points];
    for (int k = 0; k < points && size > points; k++) {
      // At the ends it is infinite, and 0.
      gamma[k] = frontier.riskAversion((k + 1) * (size - 1) / (points + 1));
    }
    if (!(gamma[0] > 0) || Double.isInfinite(gamma[0])) {
      throw new InvalidInputException("the estimate has no frontier to be resampled");
    }
    return gamma;
  }

  private static void estimateAgain(
      Engine engine,
      ReturnProcess process,
      int observations,
      long seed,
      int sample,
      Matrix covariances,
      Matrix means,
      int row,
      int points) {
    int n = process.size();
    try (Matrix returns = Matrix.allocate(observations, n)) {
      engine.draw(
          Paths.builder(process, seed, observations)
              .firstPath((long) sample * observations)
              .steps(STEP, 1)
              .build(),
          returns);
      SampleCovariance again = SampleCovariance.estimate(returns);
      double[] mean = again.mean();
      double[] sigma = again.covariance().toArray();
      double[] line = new double[n];
      for (int k = 0; k < points; k++) {
        means.setRow(row + k, mean);
        for (int i = 0; i < n; i++) {
          System.arraycopy(sigma, i * n, line, 0, n);
          covariances.setRow((long) (row + k) * n + i, line);
        }
      }
    }
  }

  private void summarise(
      int k, double[][] found, Problem problem, QuadraticForm form, Frontier frontier) {
    double[][] solved = Arrays.stream(found).filter(w -> w != null).toArray(double[][]::new);
    int n = problem.size();
    Distribution shortfalls = Distribution.exact();
    Distribution risks = Distribution.exact();
    for (double[] w : solved) {
      for (int i = 0; i < n; i++) {
        weights[k][i] += w[i] / solved.length;
      }
      double risk = Math.sqrt(form.variance(w));
      risks.add(risk);
      shortfalls.add(
          Math.max(
              0, WholeFrontier.netReturnAt(frontier, risk) - WholeFrontier.netReturn(problem, w)));
    }
    for (int i = 0; i < n; i++) {
      Distribution weight = Distribution.exact();
      for (double[] w : solved) {
        weight.add(w[i]);
      }
      weightBand[k][i] = band(weight);
    }
    expectedReturn[k] = WholeFrontier.netReturn(problem, weights[k]);
    volatility[k] = Math.sqrt(form.variance(weights[k]));
    shortfallBand[k] = band(shortfalls);
    medianVolatility[k] = risks.quantile(0.5);
  }

  private static double[] band(Distribution distribution) {
    return new double[] {distribution.quantile(BAND[0]), distribution.quantile(BAND[1])};
  }

  /**
   * The number of points.
   *
   * @return K
   */
  public int points() {
    return riskAversion.length;
  }

  /**
   * The number of samples.
   *
   * @return R
   */
  public int samples() {
    return samples;
  }

  /**
   * How many of the R·K portfolios were not found.
   *
   * @return at least 0; they are in no mean and no band
   */
  public int unsolved() {
    return unsolved;
  }

  /**
   * The risk aversion of a point.
   *
   * @param point from 0, the most averse first
   * @return γ
   */
  public double riskAversion(int point) {
    return riskAversion[point];
  }

  /**
   * The resampled portfolio.
   *
   * @param point from 0
   * @return the mean of R portfolios [n], a copy
   */
  public double[] weights(int point) {
    return weights[point].clone();
  }

  /**
   * Its volatility at the original estimate.
   *
   * @param point from 0
   * @return per period
   */
  public double volatility(int point) {
    return volatility[point];
  }

  /**
   * Its expected return at the original estimate, less what trading to it costs.
   *
   * @param point from 0
   * @return per period
   */
  public double expectedReturn(int point) {
    return expectedReturn[point];
  }

  /**
   * The volatility that half of the R portfolios exceed, at the original estimate.
   *
   * @param point from 0
   * @return per period
   */
  public double medianVolatility(int point) {
    return medianVolatility[point];
  }

  /**
   * How far below the frontier nine in ten of the R portfolios lie, at the original estimate: what
   * they earn less than the best portfolio of their volatility, costs taken off both.
   *
   * @param point from 0
   * @return the 5th and the 95th percentile, at least 0, per period
   */
  public double[] shortfallBand(int point) {
    return shortfallBand[point].clone();
  }

  /**
   * Between what weights nine in ten of the R portfolios hold an asset.
   *
   * @param point from 0
   * @param asset its place
   * @return the 5th and the 95th percentile
   */
  public double[] weightBand(int point, int asset) {
    return weightBand[point][asset].clone();
  }
}
