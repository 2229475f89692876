package io.parabola.bench.problems;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFileTest {
  @Test
  void correlationsAndDeviationsMakeTheCovariance(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("port9.txt");
    Files.writeString(file, " 2\n .5 2\n -.25 3\n 1 1 1.0\n 1 2 .5\n 2 2 1.0\n");
    Scenarios scenarios = LibraryFile.read(file);
    assertArrayEquals(new double[] {4, 3, 3, 9}, scenarios.covariance());
    assertArrayEquals(new double[] {.5, -.25}, scenarios.centre());
  }

  @Test
  void aFileThatEndsEarlyIsNamed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("port9.txt");
    Files.writeString(file, "2\n.5 2\n");
    String message = assertThrows(IOException.class, () -> LibraryFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + ", line 3"), message);
  }
}
