package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One large batch on one thread and on several. */
@Command(
    name = ThreadsCommand.NAME,
    description = "A batch of 10,000 portfolios on one thread and on two.")
final class ThreadsCommand implements Runnable {
  static final String NAME = "threads";
  static final String ONE = "1 thread";

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Option(names = "--threads", description = "Threads beside one (${DEFAULT-VALUE}).")
  private int threads = 2;

  @Option(names = "--scenarios", description = "Portfolios of the batch (${DEFAULT-VALUE}).")
  private int count = 10_000;

  @Override
  public void run() {
    try (Engine one = Engine.create("cpu", 1);
        Engine several = Engine.create("cpu", threads)) {
      Machine machine = Machine.describe(several.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(50, 100, 500)) {
        for (String kind : problems.kinds) {
          Scenarios scenarios = problems.load(kind, size).drawn(count, 2);
          Problem problem =
              Parabola.problem(scenarios, Covariance.of(scenarios.covariance(), size));
          List<Race.Entry> entries =
              List.of(
                  entry(ONE, one, scenarios, problem),
                  entry(threads + " threads", several, scenarios, problem));
          List<Measurement> measured = new Race(31, 1).run(entries);
          OutputOptions.print(kind, size, measured);
          System.out.printf(
              "  %.2f times as fast, %.2f in the fastest turns%n",
              measured.get(0).millis() / measured.get(1).millis(),
              measured.get(0).fastestMillis() / measured.get(1).fastestMillis());
          groups.add(new ResultFile.Group(kind, size, measured));
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Race.Entry entry(
      String name, Engine engine, Scenarios scenarios, Problem problem) {
    return new Race.Entry(
        Parabola.batch(name, engine, scenarios, problem), PortfoliosCommand.TOLERANCE, 10);
  }
}
