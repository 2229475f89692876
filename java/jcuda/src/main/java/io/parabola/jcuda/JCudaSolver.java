package io.parabola.jcuda;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.CudaException;
import io.parabola.DeviceMatrix;
import io.parabola.Engine;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.SolveOptions;
import jcuda.Pointer;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaError;
import jcuda.runtime.cudaStream_t;

/**
 * Portfolios whose scenarios a JCuda program keeps on the device.
 *
 * <pre>{@code
 * try (Engine engine = Engine.create("cuda");
 *     JCudaSolver solver = JCudaSolver.prepare(engine, problem, 0)) {
 *   // mu [S, n] written by a kernel on `stream`, w [S, n] to be read by the next one
 *   solver.solve(scenarios, mu, w, stream, SolveOptions.defaults()).close();
 * }
 * }</pre>
 *
 * <p>Any thread may call. A call returns when the weights are there.
 */
public final class JCudaSolver implements AutoCloseable {
  private final Prepared prepared;
  private final int device;

  private JCudaSolver(Prepared prepared, int device) {
    this.prepared = prepared;
    this.device = device;
  }

  /**
   * Works out once what depends on the problem alone.
   *
   * @param engine the cuda engine of that device
   * @param problem the problem that scenarios override
   * @param device the device's number
   * @return the solver, to be closed by the caller before the engine
   */
  public static JCudaSolver prepare(Engine engine, Problem problem, int device) {
    return new JCudaSolver(engine.prepare(problem), device);
  }

  /**
   * Solves scenarios that differ in their expected returns.
   *
   * @param scenarios S
   * @param expectedReturns μ [S, n] on the device, rows without gaps; not modified
   * @param weights w [S, n] on the device, rows without gaps; overwritten, with NaN in the rows
   *     that have none
   * @param stream what has to be over before μ is read; null if it is
   * @param options tolerance, progress and cancellation
   * @return statuses, objectives and prices, on the host; to be closed by the caller
   * @throws CudaException if the stream's work failed, or the device fails
   */
  public BatchSolution solve(
      int scenarios,
      Pointer expectedReturns,
      Pointer weights,
      cudaStream_t stream,
      SolveOptions options) {
    int n = prepared.problem().size();
    try (DeviceMatrix returns = JCudaMatrix.of(device, expectedReturns, scenarios, n);
        DeviceMatrix target = JCudaMatrix.of(device, weights, scenarios, n)) {
      Batch batch = Batch.builder(prepared.problem(), scenarios).expectedReturns(returns).build();
      return solve(batch, target, stream, options);
    }
  }

  /**
   * Solves scenarios that differ in whatever a batch can.
   *
   * @param batch built on the problem that was prepared
   * @param weights w [S, n] on the device; overwritten, with NaN in the rows that have none
   * @param stream what has to be over before the batch is read; null if it is
   * @param options tolerance, progress and cancellation
   * @return statuses, objectives and prices, on the host; to be closed by the caller
   * @throws CudaException if the stream's work failed, or the device fails
   */
  public BatchSolution solve(
      Batch batch, DeviceMatrix weights, cudaStream_t stream, SolveOptions options) {
    if (stream != null) {
      int code = JCuda.cudaStreamSynchronize(stream);
      if (code != cudaError.cudaSuccess) {
        throw new CudaException(
            "waiting for a stream of JCuda: " + cudaError.stringFor(code), code);
      }
    }
    return prepared.solve(batch, options.withDeviceWeights(weights));
  }

  /** Releases what is kept; again does nothing. */
  @Override
  public void close() {
    prepared.close();
  }
}
