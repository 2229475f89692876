package io.parabola.models.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.LinearConstraints;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.Status;
import io.parabola.models.Returns;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Correlation sweeps, reverse stress, windows of the past, estimation errors, resampling. */
class StructuredStressTest {

  /** Equal weights, n = 10, σ = 0.6, ρ = 0.3, 0.6, 0.9, 1: σ√(1/n + (1−1/n)ρ). */
  @Test
  void volatilityRisesWithTheCorrelationAsItShould() {
    int n = 10;
    double[] sigma = new double[n * n];
    for (int k = 0; k < sigma.length; k++) {
      sigma[k] = 0.36 * (k / n == k % n ? 1 : 0.3);
    }
    double[] equal = new double[n];
    Arrays.fill(equal, 0.1);
    Problem problem =
        Problem.builder(Covariance.of(sigma, n))
            .expectedReturns(new double[n])
            .riskAversion(1)
            .lower(0.1)
            .upper(0.1)
            .build();
    try (Engine engine = Engine.create()) {
      CorrelationSweep sweep = CorrelationSweep.of(engine, problem, equal, 8);
      // θ in sevenths: ρ = 0.3 + 0.7θ is 0.3, 0.4, …, 1.
      for (double[] held : new double[][] {sweep.heldVolatility(), sweep.bestVolatility()}) {
        assertEquals(0.364966, held[0], 5e-7);
        assertEquals(0.48, held[3], 1e-12);
        assertEquals(0.572364, held[6], 5e-7);
        assertEquals(0.6, held[7], 1e-12);
      }
      assertEquals(10, sweep.holdings()[0]);
    }
  }

  @Test
  void theNearestShockIsOnTheLimitAndNoOtherIsNearer() {
    double[] mean = {0.01, 0.02, 0};
    double[] sigma = {0.04, 0.01, 0, 0.01, 0.09, 0.02, 0, 0.02, 0.16};
    double[] w = {0.5, 0.3, 0.2};
    Covariance covariance = Covariance.of(sigma, 3);
    ReverseStress stress = ReverseStress.of(mean, covariance, w, 0.2);
    double loss = 0;
    for (int i = 0; i < 3; i++) {
      loss -= w[i] * stress.returns()[i];
      assertEquals(-w[i] * stress.returns()[i], stress.contributions()[i]);
    }
    assertEquals(0.2, loss, 1e-15);
    double deviation = Math.sqrt(0.01 + 0.0081 + 0.0064 + 2 * (0.0015 + 0.0012));
    assertEquals((0.2 + 0.011) / deviation, stress.distance(), 1e-12);
    assertEquals(stress.distance(), distance(stress.returns(), mean, sigma), 1e-12);
    Random random = new Random(1);
    for (int k = 0; k < 500; k++) {
      // Another shock that costs as much.
      double[] other = random.doubles(3, -1, 1).toArray();
      double cost = 0;
      for (int i = 0; i < 3; i++) {
        cost -= w[i] * other[i];
      }
      for (int i = 0; i < 3; i++) {
        other[i] -= 0.2 - cost;
      }
      assertTrue(distance(other, mean, sigma) >= stress.distance() - 1e-12);
    }
    // Over four periods means and variances are four times as large.
    ReverseStress longer = ReverseStress.of(mean, covariance, w, 0.2, 4);
    assertEquals((0.2 + 0.044) / (2 * deviation), longer.distance(), 1e-12);
    assertEquals(0.2, Arrays.stream(longer.contributions()).sum(), 1e-15);
    assertEquals(0, longer.beyondAll());
  }

  /** Two assets without correlation, and the held one cannot lose so much. */
  @Test
  void aShockBeyondAllThatThereIsToLoseIsCounted() {
    Covariance covariance = Covariance.of(new double[] {0.01, 0, 0, 0.01}, 2);
    double[] mean = {0, 0};
    assertEquals(1, ReverseStress.of(mean, covariance, new double[] {0.5, 0}, 0.6).beyondAll());
    assertEquals(0, ReverseStress.of(mean, covariance, new double[] {0.5, 0}, 0.4).beyondAll());
    assertEquals(0, ReverseStress.of(mean, covariance, new double[2], 0.4).beyondAll());
  }

  /** √((r−μ)'Σ⁻¹(r−μ)), by Cramer's rule. */
  private static double distance(double[] r, double[] mean, double[] s) {
    double[] d = {r[0] - mean[0], r[1] - mean[1], r[2] - mean[2]};
    double det =
        s[0] * (s[4] * s[8] - s[5] * s[7])
            - s[1] * (s[3] * s[8] - s[5] * s[6])
            + s[2] * (s[3] * s[7] - s[4] * s[6]);
    double[] inverse = {
      s[4] * s[8] - s[5] * s[7], s[2] * s[7] - s[1] * s[8], s[1] * s[5] - s[2] * s[4],
      s[5] * s[6] - s[3] * s[8], s[0] * s[8] - s[2] * s[6], s[2] * s[3] - s[0] * s[5],
      s[3] * s[7] - s[4] * s[6], s[1] * s[6] - s[0] * s[7], s[0] * s[4] - s[1] * s[3]
    };
    double sum = 0;
    for (int k = 0; k < 9; k++) {
      sum += d[k / 3] * inverse[k] / det * d[k % 3];
    }
    return Math.sqrt(sum);
  }

  @Test
  void aPortfolioWithoutRiskBreaksNoLimit() {
    ReverseStress stress =
        ReverseStress.of(new double[2], Covariance.of(new double[4], 2), new double[] {1, 0}, 0.1);
    assertEquals(Double.POSITIVE_INFINITY, stress.distance());
    assertNull(stress.returns());
  }

  private static Returns past() {
    List<String> times =
        IntStream.range(1, 29).mapToObj(d -> String.format("2022-02-%02d", d)).toList();
    Random random = new Random(5);
    double[] values = new double[28 * 3];
    for (int t = 0; t < 28; t++) {
      boolean storm = t >= 9 && t < 15;
      double common = (storm ? 0.1 : 0.001) * random.nextGaussian();
      for (int i = 0; i < 3; i++) {
        values[t * 3 + i] = common + 0.01 * random.nextGaussian() - (storm ? 0.03 : 0);
      }
    }
    return Returns.of(List.of("A", "B", "C"), times, values);
  }

  @Test
  void aWindowIsReplayedDayByDay() {
    Returns past = past();
    Problem problem =
        Problem.builder(
                Covariance.of(past.assets(), new double[] {1e-4, 0, 0, 0, 1e-4, 0, 0, 0, 1e-4}))
            .expectedReturns(0.001, 0.001, 0.001)
            .riskAversion(3)
            .lower(0)
            .build();
    double[] held = {0.5, 0.5, 0};
    try (Engine engine = Engine.create()) {
      WindowReplay replay =
          WindowReplay.of(
              engine,
              problem,
              past,
              held,
              new HistoricalWindow("storm", "2022-02-10", "2022-02-15"));
      assertEquals(6, replay.periods());
      double[] price = {1, 1};
      double peak = 1;
      double deepest = 0;
      double equity = 1;
      for (int t = 9; t < 15; t++) {
        price[0] *= 1 + past.get(t, 0);
        price[1] *= 1 + past.get(t, 1);
        equity = 0.5 * price[0] + 0.5 * price[1];
        peak = Math.max(peak, equity);
        deepest = Math.max(deepest, 1 - equity / peak);
      }
      assertEquals(1 - equity, replay.heldLoss(), 1e-14);
      assertEquals(deepest, replay.heldDrawdown(), 1e-14);
      assertEquals(replay.heldLoss(), Arrays.stream(replay.heldContributions()).sum(), 1e-14);
      double ratio = 0;
      for (int i = 0; i < 3; i++) {
        double[] r = new double[6];
        for (int t = 0; t < 6; t++) {
          r[t] = past.get(9 + t, i);
        }
        double mean = Arrays.stream(r).average().orElseThrow();
        double sum = Arrays.stream(r).map(x -> (x - mean) * (x - mean)).sum();
        ratio += Math.sqrt(sum / 5) / 0.01 / 3;
      }
      assertEquals(ratio, replay.volatilityRatio(), 1e-12);
      // Common moves of 0.1 beside own ones of 0.01: correlations near 1.
      assertTrue(replay.theta() > 0.9, "" + replay.theta());

      for (String[] odd :
          new String[][] {
            {"2021-12-20", "2022-02-05"}, {"2023-01-01", "2023-02-01"}, {"2022-02-10", "2023-01-01"}
          }) {
        assertEquals(
            0,
            WindowReplay.of(
                    engine, problem, past, held, new HistoricalWindow("odd", odd[0], odd[1]))
                .periods());
      }
    }
  }

  /** Scale Σ/T, so covariance ν/(ν−2)·Σ/T; each moment within five of its standard errors. */
  @Test
  void meansAreAsUncertainAsTheirStandardErrorsSay() {
    double[] mean = {0.001, -0.002, 0.0005};
    double[] sigma = {4e-4, 1e-4, 0, 1e-4, 9e-4, 0, 0, 0, 0};
    int draws = 100_000;
    double nu = 10;
    long[] numbers = new long[draws];
    Arrays.setAll(numbers, k -> k);
    try (Engine engine = Engine.create();
        Matrix target = Matrix.allocate(draws, 3)) {
      MeanUncertainty.of(mean, Covariance.of(sigma, 3), 250, nu).draw(engine, 1, numbers, target);
      double factor = nu / (nu - 2) / 250;
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          double product = 0;
          double first = 0;
          for (int s = 0; s < draws; s++) {
            double a = target.get(s, i) - mean[i];
            first += a / draws;
            product += a * (target.get(s, j) - mean[j]) / draws;
          }
          assertEquals(0, first, 5 * Math.sqrt(factor * sigma[4 * i] / draws));
          double scale = factor * Math.sqrt(sigma[4 * i] * sigma[4 * j]);
          // Kurtosis 3(ν−2)/(ν−4) = 4 bounds the spread of a product.
          assertEquals(factor * sigma[3 * i + j], product, 5 * 2 / Math.sqrt(draws) * scale);
        }
      }
      assertEquals(mean[2], target.get(17, 2), "a constant asset has no error");
    }
  }

  private static Problem resampled() {
    return Problem.builder(
            Covariance.of(new double[] {4e-4, 1e-4, 0, 1e-4, 9e-4, 1e-4, 0, 1e-4, 2e-4}, 3))
        .expectedReturns(0.001, 0.002, 0.0003)
        .riskAversion(3)
        .lower(0)
        .build();
  }

  @Test
  void resampledPortfoliosLieBelowTheFrontierAndCloserTheMoreIsKnown() {
    Problem problem = resampled();
    try (Engine engine = Engine.create()) {
      ResampledFrontier little = ResampledFrontier.of(engine, problem, 60, 150, 10, 3);
      ResampledFrontier much = ResampledFrontier.of(engine, problem, 60_000, 150, 10, 3);
      Frontier frontier = Frontier.points(engine, problem, 400);
      assertEquals(0, little.unsolved());
      double littleShort = 0;
      double muchShort = 0;
      for (int k = 0; k < 10; k++) {
        assertEquals(1, Arrays.stream(little.weights(k)).sum(), 1e-12);
        double best = WholeFrontier.netReturnAt(frontier, little.volatility(k));
        assertTrue(little.expectedReturn(k) <= best + 1e-7, "point " + k);
        assertTrue(little.shortfallBand(k)[0] >= 0);
        assertTrue(little.shortfallBand(k)[1] >= little.shortfallBand(k)[0]);
        littleShort += little.shortfallBand(k)[1];
        muchShort += much.shortfallBand(k)[1];
        double[] band = little.weightBand(k, 1);
        assertTrue(band[0] <= little.weights(k)[1] && little.weights(k)[1] <= band[1]);
      }
      assertTrue(muchShort < 0.05 * littleShort, muchShort + " of " + littleShort);
      // With so many observations each point is the frontier's of its risk aversion.
      double[] exact =
          engine
              .solve(
                  Problem.builder(problem.covariance())
                      .expectedReturns(problem.expectedReturns())
                      .riskAversion(much.riskAversion(4))
                      .lower(0)
                      .build())
              .weights();
      for (int i = 0; i < 3; i++) {
        assertEquals(exact[i], much.weights(4)[i], 0.03);
      }
    }
  }

  @Test
  void resamplingDoesNotDependOnThreads() {
    try (Engine one = Engine.create("java", 1);
        Engine three = Engine.create("java", 3)) {
      ResampledFrontier a = ResampledFrontier.of(one, resampled(), 40, 20, 5, 8);
      ResampledFrontier b = ResampledFrontier.of(three, resampled(), 40, 20, 5, 8);
      for (int k = 0; k < 5; k++) {
        assertEquals(a.expectedReturn(k), b.expectedReturn(k));
        assertEquals(a.shortfallBand(k)[1], b.shortfallBand(k)[1]);
      }
    }
  }

  @Test
  void theWholeFrontierKeepsWhatTheProblemLimits() {
    Problem plain = resampled();
    LinearConstraints half =
        LinearConstraints.builder(plain.assets())
            .row("half", Double.NEGATIVE_INFINITY, new double[] {1, 0, 0}, 0.3)
            .build();
    Problem.Builder limited =
        Problem.builder(plain.covariance())
            .expectedReturns(plain.expectedReturns())
            .riskAversion(2)
            .lower(0)
            .constraints(half);
    try (Engine engine = Engine.create()) {
      Frontier followed = WholeFrontier.of(engine, limited.build(), 21);
      Problem turning =
          limited
              .currentWeights(0.2, 0.4, 0.4)
              .maximumTurnover(0.2)
              .upper(Double.POSITIVE_INFINITY)
              .build();
      Frontier turned = WholeFrontier.of(engine, turning, 21);
      Problem open =
          Problem.builder(plain.covariance())
              .expectedReturns(plain.expectedReturns())
              .riskAversion(2)
              .lower(Double.NEGATIVE_INFINITY)
              .upper(Double.POSITIVE_INFINITY)
              .maximumGrossExposure(1.6)
              .build();
      Frontier gross = WholeFrontier.of(engine, open, 21);
      for (int k = 0; k < 21; k++) {
        assertEquals(Status.SOLVED, followed.status(k));
        assertTrue(followed.weights(k)[0] <= 0.3 + 1e-15);
        double[] w = turned.weights(k);
        double turnover = Math.abs(w[0] - 0.2) + Math.abs(w[1] - 0.4) + Math.abs(w[2] - 0.4);
        assertTrue(w[0] <= 0.3 + 1e-15 && turnover <= 0.2 + 1e-14, "turnover " + turnover);
        double[] v = gross.weights(k);
        assertEquals(Status.SOLVED, gross.status(k));
        assertTrue(Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]) <= 1.6 + 1e-14);
        if (k > 0) {
          assertTrue(turned.variance(k) >= turned.variance(k - 1) - 1e-18);
          assertTrue(turned.expectedReturn(k) >= turned.expectedReturn(k - 1) - 1e-15);
        }
      }
      // Nothing that may only trade a fifth lies above the frontier of what may trade all.
      for (int k = 0; k < 21; k++) {
        double best = WholeFrontier.netReturnAt(followed, Math.sqrt(turned.variance(k)));
        assertTrue(turned.expectedReturn(k) <= best + 1e-6);
      }
    }
  }
}
