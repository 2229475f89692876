package io.parabola.nd4j;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.SolveOptions;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Portfolios whose scenarios are an array of ND4J.
 *
 * <pre>{@code
 * INDArray mu = Nd4jMatrix.allocate(scenarios, n); // filled by the simulation
 * try (Engine engine = Engine.create();
 *     Nd4jSolver solver = Nd4jSolver.prepare(engine, problem);
 *     BatchSolution solution = solver.solve(mu, SolveOptions.defaults())) {
 *   INDArray w = Nd4jMatrix.array(solution.weights()); // [S, n], outlives the solution
 * }
 * }</pre>
 *
 * <p>Scenarios that differ in more than their expected returns are a {@link Batch} whose matrices
 * come from {@link Nd4jMatrix#of}. Any thread may call.
 */
public final class Nd4jSolver implements AutoCloseable {
  private final Prepared prepared;

  private Nd4jSolver(Prepared prepared) {
    this.prepared = prepared;
  }

  /**
   * Works out once what depends on the problem alone.
   *
   * @param engine what solves
   * @param problem the problem that scenarios override
   * @return the solver, to be closed by the caller before the engine
   */
  public static Nd4jSolver prepare(Engine engine, Problem problem) {
    return new Nd4jSolver(engine.prepare(problem));
  }

  /**
   * Solves scenarios that differ in their expected returns.
   *
   * @param expectedReturns μ [S, n], read where it is if {@link Nd4jMatrix#whyCopied} is empty,
   *     else from a copy that lasts as long as the call; not modified, and not to be meanwhile
   * @param options tolerance, progress and cancellation
   * @return weights and everything else, to be closed by the caller; {@link Nd4jMatrix#array} makes
   *     an array of its {@link BatchSolution#weights()}
   * @throws InvalidInputException if the shape is another
   */
  public BatchSolution solve(INDArray expectedReturns, SolveOptions options) {
    Nd4jMatrix.check(expectedReturns);
    int n = prepared.problem().size();
    if (expectedReturns.size(1) != n || expectedReturns.size(0) > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "expectedReturns is an array of "
              + Arrays.toString(expectedReturns.shape())
              + ", but scenarios of "
              + n
              + " assets need [S, "
              + n
              + "]");
    }
    try (Matrix returns = Nd4jMatrix.of(expectedReturns)) {
      return prepared.solve(
          Batch.builder(prepared.problem(), (int) returns.rows()).expectedReturns(returns).build(),
          options);
    }
  }

  /**
   * Solves scenarios that differ in their expected returns, and writes the weights to an array.
   *
   * @param expectedReturns μ [S, n], as for {@link #solve(INDArray, SolveOptions)}
   * @param weights w [S, n], of any type and layout; overwritten, with NaN in the rows that have
   *     none. May be {@code expectedReturns} itself
   * @param options tolerance, progress and cancellation
   * @return weights and everything else, to be closed by the caller
   * @throws InvalidInputException if a shape is another
   */
  public BatchSolution solve(INDArray expectedReturns, INDArray weights, SolveOptions options) {
    Nd4jMatrix.check(expectedReturns);
    Nd4jMatrix.check(weights);
    if (!Arrays.equals(expectedReturns.shape(), weights.shape())) {
      throw new InvalidInputException(
          "weights is an array of "
              + Arrays.toString(weights.shape())
              + ", but expectedReturns is one of "
              + Arrays.toString(expectedReturns.shape()));
    }
    BatchSolution solution = solve(expectedReturns, options);
    boolean complete = false;
    try {
      Nd4jMatrix.write(solution.weights(), weights);
      complete = true;
      return solution;
    } finally {
      if (!complete) {
        solution.close();
      }
    }
  }

  /** Releases what is kept; again does nothing. */
  @Override
  public void close() {
    prepared.close();
  }
}
