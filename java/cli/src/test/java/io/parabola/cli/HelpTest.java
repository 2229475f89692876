package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every command explains itself, and nothing else is printed: picocli warns of what it cannot
 * format.
 */
class HelpTest extends CommandTest {

  @ParameterizedTest
  @ValueSource(strings = {"stress", "optimize", "frontier", "batch", "covariance", "doctor"})
  void helpIsPrintedWithoutAWarning(String command) {
    PrintStream console = System.err;
    ByteArrayOutputStream warnings = new ByteArrayOutputStream();
    System.setErr(new PrintStream(warnings, true, StandardCharsets.UTF_8));
    try {
      Outcome outcome = run(command, "--help").succeeds();
      assertTrue(outcome.out().startsWith("Usage: parabola " + command), outcome.out());
    } finally {
      System.setErr(console);
    }
    assertEquals("", warnings.toString(StandardCharsets.UTF_8));
  }
}
