package io.parabola.bench.race;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.parabola.bench.problems.Certificate;

/**
 * What one contestant did.
 *
 * @param name the contestant
 * @param portfolios the different portfolios that it solved
 * @param rounds how often its time was taken
 * @param millis milliseconds a portfolio, the median of the rounds
 * @param fastestMillis the shortest of them
 * @param cpuMillis milliseconds a portfolio that its thread was on a processor, the median of the
 *     rounds; less than {@code millis} where other programs disturbed
 * @param relativeGap the worst relative gap of its answers, from {@link Certificate}
 * @param violation by how much the worst of them breaks budget or bounds
 * @param correct whether all of its answers are within the tolerance it is held to
 * @param note what else there is to know, or empty
 * @param p99Millis milliseconds that one portfolio in a hundred exceeded, where each was timed by
 *     itself; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Measurement(
    String name,
    int portfolios,
    int rounds,
    double millis,
    double fastestMillis,
    double cpuMillis,
    double relativeGap,
    double violation,
    boolean correct,
    String note,
    Double p99Millis) {
  Measurement(
      String name,
      int portfolios,
      int rounds,
      double millis,
      double fastestMillis,
      double cpuMillis,
      double relativeGap,
      double violation,
      boolean correct,
      String note) {
    this(
        name,
        portfolios,
        rounds,
        millis,
        fastestMillis,
        cpuMillis,
        relativeGap,
        violation,
        correct,
        note,
        null);
  }
}
