package io.parabola.internal.libparabola;

import io.parabola.Matrix;
import io.parabola.internal.Internals;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A matrix with so many rows for each scenario, as native code reads it: contiguous from a scenario
 * on, as far as its slab reaches.
 */
final class ScenarioRows {
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

  /** Writes the rows of a scenario that lies across slabs. */
  void write(int scenario, ByteBuffer source) {
    int bytes = matrix.stride() * Double.BYTES;
    for (int k = 0; k < rows; k++) {
      long row = scenario * (long) rows + k;
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
    ByteBuffer copy = ByteBuffer.allocateDirect(rows * bytes).order(ByteOrder.nativeOrder());
    for (long row = first; row < first + rows; row++) {
      ByteBuffer source = Internals.get().slab(matrix, (int) (row / perSlab));
      copy.put(source.slice((int) (row % perSlab) * bytes, bytes));
    }
    return copy.rewind();
  }
}
