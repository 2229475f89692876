package io.parabola.bench.report;

import io.parabola.bench.results.JmhResults;
import io.parabola.bench.results.JmhResults.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Two runs of the same benchmarks: by what factor each became slower, with a confidence interval.
 * The logarithms of the iterations' times are compared, after Welch (1947): two means of a few
 * values each, whose variances need not be alike.
 *
 * @param rows a benchmark each, of those in both runs
 * @param onlyOld those that the new run lacks
 * @param onlyNew those that the old run lacks
 */
record Comparison(List<Row> rows, List<String> onlyOld, List<String> onlyNew) {
  /** What is to be said of a benchmark. */
  enum Verdict {
    FASTER,
    SAME,
    SLOWER,
    /** One of the runs has a single iteration, from which nothing follows. */
    UNKNOWN
  }

  /**
   * One benchmark.
   *
   * @param label benchmark and parameters
   * @param ratio the new time over the old one
   * @param low the least that the ratio may be
   * @param high the most
   * @param verdict in view of what is allowed
   */
  record Row(String label, double ratio, double low, double high, Verdict verdict) {}

  /**
   * Compares.
   *
   * @param confidence of the intervals, such as 0.99
   * @param allowed by what share a time may grow, such as 0.05
   */
  static Comparison of(JmhResults before, JmhResults after, double confidence, double allowed) {
    List<Row> rows = new ArrayList<>();
    List<String> onlyOld = new ArrayList<>();
    List<String> onlyNew = new ArrayList<>();
    for (Result old : before.all()) {
      after.all().stream()
          .filter(r -> r.label().equals(old.label()))
          .findFirst()
          .ifPresentOrElse(
              r -> rows.add(row(old, r, confidence, allowed)), () -> onlyOld.add(old.label()));
    }
    for (Result r : after.all()) {
      if (before.all().stream().noneMatch(old -> old.label().equals(r.label()))) {
        onlyNew.add(r.label());
      }
    }
    return new Comparison(rows, onlyOld, onlyNew);
  }

  boolean anySlower() {
    return rows.stream().anyMatch(row -> row.verdict() == Verdict.SLOWER);
  }

  private static Row row(Result before, Result after, double confidence, double allowed) {
    double[] x = logarithms(times(before));
    double[] y = logarithms(times(after));
    double difference = mean(y) - mean(x);
    double ratio = Math.exp(difference);
    if (x.length < 2 || y.length < 2) {
      return new Row(after.label(), ratio, 0, Double.POSITIVE_INFINITY, Verdict.UNKNOWN);
    }
    double ofX = variance(x) / x.length;
    double ofY = variance(y) / y.length;
    double half = 0;
    if (ofX + ofY > 0) {
      double freedom =
          (ofX + ofY) * (ofX + ofY) / (ofX * ofX / (x.length - 1) + ofY * ofY / (y.length - 1));
      double quantile =
          TDistribution.of(freedom).inverseSurvivalProbability(0.5 * (1 - confidence));
      half = quantile * Math.sqrt(ofX + ofY);
    }
    double low = Math.exp(difference - half);
    double high = Math.exp(difference + half);
    Verdict verdict =
        low > 1 + allowed
            ? Verdict.SLOWER
            : high < 1 / (1 + allowed) ? Verdict.FASTER : Verdict.SAME;
    return new Row(after.label(), ratio, low, high, verdict);
  }

  /** Where a share of a limit was measured, what would take so long. */
  private static double[] times(Result result) {
    return result.shares().length == 0
        ? result.samples()
        : Arrays.stream(result.shares()).map(share -> 1 / share).toArray();
  }

  private static double[] logarithms(double[] times) {
    return Arrays.stream(times).map(Math::log).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }
}
