package io.parabola.cli;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.SampleCovariance;
import io.parabola.Solution;
import io.parabola.Status;
import io.parabola.models.DataQuality;
import io.parabola.models.Finding;
import io.parabola.models.Returns;
import io.parabola.models.StudentTScenarios;
import io.parabola.models.VolatilityRegimes.Regime;
import java.util.Arrays;
import java.util.List;

/** A stress run: what went in, what was solved, and how long each step took. */
final class StressRun implements AutoCloseable {
  private static final int FRONTIER_POINTS = 60;

  private final StressSettings settings;
  private final Returns returns;
  private final double[] lower;
  private final double[] upper;
  private final double[] mean;
  private final Covariance covariance;
  private final List<Finding> findings;
  private final String engineDescription;
  private final int[] regime;
  private final BatchSolution solution;
  private final Solution estimate;
  private final Frontier frontier;
  private final AssetWeights weights;
  private final double estimatingSeconds;
  private final double drawingSeconds;
  private double totalSeconds;

  private StressRun(
      StressSettings settings,
      Returns returns,
      Bounds lowers,
      Bounds uppers,
      Engine engine,
      int threads,
      Console console) {
    this.settings = settings;
    this.returns = returns;
    this.lower = lowers.values();
    this.upper = uppers.values();
    this.engineDescription = engine.describe();

    long start = System.nanoTime();
    SampleCovariance sample = CovarianceCommand.estimate(settings.source(), returns);
    this.mean = sample.mean();
    this.covariance = sample.covariance(returns.assets());
    this.findings = DataQuality.inspect(returns, covariance);
    this.estimatingSeconds = since(start);

    Problem problem =
        Problem.builder(covariance)
            .expectedReturns(mean)
            .riskAversion(settings.riskAversion())
            .lower(lower)
            .upper(upper)
            .budget(settings.budget())
            .build();
    // Solved first: when no portfolio keeps the bounds and the budget, it says so before scenarios
    // are drawn.
    this.estimate = engine.solve(problem);
    if (estimate.status() != Status.SOLVED) {
      throw Failure.of(estimate.status(), estimate.message());
    }
    this.frontier = Frontier.points(engine, problem, FRONTIER_POINTS);

    int scenarios = settings.scenarios();
    start = System.nanoTime();
    this.regime = new int[scenarios];
    double[] riskAversion = new double[scenarios];
    for (int s = 0; s < scenarios; s++) {
      regime[s] = settings.regimes().draw(settings.seed(), s);
      riskAversion[s] = settings.regimes().riskAversion(settings.riskAversion(), regime[s]);
    }
    try (Matrix mu = Matrix.allocate(scenarios, returns.size())) {
      StudentTScenarios drawn =
          StudentTScenarios.of(
              mean,
              covariance,
              returns.observations(),
              settings.degreesOfFreedom(),
              settings.seed());
      try (ProgressLine progress = ProgressLine.of(console, "drawing", scenarios)) {
        drawn.fill(mu, 0, threads, progress);
      }
      this.drawingSeconds = since(start);
      Batch batch =
          Batch.builder(problem, scenarios).expectedReturns(mu).riskAversion(riskAversion).build();
      this.solution = BatchTable.solve(engine, batch, console);
    }
    this.weights = AssetWeights.of(solution);
  }

  /**
   * Estimates, draws and solves.
   *
   * @throws Failure if no portfolio keeps the bounds and the budget
   */
  static StressRun solve(
      StressSettings settings,
      Returns returns,
      Bounds lower,
      Bounds upper,
      Engine engine,
      int threads,
      Console console) {
    return new StressRun(settings, returns, lower, upper, engine, threads, console);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  /** Stops the clock that was started at {@code start} nanoseconds. */
  void finish(long start) {
    totalSeconds = since(start);
  }

  StressSettings settings() {
    return settings;
  }

  Returns returns() {
    return returns;
  }

  List<String> assets() {
    return returns.assets();
  }

  double[] mean() {
    return mean;
  }

  Covariance covariance() {
    return covariance;
  }

  List<Finding> findings() {
    return findings;
  }

  String engineDescription() {
    return engineDescription;
  }

  BatchSolution solution() {
    return solution;
  }

  /** The portfolio that believes the estimate. */
  Solution estimate() {
    return estimate;
  }

  /** The frontier of the estimate. */
  Frontier frontier() {
    return frontier;
  }

  AssetWeights weights() {
    return weights;
  }

  Regime regimeOf(int scenario) {
    return settings.regimes().regimes().get(regime[scenario]);
  }

  int regimeIndexOf(int scenario) {
    return regime[scenario];
  }

  double estimatingSeconds() {
    return estimatingSeconds;
  }

  double drawingSeconds() {
    return drawingSeconds;
  }

  double totalSeconds() {
    return totalSeconds;
  }

  /** Expected return of a scenario's portfolio if the estimate is right, per period. */
  double returnAtEstimate(int scenario) {
    double[] w = solution.weights(scenario);
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      sum += w[i] * mean[i];
    }
    return sum;
  }

  /** The least of the lower and the greatest of the upper bounds. */
  double[] boundRange() {
    return new double[] {
      Arrays.stream(lower).min().orElseThrow(), Arrays.stream(upper).max().orElseThrow()
    };
  }

  @Override
  public void close() {
    solution.close();
  }
}
