package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Portfolios that may be short, so that most weights are free: with the factor of Σ and without.
 */
@Command(
    name = LongShortCommand.NAME,
    description = "Long-short portfolios on one thread, with the batch's factor and without.")
final class LongShortCommand implements Runnable {
  static final String NAME = "long-short";
  static final String COLD = "cold";
  static final String BATCH = "batch of 20";
  static final String PREPARED = "batch of 20, prepared";
  static final String LARGE = "batch of 1000";
  static final String LARGE_PREPARED = "batch of 1000, prepared";

  private static final double BOUND = 0.1;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(500)) {
        for (String kind : problems.kinds) {
          Scenarios few = problems.load(kind, size).bounded(-BOUND, BOUND);
          Scenarios many = few.drawn(1000, 1);
          Covariance covariance = Covariance.of(few.covariance(), size);
          Problem problem = Parabola.problem(few, covariance);
          List<Race.Entry> entries = new ArrayList<>();
          for (Contestant contestant :
              List.of(
                  Parabola.cold(COLD, cpu, few, covariance),
                  Parabola.batch(BATCH, cpu, few, problem),
                  Parabola.prepared(PREPARED, cpu, few, problem, null),
                  Parabola.batch(LARGE, cpu, many, problem),
                  Parabola.prepared(LARGE_PREPARED, cpu, many, problem, null))) {
            entries.add(new Race.Entry(contestant, PortfoliosCommand.TOLERANCE, 2));
          }
          List<Measurement> measured = new Race(9, 1).run(entries);
          OutputOptions.print(kind, size, measured);
          groups.add(new ResultFile.Group(kind, size, measured));
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
