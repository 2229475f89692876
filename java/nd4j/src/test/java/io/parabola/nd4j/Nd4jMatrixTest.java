package io.parabola.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Which arrays are matrices where they are, that the others are copied right, and what lives. */
class Nd4jMatrixTest {
  private static final int ROWS = 30;

  static List<Arguments> layouts() {
    return Layouts.every();
  }

  @ParameterizedTest(name = "{0}, {1} columns")
  @MethodSource("layouts")
  void everyLayoutHoldsTheSameNumbers(Layouts.Layout layout, int columns) {
    double[][] numbers = Layouts.numbers(ROWS, columns, 1);
    INDArray array = layout.make().apply(numbers);
    assertEquals(Optional.ofNullable(layout.reason()), Nd4jMatrix.whyCopied(array));
    double[] flat = Arrays.stream(numbers).flatMapToDouble(Arrays::stream).toArray();
    try (Matrix matrix = Nd4jMatrix.of(array);
        Matrix copy = Nd4jMatrix.copyOf(array)) {
      assertArrayEquals(flat, matrix.toArray());
      assertArrayEquals(flat, copy.toArray());
    }
    // As another backend would have it copied.
    assertArrayEquals(
        Arrays.copyOfRange(flat, 2 * columns, flat.length),
        Nd4jMatrix.throughNd4j(array, 2, ROWS - 2));
  }

  @ParameterizedTest(name = "{0}, {1} columns")
  @MethodSource("layouts")
  void whatOneWritesTheOtherReadsUnlessItIsCopied(Layouts.Layout layout, int columns) {
    INDArray array = layout.make().apply(Layouts.numbers(ROWS, columns, 2));
    boolean shared = layout.reason() == null;
    try (Matrix matrix = Nd4jMatrix.of(array)) {
      matrix.set(ROWS - 1, columns - 1, 7);
      assertEquals(shared, array.getDouble(ROWS - 1, columns - 1) == 7);
      array.putScalar(3, 2, 5);
      assertEquals(shared, matrix.get(3, 2) == 5);
      array.addi(1);
      assertEquals(shared, matrix.get(3, 2) == 6);
    }
    if (!shared) {
      assertMessage(
          "array of [30, " + columns + "] without a copy: " + layout.reason(),
          () -> Nd4jMatrix.view(array));
    }
  }

  @ParameterizedTest(name = "{0}, {1} columns")
  @MethodSource("layouts")
  void everyLayoutIsWrittenTo(Layouts.Layout layout, int columns) {
    INDArray array = layout.make().apply(Layouts.numbers(ROWS, columns, 3));
    double[][] numbers = Layouts.numbers(ROWS, columns, 4);
    try (Matrix source = Matrix.copyOf(numbers)) {
      Nd4jMatrix.write(source, array);
    }
    assertArrayEquals(numbers, array.castTo(DataType.DOUBLE).toDoubleMatrix());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 13})
  void aMatrixIsAnArrayWhereItIs(int columns) {
    double[][] numbers = Layouts.numbers(5, columns, 5);
    Matrix matrix = Matrix.copyOf(numbers);
    INDArray array = Nd4jMatrix.view(matrix);
    assertArrayEquals(new long[] {5, columns}, array.shape());
    assertArrayEquals(numbers, array.toDoubleMatrix());
    array.muli(2);
    matrix.set(4, 0, 9);
    assertEquals(9, array.getDouble(4, 0));
    assertEquals(2 * numbers[3][columns - 1], matrix.get(3, columns - 1));
    // And back, with its zeros beyond the last column.
    try (Matrix again = Nd4jMatrix.view(array)) {
      assertArrayEquals(matrix.toArray(), again.toArray());
      again.set(0, 0, 11);
      assertEquals(11, matrix.get(0, 0));
    }
    matrix.close();
    assertEquals(11, array.getDouble(0, 0));
  }

  @Test
  void closingSuchAnArrayFreesNothingOfTheMatrix() {
    try (Matrix matrix = Matrix.allocate(4, 8)) {
      INDArray array = Nd4jMatrix.array(matrix);
      if (array.closeable()) {
        array.close();
      }
      matrix.set(3, 7, 2);
      assertEquals(2, matrix.get(3, 7));
    }
  }

  @Test
  void aMatrixInPiecesIsCopied() {
    ByteBuffer first = ByteBuffer.allocateDirect(2 * 64 + 64).alignedSlice(64).slice(0, 2 * 64);
    ByteBuffer second = ByteBuffer.allocateDirect(64 + 64).alignedSlice(64).slice(0, 64);
    try (Matrix matrix = Matrix.wrap(3, 5, first, second)) {
      matrix.set(2, 4, 3);
      INDArray array = Nd4jMatrix.array(matrix);
      assertEquals(3, array.getDouble(2, 4));
      matrix.set(2, 4, 4);
      assertEquals(3, array.getDouble(2, 4));
      assertMessage(
          "matrix of 3 x 5 as an array without a copy: it is in 2 pieces",
          () -> Nd4jMatrix.view(matrix));
    }
  }

  @Test
  void oneRowNeedsNoStrideAndOneColumnNoOrder() {
    INDArray array = Nd4j.create(Layouts.numbers(6, 8, 6));
    assertTrue(Nd4jMatrix.whyCopied(array.getRow(2, true)).isEmpty());
    assertTrue(Nd4jMatrix.whyCopied(Nd4j.create(DataType.DOUBLE, 1, 8).dup('f')).isEmpty());
    try (Matrix row = Nd4jMatrix.of(array.getRow(2, true));
        Matrix column = Nd4jMatrix.of(array.getColumn(3, true));
        Matrix two = Nd4jMatrix.of(Nd4jMatrix.allocate(5, 1).assign(2))) {
      assertEquals(array.getDouble(2, 5), row.get(0, 5));
      assertEquals(array.getDouble(4, 3), column.get(4, 0));
      assertArrayEquals(new double[] {2, 2, 2, 2, 2}, two.toArray());
    }
  }

  static List<Layouts.Layout> tallLayouts() {
    return Layouts.of(TALL, 12);
  }

  /** Two blocks and a row of its own: ND4J loses that where an array has gaps. */
  private static final int TALL = 2 * (Nd4jMatrix.BLOCK / 12) + 1;

  @ParameterizedTest
  @MethodSource("tallLayouts")
  void manyBlocksAreCopiedAsOne(Layouts.Layout layout) {
    double[][] numbers = Layouts.numbers(TALL, 12, 7);
    INDArray array = layout.make().apply(numbers);
    double[] flat = Arrays.stream(numbers).flatMapToDouble(Arrays::stream).toArray();
    INDArray back = layout.make().apply(new double[TALL][12]);
    try (Matrix copy = Nd4jMatrix.copyOf(array)) {
      assertArrayEquals(flat, copy.toArray());
      Nd4jMatrix.write(copy, back);
    }
    for (int row = 0; row < TALL; row += row < TALL - 100 ? 97 : 1) {
      for (int column = 0; column < 12; column++) {
        assertEquals(numbers[row][column], back.getDouble(row, column));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 8})
  void anArrayOfAMatrixHasNoGapsAndIsCopiedIfThatHas(int columns) {
    double[][] numbers = Layouts.numbers(6, columns, 8);
    INDArray array;
    try (Matrix matrix = Matrix.copyOf(numbers)) {
      array = Nd4jMatrix.array(matrix);
      matrix.set(0, 0, 7);
      assertEquals(columns == 8, array.getDouble(0, 0) == 7);
      matrix.set(0, 0, numbers[0][0]);
    }
    assertArrayEquals(numbers, array.toDoubleMatrix());
    assertArrayEquals(new long[] {columns, 1}, array.stride());
    INDArray last = array.get(NDArrayIndex.interval(5, 6), NDArrayIndex.all());
    assertArrayEquals(new double[][] {numbers[5]}, last.toDoubleMatrix());
  }

  @Test
  void arraysWithGapsAreComputedWithAsTheDocumentationSays() {
    INDArray array = Nd4jMatrix.allocate(6, 5);
    array.getRow(5).assign(Nd4j.create(new double[] {1, 2, 3, 4, 5}));
    array.putScalar(4, 4, 6);
    array.addi(1);
    array.muliRowVector(Nd4j.create(new double[] {1, 1, 1, 1, 2}));
    try (Matrix matrix = Nd4jMatrix.view(array)) {
      double[] row = new double[5];
      matrix.getRow(5, row);
      assertArrayEquals(new double[] {2, 3, 4, 5, 12}, row);
      matrix.getRow(4, row);
      assertArrayEquals(new double[] {1, 1, 1, 1, 14}, row);
      assertArrayEquals(new double[] {7, 8, 9, 10, 34}, array.sum(0).toDoubleVector());
      assertArrayEquals(new double[] {2, 3, 4, 5, 12}, array.getRow(5).toDoubleVector());
    }
    // If this fails, ND4J has been mended, and the warnings about gaps can go.
    assertTrue(array.get(NDArrayIndex.point(5), NDArrayIndex.all()).isEmpty());
  }

  @Test
  void arraysWithoutRowsAreMatricesWithoutRows() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      INDArray array = Nd4j.create(type, 0, 5);
      try (Matrix matrix = Nd4jMatrix.of(array);
          Matrix view = Nd4jMatrix.view(array);
          Matrix copy = Nd4jMatrix.copyOf(array)) {
        for (Matrix each : List.of(matrix, view, copy)) {
          assertEquals(0, each.rows());
          assertEquals(5, each.columns());
          assertArrayEquals(new long[] {0, 5}, Nd4jMatrix.array(each).shape());
        }
      }
    }
    assertArrayEquals(new long[] {0, 5}, Nd4jMatrix.allocate(0, 5).shape());
  }

  @Test
  void arraysOfWorkspacesAreCopiedAndNoneIsMadeThere() {
    INDArray allocated;
    INDArray seen;
    try (MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace("Nd4jMatrixTest")) {
      assertNotNull(workspace);
      INDArray attached = Nd4j.ones(DataType.DOUBLE, 4, 8);
      assertEquals(
          Optional.of("it lies in a workspace, whose memory is used again"),
          Nd4jMatrix.whyCopied(attached));
      try (Matrix matrix = Nd4jMatrix.of(attached)) {
        assertEquals(1, matrix.get(3, 7));
      }
      allocated = Nd4jMatrix.allocate(4, 5);
      try (Matrix matrix = Matrix.allocate(2, 2)) {
        seen = Nd4jMatrix.array(matrix);
      }
    }
    assertFalse(allocated.isAttached());
    assertFalse(seen.isAttached());
    assertTrue(Nd4jMatrix.whyCopied(allocated).isEmpty());
  }

  @Test
  void otherRanksTypesAndSizesAreRefused() {
    assertMessage(
        "array of [3] has rank 1: needs [rows, columns]",
        () -> Nd4jMatrix.of(Nd4j.create(new double[] {1, 2, 3})));
    assertMessage(
        "array of [2, 3, 8] has rank 3: needs [rows, columns]",
        () -> Nd4jMatrix.view(Nd4j.create(DataType.DOUBLE, 2, 3, 8)));
    assertMessage(
        "array of [] has rank 0: needs [rows, columns]", () -> Nd4jMatrix.of(Nd4j.scalar(1.0)));
    assertMessage(
        "array of [2, 8] is of INT: needs DOUBLE, FLOAT, HALF or BFLOAT16",
        () -> Nd4jMatrix.copyOf(Nd4j.create(DataType.INT32, 2, 8)));
    assertMessage(
        "array of [3, 0]: needs 1 to 2147483647 columns",
        () -> Nd4jMatrix.of(Nd4j.create(DataType.DOUBLE, 3, 0)));
    assertMessage(
        "array of [-1, 2]: needs at least 0 rows and 1 column", () -> Nd4jMatrix.allocate(-1, 2));
    INDArray closed = Nd4j.create(DataType.DOUBLE, 2, 8);
    closed.close();
    assertThrows(IllegalStateException.class, () -> Nd4jMatrix.of(closed));
    Matrix matrix = Matrix.allocate(2, 2);
    matrix.close();
    assertThrows(IllegalStateException.class, () -> Nd4jMatrix.array(matrix));
    assertThrows(IllegalStateException.class, () -> Nd4jMatrix.view(matrix));
  }

  private static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
  }

  @Test
  void aViewKeepsItsArrayAndSoDoRowsOfIt() throws InterruptedException {
    INDArray array = Nd4j.ones(DataType.DOUBLE, 2_000, 800);
    WeakReference<INDArray> watched = new WeakReference<>(array);
    Matrix view = Nd4jMatrix.view(array);
    array = null;
    assertFalse(isCollected(watched));
    assertEquals(1, view.get(1_999, 799));
    DoubleBuffer row = view.row(1_000);
    view.close();
    view = null;
    assertFalse(isCollected(watched));
    assertEquals(1, row.get(799));
    row = null;
    assertTrue(isCollected(watched));
    assertNull(view);
    assertNull(row);
  }

  @Test
  void anArrayKeepsTheMemoryOfItsMatrix() throws InterruptedException {
    ByteBuffer memory = ByteBuffer.allocateDirect(1_000 * 64);
    WeakReference<ByteBuffer> watched = new WeakReference<>(memory);
    Matrix matrix = Matrix.wrap(1_000, 5, memory);
    memory = null;
    matrix.set(999, 4, 3);
    INDArray array = Nd4jMatrix.view(matrix).getRow(999, true);
    matrix.close();
    matrix = null;
    assertFalse(isCollected(watched));
    assertEquals(3, array.getDouble(0, 4));
    Matrix again = Nd4jMatrix.view(array);
    array = null;
    assertFalse(isCollected(watched));
    assertEquals(3, again.get(0, 4));
    again = null;
    assertTrue(isCollected(watched));
    assertNull(memory);
    assertNull(matrix);
    assertNull(array);
    assertNull(again);
  }

  /** Three collections find what is unreachable; what is not stays, however many there are. */
  private static boolean isCollected(WeakReference<?> watched) throws InterruptedException {
    for (int k = 0; k < 3 && watched.get() != null; k++) {
      System.gc();
      Thread.sleep(20);
    }
    return watched.get() == null;
  }
}
