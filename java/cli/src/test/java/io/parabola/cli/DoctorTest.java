package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DoctorTest extends CommandTest {

  @Test
  void everyEngineIsThereOrSaysWhyNot() throws IOException {
    JsonNode json = new ObjectMapper().readTree(run("doctor", "--json").succeeds().out());
    assertEquals(3, json.get("engines").size());
    for (JsonNode engine : json.get("engines")) {
      assertTrue(!engine.get("description").asText().isBlank());
      assertTrue(engine.get("available").asBoolean() || !engine.get("remedy").asText().isBlank());
      assertFalse(engine.get("description").asText().startsWith("engine "), "said twice");
    }
    assertTrue(json.get("engines").get(2).get("available").asBoolean(), "java runs everywhere");
    assertTrue(!json.get("blas").asText().isBlank());
  }

  @Test
  void theTextNamesTheSameThings() {
    String text = run("doctor").succeeds().out();
    for (String topic : new String[] {"parabola", "java", "engine cuda", "engine cpu", "blas"}) {
      assertTrue(text.lines().anyMatch(line -> line.startsWith(topic)), topic + " in " + text);
    }
  }
}
