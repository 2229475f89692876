package io.parabola;

import io.parabola.internal.libparabola.DeviceSample;
import java.util.List;

/**
 * Mean and sample covariance of T observations of n assets' simple returns, taken in as they come
 * and worked on by a CUDA device: what {@link SampleCovariance} is on the processor. Returns may
 * come from the host, in chunks that are copied while others are worked on, or lie on the device.
 *
 * <pre>
 *   mean = (1/T) Σ r(t)        covariance = 1/(T − 1) Σ (r(t) − mean) (r(t) − mean)'
 * </pre>
 *
 * <p>The result has the same bits for any division of the observations into calls, as long as no
 * result is read in between and returns do not come from both sides. Any thread may call; calls
 * wait for each other. What goes wrong on the device is a {@link CudaException}.
 */
public final class DeviceSampleCovariance implements AutoCloseable {
  private final int device;
  private final int n;
  private final DeviceSample sample;

  private DeviceSampleCovariance(int device, int n) {
    this.device = device;
    this.n = n;
    sample = new DeviceSample(device, n);
  }

  /**
   * Starts without observations.
   *
   * @param device the device's number, at least 0
   * @param assets n, at least 1
   * @return the sample, to be closed by the caller
   * @throws InvalidInputException if {@code assets < 1}
   * @throws EngineUnavailableException if there is no such device, with the reason
   * @throws CudaException if it has no room for a matrix of that size
   */
  public static DeviceSampleCovariance of(int device, int assets) {
    if (assets < 1) {
      throw new InvalidInputException("sample of " + assets + " assets: needs at least 1");
    }
    return new DeviceSampleCovariance(device, assets);
  }

  /**
   * The sample covariances of many windows of returns: one for each scenario of a {@link
   * Batch.Builder#trustedCovariances(DeviceMatrix) batch}, made on the device and solved there.
   *
   * @param returns [T, n] on the device; not modified
   * @param observations of a window, at least 2
   * @param step observations from the start of one window to the start of the next, at least 1; as
   *     many as a window has for blocks that follow each other
   * @return [S·n, n] for the S windows that T has room for, row s·n + i being row i of window s; to
   *     be closed by the caller
   * @throws InvalidInputException if there is no window, or a variance is not finite, with its
   *     window and asset
   * @throws CudaException if the device has no room
   */
  public static DeviceMatrix ofWindows(DeviceMatrix returns, int observations, int step) {
    if (observations < 2 || step < 1 || returns.rows() < observations) {
      throw new InvalidInputException(
          "windows of "
              + observations
              + " observations, "
              + step
              + " apart, of "
              + returns.rows()
              + " observations: a window needs at least 2 and there must be one");
    }
    int n = returns.columns();
    int windows = Math.toIntExact((returns.rows() - observations) / step + 1);
    DeviceMatrix covariances = DeviceMatrix.allocate(returns.device(), (long) windows * n, n);
    boolean complete = false;
    returns.acquire();
    try {
      DeviceSample.windows(
          returns.device(),
          returns.address(),
          returns.stride(),
          step * returns.stride(),
          windows,
          observations,
          n,
          covariances.address());
      complete = true;
      return covariances;
    } finally {
      returns.release();
      if (!complete) {
        covariances.close();
      }
    }
  }

  /**
   * Adds observations from an array.
   *
   * @param returns [observations, n], row-major; not modified
   * @param observations at least 0
   * @return this
   * @throws InvalidInputException if the array's length is not {@code observations * n}, or a
   *     return is not finite, with its place; those before it may then have been added
   */
  public DeviceSampleCovariance add(double[] returns, int observations) {
    if (observations < 0 || returns.length != (long) observations * n) {
      throw new InvalidInputException(
          "returns of "
              + returns.length
              + " numbers: "
              + observations
              + " observations of "
              + n
              + " assets need "
              + (long) observations * n);
    }
    sample.add(returns, observations);
    return this;
  }

  /**
   * Adds all rows of a matrix.
   *
   * @param returns [observations, n]; not modified
   * @return this
   * @throws InvalidInputException if it has not n columns, or a return is not finite, with its
   *     place; those before it may then have been added
   */
  public DeviceSampleCovariance add(Matrix returns) {
    checkColumns(returns.columns());
    returns.acquire();
    try {
      for (int k = 0; k < returns.slabs(); k++) {
        long first = k * returns.rowsPerSlab();
        sample.add(
            returns.slabAt(k),
            Math.min(returns.rowsPerSlab(), returns.rows() - first),
            returns.stride());
      }
    } finally {
      returns.release();
    }
    return this;
  }

  /**
   * Adds all rows of a matrix on the device, without copying them.
   *
   * @param returns [observations, n]; not modified
   * @return this
   * @throws InvalidInputException if it has not n columns or is on another device. A return that is
   *     not finite shows when a result is asked for
   */
  public DeviceSampleCovariance add(DeviceMatrix returns) {
    checkColumns(returns.columns());
    if (returns.device() != device) {
      throw new InvalidInputException(
          "returns on device " + returns.device() + " for a sample on device " + device);
    }
    returns.acquire();
    try {
      sample.add(returns.address(), returns.rows(), returns.stride());
    } finally {
      returns.release();
    }
    return this;
  }

  private void checkColumns(int columns) {
    if (columns != n) {
      throw new InvalidInputException(
          "returns of " + columns + " assets for a sample of " + n + " assets");
    }
  }

  /**
   * How many observations were added.
   *
   * @return T, at least 0
   */
  public long observations() {
    return sample.observations();
  }

  /**
   * The mean.
   *
   * @return [n]
   * @throws InvalidInputException if there are no observations
   */
  public double[] mean() {
    double[] mean = new double[n];
    sample.mean(mean);
    return mean;
  }

  /**
   * The sample covariance on the device.
   *
   * @return [n, n], exactly symmetric, to be closed by the caller; it does not change when more is
   *     added here
   * @throws InvalidInputException if there are fewer than 2 observations, or a variance is not
   *     finite
   */
  public DeviceMatrix covarianceMatrix() {
    long stride = sample.stride();
    return DeviceMatrix.own(device, sample.covariance(), n, n, stride);
  }

  /**
   * The sample covariance for problems, with the copy on the host that these need.
   *
   * @return the covariance of "asset 0", "asset 1", …; it does not change when more is added here
   * @throws InvalidInputException if there are fewer than 2 observations, or a variance is not
   *     finite
   */
  public Covariance covariance() {
    return copied(null);
  }

  /**
   * The same with names.
   *
   * @param assets the n names, no two the same; copied
   * @return the covariance; it does not change when more is added here
   * @throws InvalidInputException if there are not n names, or two are the same; if there are fewer
   *     than 2 observations, or a variance is not finite
   */
  public Covariance covariance(List<String> assets) {
    if (assets.size() != n) {
      throw new InvalidInputException(assets.size() + " names for a sample of " + n + " assets");
    }
    return copied(assets);
  }

  private Covariance copied(List<String> assets) {
    Matrix copy = Matrix.allocate(n, n);
    boolean valid = false;
    try (DeviceMatrix there = covarianceMatrix()) {
      there.copyTo(copy);
      Covariance covariance = Covariance.ofProducts(assets, copy);
      valid = true;
      return covariance;
    } finally {
      if (!valid) {
        copy.close();
      }
    }
  }

  /**
   * Frees the memory on the device; again does nothing.
   *
   * @throws IllegalStateException if another thread is using it
   */
  @Override
  public void close() {
    sample.close();
  }
}
