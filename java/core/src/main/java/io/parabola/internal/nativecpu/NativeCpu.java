package io.parabola.internal.nativecpu;

import java.nio.ByteBuffer;

/**
 * The functions of libparabola's CPU engine; their C++ side is native/jni/NativeCpu.cpp.
 *
 * <p>Buffers are direct, in native order, rows {@code stride} numbers apart; null where the
 * problem's own value holds. Nothing is checked on the other side: the callers have.
 */
final class NativeCpu {
  private NativeCpu() {}

  /** The version the library was built as. */
  static native String version();

  /** The best instruction set that library and processor share. */
  static native String instructionSet();

  /** Whether both have this one. */
  static native boolean supports(String instructionSet);

  /**
   * Prepares a problem; the arrays are copied, the covariance is not where it is one slab.
   *
   * @return a handle for {@link #solve} and {@link #release}
   */
  static native long prepare(
      String instructionSet,
      ByteBuffer[] covarianceSlabs,
      int rowsPerSlab,
      int n,
      int stride,
      double[] expectedReturns,
      double riskAversion,
      double[] lower,
      double[] upper,
      double budget,
      double[] start);

  static native void release(long handle);

  /**
   * Solves the scenarios first to first + count. The buffers start at the row of scenario {@code
   * first}; the arrays are those of the whole batch.
   */
  static native void solve(
      long handle,
      int first,
      int count,
      int threads,
      double tolerance,
      int stride,
      ByteBuffer expectedReturns,
      ByteBuffer lower,
      ByteBuffer upper,
      ByteBuffer start,
      double[] riskAversion,
      double[] budget,
      ByteBuffer weights,
      double[] objective,
      double[] expectedReturn,
      double[] variance,
      double[] gap,
      double[] relativeGap,
      int[] iterations,
      byte[] status);
}
