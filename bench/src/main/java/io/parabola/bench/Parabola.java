package io.parabola.bench;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Prepared;
import io.parabola.Problem;
import java.util.function.Function;

/**
 * Parabola's ways to solve scenarios. Of a portfolio alone, all that is there before is the {@link
 * Covariance} and an array of expected returns; of a batch, also its matrix of expected returns.
 */
final class Parabola {
  private Parabola() {}

  /** The problem that batches are built on: its expected returns are the centre of theirs. */
  static Problem problem(Scenarios scenarios, Covariance covariance) {
    return Problem.builder(covariance)
        .expectedReturns(scenarios.centre())
        .lower(scenarios.lower())
        .upper(scenarios.upper())
        .build();
  }

  /** Each scenario is a problem of its own, and none knows of another. */
  static Contestant cold(String name, Engine engine, Scenarios scenarios, Covariance covariance) {
    return new Single(
        name,
        scenarios,
        s ->
            engine
                .solve(
                    Problem.builder(covariance)
                        .expectedReturns(scenarios.expectedReturns(s))
                        .lower(scenarios.lower())
                        .upper(scenarios.upper())
                        .build())
                .weights());
  }

  /** All scenarios in one call, nothing prepared. */
  static Contestant batch(String name, Engine engine, Scenarios scenarios, Problem problem) {
    return new Whole(name, scenarios, problem, null, engine::solve, () -> {});
  }

  /**
   * All scenarios in one call on a prepared problem.
   *
   * @param start [S, n], weights to start from, or null
   */
  static Contestant prepared(
      String name, Engine engine, Scenarios scenarios, Problem problem, double[] start) {
    Prepared prepared = engine.prepare(problem);
    return new Whole(name, scenarios, problem, start, prepared::solve, prepared::close);
  }

  /** [S, n]: for each scenario the solution of the one before it. */
  static double[] previousSolutions(Engine engine, Scenarios scenarios, Problem problem) {
    int n = scenarios.size();
    int count = scenarios.count();
    double[] previous = new double[count * n];
    Batch batch =
        Batch.builder(problem, count).expectedReturns(scenarios.expectedReturns()).build();
    try (BatchSolution solution = engine.solve(batch)) {
      for (int s = 0; s < count; s++) {
        System.arraycopy(solution.weights((s + count - 1) % count), 0, previous, s * n, n);
      }
    }
    return previous;
  }

  private static final class Single implements Contestant {
    private final String name;
    private final Scenarios scenarios;
    private final Function<Integer, double[]> solver;
    private final double[][] weights;

    Single(String name, Scenarios scenarios, Function<Integer, double[]> solver) {
      this.name = name;
      this.scenarios = scenarios;
      this.solver = solver;
      this.weights = new double[scenarios.count()][];
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Scenarios scenarios() {
      return scenarios;
    }

    @Override
    public boolean divisible() {
      return true;
    }

    @Override
    public void solve(int first, int count) {
      for (int s = first; s < first + count; s++) {
        weights[s] = solver.apply(s);
      }
    }

    @Override
    public double[] weights(int s) {
      return weights[s];
    }
  }

  /** A batch. Its numbers lie in matrices outside the heap, where callers with many put them. */
  private static final class Whole implements Contestant {
    private final String name;
    private final Scenarios scenarios;
    private final Problem problem;
    private final Matrix expectedReturns;
    private final Matrix start;
    private final Function<Batch, BatchSolution> solver;
    private final Runnable end;
    private BatchSolution solution;

    Whole(
        String name,
        Scenarios scenarios,
        Problem problem,
        double[] start,
        Function<Batch, BatchSolution> solver,
        Runnable end) {
      this.name = name;
      this.scenarios = scenarios;
      this.problem = problem;
      int count = scenarios.count();
      this.expectedReturns = Matrix.copyOf(scenarios.expectedReturns(), count, scenarios.size());
      this.start = start == null ? null : Matrix.copyOf(start, count, scenarios.size());
      this.solver = solver;
      this.end = end;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Scenarios scenarios() {
      return scenarios;
    }

    @Override
    public boolean divisible() {
      return false;
    }

    @Override
    public void solve(int first, int count) {
      if (solution != null) {
        solution.close();
      }
      Batch.Builder batch =
          Batch.builder(problem, scenarios.count()).expectedReturns(expectedReturns);
      if (start != null) {
        batch.start(start);
      }
      solution = solver.apply(batch.build());
    }

    @Override
    public double[] weights(int s) {
      return solution.weights(s);
    }

    @Override
    public void close() {
      if (solution != null) {
        solution.close();
      }
      end.run();
      expectedReturns.close();
      if (start != null) {
        start.close();
      }
    }
  }
}
