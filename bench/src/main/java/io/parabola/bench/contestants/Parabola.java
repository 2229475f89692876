package io.parabola.bench.contestants;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.Status;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Costs;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.ScenarioBatch;
import io.parabola.bench.problems.Scenarios;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Parabola's ways to solve scenarios. Of a portfolio alone, all that is there before is the {@link
 * Covariance} and an array of expected returns; of a batch, also its matrix of expected returns.
 */
public final class Parabola {
  private Parabola() {}

  /** The problem that batches are built on: its expected returns are the centre of theirs. */
  public static Problem problem(Scenarios scenarios, Covariance covariance) {
    return Constrained.plain(scenarios).problem(covariance);
  }

  /** Each scenario is a problem of its own, and none knows of another. */
  public static Contestant cold(
      String name, Engine engine, Scenarios scenarios, Covariance covariance) {
    return new Single(name, engine, scenarios, s -> covariance);
  }

  /** The same, and the covariance is taken from its numbers each time too. */
  public static Contestant coldFrom(
      String name, Engine engine, Scenarios scenarios, Function<Integer, Covariance> covariance) {
    return new Single(name, engine, scenarios, covariance);
  }

  /** All scenarios in one call, nothing prepared. */
  public static Contestant batch(String name, Engine engine, Scenarios scenarios, Problem problem) {
    Constrained plain = Constrained.plain(scenarios);
    ScenarioBatch batch = new ScenarioBatch(plain, problem, null, false);
    return new Whole(name, plain, batch, engine::solve, () -> {});
  }

  /**
   * The scenarios in batches, each in one call, nothing prepared.
   *
   * @param size of a batch, a divisor of how many scenarios there are and of what is solved at once
   */
  public static Contestant batches(
      String name, Engine engine, Scenarios scenarios, Problem problem, int size) {
    List<Contestant> batches = new ArrayList<>();
    for (int s = 0; s < scenarios.count(); s += size) {
      batches.add(batch(name, engine, scenarios.part(s, s + size), problem));
    }
    return new Batches(name, batches, size);
  }

  /** All scenarios in one call, their own covariances taken as they are. */
  public static Contestant trusted(
      String name, Engine engine, Scenarios scenarios, Problem problem) {
    Constrained plain = Constrained.plain(scenarios);
    ScenarioBatch batch = new ScenarioBatch(plain, problem, null, true);
    return new Whole(name, plain, batch, engine::solve, () -> {});
  }

  /**
   * All scenarios in one call on a prepared problem.
   *
   * @param start [S, n], weights to start from, or null
   */
  public static Contestant prepared(
      String name, Engine engine, Scenarios scenarios, Problem problem, double[] start) {
    return prepared(name, engine, Constrained.plain(scenarios), problem, start);
  }

  /**
   * All scenarios in one call on a prepared problem.
   *
   * @param start [S, n], weights to start from, or null
   */
  public static Contestant prepared(
      String name, Engine engine, Constrained constrained, Problem problem, double[] start) {
    Prepared prepared = engine.prepare(problem);
    ScenarioBatch batch = new ScenarioBatch(constrained, problem, start, false);
    return new Whole(name, constrained, batch, prepared::solve, prepared::close);
  }

  /**
   * One scenario after another of a prepared problem, each from weights of its own: from arrays, by
   * way of two matrices that stay.
   *
   * @param start [S, n]
   */
  public static Contestant warm(
      String name, Engine engine, Scenarios scenarios, Problem problem, double[] start) {
    return new Again(name, engine, scenarios, problem, start);
  }

  /** One scenario after another of a prepared problem. */
  public static Contestant oneByOne(
      String name, Engine engine, Scenarios scenarios, Problem problem) {
    return new Again(name, engine, scenarios, problem, null);
  }

  private static final class Batches extends Contestant {
    private final List<Contestant> batches;
    private final int size;

    Batches(String name, List<Contestant> batches, int size) {
      super(name, batches.size() * size, false);
      this.batches = batches;
      this.size = size;
    }

    @Override
    public void solve(int first, int number) {
      for (int s = first; s < first + number; s += size) {
        batches.get(s / size).solve(0, size);
      }
    }

    @Override
    public Certificate certificate(int s) {
      return batches.get(s / size).certificate(s % size);
    }

    @Override
    public void close() {
      batches.forEach(Contestant::close);
    }
  }

  private static final class Again extends Contestant {
    private final Constrained constrained;
    private final Problem problem;
    private final Prepared prepared;
    private final double[][] expectedReturns;
    private final double[][] starts;
    private final double[][] weights;
    private final Matrix mean;
    private final Matrix start;

    Again(String name, Engine engine, Scenarios scenarios, Problem problem, double[] start) {
      super(name, scenarios.count(), true);
      this.constrained = Constrained.plain(scenarios);
      this.problem = problem;
      this.prepared = engine.prepare(problem);
      int n = scenarios.size();
      this.expectedReturns = new double[scenarios.count()][];
      this.starts = new double[scenarios.count()][];
      this.weights = new double[scenarios.count()][n];
      for (int s = 0; s < scenarios.count(); s++) {
        expectedReturns[s] = scenarios.expectedReturns(s);
        starts[s] = start == null ? null : Arrays.copyOfRange(start, s * n, (s + 1) * n);
      }
      this.mean = Matrix.allocate(1, n);
      this.start = Matrix.allocate(1, n);
    }

    @Override
    public void solve(int first, int number) {
      for (int s = first; s < first + number; s++) {
        mean.setRow(0, expectedReturns[s]);
        Batch.Builder batch = Batch.builder(problem, 1).expectedReturns(mean);
        if (starts[s] != null) {
          start.setRow(0, starts[s]);
          batch.start(start);
        }
        try (BatchSolution solution = prepared.solve(batch.build())) {
          solution.weights(0, weights[s]);
        }
      }
    }

    @Override
    public Certificate certificate(int s) {
      return constrained.certificate(s, weights[s], Multipliers.NONE);
    }

    @Override
    public void close() {
      prepared.close();
      mean.close();
      start.close();
    }
  }

  private static final class Single extends Contestant {
    private final Constrained constrained;
    private final Engine engine;
    private final Function<Integer, Covariance> covariance;
    private final double[][] weights;

    Single(
        String name, Engine engine, Scenarios scenarios, Function<Integer, Covariance> covariance) {
      super(name, scenarios.count(), true);
      this.constrained = Constrained.plain(scenarios);
      this.engine = engine;
      this.covariance = covariance;
      this.weights = new double[scenarios.count()][];
    }

    @Override
    public void solve(int first, int number) {
      Scenarios scenarios = constrained.scenarios();
      for (int s = first; s < first + number; s++) {
        weights[s] =
            engine
                .solve(
                    Problem.builder(covariance.apply(s))
                        .expectedReturns(scenarios.expectedReturns(s))
                        .lower(scenarios.lower())
                        .upper(scenarios.upper())
                        .build())
                .weights();
      }
    }

    @Override
    public Certificate certificate(int s) {
      return constrained.certificate(s, weights[s], Multipliers.NONE);
    }
  }

  /** A batch. */
  public static final class Whole extends Contestant {
    private final Constrained constrained;
    private final ScenarioBatch batch;
    private final Function<Batch, BatchSolution> solver;
    private final Runnable end;
    private BatchSolution solution;

    Whole(
        String name,
        Constrained constrained,
        ScenarioBatch batch,
        Function<Batch, BatchSolution> solver,
        Runnable end) {
      super(name, constrained.scenarios().count(), false);
      this.constrained = constrained;
      this.batch = batch;
      this.solver = solver;
      this.end = end;
    }

    @Override
    public void solve(int first, int number) {
      if (solution != null) {
        solution.close();
      }
      solution = solver.apply(batch.build());
    }

    @Override
    public Certificate certificate(int s) {
      return constrained.certificate(s, solution.weights(s), multipliers(s));
    }

    /** How they ended that are not solved, and how much what is asked of them matters. */
    @Override
    public String note() {
      String ends =
          IntStream.range(0, count())
              .mapToObj(solution::status)
              .filter(status -> status != Status.SOLVED)
              .collect(Collectors.groupingBy(status -> status, TreeMap::new, Collectors.counting()))
              .entrySet()
              .stream()
              .map(entry -> entry.getValue() + " " + entry.getKey() + ", ")
              .collect(Collectors.joining());
      if (constrained.isPlain()) {
        return ends + String.format("%.0f free", average(this::free));
      }
      String more =
          constrained.costs().equals(Costs.NONE)
              ? String.format("binds in %.0f %%", 100 * average(s -> multipliers(s).bind() ? 1 : 0))
              : String.format("turnover %.2f", average(solution::turnover));
      return ends + String.format("%.0f free, ", average(this::free)) + more;
    }

    private double average(IntToDoubleFunction value) {
      return IntStream.range(0, count()).mapToDouble(value).average().orElse(Double.NaN);
    }

    /** How many weights are between their bounds. */
    private double free(int s) {
      double lower = constrained.scenarios().lower();
      double upper = constrained.scenarios().upper();
      return Arrays.stream(solution.weights(s)).filter(w -> w > lower && w < upper).count();
    }

    private Multipliers multipliers(int s) {
      return Multipliers.of(solution, s, constrained.rowCount());
    }

    @Override
    public void close() {
      if (solution != null) {
        solution.close();
      }
      end.run();
      batch.close();
    }
  }
}
