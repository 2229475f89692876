package io.parabola.cli.files;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The standard streams of one command, and whether somebody is looking at them. */
public record Console(PrintStream out, PrintStream err, boolean errIsTerminal) {

  /** The process's own streams, in UTF-8 like every file, whatever the locale says. */
  public static Console ofProcess() {
    return new Console(
        new PrintStream(new StandardOutput(), false, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        standardErrorIsTerminal());
  }

  /** Standard output whose reader may leave early, as {@code head} does: that is no error. */
  private static final class StandardOutput extends FilterOutputStream {
    StandardOutput() {
      super(new FileOutputStream(FileDescriptor.out));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        if (e.getMessage() == null || !e.getMessage().contains("Broken pipe")) {
          throw e;
        }
      }
    }
  }

  /**
   * Java only tells whether input and output together are a terminal; a bar goes to standard error
   * alone.
   */
  private static boolean standardErrorIsTerminal() {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return System.console() != null;
    }
  }

  public int columns() {
    try {
      return Math.max(40, Integer.parseInt(System.getenv().getOrDefault("COLUMNS", "80")));
    } catch (NumberFormatException e) {
      return 80;
    }
  }
}
