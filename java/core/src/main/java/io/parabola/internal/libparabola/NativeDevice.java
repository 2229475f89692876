package io.parabola.internal.libparabola;

/** CUDA devices, as native/jni/NativeDevice.cpp sees them. Needs the library. */
final class NativeDevice {
  private NativeDevice() {}

  /**
   * Why a device cannot be used.
   *
   * @param index its number, 0 or more
   * @return a clause, or null if it answers and is new enough
   */
  static native String absence(int index);

  /**
   * What a device is.
   *
   * @param index its number, of one that is there
   * @return name, compute capability and memory
   */
  static native String describe(int index);
}
