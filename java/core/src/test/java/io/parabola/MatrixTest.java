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
    for (long rows : new long[] {1L << 56, Long.MAX_VALUE}) {
      assertEquals(
          "matrix of " + rows + " x 1: too large",
          assertThrows(InvalidInputException.class, () -> Matrix.allocate(rows, 1)).getMessage());
    }
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

  /** Zeros at a multiple of 64 bytes and some more, in an order that is not the machine's. */
  private static ByteBuffer foreign(int bytes, int offset) {
    ByteBuffer aligned = ByteBuffer.allocateDirect(bytes + 128).alignedSlice(64);
    return aligned.slice(offset, bytes).order(ByteOrder.BIG_ENDIAN);
  }

  private static DoubleBuffer numbers(ByteBuffer memory) {
    return memory.duplicate().order(ByteOrder.nativeOrder()).asDoubleBuffer();
  }

  @Test
  void wrappedMemoryIsReadAndWrittenWhereItIs() {
    ByteBuffer memory = foreign(3 * 64, 8);
    try (Matrix matrix = Matrix.wrap(3, 5, memory)) {
      numbers(memory).put(1 * 8 + 4, 7);
      matrix.set(2, 0, 9);
      assertEquals(7, matrix.get(1, 4));
      assertEquals(9, numbers(memory).get(2 * 8));
      matrix.setRow(0, new double[] {1, 2, 3, 4, 5});
      assertArrayEquals(
          new double[] {1, 2, 3, 4, 5, 0, 0, 0, 0, 7, 9, 0, 0, 0, 0}, matrix.toArray());
      assertEquals(8, matrix.stride());
    }
    assertEquals(0, memory.position());
    assertEquals(ByteOrder.BIG_ENDIAN, memory.order());
    assertEquals(9, numbers(memory).get(2 * 8));
  }

  @Test
  void closingEndsTheUseOfWrappedMemoryButFreesNothing() {
    ByteBuffer memory = foreign(64, 0);
    Matrix matrix = Matrix.wrap(1, 8, memory);
    DoubleBuffer view = matrix.row(0);
    matrix.close();
    matrix.close();
    assertEquals(
        "the matrix is closed",
        assertThrows(IllegalStateException.class, () -> matrix.get(0, 0)).getMessage());
    numbers(memory).put(3, 4);
    assertEquals(4, view.get(3));
  }

  @Test
  void wrappedMemoryMayBeInPieces() {
    ByteBuffer[] pieces = {foreign(256, 0), foreign(256, 8), foreign(128, 24)};
    try (Matrix matrix = Matrix.wrap(5, 9, pieces)) {
      assertEquals(2, matrix.rowsPerSlab());
      for (int row = 0; row < 5; row++) {
        matrix.set(row, 8, row);
        assertEquals(row, numbers(pieces[row / 2]).get(row % 2 * 16 + 8));
      }
    }
    try (Matrix none = Matrix.wrap(0, 3);
        Matrix empty = Matrix.wrap(0, 3, foreign(0, 0))) {
      assertEquals(0, none.toArray().length);
      assertEquals(0, empty.toArray().length);
    }
  }

  @Test
  void memoryThatDoesNotLieAsAMatrixIsRefused() {
    assertRefused(
        "matrix of 3 x 5 in memory of 128 bytes: needs 3 rows of 64 bytes", 3, 5, foreign(128, 0));
    assertRefused(
        "matrix of 1 x 8 in memory of 128 bytes: needs 1 rows of 64 bytes", 1, 8, foreign(128, 0));
    assertRefused(
        "matrix of 1 x 8 in memory of the heap: needs a direct buffer",
        1,
        8,
        ByteBuffer.allocate(64));
    assertRefused(
        "matrix of 1 x 8 in memory that does not start at a multiple of 8 bytes",
        1,
        8,
        foreign(64, 4));
    assertRefused(
        "matrix of 3 x 8 in memory of pieces of 64 and 128 bytes: needs whole rows of 64 bytes, as"
            + " many in each piece but the last",
        3,
        8,
        foreign(64, 0),
        foreign(128, 0));
    assertRefused("matrix of -1 x 8: needs at least 0 rows and 1 column", -1, 8, foreign(64, 0));
    // As many bytes as there are, but for 2⁶⁴ of them.
    long rows = (1L << 58) + 1;
    assertRefused(
        "matrix of " + rows + " x 8 in memory of 64 bytes: needs " + rows + " rows of 64 bytes",
        rows,
        8,
        foreign(64, 0));
    ByteBuffer memory = foreign(128, 0);
    numbers(memory).put(8 + 7, 2.5);
    assertRefused(
        "row 1 of a matrix of 2 x 7 is followed by 2.5: what lies beyond the last column has to be"
            + " zero",
        2,
        7,
        memory);
  }

  private static void assertRefused(String message, long rows, int columns, ByteBuffer... memory) {
    assertEquals(
        message,
        assertThrows(InvalidInputException.class, () -> Matrix.wrap(rows, columns, memory))
            .getMessage());
  }

  @Test
  void aViewOfASlabOutlivesTheMatrix() {
    Matrix matrix = Matrix.allocate(2, 3);
    ByteBuffer view = Internals.get().viewOfSlab(matrix, 0);
    matrix.set(1, 2, 6);
    matrix.close();
    assertEquals(6, numbers(view).get(8 + 2));
    assertThrows(IllegalStateException.class, () -> Internals.get().viewOfSlab(matrix, 0));
  }
}
