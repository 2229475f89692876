package io.parabola.bench.report;

import io.parabola.bench.results.JmhResults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A guard against regressions. */
@Command(
    name = "compare",
    description = {
      "Compares two result files of JMH by ratio, with confidence intervals.",
      "Ends with 1 if a benchmark is slower than allowed beyond doubt, or if one is missing."
    })
public final class CompareCommand implements Callable<Integer> {
  @Parameters(index = "0", description = "The result file before.")
  private Path before;

  @Parameters(index = "1", description = "The result file after.")
  private Path after;

  @Option(
      names = "--allowed",
      defaultValue = "0.05",
      description = "By what share a time may grow (${DEFAULT-VALUE}).")
  private double allowed;

  @Option(
      names = "--confidence",
      defaultValue = "0.99",
      description = "Of the intervals (${DEFAULT-VALUE}).")
  private double confidence;

  @Override
  public Integer call() {
    if (!(confidence > 0 && confidence < 1) || !(allowed >= 0)) {
      throw new IllegalArgumentException(
          "--confidence is "
              + confidence
              + ", --allowed is "
              + allowed
              + ": expected are a number between 0 and 1, and one of at least 0");
    }
    try {
      Comparison comparison =
          Comparison.of(JmhResults.read(before), JmhResults.read(after), confidence, allowed);
      System.out.printf("%8s  %-20s %-8s %s%n", "new/old", "interval", "", "benchmark");
      for (Comparison.Row row : comparison.rows()) {
        System.out.printf(
            Locale.ROOT,
            "%8.3f  %-20s %-8s %s%n",
            row.ratio(),
            row.verdict() == Comparison.Verdict.UNKNOWN
                ? "one iteration"
                : String.format(Locale.ROOT, "%.3f to %.3f", row.low(), row.high()),
            row.verdict() == Comparison.Verdict.SAME
                ? ""
                : row.verdict().name().toLowerCase(Locale.ROOT),
            row.label());
      }
      comparison.onlyOld().forEach(label -> System.out.println("missing in the new: " + label));
      comparison.onlyNew().forEach(label -> System.out.println("not in the old: " + label));
      return comparison.anySlower() || !comparison.onlyOld().isEmpty() ? 1 : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
