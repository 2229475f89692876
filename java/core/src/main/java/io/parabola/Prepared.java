package io.parabola;

/**
 * A problem for which an engine has worked out once what does not depend on the scenario. Solutions
 * have the same bits as those of {@link Engine#solve(Batch)}. May be used from many threads at
 * once.
 */
public interface Prepared extends AutoCloseable {
  /**
   * The problem that was prepared.
   *
   * @return the instance given to {@link Engine#prepare}
   */
  Problem problem();

  /**
   * Solves a batch with the default options.
   *
   * @param batch scenarios built on {@link #problem()}, that very instance; not modified
   * @return the solutions, to be closed by the caller
   * @throws InvalidInputException if the batch is built on another problem
   */
  default BatchSolution solve(Batch batch) {
    return solve(batch, SolveOptions.defaults());
  }

  /**
   * Solves a batch.
   *
   * @param batch scenarios built on {@link #problem()}, that very instance; not modified
   * @param options tolerance, progress and cancellation
   * @return the solutions, to be closed by the caller
   * @throws InvalidInputException if the batch is built on another problem
   */
  BatchSolution solve(Batch batch, SolveOptions options);

  /**
   * Releases what was worked out; again does nothing.
   *
   * @throws IllegalStateException if a solve is running; it then stays open
   */
  @Override
  void close();
}
