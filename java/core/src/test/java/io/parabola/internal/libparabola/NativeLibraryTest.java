package io.parabola.internal.libparabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which libraries are taken. The first attempt decides for a whole process, so each has its own.
 */
class NativeLibraryTest {
  @TempDir private Path directory;

  /** Opens the cpu engine and says how that went. */
  public static final class Attempt {
    private Attempt() {}

    /**
     * Runs it.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
      try (Engine engine = Engine.create("cpu", 1)) {
        System.out.println(engine.name());
      } catch (EngineUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String attempt(List<String> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(directory + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(Attempt.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  @Test
  void oneOfAnotherBuildIsNot() throws IOException, InterruptedException {
    Assumptions.assumeTrue(attempt(List.of()).equals("cpu"), "there is no native library");
    Path file = directory.resolve("io/parabola/native/interface");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "of another build");
    assertEquals(
        "engine cpu: the native library is of another build than the jar", attempt(List.of()));
  }

  @Test
  void oneThatDoesNotLoadIsSaidTo() throws IOException, InterruptedException {
    Path wrong = directory.resolve("wrong.so");
    Files.writeString(wrong, "not a library");
    String said = attempt(List.of("-Dparabola.native.path=" + wrong));
    assertTrue(
        said.startsWith("engine cpu: parabola.native.path=" + wrong + " does not load: "), said);
    assertEquals(1, said.lines().count());
  }
}
