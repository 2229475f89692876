package io.parabola.nd4j;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.Internals;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.javacpp.indexer.Indexer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrays of ND4J as matrices and matrices as arrays, without a copy where they lie alike.
 *
 * <p>Any thread may call. An array and a matrix in the same memory follow the rule of {@link
 * Matrix}: one row is not to be written while it is read, by a solve for instance.
 */
public final class Nd4jMatrix {
  /** Numbers that are copied at a time: a megabyte. */
  static final int BLOCK = 1 << 17;

  /** A buffer ends at 2 GB. */
  private static final long LARGEST_PIECE = 1L << 30;

  /** Keeps arrays reachable as long as buffers on their memory are. */
  private static final Cleaner KEEPER = Cleaner.create();

  private Nd4jMatrix() {}

  /**
   * Why an array has to be copied to be a matrix.
   *
   * @param array [rows, columns] of DOUBLE, FLOAT, HALF or BFLOAT16; not modified
   * @return a few words, or empty if {@link #of} and {@link #view(INDArray)} leave it where it is:
   *     with the backend for CPUs, doubles outside of workspaces whose rows follow each other and
   *     are a multiple of 8 long; or what {@link #allocate} and {@link #array} made, and whole rows
   *     of it
   * @throws InvalidInputException if it has another rank or type
   */
  public static Optional<String> whyCopied(INDArray array) {
    check(array);
    if (array.size(0) == 0) {
      return Optional.empty();
    }
    if (whyNoMemory().isPresent()) {
      return whyNoMemory();
    }
    if (array.dataType() != DataType.DOUBLE) {
      return Optional.of("its type is " + array.dataType() + ", not DOUBLE");
    }
    if (array.isAttached()) {
      return Optional.of("it lies in a workspace, whose memory is used again");
    }
    int columns = columns(array);
    int stride = Matrix.strideOf(columns);
    if (columns > 1 && array.stride(1) != 1) {
      return Optional.of("its columns are " + array.stride(1) + " numbers apart");
    }
    if (stride > columns && !isPadded(array, columns, stride)) {
      return Optional.of(
          "its rows of " + columns + " numbers are not known to be padded with zeros to " + stride);
    }
    if (array.size(0) > 1 && array.stride(0) != stride) {
      return Optional.of(
          "its rows are " + array.stride(0) + " numbers apart, which have to be " + stride);
    }
    return Optional.empty();
  }

  /**
   * An array as a matrix, without a copy if it lies so.
   *
   * @param array [rows, columns] of DOUBLE, FLOAT, HALF or BFLOAT16; not modified
   * @return {@link #view(INDArray) view} of it if {@link #whyCopied} is empty, else {@link #copyOf}
   *     it; to be closed by the caller
   * @throws InvalidInputException if it has another rank or type
   */
  public static Matrix of(INDArray array) {
    return whyCopied(array).isEmpty() ? view(array) : copyOf(array);
  }

  /**
   * A matrix in the memory of an array: what one of them writes, the other reads.
   *
   * <p>The matrix and views of its rows keep the array reachable; closing it frees nothing. {@code
   * array.close()} does, whoever uses the memory: not before the matrix and its views are done
   * with.
   *
   * @param array [rows, columns]
   * @return the matrix, which need not be closed
   * @throws InvalidInputException if it has to be copied, with the reason
   */
  public static Matrix view(INDArray array) {
    whyCopied(array)
        .ifPresent(
            reason -> {
              throw new InvalidInputException(
                  "array of " + Arrays.toString(array.shape()) + " without a copy: " + reason);
            });
    int columns = columns(array);
    long rows = array.size(0);
    if (rows == 0) {
      return Matrix.wrap(0, columns);
    }
    long rowBytes = (long) Matrix.strideOf(columns) * Double.BYTES;
    long rowsPerPiece = Math.max(1, LARGEST_PIECE / rowBytes);
    ByteBuffer[] pieces = new ByteBuffer[Math.toIntExact((rows - 1) / rowsPerPiece + 1)];
    long start = array.data().pointer().address() + array.offset() * Double.BYTES;
    for (int k = 0; k < pieces.length; k++) {
      long first = k * rowsPerPiece;
      long bytes = Math.min(rowsPerPiece, rows - first) * rowBytes;
      pieces[k] = memory(start + first * rowBytes, bytes);
      // What is sliced from this buffer keeps it, and it keeps what this action holds.
      KEEPER.register(pieces[k], () -> Reference.reachabilityFence(array));
    }
    return Matrix.wrap(rows, columns, pieces);
  }

  /**
   * A matrix of its own with the numbers of an array.
   *
   * @param array [rows, columns] of DOUBLE, FLOAT, HALF or BFLOAT16, of any order and strides; not
   *     modified
   * @return the matrix, to be closed by the caller
   * @throws InvalidInputException if it has another rank or type
   */
  public static Matrix copyOf(INDArray array) {
    check(array);
    int columns = columns(array);
    Matrix matrix = Matrix.allocate(array.size(0), columns);
    boolean complete = false;
    try {
      double[] row = new double[columns];
      eachBlock(
          array,
          (first, numbers) -> {
            for (int k = 0; k < numbers.length / columns; k++) {
              System.arraycopy(numbers, k * columns, row, 0, columns);
              matrix.setRow(first + k, row);
            }
          });
      complete = true;
      return matrix;
    } finally {
      if (!complete) {
        matrix.close();
      }
    }
  }

  /**
   * An array of zeros that lies as a matrix does, whatever the number of its columns: to be filled
   * in place and taken by {@link #of} without a copy.
   *
   * <p>Where {@code columns} is a multiple of 8 this is an array as any other. Else there is a gap
   * after each row, as in a view of some columns. <b>Of arrays with gaps, ND4J 1.0.0-M2.1's {@code
   * get}, {@code slice} and {@code putRow} take the last rows to be empty</b>, and say nothing;
   * {@code getRow}, {@code putRow}, {@code putScalar}, {@code assign}, arithmetic, sums and
   * products are right. {@code dup()} is without gaps. The array belongs to no workspace.
   *
   * @param rows at least 0
   * @param columns at least 1
   * @return [rows, columns] of DOUBLE, order 'c'; freed by ND4J once unreachable
   * @throws InvalidInputException if a size is negative or too large
   */
  public static INDArray allocate(long rows, int columns) {
    if (rows < 0 || columns < 1) {
      throw new InvalidInputException(
          "array of [" + rows + ", " + columns + "]: needs at least 0 rows and 1 column");
    }
    int stride = Matrix.strideOf(columns);
    return outsideOfWorkspaces(
        () -> {
          if (rows == 0 || stride == columns || whyNoMemory().isPresent()) {
            return Nd4j.create(DataType.DOUBLE, rows, columns);
          }
          INDArray whole = Nd4j.create(DataType.DOUBLE, rows, stride);
          return padded(whole.data().pointer(), rows, columns, whole);
        });
  }

  /**
   * A matrix as an array without gaps, in the same memory if there are none in it.
   *
   * @param matrix [rows, columns], open
   * @return {@link #view(Matrix) view} of it if its columns are a multiple of 8, it is not beyond 1
   *     GB and the backend is the one for CPUs; else a copy, as any array: [rows, columns] of
   *     DOUBLE, order 'c', outside of workspaces
   * @throws IllegalStateException if the matrix is closed
   */
  public static INDArray array(Matrix matrix) {
    if (whyNoArray(matrix).isEmpty() && matrix.stride() == matrix.columns()) {
      return view(matrix);
    }
    return outsideOfWorkspaces(
        () -> {
          INDArray copy = Nd4j.create(DataType.DOUBLE, matrix.rows(), matrix.columns());
          write(matrix, copy);
          return copy;
        });
  }

  /**
   * An array in the memory of a matrix: what one of them writes, the other reads.
   *
   * <p>The array keeps the memory: of a matrix that is closed, or whose {@link
   * io.parabola.BatchSolution} is, it is freed once no array is left on it. Where the columns are
   * not a multiple of 8 it has gaps, of which {@link #allocate} warns.
   *
   * @param matrix [rows, columns], open
   * @return [rows, columns] of DOUBLE, order 'c', rows {@link Matrix#stride} numbers apart
   * @throws InvalidInputException if it has to be copied, with the reason
   * @throws IllegalStateException if the matrix is closed
   */
  public static INDArray view(Matrix matrix) {
    whyNoArray(matrix)
        .ifPresent(
            reason -> {
              throw new InvalidInputException(
                  "matrix of "
                      + matrix.rows()
                      + " x "
                      + matrix.columns()
                      + " as an array without a copy: "
                      + reason);
            });
    if (matrix.rows() == 0) {
      return allocate(0, matrix.columns());
    }
    ByteBuffer memory = Internals.get().viewOfSlab(matrix, 0);
    return outsideOfWorkspaces(
        () -> padded(pointer(memory), matrix.rows(), matrix.columns(), memory));
  }

  private static Optional<String> whyNoArray(Matrix matrix) {
    int pieces = Internals.get().slabs(matrix);
    if (pieces > 1) {
      return Optional.of("it is in " + pieces + " pieces");
    }
    return whyNoMemory();
  }

  private static INDArray outsideOfWorkspaces(Supplier<INDArray> maker) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      return maker.get();
    } finally {
      outside.close();
    }
  }

  /** Copies a matrix to an array of the same shape, whatever that one's type and layout. */
  static void write(Matrix source, INDArray target) {
    int columns = source.columns();
    int most = Math.max(1, BLOCK / columns);
    double[] row = new double[columns];
    for (long first = 0; first < source.rows(); first += most) {
      int rows = (int) Math.min(most, source.rows() - first);
      double[] numbers = new double[rows * columns];
      for (int k = 0; k < rows; k++) {
        source.getRow(first + k, row);
        System.arraycopy(row, 0, numbers, k * columns, columns);
      }
      INDArray block = Nd4j.create(numbers, new long[] {rows, columns}, DataType.DOUBLE);
      rows(target, first, rows).assign(block);
      free(block);
    }
  }

  /** Where rows of an array go, one after the other. */
  interface Rows {
    /**
     * Takes some rows.
     *
     * @param first which row the first one is
     * @param numbers whole rows, row-major
     */
    void take(long first, double[] numbers);
  }

  /** Hands out an array as doubles, some whole rows at a time. */
  static void eachBlock(INDArray array, Rows target) {
    Indexer indexer = array.size(0) == 0 || whyNoMemory().isPresent() ? null : indexer(array);
    int most = Math.max(1, BLOCK / columns(array));
    for (long first = 0; first < array.size(0); first += most) {
      int rows = (int) Math.min(most, array.size(0) - first);
      target.take(
          first,
          indexer == null
              ? throughNd4j(array, first, rows)
              : fromMemory(array, indexer, first, rows));
    }
  }

  /** From where offsets count, which the indexer of a part does not; null for rarer types. */
  private static Indexer indexer(INDArray array) {
    Pointer start = array.data().pointer();
    if (start instanceof DoublePointer doubles) {
      return DoubleIndexer.create(doubles);
    }
    return start instanceof FloatPointer floats ? FloatIndexer.create(floats) : null;
  }

  /** Widened one by one, which dup() and asDouble() take several times as long for. */
  private static double[] fromMemory(INDArray array, Indexer memory, long first, int rows) {
    int columns = columns(array);
    double[] numbers = new double[rows * columns];
    long down = array.stride(0);
    long across = array.stride(1);
    for (int r = 0; r < rows; r++) {
      long start = array.offset() + (first + r) * down;
      for (int c = 0; c < columns; c++) {
        numbers[r * columns + c] = memory.getDouble(start + c * across);
      }
    }
    Reference.reachabilityFence(array);
    return numbers;
  }

  /** From wherever the backend keeps it. */
  static double[] throughNd4j(INDArray array, long first, int rows) {
    // dup() alone would leave a float a float.
    INDArray part = rows(array, first, rows).dup('c');
    INDArray block = part.castTo(DataType.DOUBLE);
    double[] numbers = block.data().asDouble();
    free(part);
    if (block != part) {
      free(block);
    }
    return numbers;
  }

  /** An array that has to be a matrix. */
  static void check(INDArray array) {
    if (array.wasClosed()) {
      throw new IllegalStateException("the array is closed");
    }
    String what = "array of " + Arrays.toString(array.shape());
    if (array.rank() != 2) {
      throw new InvalidInputException(
          what + " has rank " + array.rank() + ": needs [rows, columns]");
    }
    if (!array.dataType().isFPType()) {
      throw new InvalidInputException(
          what + " is of " + array.dataType() + ": needs DOUBLE, FLOAT, HALF or BFLOAT16");
    }
    if (array.size(1) < 1 || array.size(1) > Integer.MAX_VALUE) {
      throw new InvalidInputException(what + ": needs 1 to " + Integer.MAX_VALUE + " columns");
    }
  }

  static int columns(INDArray array) {
    return (int) array.size(1);
  }

  /** Of arrays on a device, what is in the memory of the host may be out of date. */
  private static Optional<String> whyNoMemory() {
    OpExecutioner.ExecutionerType type = Nd4j.getExecutioner().type();
    return type == OpExecutioner.ExecutionerType.NATIVE_CPU
        ? Optional.empty()
        : Optional.of("ND4J's backend is of " + type + ", not for CPUs");
  }

  /** Whether it is whole rows of an array that this class made. */
  private static boolean isPadded(INDArray array, int columns, int stride) {
    return array.data().pointer() instanceof PaddedPointer padded
        && padded.columns() == columns
        && array.offset() % stride == 0;
  }

  private static INDArray padded(Pointer start, long rows, int columns, Object owner) {
    long stride = Matrix.strideOf(columns);
    PaddedPointer pointer = new PaddedPointer(start, rows * stride, columns, owner);
    DataBuffer buffer =
        Nd4j.getDataBufferFactory()
            .create(pointer, DataType.DOUBLE, rows * stride, DoubleIndexer.create(pointer));
    return Nd4j.create(buffer, new long[] {rows, columns}, new long[] {stride, 1}, 0, 'c');
  }

  private static DoublePointer pointer(ByteBuffer memory) {
    return new DoublePointer(memory.asDoubleBuffer());
  }

  private static INDArray rows(INDArray array, long first, int rows) {
    // Not by get(), which of an array with gaps takes the last rows to be empty.
    return Nd4j.create(
        array.data(),
        new long[] {rows, array.size(1)},
        array.stride(),
        array.offset() + first * array.stride(0),
        array.ordering());
  }

  /** ND4J frees what is unreachable, but late: blocks of a large array would pile up. */
  private static void free(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }

  /** A buffer on memory that it neither owns nor keeps. */
  private static ByteBuffer memory(long address, long bytes) {
    // Its limits are in bytes in a plain Pointer only.
    Pointer start = new Pointer(new Address(address));
    return start.position(0).limit(bytes).capacity(bytes).asByteBuffer();
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }
}
