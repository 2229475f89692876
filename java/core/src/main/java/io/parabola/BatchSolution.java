package io.parabola;

import io.parabola.internal.Results;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The solutions of a batch's scenarios, 0 to S − 1. May be used from many threads at once. Closing
 * it frees the weights and the reduced costs; everything else can still be asked for afterwards.
 */
public final class BatchSolution implements AutoCloseable {
  private static final Status[] STATUSES = Status.values();

  private final int size;
  private final Matrix weights;
  private final DeviceMatrix deviceWeights;
  private final Results results;
  private final Map<Integer, Supplier<String>> messages;
  private final double seconds;
  private final String engine;

  BatchSolution(
      Batch batch,
      Matrix weights,
      DeviceMatrix deviceWeights,
      Results results,
      Map<Integer, Supplier<String>> messages,
      double seconds,
      String engine) {
    this.size = batch.size();
    this.weights = weights;
    this.deviceWeights = deviceWeights;
    this.results = results;
    this.messages = messages;
    this.seconds = seconds;
    this.engine = engine;
  }

  /**
   * The number of scenarios.
   *
   * @return S
   */
  public int scenarios() {
    return results.status.length;
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int size() {
    return size;
  }

  /**
   * How one scenario ended.
   *
   * @param scenario 0 to S − 1
   * @return its status
   */
  public Status status(int scenario) {
    return STATUSES[results.status[scenario]];
  }

  /**
   * Why one scenario's status is not {@link Status#SOLVED}.
   *
   * @param scenario 0 to S − 1
   * @return one line; empty if solved
   */
  public String message(int scenario) {
    Supplier<String> message = messages.get(Objects.checkIndex(scenario, scenarios()));
    return message == null ? "" : message.get();
  }

  /**
   * One scenario's objective, what is minimised: ½ γ v − μ'w + costs with v = (w−b)'Σ(w−b) for a
   * risk aversion γ, ½ v + costs for minimum variance and a target return, costs − μ'w for a target
   * risk, and minus the Sharpe ratio for the maximum Sharpe ratio.
   *
   * @param scenario 0 to S − 1
   * @return its value at the weights, NaN if there are none
   */
  public double objective(int scenario) {
    return results.get(scenario, Results.OBJECTIVE);
  }

  /**
   * One scenario's expected return μ'w per period.
   *
   * @param scenario 0 to S − 1
   * @return its value at the weights, NaN if there are none
   */
  public double expectedReturn(int scenario) {
    return results.get(scenario, Results.EXPECTED_RETURN);
  }

  /**
   * One scenario's variance (w−b)'Σ(w−b) per period, b being the benchmark: w'Σw without one.
   *
   * @param scenario 0 to S − 1
   * @return its value at the weights, NaN if there are none
   */
  public double variance(int scenario) {
    return results.get(scenario, Results.VARIANCE);
  }

  /**
   * One scenario's volatility √((w−b)'Σ(w−b)) per period: with a benchmark b, the tracking error.
   *
   * @param scenario 0 to S − 1
   * @return its value at the weights, NaN if there are none
   */
  public double volatility(int scenario) {
    return Math.sqrt(results.get(scenario, Results.VARIANCE));
  }

  /**
   * A bound on how far one scenario's objective is above its optimum, worked out from the data, as
   * {@link Solution#gap} says.
   *
   * @param scenario 0 to S − 1
   * @return at least 0, in the unit of the objective; NaN if there are no weights
   */
  public double gap(int scenario) {
    return results.get(scenario, Results.GAP);
  }

  /**
   * One scenario's gap over max(γ v, |μ'w|, costs) with v = (w−b)'Σ(w−b), or over what rounding of
   * the data leaves of that where these all but cancel: not less than 2⁻²⁰ of (Σ|wᵢ−bᵢ|σᵢ)²γ +
   * Σ|μᵢwᵢ| + costs, nor than 2⁻²⁴ of Σ(γσᵢ Σ|wⱼ−bⱼ|σⱼ + |μᵢ|)(upperᵢ − lowerᵢ); on the java engine
   * nor than 2⁻⁶⁴ of γ(Σσᵢ(upperᵢ − lowerᵢ))², where all risk can be shed. Of a target risk, whose
   * γ is found and has no end where the target is near what can be hedged: over max(|μ'w|, costs)
   * and the terms without a γ, on the native engines with the slopes of costs beside |μᵢ|. Of a
   * Sharpe ratio: over the ratio itself.
   *
   * @param scenario 0 to S − 1
   * @return at least 0; 0 if gap and scale both are; NaN if there are no weights
   */
  public double relativeGap(int scenario) {
    return results.get(scenario, Results.RELATIVE_GAP);
  }

  /**
   * How many faces of the feasible set were solved on the way to one scenario's solution.
   *
   * @param scenario 0 to S − 1
   * @return at least 0
   */
  public int iterations(int scenario) {
    return (int) results.get(scenario, Results.ITERATIONS);
  }

  /**
   * One scenario's weights. They keep their bounds exactly and sum to the budget to rounding.
   *
   * @param scenario 0 to S − 1
   * @return w [n], a copy; NaN if there are none
   * @throws IllegalStateException once closed
   */
  public double[] weights(int scenario) {
    double[] target = new double[size];
    weights(scenario, target);
    return target;
  }

  /**
   * Copies out one scenario's weights.
   *
   * @param scenario 0 to S − 1
   * @param target w [n]; overwritten, with NaN if there are none
   * @throws IllegalStateException once closed
   */
  public void weights(int scenario, double[] target) {
    if (weights != null) {
      weights.getRow(scenario, target);
    } else {
      deviceWeights.getRow(scenario, target);
    }
  }

  /**
   * What one scenario trades, Σ|w − w₀|.
   *
   * @param scenario 0 to S − 1
   * @return buying and selling together, a fraction of equity; NaN if there are no weights or no
   *     current weights
   */
  public double turnover(int scenario) {
    return results.get(scenario, Results.TURNOVER);
  }

  /**
   * One scenario's transaction costs.
   *
   * @param scenario 0 to S − 1
   * @return a fraction of equity; 0 if none were given, NaN if there are no weights
   */
  public double costs(int scenario) {
    return results.get(scenario, Results.COSTS);
  }

  /**
   * The constraints that have a shadow price: "budget", the rows by their names, then "turnover",
   * "gross exposure", "target return" and "target risk" where they are part of the batch.
   *
   * @return the names, immutable
   */
  public List<String> constraintNames() {
    return results.constraintNames;
  }

  /**
   * The derivative of one scenario's optimal objective by a constraint's binding limit: at least 0
   * if that is a lower limit, at most 0 if it is an upper one, of either sign for an equality.
   *
   * @param scenario 0 to S − 1
   * @param constraint one of {@link #constraintNames}
   * @return its price; 0 if neither limit binds, NaN if there are no weights
   * @throws InvalidInputException if there is no constraint of that name
   */
  public double shadowPrice(int scenario, String constraint) {
    return results.get(scenario, Results.PRICES + indexOf(constraint, results.constraintNames));
  }

  /**
   * All shadow prices of one scenario.
   *
   * @param scenario 0 to S − 1
   * @return one for each of {@link #constraintNames}, a copy; NaN if there are no weights
   */
  public double[] shadowPrices(int scenario) {
    int from = scenario * results.width;
    return Arrays.copyOfRange(results.records, from + Results.PRICES, from + results.width);
  }

  /**
   * The derivative of one scenario's optimal objective by each weight's binding bound: at least 0
   * at a lower bound, at most 0 at an upper one, 0 in between.
   *
   * @param scenario 0 to S − 1
   * @return [n], a copy; NaN if there are no weights
   * @throws IllegalStateException once closed, or if {@link SolveOptions#withReducedCosts} did not
   *     ask for them
   */
  public double[] reducedCosts(int scenario) {
    if (results.reducedCosts == null) {
      throw new IllegalStateException("reduced costs: ask for them by withReducedCosts()");
    }
    double[] target = new double[size];
    results.reducedCosts.getRow(scenario, target);
    return target;
  }

  boolean hasReducedCosts() {
    return results.reducedCosts != null;
  }

  static int indexOf(String constraint, List<String> names) {
    int index = names.indexOf(constraint);
    if (index < 0) {
      throw new InvalidInputException(
          "constraint " + constraint + ": there is none of that name, only " + names);
    }
    return index;
  }

  /**
   * All weights, without a copy.
   *
   * @return [S, n], closed together with this; NaN in the rows that have none
   * @throws IllegalStateException if {@link SolveOptions#withDeviceWeights} had them left on the
   *     device
   */
  public Matrix weights() {
    if (weights == null) {
      throw new IllegalStateException("the weights are on the device, in a matrix of yours");
    }
    return weights;
  }

  /**
   * One scenario's solution by itself, which outlives this.
   *
   * @param scenario 0 to S − 1
   * @return a copy of everything about it
   * @throws IllegalStateException once closed
   */
  public Solution solution(int scenario) {
    return new Solution(this, scenario);
  }

  /**
   * Counts the scenarios that ended in one way.
   *
   * @param status which
   * @return how many of S
   */
  public long count(Status status) {
    long count = 0;
    for (byte code : results.status) {
      if (code == status.ordinal()) {
        count++;
      }
    }
    return count;
  }

  /**
   * The largest relative gap of the scenarios that have weights.
   *
   * @return at least 0; 0 if none has
   */
  public double worstRelativeGap() {
    double worst = 0;
    for (int s = 0; s < scenarios(); s++) {
      double gap = relativeGap(s);
      if (gap > worst) {
        worst = gap;
      }
    }
    return worst;
  }

  /**
   * Whether every scenario is {@link Status#SOLVED}.
   *
   * @return true also if there is none
   */
  public boolean allSolved() {
    return count(Status.SOLVED) == scenarios();
  }

  /**
   * The time from the call of solve to its end.
   *
   * @return seconds
   */
  public double seconds() {
    return seconds;
  }

  /**
   * The engine that solved it.
   *
   * @return its name
   */
  public String engine() {
    return engine;
  }

  /**
   * Frees the weights and the reduced costs; again does nothing. Weights on a device stay there.
   *
   * @throws IllegalStateException if they are being read
   */
  @Override
  public void close() {
    if (weights != null) {
      weights.close();
    }
    if (results.reducedCosts != null) {
      results.reducedCosts.close();
    }
  }
}
