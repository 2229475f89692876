package io.parabola;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * The engines that the contract is tested on: the Java one, and the native ones where the library
 * loads. The CUDA device is the stand-in in a build's own tests, and a real one where they are run
 * with the jar's library.
 */
final class EveryEngine {
  /** Where the native engine has to be there, its absence is a failure and not a skipped test. */
  private static final boolean NATIVE_REQUIRED = Boolean.getBoolean("parabola.test.requireNative");

  /** Where there is a GPU to be checked, so has the cuda engine. */
  private static final boolean CUDA_REQUIRED = Boolean.getBoolean("parabola.test.requireCuda");

  private EveryEngine() {}

  private static boolean isRequired(String name) {
    return name.equals("cuda") ? CUDA_REQUIRED : NATIVE_REQUIRED;
  }

  static List<String> names() {
    return List.of("java", "cpu", "cuda");
  }

  /** Those that solve rows, costs, targets and every kind of covariance. */
  static List<String> ofTheWholeClass() {
    return names();
  }

  /** Opens an engine, or skips the test with the reason why there is none. */
  static Engine open(String name, int threads) {
    try {
      return Engine.create(name, threads);
    } catch (EngineUnavailableException e) {
      if (isRequired(name)) {
        return fail(e.getMessage());
      }
      System.out.println("skipped: " + e.getMessage());
      return Assumptions.abort(e.getMessage());
    }
  }

  /** Opens all that there are, for the properties, which cannot be skipped in part. */
  static List<Engine> openAll() {
    List<Engine> engines = new ArrayList<>();
    for (String name : names()) {
      try {
        engines.add(Engine.create(name, 1));
      } catch (EngineUnavailableException e) {
        if (isRequired(name)) {
          fail(e.getMessage());
        }
      }
    }
    return engines;
  }
}
