package io.parabola;

import io.parabola.internal.EngineSelection;
import java.util.List;

/**
 * Solves portfolios. Engines differ in speed alone: they give the same weights to rounding, and
 * each gives the same bits whatever its number of threads, the position of a scenario in its batch
 * and the other scenarios there. (The cuda engine has its CPU half solve batches that are too small
 * for the trip, and those bits are the CPU's.)
 *
 * <p>All methods may be called from many threads at once. Closing an engine while one of its solves
 * runs, and using it once closed, are {@link IllegalStateException}s. Native engines share the
 * threads that help a calling one: they wait, asleep, to be called again, and end after five
 * seconds.
 *
 * <pre>{@code
 * Covariance covariance = Covariance.of(new double[][] {{0.04, 0.01}, {0.01, 0.09}});
 * Problem problem = Problem.builder(covariance).expectedReturns(0.05, 0.08).riskAversion(3).build();
 * try (Engine engine = Engine.create()) {
 *   double[] weights = engine.solve(problem).weights();
 * }
 * }</pre>
 */
public interface Engine extends AutoCloseable {
  /**
   * Opens the fastest engine that runs here, on all processors. The system property {@code
   * parabola.engine} ({@code cuda}, {@code cpu} or {@code java}) forces one; of the cuda engine
   * {@code parabola.cuda.device} is the device (0 unless set), {@code parabola.cuda.breakEven} the
   * weights from which on a batch is worth the trip (20,000), and {@code parabola.cuda.chunk} the
   * most scenarios that are copied at a time.
   *
   * @return an engine, to be closed by the caller
   * @throws EngineUnavailableException if the engine forced by the property cannot run here
   */
  static Engine create() {
    return EngineSelection.create();
  }

  /**
   * Opens the engine of that name, on all processors.
   *
   * @param name {@code cuda} (a GPU), {@code cpu} (native code) or {@code java}
   * @return an engine, to be closed by the caller
   * @throws EngineUnavailableException if it cannot run here, with the reason
   * @throws InvalidInputException if there is no engine of that name
   */
  static Engine create(String name) {
    return create(name, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Opens the engine of that name.
   *
   * @param name {@code cuda} (a GPU), {@code cpu} (native code) or {@code java}
   * @param threads threads to solve on, the calling thread among them; at least 1
   * @return an engine, to be closed by the caller
   * @throws EngineUnavailableException if it cannot run here, with the reason
   * @throws InvalidInputException if there is no engine of that name or {@code threads < 1}
   */
  static Engine create(String name, int threads) {
    return EngineSelection.create(name, threads);
  }

  /**
   * The engine's name.
   *
   * @return {@code cuda}, {@code cpu} or {@code java}
   */
  String name();

  /**
   * Which engine runs, on what, and for each one passed over the reason why.
   *
   * @return one line
   */
  String describe();

  /**
   * The number of threads a batch is solved on.
   *
   * @return at least 1
   */
  int threads();

  /**
   * Solves one problem with the default options.
   *
   * @param problem the problem; not modified
   * @return the solution, with its status
   */
  default Solution solve(Problem problem) {
    return solve(problem, SolveOptions.defaults());
  }

  /**
   * Solves one problem.
   *
   * @param problem the problem; not modified
   * @param options tolerance, progress and cancellation
   * @return the solution, with its status
   */
  Solution solve(Problem problem, SolveOptions options);

  /**
   * Solves every scenario of a batch with the default options.
   *
   * @param batch the scenarios; not modified
   * @return the solutions, to be closed by the caller
   */
  default BatchSolution solve(Batch batch) {
    return solve(batch, SolveOptions.defaults());
  }

  /**
   * Solves every scenario of a batch.
   *
   * <p>The cuda engine throws {@link CudaException} for what goes wrong on the device; memory that
   * is short there is not among it.
   *
   * @param batch the scenarios; not modified
   * @param options tolerance, progress and cancellation
   * @return the solutions, to be closed by the caller
   */
  BatchSolution solve(Batch batch, SolveOptions options);

  /**
   * Solves a downside problem with the default options.
   *
   * @param problem the problem; not modified
   * @return the solution, with its status
   */
  default DownsideSolution solve(DownsideProblem problem) {
    return solve(List.of(problem), SolveOptions.defaults()).get(0);
  }

  /**
   * Solves downside problems, one for each thread at a time. They may share their scenarios.
   *
   * @param problems the problems; not modified
   * @param options tolerance, progress and cancellation
   * @return a solution for each, in their order
   */
  List<DownsideSolution> solve(List<DownsideProblem> problems, SolveOptions options);

  /**
   * Draws paths of returns. Every engine draws the same bits, on any number of threads.
   *
   * @param paths what to draw; not modified
   * @param target [S·H, n], overwritten: the steps of a path are rows after one another
   * @throws InvalidInputException if the shape is another
   */
  void draw(Paths paths, Matrix target);

  /**
   * Draws paths of returns on the device, where they stay; the same bits.
   *
   * @param paths what to draw; not modified
   * @param target [S·H, n], on the engine's device, overwritten
   * @throws InvalidInputException if the shape is another, or the engine is not of that device
   * @throws CudaException for what goes wrong on the device, too little memory among it
   */
  void draw(Paths paths, DeviceMatrix target);

  /**
   * Works out once what depends on the problem alone, for the many batches that follow.
   *
   * @param problem the problem that the batches are built on; not modified
   * @return the prepared problem, to be closed by the caller
   */
  Prepared prepare(Problem problem);

  /**
   * Releases what the engine holds; again does nothing.
   *
   * @throws IllegalStateException if one of its solves is running; the engine then stays open
   */
  @Override
  void close();
}
