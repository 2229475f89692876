package io.parabola.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneProcessorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0-1 | 0", "3 | 3", "5,7-9 | 5", "12-15 | 12"})
  void takesTheFirstThatIsAllowed(String list, int first) {
    assertEquals(
        first, OneProcessor.first("Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + list));
  }

  @Test
  void whoIsBoundMayUseThatProcessorOnly() throws Exception {
    String[] allowed = new String[1];
    Optional<?>[] bound = new Optional<?>[1];
    Thread thread =
        new Thread(
            () -> {
              bound[0] = OneProcessor.bindCaller();
              try {
                allowed[0] = Files.readString(Path.of("/proc/thread-self/status"));
              } catch (java.io.IOException e) {
                allowed[0] = null; // not Linux
              }
            });
    thread.start();
    thread.join();
    if (bound[0].isPresent()) {
      String line =
          allowed[0].lines().filter(l -> l.startsWith("Cpus_allowed_list:")).findFirst().get();
      assertEquals(bound[0].get().toString(), line.substring(line.indexOf(':') + 1).trim());
    }
  }
}
