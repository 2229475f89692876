package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Cancellation;
import io.parabola.SolveOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SolveControlTest {
  private static SolveControl control(SolveOptions options) {
    return SolveControl.of(1, options);
  }

  @Test
  void nobodyWatchesByDefaultSoThatABatchGoesOnInOnePiece() {
    SolveControl control = control(SolveOptions.defaults().withTolerance(1e-6).withReducedCosts());
    assertFalse(control.isWatched());
    assertFalse(control.isCancelled());
    control.report(1, 2);
  }

  @Test
  void whoMayCallItOffWatches() {
    Cancellation cancellation = new Cancellation();
    SolveControl control = control(SolveOptions.defaults().withCancellation(cancellation));
    assertTrue(control.isWatched());
    assertFalse(control.isCancelled());
    cancellation.cancel();
    assertTrue(control.isCancelled());
  }

  @Test
  void whoHearsOfItWatches() {
    List<Long> heard = new ArrayList<>();
    SolveControl control =
        control(SolveOptions.defaults().withProgress((done, total) -> heard.add(done)));
    assertTrue(control.isWatched());
    control.report(3, 4);
    assertEquals(List.of(3L), heard);
  }
}
