package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineSelectionTest {
  private static final String PROPERTY = "parabola.engine";
  private static final String DEVICE = "parabola.cuda.device";
  private static final String BREAK_EVEN = "parabola.cuda.breakEven";

  private final Map<String, String> before = new HashMap<>();

  @BeforeEach
  void remember() {
    for (String property : List.of(PROPERTY, DEVICE, BREAK_EVEN)) {
      before.put(property, System.getProperty(property));
    }
    System.clearProperty(PROPERTY);
    System.clearProperty(DEVICE);
  }

  @AfterEach
  void restore() {
    before.forEach(
        (property, value) -> {
          if (value == null) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }

  @Test
  void theFastestThatRunsIsChosenAndTheOthersAreAccountedFor() {
    try (Engine engine = Engine.create()) {
      assertEquals(Runtime.getRuntime().availableProcessors(), engine.threads());
      assertTrue(engine.describe().startsWith(engine.name() + " ("), engine.describe());
      List<String> all = List.of("cuda", "cpu", "java");
      for (String name : all) {
        boolean passedOver = engine.describe().contains("; passed over: " + name + ": ");
        boolean faster = all.indexOf(name) < all.indexOf(engine.name());
        assertEquals(faster, passedOver, engine.describe());
      }
    }
  }

  @Test
  void thePropertyForcesAnEngine() {
    System.setProperty(PROPERTY, "java");
    try (Engine engine = Engine.create()) {
      assertEquals("java", engine.name());
      assertEquals(
          "java (plain Java "
              + Runtime.version().feature()
              + ", "
              + engine.threads()
              + (engine.threads() == 1 ? " thread)" : " threads)"),
          engine.describe());
    }
  }

  @Test
  void anEngineThatCannotBeHadFailsLoudly() {
    System.setProperty(PROPERTY, "cuda");
    System.setProperty(DEVICE, "99");
    String reason = assertThrows(EngineUnavailableException.class, Engine::create).getMessage();
    assertTrue(reason.matches("engine cuda: [^\\n]+"), reason);
    assertEquals(
        "engine abacus: there is none of that name, only [cuda, cpu, java]",
        assertThrows(InvalidInputException.class, () -> Engine.create("abacus")).getMessage());
    assertThrows(InvalidInputException.class, () -> Engine.create("java", 0));
    System.setProperty(PROPERTY, "");
    assertEquals(
        "engine \"\": there is none of that name, only [cuda, cpu, java]",
        assertThrows(InvalidInputException.class, Engine::create).getMessage());
  }

  @Test
  void aDeviceThatWasAskedForIsNotPassedOver() {
    System.setProperty(DEVICE, "99");
    String reason = assertThrows(EngineUnavailableException.class, Engine::create).getMessage();
    assertTrue(reason.startsWith("engine cuda: "), reason);
    for (String wrong : List.of("-1", "first", "1e3", "")) {
      System.setProperty(DEVICE, wrong);
      assertEquals(
          DEVICE + "=" + wrong + ": must be a whole number, 0 or more",
          assertThrows(InvalidInputException.class, Engine::create).getMessage());
    }
  }

  @Test
  void batchesThatAreNotWorthTheTripAreSolvedAllTheSame() {
    System.setProperty(BREAK_EVEN, "1000000");
    Problem problem = Problem.builder(Covariance.of(new double[] {1, 0, 0, 3}, 2)).build();
    Batch batch = Batch.builder(problem, 2).upper(new double[] {1, 1, 0.5, 1}).build();
    try (Engine engine = EveryEngine.open("cuda", 1);
        BatchSolution solution = engine.solve(batch)) {
      assertArrayEquals(new double[] {0.75, 0.25}, solution.weights(0), 1e-15);
      assertArrayEquals(new double[] {0.5, 0.5}, solution.weights(1), 1e-15);
    }
  }
}
