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

  /**
   * The covariances of windows of returns that are on the device.
   *
   * @param device the device
   * @param returns the address of the first window's first observation
   * @param stride numbers from one observation to the next
   * @param between numbers from one window to the next
   * @param count windows
   * @param rows observations of a window
   * @param n assets
   * @param covariances the address of [count·n, n rounded up to 8], written
   */
  static native void windows(
      int device,
      long returns,
      long stride,
      long between,
      int count,
      int rows,
      int n,
      long covariances);
}
