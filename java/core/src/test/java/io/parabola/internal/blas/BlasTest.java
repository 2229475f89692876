package io.parabola.internal.blas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation against three nested loops, down to what must stay untouched. */
class BlasTest {
  private static final double TOLERANCE = 1e-12;

  @Property(tries = 60, seed = "20261122")
  void productsAreThoseOfTheDefinition(
      @ForAll @IntRange(max = 40) int m,
      @ForAll @IntRange(max = 40) int n,
      @ForAll @IntRange(max = 20) int k,
      @ForAll long seed) {
    EveryBlas.all().forEach(blas -> check(blas, m, n, k, seed));
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void productsLargerThanOneTile(Blas blas) {
    check(blas, 300, 270, 135, 1);
    check(blas, 257, 513, 129, 2);
  }

  /** A V' = V' Λ by rows, V V' = I, ascending; matrices of repeated and zero eigenvalues too. */
  @Property(tries = 60, seed = "20261122")
  void eigenvectorsAreThoseOfTheDefinition(
      @ForAll @IntRange(min = 1, max = 60) int n, @ForAll long seed) {
    EveryBlas.all().forEach(blas -> checkEigen(blas, n, seed));
  }

  private static void checkEigen(Blas blas, int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rank = random.nextInt(n + 1);
    double unit = Math.pow(10, random.nextInt(-200, 200));
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      a[i * n + i] = random.nextBoolean() ? unit : 0;
    }
    for (int k = 0; k < rank; k++) {
      double[] v = random.doubles(n, -1, 1).toArray();
      double sign = random.nextBoolean() ? unit : -unit;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a[i * n + j] += sign * v[i] * v[j];
        }
      }
    }
    double[] v = a.clone();
    double[] values = new double[n];
    blas.eigen(n, v, values);
    double size = unit * (n + 1);
    for (int k = 0; k < n; k++) {
      assertTrue(k == 0 || values[k - 1] <= values[k]);
      for (int i = 0; i < n; i++) {
        double product = 0;
        double overlap = 0;
        for (int j = 0; j < n; j++) {
          product += a[i * n + j] * v[k * n + j];
          overlap += v[k * n + j] * v[i * n + j];
        }
        assertEquals(values[k] * v[k * n + i], product, TOLERANCE * size);
        assertEquals(i == k ? 1 : 0, overlap, TOLERANCE);
      }
    }
  }

  private static void check(Blas blas, int m, int n, int k, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double alpha = 2 * random.nextDouble() - 1;
    Block a = random(random, k, m);
    Block b = random(random, k, n);
    Block c = random(random, m, n);
    double[] expected = array(c);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        expected[index(c, i, j)] += alpha * dot(a, i, b, j, k);
      }
    }
    blas.gemm(m, n, k, alpha, a, b, c);
    assertArrayEquals(expected, array(c), TOLERANCE, blas.getClass() + " gemm");

    Block s = random(random, m, m);
    expected = array(s);
    for (int i = 0; i < m; i++) {
      for (int j = i; j < m; j++) {
        expected[index(s, i, j)] += alpha * dot(a, i, a, j, k);
      }
    }
    blas.syrk(m, k, alpha, a, s);
    assertArrayEquals(expected, array(s), TOLERANCE, blas.getClass() + " syrk");

    Block u = random(random, m, m);
    for (int i = 0; i < m; i++) {
      // Far enough from singular for the solution to be known to rounding.
      u.buffer().put(index(u, i, i), m + 1.0);
    }
    Block x = random(random, m, n);
    double[] solution = array(x);
    Block right = new Block(copy(x.buffer()), x.start(), x.stride());
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p <= i; p++) {
          sum += u.buffer().get(index(u, p, i)) * solution[index(x, p, j)];
        }
        right.buffer().put(index(x, i, j), sum);
      }
    }
    blas.trsm(m, n, u, right);
    assertArrayEquals(solution, array(right), TOLERANCE, blas.getClass() + " trsm");
  }

  private static double dot(Block a, int i, Block b, int j, int k) {
    double sum = 0;
    for (int p = 0; p < k; p++) {
      sum += a.buffer().get(index(a, p, i)) * b.buffer().get(index(b, p, j));
    }
    return sum;
  }

  /** With some elements before, between and after the rows. */
  private static Block random(SplittableRandom random, int rows, int columns) {
    int start = random.nextInt(4);
    int stride = columns + 1 + random.nextInt(4);
    DoubleBuffer buffer = direct(start + (rows + 1) * stride);
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, random.nextDouble() - 0.5);
    }
    return new Block(buffer, start, stride);
  }

  private static DoubleBuffer copy(DoubleBuffer buffer) {
    return direct(buffer.capacity()).put(0, buffer, 0, buffer.capacity());
  }

  private static DoubleBuffer direct(int length) {
    return ByteBuffer.allocateDirect(length * Double.BYTES)
        .order(ByteOrder.nativeOrder())
        .asDoubleBuffer();
  }

  private static int index(Block block, int row, int column) {
    return block.start() + row * block.stride() + column;
  }

  private static double[] array(Block block) {
    double[] array = new double[block.buffer().capacity()];
    block.buffer().get(0, array);
    return array;
  }
}
