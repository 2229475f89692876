package io.parabola.models.estimators;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.SampleCovariance;
import io.parabola.internal.Internals;
import io.parabola.internal.Shares;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A sample: its returns, their mean and their sample covariance, which may be changed in place. */
final class Sample implements AutoCloseable {
  /** Observations that a thread takes at a time. */
  private static final int TOGETHER = 256;

  /** Rows of S that a thread takes at a time. */
  private static final int ROWS = 32;

  final List<String> assets;
  final Matrix returns;
  final int n;
  final int observations;
  final double[] mean;

  /** S [n, n], divisor T − 1; taken by {@link #trusted}, else closed. */
  private Matrix matrix;

  private Sample(String estimator, List<String> assets, Matrix returns) {
    this.assets = assets;
    this.returns = returns;
    n = returns.columns();
    observations = Math.toIntExact(returns.rows());
    SampleCovariance sample;
    try {
      sample = SampleCovariance.estimate(returns);
    } catch (InvalidInputException e) {
      requireFinite(estimator, assets, returns);
      throw e;
    }
    mean = sample.mean();
    matrix = Internals.get().matrix(sample.covariance(assets));
  }

  /**
   * Estimates.
   *
   * @param least how many observations are needed
   */
  static Sample of(String estimator, List<String> assets, Matrix returns, int least) {
    requireShape(assets, returns);
    if (returns.rows() < least) {
      throw new InvalidInputException(
          estimator
              + ": "
              + returns.rows()
              + (returns.rows() == 1 ? " return" : " returns")
              + " of each asset: needs at least "
              + least);
    }
    return new Sample(estimator, assets, returns);
  }

  static void requireShape(List<String> assets, Matrix returns) {
    if (returns.columns() != assets.size()) {
      throw new InvalidInputException(
          "returns of " + returns.columns() + " assets, but there are " + assets.size() + " names");
    }
  }

  /** Names the first return that is not a finite number. */
  static void requireFinite(String estimator, List<String> assets, Matrix returns) {
    double[] row = new double[assets.size()];
    for (long t = 0; t < returns.rows(); t++) {
      returns.getRow(t, row);
      for (int i = 0; i < row.length; i++) {
        if (!Double.isFinite(row[i])) {
          throw new InvalidInputException(
              estimator
                  + ": return of "
                  + assets.get(i)
                  + " in row "
                  + t
                  + " is "
                  + row[i]
                  + ": needs finite returns");
        }
      }
    }
  }

  /** S, to be changed in place. */
  Matrix matrix() {
    return matrix;
  }

  /** The matrix as a covariance that is positive semidefinite by construction. */
  Covariance trusted() {
    Covariance covariance = Internals.get().trusted(assets, matrix);
    matrix = null;
    return covariance;
  }

  /** Assets whose returns are not all the same: nothing can be told of how the others move. */
  int[] moving() {
    return IntStream.range(0, n).filter(i -> matrix.get(i, i) > 0).toArray();
  }

  /** S of some assets [m, m]. */
  double[] of(int[] chosen) {
    if (chosen.length == n) {
      return matrix.toArray();
    }
    int m = chosen.length;
    double[] some = new double[m * m];
    double[] row = new double[n];
    for (int a = 0; a < m; a++) {
      matrix.getRow(chosen[a], row);
      for (int b = 0; b < m; b++) {
        some[a * m + b] = row[chosen[b]];
      }
    }
    return some;
  }

  /**
   * A matrix of some assets, with zeros for the others, as a covariance that is positive
   * semidefinite by construction.
   *
   * @param some [m, m]; taken, or closed
   */
  Covariance trusted(Matrix some, int[] chosen) {
    if (chosen.length == n) {
      return Internals.get().trusted(assets, some);
    }
    Matrix all = Matrix.allocate(n, n);
    double[] part = new double[chosen.length];
    double[] row = new double[n];
    for (int a = 0; a < chosen.length; a++) {
      some.getRow(a, part);
      for (int b = 0; b < chosen.length; b++) {
        row[chosen[b]] = part[b];
      }
      all.setRow(chosen[a], row);
    }
    some.close();
    return Internals.get().trusted(assets, all);
  }

  /** S as an array [n, n], scaled. */
  double[] scaled(double factor) {
    double[] all = matrix.toArray();
    for (int k = 0; k < all.length; k++) {
      all[k] *= factor;
    }
    return all;
  }

  /** Variances, divisor T − 1. */
  double[] variances() {
    double[] variances = new double[n];
    for (int i = 0; i < n; i++) {
      variances[i] = matrix.get(i, i);
    }
    return variances;
  }

  /** What a thread does with the centred returns of each time; sums are merged in the end. */
  interface Pass<S> {
    S start();

    void add(S sums, double[] centred);

    void merge(S all, S part);
  }

  /**
   * Goes through all centred returns, on all processors; sums are the same for any number of these.
   */
  <S> S pass(Pass<S> pass) {
    int parts = (observations + TOGETHER - 1) / TOGETHER;
    Object[] sums = new Object[parts];
    Consumer<Shares.Turns> work =
        turns -> {
          double[] y = new double[n];
          turns.each(
              part -> {
                S own = pass.start();
                int end = Math.min(observations, (part + 1) * TOGETHER);
                for (int t = part * TOGETHER; t < end; t++) {
                  returns.getRow(t, y);
                  for (int i = 0; i < n; i++) {
                    y[i] -= mean[i];
                  }
                  pass.add(own, y);
                }
                sums[part] = own;
              });
        };
    Shares.over(Runtime.getRuntime().availableProcessors(), parts, work);
    S all = pass.start();
    for (Object part : sums) {
      @SuppressWarnings("unchecked")
      S own = (S) part;
      pass.merge(all, own);
    }
    return all;
  }

  /** What is made of one row of S; it may write to the row, which then becomes S's. */
  @FunctionalInterface
  interface RowSum {
    double of(int i, double[] row);
  }

  /** The sum over S's rows, on all processors; the same for any number of these. */
  double sumRows(RowSum sum, boolean write) {
    double[] sums = new double[n];
    int parts = (n + ROWS - 1) / ROWS;
    Shares.over(
        n < 4 * ROWS ? 1 : Runtime.getRuntime().availableProcessors(),
        parts,
        turns -> {
          double[] row = new double[n];
          turns.each(
              part -> {
                for (int i = part * ROWS; i < Math.min(n, (part + 1) * ROWS); i++) {
                  matrix.getRow(i, row);
                  sums[i] = sum.of(i, row);
                  if (write) {
                    matrix.setRow(i, row);
                  }
                }
              });
        });
    double all = 0;
    for (double one : sums) {
      all += one;
    }
    return all;
  }

  @Override
  public void close() {
    // The matrix is that of a covariance, which nobody closes.
    matrix = null;
  }
}
