package io.parabola.models.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ForecastTest {
  static List<CovarianceForecaster> all() {
    return List.of(
        new EwmaForecaster(20),
        new IteratedEwma(10, 60),
        new DccForecaster(),
        new RegimeForecaster(2),
        CovarianceForecaster.of("rolling", 2, Moments::products));
  }

  private static double[][] steady(int n, int days, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[days][n];
    for (double[] row : rows) {
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        row[i] = 0.01 * (1 + i) * (0.8 * market + 0.6 * random.nextGaussian());
      }
    }
    return rows;
  }

  /** Calm and wild months in turn, with correlations of 0.2 and 0.9. */
  private static double[][] regimes(int n, int days, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[days][n];
    boolean wild = false;
    for (double[] row : rows) {
      wild = random.nextInt(40) == 0 ? !wild : wild;
      double rho = wild ? 0.9 : 0.2;
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        double own = Math.sqrt(1 - rho) * random.nextGaussian();
        row[i] = (wild ? 0.05 : 0.01) * (Math.sqrt(rho) * market + own);
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("all")
  void forecastsOfASteadyMarketAreNearItsCovariance(CovarianceForecaster forecaster) {
    int n = 4;
    double[] sigma = forecaster.start(steady(n, 1500, 3)).forecast();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double scale = 1e-4 * (1 + i) * (1 + j);
        double truth = scale * (i == j ? 1 : 0.64);
        assertEquals(truth, sigma[i * n + j], 0.5 * scale, forecaster.name());
        assertEquals(sigma[j * n + i], sigma[i * n + j], 1e-18);
      }
    }
  }

  /** What was seen at once or one by one is the same, and copies go their own ways. */
  @ParameterizedTest
  @MethodSource("all")
  void statesGoOnAndCopiesAreTheirOwn(CovarianceForecaster forecaster) {
    double[][] rows = regimes(3, 300, 5);
    CovarianceForecaster.State state = forecaster.start(Arrays.copyOf(rows, 290));
    CovarianceForecaster.State other = state.copy();
    double[] before = other.forecast();
    for (int t = 290; t < 300; t++) {
      state.observe(rows[t]);
    }
    assertArrayEquals(before, other.forecast(), 0.0);
    for (int t = 290; t < 300; t++) {
      other.observe(rows[t]);
    }
    assertArrayEquals(state.forecast(), other.forecast(), 0.0);
    assertThrows(InvalidInputException.class, () -> forecaster.start(new double[1][3]));
  }

  @Test
  void ewmaIsItsRecursion() {
    double[][] rows = {{0.01, 0.02}, {-0.03, 0.01}};
    CovarianceForecaster.State state = new EwmaForecaster(1).start(rows);
    state.observe(new double[] {0.04, -0.02});
    double start = (1e-4 + 9e-4) / 2;
    double after = 0.5 * (0.5 * (0.5 * start + 0.5 * 1e-4) + 0.5 * 9e-4) + 0.5 * 16e-4;
    assertEquals(after, state.forecast()[0], 1e-18);
  }

  @Test
  void regimesAreFoundAndFollowed() {
    RegimeForecaster forecaster = new RegimeForecaster(2);
    double[][] rows = regimes(4, 2000, 7);
    RegimeForecaster.Fit fit = forecaster.fit(rows);
    assertEquals(1e-4, fit.covariances()[0][0], 0.3e-4);
    assertEquals(25e-4, fit.covariances()[1][0], 5e-4);
    double calm = fit.covariances()[0][1] / fit.covariances()[0][0];
    double wild = fit.covariances()[1][1] / fit.covariances()[1][0];
    assertEquals(0.2, calm, 0.15);
    assertEquals(0.9, wild, 0.1);
    for (int k = 0; k < 2; k++) {
      assertEquals(0.975, fit.transition()[k][k], 0.02);
      assertEquals(1, Arrays.stream(fit.transition()[k]).sum(), 1e-12);
    }
  }

  @Test
  void correlationsThatMoveAreFollowedByDcc() {
    // Correlation swings slowly between 0.1 and 0.9; volatilities stay.
    Random random = new Random(11);
    double[][] rows = new double[3000][2];
    double[] truth = new double[3000];
    for (int t = 0; t < rows.length; t++) {
      double rho = 0.5 + 0.4 * Math.sin(2 * Math.PI * t / 500);
      truth[t] = rho;
      double a = random.nextGaussian();
      rows[t][0] = 0.02 * a;
      rows[t][1] = 0.02 * (rho * a + Math.sqrt(1 - rho * rho) * random.nextGaussian());
    }
    CovarianceForecaster.State state = new DccForecaster().start(Arrays.copyOf(rows, 1500));
    double error = 0;
    double constant = 0;
    for (int t = 1500; t < 3000; t++) {
      double[] sigma = state.forecast();
      double rho = sigma[1] / Math.sqrt(sigma[0] * sigma[3]);
      error += Math.abs(rho - truth[t]) / 1500;
      constant += Math.abs(0.5 - truth[t]) / 1500;
      state.observe(rows[t]);
    }
    assertTrue(error < 0.6 * constant, error + " of " + constant);
  }

  @Test
  void walkingForwardSaysWhoIsBetterAndWhenNobodyIs() {
    double[][] moving = regimes(3, 900, 13);
    ForecastEvaluation evaluation =
        ForecastEvaluation.walkForward(
            moving,
            List.of(
                CovarianceForecaster.of("all of the past", 2, Moments::products),
                new EwmaForecaster(15),
                new RegimeForecaster(2)),
            300,
            100,
            0);
    assertEquals(600, evaluation.forecasts());
    assertEquals("the one to beat", evaluation.scores().get(0).verdict());
    for (int k = 1; k < 3; k++) {
      ForecastEvaluation.Score score = evaluation.scores().get(k);
      // What forgets gradually is caught by sudden changes; what knows of them is not.
      assertEquals(
          k == 2 ? "better than all of the past" : "no better and no worse than all of the past",
          score.verdict(),
          score.toString());
      assertEquals(
          score.logLikelihood() - evaluation.scores().get(0).logLikelihood(), score.gain(), 1e-12);
      assertEquals(
          score.logLikelihood(), -0.5 * (3 * Math.log(2 * Math.PI) + score.qlike()), 1e-12);
    }
    // Where nothing moves, what forgets is worse, and says so.
    ForecastEvaluation steady =
        ForecastEvaluation.walkForward(
            steady(3, 900, 17),
            List.of(
                CovarianceForecaster.of("all of the past", 2, Moments::products),
                new EwmaForecaster(8)),
            300,
            100,
            0);
    assertEquals("worse than all of the past", steady.scores().get(1).verdict());
    assertEquals(3, evaluation.table().size() - 1);
  }

  /** No forecast sees the return that it is judged by, or a later one. */
  @ParameterizedTest
  @MethodSource("all")
  void forecastsDoNotSeeTheFuture(CovarianceForecaster forecaster) {
    double[][] rows = regimes(3, 260, 19);
    double[][] changed = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    for (int t = 200; t < 260; t++) {
      for (int i = 0; i < 3; i++) {
        changed[t][i] *= -3;
      }
    }
    double[][] early = Arrays.copyOf(rows, 201);
    double[][] other = Arrays.copyOf(changed, 201);
    List<CovarianceForecaster> one = List.of(forecaster);
    double a = ForecastEvaluation.walkForward(early, one, 199, 40, 0).scores().get(0).qlike();
    double b = ForecastEvaluation.walkForward(other, one, 199, 40, 0).scores().get(0).qlike();
    // Of two forecasts the last is held against another return; its covariance is the same.
    double[] sigma = forecaster.start(Arrays.copyOf(rows, 199)).forecast();
    double first = new Gaussian(null, sigma, 3).qlike(rows[199]);
    CovarianceForecaster.State state = forecaster.start(Arrays.copyOf(rows, 199));
    state.observe(rows[199]);
    Gaussian second = new Gaussian(null, state.forecast(), 3);
    assertEquals((first + second.qlike(rows[200])) / 2, a, 1e-9);
    assertEquals((first + second.qlike(changed[200])) / 2, b, 1e-9);
  }

  @Test
  void oneForecastDoesNotTell() {
    List<CovarianceForecaster> two = List.of(new EwmaForecaster(20), new EwmaForecaster(5));
    ForecastEvaluation one = ForecastEvaluation.walkForward(steady(3, 60, 31), two, 59, 10, 0);
    ForecastEvaluation.Score score = one.scores().get(1);
    assertEquals(1, one.forecasts());
    assertTrue(Double.isFinite(score.gain()));
    assertTrue(Double.isNaN(score.standardError()));
    assertEquals("one forecast does not tell", score.verdict());
    assertTrue(one.table().get(2).contains(" ± \u2013  one forecast"), one.table().get(2));
  }

  @Test
  void aForecasterStartsWithAsManyReturnsAsItSaysAndWithNoFewer() {
    double[][] rows = steady(3, 60, 41);
    for (CovarianceForecaster forecaster :
        List.of(
            new EwmaForecaster(20),
            new IteratedEwma(20, 60),
            new DccForecaster(),
            new RegimeForecaster(2),
            CovarianceForecaster.of("own", 7, seen -> new double[9]))) {
      int least = forecaster.leastReturns();
      assertEquals(9, forecaster.start(Arrays.copyOf(rows, least)).forecast().length);
      InvalidInputException e =
          assertThrows(
              InvalidInputException.class,
              () -> forecaster.start(Arrays.copyOf(rows, least - 1)),
              forecaster.name());
      assertEquals(
          forecaster.name() + ": " + (least - 1) + " returns: needs at least " + least,
          e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60 | 1 | 10 | first is 1: must be from 2 to 59, of 60 returns",
        "60 | 60 | 10 | first is 60: must be from 2 to 59, of 60 returns",
        "60 | 30 | 0 | refit is 0: must be at least 1",
        "2 | 2 | 1 | 2 returns: needs at least 3",
      })
  void whatIsOutOfRangeIsNamed(int returns, int first, int refit, String message) {
    List<CovarianceForecaster> one = List.of(new EwmaForecaster(20));
    double[][] rows = steady(3, returns, 37);
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> ForecastEvaluation.walkForward(rows, one, first, refit, 0));
    assertEquals(message, e.getMessage());
  }

  @Test
  void singularForecastsAreSaidToBe() {
    double[][] rows = steady(5, 100, 23);
    for (double[] row : rows) {
      row[4] = row[3];
    }
    ForecastEvaluation evaluation =
        ForecastEvaluation.walkForward(
            rows, List.of(new EwmaForecaster(20), new IteratedEwma(5, 20)), 60, 10, 0);
    assertEquals("singular: no likelihood", evaluation.scores().get(1).verdict());
    ForecastEvaluation shrunk =
        ForecastEvaluation.walkForward(
            rows, List.of(new EwmaForecaster(20), new IteratedEwma(5, 20)), 60, 10, 0.05);
    assertTrue(Double.isFinite(shrunk.scores().get(1).qlike()));
  }

  @Test
  void alarmsComeBeforeCrashesThatCorrelationsAnnounce() {
    // For ten days before each crash all assets move as one; else they do not.
    Random random = new Random(29);
    int n = 10;
    double[][] rows = new double[1000][n];
    for (int t = 0; t < rows.length; t++) {
      int phase = t % 200;
      double rho = phase >= 180 && phase < 195 ? 0.95 : 0.1;
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        double own = Math.sqrt(1 - rho) * random.nextGaussian();
        rows[t][i] =
            0.01 * (Math.sqrt(rho) * market + own) - (phase >= 195 && phase < 198 ? 0.1 : 0);
      }
    }
    int[] crashes = CorrelationWarning.crashes(rows, 0.2, 5);
    assertTrue(crashes.length >= 4 && crashes.length <= 5, Arrays.toString(crashes));
    CorrelationWarning warning = new CorrelationWarning(5, 60, 1.5);
    CorrelationWarning.Worth worth = warning.worth(rows, crashes, 10);
    assertTrue(worth.hitRate() >= 0.75, worth.toString());
    assertTrue(worth.hitRate() > worth.randomHitRate(), worth.toString());
    assertEquals(worth.crashes(), crashes.length);
    // The signal of a day does not depend on later ones.
    double[] whole = warning.signal(rows);
    double[] part = warning.signal(Arrays.copyOf(rows, 500));
    for (int t = 60; t < 500; t++) {
      assertEquals(part[t], whole[t]);
    }
  }
}
