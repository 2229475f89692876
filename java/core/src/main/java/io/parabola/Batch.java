package io.parabola;

import io.parabola.internal.BatchData;
import java.util.Objects;

/**
 * A problem and S scenarios, each of which overrides parts of it; what a batch does not override
 * holds for every scenario. All share the problem's covariance.
 *
 * <p>A bad value in one scenario (NaN, crossed bounds) does not throw: that scenario gets {@link
 * Status#INVALID}, and the others are solved. A wrong shape throws at once.
 *
 * <p>Immutable; may be used from many threads at once.
 */
public final class Batch {
  private final Problem problem;
  private final BatchData data;

  private Batch(Problem problem, BatchData data) {
    this.problem = problem;
    this.data = data;
  }

  /**
   * Starts a batch in which every scenario is the problem itself until told otherwise.
   *
   * @param problem what the scenarios have in common
   * @param scenarios S, at least 0
   * @return a builder
   * @throws InvalidInputException if {@code scenarios} is negative
   */
  public static Builder builder(Problem problem, int scenarios) {
    return new Builder(Objects.requireNonNull(problem, "problem"), scenarios);
  }

  /**
   * What the scenarios have in common.
   *
   * @return the instance given to {@link #builder}
   */
  public Problem problem() {
    return problem;
  }

  /**
   * The number of scenarios.
   *
   * @return S
   */
  public int scenarios() {
    return data.scenarios();
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int size() {
    return problem.size();
  }

  BatchData data() {
    return data;
  }

  /**
   * Collects the overrides. Arrays are copied when they are given; a {@link Matrix} is used as it
   * stands, and must be neither changed nor closed during a solve. Not for several threads.
   */
  public static final class Builder {
    private final Problem problem;
    private final int scenarios;
    private Matrix expectedReturns;
    private double[] riskAversion;
    private Matrix lower;
    private Matrix upper;
    private double[] budget;
    private Matrix start;

    private Builder(Problem problem, int scenarios) {
      if (scenarios < 0) {
        throw new InvalidInputException("scenarios = " + scenarios + ": must be at least 0");
      }
      this.problem = problem;
      this.scenarios = scenarios;
    }

    /**
     * Expected simple returns per period by scenario.
     *
     * @param expectedReturns μ [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder expectedReturns(double[] expectedReturns) {
      this.expectedReturns = copy("expectedReturns", expectedReturns);
      return this;
    }

    /**
     * Expected simple returns per period by scenario.
     *
     * @param expectedReturns μ [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder expectedReturns(Matrix expectedReturns) {
      this.expectedReturns = checked("expectedReturns", expectedReturns);
      return this;
    }

    /**
     * The risk aversion by scenario.
     *
     * @param riskAversion γ [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S
     */
    public Builder riskAversion(double[] riskAversion) {
      this.riskAversion = copyScalars("riskAversion", riskAversion);
      return this;
    }

    /**
     * Lower bounds by scenario.
     *
     * @param lower [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder lower(double[] lower) {
      this.lower = copy("lower", lower);
      return this;
    }

    /**
     * Lower bounds by scenario.
     *
     * @param lower [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder lower(Matrix lower) {
      this.lower = checked("lower", lower);
      return this;
    }

    /**
     * Upper bounds by scenario.
     *
     * @param upper [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder upper(double[] upper) {
      this.upper = copy("upper", upper);
      return this;
    }

    /**
     * Upper bounds by scenario.
     *
     * @param upper [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder upper(Matrix upper) {
      this.upper = checked("upper", upper);
      return this;
    }

    /**
     * What the weights sum to, by scenario.
     *
     * @param budget [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S
     */
    public Builder budget(double[] budget) {
      this.budget = copyScalars("budget", budget);
      return this;
    }

    /**
     * Weights to start the search from, by scenario.
     *
     * @param start w₀ [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder start(double[] start) {
      this.start = copy("start", start);
      return this;
    }

    /**
     * Weights to start the search from, by scenario.
     *
     * @param start w₀ [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder start(Matrix start) {
      this.start = checked("start", start);
      return this;
    }

    /**
     * Makes the batch.
     *
     * @return the batch
     */
    public Batch build() {
      return new Batch(
          problem,
          new BatchData(
              problem.data(),
              scenarios,
              expectedReturns,
              riskAversion,
              lower,
              upper,
              budget,
              start));
    }

    private Matrix copy(String what, double[] values) {
      if (values.length != (long) scenarios * problem.size()) {
        throw new InvalidInputException(
            what
                + " has "
                + values.length
                + " numbers, but "
                + shape()
                + " need "
                + (long) scenarios * problem.size());
      }
      return Matrix.copyOf(values, scenarios, problem.size()).neverClosed();
    }

    private Matrix checked(String what, Matrix values) {
      if (values.rows() != scenarios || values.columns() != problem.size()) {
        throw new InvalidInputException(
            what
                + " is a matrix of "
                + values.rows()
                + " x "
                + values.columns()
                + ", but "
                + shape()
                + " need "
                + scenarios
                + " x "
                + problem.size());
      }
      return values;
    }

    private double[] copyScalars(String what, double[] values) {
      if (values.length != scenarios) {
        throw new InvalidInputException(
            what + " has " + values.length + " numbers, but there are " + scenarios + " scenarios");
      }
      return values.clone();
    }

    private String shape() {
      return scenarios + " scenarios of " + problem.size() + " assets";
    }
  }
}
