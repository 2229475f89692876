package io.parabola.bench.problems;

import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import java.util.List;
import java.util.stream.IntStream;

/** What an engine answers, where it is part of the next problem or of a proof. */
public final class Optima {
  private Optima() {}

  /** [S, n]: for each scenario the solution of the one before it. */
  public static double[] previousSolutions(Engine engine, Scenarios scenarios, Problem problem) {
    int n = scenarios.size();
    int count = scenarios.count();
    double[] previous = new double[count * n];
    double[] solutions = solutions(engine, scenarios, problem);
    for (int s = 0; s < count; s++) {
      System.arraycopy(solutions, (s + count - 1) % count * n, previous, s * n, n);
    }
    return previous;
  }

  /** Weights [S, n]. */
  public static double[] solutions(Engine engine, Scenarios scenarios, Problem problem) {
    try (ScenarioBatch batch =
            new ScenarioBatch(Constrained.plain(scenarios), problem, null, true);
        BatchSolution solution = engine.solve(batch.build())) {
      return solution.weights().toArray();
    }
  }

  /** What the engine's own answers offer to prove others good by. */
  public static List<Multipliers> multipliers(
      Engine engine, Constrained constrained, Covariance covariance) {
    try (ScenarioBatch batch =
            new ScenarioBatch(constrained, constrained.problem(covariance), null, true);
        BatchSolution solution = engine.solve(batch.build())) {
      return IntStream.range(0, constrained.scenarios().count())
          .mapToObj(s -> Multipliers.of(solution, s, constrained.rowCount()))
          .toList();
    }
  }
}
