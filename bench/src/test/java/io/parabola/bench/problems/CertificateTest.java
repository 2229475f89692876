package io.parabola.bench.problems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CertificateTest {
  // Two independent assets of variance 1 and 4: minimum variance is 4/5 and 1/5, of variance 4/5.
  private static final double[] COVARIANCE = {1, 0, 0, 4};
  private static final double[] NO_RETURNS = {0, 0};

  private static Certificate of(double upper, double... weights) {
    return Certificate.of(COVARIANCE, NO_RETURNS, 0, upper, 1, weights);
  }

  @Test
  void theMinimumVariancePortfolioHasNoGap() {
    Certificate certificate = of(1, 0.8, 0.2);
    assertEquals(0, certificate.relativeGap(), 1e-15);
    assertEquals(0, certificate.violation(), 1e-15);
  }

  @Test
  void theGapIsThatOfTheBestVertex() {
    // g = (0.5, 2): g'w = 1.25; the best vertex holds the first asset alone, 0.5; w'Σw = 1.25.
    assertEquals(0.75 / 1.25, of(1, 0.5, 0.5).relativeGap(), 1e-15);
  }

  @Test
  void theVertexKeepsTheUpperBound() {
    // With at most 0.6 of the first: best 0.6 · 0.5 + 0.4 · 2 = 1.1, so the gap is 0.15.
    assertEquals(0.15 / 1.25, of(0.6, 0.5, 0.5).relativeGap(), 1e-15);
    assertEquals(0, of(0.6, 0.6, 0.4).relativeGap(), 1e-15);
  }

  @Test
  void theGapBoundsTheDistanceFromTheOptimum() {
    // f = ½ w'Σw is 0.4 at the optimum and 0.625 at equal weights.
    assertTrue(of(1, 0.5, 0.5).relativeGap() * 1.25 >= 0.625 - 0.4);
  }

  @Test
  void expectedReturnsCount() {
    // g = Σw − μ: all in the first asset gives (1 − 3, 0), which wants nothing else.
    double[] returns = {3, 0};
    assertEquals(
        0, Certificate.of(COVARIANCE, returns, 0, 1, 1, new double[] {1, 0}).relativeGap(), 1e-15);
    // At (0.8, 0.2): g = (−2.2, 0.8), g'w = −1.6, best −2.2; the larger scale is μ'w = 2.4.
    assertEquals(
        0.6 / 2.4,
        Certificate.of(COVARIANCE, returns, 0, 1, 1, new double[] {0.8, 0.2}).relativeGap(),
        1e-15);
  }

  @Test
  void shortPositionsMoveTheVertex() {
    // Between −1 and 2: from (0.5, 0.5), g = (0.5, 2), the best vertex is (2, −1): −1.
    Certificate certificate =
        Certificate.of(COVARIANCE, NO_RETURNS, -1, 2, 1, new double[] {0.5, 0.5});
    assertEquals((1.25 + 1) / 1.25, certificate.relativeGap(), 1e-15);
  }

  @Test
  void aBrokenBudgetAndABrokenBoundAreSeen() {
    assertEquals(0.1, of(1, 0.8, 0.3).violation(), 1e-15);
    assertEquals(0.2, of(0.6, 0.8, 0.2).violation(), 1e-15);
    assertEquals(0.1, of(2, 1.1, -0.1).violation(), 1e-15);
    assertFalse(of(1, 0.8, 0.3).within(1e-6));
  }

  @Test
  void weightsThatAreNotNumbersAreWrong() {
    Certificate certificate = of(1, Double.NaN, 0.2);
    assertFalse(certificate.within(1));
    assertFalse(Certificate.PERFECT.worse(certificate).within(1));
    assertFalse(certificate.worse(Certificate.PERFECT).within(1));
  }

  private static Certificate of(Certificate.Terms terms, Multipliers y, double... weights) {
    return Certificate.of(Risk.times(COVARIANCE, weights), NO_RETURNS, 0, 1, 1, weights, terms, y);
  }

  private static Certificate.Terms row(double lower, double upper, double... coefficients) {
    return new Certificate.Terms(
        new double[][] {coefficients},
        new double[] {lower},
        new double[] {upper},
        null,
        Double.POSITIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        Costs.NONE);
  }

  private static Certificate.Terms trading(double turnover, double gross, Costs costs) {
    return new Certificate.Terms(
        new double[0][],
        new double[0],
        new double[0],
        new double[] {0.5, 0.5},
        turnover,
        gross,
        costs);
  }

  private static Multipliers rowPrice(double price) {
    return new Multipliers(new double[] {price}, 0, 0);
  }

  @Test
  void theRightPriceOfARowProvesItsOptimum() {
    // At least 0.5 of the second asset: w = (0.5, 0.5), g = (0.5, 2), so 0.5 = 2 − 1.5 · 1.
    Certificate.Terms terms = row(0.5, Double.POSITIVE_INFINITY, 0, 1);
    assertEquals(0, of(terms, rowPrice(1.5), 0.5, 0.5).relativeGap(), 1e-15);
    // Priced at 1: slopes (0.5, 1), all in the first is 0.5 less; the slack is nothing.
    assertEquals(0.25 / 1.25, of(terms, rowPrice(1), 0.5, 0.5).relativeGap(), 1e-15);
    // Not priced it is as if it were not there.
    assertEquals(of(1, 0.5, 0.5).relativeGap(), of(terms, rowPrice(0), 0.5, 0.5).relativeGap());
  }

  @Test
  void anUpperLimitHasANegativePrice() {
    // At most 0.6 of the first: w = (0.6, 0.4), g = (0.6, 1.6), and 0.6 + 1 · 1 = 1.6.
    Certificate.Terms terms = row(Double.NEGATIVE_INFINITY, 0.6, 1, 0);
    assertEquals(0, of(terms, rowPrice(-1), 0.6, 0.4).relativeGap(), 1e-15);
    assertEquals(Double.POSITIVE_INFINITY, of(terms, rowPrice(1), 0.6, 0.4).relativeGap());
  }

  @Test
  void aBrokenRowIsSeenAndHidesNoGap() {
    Certificate.Terms terms = row(0.5, Double.POSITIVE_INFINITY, 0, 1);
    assertEquals(0.1, of(terms, rowPrice(1.5), 0.6, 0.4).violation(), 1e-15);
    // The optimum without the row, to which any price is too much: g = (0.8, 0.8).
    assertTrue(of(terms, rowPrice(1.5), 0.8, 0.2).relativeGap() > 0.1);
  }

  @Test
  void theRightPriceOfTurnoverProvesItsOptimum() {
    // From (0.5, 0.5) to (0.6, 0.4) is 0.2; g = (0.6, 1.6) differ by twice the price of 0.5.
    Certificate.Terms terms = trading(0.2, Double.POSITIVE_INFINITY, Costs.NONE);
    Multipliers right = new Multipliers(new double[0], 0.5, 0);
    assertEquals(0, of(terms, right, 0.6, 0.4).relativeGap(), 1e-15);
    assertTrue(of(terms, Multipliers.NONE, 0.6, 0.4).relativeGap() > 0.1);
    assertEquals(0.2, of(terms, right, 0.7, 0.3).violation(), 1e-15);
  }

  @Test
  void theRightPriceOfGrossExposureProvesItsOptimum() {
    // Returns (3, 0) between −1 and 2: gross 1.4 means (1.2, −0.2), g = (1.2 − 3, −0.8).
    double[] w = {1.2, -0.2};
    double[] product = Risk.times(COVARIANCE, w);
    Certificate.Terms terms = trading(Double.POSITIVE_INFINITY, 1.4, Costs.NONE);
    for (double price : new double[] {0.5, 0.4}) {
      Certificate certificate =
          Certificate.of(
              product,
              new double[] {3, 0},
              -1,
              2,
              1,
              w,
              terms,
              new Multipliers(new double[0], 0, price));
      assertEquals(0, certificate.violation(), 1e-15);
      // −1.8 + y against −0.8 − y: equal at 0.5; at 0.4 the first is worth 0.2 more a unit.
      double gap = price == 0.5 ? 0 : (2 - 1.2) * 0.2;
      assertEquals(gap / 3.6, certificate.relativeGap(), 1e-15);
    }
  }

  @Test
  void linearCostsKeepWeightsWhereTheyAre() {
    // g = (0.5, 2) at the current weights: 1.5 is what a trade of one for the other gains.
    Certificate.Terms cheap =
        trading(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, new Costs(0.7, 0, 0));
    Certificate.Terms dear =
        trading(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, new Costs(0.8, 0, 0));
    assertEquals(0, of(dear, Multipliers.NONE, 0.5, 0.5).relativeGap(), 1e-15);
    assertEquals(0.5 * 0.1 / 1.25, of(cheap, Multipliers.NONE, 0.5, 0.5).relativeGap(), 1e-15);
  }

  @Test
  void smoothCostsCountByTheirSlope() {
    // Traded 0.1 each: 2 · 2.5 · 0.1 = 0.5 on either side closes the difference of 1.
    Costs quadratic = new Costs(0, 2.5, 0);
    Costs power = new Costs(0, 0, 0.5 / (1.5 * Math.sqrt(0.1)));
    for (Costs costs : new Costs[] {quadratic, power}) {
      Certificate.Terms terms = trading(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, costs);
      assertEquals(0, of(terms, Multipliers.NONE, 0.6, 0.4).relativeGap(), 1e-14);
      assertTrue(of(terms, Multipliers.NONE, 0.5, 0.5).relativeGap() > 0.1);
    }
  }
}
