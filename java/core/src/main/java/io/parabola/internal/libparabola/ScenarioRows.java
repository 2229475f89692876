package io.parabola.internal.libparabola;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.Internals;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A matrix with so many rows for each scenario, as native code reads it: contiguous from a scenario
 * on, as far as its slab reaches.
 */
final class ScenarioRows {
  /** A buffer ends at 2 GB; what is written across slabs need not. */
  private static final int BYTES_A_COPY = 1 << 28;

  private final Matrix matrix;
  private final int rows;
  private final long perSlab;

  private ScenarioRows(Matrix matrix, int rows) {
    this.matrix = matrix;
    this.rows = rows;
    perSlab = Internals.get().rowsPerSlab(matrix);
  }

  static ScenarioRows of(Matrix matrix, int rows) {
    return matrix == null || rows == 0 ? null : new ScenarioRows(matrix, rows);
  }

  int stride() {
    return matrix.stride();
  }

  /** How many scenarios from this one on lie together; 1 for one that lies across slabs. */
  int together(int scenario) {
    long left = perSlab - scenario * (long) rows % perSlab;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, left / rows));
  }

  /** Whether a scenario's rows lie in one slab. */
  boolean isTogether(int scenario) {
    return scenario * (long) rows % perSlab + rows <= perSlab;
  }

  /** How many rows of such a scenario are written at a time. */
  int rowsOfCopy() {
    return Math.max(1, BYTES_A_COPY / (matrix.stride() * Double.BYTES));
  }

  /** Writes some rows of a scenario that lies across slabs. */
  void write(int scenario, int first, int count, ByteBuffer source) {
    int bytes = matrix.stride() * Double.BYTES;
    for (int k = 0; k < count; k++) {
      long row = scenario * (long) rows + first + k;
      ByteBuffer slab = Internals.get().slab(matrix, (int) (row / perSlab));
      slab.put((int) (row % perSlab) * bytes, source, k * bytes, bytes);
    }
  }

  /** The memory from a scenario's first row on; of one that lies across slabs a copy. */
  ByteBuffer from(int scenario) {
    long first = scenario * (long) rows;
    int bytes = matrix.stride() * Double.BYTES;
    int offset = (int) (first % perSlab);
    ByteBuffer slab = Internals.get().slab(matrix, (int) (first / perSlab));
    if (offset + (long) rows <= perSlab) {
      return slab.slice(offset * bytes, slab.capacity() - offset * bytes)
          .order(ByteOrder.nativeOrder());
    }
    long all = (long) rows * bytes;
    if (all > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "scenario "
              + scenario
              + " is "
              + rows
              + " rows of a matrix of "
              + matrix.rows()
              + " x "
              + matrix.columns()
              + ", "
              + all
              + " bytes: native engines read less than 2 GB of a scenario");
    }
    ByteBuffer copy = ByteBuffer.allocateDirect((int) all).order(ByteOrder.nativeOrder());
    for (long row = first; row < first + rows; row++) {
      ByteBuffer source = Internals.get().slab(matrix, (int) (row / perSlab));
      copy.put(source.slice((int) (row % perSlab) * bytes, bytes));
    }
    return copy.rewind();
  }
}
