package io.parabola.models.forecast;

import io.parabola.InvalidInputException;
import io.parabola.internal.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How good forecasts of the covariance were, walking forward: each was made from the returns before
 * it alone, fitted again every so often, and held against the return that came.
 *
 * <pre>
 *   log-likelihood  −½ (n ln 2π + ln |Σ| + r'Σ⁻¹r)     the more the better
 *   QLIKE           ln |Σ| + r'Σ⁻¹r                     the less the better (Patton 2011)
 * </pre>
 *
 * <p>The first forecaster is the one to beat. A difference to it counts if it is more than two of
 * its standard errors, which allow for forecasts that follow one another being alike (Newey and
 * West 1987); the verdict says so either way.
 */
public final class ForecastEvaluation {
  private final List<Score> scores;
  private final int forecasts;

  private ForecastEvaluation(List<Score> scores, int forecasts) {
    this.scores = scores;
    this.forecasts = forecasts;
  }

  /**
   * One forecaster's.
   *
   * @param name which
   * @param logLikelihood the mean of all forecasts
   * @param qlike the mean of all forecasts
   * @param gain how much more log-likelihood than the first forecaster, in the mean
   * @param standardError of the gain; 0 for the first, NaN of a single forecast
   * @param verdict in words
   */
  public record Score(
      String name,
      double logLikelihood,
      double qlike,
      double gain,
      double standardError,
      String verdict) {}

  /**
   * Evaluates.
   *
   * @param returns [T][n], finite, in the order of time; not modified
   * @param forecasters the first is what the others are held against
   * @param first the first return that is forecast, at least 2
   * @param refit after how many returns each is fitted again, at least 1
   * @param shrinkage of every forecast towards its diagonal, 0 to 1: without any, forecasts of more
   *     assets than they remember days are singular, and have no likelihood at all
   * @return the scores
   * @throws InvalidInputException if a number is out of range, or a forecaster needs more returns
   */
  public static ForecastEvaluation walkForward(
      double[][] returns,
      List<CovarianceForecaster> forecasters,
      int first,
      int refit,
      double shrinkage) {
    if (forecasters.isEmpty()) {
      throw new InvalidInputException("forecasters: there are none");
    }
    if (returns.length < 3) {
      throw new InvalidInputException(returns.length + " returns: needs at least 3");
    }
    if (first < 2 || first >= returns.length) {
      throw new InvalidInputException(
          "first is "
              + first
              + ": must be from 2 to "
              + (returns.length - 1)
              + ", of "
              + returns.length
              + " returns");
    }
    if (refit < 1) {
      throw new InvalidInputException("refit is " + refit + ": must be at least 1");
    }
    if (!(shrinkage >= 0 && shrinkage <= 1)) {
      throw new InvalidInputException("shrinkage is " + shrinkage + ": must be between 0 and 1");
    }
    int count = returns.length - first;
    double[][] qlike = new double[forecasters.size()][];
    Shares.over(
        Runtime.getRuntime().availableProcessors(),
        forecasters.size(),
        turns ->
            turns.each(k -> qlike[k] = walk(returns, forecasters.get(k), first, refit, shrinkage)));
    int n = returns[0].length;
    double constant = n * Math.log(2 * Math.PI);
    List<Score> scores = new ArrayList<>();
    for (int k = 0; k < qlike.length; k++) {
      double mean = Arrays.stream(qlike[k]).average().orElseThrow();
      double[] gains = new double[count];
      for (int t = 0; t < count; t++) {
        gains[t] = 0.5 * (qlike[0][t] - qlike[k][t]);
      }
      double gain = Arrays.stream(gains).average().orElseThrow();
      double error = k == 0 ? 0 : standardError(gains, gain);
      scores.add(
          new Score(
              forecasters.get(k).name(),
              -0.5 * (constant + mean),
              mean,
              gain,
              error,
              verdict(k, forecasters.get(0).name(), gain, error, count)));
    }
    return new ForecastEvaluation(List.copyOf(scores), count);
  }

  private static String verdict(int k, String first, double gain, double error, int count) {
    if (k == 0) {
      return "the one to beat";
    }
    if (Double.isFinite(gain) && count < 2) {
      return "one forecast does not tell";
    }
    if (!Double.isFinite(gain) || !Double.isFinite(error)) {
      return "singular: no likelihood";
    }
    if (Math.abs(gain) <= 2 * error) {
      return "no better and no worse than " + first;
    }
    return (gain > 0 ? "better than " : "worse than ") + first;
  }

  private static double[] walk(
      double[][] returns, CovarianceForecaster forecaster, int first, int refit, double shrinkage) {
    int n = returns[0].length;
    double[] scores = new double[returns.length - first];
    CovarianceForecaster.State state = null;
    for (int t = first; t < returns.length; t++) {
      if ((t - first) % refit == 0) {
        state = forecaster.start(Arrays.copyOf(returns, t));
      } else {
        state.observe(returns[t - 1]);
      }
      double[] sigma = state.forecast();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          sigma[i * n + j] *= i == j ? 1 : 1 - shrinkage;
        }
      }
      scores[t - first] = new Gaussian(null, sigma, n).qlike(returns[t]);
    }
    return scores;
  }

  /** Newey and West's, with their rule of thumb for the lags. */
  private static double standardError(double[] x, double mean) {
    int count = x.length;
    if (count < 2) {
      return Double.NaN; // one does not tell how far another would be from it
    }
    int lags = (int) Math.floor(4 * Math.pow(count / 100.0, 2.0 / 9));
    double variance = 0;
    for (int lag = 0; lag <= Math.min(lags, count - 1); lag++) {
      double sum = 0;
      for (int t = lag; t < count; t++) {
        sum += (x[t] - mean) * (x[t - lag] - mean);
      }
      variance += (lag == 0 ? 1 : 2 * (1 - lag / (lags + 1.0))) * sum / count;
    }
    return Math.sqrt(Math.max(variance, 0) / count);
  }

  /**
   * The scores.
   *
   * @return one for each forecaster, in their order
   */
  public List<Score> scores() {
    return scores;
  }

  /**
   * How many forecasts each made.
   *
   * @return at least 1
   */
  public int forecasts() {
    return forecasts;
  }

  /**
   * The table, for people.
   *
   * @return a header and a line for each forecaster
   */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-16s %14s %12s %22s  %s",
            "forecaster",
            "log-likelihood",
            "QLIKE",
            "gain over " + scores.get(0).name(),
            "verdict"));
    for (Score score : scores) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-16s %14.3f %12.3f %22s  %s",
              score.name(),
              score.logLikelihood(),
              score.qlike(),
              score == scores.get(0)
                  ? "-"
                  : String.format(
                      Locale.ROOT,
                      Double.isNaN(score.standardError()) ? "%+.3f ± \u2013" : "%+.3f ± %.3f",
                      score.gain(),
                      score.standardError()),
              score.verdict()));
    }
    return lines;
  }
}
