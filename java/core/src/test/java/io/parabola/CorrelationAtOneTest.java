package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * When all correlations are one, the covariance is σσ' and has no curvature but along σ: all but a
 * weight or two lie on bounds, and faces are singular. It is what a market is stressed with.
 */
class CorrelationAtOneTest {
  private static final double GAMMA = 3;

  static List<String> engines() {
    return EveryEngine.names();
  }

  private record Market(double[] mu, double[] sigma, double[] deviation, double upper) {
    static Market draw(int n, long seed) {
      Random random = new Random(seed);
      double[] mu = new double[n];
      double[] root = new double[n * 2 * n];
      for (int k = 0; k < root.length; k++) {
        root[k] = 0.01 * random.nextGaussian();
      }
      double[] sigma = new double[n * n];
      double[] deviation = new double[n];
      for (int i = 0; i < n; i++) {
        mu[i] = 5e-4 + 4e-4 * random.nextGaussian();
        for (int j = 0; j < n; j++) {
          for (int t = 0; t < 2 * n; t++) {
            sigma[i * n + j] += root[i * 2 * n + t] * root[j * 2 * n + t] / n;
          }
        }
        deviation[i] = Math.sqrt(sigma[i * n + i]);
      }
      return new Market(mu, sigma, deviation, Math.max(0.1, 3.0 / n));
    }
  }

  /**
   * The objective by another way: w is best for a price λ of risk if it fills the largest μ − λσ
   * first, and λ is right where it is γσ'w, which falls as λ rises.
   */
  private static double oracle(Market market) {
    double low = 0;
    double high = GAMMA * Arrays.stream(market.deviation()).max().orElseThrow();
    double[] least = null;
    double[] most = null;
    for (int k = 0; k < 200; k++) {
      double price = (low + high) / 2;
      double[] w = filled(market, price);
      if (GAMMA * dot(market.deviation(), w) > price) {
        low = price;
        most = w;
      } else {
        high = price;
        least = w;
      }
    }
    // Between the two all portfolios are as good for that price.
    double best = Double.POSITIVE_INFINITY;
    double[] from = least == null ? most : least;
    double[] to = most == null ? least : most;
    double a = dot(market.deviation(), from);
    double b = dot(market.deviation(), to);
    double share = a == b ? 0 : Math.max(0, Math.min(1, (low / GAMMA - a) / (b - a)));
    for (double s : new double[] {0, share, 1}) {
      double risk = a + s * (b - a);
      double expected = (1 - s) * dot(market.mu(), from) + s * dot(market.mu(), to);
      best = Math.min(best, GAMMA / 2 * risk * risk - expected);
    }
    return best;
  }

  private static double[] filled(Market market, double price) {
    int n = market.mu().length;
    double[] w = new double[n];
    double[] left = {1};
    IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> price * market.deviation()[i] - market.mu()[i]))
        .forEach(
            i -> {
              w[i] = Math.min(market.upper(), left[0]);
              left[0] -= w[i];
            });
    return w;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void portfoliosAreFoundWithoutAnInteriorPoint(String name) {
    for (int n : name.equals("java") ? new int[] {3, 20} : new int[] {3, 20, 81, 200}) {
      for (int seed = 0; seed < 5; seed++) {
        Market market = Market.draw(n, seed);
        Problem problem =
            Problem.builder(Covariance.of(market.sigma(), n))
                .expectedReturns(market.mu())
                .riskAversion(GAMMA)
                .upper(market.upper())
                .build();
        try (Engine engine = EveryEngine.open(name, 1);
            BatchSolution solution =
                engine.solve(
                    Batch.builder(problem, 2).correlationStress(new double[] {1, 0.999}).build())) {
          String which = "n = " + n + ", seed " + seed;
          assertEquals(Status.SOLVED, solution.status(0), which);
          assertEquals(Status.SOLVED, solution.status(1), which);
          double exact = oracle(market);
          assertEquals(exact, solution.objective(0), 1e-10 * Math.abs(exact) + 1e-13, which);
          assertTrue(solution.relativeGap(0) <= 1e-12, which);
          // An interior point takes longer, ten thousand times with thousands of assets.
          assertTrue(
              name.equals("java") || n < 81 || solution.iterations(0) < 150,
              which + ": " + solution.iterations(0) + " iterations");
        }
      }
    }
  }
}
