package io.parabola.bench.race;

import io.parabola.BatchSolution;
import io.parabola.Cancellation;
import io.parabola.Engine;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.ScenarioBatch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** How long one way to solve one kind of problem may take. */
final class LimitOptions {
  private static final int FEW = 4;

  @Option(
      names = "--limit",
      description =
          "Seconds after which a first batch of a few portfolios is given up (${DEFAULT-VALUE}).")
  double limit = 5;

  @Option(
      names = "--seconds",
      description = "What the turns of one way may take (${DEFAULT-VALUE}).")
  double seconds = 0.6;

  @Option(names = "--warm-up", description = "Seconds each is warmed up (${DEFAULT-VALUE}).")
  double warmUp = 0.3;

  /**
   * As many of the scenarios as a batch can solve in the time that its turns may take, and at least
   * a few; none if those are not solved before the limit.
   */
  Optional<Constrained> affordable(Engine engine, Constrained constrained, Problem problem) {
    int count = constrained.scenarios().count();
    int few = Math.min(FEW, count);
    Constrained first = constrained.first(few);
    double each = Double.NaN;
    try (Prepared prepared = engine.prepare(problem);
        ScenarioBatch batch = new ScenarioBatch(first, problem, null, true)) {
      // The second time, since the first may still have prepared something.
      for (int time = 0; time < 2; time++) {
        double begin = Race.cpuSeconds();
        double end = Race.now() + limit;
        try (BatchSolution solution = prepared.solve(batch.build(), cancelledInTime())) {
          if (solution.count(Status.CANCELLED) > 0 || Race.now() > end) {
            return Optional.empty();
          }
        }
        each = (Race.cpuSeconds() - begin) / few;
      }
    }
    return Optional.of(constrained.first((int) Math.max(few, Math.min(count, seconds / each))));
  }

  private SolveOptions cancelledInTime() {
    Cancellation cancellation = new Cancellation();
    CompletableFuture.runAsync(
        cancellation::cancel,
        CompletableFuture.delayedExecutor(Math.round(1e3 * limit), TimeUnit.MILLISECONDS));
    return SolveOptions.defaults().withCancellation(cancellation);
  }

  /** What there is to say of a way that was given up. */
  Measurement over(String name) {
    return new Measurement(
        name,
        0,
        0,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        false,
        String.format("over %.0f s for %d portfolios", limit, FEW));
  }
}
