package io.parabola.internal.libparabola;

import io.parabola.internal.Observations;
import java.nio.Buffer;

/** Centring by libparabola; its C++ side is native/jni/NativeCentring.cpp. */
final class NativeCentring implements Observations.Library {
  private final long kernels;

  /** With the kernels of an instruction set. */
  NativeCentring(long kernels) {
    this.kernels = kernels;
  }

  @Override
  public void centre(
      double[] array,
      Buffer buffer,
      long at,
      long apart,
      int rows,
      int n,
      double[] shift,
      Buffer target,
      long targetAt,
      long targetApart,
      double[] sums) {
    centreRows(
        kernels, array, buffer, at, apart, rows, n, shift, target, targetAt, targetApart, sums);
  }

  private static native void centreRows(
      long kernels,
      double[] array,
      Buffer buffer,
      long at,
      long apart,
      int rows,
      int n,
      double[] shift,
      Buffer target,
      long targetAt,
      long targetApart,
      double[] sums);
}
