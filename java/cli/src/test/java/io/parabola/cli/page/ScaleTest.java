package io.parabola.cli.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {

  @Test
  void ticksAreRoundAndEncloseTheData() {
    Scale scale = Scale.enclosing(46.2, 97.3, 8, 0, 600);
    assertEquals(List.of(40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0), scale.ticks());
    assertEquals("50", scale.label(50));
    assertEquals(300, scale.at(70), 1e-12);
  }

  @Test
  void smallStepsGetDecimals() {
    Scale scale = Scale.enclosing(0, 0.9, 5, 0, 1);
    assertEquals("0.4", scale.label(scale.ticks().get(2)));
  }

  @Test
  void oneValueStillHasAPlace() {
    Scale scale = Scale.enclosing(3, 3, 5, 0, 100);
    assertTrue(Double.isFinite(scale.at(3)) && scale.at(3) >= 0 && scale.at(3) <= 100);
    scale = Scale.enclosing(0, 0, 5, 0, 100);
    assertTrue(Double.isFinite(scale.at(0)));
  }
}
