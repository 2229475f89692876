package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Risk;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Portfolios of which each has a covariance of its own, that of a rolling window. */
@Command(
    name = OwnCommand.NAME,
    description = "Long-only portfolios with a covariance each, on one thread.")
final class OwnCommand implements Runnable {
  static final String NAME = "own";
  static final String TRUSTED = "batch of 20, covariances trusted";
  static final String CHECKED = "batch of 20, covariances checked";
  static final String COLD = "one by one, covariances checked";

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;
  @Mixin private LimitOptions limits;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(50, 100, 200, 500, 1000)) {
        for (String kind : problems.kinds) {
          List<Measurement> measured = measure(cpu, Recipe.generateOwn(kind, size, problems.seed));
          OutputOptions.print(kind, size, measured);
          groups.add(new ResultFile.Group(kind, size, measured));
        }
      }
      output.write(new ResultFile(NAME, "generated, seed " + problems.seed, machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Measurement> measure(Engine cpu, Scenarios scenarios) {
    double[][] matrices = ((Risk.Own) scenarios.risk()).matrices();
    int n = scenarios.size();
    Problem problem = Parabola.problem(scenarios, scenarios.risk().covariance());
    List<Race.Entry> entries = new ArrayList<>();
    for (Contestant contestant :
        List.of(
            Parabola.trusted(TRUSTED, cpu, scenarios, problem),
            Parabola.batch(CHECKED, cpu, scenarios, problem),
            Parabola.coldFrom(COLD, cpu, scenarios, s -> Covariance.of(matrices[s], n)))) {
      entries.add(new Race.Entry(contestant, PortfoliosCommand.TOLERANCE, limits.seconds));
    }
    return new Race(9, limits.warmUp).run(entries);
  }
}
