package io.parabola.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.InvalidInputException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PriceTableTest {
  private static final double NAN = Double.NaN;
  private static final List<String> TIMES = List.of("t0", "t1", "t2", "t3");

  private static PriceTable withGap() {
    return PriceTable.of(
        List.of("A", "B"), TIMES, new double[] {100, 10, 110, NAN, 121, 12, 60.5, 15});
  }

  private static String messageOf(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(InvalidInputException.class, call).getMessage();
  }

  @Test
  void returnsAreSimple() {
    Returns returns =
        PriceTable.of(List.of("A"), TIMES, new double[] {100, 110, 55, 55}).returns(Gaps.REJECT);
    assertArrayEquals(new double[] {0.1, -0.5, 0}, returns.toArray(), 1e-15);
    assertEquals(List.of("t1", "t2", "t3"), returns.times());
    assertTrue(returns.findings().isEmpty());
  }

  @Test
  void aGapIsAnErrorThatNamesAssetAndTime() {
    assertEquals(
        "B has no price at t1 (1 gap in 1 asset); choose how gaps are handled",
        messageOf(() -> withGap().returns(Gaps.REJECT)));
  }

  @Test
  void timesLeftOutAreReportedAndSpanned() {
    Returns returns = withGap().returns(Gaps.DROP_TIMES);
    assertArrayEquals(new double[] {0.21, 0.2, -0.5, 0.25}, returns.toArray(), 1e-15);
    assertEquals(List.of("t2", "t3"), returns.times());
    Finding finding = returns.findings().get(0);
    assertEquals(Finding.Kind.GAP, finding.kind());
    assertEquals(List.of("B"), finding.assets());
    assertTrue(
        finding.text().startsWith("1 of 4 times left out for lack of prices of 1 asset;"),
        finding.text());
  }

  @Test
  void assetsLeftOutAreReported() {
    Returns returns = withGap().returns(Gaps.DROP_ASSETS);
    assertEquals(List.of("A"), returns.assets());
    assertArrayEquals(new double[] {0.1, 0.1, -0.5}, returns.toArray(), 1e-15);
    assertTrue(returns.findings().get(0).text().endsWith("left out for lack of prices: B"));
  }

  @Test
  void aPriceCarriedForwardGivesAZeroReturn() {
    Returns returns = withGap().returns(Gaps.CARRY_FORWARD);
    assertArrayEquals(new double[] {0.1, 0, 0.1, 0.2, -0.5, 0.25}, returns.toArray(), 1e-15);
    assertTrue(returns.findings().get(0).text().startsWith("1 gap in 1 asset filled"));
  }

  @Test
  void aGapAtTheBeginningHasNothingToCarry() {
    PriceTable late = PriceTable.of(List.of("A"), List.of("t0", "t1"), new double[] {NAN, 1});
    assertEquals(
        "A has no price at t0 and none before to carry",
        messageOf(() -> late.returns(Gaps.CARRY_FORWARD)));
  }

  @Test
  void anInfiniteReturnIsNamedWithItsPrices() {
    PriceTable extreme =
        PriceTable.of(List.of("A"), List.of("t0", "t1"), new double[] {1e-300, 1e300});
    assertEquals(
        "return of A from t0 to t1 is infinite: the price goes from 1.0E-300 to 1.0E300",
        messageOf(() -> extreme.returns(Gaps.REJECT)));
  }

  @Test
  void aPriceThatIsNoPriceIsNamed() {
    assertEquals(
        "price of B at t0 is -1.0; a price is a positive number",
        messageOf(() -> PriceTable.of(List.of("A", "B"), List.of("t0"), new double[] {1, -1})));
    assertTrue(
        messageOf(() -> PriceTable.of(List.of("A"), List.of("t0"), new double[] {0}))
            .contains("A at t0"));
  }

  @Test
  void namesAreDistinctAndShapesFit() {
    assertEquals(
        "asset A occurs twice",
        messageOf(() -> PriceTable.of(List.of("A", "A"), List.of("t0"), new double[] {1, 1})));
    assertEquals(
        "prices has length 3, but 2 times of 2 assets need 4",
        messageOf(
            () -> PriceTable.of(List.of("A", "B"), List.of("t0", "t1"), new double[] {1, 1, 1})));
    assertEquals(
        "returns need prices at two times at least, but there are 1",
        messageOf(
            () ->
                PriceTable.of(List.of("A"), List.of("t0"), new double[] {1}).returns(Gaps.REJECT)));
  }

  @Test
  void assetsCanBeLeftOutByName() {
    PriceTable rest = withGap().without(Set.of("B"));
    assertEquals(List.of("A"), rest.assets());
    assertEquals(60.5, rest.get(3, 0));
    assertEquals(
        "cannot leave out C: no such asset", messageOf(() -> withGap().without(Set.of("C"))));
    assertEquals("no asset is left of 2", messageOf(() -> withGap().without(Set.of("A", "B"))));
  }

  @Test
  void returnsOfOnesOwnAreChecked() {
    assertTrue(
        messageOf(() -> Returns.of(List.of("A"), List.of("t0"), new double[] {-1.5}))
            .startsWith("return of A at t0 is -1.5"));
    assertTrue(
        messageOf(() -> Returns.of(List.of("A"), List.of("t0"), new double[] {NAN}))
            .startsWith("return of A at t0 is NaN"));
  }
}
