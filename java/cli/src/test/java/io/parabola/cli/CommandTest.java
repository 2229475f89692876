package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.cli.files.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs commands as a user would, with files in a directory of their own, and looks at all that they
 * leave behind.
 */
abstract class CommandTest {
  /** Three assets without correlation, so that the answers can be computed by hand. */
  static final String COVARIANCE = "asset,A,B,C\nA,0.04,0,0\nB,0,0.09,0\nC,0,0,0.16\n";

  static final String MEAN = "asset,mean\nA,0.05\nB,0.08\nC,0.12\n";

  @TempDir Path directory;

  /** What a command left: its exit status and both streams. */
  record Outcome(int status, String out, String err) {

    /** The command failed with this status and said so in this one line, and nothing else. */
    void failsWith(int expected, String line) {
      assertEquals("parabola: " + line + "\n", err);
      assertEquals(expected, status);
      assertEquals("", out);
    }

    void failsStarting(int expected, String start) {
      assertTrue(err.startsWith("parabola: " + start), err);
      assertEquals(1, err.lines().count(), err);
      assertEquals(expected, status);
      assertEquals("", out);
    }

    Outcome succeeds() {
      assertEquals("", err);
      assertEquals(0, status);
      return this;
    }

    List<String[]> table() {
      return csv(out);
    }
  }

  Outcome run(String... args) {
    return run(false, args);
  }

  /** As {@link #run(String...)}, as if standard error were a terminal. */
  Outcome runWatched(String... args) {
    return run(true, args);
  }

  private Outcome run(boolean watched, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Outcome outcome = run(new PrintStream(out, false, StandardCharsets.UTF_8), watched, args);
    return new Outcome(outcome.status(), out.toString(StandardCharsets.UTF_8), outcome.err());
  }

  /** As {@link #run(String...)}, on a standard output of one's own. */
  Outcome run(PrintStream out, String... args) {
    return run(out, false, args);
  }

  private Outcome run(PrintStream out, boolean watched, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Parabola.run(
            new Console(out, new PrintStream(err, true, StandardCharsets.UTF_8), watched), args);
    // The directory's name is no part of what is promised.
    return new Outcome(
        status, "", err.toString(StandardCharsets.UTF_8).replace(directory + "/", ""));
  }

  String file(String name, String content) {
    try {
      Path path = directory.resolve(name);
      Files.writeString(path, content);
      return path.toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String path(String name) {
    return directory.resolve(name).toString();
  }

  String text(String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void absent(String name) {
    assertFalse(Files.exists(directory.resolve(name)), name + " exists");
    assertTrue(names().stream().noneMatch(n -> n.endsWith(".tmp")), names().toString());
  }

  static List<String[]> csv(String text) {
    List<String[]> rows = new ArrayList<>();
    text.lines().forEach(line -> rows.add(line.split(",", -1)));
    return rows;
  }

  static double number(String text) {
    return Double.parseDouble(text);
  }
}
