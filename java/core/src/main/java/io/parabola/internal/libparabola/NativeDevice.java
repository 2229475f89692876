package io.parabola.internal.libparabola;

import java.nio.ByteBuffer;

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

  /**
   * Allocates zeros.
   *
   * @param index the device
   * @param numbers how many
   * @return the address in the device's memory, to be given to {@link #free}
   */
  static native long allocate(int index, long numbers);

  /** Frees what {@link #allocate} gave; fails in silence, as on a device that is lost. */
  static native void free(int index, long address);

  /**
   * Copies rows to the device.
   *
   * @param index the device
   * @param address of the first row there
   * @param stride numbers from one row to the next there
   * @param from direct buffer, from its first byte
   * @param fromStride numbers from one row to the next in it
   * @param rows how many
   * @param columns numbers of a row
   * @param whole whether what lies between the rows there, and behind the last one, may become zero
   */
  static native void write(
      int index,
      long address,
      long stride,
      ByteBuffer from,
      long fromStride,
      long rows,
      int columns,
      boolean whole);

  /** Copies rows from the device, as {@link #write} does the other way. */
  static native void read(
      int index, long address, long stride, ByteBuffer to, long toStride, long rows, int columns);

  static native void writeArray(int index, long address, double[] from);

  static native void readArray(int index, long address, double[] to);

  /** Overwrites rows, as {@link #write} does. */
  static native void fillWithNaN(
      int index, long address, long stride, long rows, int columns, boolean whole);
}
