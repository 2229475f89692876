package io.parabola.jcuda;

import io.parabola.DeviceMatrix;
import io.parabola.InvalidInputException;
import jcuda.Pointer;

/** Device memory of JCuda programs as matrices, without a copy. */
public final class JCudaMatrix {
  private JCudaMatrix() {}

  /** Sees the address that JCuda keeps to its own classes. */
  private static final class Peek extends Pointer {
    Peek(Pointer pointer) {
      super(pointer);
    }

    long address() {
      return getNativePointer() + getByteOffset();
    }

    boolean isOfTheDevice() {
      return getNativePointer() != 0;
    }
  }

  /**
   * A matrix whose rows follow each other without a gap.
   *
   * @param device the number of the device that the memory is on
   * @param pointer from {@code cudaMalloc}, or a {@code CUdeviceptr}; a byte offset counts
   * @param rows at least 0
   * @param columns at least 1
   * @return [rows, columns], row-major. It does not own the memory: closing it frees nothing, and
   *     the memory has to stay as long as it is used
   * @throws InvalidInputException if the pointer is null or of the host
   */
  public static DeviceMatrix of(int device, Pointer pointer, long rows, int columns) {
    return of(device, pointer, rows, columns, columns);
  }

  /**
   * A matrix whose rows are some way apart.
   *
   * @param device the number of the device that the memory is on
   * @param pointer from {@code cudaMalloc}, or a {@code CUdeviceptr}; a byte offset counts
   * @param rows at least 0
   * @param columns at least 1
   * @param stride doubles from one row to the next, at least {@code columns}
   * @return [rows, columns], row-major. It does not own the memory: closing it frees nothing, and
   *     the memory has to stay as long as it is used
   * @throws InvalidInputException if the pointer is null or of the host
   */
  public static DeviceMatrix of(int device, Pointer pointer, long rows, int columns, long stride) {
    Peek peek = new Peek(pointer);
    if (!peek.isOfTheDevice()) {
      throw new InvalidInputException("pointer: null, or to memory of the host");
    }
    return DeviceMatrix.wrap(device, peek.address(), rows, columns, stride);
  }
}
