package io.parabola;

import io.parabola.internal.ProblemData;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One mean-variance problem over n assets:
 *
 * <pre>
 *     minimise    ½ γ w'Σw − μ'w
 *     subject to  1'w = budget,  lower &lt;= w &lt;= upper
 * </pre>
 *
 * <p>A budget that the bounds cannot meet is legal here and gives {@link Status#INFEASIBLE}. A
 * bound may be infinite. Where the budget and the other assets' bounds already limit the weight,
 * that costs nothing; where they do not, engines look for weights up to a million times the larger
 * of 1 and the absolute budget, and beyond that the problem is {@link Status#UNBOUNDED}.
 *
 * <p>Immutable; may be used from many threads at once.
 */
public final class Problem {
  private final ProblemData data;

  private Problem(ProblemData data) {
    this.data = data;
  }

  /**
   * Starts a problem: minimum variance, long only, fully invested, until told otherwise.
   *
   * @param covariance Σ [n, n]
   * @return a builder
   */
  public static Builder builder(Covariance covariance) {
    return new Builder(Objects.requireNonNull(covariance, "covariance"));
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int size() {
    return data.expectedReturns().length;
  }

  /**
   * The covariance.
   *
   * @return Σ [n, n]
   */
  public Covariance covariance() {
    return data.covariance();
  }

  /**
   * The assets' names.
   *
   * @return n names, immutable
   */
  public List<String> assets() {
    return data.covariance().assets();
  }

  /**
   * The expected simple returns per period.
   *
   * @return μ [n], a copy
   */
  public double[] expectedReturns() {
    return data.expectedReturns().clone();
  }

  /**
   * The risk aversion.
   *
   * @return γ, at least 0
   */
  public double riskAversion() {
    return data.riskAversion();
  }

  /**
   * The lower bounds of the weights.
   *
   * @return [n], a copy
   */
  public double[] lower() {
    return data.lower().clone();
  }

  /**
   * The upper bounds of the weights.
   *
   * @return [n], a copy
   */
  public double[] upper() {
    return data.upper().clone();
  }

  /**
   * What the weights sum to.
   *
   * @return a fraction of equity
   */
  public double budget() {
    return data.budget();
  }

  /**
   * The weights to start from.
   *
   * @return [n], a copy, or null if none were given
   */
  public double[] start() {
    return data.start() == null ? null : data.start().clone();
  }

  ProblemData data() {
    return data;
  }

  /**
   * Collects a problem's values. Arrays are copied when they are given. Not for several threads.
   */
  public static final class Builder {
    private final Covariance covariance;
    private final int n;
    private double[] expectedReturns;
    private double riskAversion = 1;
    private double[] lower;
    private double[] upper;
    private double budget = 1;
    private double[] start;

    private Builder(Covariance covariance) {
      this.covariance = covariance;
      this.n = covariance.size();
      expectedReturns = new double[n];
      lower = new double[n];
      upper = filled(Double.POSITIVE_INFINITY);
    }

    /**
     * The expected simple returns per period; zeros unless set, which asks for minimum variance.
     *
     * @param expectedReturns μ [n]
     * @return this
     */
    public Builder expectedReturns(double... expectedReturns) {
      this.expectedReturns = copy("expectedReturns", expectedReturns);
      return this;
    }

    /**
     * The risk aversion; 1 unless set.
     *
     * @param riskAversion γ, at least 0; 0 asks for maximum return
     * @return this
     */
    public Builder riskAversion(double riskAversion) {
      this.riskAversion = riskAversion;
      return this;
    }

    /**
     * One lower bound for every weight; 0 unless set.
     *
     * @param lower the bound; minus infinity for none
     * @return this
     */
    public Builder lower(double lower) {
      this.lower = filled(lower);
      return this;
    }

    /**
     * A lower bound for each weight.
     *
     * @param lower [n]; minus infinity for none
     * @return this
     */
    public Builder lower(double[] lower) {
      this.lower = copy("lower", lower);
      return this;
    }

    /**
     * One upper bound for every weight; none unless set.
     *
     * @param upper the bound; infinity for none
     * @return this
     */
    public Builder upper(double upper) {
      this.upper = filled(upper);
      return this;
    }

    /**
     * An upper bound for each weight.
     *
     * @param upper [n]; infinity for none
     * @return this
     */
    public Builder upper(double[] upper) {
      this.upper = copy("upper", upper);
      return this;
    }

    /**
     * What the weights sum to; 1 unless set.
     *
     * @param budget a fraction of equity; may be 0 or negative
     * @return this
     */
    public Builder budget(double budget) {
      this.budget = budget;
      return this;
    }

    /**
     * Weights to start the search from, such as an earlier solution. They need not be feasible, and
     * change the solution by no more than rounding.
     *
     * @param start w₀ [n]
     * @return this
     */
    public Builder start(double... start) {
      this.start = copy("start", start);
      return this;
    }

    /**
     * Checks the values.
     *
     * @return the problem
     * @throws InvalidInputException if one of them is NaN, a length differs from n, a lower bound
     *     is above its upper bound or the risk aversion is negative
     */
    public Problem build() {
      checkFinite("expectedReturns", expectedReturns);
      if (!(riskAversion >= 0 && riskAversion < Double.POSITIVE_INFINITY)) {
        throw new InvalidInputException(
            "riskAversion = " + riskAversion + ": must be finite and at least 0");
      }
      if (!Double.isFinite(budget)) {
        throw new InvalidInputException("budget = " + budget + ": must be finite");
      }
      for (int i = 0; i < n; i++) {
        if (Double.isNaN(lower[i]) || lower[i] == Double.POSITIVE_INFINITY) {
          throw new InvalidInputException(
              "lower[" + name(i) + "] = " + lower[i] + ": must be a number or minus infinity");
        }
        if (Double.isNaN(upper[i]) || upper[i] == Double.NEGATIVE_INFINITY) {
          throw new InvalidInputException(
              "upper[" + name(i) + "] = " + upper[i] + ": must be a number or infinity");
        }
        if (lower[i] > upper[i]) {
          throw new InvalidInputException(
              "bounds of " + name(i) + " cross: lower " + lower[i] + " > upper " + upper[i]);
        }
      }
      if (start != null) {
        checkFinite("start", start);
      }
      // The arrays are the builder's own and it may go on to change them.
      return new Problem(
          new ProblemData(
              covariance,
              expectedReturns.clone(),
              riskAversion,
              lower.clone(),
              upper.clone(),
              budget,
              start == null ? null : start.clone()));
    }

    private void checkFinite(String what, double[] values) {
      for (int i = 0; i < n; i++) {
        if (!Double.isFinite(values[i])) {
          throw new InvalidInputException(
              what + "[" + name(i) + "] = " + values[i] + ": must be finite");
        }
      }
    }

    private double[] copy(String what, double[] values) {
      if (values.length != n) {
        throw new InvalidInputException(
            what + " has " + values.length + " numbers, but the covariance has " + n + " assets");
      }
      return values.clone();
    }

    private double[] filled(double value) {
      double[] array = new double[n];
      Arrays.fill(array, value);
      return array;
    }

    private String name(int i) {
      return covariance.assets().get(i);
    }
  }
}
