package io.parabola.models.forecast;

import io.parabola.InvalidInputException;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Forecasts the covariance of the next period's returns from those before it. A forecaster is a
 * method and its settings; what it has seen is in a {@link State}, of which there may be one for
 * each path of a simulation.
 */
public interface CovarianceForecaster {
  /**
   * Its name, for tables.
   *
   * @return such as {@code ewma}
   */
  String name();

  /**
   * How many returns it needs to start.
   *
   * @return at least 1; 2 unless it says otherwise
   */
  default int leastReturns() {
    return 2;
  }

  /**
   * Fits whatever is fitted, and starts after a history.
   *
   * @param history [T][n] simple returns per period in the order of time, finite; not modified, not
   *     kept
   * @return a state that has observed the history
   * @throws InvalidInputException if there are fewer than {@link #leastReturns}
   */
  State start(double[][] history);

  /** What a forecaster has seen. For one thread at a time. */
  interface State {
    /**
     * Takes what has become of the next period.
     *
     * @param returns [n], finite; not modified
     */
    void observe(double[] returns);

    /**
     * The covariance of the period after the last that was observed.
     *
     * @return Σ [n, n], row-major, symmetric, positive semidefinite; a new array
     */
    double[] forecast();

    /**
     * A state of its own that has seen the same: for another path.
     *
     * @return a copy
     */
    State copy();
  }

  /**
   * A forecaster of one's own: a function of all returns so far.
   *
   * @param name for tables
   * @param least how many returns it needs
   * @param forecast from [T][n] returns to Σ [n, n]; not to modify them
   * @return the forecaster
   */
  static CovarianceForecaster of(String name, int least, Function<double[][], double[]> forecast) {
    return new CovarianceForecaster() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public int leastReturns() {
        return least;
      }

      @Override
      public State start(double[][] history) {
        Moments.require(this, history);
        return new OfAll(history, forecast);
      }
    };
  }

  /** A state that is all returns. */
  final class OfAll implements State {
    private double[][] seen;
    private final Function<double[][], double[]> forecast;

    private OfAll(double[][] seen, Function<double[][], double[]> forecast) {
      this.seen = seen.clone();
      this.forecast = forecast;
    }

    @Override
    public void observe(double[] returns) {
      seen = Arrays.copyOf(seen, seen.length + 1);
      seen[seen.length - 1] = returns.clone();
    }

    @Override
    public double[] forecast() {
      return forecast.apply(seen);
    }

    @Override
    public State copy() {
      return new OfAll(seen, forecast);
    }
  }
}
