package io.parabola;

import io.parabola.internal.DirectMemory;
import io.parabola.internal.Internals;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A row-major matrix of doubles outside the Java heap, filled in place and read by the engines
 * without a copy.
 *
 * <p>Rows are padded to {@link #stride()} numbers and start on a 64-byte boundary, in memory of its
 * own; or a matrix {@link #wrap wraps} memory of another library that lies so. Different rows may
 * be written from different threads; one row is not to be written while it is read. Closing a
 * matrix while it is in use, and using it once closed, are {@link IllegalStateException}s. One that
 * is never closed is freed by the garbage collector, and a warning about it is logged.
 *
 * <p>With the native library loaded the memory of closed matrices of 64 kB to 32 MB is kept for the
 * next ones, 128 MB of it at most; larger ones are freed at once.
 */
public final class Matrix implements AutoCloseable {
  private static final int PADDING = DirectMemory.ALIGNMENT / Double.BYTES;
  private static final long MAX_SLAB_BYTES = 1L << 30;
  private static final int CLOSED = -1;
  private static final Logger LOG = LoggerFactory.getLogger(Matrix.class);
  private static final Cleaner CLEANER = Cleaner.create();

  static {
    Internals.open(new OpenInternals());
  }

  private final long rows;
  private final int columns;
  private final int stride;
  private final long rowsPerSlab;
  private final DirectMemory[] allocations;
  private final ByteBuffer[] slabs;

  /** How many read or write at this moment; {@link #CLOSED} in the end. */
  private final AtomicInteger users = new AtomicInteger();

  /**
   * Views live as long as their holder wants, so the memory then has to be left to the collector.
   */
  private volatile boolean viewed;

  private final Leak leak;
  private final Cleaner.Cleanable watch;

  private Matrix(long rows, int columns, long maxSlabBytes, boolean zeros) {
    checkSize(rows, columns);
    this.rows = rows;
    this.columns = columns;
    this.stride = strideOf(columns);
    long rowBytes = (long) stride * Double.BYTES;
    this.rowsPerSlab = Math.max(1, maxSlabBytes / rowBytes);
    int count = slabsOf(rows, columns, rowsPerSlab);
    allocations = new DirectMemory[count];
    slabs = new ByteBuffer[count];
    boolean complete = false;
    leak = new Leak(rows, columns);
    try {
      for (int i = 0; i < count; i++) {
        long bytes = Math.min(rowsPerSlab, rows - i * rowsPerSlab) * rowBytes;
        allocations[i] = DirectMemory.allocate((int) bytes, zeros);
        slabs[i] = allocations[i].buffer();
      }
      complete = true;
    } finally {
      if (!complete) {
        free();
      }
    }
    watch = CLEANER.register(this, leak);
  }

  private Matrix(long rows, int columns, ByteBuffer[] memory) {
    this.rows = rows;
    this.columns = columns;
    this.stride = strideOf(columns);
    long rowBytes = (long) stride * Double.BYTES;
    this.rowsPerSlab = memory.length == 0 ? 1 : Math.max(1, memory[0].remaining() / rowBytes);
    // No allocation is this matrix's own, so there is nothing that could leak.
    allocations = new DirectMemory[memory.length];
    slabs = new ByteBuffer[memory.length];
    for (int i = 0; i < slabs.length; i++) {
      slabs[i] = memory[i].slice().order(ByteOrder.nativeOrder());
    }
    leak = new Leak(rows, columns);
    leak.intended = true;
    watch = CLEANER.register(this, leak);
  }

  private static int slabsOf(long rows, int columns, long rowsPerSlab) {
    long slabs = rows / rowsPerSlab + (rows % rowsPerSlab == 0 ? 0 : 1);
    if (slabs > Integer.MAX_VALUE) {
      throw new InvalidInputException("matrix of " + rows + " x " + columns + ": too large");
    }
    return (int) slabs;
  }

  private static void checkSize(long rows, int columns) {
    if (rows < 0 || columns < 1) {
      throw new InvalidInputException(
          "matrix of " + rows + " x " + columns + ": needs at least 0 rows and 1 column");
    }
    if (columns > (MAX_SLAB_BYTES / Double.BYTES) - PADDING) {
      throw new InvalidInputException("matrix of " + columns + " columns: too wide");
    }
  }

  /** Says that a matrix was never closed; apart from it, or it would keep it from the collector. */
  private static final class Leak implements Runnable {
    private final long rows;
    private final int columns;
    private volatile boolean intended;

    Leak(long rows, int columns) {
      this.rows = rows;
      this.columns = columns;
    }

    @Override
    public void run() {
      if (!intended) {
        LOG.warn(
            "a matrix of {} x {} outside the heap was left to the garbage collector: close it, or"
                + " the BatchSolution whose weights it holds",
            rows,
            columns);
      }
    }
  }

  /** Leaves the memory to the collector on purpose: for owners that have no end, and no close. */
  Matrix neverClosed() {
    leak.intended = true;
    return this;
  }

  /**
   * Allocates a matrix of zeros.
   *
   * @param rows at least 0
   * @param columns at least 1
   * @return the matrix, to be closed by the caller
   * @throws InvalidInputException if a size is negative or too large
   * @throws OutOfMemoryError if there is no memory left outside the heap. {@code
   *     -XX:MaxDirectMemorySize} limits what the JVM provides: with the native library loaded only
   *     matrices of less than 64 kB, otherwise all
   */
  public static Matrix allocate(long rows, int columns) {
    return new Matrix(rows, columns, MAX_SLAB_BYTES, true);
  }

  /**
   * As {@link #allocate}, but holding anything. Every row has to be written as a whole: by {@link
   * #setRow}, or by native code that sets what lies beyond its last column to zero.
   */
  static Matrix allocateUnwritten(long rows, int columns) {
    return new Matrix(rows, columns, MAX_SLAB_BYTES, false);
  }

  /** As {@link #allocate}, in slabs small enough for a test to fill several. */
  static Matrix allocate(long rows, int columns, long maxSlabBytes) {
    return new Matrix(rows, columns, maxSlabBytes, true);
  }

  /**
   * Copies an array.
   *
   * @param rowMajor [rows, columns]; not modified
   * @param rows at least 0
   * @param columns at least 1
   * @return the matrix, to be closed by the caller
   * @throws InvalidInputException if the array's length is not {@code rows * columns}
   */
  public static Matrix copyOf(double[] rowMajor, int rows, int columns) {
    if (rowMajor.length != (long) rows * columns) {
      throw new InvalidInputException(
          "matrix of "
              + rows
              + " x "
              + columns
              + " from an array of "
              + rowMajor.length
              + " numbers: needs "
              + (long) rows * columns);
    }
    Matrix matrix = allocate(rows, columns);
    for (int row = 0; row < rows; row++) {
      matrix.open(row).put(0, rowMajor, row * columns, columns);
    }
    return matrix;
  }

  /**
   * Copies an array of rows.
   *
   * @param rows [rows][columns], at least one row; not modified
   * @return the matrix, to be closed by the caller
   * @throws InvalidInputException if there is no row or the rows differ in length
   */
  public static Matrix copyOf(double[][] rows) {
    if (rows.length == 0) {
      throw new InvalidInputException("matrix from an array without rows");
    }
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length != rows[0].length) {
        throw new InvalidInputException(
            "row " + row + " has " + rows[row].length + " columns but row 0 has " + rows[0].length);
      }
    }
    Matrix matrix = allocate(rows.length, rows[0].length);
    for (int row = 0; row < rows.length; row++) {
      matrix.open(row).put(0, rows[row]);
    }
    return matrix;
  }

  /**
   * A matrix in memory of another library, which is neither copied nor owned: what one of them
   * writes, the other reads.
   *
   * <p>The memory has to lie as that of every matrix: rows {@link #strideOf strideOf(columns)}
   * doubles apart, in native byte order, with zeros beyond the last column, which have to stay so
   * or answers are wrong. It starts at a multiple of 8 bytes; at one of 64 it is read somewhat
   * faster.
   *
   * <p>The matrix and its {@link #row views} keep the buffers reachable, and so whatever these
   * keep. Memory that its buffer does not keep (of {@code NewDirectByteBuffer}, for instance) has
   * to stay valid until matrix and views are no longer used: neither can know. {@link #close()}
   * ends the use of the matrix as of any other, but frees nothing, and none need be closed.
   *
   * @param rows at least 0
   * @param columns at least 1
   * @param memory [rows, strideOf(columns)] between position and limit of one direct buffer; or, as
   *     a buffer ends at 2 GB, of several, each with as many whole rows as the first, the last with
   *     the rest. Positions, limits and orders are left alone
   * @return the matrix; not to be written if a buffer is read-only
   * @throws InvalidInputException if a size is negative or too large, a buffer is not direct,
   *     starts elsewhere or is not of this size, or what lies beyond the last column is not zero
   */
  public static Matrix wrap(long rows, int columns, ByteBuffer... memory) {
    checkSize(rows, columns);
    long rowBytes = (long) strideOf(columns) * Double.BYTES;
    String what = "matrix of " + rows + " x " + columns + " in memory ";
    long bytes = 0;
    for (int k = 0; k < memory.length; k++) {
      ByteBuffer piece = memory[k];
      if (!piece.isDirect()) {
        throw new InvalidInputException(what + "of the heap: needs a direct buffer");
      }
      if (piece.alignmentOffset(piece.position(), Double.BYTES) != 0) {
        throw new InvalidInputException(what + "that does not start at a multiple of 8 bytes");
      }
      int whole = memory[0].remaining();
      boolean last = k == memory.length - 1;
      if (memory.length > 1
          && (whole == 0
              || whole % rowBytes != 0
              || (last ? piece.remaining() > whole : piece.remaining() != whole))) {
        throw new InvalidInputException(
            what
                + "of pieces of "
                + whole
                + " and "
                + piece.remaining()
                + " bytes: needs whole rows of "
                + rowBytes
                + " bytes, as many in each piece but the last");
      }
      bytes += piece.remaining();
    }
    // Divided, as a product might overflow to what is there.
    if (bytes % rowBytes != 0 || bytes / rowBytes != rows) {
      throw new InvalidInputException(
          what + "of " + bytes + " bytes: needs " + rows + " rows of " + rowBytes + " bytes");
    }
    Matrix matrix = new Matrix(rows, columns, rows == 0 ? new ByteBuffer[0] : memory);
    matrix.checkPadding();
    return matrix;
  }

  private void checkPadding() {
    for (long row = 0; row < rows && columns < stride; row++) {
      int at = index(row, columns - 1);
      for (int k = columns; k < stride; k++) {
        at += Double.BYTES;
        double beyond = slab(row).getDouble(at);
        if (beyond != 0) {
          throw new InvalidInputException(
              "row "
                  + row
                  + " of a matrix of "
                  + rows
                  + " x "
                  + columns
                  + " is followed by "
                  + beyond
                  + ": what lies beyond the last column has to be zero");
        }
      }
    }
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
   * @return the number of columns rounded up to a multiple of 8
   */
  public int stride() {
    return stride;
  }

  /**
   * The stride of every matrix with so many columns.
   *
   * @param columns at least 1
   * @return the number of columns rounded up to a multiple of 8
   */
  public static int strideOf(int columns) {
    return (columns + PADDING - 1) / PADDING * PADDING;
  }

  /**
   * Reads one number. For many, {@link #getRow} and {@link #row} are faster.
   *
   * @param row 0 to rows − 1
   * @param column 0 to columns − 1
   * @return the number
   * @throws IndexOutOfBoundsException if there is no such row or column
   */
  public double get(long row, int column) {
    int at = index(row, column);
    acquire();
    try {
      return slab(row).getDouble(at);
    } finally {
      release();
    }
  }

  /**
   * Writes one number. For many, {@link #setRow} and {@link #row} are faster.
   *
   * @param row 0 to rows − 1
   * @param column 0 to columns − 1
   * @param value the number
   * @throws IndexOutOfBoundsException if there is no such row or column
   */
  public void set(long row, int column, double value) {
    int at = index(row, column);
    acquire();
    try {
      slab(row).putDouble(at, value);
    } finally {
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
    index(row, 0);
    checkLength(row, target);
    acquire();
    try {
      open(row).get(0, target);
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
    index(row, 0);
    checkLength(row, source);
    acquire();
    try {
      open(row).put(0, source);
      int end = index(row, columns - 1) + Double.BYTES;
      for (int k = columns; k < stride; k++, end += Double.BYTES) {
        slab(row).putDouble(end, 0);
      }
    } finally {
      release();
    }
  }

  /**
   * A view of one row, to read and to fill in place.
   *
   * <p>A view outlives the matrix: memory of which views were taken is freed by the garbage
   * collector after {@link #close()} and once the views are gone, not by {@link #close()} itself.
   *
   * @param row 0 to rows − 1
   * @return position 0, limit {@link #columns()}, native byte order
   */
  public DoubleBuffer row(long row) {
    index(row, 0);
    acquire();
    try {
      viewed = true;
      return open(row);
    } finally {
      release();
    }
  }

  /**
   * Copies everything out.
   *
   * @return [rows, columns], row-major
   * @throws IllegalStateException if that is too large for an array
   */
  public double[] toArray() {
    long length = rows * columns;
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "matrix of " + rows + " x " + columns + ": too large for one array");
    }
    double[] array = new double[(int) length];
    acquire();
    try {
      for (int row = 0; row < rows; row++) {
        open(row).get(0, array, row * columns, columns);
      }
    } finally {
      release();
    }
    return array;
  }

  /**
   * Frees the memory, unless it is wrapped; again does nothing.
   *
   * @throws IllegalStateException if the matrix is being read or written, by a solve for instance;
   *     it then stays open
   */
  @Override
  public void close() {
    if (users.compareAndSet(0, CLOSED)) {
      leak.intended = true;
      watch.clean();
      free();
    } else if (users.get() != CLOSED) {
      throw new IllegalStateException("the matrix is in use: close it after the solve");
    }
  }

  /** Keeps the matrix from being closed until {@link #release}. */
  void acquire() {
    int now;
    do {
      now = users.get();
      if (now == CLOSED) {
        throw new IllegalStateException("the matrix is closed");
      }
    } while (!users.compareAndSet(now, now + 1));
  }

  void release() {
    users.decrementAndGet();
  }

  int slabs() {
    return slabs.length;
  }

  ByteBuffer slabAt(int index) {
    return slabs[index];
  }

  /** A slab for somebody who keeps it, as {@link #row} is a row for somebody who does. */
  ByteBuffer viewOfSlab(int index) {
    acquire();
    try {
      viewed = true;
      return slabs[index].slice().order(ByteOrder.nativeOrder());
    } finally {
      release();
    }
  }

  long rowsPerSlab() {
    return rowsPerSlab;
  }

  private void free() {
    for (int i = 0; i < slabs.length; i++) {
      if (allocations[i] != null && !viewed) {
        allocations[i].free();
      }
      allocations[i] = null;
      slabs[i] = null;
    }
  }

  private ByteBuffer slab(long row) {
    return slabs[(int) (row / rowsPerSlab)];
  }

  private DoubleBuffer open(long row) {
    int start = (int) (row % rowsPerSlab) * stride * Double.BYTES;
    return slab(row)
        .slice(start, columns * Double.BYTES)
        .order(ByteOrder.nativeOrder())
        .asDoubleBuffer();
  }

  private int index(long row, int column) {
    if (row < 0 || row >= rows || column < 0 || column >= columns) {
      throw new IndexOutOfBoundsException(
          "[" + row + ", " + column + "] of a matrix of " + rows + " x " + columns);
    }
    return ((int) (row % rowsPerSlab) * stride + column) * Double.BYTES;
  }

  private void checkLength(long row, double[] array) {
    if (array.length != columns) {
      throw new InvalidInputException(
          "row " + row + ": array of " + array.length + " numbers for " + columns + " columns");
    }
  }
}
