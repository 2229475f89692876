package io.parabola.bench.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A result file of JMH.
 *
 * @param all in the order of the file
 */
public record JmhResults(List<Result> all) {
  /**
   * One benchmark on one set of parameters.
   *
   * @param benchmark class and method, without the package
   * @param parameters by name
   * @param unit of the scores
   * @param samples the iterations' scores, of all forks; where single calls were timed their
   *     medians
   * @param percentiles by what share of single calls was at most so long, where JMH sampled them
   * @param relativeGap the worst of the timed answers; NaN if they were not judged
   * @param violation the furthest that one broke a constraint
   * @param tolerance that the solver was given; 0 for none
   * @param shares of a limit measured in turns with it, by iteration; empty where it is not
   * @param sampled whether single calls were timed
   */
  public record Result(
      String benchmark,
      Map<String, String> parameters,
      String unit,
      double[] samples,
      Map<String, Double> percentiles,
      double relativeGap,
      double violation,
      double tolerance,
      double[] shares,
      boolean sampled) {
    /** The value of a parameter, or empty. */
    public String parameter(String name) {
      return parameters.getOrDefault(name, "");
    }

    /** The median of the iterations, in JMH's unit: other programs' disturbances are one-sided. */
    public double median() {
      return Median.of(samples);
    }

    /** The median share of the limit. */
    public double share() {
      return Median.of(shares);
    }

    /** What it is, on one line. */
    public String label() {
      return benchmark + (parameters.isEmpty() ? "" : " " + parameters);
    }
  }

  /** Reads a file that {@code -rf json} wrote. */
  public static JmhResults read(Path file) throws IOException {
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    if (root == null || !root.isArray()) {
      throw new IOException(file + ": no result file of JMH: it begins with no array");
    }
    List<Result> all = new ArrayList<>();
    for (JsonNode node : root) {
      JsonNode metric = node.get("primaryMetric");
      if (metric == null || node.get("benchmark") == null) {
        throw new IOException(file + ": entry " + all.size() + " has no benchmark or no metric");
      }
      all.add(result(node, metric));
    }
    return new JmhResults(all);
  }

  private static Result result(JsonNode node, JsonNode metric) {
    Map<String, String> parameters = new TreeMap<>();
    if (node.has("params")) {
      node.get("params")
          .properties()
          .forEach(f -> parameters.put(f.getKey(), f.getValue().asText()));
    }
    boolean sampled = node.get("mode").asText().equals("sample");
    Map<String, Double> percentiles = new TreeMap<>();
    metric
        .get("scorePercentiles")
        .properties()
        .forEach(f -> percentiles.put(f.getKey(), f.getValue().asDouble()));
    return new Result(
        node.get("benchmark").asText().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1"),
        parameters,
        metric.get("scoreUnit").asText(),
        sampled ? medians(metric) : raw(metric),
        percentiles,
        worst(node, "relativeGap"),
        worst(node, "violation"),
        worst(node, "tolerance"),
        node.path("secondaryMetrics").has("share")
            ? raw(node.get("secondaryMetrics").get("share"))
            : new double[0],
        sampled);
  }

  /** Of the single calls of each iteration, which JMH keeps as times and how often each was. */
  private static double[] medians(JsonNode metric) {
    List<Double> medians = new ArrayList<>();
    for (JsonNode fork : metric.get("rawDataHistogram")) {
      for (JsonNode iteration : fork) {
        TreeMap<Double, Long> calls = new TreeMap<>();
        iteration.forEach(
            pair -> calls.merge(pair.get(0).asDouble(), pair.get(1).asLong(), Long::sum));
        long left = (calls.values().stream().mapToLong(k -> k).sum() + 1) / 2;
        for (Map.Entry<Double, Long> entry : calls.entrySet()) {
          left -= entry.getValue();
          if (left <= 0) {
            medians.add(entry.getKey());
            break;
          }
        }
      }
    }
    return medians.stream().mapToDouble(x -> x).toArray();
  }

  private static double[] raw(JsonNode metric) {
    List<Double> values = new ArrayList<>();
    metric.get("rawData").forEach(fork -> fork.forEach(v -> values.add(v.asDouble())));
    return values.stream().mapToDouble(v -> v).toArray();
  }

  private static double worst(JsonNode node, String counter) {
    JsonNode metric = node.path("secondaryMetrics").path(counter);
    if (metric.isMissingNode()) {
      return Double.NaN;
    }
    double worst = 0;
    for (double value : raw(metric)) {
      worst = Math.max(worst, value);
    }
    return worst;
  }

  /** The first result of a benchmark whose parameters are these: name, value, name, value. */
  public Optional<Result> find(String benchmark, String... parameters) {
    return where(benchmark, parameters).stream().findFirst();
  }

  /** All results of a benchmark whose parameters are these. */
  public List<Result> where(String benchmark, String... parameters) {
    return all.stream()
        .filter(result -> result.benchmark().equals(benchmark))
        .filter(
            result -> {
              for (int k = 0; k < parameters.length; k += 2) {
                if (!result.parameter(parameters[k]).equals(parameters[k + 1])) {
                  return false;
                }
              }
              return true;
            })
        .toList();
  }

  /** The values that a parameter of a benchmark has, in the order of the file. */
  public List<String> values(String benchmark, String parameter) {
    return where(benchmark).stream().map(r -> r.parameter(parameter)).distinct().toList();
  }
}
