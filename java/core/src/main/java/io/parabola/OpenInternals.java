package io.parabola;

import io.parabola.internal.BatchData;
import io.parabola.internal.FactorData;
import io.parabola.internal.Internals;
import io.parabola.internal.PathsData;
import io.parabola.internal.ProblemData;
import io.parabola.internal.Results;
import io.parabola.internal.downside.DownsideOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Opens the private parts of the public classes to the engines. */
final class OpenInternals extends Internals {
  @Override
  public int slabs(Matrix matrix) {
    return matrix.slabs();
  }

  @Override
  public ByteBuffer slab(Matrix matrix, int index) {
    return matrix.slabAt(index);
  }

  @Override
  public ByteBuffer viewOfSlab(Matrix matrix, int index) {
    return matrix.viewOfSlab(index);
  }

  @Override
  public long rowsPerSlab(Matrix matrix) {
    return matrix.rowsPerSlab();
  }

  @Override
  public Matrix allocateUnwritten(long rows, int columns) {
    return Matrix.allocateUnwritten(rows, columns);
  }

  @Override
  public void acquire(Matrix matrix) {
    matrix.acquire();
  }

  @Override
  public void release(Matrix matrix) {
    matrix.release();
  }

  @Override
  public void acquire(DeviceMatrix matrix) {
    matrix.acquire();
  }

  @Override
  public void release(DeviceMatrix matrix) {
    matrix.release();
  }

  @Override
  public void fillWithNaN(DeviceMatrix matrix, int from, int to) {
    matrix.fillWithNaN(from, to);
  }

  @Override
  public Matrix matrix(Covariance covariance) {
    return covariance.matrix();
  }

  @Override
  public FactorData factors(Covariance covariance) {
    return covariance.factors();
  }

  @Override
  public ProblemData data(Problem problem) {
    return problem.data();
  }

  @Override
  public BatchData data(Batch batch) {
    return batch.data();
  }

  @Override
  public PathsData data(Paths paths) {
    return paths.data();
  }

  @Override
  public BatchSolution solution(
      Batch batch,
      Matrix weights,
      DeviceMatrix deviceWeights,
      Results results,
      Map<Integer, Supplier<String>> messages,
      double seconds,
      String engine) {
    return new BatchSolution(batch, weights, deviceWeights, results, messages, seconds, engine);
  }

  @Override
  public DownsideSolution solution(
      DownsideProblem problem, DownsideOutcome outcome, double seconds) {
    return new DownsideSolution(problem, outcome, seconds);
  }

  @Override
  public Covariance trusted(List<String> assets, Matrix matrix) {
    return Covariance.ofProducts(assets, matrix);
  }
}
