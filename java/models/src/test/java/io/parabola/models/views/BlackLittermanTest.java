package io.parabola.models.views;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlackLittermanTest {
  private static final List<String> COUNTRIES =
      List.of("AUL", "CAN", "FRA", "GER", "JAP", "UKG", "USA");
  private static final double RISK_AVERSION = 2.5;

  private static double[][] table(String file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                BlackLittermanTest.class.getResourceAsStream("/he_litterman/" + file),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray())
          .toArray(double[][]::new);
    }
  }

  private static Covariance covariance() throws IOException {
    double[][] correlations = table("correlations.csv");
    double[] volatility = table("volatilities.csv")[0];
    double[] sigma = new double[49];
    for (int k = 0; k < 49; k++) {
      sigma[k] = correlations[k / 7][k % 7] * volatility[k / 7] * volatility[k % 7];
    }
    return Covariance.of(COUNTRIES, sigma);
  }

  @Test
  void equilibriumReturnsAreHeAndLittermans() throws IOException {
    double[] implied =
        ExpectedReturns.equilibrium(RISK_AVERSION, covariance(), table("market.csv")[0]);
    double[] published = table("equilibrium_percent.csv")[0];
    for (int i = 0; i < 7; i++) {
      assertEquals(published[i], 100 * implied[i], 0.05 + 1e-9, COUNTRIES.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6})
  void tablesAreHeAndLittermans(int number) throws IOException {
    Covariance covariance = covariance();
    double[] prior = ExpectedReturns.equilibrium(RISK_AVERSION, covariance, table("market.csv")[0]);
    Views.Builder builder = Views.of(COUNTRIES);
    for (double[] row : table("table" + number + "_views.csv")) {
      builder.view("view " + row[7], Arrays.copyOf(row, 7), row[7], Double.NaN);
    }
    BlackLitterman model = new BlackLitterman(covariance, prior);
    BlackLitterman.Result result = model.posterior(builder.build(), 0.05);
    double[][] answers = table("table" + number + "_answers.csv");
    double[] weights =
        new InverseForm(model.covariance(result, BlackLitterman.Posterior.TOTAL))
            .solve(result.expectedReturns());
    for (int i = 0; i < 7; i++) {
      double w = weights[i] / RISK_AVERSION;
      assertEquals(answers[0][i], 100 * result.expectedReturns()[i], 0.05 + 1e-9);
      assertEquals(answers[1][i], 100 * w, 0.05 + 1e-9);
      assertEquals(answers[2][i], result.expectedReturns()[i], 1e-14);
      assertEquals(answers[3][i], w, 1e-12);
    }
    assertSame(covariance, model.covariance(result, BlackLitterman.Posterior.PRIOR));
  }

  /** M = ((τΣ)⁻¹ + P'Ω⁻¹P)⁻¹, μ = M((τΣ)⁻¹π + P'Ω⁻¹q): the other way to write it. */
  @Test
  void bothFormsAgree() {
    Random random = new Random(5);
    for (int trial = 0; trial < 50; trial++) {
      int n = 2 + random.nextInt(12);
      int k = 1 + random.nextInt(Math.min(n, 5));
      double[][] root = new double[2 * n][n];
      double[] sigma = new double[n * n];
      for (double[] row : root) {
        for (int i = 0; i < n; i++) {
          row[i] = 0.02 * random.nextGaussian();
        }
      }
      for (int j = 0; j < n * n; j++) {
        for (double[] row : root) {
          sigma[j] += row[j / n] * row[j % n] / (2 * n);
        }
      }
      for (int j = 0; j < n * n; j++) {
        sigma[j] = 0.5 * (sigma[j] + sigma[j % n * n + j / n]);
      }
      List<String> assets = java.util.stream.IntStream.range(0, n).mapToObj(i -> "A" + i).toList();
      Covariance covariance = Covariance.of(assets, sigma);
      double[] prior = random.doubles(n, -0.01, 0.02).toArray();
      double tau = 0.01 + random.nextDouble();
      Views.Builder builder = Views.of(assets);
      double[][] p = new double[k][];
      double[] q = new double[k];
      double[] omega = new double[k];
      for (int a = 0; a < k; a++) {
        p[a] = random.doubles(n, -1, 1).toArray();
        q[a] = 0.03 * random.nextGaussian();
        double c = random.nextInt(3) == 0 ? Double.NaN : 0.05 + 0.9 * random.nextDouble();
        builder.view("view " + a, p[a], q[a], c);
        double own = dot(p[a], Products.times(covariance, p[a]));
        omega[a] = tau * own * (Double.isNaN(c) ? 1 : (1 - c) / c);
      }
      BlackLitterman.Result result =
          new BlackLitterman(covariance, prior).posterior(builder.build(), tau);
      InverseForm inverse = new InverseForm(covariance);
      double[] information = new double[n * n];
      double[] right = Arrays.stream(inverse.solve(prior)).map(x -> x / tau).toArray();
      for (int j = 0; j < n; j++) {
        double[] unit = new double[n];
        unit[j] = 1;
        double[] column = inverse.solve(unit);
        for (int i = 0; i < n; i++) {
          information[i * n + j] = column[i] / tau;
          for (int a = 0; a < k; a++) {
            information[i * n + j] += p[a][i] * p[a][j] / omega[a];
          }
        }
        for (int a = 0; a < k; a++) {
          right[j] += p[a][j] * q[a] / omega[a];
        }
      }
      for (int j = 0; j < n * n; j++) {
        information[j] = 0.5 * (information[j] + information[j % n * n + j / n]);
      }
      InverseForm posterior = new InverseForm(Covariance.of(assets, information));
      double[] mean = posterior.solve(right);
      double size = Arrays.stream(mean).map(Math::abs).max().orElseThrow();
      assertArrayEquals(mean, result.expectedReturns(), 1e-12 * Math.max(size, 0.01));
      for (int j = 0; j < n; j++) {
        double[] unit = new double[n];
        unit[j] = 1;
        double[] column = posterior.solve(unit);
        for (int i = 0; i < n; i++) {
          assertEquals(column[i], result.uncertainty()[i * n + j], 1e-12 * tau * 0.01);
        }
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void confidenceGoesFromNothingToCertainty() {
    List<String> assets = List.of("BTC", "ETH", "SOL");
    Covariance covariance =
        Covariance.of(assets, new double[] {.04, .02, .01, .02, .09, .02, .01, .02, .16});
    double[] prior = {0.03, 0.05, 0.08};
    BlackLitterman model = new BlackLitterman(covariance, prior);
    double before = prior[1] - prior[0];
    double last = before;
    for (double confidence : new double[] {1e-9, 0.25, 0.5, 0.75, 1}) {
      Views views =
          Views.of(assets)
              .view("ETH over BTC", Map.of("ETH", 1.0, "BTC", -1.0), 0.10, confidence)
              .build();
      double[] mean = model.posterior(views, 0.05).expectedReturns();
      double now = mean[1] - mean[0];
      // Idzorek: of what certainty would change, the part that is the confidence.
      assertEquals(before + confidence * (0.10 - before), now, 1e-12);
      assertTrue(now >= last - 1e-8);
      last = now;
    }
    assertArrayEquals(
        prior, model.posterior(Views.of(assets).build(), 0.05).expectedReturns(), 0.0);
  }

  @Test
  void aBatchIsTheSameOneByOne() {
    List<String> assets = List.of("A", "B");
    Covariance covariance = Covariance.of(assets, new double[] {.04, .01, .01, .09});
    BlackLitterman model = new BlackLitterman(covariance, new double[] {0.02, 0.04});
    Views up = Views.of(assets).absolute("A up", "A", 0.05).build();
    Views apart = Views.of(assets).relative("B over A", "B", "A", 0.01).build();
    double[] means = model.means(List.of(up, apart, up), new double[] {0.05, 0.1, 1});
    assertArrayEquals(
        model.posterior(apart, 0.1).expectedReturns(), Arrays.copyOfRange(means, 2, 4), 1e-18);
    assertArrayEquals(
        model.posterior(up, 1).expectedReturns(), Arrays.copyOfRange(means, 4, 6), 1e-18);
    assertEquals(
        "scenario 1: τ is 0.0: must be above 0",
        assertThrows(
                InvalidInputException.class,
                () -> model.means(List.of(up, apart), new double[] {1, 0}))
            .getMessage());
  }

  @Test
  void badViewsAreNamed() {
    List<String> assets = List.of("A", "B");
    Covariance covariance = Covariance.of(assets, new double[] {.04, 0, 0, 0});
    BlackLitterman model = new BlackLitterman(covariance, new double[2]);
    assertMessage("view x: there is no asset C", () -> Views.of(assets).absolute("x", "C", 0));
    assertMessage(
        "view x is about no asset", () -> Views.of(assets).view("x", new double[2], 0.1, 0.5));
    assertMessage(
        "view x: confidence is 1.5",
        () -> Views.of(assets).view("x", new double[] {1, 0}, 0.1, 1.5));
    assertMessage(
        "view x comes twice", () -> Views.of(assets).absolute("x", "A", 0).absolute("x", "B", 0));
    assertMessage(
        "view b is certain, and follows",
        () ->
            model.posterior(
                Views.of(assets)
                    .view("a", new double[] {1, 0}, 0.1, 1)
                    .view("b", new double[] {2, 0}, 0.3, 1)
                    .build(),
                0.05));
    assertMessage(
        "view b is about a portfolio without variance",
        () -> model.posterior(Views.of(assets).absolute("b", "B", 0.1).build(), 0.05));
    assertMessage(
        "the views are of other assets",
        () -> model.posterior(Views.of(List.of("B", "A")).build(), 0.05));
  }

  private static void assertMessage(String start, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(InvalidInputException.class, call).getMessage();
    assertTrue(message.startsWith(start), message);
  }
}
