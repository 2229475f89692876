package io.parabola;

import io.parabola.internal.FactorData;
import io.parabola.internal.PositiveSemidefinite;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The covariance Σ of n assets' simple returns per period, checked once: finite, symmetric and
 * positive semidefinite, each to rounding. It may be singular, and even zero.
 *
 * <p>It is either a matrix of n x n numbers, or made {@link #ofFactors of factors} or {@link
 * #ofReturns of returns} and then never formed: memory and time go with n·k instead of n².
 *
 * <p>Immutable; may be used from many threads at once.
 */
public final class Covariance {
  private static final int TILE = 64;

  /** Largest difference of Σij and Σji, over √(Σii Σjj), that still passes for rounding. */
  private static final double SYMMETRY = 1e-12;

  /** One of these two is null. */
  private final Matrix matrix;

  private final FactorData factors;
  private final List<String> assets;

  private Covariance(Matrix matrix, List<String> assets) {
    this.matrix = matrix;
    this.factors = null;
    this.assets = assets;
  }

  private Covariance(FactorData factors, List<String> assets) {
    this.matrix = null;
    this.factors = factors;
    this.assets = assets;
  }

  /**
   * Copies and checks a covariance whose assets have no names of their own.
   *
   * @param rows [n][n]; not modified
   * @return the covariance, of "asset 0", "asset 1", …
   * @throws InvalidInputException if it is not square, finite, symmetric and positive semidefinite
   */
  public static Covariance of(double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != rows.length) {
        throw new InvalidInputException(
            "covariance of "
                + rows.length
                + " rows is not square: row "
                + i
                + " has "
                + rows[i].length
                + " columns");
      }
    }
    return owned(numbered(rows.length), Matrix.copyOf(rows));
  }

  /**
   * Copies and checks a covariance whose assets have no names of their own.
   *
   * @param rowMajor [n, n]; not modified
   * @param n the number of assets, at least 1
   * @return the covariance, of "asset 0", "asset 1", …
   * @throws InvalidInputException if it is not square, finite, symmetric and positive semidefinite
   */
  public static Covariance of(double[] rowMajor, int n) {
    return of(numbered(n), rowMajor);
  }

  /**
   * Checks a covariance in place; nothing is copied.
   *
   * @param matrix [n, n]; not modified, and not to be changed or closed as long as the covariance
   *     is in use
   * @return the covariance, of "asset 0", "asset 1", …
   * @throws InvalidInputException if it is not square, finite, symmetric and positive semidefinite
   */
  public static Covariance of(Matrix matrix) {
    return of(numbered(matrix.columns()), matrix);
  }

  /**
   * Copies and checks a covariance.
   *
   * @param assets the n names, no two the same; copied
   * @param rowMajor [n, n]; not modified
   * @return the covariance
   * @throws InvalidInputException if it is not square, finite, symmetric and positive semidefinite,
   *     or two assets have one name
   */
  public static Covariance of(List<String> assets, double[] rowMajor) {
    int n = assets.size();
    if (rowMajor.length != (long) n * n) {
      throw new InvalidInputException(
          "covariance has "
              + rowMajor.length
              + " numbers, but "
              + n
              + " assets need "
              + n
              + " x "
              + n);
    }
    return owned(assets, Matrix.copyOf(rowMajor, n, n));
  }

  /**
   * Checks a covariance in place; nothing is copied.
   *
   * @param assets the n names, no two the same; copied
   * @param matrix [n, n]; not modified, and not to be changed or closed as long as the covariance
   *     is in use
   * @return the covariance
   * @throws InvalidInputException if it is not square, finite, symmetric and positive semidefinite,
   *     or two assets have one name
   */
  public static Covariance of(List<String> assets, Matrix matrix) {
    if (matrix.rows() != assets.size() || matrix.columns() != assets.size()) {
      throw new InvalidInputException(
          "covariance is a matrix of "
              + matrix.rows()
              + " x "
              + matrix.columns()
              + ", but "
              + assets.size()
              + " assets need "
              + assets.size()
              + " x "
              + assets.size());
    }
    List<String> names = checked(assets);
    matrix.acquire();
    try {
      checkEntries(matrix, names);
      PositiveSemidefinite.check(matrix, names);
    } finally {
      matrix.release();
    }
    return new Covariance(matrix, names);
  }

  /**
   * The covariance F Ω F' + diag(d) of a factor model, never formed.
   *
   * @param exposures F [n, k], row-major: row i holds asset i's exposures; not modified
   * @param factorCovariance Ω [k, k], row-major; not modified
   * @param specificVariance d [n], at least 0; not modified
   * @return the covariance, of "asset 0", "asset 1", …
   * @throws InvalidInputException if a number is not finite, a length does not fit, Ω is not
   *     symmetric and positive semidefinite or a specific variance is negative
   */
  public static Covariance ofFactors(
      double[] exposures, double[] factorCovariance, double[] specificVariance) {
    return ofFactors(
        numbered(specificVariance.length), exposures, factorCovariance, specificVariance);
  }

  /**
   * The covariance F Ω F' + diag(d) of a factor model, never formed.
   *
   * @param assets the n names, no two the same; copied
   * @param exposures F [n, k], row-major: row i holds asset i's exposures; not modified
   * @param factorCovariance Ω [k, k], row-major; not modified
   * @param specificVariance d [n], at least 0; not modified
   * @return the covariance
   * @throws InvalidInputException if a number is not finite, a length does not fit, Ω is not
   *     symmetric and positive semidefinite, a specific variance is negative, or two assets have
   *     one name
   */
  public static Covariance ofFactors(
      List<String> assets,
      double[] exposures,
      double[] factorCovariance,
      double[] specificVariance) {
    List<String> names = checked(assets);
    return new Covariance(
        FactorModels.of(names, exposures, factorCovariance, specificVariance), names);
  }

  /**
   * The sample covariance X'X / (T − 1) of returns about their means, never formed: for fewer
   * observations than assets.
   *
   * @param returns X [T, n] simple returns, one row per period, T at least 2; not modified
   * @return the covariance, of "asset 0", "asset 1", …
   * @throws InvalidInputException if a return is not finite or there are fewer than 2 rows
   */
  public static Covariance ofReturns(Matrix returns) {
    return ofReturns(numbered(returns.columns()), returns);
  }

  /**
   * The sample covariance X'X / (T − 1) of returns about their means, never formed: for fewer
   * observations than assets.
   *
   * @param assets the n names, no two the same; copied
   * @param returns X [T, n] simple returns, one row per period, T at least 2; not modified
   * @return the covariance
   * @throws InvalidInputException if a return is not finite, there are fewer than 2 rows, the
   *     number of columns is not n or two assets have one name
   */
  public static Covariance ofReturns(List<String> assets, Matrix returns) {
    List<String> names = checked(assets);
    return new Covariance(FactorModels.ofReturns(names, returns), names);
  }

  /**
   * The sample covariance X'X / (T − 1) of returns about their means, never formed: for fewer
   * observations than assets.
   *
   * @param returns X [T, n] simple returns, row-major, one row per period; not modified
   * @param observations T, at least 2
   * @param n the number of assets, at least 1
   * @return the covariance, of "asset 0", "asset 1", …
   * @throws InvalidInputException if a return is not finite, there are fewer than 2 rows or the
   *     length is not T·n
   */
  public static Covariance ofReturns(double[] returns, int observations, int n) {
    try (Matrix matrix = Matrix.copyOf(returns, observations, n)) {
      return ofReturns(matrix);
    }
  }

  /**
   * A sum of products of returns: symmetric and positive semidefinite by construction, which need
   * not be checked, and finite unless the squares overflow, which is.
   *
   * @param assets the names, or null for numbers
   */
  static Covariance ofProducts(List<String> assets, Matrix matrix) {
    int n = matrix.columns();
    List<String> names = checked(assets == null ? numbered(n) : assets);
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      matrix.getRow(i, row);
      for (int j = 0; j < n; j++) {
        if (!Double.isFinite(row[j])) {
          throw new InvalidInputException(entry(names, i, j, row[j]) + ": must be finite");
        }
      }
    }
    return new Covariance(matrix.neverClosed(), names);
  }

  /** Takes a copy of its own, whose halves it may therefore make exactly equal. */
  private static Covariance owned(List<String> assets, Matrix copy) {
    boolean valid = false;
    try {
      List<String> names = checked(assets);
      checkEntries(copy, names);
      symmetrize(copy);
      PositiveSemidefinite.check(copy, names);
      valid = true;
      return new Covariance(copy.neverClosed(), names);
    } finally {
      if (!valid) {
        copy.close();
      }
    }
  }

  static List<String> numbered(int n) {
    return new NumberedAssets(n);
  }

  static List<String> checked(List<String> assets) {
    if (assets.isEmpty()) {
      throw new InvalidInputException("covariance of no assets: needs at least 1");
    }
    if (assets instanceof NumberedAssets) {
      return assets;
    }
    Set<String> seen = new HashSet<>();
    for (String asset : assets) {
      if (!seen.add(asset)) {
        throw new InvalidInputException("asset " + asset + " is named twice");
      }
    }
    return List.copyOf(assets);
  }

  static void checkEntries(Matrix matrix, List<String> assets) {
    int n = assets.size();
    double[] row = new double[n];
    double[] deviation = new double[n];
    for (int i = 0; i < n; i++) {
      matrix.getRow(i, row);
      for (int j = 0; j < n; j++) {
        if (!Double.isFinite(row[j])) {
          throw new InvalidInputException(entry(assets, i, j, row[j]) + ": must be finite");
        }
      }
      if (row[i] < 0) {
        throw new InvalidInputException(
            entry(assets, i, i, row[i]) + ": a variance cannot be negative");
      }
      deviation[i] = Math.sqrt(row[i]);
    }
    // By tiles, so that the transposed side too is read from the cache.
    double[][] tile = new double[TILE][n];
    for (int from = 0; from < n; from += TILE) {
      int to = Math.min(n, from + TILE);
      for (int j = from; j < to; j++) {
        matrix.getRow(j, tile[j - from]);
      }
      for (int i = from; i < n; i++) {
        matrix.getRow(i, row);
        for (int j = from; j < Math.min(i, to); j++) {
          double other = tile[j - from][i];
          if (Math.abs(row[j] - other) > SYMMETRY * deviation[i] * deviation[j]) {
            throw new InvalidInputException(
                entry(assets, j, i, other)
                    + " but "
                    + entry(assets, i, j, row[j])
                    + ": not symmetric");
          }
        }
      }
    }
  }

  private static String entry(List<String> assets, int i, int j, double value) {
    return "covariance[" + assets.get(i) + ", " + assets.get(j) + "] = " + value;
  }

  private static void symmetrize(Matrix matrix) {
    double[] row = new double[matrix.columns()];
    for (int i = 0; i < row.length; i++) {
      matrix.getRow(i, row);
      for (int j = 0; j < i; j++) {
        double other = matrix.get(j, i);
        if (row[j] != other) {
          double mean = 0.5 * row[j] + 0.5 * other;
          row[j] = mean;
          matrix.set(j, i, mean);
        }
      }
      matrix.setRow(i, row);
    }
  }

  /**
   * The number of assets.
   *
   * @return n, at least 1
   */
  public int size() {
    return assets.size();
  }

  /**
   * The assets' names.
   *
   * @return n names, immutable
   */
  public List<String> assets() {
    return assets;
  }

  /**
   * One covariance.
   *
   * @param i an asset, 0 to n − 1
   * @param j an asset, 0 to n − 1
   * @return Σij, in squared returns per period
   * @throws IndexOutOfBoundsException if there is no such asset
   */
  public double get(int i, int j) {
    return matrix != null ? matrix.get(i, j) : FactorModels.entry(factors, i, j);
  }

  /**
   * One variance.
   *
   * @param i an asset, 0 to n − 1
   * @return Σii, in squared returns per period
   * @throws IndexOutOfBoundsException if there is no such asset
   */
  public double variance(int i) {
    return get(i, i);
  }

  /**
   * Copies the covariance.
   *
   * @return [n, n], row-major
   */
  public double[] toArray() {
    return matrix != null ? matrix.toArray() : FactorModels.toArray(factors);
  }

  /**
   * Whether it is kept as factors or returns and never formed.
   *
   * @return true if it comes from {@link #ofFactors} or {@link #ofReturns}
   */
  public boolean isFactored() {
    return factors != null;
  }

  /** The memory itself, for the engines; null if it is factored. */
  Matrix matrix() {
    return matrix;
  }

  /** The factors, for the engines; null if it is a matrix. */
  FactorData factors() {
    return factors;
  }
}
