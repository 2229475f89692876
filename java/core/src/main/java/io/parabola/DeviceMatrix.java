package io.parabola;

import io.parabola.internal.libparabola.DeviceMemory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A row-major matrix of doubles in the memory of a CUDA device: scenarios that are made there are
 * solved there, and the weights stay there, without a trip to the host. The cuda engine of the same
 * device reads it where the others take a {@link Matrix}.
 *
 * <p>Any thread may use it; one row is not to be written while it is read. What was given to a
 * stream of the device has to be over before a matrix that it writes is used here: synchronise the
 * stream. Closing a matrix while it is in use, and using it once closed, are {@link
 * IllegalStateException}s. One that is never closed is freed by the garbage collector, and a
 * warning about it is logged. What goes wrong on the device is a {@link CudaException}.
 */
public final class DeviceMatrix implements AutoCloseable {
  private static final int CLOSED = -1;

  private final int device;
  private final long rows;
  private final int columns;
  private final long stride;
  private final DeviceMemory memory;

  /** How many use it at this moment; {@link #CLOSED} in the end. */
  private final AtomicInteger users = new AtomicInteger();

  private DeviceMatrix(int device, long rows, int columns, long stride, DeviceMemory memory) {
    this.device = device;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
    this.memory = memory;
  }

  /**
   * Allocates a matrix of zeros.
   *
   * @param device the device's number, at least 0
   * @param rows at least 0
   * @param columns at least 1
   * @return the matrix, its stride a multiple of 8; to be closed by the caller
   * @throws InvalidInputException if a size is negative
   * @throws EngineUnavailableException if there is no such device, with the reason
   * @throws CudaException if it has no room
   */
  public static DeviceMatrix allocate(int device, long rows, int columns) {
    checkShape(rows, columns);
    long stride = Matrix.strideOf(columns);
    long numbers = Math.multiplyExact(rows, stride);
    return new DeviceMatrix(
        device, rows, columns, stride, DeviceMemory.allocate(device, numbers, rows, columns));
  }

  /**
   * Copies a matrix to a device.
   *
   * @param device the device's number, at least 0
   * @param matrix not modified
   * @return the copy, to be closed by the caller
   * @throws EngineUnavailableException if there is no such device, with the reason
   * @throws CudaException if it has no room
   */
  public static DeviceMatrix copyOf(int device, Matrix matrix) {
    DeviceMatrix copy = allocate(device, matrix.rows(), matrix.columns());
    boolean complete = false;
    try {
      copy.copyFrom(matrix);
      complete = true;
      return copy;
    } finally {
      if (!complete) {
        copy.close();
      }
    }
  }

  /**
   * Takes memory of the device that belongs to somebody else, who keeps it as long as this is used.
   * Closing this does not free it.
   *
   * @param device the number of the device whose memory it is
   * @param address of the first number, a multiple of 8
   * @param rows at least 0
   * @param columns at least 1
   * @param stride doubles from one row to the next, at least {@code columns}; what lies between is
   *     neither read nor written
   * @return the matrix
   * @throws InvalidInputException if a size or the address cannot be
   * @throws EngineUnavailableException if there is no such device, with the reason
   */
  public static DeviceMatrix wrap(int device, long address, long rows, int columns, long stride) {
    checkShape(rows, columns);
    if (stride < columns) {
      throw new InvalidInputException(
          "device matrix of " + columns + " columns: a stride of " + stride + " is too short");
    }
    if (address == 0 || address % Double.BYTES != 0) {
      throw new InvalidInputException(
          "device matrix at address " + address + ": not that of a double");
    }
    Math.multiplyExact(rows, stride);
    return new DeviceMatrix(device, rows, columns, stride, DeviceMemory.wrap(device, address));
  }

  /** Takes over memory [rows, stride] that nobody else frees. */
  static DeviceMatrix own(int device, long address, long rows, int columns, long stride) {
    return new DeviceMatrix(
        device, rows, columns, stride, DeviceMemory.own(device, address, rows, columns));
  }

  private static void checkShape(long rows, int columns) {
    if (rows < 0 || columns < 1) {
      throw new InvalidInputException(
          "device matrix of " + rows + " x " + columns + ": needs at least 0 rows and 1 column");
    }
  }

  /**
   * The device's number.
   *
   * @return at least 0
   */
  public int device() {
    return device;
  }

  /**
   * The number of rows.
   *
   * @return at least 0
   */
  public long rows() {
    return rows;
  }

  /**
   * The number of columns.
   *
   * @return at least 1
   */
  public int columns() {
    return columns;
  }

  /**
   * The distance between the starts of two rows that follow each other, in doubles.
   *
   * @return at least the number of columns
   */
  public long stride() {
    return stride;
  }

  /**
   * Where it lies, for code of one's own on the device.
   *
   * @return the address of the first number in the device's memory
   */
  public long address() {
    return memory.address();
  }

  /**
   * Copies a matrix of the host in.
   *
   * @param source [rows, columns]; not modified
   * @throws InvalidInputException if the shape is another
   */
  public void copyFrom(Matrix source) {
    checkLike(source);
    acquire();
    source.acquire();
    try {
      for (int k = 0; k < source.slabs(); k++) {
        long first = k * source.rowsPerSlab();
        long here = Math.min(source.rowsPerSlab(), rows - first);
        memory.write(first * stride, stride, source.slabAt(k), source.stride(), here, columns);
      }
    } finally {
      source.release();
      release();
    }
  }

  /**
   * Copies everything to a matrix of the host.
   *
   * @param target [rows, columns]; overwritten
   * @throws InvalidInputException if the shape is another
   */
  public void copyTo(Matrix target) {
    checkLike(target);
    acquire();
    target.acquire();
    try {
      for (int k = 0; k < target.slabs(); k++) {
        long first = k * target.rowsPerSlab();
        long here = Math.min(target.rowsPerSlab(), rows - first);
        memory.read(first * stride, stride, target.slabAt(k), target.stride(), here, columns);
      }
    } finally {
      target.release();
      release();
    }
  }

  /**
   * Copies a row out.
   *
   * @param row 0 to rows − 1
   * @param target [columns]; overwritten
   * @throws InvalidInputException if its length is not the number of columns
   */
  public void getRow(long row, double[] target) {
    check(row, target);
    acquire();
    try {
      memory.read(row * stride, target);
    } finally {
      release();
    }
  }

  /**
   * Copies a row in.
   *
   * @param row 0 to rows − 1
   * @param source [columns]; not modified
   * @throws InvalidInputException if its length is not the number of columns
   */
  public void setRow(long row, double[] source) {
    check(row, source);
    acquire();
    try {
      memory.write(row * stride, source);
    } finally {
      release();
    }
  }

  /**
   * Frees the memory, unless it is somebody else's; again does nothing.
   *
   * @throws IllegalStateException if the matrix is being read or written, by a solve for instance;
   *     it then stays open
   */
  @Override
  public void close() {
    if (users.compareAndSet(0, CLOSED)) {
      memory.free();
    } else if (users.get() != CLOSED) {
      throw new IllegalStateException("the device matrix is in use: close it after the solve");
    }
  }

  /** Keeps the matrix from being closed until {@link #release}. */
  void acquire() {
    int now;
    do {
      now = users.get();
      if (now == CLOSED) {
        throw new IllegalStateException("the device matrix is closed");
      }
    } while (!users.compareAndSet(now, now + 1));
  }

  void release() {
    users.decrementAndGet();
  }

  /** Overwrites rows from {@code from} to {@code to − 1}. */
  void fillWithNaN(int from, int to) {
    acquire();
    try {
      memory.fillWithNaN(from * stride, stride, to - from, columns);
    } finally {
      release();
    }
  }

  /** For matrices that one launch reads and writes. */
  void requireLike(DeviceMatrix other) {
    if (other.device != device || other.stride != stride) {
      throw new InvalidInputException(
          "device matrices of one batch: device "
              + device
              + " and stride "
              + stride
              + ", but another has device "
              + other.device
              + " and stride "
              + other.stride);
    }
  }

  private void checkLike(Matrix other) {
    if (other.rows() != rows || other.columns() != columns) {
      throw new InvalidInputException(
          "device matrix of "
              + rows
              + " x "
              + columns
              + ", but the matrix is "
              + other.rows()
              + " x "
              + other.columns());
    }
  }

  private void check(long row, double[] array) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException(
          "row " + row + " of a device matrix of " + rows + " x " + columns);
    }
    if (array.length != columns) {
      throw new InvalidInputException(
          "row " + row + ": array of " + array.length + " numbers for " + columns + " columns");
    }
  }
}
