package io.parabola.internal;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.DeviceMatrix;
import io.parabola.DownsideProblem;
import io.parabola.DownsideSolution;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.Problem;
import io.parabola.internal.downside.DownsideOutcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The engines' way to what the public classes keep to themselves. The package {@code io.parabola}
 * opens it when {@link Matrix} is initialised, which every problem needs.
 */
public abstract class Internals {
  private static volatile Internals opened;

  /** For the one implementation. */
  protected Internals() {}

  /**
   * Called once by the package {@code io.parabola}.
   *
   * @param internals the implementation
   */
  public static void open(Internals internals) {
    opened = internals;
  }

  /**
   * The way in.
   *
   * @return the implementation
   */
  public static Internals get() {
    return opened;
  }

  /**
   * The number of slabs of a matrix.
   *
   * @param matrix an open matrix
   * @return at least 0; only the last slab may be shorter than the others
   */
  public abstract int slabs(Matrix matrix);

  /**
   * One slab: whole rows of {@code stride()} doubles, direct, in native byte order, 64-byte aligned
   * unless it is another library's, which need be 8-byte aligned only. Valid only between {@link
   * #acquire(Matrix)} and {@link #release(Matrix)}.
   *
   * @param matrix an open matrix
   * @param index which slab
   * @return the slab itself, position 0; the padding in it is zero and must stay so
   */
  public abstract ByteBuffer slab(Matrix matrix, int index);

  /**
   * All slabs as numbers, on the terms of {@link #slab}.
   *
   * @param matrix an open matrix
   * @return as many as {@link #slabs}
   */
  public final DoubleBuffer[] numbers(Matrix matrix) {
    DoubleBuffer[] numbers = new DoubleBuffer[slabs(matrix)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = slab(matrix, i).order(ByteOrder.nativeOrder()).asDoubleBuffer();
    }
    return numbers;
  }

  /**
   * One slab, to keep: as with {@link Matrix#row}, the memory of a matrix that is closed later is
   * then freed by the collector, once this buffer and all of its slices are gone.
   *
   * @param matrix an open matrix
   * @param index which slab
   * @return whole rows of {@code stride()} doubles, position 0, native byte order; the padding in
   *     it is zero and must stay so
   * @throws IllegalStateException if the matrix is closed
   */
  public abstract ByteBuffer viewOfSlab(Matrix matrix, int index);

  /**
   * How many rows a slab has, the last one excepted.
   *
   * @param matrix a matrix
   * @return at least 1
   */
  public abstract long rowsPerSlab(Matrix matrix);

  /**
   * Allocates a matrix that may hold anything. Every row has to be written as a whole: by {@code
   * setRow}, or by native code that sets the padding to zero.
   *
   * @param rows at least 0
   * @param columns at least 1
   * @return the matrix, to be closed by the caller
   */
  public abstract Matrix allocateUnwritten(long rows, int columns);

  /**
   * Keeps a matrix from being closed.
   *
   * @param matrix the matrix
   * @throws IllegalStateException if it is closed already
   */
  public abstract void acquire(Matrix matrix);

  /**
   * Undoes one {@link #acquire(Matrix)}.
   *
   * @param matrix the matrix
   */
  public abstract void release(Matrix matrix);

  /**
   * Keeps a matrix from being closed.
   *
   * @param matrix the matrix
   * @throws IllegalStateException if it is closed already
   */
  public abstract void acquire(DeviceMatrix matrix);

  /**
   * Undoes one {@link #acquire(DeviceMatrix)}.
   *
   * @param matrix the matrix
   */
  public abstract void release(DeviceMatrix matrix);

  /**
   * Overwrites whole rows.
   *
   * @param matrix the matrix
   * @param from the first row
   * @param to the row after the last
   */
  public abstract void fillWithNaN(DeviceMatrix matrix, int from, int to);

  /**
   * The memory of a covariance.
   *
   * @param covariance a covariance
   * @return its matrix [n, n], or null if it is made of factors
   */
  public abstract Matrix matrix(Covariance covariance);

  /**
   * A covariance that is symmetric and positive semidefinite by construction, and is not checked
   * but for numbers that are not finite.
   *
   * @param assets n names
   * @param matrix [n, n], owned by the covariance from now on
   * @return the covariance
   */
  public abstract Covariance trusted(List<String> assets, Matrix matrix);

  /**
   * The factors of a covariance.
   *
   * @param covariance a covariance
   * @return what it is made of, or null if it is a matrix
   */
  public abstract FactorData factors(Covariance covariance);

  /**
   * The contents of a problem, not copied.
   *
   * @param problem a problem
   * @return what it holds
   */
  public abstract ProblemData data(Problem problem);

  /**
   * The contents of a batch, not copied.
   *
   * @param batch a batch
   * @return what it holds
   */
  public abstract BatchData data(Batch batch);

  /**
   * The contents of paths, not copied.
   *
   * @param paths paths
   * @return what they hold
   */
  public abstract PathsData data(Paths paths);

  /**
   * Makes a batch's solution.
   *
   * @param batch what was solved
   * @param weights [S, n], owned by the solution from now on; null if they are on a device
   * @param deviceWeights [S, n], not owned; null if they are not on a device
   * @param results the other results, owned by the solution from now on
   * @param messages the text for each scenario that has one
   * @param seconds time spent solving
   * @param engine the name of the engine
   * @return the solution
   */
  public abstract BatchSolution solution(
      Batch batch,
      Matrix weights,
      DeviceMatrix deviceWeights,
      Results results,
      Map<Integer, Supplier<String>> messages,
      double seconds,
      String engine);

  /**
   * Makes a downside problem's solution.
   *
   * @param problem what was solved
   * @param outcome what became of it
   * @param seconds time spent solving
   * @return the solution
   */
  public abstract DownsideSolution solution(
      DownsideProblem problem, DownsideOutcome outcome, double seconds);
}
