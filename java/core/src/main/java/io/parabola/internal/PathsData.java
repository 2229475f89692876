package io.parabola.internal;

import io.parabola.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Which paths of a process are drawn, and what is their own.
 *
 * @param process what they are drawn from
 * @param seed any number
 * @param firstPath at least 0
 * @param numbers [S], which paths; null for those from {@code firstPath} on
 * @param paths S
 * @param firstStep at least 0
 * @param steps H
 * @param shifts [S, n], added to the process's mean, or null
 * @param multipliers [S, 1] or [S, n], or null
 * @param stress [S, 1] or [S, n], or null
 */
public record PathsData(
    ProcessData process,
    long seed,
    long firstPath,
    long[] numbers,
    int paths,
    int firstStep,
    int steps,
    Matrix shifts,
    Matrix multipliers,
    Matrix stress) {

  /**
   * The number of a path.
   *
   * @param s its place, 0 to S − 1
   * @return at least 0
   */
  public long number(int s) {
    return numbers == null ? firstPath + s : numbers[s];
  }

  /**
   * All matrices by path that there are.
   *
   * @return none of them null
   */
  public List<Matrix> matrices() {
    List<Matrix> all = new ArrayList<>();
    all.add(shifts);
    all.add(multipliers);
    all.add(stress);
    all.removeIf(Objects::isNull);
    return all;
  }
}
