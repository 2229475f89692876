package io.parabola.models.estimators;

import io.parabola.CovarianceDoctor;
import io.parabola.CovarianceRepair;
import io.parabola.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The covariance of prices that tick at times of their own (Hayashi and Yoshida 2005): products of
 * the log returns of all pairs of intervals that overlap, summed. Nothing is resampled, and nothing
 * is lost or biased by ticks that do not coincide.
 *
 * <pre>
 *   Cov = Σ_{a,b} r¹_a r²_b 1[I_a ∩ J_b ≠ ∅]
 * </pre>
 *
 * <p>A tick costs O(n), a snapshot O(n²) and its repair O(n³): the matrix of all pairs need not be
 * positive semidefinite. Keeps n² numbers, whatever the number of ticks. For one thread at a time.
 */
public final class HayashiYoshida {
  private final List<String> assets;
  private final int n;
  private final double[] covariation;

  /** The log price at the last tick; NaN before the first. */
  private final double[] price;

  private final double[] time;

  /** Row i: what the others' log prices were when asset i last ticked. */
  private final double[] then;

  /** The log price at the first tick. */
  private final double[] opening;

  /** When the first tick was. */
  private final double[] start;

  private double last = Double.NEGATIVE_INFINITY;
  private final long[] ticks;

  /**
   * Starts without ticks.
   *
   * @param assets n names
   * @throws InvalidInputException if there are none
   */
  public HayashiYoshida(List<String> assets) {
    if (assets.isEmpty()) {
      throw new InvalidInputException("Hayashi-Yoshida: no assets");
    }
    this.assets = List.copyOf(assets);
    n = assets.size();
    covariation = new double[n * n];
    price = new double[n];
    Arrays.fill(price, Double.NaN);
    opening = new double[n];
    start = new double[n];
    time = new double[n];
    Arrays.fill(time, Double.NEGATIVE_INFINITY);
    then = new double[n * n];
    Arrays.fill(then, Double.NaN);
    ticks = new long[n];
  }

  /**
   * Takes a tick. Ticks of several assets may have one time; of one asset's ticks of one time the
   * intervals between have no length, and overlap nothing.
   *
   * @param timestamp in any unit, not before the last one
   * @param asset 0 to n − 1
   * @param price above 0
   * @throws InvalidInputException if time runs backwards, there is no such asset, or the price is
   *     not a positive number
   */
  public void update(double timestamp, int asset, double price) {
    if (asset < 0 || asset >= n) {
      throw new InvalidInputException("tick of asset " + asset + ", but there are " + n);
    }
    if (!(timestamp >= last) || Double.isInfinite(timestamp)) {
      throw new InvalidInputException(
          "tick of " + assets.get(asset) + " at " + timestamp + " after one at " + last);
    }
    if (!(price > 0) || Double.isInfinite(price)) {
      throw new InvalidInputException(
          "price of " + assets.get(asset) + " at " + timestamp + " is " + price);
    }
    double log = Math.log(price);
    last = timestamp;
    int row = asset * n;
    double before = this.price[asset];
    if (!Double.isNaN(before)) {
      double own = log - before;
      covariation[row + asset] += own * own;
      for (int j = 0; j < n; j++) {
        // The other's intervals that ended in this one: from its price then to its price now.
        double moved = this.price[j] - then[row + j];
        if (j != asset && moved == moved) {
          covariation[row + j] += own * moved;
          covariation[j * n + asset] = covariation[row + j];
        }
      }
    }
    if (Double.isNaN(before)) {
      opening[asset] = log;
      start[asset] = timestamp;
    }
    this.price[asset] = log;
    time[asset] = timestamp;
    ticks[asset]++;
    for (int j = 0; j < n; j++) {
      then[row + j] = this.price[j];
      // One that ticked at this very moment starts its interval here too.
      if (j != asset && time[j] == timestamp) {
        then[j * n + asset] = log;
      }
    }
    // Where the other's first price came later, its interval began inside this one's.
    for (int j = 0; j < n; j++) {
      if (j != asset && Double.isNaN(then[j * n + asset]) && !Double.isNaN(this.price[j])) {
        then[j * n + asset] = log;
      }
    }
  }

  /**
   * How many ticks there were.
   *
   * @return of all assets
   */
  public long ticks() {
    return Arrays.stream(ticks).sum();
  }

  /**
   * What was summed so far, of log returns over the whole time.
   *
   * @return [n, n], symmetric, a copy; perhaps not positive semidefinite
   */
  public double[] covariation() {
    return covariation.clone();
  }

  /**
   * The covariance per period, positive semidefinite. Each pair's is over the time from the later
   * of their first ticks to the earlier of their last ones.
   *
   * @param period its length, in the unit of the timestamps
   * @return the covariance of log returns per period, the nearest with the same variances if the
   *     sum is not one itself; a note says how far it was moved. The means are the log returns per
   *     period. What it is for simple returns {@link LogReturns} says
   * @throws InvalidInputException if the period is not positive, an asset has fewer than two ticks,
   *     or two assets none in a common time
   */
  public CovarianceEstimate snapshot(double period) {
    if (!(period > 0)) {
      throw new InvalidInputException("period is " + period + ": must be above 0");
    }
    for (int i = 0; i < n; i++) {
      if (ticks[i] < 2) {
        throw new InvalidInputException(
            assets.get(i)
                + " has "
                + ticks[i]
                + (ticks[i] == 1 ? " tick" : " ticks")
                + ": needs at least 2");
      }
    }
    // What two assets' intervals have in common is what both were observed over.
    double[] sigma = covariation.clone();
    double[] mean = new double[n];
    for (int i = 0; i < n; i++) {
      double own = time[i] - start[i];
      mean[i] = (price[i] - opening[i]) * period / own;
      for (int j = i; j >= 0; j--) {
        double span = Math.min(time[i], time[j]) - Math.max(start[i], start[j]);
        if (!(span > 0)) {
          throw new InvalidInputException(
              i == j
                  ? "all ticks of " + assets.get(i) + " are at one time"
                  : assets.get(j) + " and " + assets.get(i) + " have no ticks in a common time");
        }
        sigma[i * n + j] *= period / span;
        sigma[j * n + i] = sigma[i * n + j];
      }
    }
    CovarianceRepair repaired =
        CovarianceDoctor.repair(assets, sigma, CovarianceDoctor.Repair.NEAREST_CORRELATION);
    return new CovarianceEstimate(
        "hayashi-yoshida",
        repaired.covariance(),
        mean,
        Map.of("ticks", (double) ticks()),
        repaired.distance() > 0 ? List.of(repaired.text()) : List.of());
  }
}
