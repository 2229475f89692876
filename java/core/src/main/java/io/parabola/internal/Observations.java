package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.internal.blas.Block;
import java.nio.DoubleBuffer;
import java.util.Arrays;

/**
 * Observations of n returns each, where somebody else keeps them, and the pass through them that a
 * sample covariance begins with. A native library does that pass twice as fast, if one has been
 * {@linkplain #takeFrom lent}: with the same bits.
 */
public abstract class Observations {
  /**
   * Rows that are centred together, so that each column sum is loaded and stored once for all; and
   * that {@link #centre} needs room for.
   */
  public static final int GROUP = 4;

  /** What the library is given at a time: the collector waits for it. */
  private static final int NUMBERS_A_CALL = 1 << 18;

  private static volatile Library lent;

  /** Returns of an observation. */
  final int n;

  private Observations(int n) {
    this.n = n;
  }

  /**
   * What adds to {@code sums} [n] the columns of y = x − shift, for x [rows, n] and shift [n]: four
   * rows at a time, ((y₀ + y₁) + (y₂ + y₃)), and then one after another. Nothing but sums and y is
   * modified.
   */
  public interface Library {
    /**
     * Centres what lies in an array.
     *
     * @param array where x lies, one row after the other
     * @param at where it starts
     * @param rows of x
     * @param shift [n]
     * @param target where y goes; or null
     * @param sums [n]; added to
     */
    void centre(double[] array, int at, int rows, double[] shift, Block target, double[] sums);

    /**
     * Centres what lies outside the heap.
     *
     * @param x [rows, n]
     * @param rows of x
     * @param shift [n]
     * @param target where y goes, which may be x; or null
     * @param sums [n]; added to
     */
    void centre(Block x, int rows, double[] shift, Block target, double[] sums);
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
   * @param spare [{@link #GROUP} · n]; overwritten
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
        centreBy(
            library, first + row, many, shift, target == null ? null : target.at(row, 0), sums);
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

  /** Has the library centre rows that lie the same distance apart. */
  abstract void centreBy(
      Library library, long first, int rows, double[] shift, Block target, double[] sums);

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
    void centreBy(
        Library library, long first, int rows, double[] shift, Block target, double[] sums) {
      library.centre(values, offset(first), rows, shift, target, sums);
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
      slabs = internals.numbers(matrix);
      this.from = from;
      rowsPerSlab = internals.rowsPerSlab(matrix);
      stride = matrix.stride();
    }

    @Override
    double[] array(long row, int count, double[] spare) {
      for (int i = 0; i < count; i++) {
        slab(row + i).get(start(row + i), spare, i * n, n);
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
    void centreBy(
        Library library, long first, int rows, double[] shift, Block target, double[] sums) {
      library.centre(new Block(slab(first), start(first), stride), rows, shift, target, sums);
    }

    private DoubleBuffer slab(long row) {
      return slabs[(int) ((from + row) / rowsPerSlab)];
    }

    /** Where a row starts in its slab. */
    private int start(long row) {
      return (int) ((from + row) % rowsPerSlab) * stride;
    }
  }
}
