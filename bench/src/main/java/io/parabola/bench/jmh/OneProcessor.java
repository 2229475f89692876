package io.parabola.bench.jmh;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Binds a thread that is timed to one processor, the same in each benchmark: where they are not
 * equally fast, as on shared machines, it would be chance which one a benchmark has. Compilers and
 * collectors stay free to run on the others.
 */
final class OneProcessor {
  private static final String ALLOWED = "Cpus_allowed_list:";

  private OneProcessor() {}

  /**
   * Binds the calling thread, and what it starts from now on, to the first of the processors that
   * it may use.
   *
   * @return which, or nothing where the system has no way that is known here
   */
  static Optional<Integer> bindCaller() {
    Path self = Path.of("/proc/thread-self");
    try {
      if (!Files.exists(self)) {
        return Optional.empty();
      }
      String thread = self.toRealPath().getFileName().toString();
      int processor = first(Files.readString(self.resolve("status")));
      Process taskset =
          new ProcessBuilder("taskset", "-pc", Integer.toString(processor), thread)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      return taskset.waitFor() == 0 ? Optional.of(processor) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not Linux, or without taskset
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The first of a list such as 0-3,8. */
  static int first(String status) {
    String list =
        status
            .lines()
            .filter(line -> line.startsWith(ALLOWED))
            .findFirst()
            .orElseThrow()
            .substring(ALLOWED.length())
            .trim();
    return Integer.parseInt(list.split("[-,]")[0]);
  }
}
