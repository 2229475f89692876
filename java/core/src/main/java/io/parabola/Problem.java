package io.parabola;

import io.parabola.internal.ProblemData;
import io.parabola.internal.RowData;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One mean-variance problem over n assets:
 *
 * <pre>
 *     minimise    ½ γ (w−b)'Σ(w−b) − μ'w + costs(w − w₀)        or another {@link Objective}
 *     subject to  1'w = budget,  lower &lt;= w &lt;= upper,  rows: lower &lt;= A w &lt;= upper,
 *                 Σ|w − w₀| &lt;= maximum turnover,  Σ|w| &lt;= maximum gross exposure
 * </pre>
 *
 * <p>Box and budget are always there (the budget unless {@link Builder#withoutBudget}); the rest is
 * absent until set. A budget or a row that cannot be met is legal here and gives {@link
 * Status#INFEASIBLE}. A bound may be infinite. Where the budget and the other assets' bounds
 * already limit the weight, that costs nothing; where they do not, engines look for weights up to a
 * million times the larger of 1 and the absolute budget, and beyond that the problem is {@link
 * Status#UNBOUNDED}.
 *
 * <p>Immutable; may be used from many threads at once.
 */
public final class Problem {
  private final ProblemData data;
  private final LinearConstraints constraints;
  private final TransactionCosts transactionCosts;

  private Problem(
      ProblemData data, LinearConstraints constraints, TransactionCosts transactionCosts) {
    this.data = data;
    this.constraints = constraints;
    this.transactionCosts = transactionCosts;
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
   * What is asked for.
   *
   * @return the objective and its value
   */
  public Objective objective() {
    return data.objective();
  }

  /**
   * The risk aversion.
   *
   * @return γ, at least 0; 1 if the objective is another one
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
   * Whether the weights have to sum to the budget.
   *
   * @return false only after {@link Builder#withoutBudget}
   */
  public boolean hasBudget() {
    return data.hasBudget();
  }

  /**
   * What the weights sum to.
   *
   * @return a fraction of equity; 0 if there is no budget
   */
  public double budget() {
    return data.budget();
  }

  /**
   * The rows of linear constraints.
   *
   * @return A with its limits, or null if there are no rows
   */
  public LinearConstraints constraints() {
    return constraints;
  }

  /**
   * The weights held now, w₀.
   *
   * @return [n], a copy, or null if none were given
   */
  public double[] currentWeights() {
    return copyOf(data.currentWeights());
  }

  /**
   * The limit of Σ|w − w₀|.
   *
   * @return a fraction of equity; infinity for none
   */
  public double maximumTurnover() {
    return data.maximumTurnover();
  }

  /**
   * The limit of Σ|w|.
   *
   * @return a fraction of equity; infinity for none
   */
  public double maximumGrossExposure() {
    return data.maximumGrossExposure();
  }

  /**
   * What trading away from the current weights costs.
   *
   * @return the costs, or null if there are none
   */
  public TransactionCosts transactionCosts() {
    return transactionCosts;
  }

  /**
   * The benchmark that risk is measured against.
   *
   * @return b [n], a copy, or null if none was given
   */
  public double[] benchmark() {
    return copyOf(data.benchmark());
  }

  /**
   * The weights to start from.
   *
   * @return [n], a copy, or null if none were given
   */
  public double[] start() {
    return copyOf(data.start());
  }

  ProblemData data() {
    return data;
  }

  /**
   * Starts from the values of this problem, to change some of them.
   *
   * @return a builder that holds them all
   */
  public Builder toBuilder() {
    return toBuilder(covariance());
  }

  /**
   * Starts from the values of this problem with another covariance of the same assets.
   *
   * @param covariance Σ
   * @return a builder that holds all the other values
   * @throws InvalidInputException if the number of assets differs
   */
  public Builder toBuilder(Covariance covariance) {
    if (covariance.size() != size()) {
      throw new InvalidInputException(
          "a covariance of " + covariance.size() + " assets for a problem of " + size());
    }
    Builder builder = new Builder(covariance);
    builder.expectedReturns = data.expectedReturns();
    builder.objective(data.objective());
    builder.lower = data.lower();
    builder.upper = data.upper();
    builder.hasBudget = data.hasBudget();
    builder.budget = data.budget();
    builder.constraints = constraints;
    builder.currentWeights = data.currentWeights();
    builder.maximumTurnover = data.maximumTurnover();
    builder.maximumGrossExposure = data.maximumGrossExposure();
    builder.transactionCosts = transactionCosts;
    builder.benchmark = data.benchmark();
    builder.start = data.start();
    return builder;
  }

  private static double[] copyOf(double[] values) {
    return values == null ? null : values.clone();
  }

  /**
   * Collects a problem's values. Arrays are copied when they are given. Not for several threads.
   */
  public static final class Builder {
    private final Covariance covariance;
    private final int n;
    private final ProblemChecks checks;
    private double[] expectedReturns;
    private Objective.Kind objective = Objective.Kind.RISK_AVERSION;
    private double objectiveValue = 1;
    private double[] lower;
    private double[] upper;
    private boolean hasBudget = true;
    private double budget = 1;
    private LinearConstraints constraints;
    private double[] currentWeights;
    private double maximumTurnover = Double.POSITIVE_INFINITY;
    private double maximumGrossExposure = Double.POSITIVE_INFINITY;
    private TransactionCosts transactionCosts;
    private double[] benchmark;
    private double[] start;

    private Builder(Covariance covariance) {
      this.covariance = covariance;
      this.n = covariance.size();
      checks = new ProblemChecks(covariance.assets());
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
      this.expectedReturns = checks.copy("expectedReturns", expectedReturns);
      return this;
    }

    /**
     * The objective; risk aversion 1 unless set. The last one set holds.
     *
     * @param objective what is asked for
     * @return this
     */
    public Builder objective(Objective objective) {
      return objective(objective.kind(), objective.value());
    }

    /**
     * Weighs risk against return at a given exchange rate; this is the objective unless another is
     * set, and the rate is 1.
     *
     * @param riskAversion γ, at least 0; 0 asks for maximum return
     * @return this
     */
    public Builder riskAversion(double riskAversion) {
      return objective(Objective.Kind.RISK_AVERSION, riskAversion);
    }

    /**
     * Asks for the least variance about the benchmark, whatever the expected returns.
     *
     * @return this
     */
    public Builder minimumVariance() {
      return objective(Objective.Kind.MINIMUM_VARIANCE, 0);
    }

    /**
     * Asks for the least variance among portfolios that earn at least a given return.
     *
     * @param targetReturn the least μ'w per period, before costs
     * @return this
     */
    public Builder targetReturn(double targetReturn) {
      return objective(Objective.Kind.TARGET_RETURN, targetReturn);
    }

    /**
     * Asks for the largest return after costs among portfolios of at most a given volatility about
     * the benchmark.
     *
     * @param targetRisk the largest volatility per period, at least 0. One that is 0, or to what
     *     the weights would risk unhedged no more than rounding, is often {@link Status#INACCURATE}
     * @return this
     */
    public Builder targetRisk(double targetRisk) {
      return objective(Objective.Kind.TARGET_RISK, targetRisk);
    }

    /**
     * Asks for the largest return after costs above the risk-free one per unit of volatility. Where
     * no portfolio earns more than the risk-free return, that is {@link Status#NO_EXCESS_RETURN}.
     *
     * @param riskFree the risk-free return per period
     * @return this
     */
    public Builder maximumSharpe(double riskFree) {
      return objective(Objective.Kind.MAXIMUM_SHARPE, riskFree);
    }

    private Builder objective(Objective.Kind kind, double value) {
      objective = kind;
      objectiveValue = value;
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
      this.lower = checks.copy("lower", lower);
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
      this.upper = checks.copy("upper", upper);
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
      hasBudget = true;
      return this;
    }

    /**
     * Leaves the sum of the weights free: cash, or a loan, at no interest makes up the rest. A
     * range for the sum is a row of {@link #constraints}.
     *
     * @return this
     */
    public Builder withoutBudget() {
      budget = 0;
      hasBudget = false;
      return this;
    }

    /**
     * Named rows of linear constraints; none unless set.
     *
     * @param constraints rows over the n assets
     * @return this
     */
    public Builder constraints(LinearConstraints constraints) {
      this.constraints = constraints;
      return this;
    }

    /**
     * The weights held now, which turnover and costs are measured from.
     *
     * @param currentWeights w₀ [n]; they need not be feasible
     * @return this
     */
    public Builder currentWeights(double... currentWeights) {
      this.currentWeights = checks.copy("currentWeights", currentWeights);
      return this;
    }

    /**
     * The most that may be traded away from the current weights; no limit unless set.
     *
     * @param maximumTurnover the largest Σ|w − w₀| (buying and selling counted both), at least 0;
     *     infinity for no limit
     * @return this
     */
    public Builder maximumTurnover(double maximumTurnover) {
      this.maximumTurnover = maximumTurnover;
      return this;
    }

    /**
     * The most that may be held long and short together; no limit unless set.
     *
     * @param maximumGrossExposure the largest Σ|w|, at least 0; infinity for no limit
     * @return this
     */
    public Builder maximumGrossExposure(double maximumGrossExposure) {
      this.maximumGrossExposure = maximumGrossExposure;
      return this;
    }

    /**
     * What trading away from the current weights costs; nothing unless set.
     *
     * @param transactionCosts the costs, one for all or one for each of the n assets
     * @return this
     */
    public Builder transactionCosts(TransactionCosts transactionCosts) {
      this.transactionCosts = transactionCosts;
      return this;
    }

    /**
     * The portfolio that risk is measured against: variance is (w−b)'Σ(w−b), and a target risk is a
     * tracking error. Zeros unless set.
     *
     * @param benchmark b [n]; it need not be feasible; null for none
     * @return this
     */
    public Builder benchmark(double... benchmark) {
      this.benchmark = benchmark == null ? null : checks.copy("benchmark", benchmark);
      return this;
    }

    /**
     * Weights to start the search from, such as an earlier solution. They need not be feasible, and
     * change the solution by no more than rounding.
     *
     * @param start weights [n]
     * @return this
     */
    public Builder start(double... start) {
      this.start = checks.copy("start", start);
      return this;
    }

    /**
     * Checks the values.
     *
     * @return the problem
     * @throws InvalidInputException if one of them is NaN, a length differs from n, a lower bound
     *     is above its upper bound, the value of the objective or a limit is out of range, or there
     *     is a turnover limit or a cost but there are no current weights
     */
    public Problem build() {
      checks.finite("expectedReturns", expectedReturns);
      checks.finite("budget", budget);
      checks.bounds(lower, upper);
      checks.limit("maximumTurnover", maximumTurnover);
      checks.limit("maximumGrossExposure", maximumGrossExposure);
      checks.finite("currentWeights", currentWeights);
      checks.finite("benchmark", benchmark);
      checks.finite("start", start);
      checks.sameSize(constraints);
      if (currentWeights == null) {
        checks.needsCurrentWeights("maximumTurnover", maximumTurnover < Double.POSITIVE_INFINITY);
        checks.needsCurrentWeights("transactionCosts", transactionCosts != null);
      }
      // The arrays are the builder's own and it may go on to change them.
      return new Problem(
          new ProblemData(
              covariance,
              expectedReturns.clone(),
              new Objective(objective, objectiveValue),
              lower.clone(),
              upper.clone(),
              hasBudget,
              budget,
              constraints == null ? RowData.none(n) : constraints.data(),
              copyOf(currentWeights),
              maximumTurnover,
              maximumGrossExposure,
              transactionCosts == null ? null : transactionCosts.data(n),
              copyOf(benchmark),
              copyOf(start)),
          constraints,
          transactionCosts);
    }

    private double[] filled(double value) {
      double[] array = new double[n];
      Arrays.fill(array, value);
      return array;
    }
  }
}
