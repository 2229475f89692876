package io.parabola.internal.libparabola;

import io.parabola.DeviceMatrix;
import io.parabola.EngineUnavailableException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Numbers in the memory of a CUDA device. */
public final class DeviceMemory {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceMatrix.class);
  private static final Cleaner CLEANER = Cleaner.create();

  private final int device;
  private final long address;
  private final Block block;
  private final Cleaner.Cleanable watch;

  private DeviceMemory(int device, long address, Block block) {
    this.device = device;
    this.address = address;
    this.block = block;
    watch = block == null ? null : CLEANER.register(this, block);
  }

  /** What is to be freed; apart from the memory, or it would keep it from the collector. */
  private static final class Block implements Runnable {
    private final int device;
    private final long address;
    private final long rows;
    private final int columns;
    private volatile boolean closed;

    Block(int device, long address, long rows, int columns) {
      this.device = device;
      this.address = address;
      this.rows = rows;
      this.columns = columns;
    }

    @Override
    public void run() {
      if (!closed) {
        LOG.warn(
            "a device matrix of {} x {} was left to the garbage collector: close it",
            rows,
            columns);
      }
      NativeDevice.free(device, address);
    }
  }

  /**
   * Loads the library and asks for the device.
   *
   * @param device its number
   * @throws EngineUnavailableException if it cannot be used, with the reason
   */
  static void require(int device) {
    NativeLibrary.load();
    String absence = NativeDevice.absence(device);
    if (absence != null) {
      throw new EngineUnavailableException("CUDA device " + device + ": " + absence);
    }
  }

  /**
   * Allocates zeros.
   *
   * @param device the device's number
   * @param numbers how many
   * @param rows rows of the matrix, for messages
   * @param columns columns of the matrix, for messages
   * @return the memory
   */
  public static DeviceMemory allocate(int device, long numbers, long rows, int columns) {
    require(device);
    return own(device, NativeDevice.allocate(device, numbers), rows, columns);
  }

  /**
   * Takes over memory that nobody else frees.
   *
   * @param device the device's number
   * @param address of the first number
   * @param rows rows of the matrix, for messages
   * @param columns columns of the matrix, for messages
   * @return the memory
   */
  public static DeviceMemory own(int device, long address, long rows, int columns) {
    return new DeviceMemory(device, address, new Block(device, address, rows, columns));
  }

  /**
   * Takes memory of somebody else.
   *
   * @param device the device's number
   * @param address of the first number
   * @return the memory
   */
  public static DeviceMemory wrap(int device, long address) {
    require(device);
    return new DeviceMemory(device, address, null);
  }

  /**
   * Where it is.
   *
   * @return the address of the first number
   */
  public long address() {
    return address;
  }

  /**
   * Copies rows in.
   *
   * @param at the first number's place
   * @param stride numbers from one row to the next here
   * @param from direct, position 0
   * @param fromStride numbers from one row to the next there
   * @param rows how many
   * @param columns numbers of a row; what lies behind them stays, in memory of somebody else
   */
  public void write(
      long at, long stride, ByteBuffer from, long fromStride, long rows, int columns) {
    NativeDevice.write(
        device,
        address + at * Double.BYTES,
        stride,
        from,
        fromStride,
        rows,
        columns,
        block != null);
  }

  /**
   * Copies rows out.
   *
   * @param at the first number's place
   * @param stride numbers from one row to the next here
   * @param to direct, position 0
   * @param toStride numbers from one row to the next there
   * @param rows how many
   * @param columns numbers of a row; what lies behind them stays
   */
  public void read(long at, long stride, ByteBuffer to, long toStride, long rows, int columns) {
    NativeDevice.read(device, address + at * Double.BYTES, stride, to, toStride, rows, columns);
  }

  /**
   * Copies numbers in.
   *
   * @param at the first number's place
   * @param from all of it
   */
  public void write(long at, double[] from) {
    NativeDevice.writeArray(device, address + at * Double.BYTES, from);
  }

  /**
   * Copies numbers out.
   *
   * @param at the first number's place
   * @param to all of it
   */
  public void read(long at, double[] to) {
    NativeDevice.readArray(device, address + at * Double.BYTES, to);
  }

  /**
   * Overwrites rows with NaN.
   *
   * @param at the first number's place
   * @param stride numbers from one row to the next
   * @param rows how many
   * @param columns numbers of a row; what lies behind them stays, in memory of somebody else
   */
  public void fillWithNaN(long at, long stride, long rows, int columns) {
    NativeDevice.fillWithNaN(
        device, address + at * Double.BYTES, stride, rows, columns, block != null);
  }

  /** Frees it, unless it is somebody else's. */
  public void free() {
    if (block != null) {
      block.closed = true;
      watch.clean();
    }
  }
}
