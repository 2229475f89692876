package io.parabola.models.stress;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.ReturnProcess;
import io.parabola.Solution;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.internal.Shares;
import java.util.Arrays;
import java.util.List;

/**
 * A held portfolio and the best one, in scenarios of the market.
 *
 * <p>Scenario s is a state of the market (volatilities, correlations, means), with expected returns
 * that are perhaps another draw of the estimate's. In it the portfolio is optimised again, from the
 * held one where costs or turnover matter. Then a path of returns of H steps is drawn from the
 * process under that state, and both portfolios are carried along it, bought and held.
 *
 * <pre>
 *   μ(s) = μ̂ + error(s) + shift(state)        D = diag(m(s)),  C → (1−θ)C + θ11' or by asset
 *   equity after t steps = 1 + Σ wᵢ (Π (1 + rᵢ) − 1) − costs        loss = 1 − equity after H
 * </pre>
 *
 * <p>All of it is a function of the seed and of s: any chunks of scenarios, any number of threads
 * and any order give the same, so that a million need no more room than a chunk, and the worst of
 * them can be looked at again. Methods may be called from one thread at a time.
 */
public final class StressTest implements AutoCloseable {
  /** What is NaN where there is no best portfolio. */
  private static final List<Measure> BEST =
      List.of(
          Measure.RETURN,
          Measure.VOLATILITY,
          Measure.CVAR,
          Measure.DISTANCE,
          Measure.LOSS,
          Measure.DRAWDOWN,
          Measure.TURNOVER,
          Measure.COST);

  private static final double MOST_GROWTH = 1e150;

  private final Engine engine;
  private final Builder setup;
  private final Problem problem;
  private final Prepared prepared;
  private final double[] held;
  private final QuadraticForm form;
  private final double heldVariance;
  private final double heldTotal;
  private final double[] estimate;
  private final double[][] meanShifts;

  private StressTest(Builder setup, Engine engine) {
    this.setup = setup;
    this.engine = engine;
    problem = setup.problem;
    held = setup.held.clone();
    form = QuadraticForm.of(problem.covariance());
    heldVariance = form.variance(held);
    heldTotal = form.total(held);
    estimate = problem.expectedReturns();
    meanShifts = meanShifts(problem, setup.states);
    prepared = engine.prepare(problem);
  }

  /**
   * Starts the description of a test.
   *
   * @param problem the portfolio's problem at the estimate: Σ and μ̂ per period, limits, costs
   * @param process what paths of returns are drawn from, of the same assets
   * @return a builder
   * @throws InvalidInputException if the sizes differ
   */
  public static Builder builder(Problem problem, ReturnProcess process) {
    return new Builder(problem, process);
  }

  /** What hears of each path, in the order of the scenarios asked for. */
  @FunctionalInterface
  public interface PathListener {
    /**
     * A path has been walked.
     *
     * @param k the scenario's place
     * @param weights the best portfolio [n]; NaN where there is none; overwritten afterwards
     * @param returns what each asset returned over the whole path [n]; overwritten afterwards
     */
    void walked(int k, double[] weights, double[] returns);
  }

  /** Puts a test together. Each setter may be called once more to overwrite what was set. */
  public static final class Builder {
    private final Problem problem;
    private final ReturnProcess process;
    private MarketStates states = MarketStates.standard();
    private MeanUncertainty uncertainty;
    private double[] held;
    private long seed = 1;
    private int steps = 1;
    private double lossLimit = Double.NaN;
    private EllipticalTail tail;

    private Builder(Problem problem, ReturnProcess process) {
      if (problem.size() != process.size()) {
        throw new InvalidInputException(
            "a problem of " + problem.size() + " assets, but a process of " + process.size());
      }
      this.problem = problem;
      this.process = process;
    }

    /**
     * The states of the market. Default: {@link MarketStates#standard}.
     *
     * @param states what a scenario's state is drawn from
     * @return this
     * @throws InvalidInputException if a state names an asset that the problem does not have
     */
    public Builder states(MarketStates states) {
      for (MarketState state : states.list()) {
        for (String asset : state.assets().keySet()) {
          if (!problem.assets().contains(asset)) {
            throw new InvalidInputException(
                "state " + state.name() + ": there is no asset " + asset);
          }
        }
      }
      this.states = states;
      return this;
    }

    /**
     * Lets expected returns be uncertain.
     *
     * @param uncertainty what they are drawn from; null for the problem's own
     * @return this
     */
    public Builder uncertainty(MeanUncertainty uncertainty) {
      this.uncertainty = uncertainty;
      return this;
    }

    /**
     * The held portfolio. Default: the problem's current weights, else its optimum.
     *
     * @param held w [n], finite; copied
     * @return this
     * @throws InvalidInputException if the length differs or a weight is not finite
     */
    public Builder held(double[] held) {
      if (held.length != problem.size() || !Arrays.stream(held).allMatch(Double::isFinite)) {
        throw new InvalidInputException("held: " + problem.size() + " finite weights are needed");
      }
      this.held = held.clone();
      return this;
    }

    /**
     * The seed. Default: 1.
     *
     * @param seed any number
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * The length of a path. Default: 1.
     *
     * @param steps H, periods, at least 1
     * @return this
     * @throws InvalidInputException if it is less than 1
     */
    public Builder steps(int steps) {
      if (steps < 1 || steps >= Paths.MOST_STEPS) {
        throw new InvalidInputException("steps = " + steps + ": must be at least 1");
      }
      this.steps = steps;
      return this;
    }

    /**
     * A loss over the path that must not be reached, whose distance is measured. Default: none.
     *
     * @param limit a fraction of equity
     * @return this
     */
    public Builder lossLimit(double limit) {
      lossLimit = limit;
      return this;
    }

    /**
     * What CVaR is in the volatilities of the process, where there is a closed form. Default: none,
     * and each scenario's CVaR is NaN.
     *
     * @param tail the constants; null for none
     * @return this
     */
    public Builder tail(EllipticalTail tail) {
      this.tail = tail;
      return this;
    }

    /**
     * Prepares the problem on an engine.
     *
     * @param engine draws and solves; to be closed by the caller, after the test
     * @return the test
     * @throws InvalidInputException if no portfolio is held and the problem has no optimum
     */
    public StressTest open(Engine engine) {
      if (held == null) {
        held = problem.currentWeights();
      }
      if (held == null) {
        Solution optimum = engine.solve(problem);
        if (optimum.status() != Status.SOLVED) {
          throw new InvalidInputException("no portfolio is held: " + optimum.message());
        }
        held = optimum.weights();
      }
      return new StressTest(this, engine);
    }
  }

  /**
   * The held portfolio.
   *
   * @return w [n], a copy
   */
  public double[] held() {
    return held.clone();
  }

  /**
   * The states of the market.
   *
   * @return what scenarios draw theirs from
   */
  public MarketStates states() {
    return setup.states;
  }

  /**
   * The problem at the estimate.
   *
   * @return as it was given
   */
  public Problem problem() {
    return problem;
  }

  /**
   * The variance of a portfolio at the estimate.
   *
   * @param weights w [n]; not modified
   * @return w'Σw, per period
   */
  public double variance(double[] weights) {
    return form.variance(weights);
  }

  /**
   * Evaluates scenarios that follow one another.
   *
   * @param first the number of the first, from 0
   * @param count how many
   * @return what was measured, to be closed by the caller
   */
  public StressChunk evaluate(long first, int count) {
    long[] scenarios = new long[count];
    Arrays.setAll(scenarios, k -> first + k);
    return evaluate(scenarios, SolveOptions.defaults(), null);
  }

  /**
   * Evaluates scenarios.
   *
   * @param scenarios which ones, from 0; not modified
   * @param options of the solve
   * @param listener hears of each path, in order, on the calling thread; null for nobody
   * @return what was measured, to be closed by the caller; once cancelled, scenarios that were not
   *     solved are {@link Status#CANCELLED}
   */
  public StressChunk evaluate(long[] scenarios, SolveOptions options, PathListener listener) {
    int n = problem.size();
    int count = scenarios.length;
    try (Matrix mean = Matrix.allocate(count, n);
        Matrix shifts = Matrix.allocate(count, n);
        Matrix paths = Matrix.allocate((long) count * setup.steps, n);
        ScenarioStates states =
            new ScenarioStates(setup.states, problem, form, setup.seed, scenarios)) {
      drawMeans(states, scenarios, mean, shifts);
      Batch.Builder batch = Batch.builder(problem, count).expectedReturns(mean);
      states.apply(batch);
      try (BatchSolution solution = prepared.solve(batch.build(), options)) {
        Paths.Builder drawn =
            Paths.builder(setup.process, setup.seed, count)
                .paths(scenarios)
                .steps(0, setup.steps)
                .meanShifts(shifts);
        states.apply(drawn);
        engine.draw(drawn.build(), paths);
        StressChunk chunk = new StressChunk(scenarios.clone(), n, solution.constraintNames());
        boolean complete = false;
        try {
          if (options.reducedCosts()) {
            chunk.keepReducedCosts();
          }
          measure(chunk, states, solution, mean, paths);
          if (listener != null) {
            tell(chunk, paths, listener);
          }
          complete = true;
          return chunk;
        } finally {
          if (!complete) {
            chunk.close();
          }
        }
      }
    }
  }

  /** Expected returns of each scenario, and what they differ from the estimate by. */
  private void drawMeans(ScenarioStates states, long[] scenarios, Matrix mean, Matrix shifts) {
    if (setup.uncertainty != null) {
      setup.uncertainty.draw(engine, setup.seed, scenarios, mean);
    }
    Shares.over(
        engine.threads(),
        scenarios.length,
        turns -> {
          double[] mu = new double[problem.size()];
          double[] shift = new double[problem.size()];
          turns.each(
              s -> {
                if (setup.uncertainty == null) {
                  System.arraycopy(estimate, 0, mu, 0, mu.length);
                } else {
                  mean.getRow(s, mu);
                }
                double[] added = meanShifts[states.state(s)];
                for (int i = 0; i < mu.length; i++) {
                  mu[i] += added[i];
                  shift[i] = mu[i] - estimate[i];
                }
                mean.setRow(s, mu);
                shifts.setRow(s, shift);
              });
        });
  }

  private static double[][] meanShifts(Problem problem, MarketStates states) {
    double[][] shifts = new double[states.list().size()][problem.size()];
    for (int k = 0; k < shifts.length; k++) {
      MarketState state = states.list().get(k);
      for (int i = 0; i < shifts[k].length; i++) {
        MarketState.Asset own = state.assets().get(problem.assets().get(i));
        shifts[k][i] = state.meanShift() + (own == null ? 0 : own.meanShift());
      }
    }
    return shifts;
  }

  private void measure(
      StressChunk chunk, ScenarioStates states, BatchSolution solution, Matrix mean, Matrix paths) {
    Shares.over(
        engine.threads(),
        chunk.count(),
        turns -> {
          Desk desk = new Desk();
          turns.each(s -> desk.measure(chunk, s, states, solution, mean, paths));
        });
  }

  /** What one thread measures with. */
  private final class Desk {
    private final int n = problem.size();
    private final double[] mu = new double[n];
    private final double[] w = new double[n];
    private final double[] room = new double[n];
    private final double[][] growth = new double[setup.steps][n];
    private final Equity equity = new Equity();

    void measure(
        StressChunk chunk,
        int s,
        ScenarioStates states,
        BatchSolution solution,
        Matrix mean,
        Matrix paths) {
      Status status = solution.status(s);
      chunk.put(s, status, states.state(s));
      if (status != Status.SOLVED) {
        chunk.explain(s, solution.message(s));
      }
      solution.weights(s, w);
      chunk.weights().setRow(s, w);
      if (chunk.reducedCosts() != null) {
        chunk.reducedCosts().setRow(s, solution.reducedCosts(s));
      }
      mean.getRow(s, mu);
      grow(paths, s, growth);

      chunk.put(Measure.VOLATILITY_MULTIPLIER, s, states.volatility(s));
      chunk.put(Measure.CORRELATION_STRESS, s, states.correlation(s));

      double heldVolatility = Math.sqrt(states.variance(s, held, heldVariance, heldTotal, room));
      chunk.put(Measure.HELD_RETURN, s, dot(mu, held));
      chunk.put(Measure.HELD_VOLATILITY, s, heldVolatility);
      chunk.put(Measure.HELD_CVAR, s, conditional(dot(mu, held), heldVolatility));
      chunk.put(Measure.HELD_DISTANCE, s, distance(dot(mu, held), heldVolatility));
      equity.walk(held, growth, 0);
      chunk.put(Measure.HELD_LOSS, s, equity.loss());
      chunk.put(Measure.HELD_DRAWDOWN, s, equity.drawdown());

      chunk.put(Measure.OBJECTIVE, s, solution.objective(s));
      chunk.put(Measure.GAP, s, solution.gap(s));
      chunk.put(Measure.RELATIVE_GAP, s, solution.relativeGap(s));
      double[] prices = solution.shadowPrices(s);
      for (int k = 0; k < prices.length; k++) {
        chunk.putShadowPrice(k, s, prices[k]);
      }
      if (Double.isNaN(w[0])) {
        for (Measure none : BEST) {
          chunk.put(none, s, Double.NaN);
        }
        return;
      }
      double volatility = Math.sqrt(Math.max(0, solution.variance(s)) * states.varianceFactor(s));
      if (problem.benchmark() != null) {
        // The solver's variance is then that of the difference to the benchmark.
        volatility = Math.sqrt(states.variance(s, w, room));
      }
      double cost = solution.costs(s);
      chunk.put(Measure.RETURN, s, dot(mu, w));
      chunk.put(Measure.VOLATILITY, s, volatility);
      chunk.put(Measure.CVAR, s, conditional(dot(mu, w), volatility));
      chunk.put(Measure.DISTANCE, s, distance(dot(mu, w), volatility));
      equity.walk(w, growth, cost);
      chunk.put(Measure.LOSS, s, equity.loss());
      chunk.put(Measure.DRAWDOWN, s, equity.drawdown());
      double turnover = 0;
      for (int i = 0; i < n; i++) {
        turnover += Math.abs(w[i] - held[i]);
      }
      chunk.put(Measure.TURNOVER, s, turnover);
      chunk.put(Measure.COST, s, cost);
    }

    private double conditional(double expected, double volatility) {
      return setup.tail == null
          ? Double.NaN
          : setup.tail.conditionalValueAtRisk() * volatility - expected;
    }

    /** κ of {@link ReverseStress}, over the whole path: means add up, and so do variances. */
    private double distance(double expected, double volatility) {
      return (setup.lossLimit + setup.steps * expected) / (Math.sqrt(setup.steps) * volatility);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * Π (1 + rᵢ) after each step. A number that overflows would make NaN of a weight of zero, and of
   * a loss: growth ends short of that, where it means nothing any more.
   */
  private void grow(Matrix paths, int s, double[][] growth) {
    for (int t = 0; t < growth.length; t++) {
      paths.getRow((long) s * growth.length + t, growth[t]);
      for (int i = 0; i < growth[t].length; i++) {
        double grown = (1 + growth[t][i]) * (t == 0 ? 1 : growth[t - 1][i]);
        growth[t][i] = Math.max(-MOST_GROWTH, Math.min(MOST_GROWTH, grown));
      }
    }
  }

  private void tell(StressChunk chunk, Matrix paths, PathListener listener) {
    double[] w = new double[problem.size()];
    double[][] growth = new double[setup.steps][problem.size()];
    double[] returns = new double[problem.size()];
    for (int s = 0; s < chunk.count(); s++) {
      chunk.weights().getRow(s, w);
      grow(paths, s, growth);
      for (int i = 0; i < returns.length; i++) {
        returns[i] = growth[setup.steps - 1][i] - 1;
      }
      listener.walked(s, w, returns);
    }
  }

  @Override
  public void close() {
    prepared.close();
  }
}
