package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.cli.files.TemporaryFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OutputFilesTest extends CommandTest {

  @BeforeEach
  void inputs() {
    file("c.csv", COVARIANCE);
  }

  private Outcome writes(String name) {
    return run("optimize", "--cov", path("c.csv"), "--min-variance", "--out", path(name));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFileThatIsReplacedKeepsItsPermissions() throws IOException {
    Path target = Path.of(file("w.csv", "old\n"));
    for (String mode : new String[] {"rw-r-----", "rwxrw-rw-"}) {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
      writes("w.csv").succeeds();
      assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
      assertTrue(text("w.csv").startsWith("asset,weight\n"));
    }
  }

  private Path temporary(String target, boolean old) throws IOException {
    Path path = directory.resolve("." + target + "." + UUID.randomUUID() + ".tmp");
    Files.createFile(path);
    if (old) {
      Files.setLastModifiedTime(
          path, FileTime.from(Instant.now().minus(TemporaryFile.ABANDONED_AFTER.multipliedBy(2))));
    }
    return path;
  }

  /** What a killed run leaves behind. */
  @Test
  void theNextRunRemovesWhatIsAbandonedAndNothingElse() throws IOException {
    Path abandoned = temporary("w.csv", true);
    Path young = temporary("w.csv", false);
    Path another = temporary("v.csv", true);
    Path locked = temporary("w.csv", true);
    Path foreign = Path.of(file(".w.csv.mine.tmp", ""));
    Files.setLastModifiedTime(foreign, FileTime.from(Instant.EPOCH));
    try (FileChannel channel = FileChannel.open(locked, StandardOpenOption.WRITE)) {
      channel.lock();
      writes("w.csv").succeeds();
    }
    assertFalse(Files.exists(abandoned));
    for (Path kept : new Path[] {young, another, locked, foreign}) {
      assertTrue(Files.exists(kept), kept.toString());
    }
    writes("w.csv").succeeds();
    assertFalse(Files.exists(locked), "its writer is gone");
  }

  /** Standard output that takes nothing. */
  private Outcome withFullOutput(String... args) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    return run(new PrintStream(full, false, StandardCharsets.UTF_8), args);
  }

  @Test
  void aStandardOutputThatIsFullIsOneLine() {
    file("M.csv", "A,B,C\n1,2,3\n1,NaN,3\n");
    file("p.csv", "time,A,B\n1,1,1\n2,3,1\n3,1,1\n");
    String[][] commands = {
      {"optimize", "--cov", path("c.csv"), "--min-variance"},
      {"optimize", "--cov", path("c.csv"), "--min-variance", "--json"},
      {"batch", "--cov", path("c.csv"), "--means", path("M.csv"), "--risk-aversion", "2"},
      {"covariance", "--prices", path("p.csv"), "--mean-out", path("m.csv")},
      {"doctor"},
      {"--help"},
    };
    for (String[] command : commands) {
      withFullOutput(command).failsWith(2, "standard output cannot be written");
    }
    absent("m.csv");
  }

  /** A process of its own, since the locale is read once at its start. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aNameTheLocaleCannotWriteIsExplained() throws IOException, InterruptedException {
    Process process =
        shell(
            "LC_ALL=C \"$0\" -cp \"$1\" io.parabola.cli.Parabola optimize --min-variance --cov c.csv"
                + " --out \"$(printf 'm\\303\\266gen.csv')\"");
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    // From Java 18 on the virtual machine may know such names in every locale.
    if (process.exitValue() != 0) {
      assertEquals(2, process.exitValue(), err);
      assertEquals(1, err.lines().count(), err);
      assertTrue(
          err.startsWith(
              "parabola: Invalid value for option '--out': the name 'm??gen.csv' has characters"),
          err);
      assertTrue(err.contains("set LC_ALL=C.UTF-8"), err);
      assertFalse(err.contains("Exception"), err);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertTrue(files.noneMatch(f -> f.toString().endsWith(".tmp")));
    }
  }

  private Process shell(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                command,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"))
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return process;
  }
}
