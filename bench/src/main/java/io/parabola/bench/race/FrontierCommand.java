package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.bench.contestants.FrontierCorners;
import io.parabola.bench.problems.LibraryFile;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whole efficient frontiers, corner by corner. */
@Command(
    name = FrontierCommand.NAME,
    description = "Whole efficient frontiers, corner by corner, on one thread.")
final class FrontierCommand implements Runnable {
  static final String NAME = "frontier";
  static final String LONG_ONLY = "long only";
  static final String LONG_SHORT = "long-short";

  private static final double BOUND = 0.1;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;
  @Mixin private LimitOptions limits;

  @Option(
      names = "--library",
      defaultValue = "java/core/src/test/resources/orlib",
      description = "Directory of the OR-Library's port1.txt and port2.txt (${DEFAULT-VALUE}).")
  private Path library;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (String name : List.of("port1", "port2")) {
        measure(cpu, name, LibraryFile.read(library.resolve(name + ".txt")), groups);
      }
      // The sizes of port3, port4 and port5, and a larger one.
      for (int size : problems.sizes(89, 98, 225, 640)) {
        for (String kind : problems.kinds) {
          measure(cpu, kind, problems.load(kind, size), groups);
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void measure(
      Engine cpu, String kind, Scenarios scenarios, List<ResultFile.Group> groups) {
    Covariance covariance = scenarios.risk().covariance();
    List<Race.Entry> entries =
        List.of(
            entry(LONG_ONLY, cpu, scenarios.bounded(0, 1), covariance),
            entry(LONG_SHORT, cpu, scenarios.bounded(-BOUND, BOUND), covariance));
    List<Measurement> measured = new Race(9, limits.warmUp).run(entries);
    OutputOptions.print(kind, scenarios.size(), measured);
    groups.add(new ResultFile.Group(kind, scenarios.size(), measured));
  }

  private Race.Entry entry(String name, Engine cpu, Scenarios scenarios, Covariance covariance) {
    return new Race.Entry(
        new FrontierCorners(name, cpu, scenarios, covariance),
        PortfoliosCommand.TOLERANCE,
        2 * limits.seconds);
  }
}
