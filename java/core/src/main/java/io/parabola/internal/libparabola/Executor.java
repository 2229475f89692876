package io.parabola.internal.libparabola;

/**
 * What libparabola solves with.
 *
 * @param kernels of the instruction set that the processor is used with
 * @param device the CUDA device, or {@link #CPU}
 * @param breakEven batches of fewer weights, all scenarios together, are solved by the CPU
 * @param chunk scenarios copied to the device at a time, at most; 0: chosen there
 */
record Executor(long kernels, int device, int breakEven, int chunk) {
  static final int CPU = -1;

  static Executor cpu(long kernels) {
    return new Executor(kernels, CPU, 0, 0);
  }

  /**
   * Weights of a batch that are solved in the first call, whose pace sets the size of the next. A
   * device needs many scenarios to be busy.
   */
  int firstChunk() {
    return device == CPU ? 100_000 : 500_000;
  }

  /** Scenarios at a time of a batch that nobody watches: their answers are kept apart as long. */
  int unwatchedChunk() {
    return device == CPU ? 1 << 16 : 1 << 20;
  }
}
