package io.parabola.internal;

import io.parabola.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a process of returns is made of; kernels/process.hpp says what each means. Matrices have n
 * columns and one slab.
 *
 * @param size n
 * @param mean [regimes, n]
 * @param deviation [regimes, n], without jumps
 * @param freedom [regimes], 0 for normal returns
 * @param initial [regimes], sums of probabilities; null where there is one regime
 * @param transition [regimes, regimes], sums of probabilities along the rows, row-major, or null
 * @param columns the roots of the regimes, one after the other; null if none has a column
 * @param firstColumn [regimes + 1]
 * @param specific [regimes, n], or null
 * @param jumps null where there are none
 * @param history null where there is none
 * @param limited whether returns below −1 become −1
 */
public record ProcessData(
    int size,
    Matrix mean,
    Matrix deviation,
    double[] freedom,
    double[] initial,
    double[] transition,
    Matrix columns,
    int[] firstColumn,
    Matrix specific,
    Jumps jumps,
    History history,
    boolean limited) {

  /**
   * Jumps.
   *
   * @param mean λ, in a step, above 0
   * @param none exp(−λ)
   * @param size [1, n], the mean of one
   * @param root of the covariance of one, or null
   * @param total [regimes, n], the standard deviations of returns that include them
   */
  public record Jumps(double mean, double none, Matrix size, Matrix root, Matrix total) {}

  /**
   * Observed innovations.
   *
   * @param rows [T, n]
   * @param restart 1/(mean length of blocks)
   * @param decay of the variance; 1 where it does not move
   */
  public record History(Matrix rows, double restart, double decay) {}

  /**
   * The number of regimes.
   *
   * @return at least 1
   */
  public int regimes() {
    return freedom.length;
  }

  /**
   * The most columns that the root of a regime has.
   *
   * @return at least 0
   */
  public int mostColumns() {
    int most = 0;
    for (int r = 0; r < regimes(); r++) {
      most = Math.max(most, firstColumn[r + 1] - firstColumn[r]);
    }
    return most;
  }

  /**
   * The standard deviations that paths are drawn with: where volatility moves, those it starts
   * from, to which jumps are added; elsewhere those of what is drawn, jumps and all.
   *
   * @return [regimes, n]
   */
  public Matrix drawnDeviation() {
    boolean filtered = history != null && history.decay() < 1;
    return jumps == null || filtered ? deviation : jumps.total();
  }

  /**
   * The process with other means.
   *
   * @param other [regimes, n]
   * @return a process that shares all else
   */
  public ProcessData withMean(Matrix other) {
    return new ProcessData(
        size,
        other,
        deviation,
        freedom,
        initial,
        transition,
        columns,
        firstColumn,
        specific,
        jumps,
        history,
        limited);
  }

  /**
   * The process with these jumps and no others.
   *
   * @param other what jumps
   * @return a process that shares all else
   */
  public ProcessData withJumps(Jumps other) {
    return new ProcessData(
        size,
        mean,
        deviation,
        freedom,
        initial,
        transition,
        columns,
        firstColumn,
        specific,
        other,
        history,
        limited);
  }

  /**
   * The process of things that cannot lose more than they are worth.
   *
   * @return a process that shares all else
   */
  public ProcessData withLimitedLiability() {
    return new ProcessData(
        size,
        mean,
        deviation,
        freedom,
        initial,
        transition,
        columns,
        firstColumn,
        specific,
        jumps,
        history,
        true);
  }

  /**
   * All matrices there are.
   *
   * @return none of them null
   */
  public List<Matrix> matrices() {
    List<Matrix> all = new ArrayList<>();
    all.add(mean);
    all.add(deviation);
    all.add(columns);
    all.add(specific);
    if (jumps != null) {
      all.add(jumps.size());
      all.add(jumps.root());
      all.add(jumps.total());
    }
    if (history != null) {
      all.add(history.rows());
    }
    all.removeIf(Objects::isNull);
    return all;
  }
}
