package io.parabola.models;

import io.parabola.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Prices of n assets at T times, in the order of time, with NaN where there is none. Immutable and
 * safe for use by many threads.
 */
public final class PriceTable {
  private final List<String> assets;
  private final List<String> times;
  private final double[] prices;

  private PriceTable(List<String> assets, List<String> times, double[] prices) {
    this.assets = List.copyOf(assets);
    this.times = List.copyOf(times);
    this.prices = prices;
  }

  /**
   * Checks and copies a table.
   *
   * @param assets n distinct names
   * @param times T labels, in the order of time
   * @param prices [T, n] row-major; positive, or NaN where there is none; copied
   * @return the table
   * @throws InvalidInputException for a name that occurs twice, a shape that does not fit (naming
   *     both), or a price that is zero, negative or infinite (naming the asset and the time)
   */
  public static PriceTable of(List<String> assets, List<String> times, double[] prices) {
    checkNames(assets);
    checkShape("prices", assets, times, prices);
    for (int k = 0; k < prices.length; k++) {
      double price = prices[k];
      if (!Double.isNaN(price) && (!(price > 0) || Double.isInfinite(price))) {
        throw new InvalidInputException(
            "price of "
                + assets.get(k % assets.size())
                + " at "
                + times.get(k / assets.size())
                + " is "
                + price
                + "; a price is a positive number");
      }
    }
    return new PriceTable(assets, times, prices.clone());
  }

  /**
   * The assets.
   *
   * @return n names
   */
  public List<String> assets() {
    return assets;
  }

  /**
   * The times.
   *
   * @return T labels
   */
  public List<String> times() {
    return times;
  }

  /**
   * One price.
   *
   * @param time 0 to T − 1
   * @param asset 0 to n − 1
   * @return the price, NaN where there is none
   */
  public double get(int time, int asset) {
    return prices[time * assets.size() + asset];
  }

  /**
   * The table without some assets.
   *
   * @param excluded names to leave out
   * @return a table of the others
   * @throws InvalidInputException if a name is not in the table, or none would be left
   */
  public PriceTable without(Set<String> excluded) {
    for (String name : excluded) {
      if (!assets.contains(name)) {
        throw new InvalidInputException("cannot leave out " + name + ": no such asset");
      }
    }
    return select(
        IntStream.range(0, times.size()).toArray(),
        IntStream.range(0, assets.size()).filter(i -> !excluded.contains(assets.get(i))).toArray());
  }

  /**
   * Simple returns between one time and the next.
   *
   * @param gaps what to do where there is no price; what it changed is among the result's findings
   * @return [T − 1, n] returns, less what the choice left out
   * @throws InvalidInputException for a gap that the choice does not cover (naming the asset and
   *     the time), fewer than two times, or a price so many times the one before that the return is
   *     infinite (naming the asset and both times)
   */
  public Returns returns(Gaps gaps) {
    List<Finding> findings = new ArrayList<>();
    PriceTable complete = complete(gaps, findings);
    int n = complete.assets.size();
    int observations = complete.times.size() - 1;
    if (observations < 1) {
      throw new InvalidInputException(
          "returns need prices at two times at least, but there are " + complete.times.size());
    }
    double[] values = new double[observations * n];
    for (int k = 0; k < values.length; k++) {
      values[k] = complete.prices[k + n] / complete.prices[k] - 1;
      if (Double.isInfinite(values[k])) {
        throw new InvalidInputException(
            "return of "
                + complete.assets.get(k % n)
                + " from "
                + complete.times.get(k / n)
                + " to "
                + complete.times.get(k / n + 1)
                + " is infinite: the price goes from "
                + complete.prices[k]
                + " to "
                + complete.prices[k + n]);
      }
    }
    return new Returns(
        complete.assets,
        complete.times.subList(1, observations + 1),
        values,
        Arrays.copyOf(complete.prices, n),
        findings);
  }

  private PriceTable complete(Gaps gaps, List<Finding> findings) {
    int n = assets.size();
    int[] missingOfAsset = new int[n];
    int[] missingAtTime = new int[times.size()];
    int first = -1;
    for (int k = 0; k < prices.length; k++) {
      if (Double.isNaN(prices[k])) {
        missingOfAsset[k % n]++;
        missingAtTime[k / n]++;
        first = first < 0 ? k : first;
      }
    }
    if (first < 0) {
      return this;
    }
    List<String> incomplete =
        IntStream.range(0, n).filter(i -> missingOfAsset[i] > 0).mapToObj(assets::get).toList();
    int total = Arrays.stream(missingOfAsset).sum();
    switch (gaps) {
      case DROP_TIMES -> {
        int[] kept = IntStream.range(0, times.size()).filter(t -> missingAtTime[t] == 0).toArray();
        findings.add(
            new Finding(
                Finding.Kind.GAP,
                incomplete,
                (times.size() - kept.length)
                    + " of "
                    + times.size()
                    + " times left out for lack of prices of "
                    + count(incomplete.size(), "asset")
                    + "; a return spans the time left out"));
        return select(kept, IntStream.range(0, n).toArray());
      }
      case DROP_ASSETS -> {
        findings.add(
            new Finding(
                Finding.Kind.GAP,
                incomplete,
                incomplete.size()
                    + " of "
                    + n
                    + " assets left out for lack of prices: "
                    + String.join(", ", incomplete)));
        return select(
            IntStream.range(0, times.size()).toArray(),
            IntStream.range(0, n).filter(i -> missingOfAsset[i] == 0).toArray());
      }
      case CARRY_FORWARD -> {
        double[] carried = prices.clone();
        for (int k = 0; k < carried.length; k++) {
          if (Double.isNaN(carried[k])) {
            if (k < n) {
              throw new InvalidInputException(
                  assets.get(k) + " has no price at " + times.get(0) + " and none before to carry");
            }
            carried[k] = carried[k - n];
          }
        }
        findings.add(
            new Finding(
                Finding.Kind.GAP,
                incomplete,
                count(total, "gap")
                    + " in "
                    + count(incomplete.size(), "asset")
                    + " filled with the last price; the returns there are zero"));
        return new PriceTable(assets, times, carried);
      }
      default ->
          throw new InvalidInputException(
              assets.get(first % n)
                  + " has no price at "
                  + times.get(first / n)
                  + " ("
                  + count(total, "gap")
                  + " in "
                  + count(incomplete.size(), "asset")
                  + "); choose how gaps are handled");
    }
  }

  private static String count(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private PriceTable select(int[] keptTimes, int[] keptAssets) {
    if (keptAssets.length == 0) {
      throw new InvalidInputException("no asset is left of " + assets.size());
    }
    double[] kept = new double[keptTimes.length * keptAssets.length];
    int k = 0;
    for (int t : keptTimes) {
      for (int i : keptAssets) {
        kept[k++] = get(t, i);
      }
    }
    return new PriceTable(
        Arrays.stream(keptAssets).mapToObj(assets::get).toList(),
        Arrays.stream(keptTimes).mapToObj(times::get).toList(),
        kept);
  }

  static void checkNames(List<String> assets) {
    Set<String> seen = new HashSet<>();
    for (String name : assets) {
      if (!seen.add(name)) {
        throw new InvalidInputException("asset " + name + " occurs twice");
      }
    }
    if (assets.isEmpty()) {
      throw new InvalidInputException("there are no assets");
    }
  }

  static void checkShape(String what, List<String> assets, List<String> times, double[] values) {
    if (values.length != (long) times.size() * assets.size()) {
      throw new InvalidInputException(
          what
              + " has length "
              + values.length
              + ", but "
              + times.size()
              + " times of "
              + assets.size()
              + " assets need "
              + (long) times.size() * assets.size());
    }
  }
}
