package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.internal.UpperTriangle;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.EveryBlas;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UpperTriangleTest {
  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void choleskyFactorsMultiplyBackToTheMatrix(Blas blas) {
    for (int n : new int[] {1, 2, 127, 128, 129, 300}) {
      checkCholesky(blas, n, Long.MAX_VALUE);
    }
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void choleskyOfAMatrixOfSeveralSlabs(Blas blas) {
    // Seven rows of 64 numbers to a slab.
    checkCholesky(blas, 60, 7 * 64 * 8);
    checkCholesky(blas, 60, 1);
  }

  private static void checkCholesky(Blas blas, int n, long slabBytes) {
    double[] a = new double[n * n];
    SplittableRandom random = new SplittableRandom(n);
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        a[i * n + j] = random.nextDouble() - 0.5;
        a[j * n + i] = a[i * n + j];
      }
      a[i * n + i] = n;
    }
    Matrix matrix = filled(a, n, slabBytes);
    assertTrue(new UpperTriangle(matrix).cholesky(blas));
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        double sum = 0;
        for (int p = 0; p <= i; p++) {
          sum += matrix.get(p, i) * matrix.get(p, j);
        }
        assertEquals(a[i * n + j], sum, 1e-13 * n, i + ", " + j + " of " + n);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void choleskyRefusesAMatrixThatIsNotPositiveDefinite(Blas blas) {
    int n = 150;
    for (int bad : new int[] {0, 1, 127, 128, 149}) {
      double[] a = new double[n * n];
      for (int i = 0; i < n; i++) {
        a[i * n + i] = i == bad ? -1e-9 : 1;
      }
      assertFalse(new UpperTriangle(filled(a, n, Long.MAX_VALUE)).cholesky(blas), "at " + bad);
    }
  }

  @Property(tries = 40, seed = "20261122")
  void mirrorMakesTheHalvesEqual(@ForAll @IntRange(min = 1, max = 140) int n) {
    double[] a = new double[n * n];
    double[] expected = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i * n + j] = i * n + j;
        expected[i * n + j] = Math.min(i, j) * n + Math.max(i, j);
      }
    }
    for (long slabBytes : new long[] {Long.MAX_VALUE, 5000}) {
      Matrix matrix = filled(a, n, slabBytes);
      new UpperTriangle(matrix).mirror();
      assertArrayEquals(expected, matrix.toArray());
    }
  }

  @Property(tries = 40, seed = "20261122")
  void updatesReachOnlyWhatStandsBelowAndRight(
      @ForAll @IntRange(min = 1, max = 40) int n, @ForAll @IntRange(max = 5) int k) {
    int from = n / 3;
    double[] p = new double[Math.max(k, 1) * n];
    for (int i = 0; i < p.length; i++) {
      p[i] = (i * 7 % 11) - 5;
    }
    double[] expected = new double[n * n];
    for (int i = from; i < n; i++) {
      for (int j = i; j < n; j++) {
        for (int r = 0; r < k; r++) {
          expected[i * n + j] -= 2 * p[r * n + i] * p[r * n + j];
        }
      }
    }
    Matrix rows = Matrix.copyOf(p, Math.max(k, 1), n).neverClosed();
    EveryBlas.all()
        .forEach(
            blas -> {
              // Three rows to a slab.
              try (Matrix matrix = Matrix.allocate(n, n, 3L * 8 * ((n + 7) / 8 * 8))) {
                new UpperTriangle(matrix)
                    .add(blas, from, k, -2, SampleCovariance.block(rows).at(0, from));
                assertArrayEquals(expected, matrix.toArray());
              }
            });
  }

  private static Matrix filled(double[] a, int n, long slabBytes) {
    Matrix matrix = Matrix.allocate(n, n, Math.min(slabBytes, 1L << 30)).neverClosed();
    for (int i = 0; i < n; i++) {
      matrix.setRow(i, Arrays.copyOfRange(a, i * n, (i + 1) * n));
    }
    return matrix;
  }
}
