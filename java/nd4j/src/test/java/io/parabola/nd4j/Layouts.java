package io.parabola.nd4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.provider.Arguments;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The same numbers as arrays that lie in memory in different ways. */
final class Layouts {
  private Layouts() {}

  /** A way to lie, and why it has to be copied; null if it does not. */
  record Layout(String name, Function<double[][], INDArray> make, String reason) {
    @Override
    public String toString() {
      return name;
    }

    boolean isDouble() {
      return reason == null || !reason.startsWith("its type");
    }
  }

  static double[][] numbers(int rows, int columns, long seed) {
    Random random = new Random(seed);
    double[][] numbers = new double[rows][columns];
    for (double[] row : numbers) {
      for (int i = 0; i < columns; i++) {
        // Exact in a float and in a half, so that every type holds the same.
        row[i] = random.nextInt(512) / 256.0 - 1;
      }
    }
    return numbers;
  }

  private static INDArray plain(double[][] numbers) {
    return Nd4j.create(numbers);
  }

  private static INDArray into(INDArray target, double[][] numbers) {
    return target.assign(plain(numbers));
  }

  /** With {@code columns} a multiple of 8 or not, at least 5 rows. */
  static List<Layout> of(int rows, int columns) {
    int stride = (columns + 7) / 8 * 8;
    String padding =
        "its rows of " + columns + " numbers are not known to be padded with zeros to " + stride;
    String unpadded = stride == columns ? null : padding;
    List<Layout> all = new ArrayList<>();
    all.add(new Layout("c", Layouts::plain, unpadded));
    all.add(new Layout("f", x -> plain(x).dup('f'), "its columns are " + rows + " numbers apart"));
    all.add(
        new Layout(
            "transposed",
            x -> plain(x).transpose().dup('c').transpose(),
            "its columns are " + rows + " numbers apart"));
    all.add(
        new Layout(
            "transposed f, which is c", x -> plain(x).transpose().dup('f').transpose(), unpadded));
    all.add(
        new Layout(
            "some rows of a larger one",
            x ->
                into(
                    Nd4j.ones(DataType.DOUBLE, rows + 5, columns)
                        .get(NDArrayIndex.interval(3, 3 + rows), NDArrayIndex.all()),
                    x),
            unpadded));
    all.add(
        new Layout(
            "some columns of a larger one",
            x ->
                into(
                    Nd4j.ones(DataType.DOUBLE, rows, columns + 3)
                        .get(NDArrayIndex.all(), NDArrayIndex.interval(2, 2 + columns)),
                    x),
            stride == columns
                ? "its rows are " + (columns + 3) + " numbers apart, which have to be " + stride
                : padding));
    all.add(
        new Layout(
            "every second row",
            x ->
                into(
                    Nd4j.ones(DataType.DOUBLE, 2 * rows, columns)
                        .get(NDArrayIndex.interval(0, 2, 2 * rows), NDArrayIndex.all()),
                    x),
            stride == columns
                ? "its rows are " + 2 * columns + " numbers apart, which have to be " + stride
                : padding));
    all.add(
        new Layout(
            "every second column",
            x ->
                into(
                    Nd4j.ones(DataType.DOUBLE, rows, 2 * columns)
                        .get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2, 2 * columns)),
                    x),
            "its columns are 2 numbers apart"));
    all.add(
        new Layout(
            "slice of rank 3",
            x -> into(Nd4j.ones(DataType.DOUBLE, 3, rows, columns).slice(1), x),
            unpadded));
    all.add(
        new Layout("float", x -> plain(x).castTo(DataType.FLOAT), "its type is FLOAT, not DOUBLE"));
    all.add(
        new Layout(
            "half, order f",
            x -> plain(x).castTo(DataType.FLOAT16).dup('f'),
            "its type is HALF, not DOUBLE"));
    all.add(new Layout("allocated", x -> into(Nd4jMatrix.allocate(rows, columns), x), null));
    all.add(
        new Layout(
            "some rows of an allocated one",
            x ->
                into(
                    Nd4jMatrix.allocate(rows + 4, columns)
                        .get(NDArrayIndex.interval(3, 3 + rows), NDArrayIndex.all()),
                    x),
            null));
    all.add(
        new Layout(
            "some columns of an allocated one",
            x ->
                into(
                    Nd4jMatrix.allocate(rows, columns + 1)
                        .get(NDArrayIndex.all(), NDArrayIndex.interval(1, 1 + columns)),
                    x),
            stride == columns
                ? "its rows are " + (stride + 8) + " numbers apart, which have to be " + stride
                : padding));
    return all;
  }

  /** Layouts of a narrow, a wide and a padded shape. */
  static List<Arguments> every() {
    List<Arguments> all = new ArrayList<>();
    for (int columns : new int[] {8, 12, 40}) {
      for (Layout layout : of(30, columns)) {
        all.add(Arguments.of(layout, columns));
      }
    }
    return all;
  }
}
