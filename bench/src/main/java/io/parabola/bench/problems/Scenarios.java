package io.parabola.bench.problems;

import java.util.Arrays;
import java.util.Random;

/**
 * Portfolios over the same assets: minimise ½ w'Σw − μ'w over 1'w = 1, lower &lt;= w &lt;= upper,
 * one for each row of expected returns. Σ, mostly one for all, is scaled to a mean variance of 1
 * and the risk aversion of 5 is divided out of μ, so the same numbers suit every solver.
 *
 * @param kind how the covariance was made: t2n, thalf or fac
 * @param size n
 * @param lower the lower bound of every weight
 * @param upper the upper bound of every weight
 * @param risk Σ
 * @param expectedReturns μ [S, n]
 * @param centre [n], what the rows of μ scatter around
 * @param spread the standard deviation of that scatter
 */
public record Scenarios(
    String kind,
    int size,
    double lower,
    double upper,
    Risk risk,
    double[] expectedReturns,
    double[] centre,
    double spread) {

  public int count() {
    return expectedReturns.length / size;
  }

  /** Σ [n, n], of the first scenario where each has its own. */
  public double[] covariance() {
    return risk.matrix();
  }

  /** The expected returns [n] of one scenario. */
  public double[] expectedReturns(int s) {
    return Arrays.copyOfRange(expectedReturns, s * size, (s + 1) * size);
  }

  /** The scenarios from {@code first} to {@code end − 1}. */
  public Scenarios part(int first, int end) {
    return withExpectedReturns(Arrays.copyOfRange(expectedReturns, first * size, end * size));
  }

  /** As many scenarios as wished, drawn in the same way as these. */
  public Scenarios drawn(int scenarios, long seed) {
    return withExpectedReturns(draw(centre, spread, scenarios, new Random(seed)));
  }

  /** The same with other bounds, the same for every weight. */
  public Scenarios bounded(double otherLower, double otherUpper) {
    return new Scenarios(kind, size, otherLower, otherUpper, risk, expectedReturns, centre, spread);
  }

  /**
   * The same portfolios of an objective that is a multiple of this one: other units.
   *
   * @param factor above 0; what Σ and μ are multiplied by
   */
  public Scenarios times(double factor) {
    return new Scenarios(
        kind,
        size,
        lower,
        upper,
        new Risk.Shared(scaled(risk.matrix(), factor)),
        scaled(expectedReturns, factor),
        scaled(centre, factor),
        factor * spread);
  }

  /**
   * One set of expected returns, the centre, at as many risk aversions: those of a frontier.
   *
   * @param least what the usual risk aversion is multiplied by first
   * @param most last; those between are as far apart as their logarithms
   * @param count at least 2
   */
  public Scenarios appetites(double least, double most, int count) {
    double[] means = new double[count * size];
    for (int k = 0; k < count; k++) {
      double aversion = least * Math.pow(most / least, k / (count - 1.0));
      for (int i = 0; i < size; i++) {
        means[k * size + i] = centre[i] / aversion;
      }
    }
    return withExpectedReturns(means);
  }

  private static double[] scaled(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }

  /** The same with other covariances. */
  public Scenarios withRisk(Risk other) {
    return new Scenarios(kind, size, lower, upper, other, expectedReturns, centre, spread);
  }

  /** The first ones; covariances of their own they keep. */
  public Scenarios first(int scenarios) {
    return withExpectedReturns(Arrays.copyOf(expectedReturns, scenarios * size));
  }

  private Scenarios withExpectedReturns(double[] drawn) {
    return new Scenarios(kind, size, lower, upper, risk, drawn, centre, spread);
  }

  public static double[] draw(double[] centre, double spread, int scenarios, Random random) {
    double[] drawn = new double[scenarios * centre.length];
    for (int at = 0; at < drawn.length; at++) {
      drawn[at] = centre[at % centre.length] + spread * random.nextGaussian();
    }
    return drawn;
  }
}
