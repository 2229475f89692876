package io.parabola.internal.blas;

import io.parabola.EngineUnavailableException;

/**
 * Chooses the BLAS: OpenBLAS where it loads and the work pays for loading it, else plain Java. The
 * system property {@value #PROPERTY} (openblas or java) forces one.
 */
public final class BlasSelection {
  /** System property that forces one implementation. */
  public static final String PROPERTY = "parabola.blas";

  /**
   * Multiplications below which plain Java is done before the library, which takes 0.2 s to load,
   * would be ready.
   */
  private static final double WORTH_LOADING = 1e8;

  private static final Blas JAVA = new JavaBlas();

  private BlasSelection() {}

  /** Tried once, on first use. */
  private static final class Loaded {
    static final OpenBlas OPEN_BLAS;
    static final String FAILURE;

    static {
      OpenBlas library = null;
      String failure = null;
      try {
        library = new OpenBlas();
      } catch (Throwable e) {
        // Missing classes, missing natives, a wrong platform, an unwritable cache: all the same to
        // us.
        failure = reason(e);
      }
      OPEN_BLAS = library;
      FAILURE = failure;
    }
  }

  /**
   * The implementation for a piece of work.
   *
   * @param multiplications roughly how many it takes
   * @return the faster one
   * @throws EngineUnavailableException if the system property asks for one that cannot be had
   */
  public static Blas forWork(double multiplications) {
    String forced = System.getProperty(PROPERTY, "");
    switch (forced) {
      case "java":
        return JAVA;
      case "openblas":
        return openBlas();
      case "":
        return multiplications < WORTH_LOADING || Loaded.OPEN_BLAS == null
            ? JAVA
            : Loaded.OPEN_BLAS;
      default:
        throw new EngineUnavailableException(
            "-D" + PROPERTY + "=" + forced + ": there is openblas and java");
    }
  }

  /**
   * OpenBLAS itself.
   *
   * @return the library
   * @throws EngineUnavailableException if it does not load, with the reason
   */
  public static OpenBlas openBlas() {
    if (Loaded.OPEN_BLAS == null) {
      throw new EngineUnavailableException("OpenBLAS does not load: " + Loaded.FAILURE);
    }
    return Loaded.OPEN_BLAS;
  }

  /**
   * What large covariances are computed with, and if that is not OpenBLAS, why.
   *
   * @return one line
   */
  public static String describe() {
    if (System.getProperty(PROPERTY, "").equals("java")) {
      return JAVA.describe() + " (forced by -D" + PROPERTY + "=java)";
    }
    return Loaded.OPEN_BLAS == null
        ? JAVA.describe() + " (OpenBLAS does not load: " + Loaded.FAILURE + ")"
        : Loaded.OPEN_BLAS.describe();
  }

  /** The first line of what went wrong; the cause of an initialiser's failure says more than it. */
  static String reason(Throwable failure) {
    Throwable e = failure;
    while (e instanceof ExceptionInInitializerError && e.getCause() != null) {
      e = e.getCause();
    }
    String message =
        e.getMessage() == null ? "" : ": " + e.getMessage().lines().findFirst().orElse("");
    return e.getClass().getSimpleName() + message;
  }
}
