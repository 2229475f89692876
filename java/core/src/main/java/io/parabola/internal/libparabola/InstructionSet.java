package io.parabola.internal.libparabola;

import io.parabola.EngineUnavailableException;

/**
 * The instructions that the processor is used with. Needs the library.
 *
 * @param name portable, avx2 or avx512
 * @param kernels their address
 */
record InstructionSet(String name, long kernels) {
  /** Forces one. */
  private static final String PROPERTY = "parabola.cpu.isa";

  /**
   * The one that the property asks for, or else the best there is.
   *
   * @throws EngineUnavailableException if this processor lacks it
   */
  static InstructionSet best() {
    String forced = System.getProperty(PROPERTY);
    String name = forced != null ? forced : NativeSolver.instructionSet();
    long kernels = NativeSolver.kernels(name);
    if (kernels == 0) {
      throw new EngineUnavailableException(PROPERTY + "=" + forced + ": not on this processor");
    }
    return new InstructionSet(name, kernels);
  }

  static boolean isConfigured() {
    return System.getProperty(PROPERTY) != null;
  }
}
