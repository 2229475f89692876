package io.parabola.bench.race;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Where measurements go: to the terminal as they come, and to a file. */
final class OutputOptions {
  @Option(
      names = "--results",
      defaultValue = "bench/results",
      description = "Directory of the result files (${DEFAULT-VALUE}).")
  Path results;

  @Option(names = "--name", description = "Name of the result file, without .json.")
  String name;

  void write(ResultFile file) throws IOException {
    file.write(results, name == null ? file.command() : name);
  }

  static void print(String kind, int size, List<Measurement> measurements) {
    System.out.printf("%n%s, n = %d%n", kind, size);
    System.out.printf(
        "  %-48s %12s %12s %9s %9s %6s%n",
        "", "ms (median)", "ms (cpu)", "gap", "broken", "solved");
    for (Measurement m : measurements) {
      System.out.printf(
          Locale.ROOT,
          "  %-48s %12.5f %12.5f %9.1e %9.1e %6d %s%s%n",
          m.name(),
          m.millis(),
          m.cpuMillis(),
          m.relativeGap(),
          m.violation(),
          m.portfolios(),
          m.correct() ? "" : "WRONG ",
          m.note() + (m.p99Millis() == null ? "" : String.format(" p99 %.5f", m.p99Millis())));
    }
  }
}
