package io.parabola.bench.race;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes what the result files say as tables. */
@Command(name = "report", description = "Write the result files as tables: README.md beside them.")
final class ReportCommand implements Runnable {
  @Option(
      names = "--results",
      defaultValue = "bench/results",
      description = "Directory of the result files (${DEFAULT-VALUE}).")
  private Path results;

  @Override
  public void run() {
    try {
      Report report = new Report();
      List<ResultFile> files = ResultFile.readAll(results);
      for (String command :
          List.of(
              PortfoliosCommand.NAME,
              LongShortCommand.NAME,
              ConstraintsCommand.NAME,
              FactorCommand.NAME,
              OwnCommand.NAME,
              FrontierCommand.NAME,
              WarmCommand.NAME,
              ThreadsCommand.NAME,
              CovarianceCommand.NAME,
              DrawCommand.NAME,
              CvarCommand.NAME,
              EstimatorsCommand.NAME,
              CallsCommand.NAME,
              GpuCommand.NAME)) {
        files.stream().filter(f -> f.command().equals(command)).forEach(report::add);
      }
      Path file = results.resolve("README.md");
      Files.writeString(file, report.text());
      System.out.println("written: " + file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
