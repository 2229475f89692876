package io.parabola.models.views;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpectedReturnsTest {
  private static final Covariance SIGMA =
      Covariance.of(new double[] {.04, .01, 0, .01, .09, .02, 0, .02, .16}, 3);

  @Test
  void meansCountAllAlikeOrTheYoungerMore() {
    try (Matrix returns = Matrix.copyOf(new double[][] {{0.1, 0}, {0.2, -0.1}, {0.6, 0.4}})) {
      assertArrayEquals(new double[] {0.3, 0.1}, ExpectedReturns.mean(returns), 1e-16);
      // Weights 1/7, 2/7, 4/7.
      assertArrayEquals(
          new double[] {(0.1 + 0.4 + 2.4) / 7, (-0.2 + 1.6) / 7},
          ExpectedReturns.ewma(returns, 1),
          1e-16);
    }
  }

  @Test
  void jamesSteinMovesAllTowardsTheirMean() {
    double[] mean = {0.02, 0.05, 0.11};
    ExpectedReturns.Shrunk shrunk = ExpectedReturns.jamesStein(mean, SIGMA, 60);
    assertEquals(0.06, shrunk.target(), 1e-16);
    double[] away = {-0.04, -0.01, 0.05};
    double distance = new InverseForm(SIGMA).of(away);
    assertEquals(1 / (60 * distance), shrunk.intensity(), 1e-12);
    assertEquals(0.06 + (1 - shrunk.intensity()) * 0.05, shrunk.mean()[2], 1e-15);
    // Little data: all of the way. Nothing to tell apart: as well.
    assertArrayEquals(
        new double[] {.06, .06, .06}, ExpectedReturns.jamesStein(mean, SIGMA, 1).mean(), 1e-15);
    double[] same = {0.03, 0.03, 0.03};
    assertArrayEquals(same, ExpectedReturns.jamesStein(same, SIGMA, 50).mean(), 1e-16);
  }

  /** In the mean over samples it is nearer to the truth than the sample's own means. */
  @Test
  void shrinkingLowersTheErrorInTheMean() {
    Random random = new Random(7);
    int n = 20;
    int observations = 40;
    double[] truth = random.doubles(n, 0, 0.02).toArray();
    double[] identity = new double[n * n];
    for (int i = 0; i < n; i++) {
      identity[i * n + i] = 0.01;
    }
    Covariance covariance = Covariance.of(identity, n);
    double plain = 0;
    double stein = 0;
    double bayes = 0;
    for (int trial = 0; trial < 300; trial++) {
      double[] mean = new double[n];
      for (int i = 0; i < n; i++) {
        mean[i] = truth[i] + 0.1 / Math.sqrt(observations) * random.nextGaussian();
      }
      plain += error(mean, truth);
      stein += error(ExpectedReturns.jamesStein(mean, covariance, observations).mean(), truth);
      bayes += error(ExpectedReturns.bayesStein(mean, covariance, observations).mean(), truth);
    }
    assertTrue(stein < 0.6 * plain, stein + " of " + plain);
    assertTrue(bayes < 0.6 * plain, bayes + " of " + plain);
  }

  private static double error(double[] mean, double[] truth) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += (mean[i] - truth[i]) * (mean[i] - truth[i]);
    }
    return sum;
  }

  @Test
  void bayesSteinMovesTowardsTheCalmestPortfolio() {
    double[] mean = {0.02, 0.05, 0.11};
    ExpectedReturns.Shrunk shrunk = ExpectedReturns.bayesStein(mean, SIGMA, 60);
    double[] calm = new InverseForm(SIGMA).solve(new double[] {1, 1, 1});
    double sum = Arrays.stream(calm).sum();
    double expected = (calm[0] * 0.02 + calm[1] * 0.05 + calm[2] * 0.11) / sum;
    assertEquals(expected, shrunk.target(), 1e-15);
    assertTrue(shrunk.intensity() > 0 && shrunk.intensity() < 1);
  }

  @Test
  void theCapmGivesTheMarketItsOwnReturn() {
    double[] market = {0.5, 0.3, 0.2};
    double[] mean = ExpectedReturns.capm(SIGMA, market, 0.08, 0.02);
    double held = mean[0] * 0.5 + mean[1] * 0.3 + mean[2] * 0.2;
    assertEquals(0.08, held, 1e-15);
    // Of equilibrium returns the same, if the risk aversion is that which explains 6 %.
    double variance =
        market[0] * Products.times(SIGMA, market)[0]
            + market[1] * Products.times(SIGMA, market)[1]
            + market[2] * Products.times(SIGMA, market)[2];
    double[] implied = ExpectedReturns.equilibrium(0.06 / variance, SIGMA, market);
    for (int i = 0; i < 3; i++) {
      assertEquals(mean[i] - 0.02, implied[i], 1e-15);
    }
    assertThrows(
        InvalidInputException.class,
        () -> ExpectedReturns.capm(Covariance.of(new double[9], 3), market, 0.1, 0));
  }

  @Test
  void factorFormAndMatrixGiveTheSameProducts() {
    double[] exposures = {1, 0.2, 0.8, -0.1, 1.2, 0.5};
    Covariance factors =
        Covariance.ofFactors(
            exposures, new double[] {.04, .01, .01, .02}, new double[] {.01, .02, .03});
    Covariance dense = Covariance.of(factors.toArray(), 3);
    double[] x = {0.3, -0.4, 1.1};
    assertArrayEquals(Products.times(dense, x), Products.times(factors, x), 1e-16);
  }
}
