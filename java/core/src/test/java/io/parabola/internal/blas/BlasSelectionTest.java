package io.parabola.internal.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.EngineUnavailableException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class BlasSelectionTest {
  /** Half of (n − 1): the covariance of 1, 0 with n − 1, 0. */
  private static final String COVARIANCE = "399.5";

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64|aarch64")
  void openBlasLoadsAndSaysWhatItIs() {
    assertTrue(BlasSelection.describe().startsWith("OpenBLAS 0."), BlasSelection.describe());
    assertTrue(BlasSelection.describe().contains("threads: "), BlasSelection.describe());
  }

  @Test
  void smallWorkIsDoneInJava() {
    assertTrue(BlasSelection.forWork(1e6) instanceof JavaBlas);
  }

  @Test
  void thePropertyForcesOne() {
    try {
      System.setProperty(BlasSelection.PROPERTY, "java");
      assertTrue(BlasSelection.forWork(1e12) instanceof JavaBlas);
      System.setProperty(BlasSelection.PROPERTY, "openblas");
      assertSame(BlasSelection.openBlas(), BlasSelection.forWork(1));
      System.setProperty(BlasSelection.PROPERTY, "mkl");
      EngineUnavailableException e =
          assertThrows(EngineUnavailableException.class, () -> BlasSelection.forWork(1));
      assertEquals("-Dparabola.blas=mkl: there is openblas and java", e.getMessage());
    } finally {
      System.clearProperty(BlasSelection.PROPERTY);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64|aarch64")
  void loadingPrintsNothing(@TempDir Path scratch) throws Exception {
    List<String> lines = probe(scratch, jar -> true);
    assertTrue(lines.get(0).startsWith("OpenBLAS 0."), lines.toString());
    assertEquals(List.of(COVARIANCE), lines.subList(1, lines.size()));
  }

  @Test
  void withoutNativesPlainJavaDoesTheWorkAndTheReasonIsKept(@TempDir Path scratch)
      throws Exception {
    List<String> lines =
        probe(scratch, jar -> !jar.matches("(openblas|javacpp)-.*-(linux|macosx|windows)-.*"));
    assertTrue(
        lines.get(0).startsWith("plain Java, 1 thread (OpenBLAS does not load: Unsatisfied"),
        lines.toString());
    assertEquals(List.of(COVARIANCE), lines.subList(1, lines.size()));
  }

  @Test
  void withoutTheLibraryPlainJavaDoesTheWorkAndTheReasonIsKept(@TempDir Path scratch)
      throws Exception {
    List<String> lines = probe(scratch, jar -> !jar.matches("(openblas|javacpp)-.*"));
    assertTrue(
        lines.get(0).startsWith("plain Java, 1 thread (OpenBLAS does not load: NoClassDef"),
        lines.toString());
    assertEquals(List.of(COVARIANCE), lines.subList(1, lines.size()));
  }

  /** Runs the probe in a process of its own with some jars; both outputs, together. */
  private static List<String> probe(Path scratch, Predicate<String> jars)
      throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> jars.test(Path.of(entry).getFileName().toString()))
            .collect(Collectors.joining(File.pathSeparator));
    Path output = scratch.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", classPath, BlasProbe.class.getName()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = process.waitFor();
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    assertEquals(0, status, lines.toString());
    return lines;
  }
}
