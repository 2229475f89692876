package io.parabola.internal.libparabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.parabola.Matrix;
import io.parabola.internal.Internals;
import io.parabola.internal.Observations;
import io.parabola.internal.blas.Block;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The pass through observations, by Java and by every instruction set: the same bits. */
class NativeCentringTest {
  /** Null is Java. */
  private static final List<NativeCentring> WAYS = new ArrayList<>();

  @BeforeContainer
  static void findWays() {
    NativeLibrary.load();
    WAYS.add(null);
    for (String name : new String[] {"portable", "avx2", "avx512"}) {
      long kernels = NativeSolver.kernels(name);
      if (kernels != 0) {
        WAYS.add(new NativeCentring(kernels));
      }
    }
  }

  @AfterProperty
  void lendTheBest() {
    Observations.takeFrom(new NativeCentring(InstructionSet.best().kernels()));
  }

  @Property(tries = 300, seed = "20261130")
  void allWaysGiveTheSameBits(
      @ForAll @IntRange(min = 1, max = 70) int n,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 0, max = 9) int first,
      @ForAll @IntRange(min = 1, max = 50) int rowsPerSlab,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] returns = new double[(first + rows) * n];
    for (int i = 0; i < returns.length; i++) {
      returns[i] = Math.scalb(random.nextDouble() - 0.5, random.nextInt(60) - 30);
    }
    double[] shift = random.doubles(n, -1, 1).toArray();
    double[] expected = centredByHand(returns, first, rows, n, shift);
    Matrix matrix = inSlabs(returns, first + rows, n, rowsPerSlab);
    for (NativeCentring way : WAYS) {
      Observations.takeFrom(way);
      check(expected, Observations.of(returns, n), first, rows, n, shift);
      check(expected, Observations.of(matrix, 0), first, rows, n, shift);
      check(expected, Observations.of(matrix, first), 0, rows, n, shift);
    }
  }

  /** More than the library is given at a time. */
  @Property(tries = 3, seed = "20261130")
  void longRowsAndManyOfThem(@ForAll @IntRange(min = 1, max = 100) int more, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int n : new int[] {90_000, 300_000, 5000 + more}) {
      int rows = 1_500_000 / n + 3;
      double[] returns = random.doubles((long) rows * n, -1, 1).toArray();
      double[] shift = random.doubles(n, -1, 1).toArray();
      double[] expected = centredByHand(returns, 0, rows, n, shift);
      for (NativeCentring way : WAYS) {
        Observations.takeFrom(way);
        check(expected, Observations.of(returns, n), 0, rows, n, shift);
      }
    }
  }

  @Property(tries = 100, seed = "20261130")
  void theTargetMayBeWhereTheyAre(
      @ForAll @IntRange(min = 1, max = 70) int n,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] returns = random.doubles((long) rows * n, -1, 1).toArray();
    double[] shift = random.doubles(n, -1, 1).toArray();
    double[] expected = centredByHand(returns, 0, rows, n, shift);
    for (NativeCentring way : WAYS) {
      Observations.takeFrom(way);
      Matrix matrix = inSlabs(returns, rows, n, rows);
      DoubleBuffer buffer =
          Internals.get().slab(matrix, 0).order(ByteOrder.nativeOrder()).asDoubleBuffer();
      Block block = new Block(buffer, 0, matrix.stride());
      double[] sums = new double[n];
      Observations.of(matrix, 0)
          .centre(0, rows, shift, block, sums, new double[Observations.GROUP * n]);
      assertArrayEquals(expected, together(block, rows, n, sums));
    }
  }

  private static Matrix inSlabs(double[] values, int rows, int n, int rowsPerSlab) {
    int stride = Matrix.strideOf(n);
    ByteBuffer[] slabs = new ByteBuffer[(rows + rowsPerSlab - 1) / rowsPerSlab];
    for (int s = 0; s < slabs.length; s++) {
      int here = Math.min(rowsPerSlab, rows - s * rowsPerSlab);
      slabs[s] =
          ByteBuffer.allocateDirect(here * stride * Double.BYTES).order(ByteOrder.nativeOrder());
      for (int t = 0; t < here; t++) {
        slabs[s].asDoubleBuffer().put(t * stride, values, (s * rowsPerSlab + t) * n, n);
      }
    }
    return Matrix.wrap(rows, n, slabs);
  }

  /** [rows + 1, n]: the differences, and their sums in the order that is promised. */
  private static double[] centredByHand(
      double[] returns, int first, int rows, int n, double[] shift) {
    double[] all = new double[(rows + 1) * n];
    for (int j = 0; j < n; j++) {
      for (int t = 0; t < rows; t++) {
        all[t * n + j] = returns[(first + t) * n + j] - shift[j];
      }
      double sum = 0;
      int t = 0;
      for (; t + 4 <= rows; t += 4) {
        sum +=
            (all[t * n + j] + all[(t + 1) * n + j]) + (all[(t + 2) * n + j] + all[(t + 3) * n + j]);
      }
      for (; t < rows; t++) {
        sum += all[t * n + j];
      }
      all[rows * n + j] = sum;
    }
    return all;
  }

  private static void check(
      double[] expected, Observations from, int first, int rows, int n, double[] shift) {
    int stride = n + 3;
    DoubleBuffer buffer =
        ByteBuffer.allocateDirect((5 + rows * stride) * Double.BYTES)
            .order(ByteOrder.nativeOrder())
            .asDoubleBuffer();
    Block target = new Block(buffer, 5, stride);
    double[] sums = new double[n];
    double[] spare = new double[Observations.GROUP * n];
    from.centre(first, rows, shift, target, sums, spare);
    assertArrayEquals(expected, together(target, rows, n, sums));
    for (int t = 0; t < rows; t++) {
      assertArrayEquals(new double[] {0, 0, 0}, rest(buffer, 5 + t * stride + n));
    }
    // Without a target, the sums alone.
    from.centre(first, rows, shift, null, sums, spare);
    assertArrayEquals(expected, together(target, rows, n, sums));
  }

  private static double[] rest(DoubleBuffer buffer, int at) {
    return new double[] {buffer.get(at), buffer.get(at + 1), buffer.get(at + 2)};
  }

  private static double[] together(Block block, int rows, int n, double[] sums) {
    double[] all = new double[(rows + 1) * n];
    for (int t = 0; t < rows; t++) {
      block.buffer().get(block.start() + t * block.stride(), all, t * n, n);
    }
    System.arraycopy(sums, 0, all, rows * n, n);
    return all;
  }
}
