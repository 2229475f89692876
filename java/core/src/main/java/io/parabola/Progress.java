package io.parabola;

/** Hears how far a solve has come. */
@FunctionalInterface
public interface Progress {
  /**
   * Called now and then, from the thread that called {@code solve}, with a number that never falls;
   * the last call has {@code done == total} unless the solve was cancelled. A batch without
   * scenarios is solved without a call. An exception thrown here stops the solve and reaches its
   * caller.
   *
   * @param done scenarios finished so far
   * @param total scenarios in the batch
   */
  void update(long done, long total);
}
