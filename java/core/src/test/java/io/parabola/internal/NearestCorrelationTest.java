package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.EveryBlas;
import io.parabola.internal.blas.JavaBlas;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The nearest matrix of correlations, by its conditions of optimality and by another method. */
class NearestCorrelationTest {
  /** A factor's correlations with noise that makes them impossible. */
  private static double[] impossible(int n, double noise, long seed) {
    Random random = new Random(seed);
    double[] loading = random.doubles(n).toArray();
    double[] given = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        given[i * n + j] = loading[i] * loading[j] + noise * random.nextGaussian();
        given[j * n + i] = given[i * n + j];
      }
      given[i * n + i] = 1;
    }
    return given;
  }

  /**
   * X is nearest if and only if X − G − Diag(y) = Z for some y and Z ⪰ 0 with ZX = 0; the diagonal
   * of ZX = 0 says which y.
   */
  private static void assertNearest(double[] x, double[] given, int n) {
    double[] z = new double[n * n];
    for (int i = 0; i < n; i++) {
      assertEquals(1, x[i * n + i], 1e-10);
      double y = 0;
      for (int j = 0; j < n; j++) {
        z[i * n + j] = x[i * n + j] - given[i * n + j];
        y += z[i * n + j] * x[j * n + i];
      }
      z[i * n + i] -= y / x[i * n + i];
    }
    double largest = norm(given);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double product = 0;
        for (int k = 0; k < n; k++) {
          product += z[i * n + k] * x[k * n + j];
        }
        assertEquals(0, product, 1e-10 * largest);
      }
    }
    assertTrue(smallestEigenvalue(z, n) >= -1e-10 * largest);
    assertTrue(smallestEigenvalue(x, n) >= -1e-12 * largest);
  }

  private static double smallestEigenvalue(double[] matrix, int n) {
    double[] values = new double[n];
    new JavaBlas().eigen(n, matrix.clone(), values);
    return values[0];
  }

  /**
   * Alternating projections with Dykstra's correction: Higham, "Computing the nearest correlation
   * matrix: a problem from finance", IMA J. Numer. Anal. 22 (2002), algorithm 3.3.
   */
  private static double[] byAlternatingProjections(double[] given, int n) {
    double[] y = given.clone();
    double[] correction = new double[n * n];
    double[] x = y;
    double change = 1;
    for (int step = 0; step < 100_000 && change > 1e-12; step++) {
      double[] r = new double[n * n];
      for (int k = 0; k < r.length; k++) {
        r[k] = y[k] - correction[k];
      }
      double[] vectors = r.clone();
      double[] values = new double[n];
      new JavaBlas().eigen(n, vectors, values);
      double[] before = x;
      x = new double[n * n];
      for (int k = 0; k < n; k++) {
        for (int i = 0; i < n && values[k] > 0; i++) {
          for (int j = 0; j < n; j++) {
            x[i * n + j] += values[k] * vectors[k * n + i] * vectors[k * n + j];
          }
        }
      }
      change = 0;
      for (int k = 0; k < r.length; k++) {
        correction[k] = x[k] - r[k];
        y[k] = k % (n + 1) == 0 ? 1 : x[k];
        change = Math.max(change, Math.abs(x[k] - before[k]));
      }
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10, 25, 60, 120})
  void itKeepsTheConditionsOfOptimality(int n) {
    for (double noise : new double[] {0, 0.05, 0.5, 5}) {
      double[] given = impossible(n, noise, n);
      for (Blas blas : EveryBlas.all().toList()) {
        assertNearest(NearestCorrelation.of(given, n, blas), given, n);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 12})
  void alternatingProjectionsGoToTheSame(int n) {
    for (double noise : new double[] {0.3, 1}) {
      double[] given = impossible(n, noise, 100 + n);
      assertArrayEquals(
          byAlternatingProjections(given, n),
          NearestCorrelation.of(given, n, new JavaBlas()),
          1e-8);
    }
  }

  @Test
  void whatIsPossibleStays() {
    double[] possible = {1, 0.5, 0.2, 0.5, 1, 0.3, 0.2, 0.3, 1};
    assertArrayEquals(possible, NearestCorrelation.of(possible, 3, new JavaBlas()), 1e-14);
  }

  /** Correlations that are all far too large, and of the wrong sign: −1 each is −1/(n − 1). */
  @Test
  void farFromAnythingPossibleToo() {
    int n = 10;
    for (double all : new double[] {-1, -1000}) {
      double[] given = new double[n * n];
      for (int k = 0; k < given.length; k++) {
        given[k] = k % (n + 1) == 0 ? 1 : all;
      }
      double[] x = NearestCorrelation.of(given, n, new JavaBlas());
      assertEquals(-1.0 / (n - 1), x[1], 1e-10);
      assertNearest(x, given, n);
    }
  }

  private static double norm(double[] x) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
