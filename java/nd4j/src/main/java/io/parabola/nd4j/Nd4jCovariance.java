package io.parabola.nd4j;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.SampleCovariance;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Covariances from arrays of ND4J, and back. Any thread may call. */
public final class Nd4jCovariance {
  private Nd4jCovariance() {}

  /**
   * Copies and checks a covariance whose assets have no names of their own.
   *
   * <p>It is copied whatever its layout, so that nobody changes what was checked; halves that
   * differ by rounding are made equal. {@code Covariance.of(Nd4jMatrix.view(array))} takes it in
   * place.
   *
   * @param array Σ [n, n]; not modified
   * @return the covariance, of "asset 0", "asset 1", …
   * @throws InvalidInputException if it is not square, finite, symmetric and positive semidefinite
   */
  public static Covariance of(INDArray array) {
    Nd4jMatrix.check(array);
    if (array.size(0) != array.size(1)) {
      throw new InvalidInputException(
          "covariance is an array of "
              + Arrays.toString(array.shape())
              + ", but has to be square: ["
              + array.size(1)
              + ", "
              + array.size(1)
              + "]");
    }
    return Covariance.of(numbers(array), Nd4jMatrix.columns(array));
  }

  /**
   * Copies and checks a covariance, as {@link #of(INDArray)}.
   *
   * @param assets the n names, no two the same; copied
   * @param array Σ [n, n]; not modified
   * @return the covariance
   * @throws InvalidInputException if it is not square, finite, symmetric and positive semidefinite,
   *     or two assets have one name
   */
  public static Covariance of(List<String> assets, INDArray array) {
    Nd4jMatrix.check(array);
    int n = assets.size();
    if (array.size(0) != n || array.size(1) != n) {
      throw new InvalidInputException(
          "covariance is an array of "
              + Arrays.toString(array.shape())
              + ", but "
              + n
              + " assets need ["
              + n
              + ", "
              + n
              + "]");
    }
    return Covariance.of(assets, numbers(array));
  }

  /**
   * Mean and sample covariance of returns.
   *
   * @param returns [T, n] simple returns, one row per period, of any type and layout; not modified,
   *     and read where they are or a megabyte at a time
   * @return an estimator that holds them all, to which more may be added
   * @throws InvalidInputException if a return is NaN or infinite
   */
  public static SampleCovariance sample(INDArray returns) {
    return add(SampleCovariance.of(columns(returns)), returns);
  }

  /**
   * Adds observations.
   *
   * @param sample of n assets
   * @param returns [observations, n] simple returns; not modified
   * @return {@code sample}
   * @throws InvalidInputException if there are not n columns, or a return is NaN or infinite
   */
  public static SampleCovariance add(SampleCovariance sample, INDArray returns) {
    if (Nd4jMatrix.whyCopied(returns).isEmpty()) {
      return sample.add(Nd4jMatrix.view(returns));
    }
    int n = Nd4jMatrix.columns(returns);
    Nd4jMatrix.eachBlock(
        returns,
        (first, numbers) -> {
          try (Matrix block = Matrix.copyOf(numbers, numbers.length / n, n)) {
            sample.add(block);
          }
        });
    return sample;
  }

  /**
   * A covariance as an array.
   *
   * @param covariance Σ of n assets, if of factors formed for this
   * @return Σ [n, n] of DOUBLE, order 'c'; a copy
   */
  public static INDArray array(Covariance covariance) {
    int n = covariance.size();
    INDArray array = Nd4jMatrix.allocate(n, n);
    try (Matrix matrix = Matrix.copyOf(covariance.toArray(), n, n)) {
      Nd4jMatrix.write(matrix, array);
    }
    return array;
  }

  private static int columns(INDArray array) {
    Nd4jMatrix.check(array);
    return Nd4jMatrix.columns(array);
  }

  private static double[] numbers(INDArray array) {
    int n = Nd4jMatrix.columns(array);
    if ((long) n * n > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "covariance is an array of " + Arrays.toString(array.shape()) + ": too large to copy");
    }
    double[] all = new double[n * n];
    Nd4jMatrix.eachBlock(
        array,
        (first, numbers) -> System.arraycopy(numbers, 0, all, (int) first * n, numbers.length));
    return all;
  }
}
