package io.parabola.models.allocation;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Objective;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.Status;
import io.parabola.TransactionCosts;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Robust mean-variance portfolios: the best for the worst means that are still plausible.
 *
 * <pre>
 *   box        |μ − μ̂| ≤ δ each:               max μ̂'w − δ'|w| − ½ γ w'Σw
 *   ellipsoid  (μ − μ̂)'(Σ/T)⁻¹(μ − μ̂) ≤ κ²:  max μ̂'w − κ √(w'Σw/T) − ½ γ w'Σw
 * </pre>
 *
 * <p>The box is a cost of holding, so it stays a quadratic program. The ellipsoid's portfolio is
 * the mean-variance one of a larger risk aversion, γ + κ/(√T σ), which depends on its own
 * volatility σ: a search of one number, for all scenarios of a batch at once. (Goldfarb and Iyengar
 * 2003, Tütüncü and Koenig 2004.)
 */
public final class UncertainMeans {
  private static final int MOST_ROUNDS = 80;

  private UncertainMeans() {}

  /**
   * A problem with uncertain means in a box.
   *
   * @param problem risk aversion, means μ̂ and limits
   * @param uncertainty δ [n], at least 0, per period: how far each mean may be off
   * @return a problem of the same assets, to be solved or made a batch of; if its scenarios bring
   *     means of their own, {@link #boxMeans} makes them of its kind
   * @throws InvalidInputException if the length differs, a δ is not usable, or a weight may have
   *     either sign while trading costs something: both are measured from one portfolio each, and
   *     an engine takes one
   */
  public static Problem box(Problem problem, double[] uncertainty) {
    int n = problem.size();
    if (uncertainty.length != n) {
      throw new InvalidInputException(uncertainty.length + " uncertainties for " + n + " means");
    }
    double[] mean = problem.expectedReturns();
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    double[] held = new double[n];
    boolean any = false;
    for (int i = 0; i < n; i++) {
      double delta = uncertainty[i];
      if (!(delta >= 0) || Double.isInfinite(delta)) {
        throw new InvalidInputException(
            "uncertainty of the mean of "
                + problem.assets().get(i)
                + " is "
                + delta
                + ": must be at least 0");
      }
      if (lower[i] >= 0) {
        mean[i] -= delta;
      } else if (upper[i] <= 0) {
        mean[i] += delta;
      } else if (delta > 0) {
        held[i] = delta;
        any = true;
      }
    }
    Problem.Builder builder = problem.toBuilder().expectedReturns(mean);
    if (any) {
      boolean trades =
          problem.transactionCosts() != null
              || problem.maximumTurnover() < Double.POSITIVE_INFINITY;
      if (trades) {
        throw new InvalidInputException(
            "an uncertain mean of a weight that may have either sign costs |w|, and there are costs"
                + " or limits of trading from the current weights already: bound the weights to one"
                + " sign, or leave these out");
      }
      builder
          .currentWeights(new double[n])
          .transactionCosts(TransactionCosts.builder().linear(held).build());
    }
    return builder.build();
  }

  /**
   * Means of a batch's scenarios, for a batch of the problem that {@link #box} made: there the box
   * is partly in the means, which a scenario's own replace.
   *
   * @param problem as it was given to {@link #box}; the signs of weights are by its bounds
   * @param expectedReturns μ̂ [S, n], scenario-major; not modified
   * @param uncertainty δ [n], as it was given to {@link #box}
   * @return what {@link Batch.Builder#expectedReturns(double[])} takes [S, n]
   * @throws InvalidInputException if a length differs
   */
  public static double[] boxMeans(Problem problem, double[] expectedReturns, double[] uncertainty) {
    int n = problem.size();
    if (uncertainty.length != n || expectedReturns.length % n != 0) {
      throw new InvalidInputException(
          expectedReturns.length
              + " means and "
              + uncertainty.length
              + " uncertainties of "
              + n
              + " assets");
    }
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    double[] worst = expectedReturns.clone();
    for (int k = 0; k < worst.length; k++) {
      int i = k % n;
      worst[k] += lower[i] >= 0 ? -uncertainty[i] : upper[i] <= 0 ? uncertainty[i] : 0;
    }
    return worst;
  }

  /**
   * κ of a confidence, √ of χ²_n's quantile.
   *
   * @param assets n
   * @param confidence that the means lie in the ellipsoid, between 0 and 1
   * @return κ; 5.6045 for 20 assets and 95 %
   */
  public static double kappa(int assets, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new InvalidInputException("confidence is " + confidence + ": must be between 0 and 1");
    }
    return Math.sqrt(ChiSquaredDistribution.of(assets).inverseCumulativeProbability(confidence));
  }

  /**
   * Robust portfolios.
   *
   * @param weights w [S][n]; NaN where there are none
   * @param riskAversion the γ of the mean-variance problem that each is the solution of [S]
   * @param objective −μ̂'w + κ √(w'Σw/T) + ½ γ w'Σw + cost [S]
   * @param gap how far it is from the least one at most [S]
   * @param status how each ended [S]
   */
  public record Robust(
      double[][] weights,
      double[] riskAversion,
      double[] objective,
      double[] gap,
      Status[] status) {}

  /**
   * Solves one problem with uncertain means in an ellipsoid.
   *
   * @param engine solves; stays open
   * @param problem its objective is a risk aversion
   * @param kappa κ, at least 0
   * @param observations T, how many returns the means are from
   * @return one portfolio
   */
  public static Robust ellipsoid(Engine engine, Problem problem, double kappa, int observations) {
    return ellipsoid(
        engine,
        Batch.builder(problem, 1),
        problem,
        new double[] {problem.riskAversion()},
        new double[] {kappa},
        observations);
  }

  /**
   * Solves a batch with uncertain means in ellipsoids.
   *
   * @param engine solves; stays open
   * @param batch what differs from scenario to scenario, but for the risk aversion
   * @param problem what the batch is built on; its objective is a risk aversion, and it has no
   *     benchmark
   * @param riskAversion γ [S]
   * @param kappa κ [S], at least 0
   * @param observations T
   * @return a portfolio for each scenario
   * @throws InvalidInputException if a length differs or a number is not usable
   */
  public static Robust ellipsoid(
      Engine engine,
      Batch.Builder batch,
      Problem problem,
      double[] riskAversion,
      double[] kappa,
      int observations) {
    int count = riskAversion.length;
    if (problem.objective().kind() != Objective.Kind.RISK_AVERSION || problem.benchmark() != null) {
      throw new InvalidInputException(
          "uncertain means need a risk aversion for the objective, and no benchmark");
    }
    if (kappa.length != count || observations < 1) {
      throw new InvalidInputException(
          kappa.length + " κ for " + count + " scenarios of " + observations + " observations");
    }
    double[] price = new double[count];
    double[] low = new double[count];
    double[] high = new double[count];
    double[] at = new double[count];
    double assetVolatility = 0;
    for (int i = 0; i < problem.size(); i++) {
      assetVolatility = Math.max(assetVolatility, Math.sqrt(problem.covariance().variance(i)));
    }
    for (int s = 0; s < count; s++) {
      if (!(kappa[s] >= 0) || Double.isInfinite(kappa[s]) || !(riskAversion[s] >= 0)) {
        throw new InvalidInputException(
            "scenario " + s + ": κ is " + kappa[s] + " and γ " + riskAversion[s]);
      }
      price[s] = kappa[s] / Math.sqrt(observations);
      low[s] = riskAversion[s];
      high[s] = Double.POSITIVE_INFINITY;
      at[s] = riskAversion[s] + (assetVolatility > 0 ? price[s] / assetVolatility : 0);
    }
    // Of g ↦ γ + price/σ(g): σ falls as g rises, so the fixed point is where both meet.
    double[][] weights = new double[count][];
    double[] objective = new double[count];
    double[] gap = new double[count];
    Status[] status = new Status[count];
    boolean[] done = new boolean[count];
    try (Prepared prepared = engine.prepare(problem)) {
      for (int round = 0; round < MOST_ROUNDS; round++) {
        boolean all = true;
        try (BatchSolution solution = prepared.solve(batch.riskAversion(at.clone()).build())) {
          for (int s = 0; s < count; s++) {
            if (done[s]) {
              continue;
            }
            status[s] = solution.status(s);
            weights[s] = solution.weights(s);
            if (status[s] != Status.SOLVED) {
              gap[s] = Double.NaN;
              objective[s] = Double.NaN;
              done[s] = true;
              continue;
            }
            double sigma = Math.sqrt(Math.max(0, solution.variance(s)));
            double wanted =
                sigma > 0 ? riskAversion[s] + price[s] / sigma : Double.POSITIVE_INFINITY;
            objective[s] =
                solution.objective(s)
                    + price[s] * sigma
                    + 0.5 * (riskAversion[s] - at[s]) * sigma * sigma;
            // The tangent of the true objective has γ + price/σ in the place of g.
            double off =
                price[s] == 0 || sigma == 0
                    ? 0
                    : Math.abs(wanted - at[s]) * sigma * spread(problem, weights[s]);
            gap[s] = solution.gap(s) + off;
            if (price[s] == 0 || Math.abs(wanted - at[s]) <= 1e-13 * at[s] || sigma == 0) {
              done[s] = true;
              continue;
            }
            if (wanted > at[s]) {
              low[s] = Math.max(low[s], at[s]);
            } else {
              high[s] = Math.min(high[s], at[s]);
            }
            double next = wanted;
            boolean inside = next > low[s] && next < high[s];
            if (!inside || round % 4 == 3) {
              next =
                  high[s] < Double.POSITIVE_INFINITY
                      ? 0.5 * (low[s] + high[s])
                      : 2 * Math.max(at[s], low[s]);
            }
            if (high[s] - low[s] <= 1e-15 * Math.abs(low[s])) {
              done[s] = true;
              continue;
            }
            at[s] = next;
            all = false;
          }
        }
        if (all) {
          break;
        }
      }
    }
    return new Robust(weights, at, objective, gap, status);
  }

  /** At least how far σ can change from one feasible portfolio to another: Σ |v − w| σ_i. */
  private static double spread(Problem problem, double[] w) {
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    double budget = Math.abs(problem.hasBudget() ? problem.budget() : 0);
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      double implied = budget - Arrays.stream(lower).filter(Double::isFinite).sum() + lower[i];
      double high = Double.isInfinite(upper[i]) ? Math.max(implied, w[i]) : upper[i];
      double low = Double.isInfinite(lower[i]) ? -Math.abs(high) : lower[i];
      sum += Math.max(high - w[i], w[i] - low) * Math.sqrt(problem.covariance().variance(i));
    }
    return sum;
  }
}
