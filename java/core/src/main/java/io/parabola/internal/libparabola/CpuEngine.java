package io.parabola.internal.libparabola;

import io.parabola.EngineUnavailableException;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.internal.AbstractEngine;
import io.parabola.internal.PathsData;
import io.parabola.internal.PreparedState;

/**
 * The engine of libparabola on the CPU: all cores, AVX2 or AVX-512 where the processor has them.
 */
public final class CpuEngine extends AbstractEngine {
  private final InstructionSet instructionSet;

  private CpuEngine(int threads, InstructionSet instructionSet) {
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
  public static CpuEngine create(int threads) {
    NativeLibrary.load();
    CpuEngine engine = new CpuEngine(threads, InstructionSet.best());
    SelfTest.require(engine);
    return engine;
  }

  /** Lets large blocks of memory come from the library, and has it centre, if it can be had. */
  public static void lendLibrary() {
    try {
      NativeLibrary.load();
    } catch (EngineUnavailableException e) {
      // Then the JDK does both; who wants the engine is told why there is none.
    }
  }

  /**
   * Whether the library or the instruction set was asked for by name, so that doing without would
   * be a silent change of what was asked.
   *
   * @return whether a property sets either
   */
  public static boolean isConfigured() {
    return NativeLibrary.isConfigured() || InstructionSet.isConfigured();
  }

  @Override
  protected String description() {
    return "libparabola "
        + NativeSolver.version()
        + ", "
        + instructionSet.name()
        + ", "
        + threads()
        + (threads() == 1 ? " thread" : " threads");
  }

  @Override
  protected void release() {
    // Everything native belongs to the prepared problems.
  }

  @Override
  protected PreparedState prepareState(Problem problem) {
    return NativeState.prepare(Executor.cpu(instructionSet.kernels()), problem);
  }

  @Override
  protected void drawPaths(PathsData paths, Matrix target) {
    NativePaths.draw(instructionSet.kernels(), threads(), paths, target);
  }
}
