package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.internal.blas.Block;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Arrays;

/**
 * Observations of n returns each, where somebody else keeps them, and the pass through them that a
 * sample covariance begins with. A native library does that pass twice as fast, if one has been
 * {@linkplain #takeFrom lent}: with the same bits.
 */
public abstract class Observations {
  /** How many rows {@link #centre} needs room for. */
  public static final int SPARE = 4;

  /** Rows that are centred together, so that each column sum is loaded and stored once for all. */
  private static final int GROUP = SPARE;

  /** What the library is given at a time: the collector waits for it. */
  private static final int NUMBERS_A_CALL = 1 << 18;

  private static volatile Library lent;

  /** Returns of an observation. */
  final int n;

  private Observations(int n) {
    this.n = n;
  }

  /** What centres rows that lie a fixed distance apart. */
  public interface Library {
    /**
     * Adds to {@code sums} the columns of y = x − shift, four rows at a time, ((y₀ + y₁) + (y₂ +
     * y₃)), and then one after another.
     *
     * @param array where x lies, or null
     * @param buffer where x lies if in no array, direct
     * @param at the number that x starts with there
     * @param apart from one row to the next
     * @param rows of x
     * @param n numbers in a row
     * @param shift [n]; not modified
     * @param target where y goes, direct, in native order; or null
     * @param targetAt the number that y starts with there
     * @param targetApart from one row to the next
     * @param sums [n]; modified
     */
    void centre(
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

  /**
   * Lets a native library centre from now on.
   *
   * @param library which; null for none
   */
  public static void takeFrom(Library library) {
    lent = library;
  }

  /**
   * Observations in an array.
   *
   * @param values [T, n], row-major; kept, not modified
   * @param n how many returns an observation has
   * @return a view
   */
  public static Observations of(double[] values, int n) {
    return new InArray(values, n);
  }

  /**
   * Observations in a matrix.
   *
   * @param matrix [at least {@code from}, n], open as long as this is used; not modified
   * @param from the row that is to be row 0
   * @return a view
   */
  public static Observations of(Matrix matrix, long from) {
    return new InMatrix(matrix, from);
  }

  /**
   * Copies one observation.
   *
   * @param row which
   * @param target at least [n]
   */
  public final void get(long row, double[] target) {
    double[] array = array(row, 1, target);
    if (array != target) {
      System.arraycopy(array, offset(row), target, 0, n);
    }
  }

  /**
   * Centres rows, y = r − shift, and sums the columns of y.
   *
   * @param first the first row
   * @param rows how many
   * @param shift [n]; not modified
   * @param target where y goes, [rows, n], which may be where these observations are; or null
   * @param sums [n]; overwritten
   * @param spare [{@link #SPARE} · n]; overwritten
   */
  public final void centre(
      long first, int rows, double[] shift, Block target, double[] sums, double[] spare) {
    Library library = lent;
    Arrays.fill(sums, 0);
    int most = Math.max(1, NUMBERS_A_CALL / n / GROUP) * GROUP;
    for (int row = 0; row < rows; ) {
      int left = rows - row;
      int together = library == null ? 0 : together(first + row, Math.min(left, most));
      int many = together == left ? left : together / GROUP * GROUP;
      if (many > 0) {
        library.centre(
            array(),
            buffer(first + row),
            start(first + row),
            apart(),
            many,
            n,
            shift,
            target == null ? null : target.buffer(),
            target == null ? 0 : target.start() + (long) row * target.stride(),
            target == null ? 0 : target.stride(),
            sums);
      } else {
        many = left < GROUP ? 1 : GROUP;
        double[] x = array(first + row, many, spare);
        int at = offset(first + row);
        if (many == GROUP) {
          centreFour(x, at, n, shift, spare, sums);
        } else {
          centreOne(x, at, n, shift, spare, sums);
        }
        for (int i = 0; target != null && i < many; i++) {
          target.buffer().put(target.start() + (row + i) * target.stride(), spare, i * n, n);
        }
      }
      row += many;
    }
  }

  private static void centreFour(
      double[] x, int at, int n, double[] shift, double[] y, double[] sums) {
    for (int j = 0; j < n; j++) {
      double s = shift[j];
      double y0 = x[at + j] - s;
      double y1 = x[at + n + j] - s;
      double y2 = x[at + 2 * n + j] - s;
      double y3 = x[at + 3 * n + j] - s;
      y[j] = y0;
      y[n + j] = y1;
      y[2 * n + j] = y2;
      y[3 * n + j] = y3;
      sums[j] += (y0 + y1) + (y2 + y3);
    }
  }

  private static void centreOne(
      double[] x, int at, int n, double[] shift, double[] y, double[] sums) {
    for (int j = 0; j < n; j++) {
      double difference = x[at + j] - shift[j];
      y[j] = difference;
      sums[j] += difference;
    }
  }

  /** The array in which {@code count} rows stand one after the other, {@code spare} if copied. */
  abstract double[] array(long row, int count, double[] spare);

  /** Where in that array they start. */
  abstract int offset(long row);

  /** How many rows from there on lie the same distance apart, of so many. */
  abstract int together(long row, int count);

  /** The array that they all lie in, or null. */
  abstract double[] array();

  /** The buffer that a row lies in, or null. */
  abstract Buffer buffer(long row);

  /** The number that a row starts with there. */
  abstract long start(long row);

  /** From one row to the next there. */
  abstract int apart();

  private static final class InArray extends Observations {
    private final double[] values;

    InArray(double[] values, int n) {
      super(n);
      this.values = values;
    }

    @Override
    double[] array(long row, int count, double[] spare) {
      return values;
    }

    @Override
    int offset(long row) {
      return (int) row * n;
    }

    @Override
    int together(long row, int count) {
      return count;
    }

    @Override
    double[] array() {
      return values;
    }

    @Override
    Buffer buffer(long row) {
      return null;
    }

    @Override
    long start(long row) {
      return row * n;
    }

    @Override
    int apart() {
      return n;
    }
  }

  private static final class InMatrix extends Observations {
    private final DoubleBuffer[] slabs;
    private final long from;
    private final long rowsPerSlab;
    private final int stride;

    InMatrix(Matrix matrix, long from) {
      super(matrix.columns());
      Internals internals = Internals.get();
      slabs = new DoubleBuffer[internals.slabs(matrix)];
      for (int i = 0; i < slabs.length; i++) {
        slabs[i] = internals.slab(matrix, i).order(ByteOrder.nativeOrder()).asDoubleBuffer();
      }
      this.from = from;
      rowsPerSlab = internals.rowsPerSlab(matrix);
      stride = matrix.stride();
    }

    @Override
    double[] array(long row, int count, double[] spare) {
      for (int i = 0; i < count; i++) {
        slab(row + i).get((int) start(row + i), spare, i * n, n);
      }
      return spare;
    }

    @Override
    int offset(long row) {
      return 0;
    }

    @Override
    int together(long row, int count) {
      return (int) Math.min(count, rowsPerSlab - (from + row) % rowsPerSlab);
    }

    @Override
    double[] array() {
      return null;
    }

    @Override
    Buffer buffer(long row) {
      return slab(row);
    }

    @Override
    long start(long row) {
      return (from + row) % rowsPerSlab * stride;
    }

    @Override
    int apart() {
      return stride;
    }

    private DoubleBuffer slab(long row) {
      return slabs[(int) ((from + row) / rowsPerSlab)];
    }
  }
}
