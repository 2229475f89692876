package io.parabola.models.stress;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.models.Returns;

/**
 * A window of the past, replayed: what the held portfolio would have lost on its path, and what the
 * portfolio would that knows how volatile and how correlated the window was.
 *
 * <p>That one is best under the window's covariance as a scenario of the estimate's: each asset's
 * volatility is multiplied by what it was in the window over what it is in the estimate, and
 * correlations move towards one by the θ that takes their mean there. (A window has fewer periods
 * than assets: its own covariance would be singular.)
 *
 * @param window which
 * @param periods how many returns the window has; 0 if the data does not reach all of it
 * @param heldLoss of the held portfolio over the window, a fraction of equity
 * @param heldDrawdown its deepest fall from a peak
 * @param bestLoss of the portfolio that knew
 * @param bestDrawdown its deepest fall
 * @param volatilityRatio the mean over assets of what volatilities were multiplied by
 * @param theta how far correlations moved towards one
 * @param heldContributions what each asset cost the held portfolio [n], of sum {@code heldLoss}
 */
public record WindowReplay(
    HistoricalWindow window,
    int periods,
    double heldLoss,
    double heldDrawdown,
    double bestLoss,
    double bestDrawdown,
    double volatilityRatio,
    double theta,
    double[] heldContributions) {

  /**
   * Replays a window.
   *
   * @param engine solves
   * @param problem at the estimate
   * @param returns the past, of the problem's assets
   * @param held w [n]; not modified
   * @param window which; times compare as text
   * @return what comes out
   */
  public static WindowReplay of(
      Engine engine, Problem problem, Returns returns, double[] held, HistoricalWindow window) {
    int first = 0;
    while (first < returns.observations()
        && returns.times().get(first).compareTo(window.from()) < 0) {
      first++;
    }
    int end = first;
    // "2022-05-18" is the whole day, whatever the hour.
    while (end < returns.observations()
        && (returns.times().get(end).compareTo(window.to()) <= 0
            || returns.times().get(end).startsWith(window.to()))) {
      end++;
    }
    int periods = end - first;
    int n = returns.size();
    // One that the data reaches only in part would not be what its name says.
    String last = returns.times().get(returns.observations() - 1);
    boolean cut =
        first == 0 && returns.times().get(0).compareTo(window.from()) > 0
            || last.compareTo(window.to()) < 0 && !last.startsWith(window.to());
    if (periods < 2 || cut) {
      return new WindowReplay(
          window, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, null);
    }
    double[][] growth = new double[periods][n];
    double[][] past = new double[periods][n];
    for (int t = 0; t < periods; t++) {
      for (int i = 0; i < n; i++) {
        past[t][i] = returns.get(first + t, i);
        growth[t][i] = (1 + past[t][i]) * (t == 0 ? 1 : growth[t - 1][i]);
      }
    }
    QuadraticForm form = QuadraticForm.of(problem.covariance());
    double[] multipliers = new double[n];
    double[] deviation = deviations(past, n);
    double ratio = 0;
    int moving = 0;
    for (int i = 0; i < n; i++) {
      boolean moves = form.deviation(i) > 0 && deviation[i] > 0;
      multipliers[i] = moves ? deviation[i] / form.deviation(i) : 1;
      ratio += moves ? multipliers[i] : 0;
      moving += moves ? 1 : 0;
    }
    double normal = meanCorrelation(problem, form, n);
    double there = meanCorrelation(past, deviation, n);
    double theta = normal < 1 ? Math.max(0, Math.min(1, (there - normal) / (1 - normal))) : 0;
    Equity equity = new Equity();
    equity.walk(held, growth, 0);
    double heldLoss = equity.loss();
    double heldDrawdown = equity.drawdown();
    double[] contributions = new double[n];
    for (int i = 0; i < n; i++) {
      contributions[i] = -held[i] * (growth[periods - 1][i] - 1);
    }
    try (Matrix m = Matrix.copyOf(multipliers, 1, n);
        BatchSolution solution =
            engine.solve(
                Batch.builder(problem, 1)
                    .volatilityMultipliers(m)
                    .correlationStress(new double[] {theta})
                    .build())) {
      double[] best = solution.weights(0);
      double cost = solution.costs(0);
      equity.walk(best, growth, cost);
      return new WindowReplay(
          window,
          periods,
          heldLoss,
          heldDrawdown,
          equity.loss(),
          equity.drawdown(),
          moving == 0 ? 1 : ratio / moving,
          theta,
          contributions);
    }
  }

  private static double[] deviations(double[][] past, int n) {
    double[] deviation = new double[n];
    for (int i = 0; i < n; i++) {
      double mean = mean(past, i);
      double sum = 0;
      for (double[] row : past) {
        sum += (row[i] - mean) * (row[i] - mean);
      }
      deviation[i] = Math.sqrt(sum / (past.length - 1));
    }
    return deviation;
  }

  private static double mean(double[][] past, int i) {
    double sum = 0;
    for (double[] row : past) {
      sum += row[i];
    }
    return sum / past.length;
  }

  /**
   * Over all pairs of assets that move. Of standardised returns z the correlations sum to the
   * variance of Σz: no pairs are visited.
   */
  private static double meanCorrelation(double[][] past, double[] deviation, int n) {
    int moving = 0;
    double[] sums = new double[past.length];
    for (int i = 0; i < n; i++) {
      if (deviation[i] > 0) {
        moving++;
        double mean = mean(past, i);
        for (int t = 0; t < past.length; t++) {
          sums[t] += (past[t][i] - mean) / deviation[i];
        }
      }
    }
    double all = 0;
    for (double sum : sums) {
      all += sum * sum / (past.length - 1);
    }
    return moving < 2 ? 0 : (all - moving) / ((double) moving * (moving - 1));
  }

  private static double meanCorrelation(Problem problem, QuadraticForm form, int n) {
    double[] w = new double[n];
    int moving = 0;
    for (int i = 0; i < n; i++) {
      if (form.deviation(i) > 0) {
        w[i] = 1 / form.deviation(i);
        moving++;
      }
    }
    return moving < 2 ? 0 : (form.variance(w) - moving) / ((double) moving * (moving - 1));
  }
}
