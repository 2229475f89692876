package io.parabola.internal.libparabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What native code reads and writes of a matrix in several slabs. */
class ScenarioRowsTest {
  private static final int COLUMNS = 8;
  private static final int ROW = COLUMNS * Double.BYTES;

  /** A matrix of so many rows, five to a slab, whose rows hold their own numbers. */
  private static Matrix numbered(int rows) {
    ByteBuffer[] slabs = new ByteBuffer[(rows + 4) / 5];
    for (int k = 0; k < slabs.length; k++) {
      slabs[k] = ByteBuffer.allocateDirect(Math.min(5, rows - 5 * k) * ROW);
    }
    Matrix matrix = Matrix.wrap(rows, COLUMNS, slabs);
    double[] row = new double[COLUMNS];
    for (int r = 0; r < rows; r++) {
      Arrays.fill(row, r);
      matrix.setRow(r, row);
    }
    return matrix;
  }

  @Test
  void rowsAreReadInTheirOrderAcrossSlabs() {
    for (int rows : new int[] {1, 2, 3, 7, 12}) {
      try (Matrix matrix = numbered(4 * rows)) {
        ScenarioRows scenarios = ScenarioRows.of(matrix, rows);
        for (int s = 0; s < 4; s++) {
          ByteBuffer from = scenarios.from(s);
          for (int k = 0; k < rows; k++) {
            assertEquals(s * rows + k, from.getDouble(k * ROW));
          }
        }
      }
    }
  }

  @Test
  void someRowsAreWrittenAcrossSlabs() {
    try (Matrix matrix = numbered(24)) {
      ByteBuffer source = ByteBuffer.allocateDirect(7 * ROW).order(ByteOrder.nativeOrder());
      for (int k = 0; k < 7; k++) {
        source.putDouble(k * ROW, 100 + k);
      }
      ScenarioRows.of(matrix, 12).write(1, 4, 7, source);
      for (int row = 0; row < 24; row++) {
        assertEquals(row >= 16 && row < 23 ? 84 + row : row, matrix.get(row, 0));
      }
    }
  }

  /** All slabs are the same memory, or there would be gigabytes of it. */
  @Test
  void aScenarioLargerThanABufferIsNamed() {
    int n = 1 << 14;
    ByteBuffer[] slabs = new ByteBuffer[2 * n / 64];
    Arrays.fill(slabs, ByteBuffer.allocateDirect(64 * n * Double.BYTES));
    try (Matrix matrix = Matrix.wrap(2 * n, n, slabs)) {
      ScenarioRows scenarios = ScenarioRows.of(matrix, n);
      assertEquals(
          "scenario 1 is 16384 rows of a matrix of 32768 x 16384, 2147483648 bytes: native engines"
              + " read less than 2 GB of a scenario",
          assertThrows(InvalidInputException.class, () -> scenarios.from(1)).getMessage());
    }
  }
}
