package io.parabola.bench;

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
}
