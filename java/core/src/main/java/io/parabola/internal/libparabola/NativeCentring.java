package io.parabola.internal.libparabola;

import io.parabola.internal.Observations;
import io.parabola.internal.blas.Block;
import java.nio.DoubleBuffer;

/** Centring by libparabola; its C++ side is native/jni/NativeCentring.cpp. */
final class NativeCentring implements Observations.Library {
  private static final Block NOWHERE = new Block(null, 0, 0);

  private final long kernels;

  /** With the kernels of an instruction set. */
  NativeCentring(long kernels) {
    this.kernels = kernels;
  }

  @Override
  public void centre(
      double[] array, int at, int rows, double[] shift, Block target, double[] sums) {
    centre(array, null, at, shift.length, rows, shift, target, sums);
  }

  @Override
  public void centre(Block x, int rows, double[] shift, Block target, double[] sums) {
    centre(null, x.buffer(), x.start(), x.stride(), rows, shift, target, sums);
  }

  private void centre(
      double[] array,
      DoubleBuffer buffer,
      int at,
      int apart,
      int rows,
      double[] shift,
      Block target,
      double[] sums) {
    Block y = target == null ? NOWHERE : target;
    centreRows(
        kernels, array, buffer, at, apart, rows, shift, y.buffer(), y.start(), y.stride(), sums);
  }

  /** Of array and buffer one is null; and the target, if nothing is to be written. */
  private static native void centreRows(
      long kernels,
      double[] array,
      DoubleBuffer buffer,
      int at,
      int apart,
      int rows,
      double[] shift,
      DoubleBuffer target,
      int targetAt,
      int targetApart,
      double[] sums);
}
