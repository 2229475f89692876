package io.parabola.internal.libparabola;

import java.nio.ByteBuffer;

/**
 * Samples on a device, implemented in native/jni/NativeSample.cpp. Callers check every argument.
 */
final class NativeSample {
  private NativeSample() {}

  /** A handle, to be given to {@link #release}. */
  static native long create(int device, int assets);

  static native void release(long handle);

  static native void addArray(long handle, double[] returns, int observations);

  static native void add(long handle, ByteBuffer returns, long observations, int stride);

  static native void addFromDevice(long handle, long address, long observations, long stride);

  static native long observations(long handle);

  static native void mean(long handle, double[] mean);

  static native long stride(long handle);

  /** The address of [n, stride] on the device, to be given to {@link NativeDevice#free}. */
  static native long covariance(long handle);
}
