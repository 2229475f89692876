package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import java.util.Arrays;

/**
 * Something known of each asset at each time, such as the value locked in its chain, gas spent,
 * fees or active addresses, on the way to an exposure: logarithms, changes, a lag of publication,
 * outliers pulled in, mean zero and deviation one across the assets. Missing values are NaN, and
 * stay so. Immutable.
 */
public final class Descriptor {
  private static final double MEDIAN_TO_SIGMA = 1.4826022185056018;

  private final String name;
  private final double[][] values;

  private Descriptor(String name, double[][] values) {
    this.name = name;
    this.values = values;
  }

  /**
   * A descriptor as it was observed.
   *
   * @param name its name
   * @param values [T][n], NaN where there is none; copied
   * @return the descriptor
   * @throws InvalidInputException if rows differ in length, or a value is infinite
   */
  public static Descriptor of(String name, double[][] values) {
    double[][] copy = new double[values.length][];
    for (int t = 0; t < values.length; t++) {
      copy[t] = values[t].clone();
      if (copy[t].length != copy[0].length) {
        throw new InvalidInputException(
            "descriptor "
                + name
                + ": row "
                + t
                + " has "
                + copy[t].length
                + " values, not "
                + copy[0].length);
      }
      for (double value : copy[t]) {
        if (Double.isInfinite(value)) {
          throw new InvalidInputException("descriptor " + name + ": row " + t + " has " + value);
        }
      }
    }
    return new Descriptor(name, copy);
  }

  /**
   * The name.
   *
   * @return as it was given
   */
  public String name() {
    return name;
  }

  /**
   * The number of times.
   *
   * @return T
   */
  public int times() {
    return values.length;
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int assets() {
    return values.length == 0 ? 0 : values[0].length;
  }

  /**
   * A value.
   *
   * @param time 0 to T − 1
   * @param asset 0 to n − 1
   * @return the value, NaN where there is none
   */
  public double get(int time, int asset) {
    return values[time][asset];
  }

  /**
   * Natural logarithms; of zero and below there are none.
   *
   * @return the descriptor
   */
  public Descriptor log() {
    double[][] logs = new double[values.length][];
    Arrays.setAll(
        logs, t -> Arrays.stream(values[t]).map(x -> x > 0 ? Math.log(x) : Double.NaN).toArray());
    return new Descriptor(name, logs);
  }

  /**
   * Changes over some periods.
   *
   * @param periods at least 1
   * @return x_t − x_{t − periods}
   * @throws InvalidInputException if there are fewer
   */
  public Descriptor change(int periods) {
    requirePositive("change over", periods);
    return shifted(periods, true);
  }

  /**
   * What was known some periods ago: on-chain data come late.
   *
   * @param periods at least 1
   * @return x_{t − periods}
   * @throws InvalidInputException if there are fewer
   */
  public Descriptor lagged(int periods) {
    requirePositive("lag of", periods);
    return shifted(periods, false);
  }

  private Descriptor shifted(int periods, boolean difference) {
    double[][] result = new double[values.length][assets()];
    for (int t = 0; t < values.length; t++) {
      for (int i = 0; i < assets(); i++) {
        double before = t < periods ? Double.NaN : values[t - periods][i];
        result[t][i] = difference ? values[t][i] - before : before;
      }
    }
    return new Descriptor(name, result);
  }

  private void requirePositive(String what, int periods) {
    if (periods < 1) {
      throw new InvalidInputException(
          "descriptor " + name + ": " + what + " " + periods + " periods: at least 1");
    }
  }

  /**
   * Pulls in what is further from the median of its time than some robust deviations.
   *
   * @param deviations how many, above 0; 3 is usual
   * @return the descriptor
   * @throws InvalidInputException if it is not positive
   */
  public Descriptor winsorised(double deviations) {
    if (!(deviations > 0)) {
      throw new InvalidInputException(
          "descriptor " + name + ": winsorised at " + deviations + " deviations: must be above 0");
    }
    double[][] result = new double[values.length][];
    for (int t = 0; t < values.length; t++) {
      double[] known = Arrays.stream(values[t]).filter(x -> !Double.isNaN(x)).sorted().toArray();
      result[t] = values[t].clone();
      if (known.length == 0) {
        continue;
      }
      double median = median(known);
      double[] away = Arrays.stream(known).map(x -> Math.abs(x - median)).sorted().toArray();
      double width = deviations * MEDIAN_TO_SIGMA * median(away);
      for (int i = 0; width > 0 && i < result[t].length; i++) {
        if (!Double.isNaN(result[t][i])) {
          result[t][i] = Math.max(median - width, Math.min(median + width, result[t][i]));
        }
      }
    }
    return new Descriptor(name, result);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
  }

  /**
   * Mean zero and deviation one across the assets that have a value, at each time; where all are
   * the same there is nothing left to tell them apart, and no value.
   *
   * @return the descriptor
   */
  public Descriptor standardised() {
    double[][] result = new double[values.length][];
    for (int t = 0; t < values.length; t++) {
      double[] known = Arrays.stream(values[t]).filter(x -> !Double.isNaN(x)).toArray();
      double mean = Arrays.stream(known).average().orElse(Double.NaN);
      double squares = Arrays.stream(known).map(x -> (x - mean) * (x - mean)).sum();
      double deviation = known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : 0;
      double least = 1e-12 * Math.abs(mean);
      result[t] =
          Arrays.stream(values[t])
              .map(x -> deviation > least ? (x - mean) / deviation : Double.NaN)
              .toArray();
    }
    return new Descriptor(name, result);
  }
}
