package io.parabola.models.stress;

import io.parabola.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * What all scenarios of a stress test come to, taken in chunk by chunk in their order. The same
 * whatever the chunks. Not safe for use by several threads.
 */
public final class StressResults {
  /** Weights kept for exact quantiles, at most, unless asked for; 160 MB. */
  private static final long EXACT_WEIGHTS = 20_000_000;

  private static final int LEAST_WORST = 10;

  private final List<String> assets;
  private final double[] lower;
  private final double[] upper;
  private final int states;
  private final double confidence;
  private final boolean exactLosses;
  private final boolean exactWeights;
  private final Map<Measure, Distribution> measures = new EnumMap<>(Measure.class);
  private final Map<Measure, Distribution[]> byState = new EnumMap<>(Measure.class);
  private final Distribution[] weights;
  private final long[] atLower;
  private final long[] atUpper;
  private final long[] statuses = new long[Status.values().length];
  private final long[] stateCounts;
  private final Map<Measure, Worst> worst = new EnumMap<>(Measure.class);
  private List<String> constraints = List.of();
  private Distribution[] prices = new Distribution[0];
  private long count;
  private double worstRelativeGap;
  private long firstUnsolved = -1;

  /** How quantiles are found. */
  public enum Quantiles {
    /** From all numbers. */
    EXACT,
    /** From counts in bins: memory does not grow with the scenarios. */
    ONLINE,
    /** Losses exactly; weights exactly up to twenty million of them, else online. */
    AUTOMATIC
  }

  /** What is kept by state as well. */
  private static final List<Measure> BY_STATE =
      List.of(
          Measure.HELD_LOSS,
          Measure.LOSS,
          Measure.HELD_VOLATILITY,
          Measure.VOLATILITY,
          Measure.RETURN,
          Measure.HELD_RETURN,
          Measure.TURNOVER);

  /** The scenarios with the largest values of a measure. */
  private static final class Worst {
    private final int kept;

    private record Entry(double value, long scenario) {}

    private static final Comparator<Entry> WORST_LAST =
        Comparator.comparingDouble(Entry::value)
            .thenComparing(Comparator.comparingLong(Entry::scenario).reversed());

    /** The least bad first; of equal ones the later. */
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(WORST_LAST);

    Worst(int kept) {
      this.kept = kept;
    }

    void add(double value, long scenario) {
      if (entries.size() < kept || value > entries.peek().value()) {
        entries.add(new Entry(value, scenario));
        if (entries.size() > kept) {
          entries.poll();
        }
      }
    }

    long[] scenarios() {
      List<Entry> sorted = new ArrayList<>(entries);
      sorted.sort(WORST_LAST.reversed());
      return sorted.stream().mapToLong(Entry::scenario).toArray();
    }
  }

  /**
   * Starts without scenarios.
   *
   * @param test what they are of
   * @param quantiles how quantiles are found
   * @param confidence β of VaR and CVaR, between 0 and 1
   * @param expected the most scenarios there will be
   */
  public StressResults(StressTest test, Quantiles quantiles, double confidence, long expected) {
    this.confidence = confidence;
    assets = test.problem().assets();
    lower = test.problem().lower();
    upper = test.problem().upper();
    states = test.states().list().size();
    exactLosses = quantiles != Quantiles.ONLINE;
    exactWeights =
        quantiles == Quantiles.EXACT
            || quantiles == Quantiles.AUTOMATIC && expected * assets.size() <= EXACT_WEIGHTS;
    for (Measure measure : Measure.values()) {
      measures.put(measure, made(exactLosses));
    }
    for (Measure measure : BY_STATE) {
      byState.put(measure, many(states, exactLosses));
    }
    weights = many(assets.size(), exactWeights);
    atLower = new long[assets.size()];
    atUpper = new long[assets.size()];
    stateCounts = new long[states];
    // All of the tail, so that it can be looked at again, and a few more where that is short.
    int kept = (int) Math.max(LEAST_WORST, Math.ceil((1 - confidence) * expected) + 1);
    worst.put(Measure.HELD_LOSS, new Worst(kept));
    worst.put(Measure.LOSS, new Worst(kept));
  }

  private static Distribution made(boolean exact) {
    return exact ? Distribution.exact() : Distribution.sketch();
  }

  private static Distribution[] many(int count, boolean exact) {
    return IntStream.range(0, count).mapToObj(k -> made(exact)).toArray(Distribution[]::new);
  }

  /**
   * Takes scenarios in.
   *
   * @param chunk those that follow the ones taken in before
   */
  public void add(StressChunk chunk) {
    if (count == 0) {
      constraints = chunk.constraints();
      prices = many(constraints.size(), exactLosses);
    }
    double[] w = new double[assets.size()];
    for (int k = 0; k < chunk.count(); k++) {
      Status status = chunk.status(k);
      statuses[status.ordinal()]++;
      stateCounts[chunk.state(k)]++;
      if (status != Status.SOLVED && firstUnsolved < 0) {
        firstUnsolved = chunk.scenario(k);
      }
      for (Measure measure : Measure.values()) {
        double value = chunk.get(measure, k);
        if (!Double.isNaN(value)) {
          measures.get(measure).add(value);
          if (byState.containsKey(measure)) {
            byState.get(measure)[chunk.state(k)].add(value);
          }
          if (worst.containsKey(measure)) {
            worst.get(measure).add(value, chunk.scenario(k));
          }
        }
      }
      if (status == Status.SOLVED) {
        worstRelativeGap = Math.max(worstRelativeGap, chunk.get(Measure.RELATIVE_GAP, k));
        chunk.weights().getRow(k, w);
        for (int i = 0; i < w.length; i++) {
          weights[i].add(w[i]);
          atLower[i] += w[i] <= lower[i] ? 1 : 0;
          atUpper[i] += w[i] >= upper[i] ? 1 : 0;
        }
        for (int c = 0; c < prices.length; c++) {
          prices[c].add(chunk.shadowPrice(c, k));
        }
      }
    }
    count += chunk.count();
  }

  /**
   * How many scenarios were taken in.
   *
   * @return S
   */
  public long count() {
    return count;
  }

  /**
   * How many scenarios ended in a status.
   *
   * @param status which
   * @return at least 0
   */
  public long count(Status status) {
    return statuses[status.ordinal()];
  }

  /**
   * How many scenarios were in a state of the market.
   *
   * @param state its place in the list
   * @return at least 0
   */
  public long inState(int state) {
    return stateCounts[state];
  }

  /**
   * The largest certified gap of those that are solved, relative to the objective's scale.
   *
   * @return at least 0
   */
  public double worstRelativeGap() {
    return worstRelativeGap;
  }

  /**
   * The first scenario without a certified portfolio.
   *
   * @return its number, or −1 if there is none
   */
  public long firstUnsolved() {
    return firstUnsolved;
  }

  /**
   * A measure over all scenarios that have it.
   *
   * @param measure which
   * @return its distribution
   */
  public Distribution of(Measure measure) {
    return measures.get(measure);
  }

  /**
   * A measure over the scenarios in one state; of losses, returns, volatilities and turnover.
   *
   * @param measure which
   * @param state its place in the list
   * @return its distribution
   */
  public Distribution of(Measure measure, int state) {
    return byState.get(measure)[state];
  }

  /**
   * The weight of an asset over the solved scenarios.
   *
   * @param asset its place
   * @return its distribution
   */
  public Distribution weight(int asset) {
    return weights[asset];
  }

  /**
   * How often an asset is at its lower bound.
   *
   * @param asset its place
   * @return a share of the solved scenarios
   */
  public double atLower(int asset) {
    return (double) atLower[asset] / count(Status.SOLVED);
  }

  /**
   * How often an asset is at its upper bound.
   *
   * @param asset its place
   * @return a share of the solved scenarios
   */
  public double atUpper(int asset) {
    return (double) atUpper[asset] / count(Status.SOLVED);
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
   * A constraint's shadow price over the solved scenarios; it binds where that is not zero.
   *
   * @param constraint its place in {@link #constraints}
   * @return its distribution
   */
  public Distribution shadowPrice(int constraint) {
    return prices[constraint];
  }

  /**
   * The worst scenarios.
   *
   * @param loss {@link Measure#HELD_LOSS} or {@link Measure#LOSS}
   * @return their numbers, the worst first; a share 1 − β of all, and ten at least, or as many as
   *     there are
   */
  public long[] worst(Measure loss) {
    return worst.get(loss).scenarios();
  }

  /**
   * VaR and CVaR of a loss.
   *
   * @param loss {@link Measure#HELD_LOSS} or {@link Measure#LOSS}
   * @return at the confidence given at the start; null if there are no losses
   */
  public TailRisk tail(Measure loss) {
    return measures.get(loss).tail(confidence);
  }

  /**
   * The same of the scenarios in one state.
   *
   * @param loss {@link Measure#HELD_LOSS} or {@link Measure#LOSS}
   * @param state its place in the list
   * @return at the confidence given at the start; null if there are no losses
   */
  public TailRisk tail(Measure loss, int state) {
    return byState.get(loss)[state].tail(confidence);
  }

  /**
   * Whether quantiles of losses and other measures are exact.
   *
   * @return else they are within {@link Distribution#SKETCH_ACCURACY}, relative
   */
  public boolean exactLosses() {
    return exactLosses;
  }

  /**
   * Whether quantiles of weights are exact.
   *
   * @return else they are within {@link Distribution#SKETCH_ACCURACY}, relative
   */
  public boolean exactWeights() {
    return exactWeights;
  }

  /**
   * The assets, the largest mean weight first.
   *
   * @return their places
   */
  public int[] byMeanWeight() {
    return IntStream.range(0, assets.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -weights[i].mean()))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
