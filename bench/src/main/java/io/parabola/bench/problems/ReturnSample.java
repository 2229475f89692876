package io.parabola.bench.problems;

import io.parabola.Matrix;
import java.util.Random;

/**
 * Returns [T, n], in an array and outside the heap.
 *
 * @param observations T
 * @param size n
 * @param array [T, n], row by row
 * @param matrix the same numbers
 */
public record ReturnSample(int observations, int size, double[] array, Matrix matrix)
    implements AutoCloseable {
  /** Independent normal returns with a small mean. */
  public static ReturnSample normal(int observations, int size, long seed) {
    Random random = new Random(seed);
    double[] array = new double[observations * size];
    for (int at = 0; at < array.length; at++) {
      array[at] = 0.0004 + 0.02 * random.nextGaussian();
    }
    return of(observations, size, array);
  }

  /** A market and as much of their own. */
  public static ReturnSample oneFactor(int observations, int size, long seed) {
    Random random = new Random(seed);
    double[] array = new double[observations * size];
    for (int t = 0; t < observations; t++) {
      double market = random.nextGaussian();
      for (int i = 0; i < size; i++) {
        array[t * size + i] = 0.01 * (market + random.nextGaussian());
      }
    }
    return of(observations, size, array);
  }

  private static ReturnSample of(int observations, int size, double[] array) {
    return new ReturnSample(observations, size, array, Matrix.copyOf(array, observations, size));
  }

  /** The means [n]. */
  public double[] mean() {
    double[] mean = new double[size];
    for (int at = 0; at < array.length; at++) {
      mean[at % size] += array[at] / observations;
    }
    return mean;
  }

  /**
   * The sample covariance [n, n] from the bare product, exact enough because the mean is small.
   *
   * @param product X'X [n, n], of which the upper triangle is read
   */
  public double[] centred(double[] product) {
    double[] mean = mean();
    double[] covariance = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = i; j < size; j++) {
        double value =
            (product[i * size + j] - observations * mean[i] * mean[j]) / (observations - 1);
        covariance[i * size + j] = value;
        covariance[j * size + i] = value;
      }
    }
    return covariance;
  }

  @Override
  public void close() {
    matrix.close();
  }
}
