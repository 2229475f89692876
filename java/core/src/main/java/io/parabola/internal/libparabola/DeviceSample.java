package io.parabola.internal.libparabola;

import io.parabola.DeviceSampleCovariance;
import io.parabola.internal.Uses;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sample of a {@link DeviceSampleCovariance}, which has checked the shapes. */
public final class DeviceSample implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceSampleCovariance.class);
  private static final Cleaner CLEANER = Cleaner.create();

  private final Uses uses = new Uses("the sample on the device");
  private final long handle;
  private final Owner owner;
  private final Cleaner.Cleanable watch;

  /**
   * Starts without observations.
   *
   * @param device the device's number
   * @param assets n
   */
  public DeviceSample(int device, int assets) {
    DeviceMemory.require(device);
    handle = NativeSample.create(device, assets);
    owner = new Owner(handle, assets);
    watch = CLEANER.register(this, owner);
  }

  /** What is to be freed; apart from the sample, or it would keep it from the collector. */
  private static final class Owner implements Runnable {
    private final long handle;
    private final int assets;
    private volatile boolean closed;

    Owner(long handle, int assets) {
      this.handle = handle;
      this.assets = assets;
    }

    @Override
    public void run() {
      if (!closed) {
        LOG.warn(
            "a sample of {} assets on a device was left to the garbage collector: close it",
            assets);
      }
      NativeSample.release(handle);
    }
  }

  /**
   * The covariances of windows of returns; all of it on one device.
   *
   * @param device its number
   * @param returns the address of the first window's first observation
   * @param stride numbers from one observation to the next
   * @param between numbers from one window to the next
   * @param count windows
   * @param rows observations of a window
   * @param n assets
   * @param covariances the address of [count·n, n rounded up to 8], written
   */
  public static void windows(
      int device,
      long returns,
      long stride,
      long between,
      int count,
      int rows,
      int n,
      long covariances) {
    NativeSample.windows(device, returns, stride, between, count, rows, n, covariances);
  }

  /**
   * Adds returns.
   *
   * @param returns [observations, n]
   * @param observations T
   */
  public void add(double[] returns, int observations) {
    using(() -> NativeSample.addArray(handle, returns, observations));
  }

  /**
   * Adds returns.
   *
   * @param returns [observations, stride], direct
   * @param observations T
   * @param stride numbers from one row to the next
   */
  public void add(ByteBuffer returns, long observations, int stride) {
    using(() -> NativeSample.add(handle, returns, observations, stride));
  }

  /**
   * Adds returns that are on the device.
   *
   * @param address of [observations, stride]
   * @param observations T
   * @param stride numbers from one row to the next
   */
  public void add(long address, long observations, long stride) {
    using(() -> NativeSample.addFromDevice(handle, address, observations, stride));
  }

  /**
   * How many there are.
   *
   * @return T
   */
  public long observations() {
    return using(() -> NativeSample.observations(handle));
  }

  /**
   * The mean.
   *
   * @param mean [n] written
   */
  public void mean(double[] mean) {
    using(() -> NativeSample.mean(handle, mean));
  }

  /**
   * The stride of the covariance.
   *
   * @return numbers from one row to the next
   */
  public long stride() {
    return using(() -> NativeSample.stride(handle));
  }

  /**
   * The covariance.
   *
   * @return the address of [n, stride] on the device, the caller's to free
   */
  public long covariance() {
    return using(() -> NativeSample.covariance(handle));
  }

  private void using(Runnable call) {
    using(
        () -> {
          call.run();
          return 0;
        });
  }

  private long using(LongSupplier call) {
    uses.begin();
    try {
      return call.getAsLong();
    } finally {
      uses.end();
    }
  }

  @Override
  public void close() {
    if (uses.close()) {
      owner.closed = true;
      watch.clean();
    }
  }
}
