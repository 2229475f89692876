package io.parabola.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parabola.InvalidInputException;
import org.junit.jupiter.api.Test;

class PeriodTest {

  @Test
  void returnsScaleWithTimeAndVolatilityWithItsRoot() {
    Period day = Period.daily(365);
    assertEquals(0.73, day.annualReturn(0.002), 1e-15);
    assertEquals(0.04 * Math.sqrt(365), day.annualVolatility(0.04), 1e-15);
    assertEquals(365 * 0.0016, day.annualVariance(0.0016), 1e-15);
  }

  @Test
  void exchangesAndMarketsThatNeverCloseDiffer() {
    assertEquals(252, Period.daily(252).periodsPerYear());
    assertEquals(8760, Period.hourly().periodsPerYear());
    assertEquals(52, Period.of("week", 52).periodsPerYear());
  }

  @Test
  void aYearOfNoPeriodsIsRefused() {
    assertThrows(InvalidInputException.class, () -> Period.daily(0));
    assertThrows(InvalidInputException.class, () -> Period.daily(Double.NaN));
    assertThrows(InvalidInputException.class, () -> Period.of("day", Double.POSITIVE_INFINITY));
  }
}
