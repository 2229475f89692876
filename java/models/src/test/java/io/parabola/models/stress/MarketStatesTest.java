package io.parabola.models.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.InvalidInputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarketStatesTest {

  @Test
  void statesComeAsOftenAsTheirProbabilities() {
    MarketStates states =
        MarketStates.of(
            List.of(
                MarketState.of("never", 0, 9, 0.9),
                MarketState.of("often", 0.7, 1, 0),
                new MarketState(
                    "spread", 0.3, new Interval(1, 3), new Interval(0.2, 0.8), 0, Map.of()),
                MarketState.of("nor this", 0, 9, 0.9)));
    int draws = 100_000;
    int often = 0;
    double volatility = 0;
    double correlation = 0;
    double product = 0;
    int spread = 0;
    for (int s = 0; s < draws; s++) {
      MarketStates.Drawn drawn = states.draw(3, s);
      assertTrue(drawn.state() == 1 || drawn.state() == 2);
      if (drawn.state() == 1) {
        often++;
        assertEquals(1, drawn.volatility());
        assertEquals(0, drawn.correlation());
      } else {
        spread++;
        volatility += drawn.volatility();
        correlation += drawn.correlation();
        product += (drawn.volatility() - 2) * (drawn.correlation() - 0.5);
      }
    }
    assertEquals(0.7, (double) often / draws, 5 * Math.sqrt(0.7 * 0.3 / draws));
    // Uniform between 1 and 3, and between 0.2 and 0.8, independently.
    assertEquals(2, volatility / spread, 5 * 2 / Math.sqrt(12.0 * spread));
    assertEquals(0.5, correlation / spread, 5 * 0.6 / Math.sqrt(12.0 * spread));
    assertEquals(0, product / spread, 5 * 0.1 / Math.sqrt(spread));
    assertEquals(states.draw(3, 77), states.draw(3, 77));
  }

  @Test
  void whatIsImpossibleIsNamed() {
    assertEquals(
        "state odd: the volatility multiplier must be at least 0, but is -1.0",
        message(() -> MarketState.of("odd", 0.5, -1, 0)));
    assertEquals(
        "state odd: the correlations' way to one must be between 0 and 1, but is 1.5",
        message(() -> MarketState.of("odd", 0.5, 1, 1.5)));
    assertEquals(
        "the probabilities of the states must sum to 1, but sum to 0.5",
        message(() -> MarketStates.of(List.of(MarketState.of("half", 0.5, 1, 0)))));
    assertEquals(
        "there are two states of the name a",
        message(
            () ->
                MarketStates.of(
                    List.of(MarketState.of("a", 0.5, 1, 0), MarketState.of("a", 0.5, 1, 0)))));
    assertThrows(InvalidInputException.class, () -> MarketStates.of(List.of()));
  }

  private static String message(org.junit.jupiter.api.function.Executable bad) {
    return assertThrows(InvalidInputException.class, bad).getMessage();
  }
}
