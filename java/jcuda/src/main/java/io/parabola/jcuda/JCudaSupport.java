package io.parabola.jcuda;

import java.util.Optional;
import java.util.function.Supplier;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaError;

/** Whether JCuda and JCublas run here, and if not, why. Each is asked once. */
public final class JCudaSupport {
  private JCudaSupport() {}

  private static final class CudaHolder {
    static final Optional<String> ABSENCE = probe("JCuda", JCudaSupport::askCuda);
  }

  private static final class CublasHolder {
    static final Optional<String> ABSENCE =
        CudaHolder.ABSENCE.or(() -> probe("JCublas", JCudaSupport::askCublas));
  }

  /**
   * Why JCuda cannot be used.
   *
   * @return a sentence, or empty if it loads and there is a device
   */
  public static Optional<String> cudaAbsence() {
    return CudaHolder.ABSENCE;
  }

  /**
   * Why JCublas cannot be used.
   *
   * @return a sentence, or empty if it loads with its libcublas.so.12 and there is a device
   */
  public static Optional<String> cublasAbsence() {
    return CublasHolder.ABSENCE;
  }

  /** Natives that are not there, or need libraries that are not there, are linkage errors. */
  private static Optional<String> probe(String what, Supplier<String> ask) {
    try {
      String trouble = ask.get();
      return trouble == null ? Optional.empty() : Optional.of(what + ": " + trouble);
    } catch (LinkageError | RuntimeException e) {
      String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
      // JCuda's own message goes on with advice, over many lines.
      int end = message.indexOf(" Operating system name");
      return Optional.of(
          what
              + " does not load: "
              + e.getClass().getSimpleName()
              + ": "
              + (end < 0 ? message : message.substring(0, end)));
    }
  }

  private static String askCuda() {
    int[] count = {0};
    int code = JCuda.cudaGetDeviceCount(count);
    if (code != cudaError.cudaSuccess) {
      return "no device: " + cudaError.stringFor(code) + " (" + code + ")";
    }
    return count[0] == 0 ? "no device" : null;
  }

  private static String askCublas() {
    cublasHandle handle = new cublasHandle();
    int code = JCublas2.cublasCreate(handle);
    if (code != 0) {
      return "status " + code;
    }
    JCublas2.cublasDestroy(handle);
    return null;
  }
}
