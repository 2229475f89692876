package io.parabola.models.forecast;

import io.parabola.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An early warning that correlations are about to rise: the mean correlation of the last days, held
 * against what it has been. An alarm is a rise by more than some deviations of its own past; each
 * day is judged by the days before it alone.
 *
 * <p>What such alarms are worth is measured beside it: how many crashes they came before, how often
 * they were false, and what alarms drawn at random as often would have done.
 */
public final class CorrelationWarning {
  private static final int LEAST_PAST = 60;

  private final double shortHalfLife;
  private final double longHalfLife;
  private final double threshold;

  /**
   * Creates it.
   *
   * @param shortHalfLife of the correlations that are watched, in periods, such as 5
   * @param longHalfLife of what they are held against, longer, such as 60
   * @param threshold in deviations, such as 1.5
   * @throws InvalidInputException if a number is out of range
   */
  public CorrelationWarning(double shortHalfLife, double longHalfLife, double threshold) {
    Decay.of(shortHalfLife);
    Decay.of(longHalfLife);
    if (!(longHalfLife > shortHalfLife) || !Double.isFinite(threshold)) {
      throw new InvalidInputException(
          "half-lives " + shortHalfLife + " and " + longHalfLife + ": the second must be longer");
    }
    this.shortHalfLife = shortHalfLife;
    this.longHalfLife = longHalfLife;
    this.threshold = threshold;
  }

  /**
   * The signal after each return.
   *
   * @param returns [T][n], n at least 2; not modified
   * @return how many deviations the mean correlation is above its past [T]; NaN for the first 60
   */
  public double[] signal(double[][] returns) {
    int n = returns[0].length;
    if (n < 2) {
      throw new InvalidInputException("a correlation needs two assets");
    }
    double[] signal = new double[returns.length];
    Arrays.fill(signal, Double.NaN);
    if (returns.length < LEAST_PAST) {
      return signal;
    }
    double[] variance = new double[n];
    for (int t = 0; t < LEAST_PAST; t++) {
      for (int i = 0; i < n; i++) {
        variance[i] += returns[t][i] * returns[t][i] / LEAST_PAST;
      }
    }
    double fast = Decay.of(shortHalfLife);
    double slow = Decay.of(longHalfLife);
    // Mean pair product of standardised returns: ((Σz)² − Σz²)/(n(n−1)), over Σz²/n.
    double pair = 0;
    double own = 1;
    double mean = 0;
    double square = 0;
    double weight = 0;
    for (int t = 0; t < returns.length; t++) {
      double sum = 0;
      double squares = 0;
      int moving = 0;
      for (int i = 0; i < n; i++) {
        if (variance[i] > 0) {
          double z = returns[t][i] / Math.sqrt(variance[i]);
          sum += z;
          squares += z * z;
          moving++;
        }
        variance[i] = slow * variance[i] + (1 - slow) * returns[t][i] * returns[t][i];
      }
      if (moving < 2) {
        continue;
      }
      pair = fast * pair + (1 - fast) * (sum * sum - squares) / moving / (moving - 1);
      own = fast * own + (1 - fast) * squares / moving;
      double correlation = own > 0 ? Math.max(-1, Math.min(1, pair / own)) : 0;
      if (t >= LEAST_PAST && weight > 0) {
        double past = mean / weight;
        double deviation = Math.sqrt(Math.max(square / weight - past * past, 1e-8));
        signal[t] = (correlation - past) / deviation;
      }
      mean = slow * mean + (1 - slow) * correlation;
      square = slow * square + (1 - slow) * correlation * correlation;
      weight = slow * weight + (1 - slow);
    }
    return signal;
  }

  /**
   * Where the market fell by so much within some days: the days before each fall began. Falls that
   * overlap are one.
   *
   * @param returns [T][n]; the market is the mean of all
   * @param fall a fraction, such as 0.2
   * @param days within so many
   * @return the last day before each fall, ascending
   */
  public static int[] crashes(double[][] returns, double fall, int days) {
    List<Integer> found = new ArrayList<>();
    int until = -1;
    for (int t = 0; t + days < returns.length; t++) {
      double value = 1;
      for (int d = 1; d <= days; d++) {
        value *= 1 + Arrays.stream(returns[t + d]).average().orElse(0);
      }
      if (value <= 1 - fall) {
        if (t > until) {
          found.add(t);
        }
        until = t + days;
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * What alarms were worth.
   *
   * @param crashes how many there were in the days that have a signal
   * @param hits how many of them an alarm came before, within the lead
   * @param alarms days with an alarm
   * @param falseAlarms of these, with no crash within the lead
   * @param hitRate hits/crashes; NaN without crashes
   * @param falseAlarmRate false alarms/alarms; NaN without alarms
   * @param randomHitRate what as many alarms on random days would have hit, in the mean
   */
  public record Worth(
      int crashes,
      int hits,
      int alarms,
      int falseAlarms,
      double hitRate,
      double falseAlarmRate,
      double randomHitRate) {}

  /**
   * Measures alarms by crashes.
   *
   * @param returns [T][n]; not modified
   * @param crashes the last day before each, as from {@link #crashes}
   * @param lead how many days before a crash an alarm counts for it, at least 1
   * @return what they were worth
   * @throws InvalidInputException if the lead is less than 1
   */
  public Worth worth(double[][] returns, int[] crashes, int lead) {
    if (lead < 1) {
      throw new InvalidInputException("lead of " + lead + " days: at least 1");
    }
    double[] signal = signal(returns);
    boolean[] alarm = new boolean[signal.length];
    int alarms = 0;
    int days = 0;
    for (int t = 0; t < signal.length; t++) {
      alarm[t] = signal[t] > threshold;
      alarms += alarm[t] ? 1 : 0;
      days += Double.isNaN(signal[t]) ? 0 : 1;
    }
    int counted = 0;
    int hits = 0;
    boolean[] covered = new boolean[signal.length];
    for (int crash : crashes) {
      boolean hit = false;
      boolean known = false;
      for (int t = Math.max(0, crash - lead + 1); t <= crash; t++) {
        known |= !Double.isNaN(signal[t]);
        hit |= alarm[t];
        covered[t] = true;
      }
      counted += known ? 1 : 0;
      hits += hit ? 1 : 0;
    }
    int wrong = 0;
    for (int t = 0; t < signal.length; t++) {
      wrong += alarm[t] && !covered[t] ? 1 : 0;
    }
    // At least one of `lead` days, each with the alarms' own frequency.
    double frequency = days > 0 ? (double) alarms / days : 0;
    return new Worth(
        counted,
        hits,
        alarms,
        wrong,
        counted > 0 ? (double) hits / counted : Double.NaN,
        alarms > 0 ? (double) wrong / alarms : Double.NaN,
        1 - Math.pow(1 - frequency, lead));
  }
}
