package io.parabola.cli.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {

  @Test
  void everyDoubleComesBackExactly() {
    Random random = new Random(9);
    for (int k = 0; k < 100_000; k++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isNaN(value)) {
        assertEquals(value, Double.parseDouble(Numbers.exact(value)), 0.0);
      }
    }
    assertEquals("NaN", Numbers.exact(Double.NaN));
    assertEquals("-Infinity", Numbers.exact(Double.NEGATIVE_INFINITY));
  }

  @Test
  void seventeenDigitsWithoutTrailingZeros() {
    assertEquals("0.10000000000000001", Numbers.exact(0.1));
    assertEquals("0.25", Numbers.exact(0.25));
    assertEquals("0", Numbers.exact(-0.0));
    assertEquals("-3", Numbers.exact(-3));
  }

  @Test
  void briefIsForReaders() {
    assertEquals("0.2", Numbers.brief(0.2));
    assertEquals("1.235", Numbers.brief(1.23456));
    assertEquals("2.8e-16", Numbers.brief(2.81e-16));
    assertEquals("1235", Numbers.brief(1234.56));
    assertEquals("100", Numbers.brief(100));
  }

  @Test
  void anErrorLeavesItsDecimals() {
    assertEquals("31.73 \u00b1 0.19 %", Numbers.percent(0.31733, 0.00192));
    assertEquals("3.9 %", Numbers.percent(0.0385, Double.NaN));
    assertEquals("-1.0e+32 \u00b1 3.4e+30 %", Numbers.percent(-1e30, 3.4e28));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "abc", "1d", "0x1p3", "1,5", "1 2", "--1", "1e", "nanx"})
  void whatIsNoNumberIsRefused(String text) {
    assertThrows(NumberFormatException.class, () -> Numbers.parse(text));
  }
}
