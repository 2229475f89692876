package io.parabola.internal.libparabola;

import io.parabola.EngineUnavailableException;
import io.parabola.internal.DirectMemory;
import io.parabola.internal.Observations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Properties;
import java.util.zip.ZipInputStream;

/**
 * Finds and loads libparabola: from {@code -Dparabola.native.path} if that is set, else from the
 * library path, else from the jar.
 */
final class NativeLibrary {
  private static final String PATH_PROPERTY = "parabola.native.path";
  private static final String LIBRARY = "parabola";

  /** Why it does not load; null if it did. The first attempt decides: a later one says the same. */
  private static String failure;

  private static boolean tried;

  private NativeLibrary() {}

  /**
   * Loads the library, once for all.
   *
   * @throws EngineUnavailableException if it can't be had, saying why
   */
  static synchronized void load() {
    if (!tried) {
      tried = true;
      failure = tryToLoad();
      if (failure == null) {
        failure = mismatch();
      }
      if (failure == null) {
        DirectMemory.takeFrom(new NativeMemory());
        lendCentring();
      }
    }
    if (failure != null) {
      throw new EngineUnavailableException(failure);
    }
  }

  private static void lendCentring() {
    try {
      Observations.takeFrom(new NativeCentring(InstructionSet.best().kernels()));
    } catch (EngineUnavailableException e) {
      // Then Java centres; who wants the engine is told that its instructions are not there.
    }
  }

  /** Whether a property names the library to load. */
  static boolean isConfigured() {
    return System.getProperty(PATH_PROPERTY) != null;
  }

  private static String tryToLoad() {
    String path = System.getProperty(PATH_PROPERTY);
    if (path != null) {
      try {
        System.load(path);
        return null;
      } catch (UnsatisfiedLinkError e) {
        return PATH_PROPERTY + "=" + path + " does not load: " + oneLine(e);
      }
    }
    try {
      System.loadLibrary(LIBRARY);
      return null;
    } catch (UnsatisfiedLinkError onLibraryPath) {
      return loadFromJar();
    }
  }

  private static String loadFromJar() {
    String resource = "/io/parabola/native/" + platform() + "/libparabola.zip";
    try (InputStream zip = NativeLibrary.class.getResourceAsStream(resource)) {
      if (zip == null) {
        return "no native library on java.library.path, and none for "
            + platform()
            + " in the jar (built without cmake or a C++ compiler)";
      }
      ZipInputStream library = new ZipInputStream(zip);
      library.getNextEntry();
      Path directory = privateDirectory();
      Path file = directory.resolve(System.mapLibraryName(LIBRARY));
      try {
        Files.copy(library, file);
        System.load(file.toString());
        return null;
      } finally {
        // Once loaded the file is not needed; where the system still holds it, it goes with the
        // process.
        if (!file.toFile().delete()) {
          file.toFile().deleteOnExit();
        }
        if (!directory.toFile().delete()) {
          directory.toFile().deleteOnExit();
        }
      }
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      return "the native library of the jar does not load: " + oneLine(e);
    }
  }

  /**
   * A new directory that only this user can enter. Making it fails where there is one of its name,
   * so the name need not be secret, and no secure random numbers need be set up for it.
   */
  private static Path privateDirectory() throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    boolean posix = parent.getFileSystem().supportedFileAttributeViews().contains("posix");
    for (int tried = 0; ; tried++) {
      Path directory = parent.resolve("parabola" + Long.toHexString(System.nanoTime()));
      try {
        return posix
            ? Files.createDirectory(
                directory,
                PosixFilePermissions.asFileAttribute(
                    EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE)))
            : Files.createDirectory(directory);
      } catch (FileAlreadyExistsException e) {
        if (tried == 100) {
          throw e;
        }
      }
    }
  }

  /** A call that jar and library mean differently would end the whole process. */
  private static String mismatch() {
    try {
      String jar = jarVersion();
      String library = NativeSolver.version();
      if (!library.equals(jar)) {
        return "the native library is version " + library + ", the jar " + jar;
      }
      String agreed = jarAgreement();
      if (agreed == null || agreed.equals(NativeSolver.agreement())) {
        return null;
      }
    } catch (UnsatisfiedLinkError e) {
      // As below: it has not even the calls to be asked by.
    }
    return "the native library is of another build than the jar";
  }

  /** Null where the jar was built without native code. */
  private static String jarAgreement() {
    try (InputStream in =
        NativeLibrary.class.getResourceAsStream("/io/parabola/native/interface")) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "unknown (" + oneLine(e) + ")";
    }
  }

  private static String jarVersion() {
    Properties properties = new Properties();
    try (InputStream in =
        NativeLibrary.class.getResourceAsStream("/io/parabola/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      return "unknown (" + oneLine(e) + ")";
    }
    return properties.getProperty("version");
  }

  /** As in linux-x86_64, macos-aarch64, windows-x86_64. */
  static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return (os.startsWith("mac") ? "macos" : os.startsWith("windows") ? "windows" : os)
        + "-"
        + (arch.equals("amd64") ? "x86_64" : arch);
  }

  private static String oneLine(Throwable e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }
}
