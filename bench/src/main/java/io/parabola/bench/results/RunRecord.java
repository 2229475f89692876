package io.parabola.bench.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What JMH's result file does not say of a run.
 *
 * @param plan what was run
 * @param machine on what
 * @param seconds how long it took
 * @param failures benchmarks without a result
 * @param jar what fills the jar that users take, in bytes
 */
public record RunRecord(
    String plan, Machine machine, double seconds, List<Failure> failures, Map<String, Long> jar) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * A benchmark without a result.
   *
   * @param benchmark class and method
   * @param parameters name = value, separated by commas
   * @param why in words
   */
  public record Failure(String benchmark, String parameters, String why) {}

  /** Writes it. */
  public void write(Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(this) + "\n");
  }

  /** Reads one. */
  public static RunRecord read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), RunRecord.class);
  }
}
