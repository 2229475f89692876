package io.parabola.bench.report;

import io.parabola.bench.race.Report;
import io.parabola.bench.race.ResultFile;
import io.parabola.bench.results.JmhResults;
import io.parabola.bench.results.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Results as pages. */
@Command(
    name = "report",
    description = "Writes README.md, its charts and races.md from the results.")
public final class ReportCommand implements Runnable {
  @Option(
      names = "--results",
      defaultValue = "bench/results",
      description = "Directory of the results (${DEFAULT-VALUE}).")
  private Path results;

  @Option(
      names = "--plan",
      defaultValue = "short",
      description = "Whose JMH results: short or full (${DEFAULT-VALUE}).")
  private String plan;

  @Override
  public void run() {
    try {
      Path jmh = results.resolve("jmh");
      Path file = jmh.resolve(plan + ".json");
      if (Files.exists(file)) {
        JmhReport report =
            new JmhReport(
                JmhResults.read(file),
                RunRecord.read(jmh.resolve(plan + "-run.json")),
                new Charts(results.resolve("charts")));
        write("README.md", report.text());
      }
      List<ResultFile> races = ResultFile.readAll(results);
      if (!races.isEmpty()) {
        write("races.md", Report.of(races));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = results.resolve(name);
    Files.writeString(file, text);
    System.out.println("written: " + file);
  }
}
