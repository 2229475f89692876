package io.parabola.models.stress;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.ReturnProcess;
import java.util.Arrays;

/**
 * What else expected returns could be, given T observations.
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
 * <p>Scenario s depends on the seed and on s alone. Immutable; may be used from many threads.
 */
public final class MeanUncertainty {
  /** Degrees of freedom where none are given: heavy tails, with a finite kurtosis. */
  public static final double DEFAULT_DEGREES_OF_FREEDOM = 5;

  /** Estimates are no step of a path: the last number that counts steps is theirs. */
  private static final int STEP = Paths.MOST_STEPS - 1;

  private final ReturnProcess process;
  private final double scale;

  private MeanUncertainty(ReturnProcess process, double scale) {
    this.process = process;
    this.scale = scale;
  }

  /**
   * Prepares to draw; factors the covariance once.
   *
   * @param mean μ̂ [n], expected returns per period; copied
   * @param covariance Σ, n × n, of returns per period; may be singular
   * @param observations T, the number of returns behind the estimate; at least 1
   * @param degreesOfFreedom ν; more than 2, so that the covariance exists
   * @return the estimate's uncertainty
   * @throws InvalidInputException if a length or a number is out of range
   */
  public static MeanUncertainty of(
      double[] mean, Covariance covariance, long observations, double degreesOfFreedom) {
    if (observations < 1) {
      throw new InvalidInputException("observations must be at least 1, but are " + observations);
    }
    if (Double.isInfinite(degreesOfFreedom)) {
      throw new InvalidInputException(
          "degrees of freedom must be a number above 2, but are " + degreesOfFreedom);
    }
    return new MeanUncertainty(
        ReturnProcess.studentT(mean, covariance, degreesOfFreedom),
        Math.sqrt(degreesOfFreedom / ((degreesOfFreedom - 2) * observations)));
  }

  /**
   * Draws scenarios.
   *
   * @param engine what draws them; each gives the same bits
   * @param seed any number
   * @param scenarios which ones, [S], from 0
   * @param target [S, n], overwritten with expected returns per period
   * @throws InvalidInputException if the shape is another
   */
  public void draw(Engine engine, long seed, long[] scenarios, Matrix target) {
    double[] multipliers = new double[scenarios.length];
    Arrays.fill(multipliers, scale);
    engine.draw(
        Paths.builder(process, seed, scenarios.length)
            .paths(scenarios)
            .steps(STEP, 1)
            .volatilityMultipliers(multipliers)
            .build(),
        target);
  }
}
