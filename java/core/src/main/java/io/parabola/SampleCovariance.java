package io.parabola;

import io.parabola.internal.EngineSelection;
import io.parabola.internal.Observations;
import io.parabola.internal.UpperTriangle;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.BlasSelection;
import io.parabola.internal.blas.Block;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.List;

/**
 * Mean and sample covariance of T observations of n assets' simple returns, taken in as they come.
 *
 * <pre>
 *   mean = (1/T) Σ r_t        covariance = 1/(T − 1) Σ (r_t − mean)(r_t − mean)ᵀ
 * </pre>
 *
 * <p>The observations are read once, in chunks of some hundred, and never held: the memory is that
 * of the n×n result and of one chunk, both outside the heap. A chunk is centred before it is
 * multiplied and the chunks are joined by the exact formula for the union of two samples, so
 * nothing is lost where the mean is large beside the deviation, or drifts.
 *
 * <p>The result is exactly symmetric, and exactly zero for an asset whose return never changes. It
 * is the same to the last bit for any division of the observations into calls, as long as no result
 * is read in between; reading closes the current chunk, which changes later results by rounding.
 *
 * <p>Large samples are multiplied by OpenBLAS, on the number of threads that it is set to,
 * otherwise by plain Java; and centred by the native library where there is one, with the same
 * bits. One instance is to be used by one thread at a time.
 */
public final class SampleCovariance {
  /**
   * Rows that are multiplied at a time: OpenBLAS cuts its operands to 384 rows on most processors,
   * so more gains nothing and a few more would lose.
   */
  private static final int CHUNK = 384;

  /**
   * From so many assets on it matters that a native library has large pages, and centres faster.
   */
  private static final int MANY = 512;

  /** Observations in a chunk; the row that joins it to those before is added to them. */
  private static final int OBSERVATIONS = CHUNK - 1;

  /** Rows to be subtracted that are kept until they pay for going through the whole matrix. */
  private static final int CORRECTIONS = 64;

  /** Columns that are copied to rows at a time. */
  private static final int MIRROR = 32;

  private final int n;

  private final Blas forced;

  /** Σ (r − mean)(r − mean)ᵀ of what is folded in, before the corrections; upper triangle. */
  private final Matrix scatter;

  /** The current chunk, [CHUNK, n]: raw observations until it is full, then centred. */
  private final Matrix chunk;

  private final Matrix corrections;
  private final UpperTriangle scatterTriangle;
  private final Block chunkBlock;
  private final Block correctionsBlock;

  /** The mean of what is folded in is {@code mean + meanRest}, the latter below its last digit. */
  private final double[] mean;

  private final double[] meanRest;
  private final double[] spare;
  private final double[] sums;
  private long folded;
  private int pending;
  private int correctionRows;
  private double work;

  private SampleCovariance(int n, Matrix scatter, Blas blas) {
    this.n = n;
    this.forced = blas;
    this.scatter = scatter.neverClosed();
    // Of all three, what is read has been written before: nothing else need be zero.
    chunk = Matrix.allocateUnwritten(CHUNK, n).neverClosed();
    corrections = Matrix.allocateUnwritten(CORRECTIONS, n).neverClosed();
    scatterTriangle = new UpperTriangle(scatter);
    scatterTriangle.clear();
    chunkBlock = block(chunk);
    correctionsBlock = block(corrections);
    mean = new double[n];
    meanRest = new double[n];
    spare = new double[Observations.GROUP * n];
    sums = new double[n];
  }

  /**
   * Starts without observations.
   *
   * @param assets n, at least 1
   * @return an estimator to add observations to
   * @throws InvalidInputException if there is no asset, or there are more than fit
   */
  public static SampleCovariance of(int assets) {
    if (assets < 1) {
      throw new InvalidInputException("sample of " + assets + " assets: needs at least 1");
    }
    if (assets >= MANY) {
      EngineSelection.borrowLibrary();
    }
    return of(Matrix.allocateUnwritten(assets, assets), null);
  }

  /** On a given matrix [n, n] and a given BLAS, null to have it chosen, for the tests. */
  static SampleCovariance of(Matrix scatter, Blas blas) {
    return new SampleCovariance(scatter.columns(), scatter, blas);
  }

  /**
   * Estimates from one matrix.
   *
   * @param returns [T, n]; not modified
   * @return an estimator that holds them all
   * @throws InvalidInputException if one is NaN or infinite
   */
  public static SampleCovariance estimate(Matrix returns) {
    return of(returns.columns()).add(returns);
  }

  /**
   * Estimates from one array.
   *
   * @param returns [T, n], row-major; not modified
   * @param observations T
   * @param assets n
   * @return an estimator that holds them all
   * @throws InvalidInputException if the array has another length, or one return is NaN or infinite
   */
  public static SampleCovariance estimate(double[] returns, int observations, int assets) {
    return of(assets).add(returns, observations);
  }

  /**
   * Adds observations from an array.
   *
   * @param returns [observations, n], row-major; not modified
   * @param observations how many, at least 0
   * @return this
   * @throws InvalidInputException if the array has another length; or if a return is NaN or
   *     infinite, with its observation (counted over all calls, from 0) and its asset: of this
   *     call's observations only some before that one are then added
   */
  public SampleCovariance add(double[] returns, int observations) {
    if (observations < 0 || returns.length != (long) observations * n) {
      throw new InvalidInputException(
          "array of "
              + returns.length
              + " returns, but "
              + observations
              + " observations of "
              + n
              + " assets are "
              + (long) observations * n);
    }
    add(Observations.of(returns, n), observations);
    return this;
  }

  /**
   * Adds all rows of a matrix.
   *
   * @param returns [observations, n]; not modified
   * @return this
   * @throws InvalidInputException as {@link #add(double[], int)}
   */
  public SampleCovariance add(Matrix returns) {
    return add(returns, 0, returns.rows());
  }

  /**
   * Adds some rows of a matrix.
   *
   * @param returns [at least toRow, n]; not modified
   * @param fromRow the first row
   * @param toRow the row after the last
   * @return this
   * @throws InvalidInputException if there are no such rows; or as {@link #add(double[], int)}
   */
  public SampleCovariance add(Matrix returns, long fromRow, long toRow) {
    if (returns.columns() != n) {
      throw new InvalidInputException(
          "matrix of " + returns.columns() + " columns for a sample of " + n + " assets");
    }
    if (fromRow < 0 || toRow < fromRow || toRow > returns.rows()) {
      throw new InvalidInputException(
          "rows " + fromRow + " to " + toRow + " of a matrix of " + returns.rows() + " rows");
    }
    returns.acquire();
    try {
      add(Observations.of(returns, fromRow), toRow - fromRow);
    } finally {
      returns.release();
    }
    return this;
  }

  private void add(Observations source, long count) {
    long next = 0;
    while (next < count) {
      if (pending == 0 && count - next >= OBSERVATIONS) {
        fold(source, next, OBSERVATIONS);
        next += OBSERVATIONS;
      } else {
        keep(source, next);
        next++;
        if (pending == OBSERVATIONS) {
          foldPending();
        }
      }
    }
  }

  /** Keeps one observation until the chunk is full. */
  private void keep(Observations source, long row) {
    source.get(row, spare);
    for (int j = 0; j < n; j++) {
      if (!Double.isFinite(spare[j])) {
        throw notFinite(folded + pending, j, spare[j]);
      }
    }
    chunkBlock.buffer().put(pending * chunkBlock.stride(), spare, 0, n);
    pending++;
  }

  private void foldPending() {
    if (pending > 0) {
      int rows = pending;
      // Centred in place.
      fold(Observations.of(chunk, 0), 0, rows);
      pending = 0;
    }
  }

  /**
   * Joins a chunk B of b observations to the a folded in so far (Chan, Golub and LeVeque 1983).
   * With y = r − s for any shift s, δ the mean of y and Δ = s + δ − mean,
   *
   * <pre>
   *   S ← S + Σ_B y yᵀ − b δδᵀ + ab/(a + b) ΔΔᵀ,   mean ← mean + b/(a + b) Δ
   * </pre>
   *
   * The shift is the mean so far, so that the chunk is read only once; what −b δδᵀ takes away is
   * then, with b ≤ a, at most twice what ΔΔᵀ brings, and cannot cancel. The first chunk is shifted
   * by its own mean, for which it is read twice.
   */
  private void fold(Observations source, long first, int rows) {
    long a = folded;
    double[] shift = a >= rows ? mean : ownMean(source, first, rows);
    centre(source, first, rows, shift, chunkBlock);
    if (a == 0) {
      // Of no observations any mean will do, and this one is close.
      System.arraycopy(shift, 0, mean, 0, n);
    }
    keepCorrection(rows);
    joinMeans(shift, rows);

    work += (double) n * n * rows / 2;
    scatterTriangle.add(blas(), 0, rows + 1, 1, chunkBlock);
    folded += rows;
    if (correctionRows == CORRECTIONS) {
      subtractCorrections();
    }
  }

  /** Sets √b δ aside. */
  private void keepCorrection(int rows) {
    double root = Math.sqrt(rows);
    double[] row = new double[n];
    for (int j = 0; j < n; j++) {
      row[j] = root * (sums[j] / rows);
    }
    correctionsBlock.buffer().put(correctionRows * correctionsBlock.stride(), row, 0, n);
    correctionRows++;
  }

  /** Puts √(ab/(a + b)) Δ behind the chunk and moves the mean. */
  private void joinMeans(double[] shift, int rows) {
    double part = rows / ((double) folded + rows);
    double root = Math.sqrt(folded * part);
    double[] row = new double[n];
    for (int j = 0; j < n; j++) {
      double difference = (shift[j] - mean[j]) + (sums[j] / rows - meanRest[j]);
      row[j] = root * difference;
      double step = meanRest[j] + part * difference;
      double sum = mean[j] + step;
      double added = sum - mean[j];
      // What the sum has lost, whichever of the two is larger (Knuth's TwoSum).
      meanRest[j] = (mean[j] - (sum - added)) + (step - added);
      mean[j] = sum;
    }
    chunkBlock.buffer().put(rows * chunkBlock.stride(), row, 0, n);
  }

  private void subtractCorrections() {
    scatterTriangle.add(blas(), 0, correctionRows, -1, correctionsBlock);
    correctionRows = 0;
  }

  private Blas blas() {
    return forced == null ? BlasSelection.forWork(work) : forced;
  }

  /** The chunk's mean; exactly the return itself where that never changes. */
  private double[] ownMean(Observations source, long first, int rows) {
    double[] origin = new double[n];
    source.get(first, origin);
    centre(source, first, rows, origin, null);
    for (int j = 0; j < n; j++) {
      origin[j] += sums[j] / rows;
    }
    return origin;
  }

  /** Sums the columns of y = r − shift into {@code sums} and writes y to the target, if any. */
  private void centre(Observations source, long first, int rows, double[] shift, Block target) {
    source.centre(first, rows, shift, target, sums, spare);
    for (int j = 0; j < n; j++) {
      if (!Double.isFinite(sums[j])) {
        throw locate(source, first, rows);
      }
    }
  }

  /** What made a sum of the chunk infinite or NaN. */
  private InvalidInputException locate(Observations source, long first, int rows) {
    for (int row = 0; row < rows; row++) {
      source.get(first + row, spare);
      for (int j = 0; j < n; j++) {
        if (!Double.isFinite(spare[j])) {
          return notFinite(folded + row, j, spare[j]);
        }
      }
    }
    return new InvalidInputException(
        "returns of observations "
            + folded
            + " to "
            + (folded + rows - 1)
            + " are too large to add");
  }

  private static InvalidInputException notFinite(long observation, int asset, double value) {
    return new InvalidInputException(
        "returns[observation "
            + observation
            + ", asset "
            + asset
            + "] = "
            + value
            + ": must be finite");
  }

  /**
   * How many observations were added.
   *
   * @return T
   */
  public long observations() {
    return folded + pending;
  }

  /**
   * The mean.
   *
   * @return [n], per period; a copy
   * @throws InvalidInputException if there is no observation
   */
  public double[] mean() {
    if (observations() == 0) {
      throw new InvalidInputException("mean of no observations: needs at least 1");
    }
    foldPending();
    return mean.clone();
  }

  /**
   * The sample covariance.
   *
   * @return [n, n], row-major, exactly symmetric; a copy
   * @throws InvalidInputException if there are fewer than 2 observations, or the returns are so
   *     large that their squares overflow
   * @throws IllegalStateException if it is too large for one array
   */
  public double[] covarianceArray() {
    if ((long) n * n > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException("covariance of " + n + " assets: too large for one array");
    }
    foldAll();
    double[] result = new double[n * n];
    for (int i = 0; i < n; i++) {
      readRow(i, result, i * n);
    }
    for (int i = 0; i < n; i += MIRROR) {
      int rows = Math.min(n, i + MIRROR);
      for (int row = i + 1; row < n; row++) {
        for (int column = i; column < Math.min(rows, row); column++) {
          result[row * n + column] = result[column * n + row];
        }
      }
    }
    return result;
  }

  /**
   * The sample covariance, for problems whose assets have no names.
   *
   * @return the covariance of "asset 0", "asset 1", …; it does not change when more is added here
   * @throws InvalidInputException if there are fewer than 2 observations, or the returns are so
   *     large that their squares overflow
   */
  public Covariance covariance() {
    return checked(null);
  }

  /**
   * The sample covariance.
   *
   * @param assets the n names, no two the same; copied
   * @return the covariance; it does not change when more is added here
   * @throws InvalidInputException if there are not n names, or two are the same; if there are fewer
   *     than 2 observations, or the returns are so large that their squares overflow
   */
  public Covariance covariance(List<String> assets) {
    if (assets.size() != n) {
      throw new InvalidInputException(assets.size() + " names for a sample of " + n + " assets");
    }
    return checked(assets);
  }

  private Covariance checked(List<String> assets) {
    foldAll();
    Matrix result = Matrix.allocate(n, n);
    boolean valid = false;
    try {
      UpperTriangle triangle = new UpperTriangle(result);
      double[] row = new double[n];
      for (int i = 0; i < n; i++) {
        readRow(i, row, 0);
        triangle.setRow(i, row);
      }
      triangle.mirror();
      Covariance covariance = Covariance.ofProducts(assets, result);
      valid = true;
      return covariance;
    } finally {
      if (!valid) {
        result.close();
      }
    }
  }

  private void foldAll() {
    long count = observations();
    if (count < 2) {
      throw new InvalidInputException(
          "sample covariance of "
              + count
              + (count == 1 ? " observation" : " observations")
              + ": needs at least 2");
    }
    foldPending();
    subtractCorrections();
  }

  /** One row of the covariance from its diagonal on; what comes before it is not touched. */
  private void readRow(int row, double[] target, int start) {
    scatterTriangle.getRow(row, target, start);
    if (!Double.isFinite(target[start + row])) {
      throw new InvalidInputException("the variance of asset " + row + " overflows");
    }
    for (int j = start + row; j < start + n; j++) {
      target[j] /= folded - 1;
    }
  }

  /** A matrix of one slab. */
  static Block block(Matrix matrix) {
    DoubleBuffer buffer = matrix.slabAt(0).order(ByteOrder.nativeOrder()).asDoubleBuffer();
    return new Block(buffer, 0, matrix.stride());
  }
}
