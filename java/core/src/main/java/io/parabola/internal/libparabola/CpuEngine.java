package io.parabola.internal.libparabola;

import io.parabola.EngineUnavailableException;
import io.parabola.Problem;
import io.parabola.internal.AbstractEngine;
import io.parabola.internal.PreparedState;

/**
 * The engine of libparabola on the CPU: all cores, AVX2 or AVX-512 where the processor has them.
 */
public final class CpuEngine extends AbstractEngine {
  /** Forces an instruction set: portable, avx2 or avx512. */
  private static final String INSTRUCTION_SET_PROPERTY = "parabola.cpu.isa";

  private final String instructionSet;
  private final long kernels;

  private CpuEngine(int threads, String instructionSet, long kernels) {
    super("cpu", threads);
    this.instructionSet = instructionSet;
    this.kernels = kernels;
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
    String forced = System.getProperty(INSTRUCTION_SET_PROPERTY);
    String instructionSet = forced != null ? forced : NativeSolver.instructionSet();
    long kernels = NativeSolver.kernels(instructionSet);
    if (kernels == 0) {
      throw new EngineUnavailableException(
          INSTRUCTION_SET_PROPERTY + "=" + forced + ": not on this processor");
    }
    CpuEngine engine = new CpuEngine(threads, instructionSet, kernels);
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
        + NativeSolver.version()
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
  protected PreparedState prepareState(Problem problem) {
    return NativeState.prepare(kernels, problem);
  }
}
