package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineSelectionTest {
  private static final String PROPERTY = "parabola.engine";

  private String before;

  @BeforeEach
  void remember() {
    before = System.getProperty(PROPERTY);
    System.clearProperty(PROPERTY);
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  @Test
  void theFastestThatRunsIsChosenAndTheOthersAreAccountedFor() {
    try (Engine engine = Engine.create()) {
      assertEquals(Runtime.getRuntime().availableProcessors(), engine.threads());
      assertTrue(engine.describe().startsWith(engine.name() + " ("), engine.describe());
      boolean passedOver = engine.describe().contains("; passed over: cpu: ");
      assertEquals(engine.name().equals("java"), passedOver, engine.describe());
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
    assertEquals(
        "engine cuda: not in this version of Parabola",
        assertThrows(EngineUnavailableException.class, Engine::create).getMessage());
    assertEquals(
        "engine abacus: there is none of that name, only [cpu, java]",
        assertThrows(InvalidInputException.class, () -> Engine.create("abacus")).getMessage());
    assertThrows(InvalidInputException.class, () -> Engine.create("java", 0));
    System.setProperty(PROPERTY, "");
    assertEquals(
        "engine \"\": there is none of that name, only [cpu, java]",
        assertThrows(InvalidInputException.class, Engine::create).getMessage());
  }
}
