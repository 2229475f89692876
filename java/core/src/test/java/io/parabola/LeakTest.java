package io.parabola;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is never closed is freed by the collector all the same, and a warning names it. */
class LeakTest {
  static List<String> engines() {
    return EveryEngine.names();
  }

  @Test
  void aMatrixIsWarnedAboutUnlessItCannotBeClosed() throws InterruptedException {
    String log =
        logUntil(
            "70002",
            () -> {
              Matrix.allocate(3, 70001).close();
              Covariance.of(new double[601][601]);
              Matrix.allocate(3, 70002);
            });
    assertTrue(
        log.contains("a matrix of 3 x 70002 outside the heap was left to the garbage collector"),
        log);
    assertFalse(log.contains("70001") || log.contains("of 601 x 601 "), log);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aPreparedProblemIsWarnedAbout(String name) throws InterruptedException {
    try (Engine engine = EveryEngine.open(name, 1)) {
      String log =
          logUntil(
              "of 37 assets",
              () -> {
                engine.prepare(Problem.builder(Covariance.of(identity(36))).build()).close();
                engine.prepare(Problem.builder(Covariance.of(identity(37))).build());
              });
      assertTrue(
          log.contains("a prepared problem of 37 assets was left to the garbage collector"), log);
      assertFalse(log.contains("of 36 assets"), log);
    }
  }

  private static double[][] identity(int n) {
    double[][] identity = new double[n][n];
    for (int i = 0; i < n; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  private static String logUntil(String words, Runnable leak) throws InterruptedException {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      leak.run();
      for (int k = 0; k < 500 && !log.toString(StandardCharsets.UTF_8).contains(words); k++) {
        System.gc();
        Thread.sleep(10);
      }
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }
}
