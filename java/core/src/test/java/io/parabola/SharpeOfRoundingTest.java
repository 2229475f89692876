package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cash may be held at less than nothing, so that the best portfolios shed all their risk. */
class SharpeOfRoundingTest {
  /**
   * Where the risk is so small before all of it is shed that rounding hides it: one in a thousand.
   */
  private static final int[] SEEDS = {
    1183, 1685, 2308, 3396, 4243, 5034, 6370, 6414, 7676, 8068, 10419, 11211, 11549, 12736, 13513,
    15254, 15713, 16980, 18153, 20002, 20016, 20549, 20581, 21060, 22017, 23794, 25165, 25182
  };

  static List<String> engines() {
    return EveryEngine.names();
  }

  /** With no less than {@code least} of the first asset. */
  private static Problem drawn(int seed, double least) {
    Random random = new Random(seed);
    int n = 6 + random.nextInt(4);
    int observations = 1 + random.nextInt(n);
    double[] sigma = new double[n * n];
    for (int t = 0; t < observations; t++) {
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = 0.02 * random.nextGaussian();
      }
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) {
          sigma[i * n + k] += x[i] * x[k];
        }
      }
    }
    double[] mu = new double[n];
    double[] lower = new double[n];
    double[] upper = new double[n];
    for (int i = 0; i < n; i++) {
      mu[i] = 0.02 * random.nextGaussian();
      lower[i] = random.nextBoolean() ? 0 : -10;
      upper[i] = random.nextBoolean() ? Double.POSITIVE_INFINITY : 10;
    }
    lower[0] = Math.max(lower[0], least);
    return Problem.builder(Covariance.of(sigma, n))
        .expectedReturns(mu)
        .lower(lower)
        .upper(upper)
        .withoutBudget()
        .maximumGrossExposure(0.8)
        .maximumSharpe(-Math.pow(10, -1 - 3 * random.nextDouble()))
        .build();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void cashBorrowsNoRisk(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int seed : SEEDS) {
        Solution solution = engine.solve(drawn(seed, Double.NEGATIVE_INFINITY));
        assertEquals(Status.UNBOUNDED, solution.status(), "seed " + seed);
      }
    }
  }

  /** What must be held can be hedged in some of them, in others not. */
  @ParameterizedTest
  @MethodSource("engines")
  void noBoundIsBelowWhatWasReached(String name) {
    int solved = 0;
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int seed : SEEDS) {
        Solution solution = engine.solve(drawn(seed, 0.05));
        String who = "seed " + seed + ": " + solution.status() + ", gap " + solution.gap();
        if (solution.status() == Status.SOLVED) {
          solved++;
          assertTrue(solution.relativeGap() >= -1e-8, who);
        } else {
          assertEquals(Status.UNBOUNDED, solution.status(), who);
        }
      }
    }
    assertTrue(solved > 0 && solved < SEEDS.length, solved + " solved");
  }

  /** To hold the benchmark is free of risk, so it depends on what it costs to get there. */
  @ParameterizedTest
  @MethodSource("engines")
  void theBenchmarkIsFreeOfRiskButNotOfCosts(String name) {
    Problem.Builder near =
        Problem.builder(Covariance.of(new double[] {0.04, 0.01, 0.01, 0.09}, 2))
            .expectedReturns(new double[] {0.1, 0.1})
            .benchmark(new double[] {0.5, 0.5})
            .currentWeights(new double[] {1, 0})
            .lower(0)
            .upper(1)
            .budget(1)
            .maximumSharpe(0.05);
    try (Engine engine = EveryEngine.open(name, 1)) {
      Problem cheap =
          near.transactionCosts(TransactionCosts.builder().linear(0.02).build()).build();
      assertEquals(Status.UNBOUNDED, engine.solve(cheap).status());
      Solution dear =
          engine.solve(
              near.transactionCosts(TransactionCosts.builder().linear(0.2).build()).build());
      assertEquals(Status.SOLVED, dear.status(), dear.message());
      // To trade a part costs 0.4 of it and earns nothing, for less risk; so nothing is traded.
      assertEquals(-0.05 / (0.5 * Math.sqrt(0.04 - 0.02 + 0.09)), dear.objective(), 1e-9);
    }
  }

  /** Beside that much cash, which earns nothing, what is at risk is to it what rounding is. */
  @ParameterizedTest
  @MethodSource("engines")
  void whatEarnsIsNotTakenForRounding(String name) {
    double cash = 3e13;
    Problem problem =
        Problem.builder(Covariance.of(new double[] {0, 0, 0, 0, 0.04, 0.01, 0, 0.01, 0.09}, 3))
            .expectedReturns(new double[] {0, 0.1, 0.1})
            .lower(0)
            .upper(new double[] {cash, 1, 1})
            .budget(cash)
            .maximumSharpe(0)
            .build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution = engine.solve(problem);
      assertEquals(Status.SOLVED, solution.status(), solution.message());
      // The tangency portfolio 8 : 3, whatever cash is beside it; cash is no finer than 2^-8.
      double best = 0.1 * 11 / Math.sqrt(64 * 0.04 + 2 * 24 * 0.01 + 9 * 0.09);
      assertEquals(-best, solution.objective(), 1e-4);
    }
  }
}
