package io.parabola.internal.nativecpu;

import io.parabola.Batch;
import io.parabola.EngineUnavailableException;
import io.parabola.Matrix;
import io.parabola.Objective;
import io.parabola.Problem;
import io.parabola.internal.AbstractEngine;
import io.parabola.internal.BatchData;
import io.parabola.internal.Internals;
import io.parabola.internal.PreparedState;
import io.parabola.internal.ProblemData;
import io.parabola.internal.Results;
import io.parabola.internal.SolveControl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The engine of libparabola on the CPU: all cores, AVX2 or AVX-512 where the processor has them.
 */
public final class NativeCpuEngine extends AbstractEngine {
  /** Forces an instruction set: portable, avx2 or avx512. */
  private static final String INSTRUCTION_SET_PROPERTY = "parabola.cpu.isa";

  /** Between two looks at the cancellation, and two calls of the progress. */
  private static final double SECONDS_A_CHUNK = 0.05;

  /** Numbers in the first chunk, whose pace sets the size of the next. */
  private static final int FIRST_CHUNK = 100_000;

  private final String instructionSet;

  private NativeCpuEngine(int threads, String instructionSet) {
    super("cpu", threads);
    this.instructionSet = instructionSet;
  }

  /**
   * Loads the library and tries it.
   *
   * @param threads threads to solve on
   * @return the engine
   * @throws EngineUnavailableException if it does not run here, with the reason
   */
  public static NativeCpuEngine create(int threads) {
    NativeLibrary.load();
    String forced = System.getProperty(INSTRUCTION_SET_PROPERTY);
    if (forced != null && !NativeCpu.supports(forced)) {
      throw new EngineUnavailableException(
          INSTRUCTION_SET_PROPERTY + "=" + forced + ": not on this processor");
    }
    NativeCpuEngine engine =
        new NativeCpuEngine(threads, forced != null ? forced : NativeCpu.instructionSet());
    SelfTest.require(engine);
    return engine;
  }

  /**
   * Whether the library or the instruction set was asked for by name, so that doing without would
   * be a silent change of what was asked.
   *
   * @return whether a property sets either
   */
  public static boolean isConfigured() {
    return NativeLibrary.isConfigured() || System.getProperty(INSTRUCTION_SET_PROPERTY) != null;
  }

  @Override
  protected String description() {
    return "libparabola "
        + NativeCpu.version()
        + ", "
        + instructionSet
        + ", "
        + threads()
        + (threads() == 1 ? " thread" : " threads");
  }

  @Override
  protected void release() {
    // Everything native belongs to the prepared problems.
  }

  @Override
  protected String unsupported(ProblemData problem, BatchData batch) {
    Objective.Kind kind = problem.objective().kind();
    if (kind != Objective.Kind.RISK_AVERSION) {
      return "objectives other than a risk aversion";
    }
    if (!problem.isPlain() || batch != null && !batch.isPlain()) {
      return "constraints, costs or a benchmark beside bounds and a budget";
    }
    if (problem.covariance().isFactored() || batch != null && !batch.covariances().isEmpty()) {
      return "covariances of factors, of returns or by scenario";
    }
    return null;
  }

  @Override
  protected PreparedState prepareState(Problem problem) {
    ProblemData data = Internals.get().data(problem);
    Matrix covariance = Internals.get().matrix(data.covariance());
    ByteBuffer[] slabs = new ByteBuffer[Internals.get().slabs(covariance)];
    for (int k = 0; k < slabs.length; k++) {
      slabs[k] = Internals.get().slab(covariance, k);
    }
    long handle =
        NativeCpu.prepare(
            instructionSet,
            slabs,
            (int) Math.min(Integer.MAX_VALUE, Internals.get().rowsPerSlab(covariance)),
            covariance.columns(),
            covariance.stride(),
            data.expectedReturns(),
            data.riskAversion(),
            data.lower(),
            data.upper(),
            data.budget(),
            data.start());
    return new State(handle);
  }

  private static final class State implements PreparedState {
    private final long handle;

    State(long handle) {
      this.handle = handle;
    }

    @Override
    public void solve(Batch batch, Matrix weights, Results out, SolveControl control) {
      BatchData data = Internals.get().data(batch);
      int total = data.scenarios();
      boolean watched = control.progress() != null || control.cancellation() != null;
      int chunk = watched ? Math.max(64, FIRST_CHUNK / data.problem().lower().length) : total;
      for (int first = 0; first < total; ) {
        if (control.cancellation() != null && control.cancellation().isCancelled()) {
          return;
        }
        int count = Math.min(chunk, total - first);
        for (Matrix matrix :
            new Matrix[] {
              weights, data.expectedReturns(), data.lower(), data.upper(), data.start()
            }) {
          count = (int) Math.min(count, rowsLeft(matrix, first));
        }
        long begin = System.nanoTime();
        NativeCpu.solve(
            handle,
            first,
            count,
            control.threads(),
            control.tolerance(),
            weights.stride(),
            from(data.expectedReturns(), first),
            from(data.lower(), first),
            from(data.upper(), first),
            from(data.start(), first),
            data.riskAversion(),
            data.budget(),
            from(weights, first),
            out.objective,
            out.expectedReturn,
            out.variance,
            out.gap,
            out.relativeGap,
            out.iterations,
            out.status);
        double seconds = (System.nanoTime() - begin) * 1e-9;
        chunk = nextChunk(count, seconds);
        first += count;
        if (control.progress() != null) {
          control.progress().update(first, total);
        }
      }
    }

    /** As many scenarios as take about the time that was agreed, but at most four times more. */
    private static int nextChunk(int count, double seconds) {
      double factor = Math.min(4, SECONDS_A_CHUNK / Math.max(seconds, 1e-9));
      return (int) Math.max(1, Math.min(count * factor, 1 << 20));
    }

    private static long rowsLeft(Matrix matrix, int row) {
      if (matrix == null) {
        return Long.MAX_VALUE;
      }
      long perSlab = Internals.get().rowsPerSlab(matrix);
      return perSlab - row % perSlab;
    }

    private static ByteBuffer from(Matrix matrix, int row) {
      if (matrix == null) {
        return null;
      }
      long perSlab = Internals.get().rowsPerSlab(matrix);
      ByteBuffer slab = Internals.get().slab(matrix, (int) (row / perSlab));
      int offset = (int) (row % perSlab) * matrix.stride() * Double.BYTES;
      return slab.slice(offset, slab.capacity() - offset).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
      NativeCpu.release(handle);
    }
  }
}
