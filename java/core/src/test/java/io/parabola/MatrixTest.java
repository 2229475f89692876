package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parabola.internal.Internals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MatrixTest {
  private static final Path MEMORY = Path.of("/proc/self/statm");

  @Test
  void isZeroAtFirstAndHoldsWhatIsWritten() {
    try (Matrix matrix = Matrix.allocate(3, 5)) {
      assertArrayEquals(new double[15], matrix.toArray());
      matrix.set(1, 2, 7);
      matrix.setRow(2, new double[] {1, 2, 3, 4, 5});
      matrix.row(0).put(4, -1);
      assertEquals(7, matrix.get(1, 2));
      assertArrayEquals(
          new double[] {0, 0, 0, 0, -1, 0, 0, 7, 0, 0, 1, 2, 3, 4, 5}, matrix.toArray());
      double[] row = new double[5];
      matrix.getRow(2, row);
      assertArrayEquals(new double[] {1, 2, 3, 4, 5}, row);
    }
  }

  @Test
  void rowsAreAlignedPaddedWithZerosAndSplitIntoSlabs() {
    // 3 rows of 16 doubles each fill a slab of 400 bytes, so that 8 rows need 3 slabs.
    try (Matrix matrix = Matrix.allocate(8, 9, 400)) {
      assertEquals(16, matrix.stride());
      assertEquals(3, matrix.rowsPerSlab());
      assertEquals(3, Internals.get().slabs(matrix));
      double[] row = new double[9];
      for (int r = 0; r < 8; r++) {
        for (int c = 0; c < 9; c++) {
          row[c] = 10 * r + c;
        }
        matrix.setRow(r, row);
      }
      for (int r = 0; r < 8; r++) {
        assertEquals(10 * r + 8, matrix.get(r, 8));
        assertEquals(10 * r, matrix.row(r).get(0));
      }
      for (int slab = 0; slab < 3; slab++) {
        var bytes = Internals.get().slab(matrix, slab);
        assertEquals(slab == 2 ? 2 * 128 : 3 * 128, bytes.capacity());
        assertEquals(0, bytes.alignmentOffset(0, 64));
        assertEquals(ByteOrder.nativeOrder(), bytes.order());
        for (int r = 0; r < bytes.capacity() / 128; r++) {
          assertEquals(10 * (3 * slab + r) + 8, bytes.getDouble(r * 128 + 8 * 8));
          for (int c = 9; c < 16; c++) {
            assertEquals(0, bytes.getDouble(r * 128 + c * 8));
          }
        }
      }
    }
  }

  @Test
  void copiesArraysOfBothShapes() {
    try (Matrix flat = Matrix.copyOf(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Matrix nested = Matrix.copyOf(new double[][] {{1, 2, 3}, {4, 5, 6}})) {
      assertArrayEquals(flat.toArray(), nested.toArray());
      assertEquals(2, nested.rows());
      assertEquals(3, nested.columns());
    }
  }

  @Test
  void wrongShapesNameBothShapes() {
    assertEquals(
        "matrix of 2 x 3 from an array of 5 numbers: needs 6",
        assertThrows(InvalidInputException.class, () -> Matrix.copyOf(new double[5], 2, 3))
            .getMessage());
    assertEquals(
        "row 1 has 3 columns but row 0 has 2",
        assertThrows(
                InvalidInputException.class,
                () -> Matrix.copyOf(new double[][] {{1, 2}, {1, 2, 3}}))
            .getMessage());
    assertThrows(InvalidInputException.class, () -> Matrix.allocate(-1, 3));
    assertThrows(InvalidInputException.class, () -> Matrix.allocate(1, 0));
    try (Matrix matrix = Matrix.allocate(2, 3)) {
      assertThrows(InvalidInputException.class, () -> matrix.setRow(0, new double[2]));
      assertThrows(InvalidInputException.class, () -> matrix.getRow(0, new double[4]));
      assertEquals(
          "[2, 0] of a matrix of 2 x 3",
          assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(2, 0)).getMessage());
      assertThrows(IndexOutOfBoundsException.class, () -> matrix.set(0, 3, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> matrix.row(-1));
    }
  }

  @Test
  void useAfterCloseIsRefusedAndViewsStayReadable() {
    Matrix matrix = Matrix.allocate(4, 4);
    DoubleBuffer view = matrix.row(1);
    view.put(2, 5);
    matrix.close();
    matrix.close();
    assertThrows(IllegalStateException.class, () -> matrix.get(0, 0));
    assertThrows(IllegalStateException.class, () -> matrix.set(0, 0, 1));
    assertThrows(IllegalStateException.class, () -> matrix.row(0));
    assertThrows(IllegalStateException.class, matrix::toArray);
    assertEquals(5, view.get(2));
  }

  @Test
  void closingFreesTheMemoryAtOnce() {
    Matrix matrix = Matrix.allocate(8_000, 1_000);
    assertTrue(isFreedByClosing(matrix));
  }

  @Test
  void memoryThatIsViewedStaysUntilTheViewIsGone() {
    Matrix matrix = Matrix.allocate(8_000, 1_000);
    DoubleBuffer view = matrix.row(0);
    assertFalse(isFreedByClosing(matrix));
    System.gc();
    assertEquals(0, view.get(0));
  }

  /** By what the system says: whoever allocated the memory, the process no longer holds it. */
  private static boolean isFreedByClosing(Matrix matrix) {
    assumeTrue(Files.exists(MEMORY), "no " + MEMORY + " here");
    ByteBuffer slab = Internals.get().slab(matrix, 0);
    for (int i = 64; i < slab.capacity(); i += 512) {
      slab.put(i, (byte) 1);
    }
    long before = residentBytes();
    matrix.close();
    return residentBytes() <= before - slab.capacity() / 2;
  }

  private static long residentBytes() {
    try {
      return 4096 * Long.parseLong(Files.readString(MEMORY).split(" ")[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aMatrixWithoutRowsIsLegal() {
    try (Matrix matrix = Matrix.allocate(0, 3)) {
      assertEquals(0, matrix.rows());
      assertEquals(0, matrix.toArray().length);
    }
  }
}
