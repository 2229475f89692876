package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Objectives without end beside rows, costs and limits: where they are flat any minimiser near by
 * is the solution; where they fall there is none.
 */
class FlatObjectiveTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  static List<String> engines() {
    return EveryEngine.ofTheWholeClass();
  }

  /**
   * Some assets and duplicates of them: one against the other has no risk and no return, in any
   * size, and no row tells them apart.
   */
  private static final class Duplicates {
    final int n;
    final int[] of;
    final double[] mu;
    final double[] lower;
    final double[] upper;
    final Problem.Builder builder;

    Duplicates(Random random) {
      int k = 1 + random.nextInt(5);
      n = k + 1 + random.nextInt(6);
      of = new int[n];
      Arrays.setAll(of, i -> i < k ? i : i == k ? 0 : random.nextInt(k));
      double[][] factors = new double[k + 1][k];
      for (double[] factor : factors) {
        Arrays.setAll(factor, i -> 0.02 * random.nextGaussian());
      }
      double[] sigma = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          for (double[] factor : factors) {
            sigma[i * n + j] += factor[of[i]] * factor[of[j]];
          }
          sigma[j * n + i] = sigma[i * n + j];
        }
      }
      double[] returns = random.doubles(k, -0.01, 0.01).toArray();
      mu = new double[n];
      Arrays.setAll(mu, i -> returns[of[i]]);
      lower = new double[n];
      upper = new double[n];
      // The first and its duplicate are open on both sides.
      Arrays.setAll(lower, i -> i % k == 0 || random.nextInt(4) > 0 ? -INFINITY : 0);
      Arrays.setAll(upper, i -> i % k == 0 || random.nextInt(4) > 0 ? INFINITY : 1);
      builder =
          Problem.builder(Covariance.of(sigma, n))
              .expectedReturns(mu)
              .riskAversion(Math.pow(10, 2 * random.nextDouble()))
              .lower(lower)
              .upper(upper);
      if (random.nextInt(4) == 0) {
        builder.withoutBudget();
      }
      rows(k, random);
      double[] first = new double[n];
      first[0] = 1;
      switch (random.nextInt(4)) {
        case 0 ->
            builder
                .currentWeights(first)
                .transactionCosts(TransactionCosts.builder().quadratic(half()).build());
        case 1 ->
            builder
                .currentWeights(first)
                .transactionCosts(TransactionCosts.builder().buy(half()).sell(half()).build());
        case 2 -> builder.benchmark(first);
        default -> {}
      }
    }

    /** Costs of an asset that has a bound below and of no other. */
    private double[] half() {
      double[] rates = new double[n];
      for (int i = 0; i < n; i++) {
        rates[i] = lower[i] == 0 ? 1e-3 : 0;
      }
      return rates;
    }

    private void rows(int k, Random random) {
      // No more than there are different assets, about a portfolio of these.
      int m = random.nextInt(Math.min(3, k) + 1);
      List<String> names = new ArrayList<>();
      double[] a = new double[m * n];
      double[] low = new double[m];
      double[] high = new double[m];
      for (int r = 0; r < m; r++) {
        names.add("row " + r);
        double[] own = new double[k];
        Arrays.setAll(own, i -> random.nextGaussian());
        for (int i = 0; i < n; i++) {
          a[r * n + i] = own[of[i]];
        }
        // Met by the first asset alone.
        low[r] = random.nextBoolean() ? -INFINITY : own[0] - 0.2;
        high[r] = random.nextBoolean() ? INFINITY : own[0] + 0.2;
      }
      if (m > 0) {
        builder.constraints(LinearConstraints.of(names, a, low, high));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void flatWithoutEndIsSolved(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int seed = 0; seed < 500; seed++) {
        Problem problem = new Duplicates(new Random(seed)).builder.build();
        Solution solution = engine.solve(problem);
        String who = name + " " + seed + ": " + solution.message();
        assertEquals(Status.SOLVED, solution.status(), who);
        new WholeOracle(problem, solution.weights()).assertFeasible(who);
        double largest = Arrays.stream(solution.weights()).map(Math::abs).max().getAsDouble();
        assertTrue(largest < 1e6, who + " holds " + largest);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void fallingWithoutEndIsUnbounded(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int seed = 0; seed < 500; seed++) {
        Duplicates duplicates = new Duplicates(new Random(seed));
        double[] mu = duplicates.mu.clone();
        mu[0] += 1e-3;
        Solution solution = engine.solve(duplicates.builder.expectedReturns(mu).build());
        String who = name + " " + seed + ": " + solution.message();
        assertEquals(Status.UNBOUNDED, solution.status(), who);
        // What trading or holding is limited to ends it.
        Problem.Builder ended = duplicates.builder.maximumGrossExposure(5);
        solution = engine.solve(ended.build());
        assertEquals(Status.SOLVED, solution.status(), who + solution.message());
      }
    }
  }

  /** Any cost of trading ends what costs nothing otherwise. */
  @ParameterizedTest
  @MethodSource("engines")
  void costsEndIt(String name) {
    double[] twins = {1, 1, 0, 1, 1, 0, 0, 0, 1};
    double[] w0 = {0.25, 0.25, 0.5};
    Problem.Builder builder =
        Problem.builder(Covariance.of(twins, 3))
            .expectedReturns(0.03, 0.02, 0.02)
            .lower(-INFINITY)
            .currentWeights(w0);
    TransactionCosts tooLittle = TransactionCosts.builder().buy(0.004).sell(0.004).build();
    TransactionCosts enough = TransactionCosts.builder().buy(0.008).sell(0.008).build();
    TransactionCosts quadratic = TransactionCosts.builder().quadratic(0.01).build();
    try (Engine engine = EveryEngine.open(name, 1)) {
      assertEquals(
          Status.UNBOUNDED, engine.solve(builder.transactionCosts(tooLittle).build()).status());
      Solution held = engine.solve(builder.transactionCosts(enough).build());
      assertEquals(Status.SOLVED, held.status(), held.message());
      assertEquals(0, held.turnover(), 1e-12);
      // A gains 0.01 on B, at 0.01 x² for either: a quarter of the trade, in each.
      Solution traded = engine.solve(builder.transactionCosts(quadratic).build());
      assertEquals(Status.SOLVED, traded.status(), traded.message());
      assertEquals(0.25, 0.5 * ((traded.weight(0) - w0[0]) - (traded.weight(1) - w0[1])), 1e-10);
    }
  }
}
