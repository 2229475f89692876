package io.parabola.models;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scenarios of expected returns around an estimate: what else the mean could be, given T
 * observations.
 *
 * <pre>
 *   μ(s) = μ̂ + √(ν / χ²) · L z,   L L' = Σ / T,   z standard normal, χ² chi squared with ν degrees of freedom
 * </pre>
 *
 * <p>A multivariate Student-t with location μ̂, scale matrix Σ/T (the squared standard errors of
 * the means and their covariances) and ν degrees of freedom: one χ² moves all the assets of a
 * scenario, so that bad estimates come together. Its covariance is ν/(ν−2) · Σ/T. Assets that
 * hardly differ get nearly the same error; a constant asset gets none.
 *
 * <p>Scenario s depends on the seed and on s alone: the same numbers in any order, in chunks of any
 * size, on any number of threads, on any machine. Immutable and safe for use by many threads.
 */
public final class StudentTScenarios {
  /** Degrees of freedom where none are given: heavy tails, with a finite kurtosis. */
  public static final double DEFAULT_DEGREES_OF_FREEDOM = 5;

  private static final int PURPOSE = 1;
  private static final int CHUNK = 64;

  private final double[] mean;
  private final SemidefiniteFactor factor;
  private final double degreesOfFreedom;
  private final double standardError;
  private final long seed;

  private StudentTScenarios(
      double[] mean,
      SemidefiniteFactor factor,
      long observations,
      double degreesOfFreedom,
      long seed) {
    this.mean = mean;
    this.factor = factor;
    this.degreesOfFreedom = degreesOfFreedom;
    this.standardError = 1 / Math.sqrt(observations);
    this.seed = seed;
  }

  /**
   * Prepares to draw; factors the covariance once, at a cost of n³/3.
   *
   * @param mean μ̂, [n], expected returns per period; copied
   * @param covariance Σ, n × n, of returns per period; may be singular
   * @param observations T, the number of returns behind the estimate; at least 1
   * @param degreesOfFreedom ν; more than 2, so that the covariance exists
   * @param seed any number
   * @return the scenarios
   * @throws InvalidInputException if a length or a number is out of range
   */
  public static StudentTScenarios of(
      double[] mean, Covariance covariance, long observations, double degreesOfFreedom, long seed) {
    if (mean.length != covariance.size()) {
      throw new InvalidInputException(
          "mean has length " + mean.length + ", but the covariance " + covariance.size());
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i])) {
        throw new InvalidInputException("mean of " + covariance.assets().get(i) + " is " + mean[i]);
      }
    }
    if (observations < 1) {
      throw new InvalidInputException("observations must be at least 1, but are " + observations);
    }
    if (!(degreesOfFreedom > 2) || Double.isInfinite(degreesOfFreedom)) {
      throw new InvalidInputException(
          "degrees of freedom must be a number above 2, but are " + degreesOfFreedom);
    }
    return new StudentTScenarios(
        mean.clone(), SemidefiniteFactor.of(covariance), observations, degreesOfFreedom, seed);
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int size() {
    return mean.length;
  }

  /**
   * The rank of the covariance, to rounding.
   *
   * @return 0 to n
   */
  public int rank() {
    return factor.rank();
  }

  /**
   * Draws one scenario.
   *
   * @param scenario s, from 0
   * @param target [n], overwritten with the expected returns per period
   * @throws InvalidInputException if the length is not n
   */
  public void draw(long scenario, double[] target) {
    if (target.length != mean.length) {
      throw new InvalidInputException(
          "target has length " + target.length + ", but there are " + mean.length + " assets");
    }
    Philox random = new Philox(seed, PURPOSE, scenario);
    double stretch =
        standardError * Math.sqrt(degreesOfFreedom / random.chiSquared(degreesOfFreedom));
    double[] z = new double[factor.rank()];
    for (int k = 0; k < z.length; k++) {
      z[k] = random.gaussian();
    }
    System.arraycopy(mean, 0, target, 0, mean.length);
    factor.addProduct(stretch, z, target);
  }

  /**
   * Draws scenarios into the rows of a matrix: row r gets scenario {@code first + r}.
   *
   * @param target [S, n], overwritten
   * @param first the scenario of row 0
   * @param threads how many threads draw; the numbers do not depend on it
   * @param progress called from the calling thread, now and then; may be null
   * @throws InvalidInputException if the matrix does not have n columns, or threads is not positive
   */
  public void fill(Matrix target, long first, int threads, Progress progress) {
    if (target.columns() != mean.length) {
      throw new InvalidInputException(
          "target has " + target.columns() + " columns, but there are " + mean.length + " assets");
    }
    if (threads < 1) {
      throw new InvalidInputException("threads must be at least 1, but are " + threads);
    }
    long rows = target.rows();
    AtomicLong next = new AtomicLong();
    if (threads == 1) {
      drawChunks(target, first, next, progress);
      return;
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads - 1,
            task -> {
              Thread thread = new Thread(task, "parabola-scenarios");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int k = 1; k < threads; k++) {
        workers.add(pool.submit(() -> drawChunks(target, first, next, null)));
      }
      drawChunks(target, first, next, progress);
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (InterruptedException e) {
      next.set(rows);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while drawing scenarios", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("drawing scenarios failed: " + e.getCause(), e);
    } finally {
      pool.shutdown();
    }
  }

  private void drawChunks(Matrix target, long first, AtomicLong next, Progress progress) {
    long rows = target.rows();
    double[] row = new double[mean.length];
    for (long from = next.getAndAdd(CHUNK); from < rows; from = next.getAndAdd(CHUNK)) {
      long to = Math.min(rows, from + CHUNK);
      for (long r = from; r < to; r++) {
        draw(first + r, row);
        target.setRow(r, row);
      }
      if (progress != null) {
        progress.update(Math.min(rows, next.get()), rows);
      }
    }
  }
}
