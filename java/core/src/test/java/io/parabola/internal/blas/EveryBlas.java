package io.parabola.internal.blas;

import io.parabola.EngineUnavailableException;
import java.util.stream.Stream;

/** The implementations that a test runs on: plain Java, and OpenBLAS where it loads. */
public final class EveryBlas {
  private EveryBlas() {}

  /** The source of arguments of parametrised tests. */
  public static Stream<Blas> all() {
    try {
      return Stream.of(new JavaBlas(), BlasSelection.openBlas());
    } catch (EngineUnavailableException e) {
      // Only where there are no natives for the platform; BlasSelectionTest fails where there are.
      return Stream.of(new JavaBlas());
    }
  }
}
