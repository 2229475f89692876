package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transaction costs that differ by scenario. */
class ScenarioCostsTest {
  private static final List<String> ASSETS = List.of("BTC", "ETH", "USDC", "DAI");
  private static final double[] SIGMA = {
    .09, .05, 0, 0, .05, .16, 0, 0, 0, 0, .0001, 0, 0, 0, 0, .0004
  };

  static List<String> engines() {
    return EveryEngine.ofTheWholeClass();
  }

  private static Problem.Builder builder() {
    return Problem.builder(Covariance.of(ASSETS, SIGMA))
        .expectedReturns(.05, .07, .01, .012)
        .currentWeights(.1, .2, .3, .4);
  }

  private static double[] rates(int count, Random random) {
    double[] rates = new double[count];
    Arrays.setAll(rates, i -> random.nextInt(4) == 0 ? 0 : 0.01 * random.nextDouble());
    return rates;
  }

  private static double[] row(double[] matrix, int s, int n) {
    return Arrays.copyOfRange(matrix, s * n, (s + 1) * n);
  }

  /** Every kind by itself and all together, over a problem with costs of its own and without. */
  @ParameterizedTest
  @MethodSource("engines")
  void aBatchIsItsProblemsOneByOne(String name) {
    int scenarios = 3;
    Random random = new Random(7);
    try (Engine engine = EveryEngine.open(name, 2)) {
      for (int round = 0; round < 48; round++) {
        int n = 2 + random.nextInt(20);
        Covariance covariance = RandomProblems.strictlyConvex(n, random);
        double[] w0 = WholeProblems.inside(new double[n], ones(n), 1, random);
        Problem.Builder problem =
            Problem.builder(covariance)
                .expectedReturns(RandomProblems.expectedReturns(n, 0.02, random))
                .riskAversion(2 + random.nextInt(5))
                .currentWeights(w0);
        if (round % 3 == 1) {
          problem.constraints(
              LinearConstraints.of(List.of("half"), half(n), new double[1], new double[] {0.6}));
        } else if (round % 3 == 2) {
          problem.maximumTurnover(0.8).maximumGrossExposure(1.2).lower(-0.1);
        }
        double exponent = 1.5 + 0.25 * random.nextInt(3);
        double[] own = rates(n, random);
        boolean costly = round % 4 > 0;
        if (costly) {
          problem.transactionCosts(
              TransactionCosts.builder().linear(own).quadratic(own).power(exponent, own).build());
        }
        double[] none = new double[n];
        double[] buy = kind(0, round) ? rates(scenarios * n, random) : null;
        double[] sell = kind(1, round) ? rates(scenarios * n, random) : null;
        double[] quadratic = kind(2, round) ? rates(scenarios * n, random) : null;
        double[] power = costly && kind(3, round) ? rates(scenarios * n, random) : null;
        Batch.Builder batch = Batch.builder(problem.build(), scenarios);
        if (buy != null) {
          batch.buyCosts(buy);
        }
        if (sell != null) {
          batch.sellCosts(sell);
        }
        if (quadratic != null) {
          batch.quadraticCosts(quadratic);
        }
        if (power != null) {
          batch.powerCosts(power);
        }
        try (BatchSolution solution = engine.solve(batch.build())) {
          for (int s = 0; s < scenarios; s++) {
            double[] shared = costly ? own : none;
            TransactionCosts costs =
                TransactionCosts.builder()
                    .buy(buy == null ? shared : row(buy, s, n))
                    .sell(sell == null ? shared : row(sell, s, n))
                    .quadratic(quadratic == null ? shared : row(quadratic, s, n))
                    .power(exponent, power == null ? shared : row(power, s, n))
                    .build();
            Problem single = problem.transactionCosts(costs).build();
            Solution alone = engine.solve(single);
            String who = name + " round " + round + " scenario " + s;
            assertEquals(Status.SOLVED, alone.status(), who + alone.message());
            assertEquals(Status.SOLVED, solution.status(s), who + solution.message(s));
            double[] w = solution.weights(s);
            new WholeOracle(single, w).assertFeasible(who);
            assertEquals(
                alone.objective(),
                solution.objective(s),
                alone.gap() + solution.gap(s) + 1e-14 * Math.abs(alone.objective()),
                who);
            assertArrayEquals(alone.weights(), w, 1e-6, who);
            double[] trades = new double[n];
            Arrays.setAll(trades, i -> w[i] - w0[i]);
            assertEquals(costs.of(trades), solution.costs(s), 1e-12 * costs.of(trades), who);
          }
        }
      }
    }
  }

  private static boolean kind(int kind, int round) {
    return round % 6 == kind || round % 6 > 3;
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static double[] half(int n) {
    double[] half = new double[n];
    Arrays.fill(half, 0, n / 2, 1);
    return half;
  }

  /** Half of what a trade gains is lost in a scenario with the rate that just stops it. */
  @ParameterizedTest
  @MethodSource("engines")
  void ratesOfAScenarioAreItsOwn(String name) {
    Problem problem =
        Problem.builder(Covariance.of(new double[4], 2))
            .expectedReturns(0.03, 0.01)
            .currentWeights(0, 1)
            .riskAversion(1)
            .build();
    // Selling B for A gains 0.02.
    double[] buy = {0, 0, 0.015, 0, 0.03, 0};
    double[] sell = {0, 0, 0, 0.004, 0, 0};
    try (Engine engine = EveryEngine.open(name, 1);
        Matrix sells = Matrix.copyOf(sell, 3, 2);
        BatchSolution solution =
            engine.solve(Batch.builder(problem, 3).buyCosts(buy).sellCosts(sells).build())) {
      assertTrue(solution.allSolved());
      assertArrayEquals(new double[] {1, 0}, solution.weights(0), 0.0);
      assertEquals(0, solution.costs(0));
      assertArrayEquals(new double[] {1, 0}, solution.weights(1), 0.0);
      assertEquals(0.019, solution.costs(1), 1e-17);
      assertArrayEquals(new double[] {0, 1}, solution.weights(2), 0.0);
      assertEquals(0, solution.costs(2));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void brokenRatesAreOneScenariosTrouble(String name) {
    Problem problem =
        builder().transactionCosts(TransactionCosts.builder().power(1.5, 0.001).build()).build();
    int scenarios = 9;
    Random random = new Random(3);
    double[][] good = new double[4][];
    double[][] bad = new double[4][];
    for (int k = 0; k < 4; k++) {
      good[k] = rates(scenarios * 4, random);
      bad[k] = good[k].clone();
    }
    bad[0][1 * 4 + 1] = Double.NaN;
    bad[1][2 * 4 + 3] = -1e-300;
    bad[2][4 * 4] = Double.POSITIVE_INFINITY;
    bad[3][5 * 4 + 2] = Double.NEGATIVE_INFINITY;
    bad[3][7 * 4 + 2] = Double.NaN;
    bad[0][7 * 4 + 3] = -2;
    String[] messages = {
      "",
      "scenario 1: buyCosts[ETH] = NaN: must be finite and at least 0",
      "scenario 2: sellCosts[DAI] = -1.0E-300: must be finite and at least 0",
      "",
      "scenario 4: quadraticCosts[BTC] = Infinity: must be finite and at least 0",
      "scenario 5: powerCosts[USDC] = -Infinity: must be finite and at least 0",
      "",
      "scenario 7: buyCosts[DAI] = -2.0: must be finite and at least 0",
      ""
    };
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution clean = engine.solve(batch(problem, scenarios, good));
        BatchSolution solution = engine.solve(batch(problem, scenarios, bad))) {
      assertTrue(clean.allSolved());
      for (int s = 0; s < scenarios; s++) {
        assertEquals(messages[s], solution.message(s));
        if (messages[s].isEmpty()) {
          assertArrayEquals(clean.weights(s), solution.weights(s), 0.0);
          assertArrayEquals(clean.shadowPrices(s), solution.shadowPrices(s), 0.0);
          assertEquals(clean.costs(s), solution.costs(s), 0.0);
        } else {
          assertEquals(Status.INVALID, solution.status(s));
          assertTrue(Arrays.stream(solution.weights(s)).allMatch(Double::isNaN));
        }
      }
    }
  }

  /** Rates from the smallest number to the largest: a portfolio or a status, and never a hang. */
  @ParameterizedTest
  @MethodSource("engines")
  void extremeRatesNeverDisturbTheOthers(String name) {
    Problem problem =
        builder().transactionCosts(TransactionCosts.builder().power(1.5, 0.001).build()).build();
    double[] extremes = {Double.MIN_VALUE, 1e-200, 1e12, 1e200, Double.MAX_VALUE};
    int scenarios = 4 * extremes.length + 1;
    Random random = new Random(5);
    double[][] good = new double[4][];
    double[][] bad = new double[4][];
    for (int k = 0; k < 4; k++) {
      good[k] = rates(scenarios * 4, random);
      bad[k] = good[k].clone();
      for (int e = 0; e < extremes.length; e += 2) {
        bad[k][(k * extremes.length + e) * 4 + random.nextInt(4)] = extremes[e];
      }
    }
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution clean = engine.solve(batch(problem, scenarios, good));
        BatchSolution solution = engine.solve(batch(problem, scenarios, bad))) {
      for (int s = 0; s < scenarios; s++) {
        boolean touched = false;
        for (int k = 0; k < 4; k++) {
          touched |= !Arrays.equals(row(good[k], s, 4), row(bad[k], s, 4));
        }
        if (!touched) {
          assertArrayEquals(clean.weights(s), solution.weights(s), 0.0);
          continue;
        }
        Status status = solution.status(s);
        assertTrue(
            status == Status.SOLVED || status == Status.INACCURATE || status == Status.INVALID,
            name + " " + s + " " + status);
        if (status != Status.INVALID) {
          assertEquals(1, Oracle.sum(solution.weights(s)), 1e-12);
        }
      }
    }
  }

  private static Batch batch(Problem problem, int scenarios, double[][] rates) {
    return Batch.builder(problem, scenarios)
        .buyCosts(rates[0])
        .sellCosts(rates[1])
        .quadraticCosts(rates[2])
        .powerCosts(rates[3])
        .build();
  }

  /** A scenario whose costs are all nothing is the problem without costs, to the last bit. */
  @ParameterizedTest
  @MethodSource("engines")
  void costsOfNothingAreNone(String name) {
    Problem costly =
        builder().transactionCosts(TransactionCosts.builder().linear(0.02).build()).build();
    try (Engine engine = EveryEngine.open(name, 1);
        BatchSolution solution =
            engine.solve(
                Batch.builder(costly, 2)
                    .buyCosts(new double[8])
                    .sellCosts(new double[8])
                    .start(new double[] {.25, .25, .25, .25, .25, .25, .25, .25})
                    .build())) {
      Solution free = engine.solve(builder().start(.25, .25, .25, .25).build());
      for (int s = 0; s < 2; s++) {
        assertEquals(Status.SOLVED, solution.status(s));
        assertEquals(0, solution.costs(s));
        assertArrayEquals(free.weights(), solution.weights(s), 1e-14);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theOrderAndTheChunksDoNotMatter(String name) {
    int scenarios = 40;
    Random random = new Random(11);
    double[][] rates = new double[4][];
    for (int k = 0; k < 4; k++) {
      rates[k] = rates(scenarios * 4, random);
    }
    Problem problem =
        builder().transactionCosts(TransactionCosts.builder().power(1.75, 0).build()).build();
    try (Engine one = EveryEngine.open(name, 1);
        Engine three = EveryEngine.open(name, 3);
        BatchSolution all = one.solve(batch(problem, scenarios, rates));
        BatchSolution again = three.solve(batch(problem, scenarios, rates))) {
      for (int s = 0; s < scenarios; s++) {
        double[][] own = new double[4][];
        for (int k = 0; k < 4; k++) {
          own[k] = row(rates[k], s, 4);
        }
        try (BatchSolution alone = one.solve(batch(problem, 1, own))) {
          assertArrayEquals(all.weights(s), alone.weights(0), 0.0);
          assertArrayEquals(all.weights(s), again.weights(s), 0.0);
        }
      }
    }
  }
}
