package io.parabola.internal;

import io.parabola.Matrix;
import io.parabola.internal.blas.Blas;
import java.util.SplittableRandom;

/**
 * The negative eigenvalue of a symmetric matrix A that lies furthest down, and its eigenvector.
 *
 * <p>A + σI has a Cholesky factor just when σ > −λ. So the smallest such σ is closed in on by
 * factorising; then inverse iteration on the last factor converges fast, as A + σI is almost
 * singular. That needs nothing but Cholesky and works where the eigenvalue is a millionth of the
 * largest.
 *
 * @param value λ
 * @param vector [n], of length 1
 */
record SmallestEigenvalue(double value, double[] vector) {
  private static final double STEP = 10;
  private static final int BISECTIONS = 5;
  private static final int ITERATIONS = 200;
  private static final double CONVERGED = 1e-13;

  /**
   * Finds it.
   *
   * @param a A [n, n], of which the upper triangle is read
   * @param blas what multiplies
   * @return the eigenvalue, or null if to rounding none is negative
   */
  static SmallestEigenvalue find(Matrix a, Blas blas) {
    int n = a.columns();
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, Math.abs(a.get(i, i)));
    }
    double shift = n * 1e-15 * largest;
    UpperTriangle original = new UpperTriangle(a);
    try (Matrix work = Matrix.allocate(n, n)) {
      UpperTriangle factor = new UpperTriangle(work);
      if (largest == 0 || factorize(original, n, shift, factor, blas)) {
        return null;
      }
      do {
        shift *= STEP;
      } while (!factorize(original, n, shift, factor, blas));
      double below = shift / STEP;
      for (int i = 0; i < BISECTIONS; i++) {
        double middle = Math.sqrt(below * shift);
        if (factorize(original, n, middle, factor, blas)) {
          shift = middle;
        } else {
          below = middle;
        }
      }
      factorize(original, n, shift, factor, blas);
      return iterate(original, n, factor);
    }
  }

  private static boolean factorize(
      UpperTriangle original, int n, double shift, UpperTriangle factor, Blas blas) {
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      original.getRow(i, row);
      row[i] += shift;
      factor.setRow(i, row);
    }
    return factor.cholesky(blas);
  }

  private static SmallestEigenvalue iterate(UpperTriangle original, int n, UpperTriangle factor) {
    double[] x = new double[n];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < n; i++) {
      x[i] = random.nextDouble() - 0.5;
    }
    normalize(x);
    double value = Double.NaN;
    for (int i = 0; i < ITERATIONS; i++) {
      solve(factor, x);
      normalize(x);
      double before = value;
      value = rayleighQuotient(original, x);
      if (Math.abs(value - before) <= CONVERGED * Math.abs(value)) {
        break;
      }
    }
    return new SmallestEigenvalue(value, x);
  }

  /** x ← (UᵀU)⁻¹x, by rows of U both ways. */
  private static void solve(UpperTriangle factor, double[] x) {
    int n = x.length;
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      factor.getRow(i, row);
      x[i] /= row[i];
      for (int j = i + 1; j < n; j++) {
        x[j] -= row[j] * x[i];
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      factor.getRow(i, row);
      double sum = x[i];
      for (int j = i + 1; j < n; j++) {
        sum -= row[j] * x[j];
      }
      x[i] = sum / row[i];
    }
  }

  /** xᵀAx for x of length 1. */
  private static double rayleighQuotient(UpperTriangle a, double[] x) {
    double sum = 0;
    double[] row = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      a.getRow(i, row);
      double rest = 0;
      for (int j = i + 1; j < x.length; j++) {
        rest += row[j] * x[j];
      }
      sum += x[i] * (row[i] * x[i] + 2 * rest);
    }
    return sum;
  }

  private static void normalize(double[] x) {
    double largest = 0;
    for (double element : x) {
      if (Math.abs(element) > Math.abs(largest)) {
        largest = element;
      }
    }
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] /= largest;
      squares += x[i] * x[i];
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < x.length; i++) {
      x[i] /= norm;
    }
  }
}
