package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All goals, the largest Sharpe ratio and target risks most of all, which are searched for, of
 * random hostile problems: with cash, duplicates and perfect hedges, fewer observations than
 * assets, infinite bounds. The Java engine shares no code with the others: where both have an
 * answer, it is the same one.
 */
class GoalsAgreeTest {
  private static final int PROBLEMS = 1500;

  /**
   * Of those that are searched for, some where infinite bounds hide a hedge that earns: it is
   * beyond the weights that look best from near by.
   */
  private static final int[] HEDGES = {12396, 23717, 23806, 25009, 67287};

  /** And some where all that earns is next to no risk. */
  private static final int[] CALM = {1849, 2304, 3120, 4120, 7222, 22671, 28147, 29985, 33593};

  /** Any two different ones of these contradict each other. */
  private static final Set<Status> CERTAIN =
      EnumSet.of(Status.SOLVED, Status.INFEASIBLE, Status.UNBOUNDED, Status.NO_EXCESS_RETURN);

  static List<String> engines() {
    return EveryEngine.names().stream().filter(name -> !name.equals("java")).toList();
  }

  static List<String> all() {
    return EveryEngine.names();
  }

  /** A market, and what may be held in it. */
  private static final class Market {
    final Random random;
    final int n;
    final double unit;
    final double[] sigma;
    final double[] mean;
    final double[] lower;
    final double[] upper;
    final int cash; // or -1
    final double riskFree;

    Market(long seed) {
      random = new Random(seed);
      n = 2 + random.nextInt(9);
      unit = Math.pow(10, random.nextInt(4) - 2);
      int length = random.nextInt(3) == 0 ? 1 + random.nextInt(n) : n + 1 + random.nextInt(2 * n);
      boolean duplicate = random.nextInt(5) == 0;
      boolean hedge = random.nextInt(5) == 0;
      int first = random.nextInt(n);
      cash = random.nextInt(3) == 0 ? first : -1;
      sigma = new double[n * n];
      for (int t = 0; t < length; t++) {
        double[] x = random.doubles(n).map(u -> 0.02 * unit * random.nextGaussian()).toArray();
        if (duplicate && n > 2) {
          x[(first + 1) % n] = x[(first + 2) % n];
        }
        if (hedge && n > 3) {
          x[(first + 3) % n] = -x[(first + 1) % n];
        }
        if (cash >= 0) {
          x[cash] = 0;
        }
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            sigma[i * n + j] += x[i] * x[j] / length;
          }
        }
      }
      riskFree = unit * new double[] {0, 1e-4, 1e-3, -1e-3}[random.nextInt(4)];
      mean = new double[n];
      for (int i = 0; i < n; i++) {
        mean[i] = unit * (random.nextInt(4) == 0 ? 1e-3 : 5e-3 * random.nextGaussian());
      }
      if (cash >= 0 && random.nextBoolean()) {
        mean[cash] = riskFree;
      }
      lower = new double[n];
      upper = new double[n];
      int kind = random.nextInt(4);
      for (int i = 0; i < n; i++) {
        boolean open = random.nextInt(3) == 0;
        lower[i] = kind == 0 ? 0 : kind == 1 ? -0.5 : kind == 2 ? -1 : open ? -infinity() : 0;
        upper[i] = kind == 1 ? 0.5 : kind == 3 || (kind == 2 && open) ? infinity() : 1;
      }
    }

    private static double infinity() {
      return Double.POSITIVE_INFINITY;
    }

    Problem.Builder problem() {
      Problem.Builder builder =
          Problem.builder(Covariance.of(sigma, n)).expectedReturns(mean).lower(lower).upper(upper);
      int budget = random.nextInt(5);
      if (budget == 0) {
        builder.withoutBudget();
      } else {
        builder.budget(budget == 1 ? 0 : 1);
      }
      if (random.nextInt(4) == 0) {
        builder.maximumGrossExposure(1.6);
      }
      double[] equal = new double[n];
      Arrays.fill(equal, 1.0 / n);
      if (random.nextInt(4) == 0) {
        builder.currentWeights(equal);
        if (random.nextBoolean()) {
          builder.transactionCosts(TransactionCosts.builder().linear(5e-4 * unit).build());
        } else {
          builder.maximumTurnover(0.5);
        }
      }
      if (random.nextInt(6) == 0) {
        builder.benchmark(equal);
      }
      return builder;
    }

    /** Of the riskiest asset. */
    double volatility() {
      double variance = 0;
      for (int i = 0; i < n; i++) {
        variance = Math.max(variance, sigma[i * n + i]);
      }
      return Math.sqrt(variance);
    }
  }

  private static Problem searched(long seed) {
    Market market = new Market(seed);
    Problem.Builder builder = market.problem();
    if (market.random.nextBoolean()) {
      return builder.maximumSharpe(market.riskFree).build();
    }
    double multiple = new double[] {0.05, 0.1, 0.3, 0.5, 1, 3}[market.random.nextInt(6)];
    return builder.targetRisk(multiple * market.volatility()).build();
  }

  private static Problem direct(long seed) {
    Market market = new Market(seed);
    Problem.Builder builder = market.problem();
    int kind = market.random.nextInt(4);
    if (kind < 2) {
      double gamma = Math.pow(10, 5 * market.random.nextDouble() - 2) / market.unit;
      return builder.riskAversion(gamma).build();
    }
    if (kind == 2) {
      return builder.minimumVariance().build();
    }
    return builder.targetReturn(2e-3 * market.unit * market.random.nextGaussian()).build();
  }

  /** Checks two engines' solutions of a problem; whether both solved it. */
  private static boolean agree(Problem problem, Solution a, Solution b, String name) {
    String who = name + ": " + a.message() + " / " + b.message();
    if (CERTAIN.contains(a.status()) && CERTAIN.contains(b.status())) {
      assertEquals(b.status(), a.status(), who);
    }
    boolean both = a.status() == Status.SOLVED && b.status() == Status.SOLVED;
    if (both) {
      double size = Math.max(Math.abs(a.objective()), Math.abs(b.objective()));
      double largest = 0;
      for (int i = 0; i < problem.size(); i++) {
        largest = Math.max(largest, problem.covariance().get(i, i));
      }
      double margin = a.gap() + b.gap() + 1e-7 * size + 1e-13 * largest;
      assertEquals(b.objective(), a.objective(), margin, who);
    }
    return both;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void noEngineContradictsAnother(String name) {
    int both = 0;
    try (Engine engine = EveryEngine.open(name, 1);
        Engine other = Engine.create("java", 1)) {
      for (int seed = 0; seed < PROBLEMS; seed++) {
        for (Problem problem : List.of(searched(seed), direct(seed))) {
          String who = problem.objective().kind() + ", seed " + seed;
          both += agree(problem, engine.solve(problem), other.solve(problem), who) ? 1 : 0;
        }
      }
    }
    assertTrue(both > PROBLEMS, both + " solved by both");
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatEarnsWithoutRiskAndEndIsFoundFromNearBy(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int seed : HEDGES) {
        assertEquals(Status.UNBOUNDED, engine.solve(searched(seed)).status(), "seed " + seed);
      }
      for (double gamma : new double[] {2, 5, 12, 50, 100}) {
        Problem problem = searched(23717).toBuilder().riskAversion(gamma).build();
        assertEquals(Status.UNBOUNDED, engine.solve(problem).status(), "gamma " + gamma);
      }
      assertEquals(Status.UNBOUNDED, engine.solve(direct(25009)).status());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void nextToNoRiskEnginesAgree(String name) {
    try (Engine engine = EveryEngine.open(name, 1);
        Engine other = Engine.create("java", 1)) {
      for (int seed : CALM) {
        Problem problem = searched(seed);
        Solution a = engine.solve(problem);
        Solution b = other.solve(problem);
        agree(problem, a, b, "seed " + seed);
        assertTrue(CERTAIN.contains(a.status()), "seed " + seed);
        assertTrue(CERTAIN.contains(b.status()), "seed " + seed + " on the Java engine");
      }
    }
  }

  /** Whoever takes no risk can hold cash. */
  @ParameterizedTest
  @MethodSource("all")
  void withoutRiskNothingSolvedEarnsLessThanCash(String name) {
    int solved = 0;
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (int seed = 0; seed < PROBLEMS; seed++) {
        Market market = new Market(seed);
        if (market.cash < 0) {
          continue;
        }
        market.lower[market.cash] = 0;
        market.upper[market.cash] = 1;
        double earned = market.mean[market.cash];
        for (int i = 0; i < market.n; i++) {
          market.lower[i] = Math.min(market.lower[i], 0);
        }
        Solution solution =
            engine.solve(
                Problem.builder(Covariance.of(market.sigma, market.n))
                    .expectedReturns(market.mean)
                    .lower(market.lower)
                    .upper(market.upper)
                    .targetRisk(0)
                    .build());
        String who = "seed " + seed + ": " + solution.message();
        assertFalse(solution.status() == Status.INFEASIBLE, who);
        if (solution.status() == Status.SOLVED) {
          solved++;
          double least = earned - 1e-6 * (Math.abs(earned) + market.unit * 1e-3);
          assertTrue(solution.expectedReturn() >= least, who + " " + solution.expectedReturn());
        }
      }
    }
    assertTrue(solved > PROBLEMS / 20, solved + " solved");
  }
}
