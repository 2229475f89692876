package io.parabola.internal;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.BlasSelection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The repairs of {@code CovarianceDoctor}, on matrices [n, n] that are finite. All work on the
 * matrix scaled to a unit diagonal, so that they do not depend on the assets' units.
 */
public final class CovarianceRepairs {
  /** Eigen decompositions that the nearest correlation takes as a rule. */
  private static final int USUAL_DECOMPOSITIONS = 10;

  private CovarianceRepairs() {}

  /**
   * The mean of a matrix and its transpose.
   *
   * @param given [n, n]; not modified
   * @param n the number of assets
   * @return [n, n], exactly symmetric
   */
  public static double[] symmetric(double[] given, int n) {
    double[] mean = given.clone();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double other = given[j * n + i];
        if (given[i * n + j] != other) {
          mean[i * n + j] = 0.5 * given[i * n + j] + 0.5 * other;
          mean[j * n + i] = mean[i * n + j];
        }
      }
    }
    return mean;
  }

  /**
   * Whether a symmetric matrix with a diagonal that is not negative is a covariance.
   *
   * @param matrix [n, n]; not modified
   * @param assets n names
   * @return as {@link PositiveSemidefinite} says
   */
  public static boolean passes(double[] matrix, List<String> assets) {
    int n = assets.size();
    for (int i = 0; i < n; i++) {
      if (!(matrix[i * n + i] >= 0)) {
        return false;
      }
    }
    try (Matrix copy = Matrix.copyOf(matrix, n, n)) {
      return PositiveSemidefinite.passes(copy, assets);
    }
  }

  /**
   * Sets the negative eigenvalues of the scaled matrix to zero.
   *
   * @param given [n, n]; not modified
   * @param assets n names
   * @return a covariance
   */
  public static double[] clip(double[] given, List<String> assets) {
    int n = assets.size();
    double[] matrix = symmetric(given, n);
    double[] scale = scales(matrix, n);
    divide(matrix, scale);
    positivePart(matrix, n, blas(n, 1));
    for (int i = 0; i < n; i++) {
      double own = given[i * n + i] / scale[i] / scale[i];
      if (own <= 0 && matrix[i * n + i] <= n * 1e-14) {
        // What had no variance and gets none but rounding.
        isolate(matrix, n, i);
      }
    }
    return accepted(matrix, scale, assets);
  }

  /**
   * The nearest correlations ({@link NearestCorrelation}).
   *
   * @param given [n, n], no variance negative; not modified
   * @param assets n names
   * @return a covariance of the same variances
   */
  public static double[] nearestCorrelation(double[] given, List<String> assets) {
    int n = assets.size();
    double[] matrix = symmetric(given, n);
    double[] scale = scales(matrix, n);
    correlations(matrix, scale, given);
    // Assets without variance have no correlations that could be near to anything.
    int[] risky = IntStream.range(0, n).filter(i -> given[i * n + i] != 0).toArray();
    if (risky.length > 0) {
      int k = risky.length;
      double[] own = new double[k * k];
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          own[i * k + j] = matrix[risky[i] * n + risky[j]];
        }
      }
      double[] nearest = NearestCorrelation.of(own, k, blas(k, USUAL_DECOMPOSITIONS));
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          double unit = Math.sqrt(nearest[i * k + i] * nearest[j * k + j]);
          matrix[risky[i] * n + risky[j]] = i == j ? 1 : nearest[i * k + j] / unit;
        }
      }
    }
    return variancesKept(accepted(matrix, scale, assets), given, assets);
  }

  /**
   * Multiplies all correlations by the largest factor that makes them possible: the smallest
   * eigenvalue λ of the correlations becomes (1 − α)λ + α = 0.
   *
   * @param given [n, n], no variance negative; not modified
   * @param assets n names
   * @return a covariance of the same variances
   */
  public static double[] shrink(double[] given, List<String> assets) {
    int n = assets.size();
    double[] matrix = symmetric(given, n);
    double[] scale = scales(matrix, n);
    correlations(matrix, scale, given);
    double[] values = new double[n];
    blas(n, 1).eigen(n, matrix.clone(), values);
    double factor = Math.min(1, 1 / (1 - values[0]));
    for (int k = 0; k < matrix.length; k++) {
      matrix[k] *= k % (n + 1) == 0 ? 1 : factor;
    }
    return variancesKept(accepted(matrix, scale, assets), given, assets);
  }

  private static Blas blas(int n, int times) {
    return BlasSelection.forWork(4 * times * Math.pow(n, 3));
  }

  /**
   * Per asset the deviation; where there is none, the least that its covariances could come with,
   * and 1 for an asset of zeros.
   */
  private static double[] scales(double[] matrix, int n) {
    double[] scale = new double[n];
    for (int i = 0; i < n; i++) {
      scale[i] = Math.sqrt(Math.abs(matrix[i * n + i]));
    }
    double[] needed = scale.clone();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n && matrix[i * n + i] <= 0; j++) {
        double covariance = Math.abs(matrix[i * n + j]);
        needed[i] =
            Math.max(needed[i], scale[j] > 0 ? covariance / scale[j] : Math.sqrt(covariance));
      }
      needed[i] = needed[i] == 0 ? 1 : needed[i];
    }
    return needed;
  }

  /** Divides by the scales on both sides. */
  private static void divide(double[] matrix, double[] scale) {
    int n = scale.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        // In this order on both sides of the diagonal, so that it stays symmetric.
        matrix[i * n + j] = matrix[i * n + j] / scale[Math.min(i, j)] / scale[Math.max(i, j)];
      }
    }
  }

  /** Scales to correlations; an asset without variance has none, and a zero on the diagonal. */
  private static void correlations(double[] matrix, double[] scale, double[] given) {
    int n = scale.length;
    divide(matrix, scale);
    for (int i = 0; i < n; i++) {
      matrix[i * n + i] = 1;
      if (given[i * n + i] == 0) {
        isolate(matrix, n, i);
      }
    }
  }

  private static void isolate(double[] matrix, int n, int asset) {
    for (int j = 0; j < n; j++) {
      matrix[asset * n + j] = 0;
      matrix[j * n + asset] = 0;
    }
  }

  /** A ← A − Σ λ v v' over the negative eigenvalues: the nearest semidefinite matrix. */
  private static void positivePart(double[] a, int n, Blas blas) {
    double[] vectors = a.clone();
    double[] values = new double[n];
    blas.eigen(n, vectors, values);
    boolean[] zero = new boolean[n];
    for (int i = 0; i < n; i++) {
      zero[i] = isZero(a, n, i);
    }
    for (int k = 0; k < n && values[k] < 0; k++) {
      for (int i = 0; i < n; i++) {
        // An asset of zeros has a share in other assets' eigenvectors by rounding only.
        vectors[k * n + i] = zero[i] ? 0 : vectors[k * n + i];
      }
      for (int i = 0; i < n; i++) {
        double factor = -values[k] * vectors[k * n + i];
        if (factor != 0) {
          for (int j = i; j < n; j++) {
            a[i * n + j] += factor * vectors[k * n + j];
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        a[i * n + j] = a[j * n + i];
      }
    }
  }

  private static boolean isZero(double[] matrix, int n, int asset) {
    for (int j = 0; j < n; j++) {
      if (matrix[asset * n + j] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Scales back; correlations come down by as little as makes up for rounding. */
  private static double[] accepted(double[] matrix, double[] scale, List<String> assets) {
    int n = assets.size();
    double less = 0;
    while (less < 1) {
      double[] result = matrix.clone();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          double factor = i == j ? 1 : 1 - less;
          result[i * n + j] *= factor * scale[Math.min(i, j)] * scale[Math.max(i, j)];
        }
      }
      if (passes(result, assets)) {
        return result;
      }
      less = less == 0 ? n * 1e-15 : 4 * less;
    }
    throw new InvalidInputException("its numbers are too large to be repaired");
  }

  /** The variances to the last bit. */
  private static double[] variancesKept(double[] result, double[] given, List<String> assets) {
    int n = assets.size();
    for (int i = 0; i < n; i++) {
      result[i * n + i] = given[i * n + i];
    }
    return result;
  }
}
