package io.parabola.models.stress;

import io.parabola.Matrix;
import io.parabola.Status;
import java.util.List;
import java.util.stream.LongStream;

/** Some scenarios of a stress test, and what was measured in each. Not safe for use by threads. */
public final class StressChunk implements AutoCloseable {
  private final long[] scenarios;
  private final int[] state;
  private final byte[] status;
  private final String[] messages;
  private final double[][] measures;
  private final List<String> constraints;
  private final double[][] shadowPrices;
  private final Matrix weights;
  private Matrix reducedCosts;

  StressChunk(long[] scenarios, int assets, List<String> constraints) {
    this.scenarios = scenarios;
    this.constraints = constraints;
    int count = scenarios.length;
    state = new int[count];
    status = new byte[count];
    messages = new String[count];
    measures = new double[Measure.values().length][count];
    shadowPrices = new double[constraints.size()][count];
    weights = Matrix.allocate(count, assets);
  }

  /**
   * Scenarios that follow one another, of which nothing is known yet; for whoever reads back what
   * was written.
   *
   * @param first the number of the first
   * @param count how many
   * @param assets n
   * @param constraints names of those that have a shadow price
   */
  public StressChunk(long first, int count, int assets, List<String> constraints) {
    this(LongStream.range(first, first + count).toArray(), assets, constraints);
  }

  /**
   * Says what became of a scenario.
   *
   * @param k its place here
   * @param ended its status
   * @param in the place of its state in the list
   */
  public void put(int k, Status ended, int in) {
    status[k] = (byte) ended.ordinal();
    state[k] = in;
  }

  void explain(int k, String message) {
    messages[k] = message;
  }

  /**
   * Says what was measured.
   *
   * @param measure what
   * @param k the scenario's place here
   * @param value in the measure's unit
   */
  public void put(Measure measure, int k, double value) {
    measures[measure.ordinal()][k] = value;
  }

  /**
   * Says what a constraint's price is.
   *
   * @param constraint its place in {@link #constraints}
   * @param k the scenario's place here
   * @param price its shadow price
   */
  public void putShadowPrice(int constraint, int k, double price) {
    shadowPrices[constraint][k] = price;
  }

  /**
   * How many.
   *
   * @return at least 0
   */
  public int count() {
    return scenarios.length;
  }

  /**
   * Which scenario.
   *
   * @param k its place here, from 0
   * @return its number
   */
  public long scenario(int k) {
    return scenarios[k];
  }

  /**
   * Its state of the market.
   *
   * @param k its place here
   * @return the state's place in the list
   */
  public int state(int k) {
    return state[k];
  }

  /**
   * Whether its portfolio was found.
   *
   * @param k its place here
   * @return the status
   */
  public Status status(int k) {
    return Status.values()[status[k]];
  }

  /**
   * Why it was not.
   *
   * @param k its place here
   * @return a sentence; empty for one that is solved
   */
  public String message(int k) {
    return messages[k] == null ? "" : messages[k];
  }

  /**
   * What was measured.
   *
   * @param measure what
   * @param k its place here
   * @return in the measure's unit; NaN where there is none
   */
  public double get(Measure measure, int k) {
    return measures[measure.ordinal()][k];
  }

  /**
   * The constraints that have a shadow price.
   *
   * @return their names
   */
  public List<String> constraints() {
    return constraints;
  }

  /**
   * What relaxing a constraint by one would gain.
   *
   * @param constraint its place in {@link #constraints}
   * @param k the scenario's place here
   * @return the price; NaN where there is no portfolio
   */
  public double shadowPrice(int constraint, int k) {
    return shadowPrices[constraint][k];
  }

  /**
   * The portfolios.
   *
   * @return [S, n], NaN where there is none; closed with this
   */
  public Matrix weights() {
    return weights;
  }

  /**
   * What relaxing each weight's binding bound by one would change the objective by.
   *
   * @return [S, n], at least 0 at lower bounds, at most 0 at upper ones, NaN where there is no
   *     portfolio; null unless the solve was asked for them; closed with this
   */
  public Matrix reducedCosts() {
    return reducedCosts;
  }

  void keepReducedCosts() {
    reducedCosts = Matrix.allocate(scenarios.length, weights.columns());
  }

  @Override
  public void close() {
    weights.close();
    if (reducedCosts != null) {
      reducedCosts.close();
    }
  }
}
