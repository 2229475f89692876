package io.parabola.internal.libparabola;

import io.parabola.CudaException;
import io.parabola.DeviceMatrix;
import io.parabola.EngineUnavailableException;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.internal.AbstractEngine;
import io.parabola.internal.PathsData;
import io.parabola.internal.PreparedState;

/**
 * The engine of libparabola on a CUDA device. Batches that are not worth the trip, and scenarios
 * that the device leaves inaccurate, are solved by its CPU half.
 */
public final class CudaEngine extends AbstractEngine {
  /** Which device, 0 unless told; those of {@code CUDA_VISIBLE_DEVICES} count, if that is set. */
  private static final String DEVICE_PROPERTY = "parabola.cuda.device";

  /** Batches of fewer weights, all scenarios together, are solved by the CPU. */
  private static final String BREAK_EVEN_PROPERTY = "parabola.cuda.breakEven";

  private static final int BREAK_EVEN = 20_000;

  /** Scenarios copied at a time, at most; 0 for as many as the device has room for. */
  private static final String CHUNK_PROPERTY = "parabola.cuda.chunk";

  private final Executor executor;

  private CudaEngine(int threads, Executor executor) {
    super("cuda", threads);
    this.executor = executor;
  }

  /**
   * Loads the library, asks for the device and tries it.
   *
   * @param threads threads of the host to solve on, where that is done there
   * @return the engine
   * @throws EngineUnavailableException if it does not run here, with the reason
   * @throws InvalidInputException if a property is not a number in its range
   */
  public static CudaEngine create(int threads) {
    int device = property(DEVICE_PROPERTY, 0);
    int breakEven = property(BREAK_EVEN_PROPERTY, BREAK_EVEN);
    int chunk = property(CHUNK_PROPERTY, 0);
    NativeLibrary.load();
    String absence = NativeDevice.absence(device);
    if (absence != null) {
      throw new EngineUnavailableException(absence);
    }
    long kernels = InstructionSet.best().kernels();
    // What tries the device must not be solved by the CPU.
    try (CudaEngine tried = new CudaEngine(threads, new Executor(kernels, device, 0, chunk))) {
      SelfTest.require(tried);
    } catch (CudaException e) {
      throw new EngineUnavailableException("its self-test failed: " + e.getMessage(), e);
    }
    return new CudaEngine(threads, new Executor(kernels, device, breakEven, chunk));
  }

  /**
   * Whether a device was asked for, so that doing without would be a silent change of what was
   * asked.
   *
   * @return whether the property is set
   */
  public static boolean isConfigured() {
    return System.getProperty(DEVICE_PROPERTY) != null;
  }

  private static int property(String name, int otherwise) {
    String text = System.getProperty(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // As below.
    }
    throw new InvalidInputException(name + "=" + text + ": must be a whole number, 0 or more");
  }

  @Override
  protected int device() {
    return executor.device();
  }

  @Override
  protected String description() {
    return NativeDevice.describe(executor.device())
        + "; libparabola "
        + NativeSolver.version()
        + ", "
        + threads()
        + (threads() == 1 ? " thread" : " threads")
        + " of the host";
  }

  @Override
  protected void release() {
    // Everything native belongs to the prepared problems.
  }

  @Override
  protected PreparedState prepareState(Problem problem) {
    return NativeState.prepare(executor, problem);
  }

  @Override
  protected void drawPaths(PathsData paths, Matrix target) {
    NativePaths.draw(executor.kernels(), threads(), paths, target);
  }

  @Override
  protected void drawPaths(PathsData paths, DeviceMatrix target) {
    NativePaths.draw(executor, paths, target);
  }
}
