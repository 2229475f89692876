package io.parabola;

import io.parabola.internal.BatchData;
import io.parabola.internal.CostOverrides;
import io.parabola.internal.CovarianceOverrides;
import io.parabola.internal.RowOverrides;
import java.util.Objects;

/**
 * A problem and S scenarios, each of which overrides parts of it; what a batch does not override
 * holds for every scenario.
 *
 * <p>A scenario's covariance may be the problem's own, or one of three kinds that are made from it
 * or replace it: scaled or stressed ({@link Builder#volatilityMultipliers(double[]) multipliers}
 * and {@link Builder#correlationStress(double[]) correlation stress}, together or by themselves),
 * other {@link Builder#factorCovariance(double[]) factor} or {@link
 * Builder#specificVariance(double[]) specific} variances of a factor covariance, or a covariance
 * {@link Builder#covariances of its own}.
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
    private final BatchShapes shapes;
    private Matrix expectedReturns;
    private double[] objectiveValue;
    private Matrix lower;
    private Matrix upper;
    private double[] budget;
    private Matrix rowLower;
    private Matrix rowUpper;
    private Matrix rows;
    private Matrix currentWeights;
    private double[] maximumTurnover;
    private double[] maximumGrossExposure;
    private Matrix buyCosts;
    private Matrix sellCosts;
    private Matrix quadraticCosts;
    private Matrix powerCosts;
    private Matrix benchmark;
    private Matrix volatilityMultipliers;
    private Matrix correlationStress;
    private Matrix factorCovariance;
    private Matrix specificVariance;
    private Matrix covariances;
    private boolean trusted;
    private Matrix start;
    private DeviceMatrix deviceExpectedReturns;
    private DeviceMatrix deviceLower;
    private DeviceMatrix deviceUpper;
    private DeviceMatrix deviceCurrentWeights;
    private DeviceMatrix deviceStart;
    private DeviceMatrix deviceCovariances;

    private Builder(Problem problem, int scenarios) {
      this.problem = problem;
      this.scenarios = scenarios;
      shapes = new BatchShapes(problem, scenarios);
    }

    /**
     * Expected simple returns per period by scenario.
     *
     * @param expectedReturns μ [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder expectedReturns(double[] expectedReturns) {
      this.expectedReturns =
          shapes.copy("expectedReturns", expectedReturns, scenarios, problem.size());
      deviceExpectedReturns = null;
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
      this.expectedReturns =
          shapes.check("expectedReturns", expectedReturns, scenarios, problem.size());
      deviceExpectedReturns = null;
      return this;
    }

    /**
     * @param expectedReturns μ [S, n], on the device that solves; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder expectedReturns(DeviceMatrix expectedReturns) {
      deviceExpectedReturns = shapes.check("expectedReturns", expectedReturns, scenarios);
      this.expectedReturns = null;
      return this;
    }

    /**
     * The risk aversion by scenario; for a problem with that objective.
     *
     * @param riskAversion γ [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or the problem's objective is another
     */
    public Builder riskAversion(double[] riskAversion) {
      return objective(Objective.Kind.RISK_AVERSION, riskAversion);
    }

    /**
     * The target return by scenario; for a problem with that objective.
     *
     * @param targetReturn [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or the problem's objective is another
     */
    public Builder targetReturn(double[] targetReturn) {
      return objective(Objective.Kind.TARGET_RETURN, targetReturn);
    }

    /**
     * The target risk by scenario; for a problem with that objective.
     *
     * @param targetRisk [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or the problem's objective is another
     */
    public Builder targetRisk(double[] targetRisk) {
      return objective(Objective.Kind.TARGET_RISK, targetRisk);
    }

    /**
     * The risk-free return by scenario; for a problem that asks for the maximum Sharpe ratio.
     *
     * @param riskFree [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or the problem's objective is another
     */
    public Builder riskFree(double[] riskFree) {
      return objective(Objective.Kind.MAXIMUM_SHARPE, riskFree);
    }

    private Builder objective(Objective.Kind kind, double[] values) {
      shapes.requireObjective(kind);
      objectiveValue = shapes.scalars(Objective.name(kind), values);
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
      this.lower = shapes.copy("lower", lower, scenarios, problem.size());
      deviceLower = null;
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
      this.lower = shapes.check("lower", lower, scenarios, problem.size());
      deviceLower = null;
      return this;
    }

    /**
     * @param lower [S, n], on the device that solves; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder lower(DeviceMatrix lower) {
      deviceLower = shapes.check("lower", lower, scenarios);
      this.lower = null;
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
      this.upper = shapes.copy("upper", upper, scenarios, problem.size());
      deviceUpper = null;
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
      this.upper = shapes.check("upper", upper, scenarios, problem.size());
      deviceUpper = null;
      return this;
    }

    /**
     * @param upper [S, n], on the device that solves; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder upper(DeviceMatrix upper) {
      deviceUpper = shapes.check("upper", upper, scenarios);
      this.upper = null;
      return this;
    }

    /**
     * What the weights sum to, by scenario.
     *
     * @param budget [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or the problem has no budget
     */
    public Builder budget(double[] budget) {
      shapes.requireBudget();
      this.budget = shapes.scalars("budget", budget);
      return this;
    }

    /**
     * Lower limits of the rows by scenario.
     *
     * @param rowLower [S, m]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·m, or the problem has no rows
     */
    public Builder rowLower(double[] rowLower) {
      this.rowLower = shapes.copy("rowLower", rowLower, scenarios, shapes.rows());
      return this;
    }

    /**
     * Lower limits of the rows by scenario.
     *
     * @param rowLower [S, m]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another, or the problem has no rows
     */
    public Builder rowLower(Matrix rowLower) {
      this.rowLower = shapes.check("rowLower", rowLower, scenarios, shapes.rows());
      return this;
    }

    /**
     * Upper limits of the rows by scenario.
     *
     * @param rowUpper [S, m]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·m, or the problem has no rows
     */
    public Builder rowUpper(double[] rowUpper) {
      this.rowUpper = shapes.copy("rowUpper", rowUpper, scenarios, shapes.rows());
      return this;
    }

    /**
     * Upper limits of the rows by scenario.
     *
     * @param rowUpper [S, m]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another, or the problem has no rows
     */
    public Builder rowUpper(Matrix rowUpper) {
      this.rowUpper = shapes.check("rowUpper", rowUpper, scenarios, shapes.rows());
      return this;
    }

    /**
     * Coefficients of the rows by scenario, such as factor exposures that move.
     *
     * @param rows A [S·m, n]: row s·m + r is row r of scenario s; not copied
     * @return this
     * @throws InvalidInputException if the shape is another, or the problem has no rows
     */
    public Builder rows(Matrix rows) {
      this.rows = shapes.check("rows", rows, (long) scenarios * shapes.rows(), problem.size());
      return this;
    }

    /**
     * The weights held now, by scenario.
     *
     * @param currentWeights w₀ [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder currentWeights(double[] currentWeights) {
      this.currentWeights =
          shapes.copy("currentWeights", currentWeights, scenarios, problem.size());
      deviceCurrentWeights = null;
      return this;
    }

    /**
     * The weights held now, by scenario.
     *
     * @param currentWeights w₀ [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder currentWeights(Matrix currentWeights) {
      this.currentWeights =
          shapes.check("currentWeights", currentWeights, scenarios, problem.size());
      deviceCurrentWeights = null;
      return this;
    }

    /**
     * @param currentWeights w₀ [S, n], on the device that solves; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder currentWeights(DeviceMatrix currentWeights) {
      deviceCurrentWeights = shapes.check("currentWeights", currentWeights, scenarios);
      this.currentWeights = null;
      return this;
    }

    /**
     * The most that may be traded away from the current weights, by scenario.
     *
     * @param maximumTurnover [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S
     */
    public Builder maximumTurnover(double[] maximumTurnover) {
      this.maximumTurnover = shapes.scalars("maximumTurnover", maximumTurnover);
      return this;
    }

    /**
     * The most that may be held long and short together, by scenario.
     *
     * @param maximumGrossExposure [S]; copied
     * @return this
     * @throws InvalidInputException if the length is not S
     */
    public Builder maximumGrossExposure(double[] maximumGrossExposure) {
      this.maximumGrossExposure = shapes.scalars("maximumGrossExposure", maximumGrossExposure);
      return this;
    }

    /**
     * Costs per unit bought, by scenario; they replace the buying rates of the problem's {@link
     * TransactionCosts}, if it has any.
     *
     * @param buyCosts cost per unit bought [S, n], at least 0; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder buyCosts(double[] buyCosts) {
      this.buyCosts = shapes.copy("buyCosts", buyCosts, scenarios, problem.size());
      return this;
    }

    /**
     * Costs per unit bought, by scenario; they replace the buying rates of the problem's {@link
     * TransactionCosts}, if it has any.
     *
     * @param buyCosts cost per unit bought [S, n], at least 0; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder buyCosts(Matrix buyCosts) {
      this.buyCosts = shapes.check("buyCosts", buyCosts, scenarios, problem.size());
      return this;
    }

    /**
     * Costs per unit sold, by scenario; they replace the selling rates of the problem's {@link
     * TransactionCosts}, if it has any.
     *
     * @param sellCosts cost per unit sold [S, n], at least 0; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder sellCosts(double[] sellCosts) {
      this.sellCosts = shapes.copy("sellCosts", sellCosts, scenarios, problem.size());
      return this;
    }

    /**
     * Costs per unit sold, by scenario; they replace the selling rates of the problem's {@link
     * TransactionCosts}, if it has any.
     *
     * @param sellCosts cost per unit sold [S, n], at least 0; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder sellCosts(Matrix sellCosts) {
      this.sellCosts = shapes.check("sellCosts", sellCosts, scenarios, problem.size());
      return this;
    }

    /**
     * Coefficients of the squared trade, by scenario; they replace those of the problem's {@link
     * TransactionCosts}, if it has any.
     *
     * @param quadraticCosts cost of a trade of 1 [S, n], at least 0; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder quadraticCosts(double[] quadraticCosts) {
      this.quadraticCosts =
          shapes.copy("quadraticCosts", quadraticCosts, scenarios, problem.size());
      return this;
    }

    /**
     * Coefficients of the squared trade, by scenario; they replace those of the problem's {@link
     * TransactionCosts}, if it has any.
     *
     * @param quadraticCosts cost of a trade of 1 [S, n], at least 0; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder quadraticCosts(Matrix quadraticCosts) {
      this.quadraticCosts =
          shapes.check("quadraticCosts", quadraticCosts, scenarios, problem.size());
      return this;
    }

    /**
     * Coefficients of the power of the trade, by scenario; they replace those of the problem's
     * {@link TransactionCosts}, whose exponent holds for every scenario.
     *
     * @param powerCosts cost of a trade of 1 [S, n], at least 0; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n, or the problem has no transaction
     *     costs and so no exponent
     */
    public Builder powerCosts(double[] powerCosts) {
      this.powerCosts = shapes.copy("powerCosts", powerCosts, scenarios, shapes.power());
      return this;
    }

    /**
     * Coefficients of the power of the trade, by scenario; they replace those of the problem's
     * {@link TransactionCosts}, whose exponent holds for every scenario.
     *
     * @param powerCosts cost of a trade of 1 [S, n], at least 0; not copied
     * @return this
     * @throws InvalidInputException if the shape is another, or the problem has no transaction
     *     costs and so no exponent
     */
    public Builder powerCosts(Matrix powerCosts) {
      this.powerCosts = shapes.check("powerCosts", powerCosts, scenarios, shapes.power());
      return this;
    }

    /**
     * The portfolio that risk is measured against, by scenario.
     *
     * @param benchmark b [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder benchmark(double[] benchmark) {
      this.benchmark = shapes.copy("benchmark", benchmark, scenarios, problem.size());
      return this;
    }

    /**
     * The portfolio that risk is measured against, by scenario.
     *
     * @param benchmark b [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder benchmark(Matrix benchmark) {
      this.benchmark = shapes.check("benchmark", benchmark, scenarios, problem.size());
      return this;
    }

    /**
     * Volatility multipliers by scenario: Σ becomes D Σ D with D = diag(m).
     *
     * @param volatilityMultipliers m [S, n], at least 0; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder volatilityMultipliers(double[] volatilityMultipliers) {
      this.volatilityMultipliers =
          shapes.copy("volatilityMultipliers", volatilityMultipliers, scenarios, problem.size());
      return this;
    }

    /**
     * Volatility multipliers by scenario: Σ becomes D Σ D with D = diag(m).
     *
     * @param volatilityMultipliers m [S, n], at least 0; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder volatilityMultipliers(Matrix volatilityMultipliers) {
      this.volatilityMultipliers =
          shapes.check("volatilityMultipliers", volatilityMultipliers, scenarios, problem.size());
      return this;
    }

    /**
     * Correlations moved towards one, by scenario: every correlation Cᵢⱼ of two assets becomes
     * √((1−θᵢ)(1−θⱼ)) Cᵢⱼ + √(θᵢ θⱼ), which keeps Σ positive semidefinite; volatilities stay.
     *
     * @param theta θ from 0 to 1, [S] for one that all assets share or [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is neither S nor S·n
     */
    public Builder correlationStress(double[] theta) {
      int columns = theta.length == scenarios ? 1 : problem.size();
      correlationStress = shapes.copy("correlationStress", theta, scenarios, columns);
      return this;
    }

    /**
     * Correlations moved towards one, by scenario and asset: every correlation Cᵢⱼ of two assets
     * becomes √((1−θᵢ)(1−θⱼ)) Cᵢⱼ + √(θᵢ θⱼ), which keeps Σ positive semidefinite; volatilities
     * stay.
     *
     * @param theta θ [S, n], from 0 to 1; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder correlationStress(Matrix theta) {
      correlationStress = shapes.check("correlationStress", theta, scenarios, problem.size());
      return this;
    }

    /**
     * Covariances of the factors by scenario, for a problem with a factor covariance.
     *
     * @param factorCovariance Ω [S, k·k]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·k·k, or the problem's covariance is not
     *     one of factors
     */
    public Builder factorCovariance(double[] factorCovariance) {
      this.factorCovariance =
          shapes.copy("factorCovariance", factorCovariance, scenarios, shapes.factorSquare());
      return this;
    }

    /**
     * Covariances of the factors by scenario, for a problem with a factor covariance.
     *
     * @param factorCovariance Ω [S, k·k]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another, or the problem's covariance is not one
     *     of factors
     */
    public Builder factorCovariance(Matrix factorCovariance) {
      this.factorCovariance =
          shapes.check("factorCovariance", factorCovariance, scenarios, shapes.factorSquare());
      return this;
    }

    /**
     * Specific variances by scenario, for a problem with a factor covariance.
     *
     * @param specificVariance d [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n, or the problem's covariance is not
     *     one of factors
     */
    public Builder specificVariance(double[] specificVariance) {
      this.specificVariance =
          shapes.copy("specificVariance", specificVariance, scenarios, shapes.specific());
      return this;
    }

    /**
     * Specific variances by scenario, for a problem with a factor covariance.
     *
     * @param specificVariance d [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another, or the problem's covariance is not one
     *     of factors
     */
    public Builder specificVariance(Matrix specificVariance) {
      this.specificVariance =
          shapes.check("specificVariance", specificVariance, scenarios, shapes.specific());
      return this;
    }

    /**
     * A covariance of its own for every scenario; it replaces the problem's. A scenario whose
     * matrix is not symmetric and positive semidefinite is {@link Status#INVALID}; to find out
     * takes longer than to solve, see {@link #trustedCovariances}.
     *
     * @param covariances Σ [S·n, n]: row s·n + i is row i of scenario s; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder covariances(Matrix covariances) {
      this.covariances =
          shapes.check(
              "covariances", covariances, (long) scenarios * problem.size(), problem.size());
      deviceCovariances = null;
      trusted = false;
      return this;
    }

    /**
     * The same without the check, for matrices that are covariances by the way they were made. The
     * certificates hold for those that are; of others nothing is promised.
     *
     * @param covariances Σ [S·n, n]: row s·n + i is row i of scenario s; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder trustedCovariances(Matrix covariances) {
      covariances(covariances);
      trusted = true;
      return this;
    }

    /**
     * The same on the device that solves; {@link DeviceSampleCovariance#ofWindows} makes such.
     *
     * @param covariances Σ [S·n, n]: row s·n + i is row i of scenario s; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder trustedCovariances(DeviceMatrix covariances) {
      deviceCovariances =
          shapes.check("covariances", covariances, (long) scenarios * problem.size());
      this.covariances = null;
      trusted = true;
      return this;
    }

    /**
     * Weights to start the search from, by scenario.
     *
     * @param start [S, n]; copied
     * @return this
     * @throws InvalidInputException if the length is not S·n
     */
    public Builder start(double[] start) {
      this.start = shapes.copy("start", start, scenarios, problem.size());
      deviceStart = null;
      return this;
    }

    /**
     * Weights to start the search from, by scenario.
     *
     * @param start [S, n]; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder start(Matrix start) {
      this.start = shapes.check("start", start, scenarios, problem.size());
      deviceStart = null;
      return this;
    }

    /**
     * @param start [S, n], on the device that solves; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder start(DeviceMatrix start) {
      deviceStart = shapes.check("start", start, scenarios);
      this.start = null;
      return this;
    }

    /**
     * Makes the batch.
     *
     * @return the batch
     * @throws InvalidInputException if covariances of more than one kind are given, or a turnover
     *     limit or costs where neither problem nor batch has current weights
     */
    public Batch build() {
      shapes.atMostOneFamily(
          volatilityMultipliers != null || correlationStress != null,
          factorCovariance != null || specificVariance != null,
          covariances != null || deviceCovariances != null);
      if (currentWeights == null
          && deviceCurrentWeights == null
          && problem.data().currentWeights() == null) {
        shapes.needsCurrentWeights("maximumTurnover", maximumTurnover);
        shapes.needsCurrentWeights("buyCosts", buyCosts);
        shapes.needsCurrentWeights("sellCosts", sellCosts);
        shapes.needsCurrentWeights("quadraticCosts", quadraticCosts);
        shapes.needsCurrentWeights("powerCosts", powerCosts);
      }
      return new Batch(
          problem,
          new BatchData(
              problem.data(),
              scenarios,
              expectedReturns,
              objectiveValue,
              lower,
              upper,
              budget,
              new RowOverrides(rowLower, rowUpper, rows),
              currentWeights,
              maximumTurnover,
              maximumGrossExposure,
              new CostOverrides(buyCosts, sellCosts, quadraticCosts, powerCosts),
              benchmark,
              new CovarianceOverrides(
                  volatilityMultipliers,
                  correlationStress,
                  factorCovariance,
                  specificVariance,
                  covariances,
                  trusted),
              start,
              shapes.onDevice(
                  deviceExpectedReturns,
                  deviceLower,
                  deviceUpper,
                  deviceCurrentWeights,
                  deviceStart,
                  deviceCovariances)));
    }
  }
}
