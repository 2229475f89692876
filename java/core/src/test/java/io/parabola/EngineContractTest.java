package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.RandomProblems.Bounds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine promises, tested on each that runs here. */
class EngineContractTest {
  private static final double GAP = 1e-9;
  private static final double WEIGHTS = 1e-9;
  private static final double OBJECTIVE = 1e-12;

  static List<String> engines() {
    return EveryEngine.names();
  }

  static List<Arguments> enginesAndShapes() {
    List<Arguments> all = new ArrayList<>();
    for (String engine : EveryEngine.names()) {
      for (Bounds bounds : Bounds.values()) {
        for (int n : new int[] {1, 2, 3, 10, 31, 100, 200, 500}) {
          all.add(Arguments.of(engine, bounds, n));
        }
      }
    }
    return all;
  }

  /** S scenarios of expected returns and risk aversion about one problem. */
  private static Batch batch(int n, int scenarios, Bounds bounds, long seed) {
    Random random = new Random(seed);
    Problem problem =
        RandomProblems.bounded(RandomProblems.strictlyConvex(n, random), bounds).build();
    double[] mu = RandomProblems.expectedReturns(n * scenarios, 0.05, random);
    double[] gamma = new double[scenarios];
    Arrays.setAll(gamma, s -> Math.pow(10, -0.5 + 2 * random.nextDouble()));
    return Batch.builder(problem, scenarios).expectedReturns(mu).riskAversion(gamma).build();
  }

  /** One scenario of a batch as a problem of its own. */
  private static Problem problem(Batch batch, int s) {
    int n = batch.size();
    double[] mu = new double[n];
    batch.data().expectedReturns().getRow(s, mu);
    return Problem.builder(batch.problem().covariance())
        .lower(batch.problem().lower())
        .upper(batch.problem().upper())
        .budget(batch.problem().budget())
        .expectedReturns(mu)
        .riskAversion(batch.data().riskAversion()[s])
        .build();
  }

  @ParameterizedTest
  @MethodSource("enginesAndShapes")
  void weightsAndObjectivesAgreeWithTheJavaEngineAndAreCertified(
      String name, Bounds bounds, int n) {
    int scenarios = n >= 500 ? 2 : n >= 100 ? 5 : 30;
    Batch batch = batch(n, scenarios, bounds, 1000 + n);
    try (Engine engine = EveryEngine.open(name, 2);
        Engine java = Engine.create("java", 2);
        BatchSolution solution = engine.solve(batch);
        BatchSolution expected = java.solve(batch)) {
      assertEquals(scenarios, solution.count(Status.SOLVED), solution.message(0));
      assertTrue(solution.allSolved());
      for (int s = 0; s < scenarios; s++) {
        Problem problem = problem(batch, s);
        double[] w = solution.weights(s);
        double scale = Oracle.scale(problem, w);
        assertArrayEquals(expected.weights(s), w, WEIGHTS, "scenario " + s);
        assertEquals(expected.objective(s), solution.objective(s), OBJECTIVE * scale);
        assertEquals(Oracle.objective(problem, w), solution.objective(s), OBJECTIVE * scale);
        assertEquals(Oracle.variance(problem, w), solution.variance(s), OBJECTIVE * scale);
        assertEquals(
            Oracle.dot(problem.expectedReturns(), w),
            solution.expectedReturn(s),
            OBJECTIVE * scale);
        assertTrue(Oracle.gap(problem, w) <= GAP * scale, "gap " + Oracle.gap(problem, w) / scale);
        assertTrue(solution.relativeGap(s) <= GAP, "claims " + solution.relativeGap(s));
        assertTrue(solution.gap(s) >= 0);
        assertFeasible(problem, w);
      }
    }
  }

  static void assertFeasible(Problem problem, double[] w) {
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    double largest = Math.max(1, Math.abs(problem.budget()));
    for (int i = 0; i < w.length; i++) {
      assertTrue(w[i] >= lower[i] && w[i] <= upper[i], "weight " + i + " is " + w[i]);
      largest = Math.max(largest, Math.abs(w[i]));
    }
    assertEquals(problem.budget(), Oracle.sum(w), 4 * w.length * Math.ulp(largest));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void weightsDoNotDependOnTheNumberOfThreads(String name) {
    for (Bounds bounds : Bounds.values()) {
      Batch batch = batch(40, 200, bounds, 7);
      long[] expected = bits(name, 1, batch);
      assertArrayEquals(expected, bits(name, 2, batch));
      assertArrayEquals(expected, bits(name, 5, batch));
    }
  }

  private static long[] bits(String name, int threads, Batch batch) {
    try (Engine engine = EveryEngine.open(name, threads);
        BatchSolution solution = engine.solve(batch)) {
      return bits(solution, IntStream.range(0, batch.scenarios()).toArray());
    }
  }

  /** The weights, objectives and gaps of some scenarios, to the last bit. */
  private static long[] bits(BatchSolution solution, int[] scenarios) {
    int n = solution.size();
    long[] bits = new long[scenarios.length * (n + 2)];
    int k = 0;
    for (int s : scenarios) {
      for (double weight : solution.weights(s)) {
        bits[k++] = Double.doubleToRawLongBits(weight);
      }
      bits[k++] = Double.doubleToRawLongBits(solution.objective(s));
      bits[k++] = Double.doubleToRawLongBits(solution.gap(s));
    }
    return bits;
  }

  /** The scenarios of a batch in another order, or only some of them. */
  private static Batch chosen(Batch batch, int[] scenarios) {
    int n = batch.size();
    double[] mu = new double[scenarios.length * n];
    double[] gamma = new double[scenarios.length];
    double[] row = new double[n];
    for (int k = 0; k < scenarios.length; k++) {
      batch.data().expectedReturns().getRow(scenarios[k], row);
      System.arraycopy(row, 0, mu, k * n, n);
      gamma[k] = batch.data().riskAversion()[scenarios[k]];
    }
    return Batch.builder(batch.problem(), scenarios.length)
        .expectedReturns(mu)
        .riskAversion(gamma)
        .build();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void weightsDoNotDependOnTheOrderOfTheScenariosNorOnTheOthersInTheBatch(String name) {
    int scenarios = 150;
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, scenarios).boxed().toList());
    Collections.shuffle(shuffled, new Random(3));
    int[] order = shuffled.stream().mapToInt(Integer::intValue).toArray();
    for (Bounds bounds : Bounds.values()) {
      Batch batch = batch(30, scenarios, bounds, 11);
      try (Engine engine = EveryEngine.open(name, 2);
          BatchSolution whole = engine.solve(batch)) {
        try (BatchSolution reordered = engine.solve(chosen(batch, order))) {
          int[] natural = IntStream.range(0, scenarios).toArray();
          assertArrayEquals(bits(whole, order), bits(reordered, natural));
        }
        int[] cuts = {0, 1, 8, 71, 72, scenarios};
        for (int c = 0; c + 1 < cuts.length; c++) {
          int[] part = IntStream.range(cuts[c], cuts[c + 1]).toArray();
          try (BatchSolution chunk = engine.solve(chosen(batch, part))) {
            assertArrayEquals(
                bits(whole, part), bits(chunk, IntStream.range(0, part.length).toArray()));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void preparedProblemsAndSingleProblemsGiveTheBitsOfTheBatch(String name) {
    Batch batch = batch(25, 20, Bounds.LONG_ONLY_TENTH, 5);
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution whole = engine.solve(batch);
        Prepared prepared = engine.prepare(batch.problem())) {
      int[] all = IntStream.range(0, 20).toArray();
      for (int repeat = 0; repeat < 2; repeat++) {
        try (BatchSolution again = prepared.solve(batch)) {
          assertArrayEquals(bits(whole, all), bits(again, all));
        }
      }
      Solution alone = whole.solution(3);
      assertArrayEquals(whole.weights(3), alone.weights());
      assertEquals(whole.objective(3), alone.objective());
      Solution single = engine.solve(problem(batch, 3));
      assertEquals(Status.SOLVED, single.status());
      assertArrayEquals(alone.weights(), single.weights(), WEIGHTS);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void memoryOfAnotherLibraryHasTheSameBitsWhereverItStarts(String name) {
    int n = 37;
    int scenarios = 40;
    Batch batch = batch(n, scenarios, Bounds.LONG_ONLY_TENTH, 11);
    try (Engine engine = EveryEngine.open(name, 2);
        Matrix sigma = wrap(batch.problem().covariance().toArray(), n, n, 24);
        BatchSolution expected = engine.solve(batch)) {
      Problem problem =
          Problem.builder(Covariance.of(sigma))
              .lower(batch.problem().lower())
              .upper(batch.problem().upper())
              .expectedReturns(batch.problem().expectedReturns())
              .riskAversion(batch.problem().riskAversion())
              .build();
      for (int start : new int[] {0, 8, 56}) {
        try (Matrix mu = wrap(batch.data().expectedReturns().toArray(), scenarios, n, start);
            BatchSolution found =
                engine.solve(
                    Batch.builder(problem, scenarios)
                        .expectedReturns(mu)
                        .riskAversion(batch.data().riskAversion())
                        .build())) {
          assertArrayEquals(expected.weights().toArray(), found.weights().toArray());
        }
      }
    }
  }

  /** A copy in memory that starts so many bytes beyond a multiple of 64. */
  private static Matrix wrap(double[] rowMajor, int rows, int columns, int start) {
    int bytes = rows * Matrix.strideOf(columns) * Double.BYTES;
    Matrix matrix =
        Matrix.wrap(
            rows,
            columns,
            ByteBuffer.allocateDirect(bytes + 128).alignedSlice(64).slice(start, bytes));
    for (int row = 0; row < rows; row++) {
      matrix.setRow(row, Arrays.copyOfRange(rowMajor, row * columns, (row + 1) * columns));
    }
    return matrix;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyPartOfAScenarioCanBeOverridden(String name) {
    int n = 12;
    int scenarios = 9;
    Random random = new Random(8);
    Problem base =
        Problem.builder(RandomProblems.strictlyConvex(n, random))
            .expectedReturns(RandomProblems.expectedReturns(n, 0.05, random))
            .build();
    double[] mu = RandomProblems.expectedReturns(n * scenarios, 0.05, random);
    double[] lower = new double[n * scenarios];
    double[] upper = new double[n * scenarios];
    double[] start = new double[n * scenarios];
    double[] gamma = new double[scenarios];
    double[] budget = new double[scenarios];
    for (int k = 0; k < n * scenarios; k++) {
      lower[k] = -0.3 * random.nextDouble();
      upper[k] = 0.2 + random.nextDouble();
      start[k] = random.nextGaussian();
    }
    for (int s = 0; s < scenarios; s++) {
      gamma[s] = 1 + 10 * random.nextDouble();
      budget[s] = random.nextDouble() - 0.3;
    }
    try (Engine engine = EveryEngine.open(name, 1);
        Matrix muMatrix = Matrix.copyOf(mu, scenarios, n);
        Matrix lowerMatrix = Matrix.copyOf(lower, scenarios, n);
        Matrix upperMatrix = Matrix.copyOf(upper, scenarios, n);
        Matrix startMatrix = Matrix.copyOf(start, scenarios, n)) {
      Batch arrays =
          Batch.builder(base, scenarios)
              .expectedReturns(mu)
              .lower(lower)
              .upper(upper)
              .riskAversion(gamma)
              .budget(budget)
              .start(start)
              .build();
      Batch matrices =
          Batch.builder(base, scenarios)
              .expectedReturns(muMatrix)
              .lower(lowerMatrix)
              .upper(upperMatrix)
              .riskAversion(gamma)
              .budget(budget)
              .start(startMatrix)
              .build();
      try (BatchSolution one = engine.solve(arrays);
          BatchSolution other = engine.solve(matrices)) {
        int[] all = IntStream.range(0, scenarios).toArray();
        assertArrayEquals(bits(one, all), bits(other, all));
        for (int s = 0; s < scenarios; s++) {
          Problem alone =
              Problem.builder(base.covariance())
                  .expectedReturns(Arrays.copyOfRange(mu, s * n, (s + 1) * n))
                  .lower(Arrays.copyOfRange(lower, s * n, (s + 1) * n))
                  .upper(Arrays.copyOfRange(upper, s * n, (s + 1) * n))
                  .riskAversion(gamma[s])
                  .budget(budget[s])
                  .build();
          assertEquals(Status.SOLVED, one.status(s));
          assertArrayEquals(engine.solve(alone).weights(), one.weights(s), WEIGHTS);
          assertTrue(
              Oracle.gap(alone, one.weights(s)) <= GAP * Oracle.scale(alone, one.weights(s)));
          assertFeasible(alone, one.weights(s));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void withoutBoundsTheWeightsAreThoseOfTheFirstOrderConditions(String name) {
    Random random = new Random(21);
    for (int n : new int[] {2, 7, 40}) {
      Covariance covariance = RandomProblems.strictlyConvex(n, random);
      double[] mu = RandomProblems.expectedReturns(n, 0.05, random);
      double gamma = 4;
      double budget = 1.5;
      // γΣw + λ1 = μ and 1'w = budget.
      double[][] equations = new double[n + 1][n + 2];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          equations[i][j] = gamma * covariance.get(i, j);
        }
        equations[i][n] = 1;
        equations[n][i] = 1;
        equations[i][n + 1] = mu[i];
      }
      equations[n][n + 1] = budget;
      double[] expected = Arrays.copyOf(Oracle.solveLinear(equations), n);
      Problem problem =
          Problem.builder(covariance)
              .expectedReturns(mu)
              .riskAversion(gamma)
              .budget(budget)
              .lower(Double.NEGATIVE_INFINITY)
              .upper(Double.POSITIVE_INFINITY)
              .build();
      try (Engine engine = EveryEngine.open(name, 1)) {
        Solution solution = engine.solve(problem);
        assertEquals(Status.SOLVED, solution.status(), solution.message());
        assertArrayEquals(expected, solution.weights(), WEIGHTS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void oneAssetTakesTheBudget(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      Covariance covariance = Covariance.of(new double[] {0.04}, 1);
      Solution solution =
          engine.solve(
              Problem.builder(covariance)
                  .expectedReturns(0.1)
                  .riskAversion(2)
                  .lower(-5)
                  .upper(5)
                  .budget(-0.7)
                  .build());
      assertEquals(Status.SOLVED, solution.status());
      assertArrayEquals(new double[] {-0.7}, solution.weights());
      assertEquals(0.5 * 2 * 0.04 * 0.49 + 0.07, solution.objective(), 1e-16);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void boundsThatLeaveNoChoiceAreTheWeights(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      double[] fixed = {0.25, 0.5, 0.25};
      Solution solution =
          engine.solve(
              Problem.builder(RandomProblems.strictlyConvex(3, new Random(1)))
                  .expectedReturns(1, 2, 3)
                  .lower(fixed)
                  .upper(fixed)
                  .build());
      assertEquals(Status.SOLVED, solution.status(), solution.message());
      assertArrayEquals(fixed, solution.weights());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void boundsThatMeetTheBudgetButForRoundingAreFeasible(String name) {
    // Ten times 0.1 is less than 1 in floating point, 0.7 + 0.2 + 0.1 as well.
    double[] tenths = new double[10];
    Arrays.fill(tenths, 0.1);
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (double[] bounds : new double[][] {tenths, {0.7, 0.2, 0.1}}) {
        int n = bounds.length;
        Covariance covariance = RandomProblems.strictlyConvex(n, new Random(2));
        Solution above = engine.solve(Problem.builder(covariance).upper(bounds).build());
        assertEquals(Status.SOLVED, above.status(), above.message());
        assertArrayEquals(bounds, above.weights(), 1e-15);
        Solution below = engine.solve(Problem.builder(covariance).lower(bounds).build());
        assertEquals(Status.SOLVED, below.status(), below.message());
        assertArrayEquals(bounds, below.weights(), 1e-15);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void withoutRiskAversionTheBestReturnsAreFilledFirst(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution =
          engine.solve(
              Problem.builder(RandomProblems.strictlyConvex(5, new Random(4)))
                  .expectedReturns(0.01, 0.05, -0.02, 0.03, 0.04)
                  .riskAversion(0)
                  .upper(0.375)
                  .build());
      assertEquals(Status.SOLVED, solution.status());
      assertArrayEquals(new double[] {0, 0.375, 0, 0.25, 0.375}, solution.weights(), 1e-15);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void withoutRiskTheBestReturnsAreFilledFirst(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution =
          engine.solve(
              Problem.builder(Covariance.of(new double[25], 5))
                  .expectedReturns(0.01, 0.05, -0.02, 0.03, 0.04)
                  .riskAversion(3)
                  .lower(-0.25)
                  .upper(0.5)
                  .build());
      assertEquals(Status.SOLVED, solution.status());
      // 0.5 + 0.5 + 0.5 − 0.25 − 0.25 is the budget of 1.
      assertArrayEquals(new double[] {-0.25, 0.5, -0.25, 0.5, 0.5}, solution.weights(), 1e-15);
      assertEquals(0.0, solution.variance());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBadScenarioIsInvalidAndItsNeighboursKeepTheirBits(String name) {
    int n = 6;
    Batch good = batch(n, 5, Bounds.LOOSE, 31);
    double[] mu = good.data().expectedReturns().toArray();
    double[] lower = new double[5 * n];
    double[] upper = new double[5 * n];
    Arrays.fill(lower, -2);
    Arrays.fill(upper, 3);
    double[] gamma = good.data().riskAversion().clone();
    mu[n + 2] = Double.NaN;
    lower[2 * n + 4] = 3.5;
    gamma[4] = -1;
    Batch bad =
        Batch.builder(good.problem(), 5)
            .expectedReturns(mu)
            .riskAversion(gamma)
            .lower(lower)
            .upper(upper)
            .build();
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution expected = engine.solve(good);
        BatchSolution solution = engine.solve(bad)) {
      assertEquals(3, solution.count(Status.INVALID));
      assertEquals(
          "scenario 1: expectedReturns[asset 2] = NaN: must be finite", solution.message(1));
      assertEquals(
          "scenario 2: bounds of asset 4 cross: lower 3.5 > upper 3.0", solution.message(2));
      assertEquals(
          "scenario 4: riskAversion = -1.0: must be finite and at least 0", solution.message(4));
      for (int s : new int[] {1, 2, 4}) {
        assertEquals(Status.INVALID, solution.status(s));
        for (double weight : solution.weights(s)) {
          assertTrue(Double.isNaN(weight));
        }
        assertTrue(Double.isNaN(solution.objective(s)) && Double.isNaN(solution.relativeGap(s)));
      }
      int[] neighbours = {0, 3};
      assertArrayEquals(bits(expected, neighbours), bits(solution, neighbours));
      assertEquals("", solution.message(0));
      assertFalse(solution.allSolved());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anImpossibleBudgetIsExplained(String name) {
    Covariance covariance = RandomProblems.strictlyConvex(40, new Random(3));
    try (Engine engine = EveryEngine.open(name, 1)) {
      Solution solution = engine.solve(Problem.builder(covariance).upper(0.02).build());
      assertEquals(Status.INFEASIBLE, solution.status());
      assertEquals(
          "infeasible: budget 1 needs upper bounds that sum to at least 1, but those of 40 assets"
              + " sum to 0.8 (short by 0.2); raising each to 0.025 mends it",
          solution.message());
      assertTrue(Double.isNaN(solution.weight(0)));
      assertEquals(
          Status.SOLVED, engine.solve(Problem.builder(covariance).upper(0.025).build()).status());

      Solution tooMuch = engine.solve(Problem.builder(covariance).lower(0.03).build());
      assertEquals(Status.INFEASIBLE, tooMuch.status());
      assertEquals(
          "infeasible: budget 1 needs lower bounds that sum to at most 1, but those of 40 assets"
              + " sum to 1.2 (over by 0.2); lowering each to 0.025 mends it",
          tooMuch.message());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void returnsThatNothingStopsAreUnbounded(String name) {
    try (Engine engine = EveryEngine.open(name, 1)) {
      Problem.Builder open =
          Problem.builder(Covariance.of(new double[9], 3))
              .expectedReturns(0.01, 0.02, 0.03)
              .lower(Double.NEGATIVE_INFINITY);
      for (double gamma : new double[] {0, 5}) {
        Solution solution = engine.solve(open.riskAversion(gamma).build());
        assertEquals(Status.UNBOUNDED, solution.status());
        assertTrue(solution.message().startsWith("unbounded: "), solution.message());
        assertTrue(Double.isNaN(solution.weight(0)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anObjectiveThatIsFlatWithoutEndIsSolved(String name) {
    double[] zero = new double[9];
    // A against B has no risk, at any size: half the budget in the two, half in C.
    double[] twins = {1, 1, 0, 1, 1, 0, 0, 0, 1};
    double[] equal = {0.02, 0.02, 0.02};
    double[] none = new double[3];
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (double[] covariance : new double[][] {zero, twins}) {
        for (double[] mu : new double[][] {none, equal}) {
          for (double gamma : new double[] {0, 1, 5}) {
            if (gamma == 0 && mu == none) {
              continue;
            }
            Solution solution =
                engine.solve(
                    Problem.builder(Covariance.of(covariance, 3))
                        .expectedReturns(mu)
                        .riskAversion(gamma)
                        .lower(Double.NEGATIVE_INFINITY)
                        .build());
            assertEquals(Status.SOLVED, solution.status());
            assertEquals(mu[0], solution.expectedReturn(), 1e-12);
            if (gamma > 0) {
              assertEquals(covariance == zero ? 0 : 0.5, solution.variance(), 1e-12);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void noScenariosAreSolvedAtOnce(String name) {
    List<Long> heard = new ArrayList<>();
    SolveOptions options = SolveOptions.defaults().withProgress((done, total) -> heard.add(done));
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution solution = engine.solve(batch(5, 0, Bounds.LOOSE, 1), options)) {
      assertEquals(List.of(), heard);
      assertEquals(0, solution.scenarios());
      assertTrue(solution.allSolved());
      assertEquals(0, solution.worstRelativeGap());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void thereIsNothingToSayOfScenariosThatAreNone(String name) {
    try (Engine engine = EveryEngine.open(name, 1);
        BatchSolution solution =
            engine.solve(
                batch(5, 3, Bounds.LOOSE, 1), SolveOptions.defaults().withReducedCosts())) {
      List<IntFunction<Object>> getters =
          List.of(
              solution::status,
              solution::message,
              solution::objective,
              solution::gap,
              solution::weights,
              solution::shadowPrices,
              solution::reducedCosts,
              solution::solution);
      for (IntFunction<Object> getter : getters) {
        assertThrows(IndexOutOfBoundsException.class, () -> getter.apply(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> getter.apply(3));
      }
    }
  }

  /** A pool that all of the program shares is not the engine's to fill. */
  @ParameterizedTest
  @MethodSource("engines")
  void covariancesAreCheckedOnTheEnginesThreads(String name) {
    int n = 80;
    int scenarios = 300;
    Random random = new Random(13);
    Problem problem = Problem.builder(RandomProblems.strictlyConvex(n, random)).build();
    double[] sigma = problem.covariance().toArray();
    try (Engine engine = EveryEngine.open(name, 2);
        Matrix own = Matrix.allocate((long) scenarios * n, n)) {
      for (int row = 0; row < scenarios * n; row++) {
        own.setRow(row, Arrays.copyOfRange(sigma, row % n * n, (row % n + 1) * n));
      }
      own.set(150L * n + 3, 3, -1);
      Batch batch = Batch.builder(problem, scenarios).covariances(own).build();
      long before = ForkJoinPool.commonPool().getStealCount();
      try (BatchSolution solution = engine.solve(batch)) {
        assertEquals(before, ForkJoinPool.commonPool().getStealCount());
        assertEquals(1, solution.count(Status.INVALID));
        assertEquals(
            "scenario 150: covariance[asset 3, asset 3] = -1.0: a variance cannot be negative",
            solution.message(150));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void progressIsHeardFromTheCallingThreadAndEndsAtTheTotal(String name) {
    List<Long> heard = new ArrayList<>();
    AtomicReference<Thread> stranger = new AtomicReference<>();
    Thread caller = Thread.currentThread();
    Progress progress =
        (done, total) -> {
          heard.add(done);
          assertEquals(3000, total);
          if (Thread.currentThread() != caller) {
            stranger.set(Thread.currentThread());
          }
        };
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution solution =
            engine.solve(
                batch(20, 3000, Bounds.LOOSE, 9), SolveOptions.defaults().withProgress(progress))) {
      assertTrue(solution.allSolved());
      assertEquals(null, stranger.get());
      assertEquals(3000, heard.get(heard.size() - 1));
      for (int k = 1; k < heard.size(); k++) {
        assertTrue(heard.get(k) >= heard.get(k - 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anExceptionFromProgressStopsTheSolveAndReachesItsCaller(String name) {
    try (Engine engine = EveryEngine.open(name, 2)) {
      SolveOptions options =
          SolveOptions.defaults()
              .withProgress(
                  (done, total) -> {
                    throw new UnsupportedOperationException("enough");
                  });
      Batch batch = batch(10, 100, Bounds.LOOSE, 9);
      UnsupportedOperationException thrown =
          assertThrows(
              UnsupportedOperationException.class, () -> engine.solve(batch, options).close());
      assertEquals("enough", thrown.getMessage());
      try (BatchSolution solution = engine.solve(batch)) {
        assertTrue(solution.allSolved());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aCancelledSolveKeepsWhatItHas(String name) {
    Batch batch = batch(60, 20_000, Bounds.LOOSE, 12);
    Cancellation cancellation = new Cancellation();
    SolveOptions options =
        SolveOptions.defaults()
            .withCancellation(cancellation)
            .withProgress((done, total) -> cancellation.cancel());
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution solution = engine.solve(batch, options)) {
      long solved = solution.count(Status.SOLVED);
      long cancelled = solution.count(Status.CANCELLED);
      assertTrue(solved > 0 && cancelled > 0, solved + " solved, " + cancelled + " cancelled");
      assertEquals(20_000, solved + cancelled);
      int first =
          IntStream.range(0, 20_000).filter(s -> isSolved(solution, s)).findFirst().getAsInt();
      int missing =
          IntStream.range(0, 20_000).filter(s -> !isSolved(solution, s)).findFirst().getAsInt();
      try (BatchSolution whole = engine.solve(chosen(batch, new int[] {first}))) {
        assertArrayEquals(bits(whole, new int[] {0}), bits(solution, new int[] {first}));
      }
      assertTrue(Double.isNaN(solution.weights(missing)[0]));
      assertTrue(solution.message(missing).startsWith("cancelled"), solution.message(missing));
    }
  }

  private static boolean isSolved(BatchSolution solution, int s) {
    return solution.status(s) == Status.SOLVED;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aSolveCancelledBeforehandSolvesNothing(String name) {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution solution =
            engine.solve(
                batch(10, 50, Bounds.LOOSE, 2),
                SolveOptions.defaults().withCancellation(cancellation))) {
      assertEquals(50, solution.count(Status.CANCELLED));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void nothingCanBeClosedWhileASolveUsesIt(String name) {
    int n = 8;
    Random random = new Random(6);
    Covariance source = RandomProblems.strictlyConvex(n, random);
    try (Engine engine = EveryEngine.open(name, 2);
        Matrix sigma = Matrix.copyOf(source.toArray(), n, n);
        Matrix mu = Matrix.allocate(100, n)) {
      Problem problem = Problem.builder(Covariance.of(sigma)).build();
      Batch batch = Batch.builder(problem, 100).expectedReturns(mu).build();
      List<String> refusals = Collections.synchronizedList(new ArrayList<>());
      try (Prepared prepared = engine.prepare(problem)) {
        Progress closing =
            (done, total) -> {
              for (AutoCloseable inUse : new AutoCloseable[] {engine, prepared, sigma, mu}) {
                refusals.add(assertThrows(IllegalStateException.class, inUse::close).getMessage());
              }
            };
        try (BatchSolution solution =
            prepared.solve(batch, SolveOptions.defaults().withProgress(closing))) {
          assertTrue(solution.allSolved());
        }
      }
      assertTrue(refusals.size() >= 4);
      assertTrue(refusals.stream().allMatch(refusal -> refusal.contains("in use")));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsClosedSaysSo(String name) {
    Batch batch = batch(5, 3, Bounds.LOOSE, 2);
    Engine engine = EveryEngine.open(name, 1);
    Prepared prepared = engine.prepare(batch.problem());
    Prepared outlived = engine.prepare(batch.problem());
    BatchSolution solution = engine.solve(batch);
    prepared.close();
    prepared.close();
    assertThrows(IllegalStateException.class, () -> prepared.solve(batch));
    solution.close();
    solution.close();
    assertThrows(IllegalStateException.class, () -> solution.weights(0));
    assertEquals(Status.SOLVED, solution.status(0));
    engine.close();
    engine.close();
    assertThrows(IllegalStateException.class, () -> outlived.solve(batch));
    assertThrows(IllegalStateException.class, () -> engine.solve(batch));
    assertThrows(IllegalStateException.class, () -> engine.prepare(batch.problem()));
    outlived.close();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aClosedMatrixIsRefusedBeforeAnythingReadsIt(String name) {
    int n = 4;
    try (Engine engine = EveryEngine.open(name, 1)) {
      Matrix mu = Matrix.allocate(3, n);
      Problem problem = Problem.builder(RandomProblems.strictlyConvex(n, new Random(1))).build();
      Batch batch = Batch.builder(problem, 3).expectedReturns(mu).build();
      mu.close();
      assertThrows(IllegalStateException.class, () -> engine.solve(batch));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBatchOnAnotherProblemThanThePreparedOneIsRefused(String name) {
    Batch batch = batch(5, 3, Bounds.LOOSE, 2);
    Batch other = batch(5, 3, Bounds.LOOSE, 3);
    try (Engine engine = EveryEngine.open(name, 1);
        Prepared prepared = engine.prepare(batch.problem())) {
      assertThrows(InvalidInputException.class, () -> prepared.solve(other));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void manyThreadsMayUseOneEngineAtOnce(String name) throws InterruptedException {
    Batch batch = batch(30, 200, Bounds.LONG_ONLY_TENTH, 14);
    int[] all = IntStream.range(0, 200).toArray();
    try (Engine engine = EveryEngine.open(name, 2);
        BatchSolution expected = engine.solve(batch);
        Prepared prepared = engine.prepare(batch.problem())) {
      long[] bits = bits(expected, all);
      CountDownLatch done = new CountDownLatch(4);
      List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
      for (int t = 0; t < 4; t++) {
        new Thread(
                () -> {
                  try (BatchSolution solution = prepared.solve(batch)) {
                    assertArrayEquals(bits, bits(solution, all));
                  } catch (Throwable e) {
                    failures.add(e);
                  } finally {
                    done.countDown();
                  }
                })
            .start();
      }
      done.await();
      assertEquals(List.of(), failures);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aToleranceThatRoundingCannotReachIsInaccurateWithWeights(String name) {
    try (Engine engine = EveryEngine.open(name, 1);
        BatchSolution solution =
            engine.solve(
                batch(50, 20, Bounds.LOOSE, 17), SolveOptions.defaults().withTolerance(1e-300))) {
      assertTrue(solution.count(Status.INACCURATE) > 0);
      for (int s = 0; s < 20; s++) {
        assertFalse(Double.isNaN(solution.weights(s)[0]));
        assertEquals(
            solution.status(s) == Status.INACCURATE, solution.message(s).startsWith("inaccurate"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void numbersTooLargeToComputeWithAreInvalidNotSolved(String name) {
    double[] sigma = {1e308, 0, 0, 0, 1e308, 0, 0, 0, 1e308};
    try (Engine engine = EveryEngine.open(name, 1)) {
      Problem problem = Problem.builder(Covariance.of(sigma, 3)).riskAversion(3).build();
      Solution solution = engine.solve(problem);
      assertEquals(Status.INVALID, solution.status());
      assertTrue(Double.isNaN(solution.weight(0)) && Double.isNaN(solution.objective()));
      assertEquals(
          "covariance[asset 0, asset 0] = 1.0E308: too large to be computed with",
          solution.message());
      Covariance ordinary = Covariance.of(new double[] {1, 0, 0, 1}, 2);
      assertEquals(
          "budget = 1.0E200: too large to be computed with",
          engine.solve(Problem.builder(ordinary).budget(1e200).build()).message());
      try (BatchSolution batch =
          engine.solve(
              Batch.builder(Problem.builder(ordinary).build(), 2)
                  .budget(new double[] {1, 1e200})
                  .build())) {
        assertEquals(
            "scenario 1: budget = 1.0E200: too large to be computed with", batch.message(1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theVarianceLosesNoDigitsToReturnsThatAreFarLarger(String name) {
    double[] sigma = {0.04, 0.01, 0.01, 0.09};
    try (Engine engine = EveryEngine.open(name, 1)) {
      for (double gamma : new double[] {1e-9, 1e-15, 1e-20}) {
        Problem problem =
            Problem.builder(Covariance.of(sigma, 2))
                .expectedReturns(0.001, 0.002)
                .riskAversion(gamma)
                .build();
        assertEquals(0.09, engine.solve(problem).variance(), 1e-16);
      }
    }
  }
}
