package io.parabola.models.stress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import io.parabola.InvalidInputException;
import io.parabola.LinearConstraints;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.Problem;
import io.parabola.ReturnProcess;
import io.parabola.SampleCovariance;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.TransactionCosts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stress test measures, against sums written out in full. */
class StressTestTest {
  private static final int N = 7;
  private static final int STEPS = 4;
  private static final int SCENARIOS = 120;
  private static final double LIMIT = 0.1;

  private static double[] returns(int rows) {
    Random random = new Random(2);
    double[] all = new double[rows * N];
    for (int t = 0; t < rows; t++) {
      double common = 0.03 * random.nextGaussian();
      for (int i = 0; i < N; i++) {
        all[t * N + i] = 0.001 * i + common + 0.01 * (1 + i) * random.nextGaussian();
      }
    }
    return all;
  }

  private static final SampleCovariance SAMPLE = SampleCovariance.estimate(returns(90), 90, N);

  private static Problem problem(boolean costly) {
    Problem.Builder builder =
        Problem.builder(SAMPLE.covariance())
            .expectedReturns(SAMPLE.mean())
            .riskAversion(4)
            .lower(0)
            .upper(0.4);
    if (costly) {
      double[] equal = new double[N];
      Arrays.fill(equal, 1.0 / N);
      builder
          .currentWeights(equal)
          .maximumTurnover(0.7)
          .transactionCosts(TransactionCosts.builder().linear(0.001).build())
          .constraints(
              LinearConstraints.of(
                  List.of("half"),
                  new double[] {1, 1, 1, 0, 0, 0, 0},
                  new double[] {0.2},
                  new double[] {0.6}));
    }
    return builder.build();
  }

  private static MarketStates states(boolean byAsset) {
    return MarketStates.of(
        List.of(
            MarketState.of("calm", 0.4, 0.8, 0),
            new MarketState(
                "crash",
                0.6,
                new Interval(1, 2),
                new Interval(0.3, 0.9),
                -0.002,
                byAsset ? Map.of("asset 2", new MarketState.Asset(2, 0.95, -0.01)) : Map.of())));
  }

  private static StressTest open(Engine engine, boolean costly, boolean byAsset) {
    Problem problem = problem(costly);
    return StressTest.builder(
            problem,
            ReturnProcess.studentT(SAMPLE.mean(), SAMPLE.covariance(), 5).withLimitedLiability())
        .states(states(byAsset))
        .uncertainty(MeanUncertainty.of(SAMPLE.mean(), SAMPLE.covariance(), 90, 5))
        .seed(11)
        .steps(STEPS)
        .lossLimit(LIMIT)
        .tail(EllipticalTail.of(5, 0.95))
        .open(engine);
  }

  private static Engine engine(String name, int threads) {
    try {
      return Engine.create(name, threads);
    } catch (EngineUnavailableException e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  /** Σ of a scenario, entry by entry. */
  private static double[][] sigma(StressChunk chunk, int k, boolean byAsset) {
    double m = chunk.get(Measure.VOLATILITY_MULTIPLIER, k);
    double theta = chunk.get(Measure.CORRELATION_STRESS, k);
    double[][] sigma = new double[N][N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        boolean odd = byAsset && chunk.state(k) == 1;
        double mi = m * (odd && i == 2 ? 2 : 1);
        double mj = m * (odd && j == 2 ? 2 : 1);
        double ti = odd && i == 2 ? 0.95 : theta;
        double tj = odd && j == 2 ? 0.95 : theta;
        Covariance base = SAMPLE.covariance();
        double scale = Math.sqrt(base.variance(i) * base.variance(j));
        double correlation =
            i == j
                ? 1
                : Math.sqrt((1 - ti) * (1 - tj)) * base.get(i, j) / scale + Math.sqrt(ti * tj);
        sigma[i][j] = mi * mj * scale * correlation;
      }
    }
    return sigma;
  }

  private static double variance(double[][] sigma, double[] w) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        sum += w[i] * sigma[i][j] * w[j];
      }
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void everyMeasureIsTheSumItStandsFor(int kind) {
    boolean costly = kind % 2 == 1;
    boolean byAsset = kind >= 2;
    double[] mean = SAMPLE.mean();
    try (Engine engine = Engine.create();
        StressTest test = open(engine, costly, byAsset);
        StressChunk chunk = test.evaluate(0, SCENARIOS);
        Matrix means = Matrix.allocate(SCENARIOS, N)) {
      long[] numbers = new long[SCENARIOS];
      Arrays.setAll(numbers, k -> k);
      MeanUncertainty.of(mean, SAMPLE.covariance(), 90, 5).draw(engine, 11, numbers, means);
      double[] held = test.held();
      double[] w = new double[N];
      double[] mu = new double[N];
      for (int k = 0; k < SCENARIOS; k++) {
        assertEquals(Status.SOLVED, chunk.status(k));
        double[][] sigma = sigma(chunk, k, byAsset);
        means.getRow(k, mu);
        for (int i = 0; i < N && chunk.state(k) == 1; i++) {
          mu[i] += -0.002 + (byAsset && i == 2 ? -0.01 : 0);
        }
        chunk.weights().getRow(k, w);
        double cost = 0;
        double turnover = 0;
        double heldReturn = 0;
        double expected = 0;
        for (int i = 0; i < N; i++) {
          turnover += Math.abs(w[i] - held[i]);
          cost += costly ? 0.001 * Math.abs(w[i] - held[i]) : 0;
          heldReturn += mu[i] * held[i];
          expected += mu[i] * w[i];
        }
        double heldRisk = Math.sqrt(variance(sigma, held));
        double risk = Math.sqrt(variance(sigma, w));
        double c = EllipticalTail.of(5, 0.95).conditionalValueAtRisk();
        close(heldRisk, chunk, Measure.HELD_VOLATILITY, k);
        close(risk, chunk, Measure.VOLATILITY, k);
        close(heldReturn, chunk, Measure.HELD_RETURN, k);
        close(expected, chunk, Measure.RETURN, k);
        close(c * heldRisk - heldReturn, chunk, Measure.HELD_CVAR, k);
        close(c * risk - expected, chunk, Measure.CVAR, k);
        close(turnover, chunk, Measure.TURNOVER, k);
        close(cost, chunk, Measure.COST, k);
        close((LIMIT + STEPS * heldReturn) / (2 * heldRisk), chunk, Measure.HELD_DISTANCE, k);
        close(0.5 * 4 * risk * risk - expected + cost, chunk, Measure.OBJECTIVE, k);
        walk(
            engine, chunk, k, mu, mean, byAsset, held, 0, Measure.HELD_LOSS, Measure.HELD_DRAWDOWN);
        walk(engine, chunk, k, mu, mean, byAsset, w, cost, Measure.LOSS, Measure.DRAWDOWN);
      }
      if (costly) {
        assertEquals(List.of("budget", "half", "turnover"), chunk.constraints());
      }
    }
  }

  private static void close(double expected, StressChunk chunk, Measure measure, int k) {
    assertEquals(
        expected,
        chunk.get(measure, k),
        1e-9 * Math.max(0.01, Math.abs(expected)),
        measure + " of " + k);
  }

  /** The path drawn alone, and equity along it. */
  private static void walk(
      Engine engine,
      StressChunk chunk,
      int k,
      double[] mu,
      double[] mean,
      boolean byAsset,
      double[] w,
      double cost,
      Measure loss,
      Measure drawdown) {
    double[] shift = new double[N];
    double[] m = new double[N];
    double[] theta = new double[N];
    for (int i = 0; i < N; i++) {
      boolean odd = byAsset && chunk.state(k) == 1 && i == 2;
      shift[i] = mu[i] - mean[i];
      m[i] = chunk.get(Measure.VOLATILITY_MULTIPLIER, k) * (odd ? 2 : 1);
      theta[i] = odd ? 0.95 : chunk.get(Measure.CORRELATION_STRESS, k);
    }
    try (Matrix shifts = Matrix.copyOf(shift, 1, N);
        Matrix multipliers = Matrix.copyOf(m, 1, N);
        Matrix stress = Matrix.copyOf(theta, 1, N);
        Matrix path = Matrix.allocate(STEPS, N)) {
      engine.draw(
          Paths.builder(
                  ReturnProcess.studentT(mean, SAMPLE.covariance(), 5).withLimitedLiability(),
                  11,
                  1)
              .firstPath(k)
              .steps(0, STEPS)
              .meanShifts(shifts)
              .volatilityMultipliers(multipliers)
              .correlationStress(stress)
              .build(),
          path);
      double[] price = new double[N];
      Arrays.fill(price, 1);
      double peak = 1;
      double equity = 1;
      double deepest = cost;
      for (int t = 0; t < STEPS; t++) {
        equity = 1 - cost;
        for (int i = 0; i < N; i++) {
          price[i] *= 1 + path.get(t, i);
          equity += w[i] * (price[i] - 1);
        }
        peak = Math.max(peak, equity);
        deepest = Math.max(deepest, 1 - equity / peak);
      }
      close(1 - equity, chunk, loss, k);
      close(deepest, chunk, drawdown, k);
    }
  }

  @Test
  void chunksThreadsAndOrderChangeNoBit() {
    try (Engine one = Engine.create("java", 1)) {
      for (String name : List.of("java", "cpu")) {
        try (Engine engine = engine(name, 3);
            StressTest test = open(engine, true, true);
            StressChunk all = test.evaluate(0, SCENARIOS)) {
          for (int from = 0; from < SCENARIOS; from += 50) {
            int count = Math.min(50, SCENARIOS - from);
            try (StressChunk part = test.evaluate(from, count)) {
              for (int k = 0; k < count; k++) {
                same(all, from + k, part, k);
              }
            }
          }
          long[] some = {90, 3, 3, 77};
          try (StressChunk part = test.evaluate(some, SolveOptions.defaults(), null)) {
            for (int k = 0; k < some.length; k++) {
              same(all, (int) some[k], part, k);
            }
          }
        }
      }
      // Engines draw the same bits; what they solve agrees to rounding.
      try (Engine other = engine("cpu", 2);
          StressTest a = open(one, false, false);
          StressTest b = open(other, false, false);
          StressChunk x = a.evaluate(0, SCENARIOS);
          StressChunk y = b.evaluate(0, SCENARIOS)) {
        for (int k = 0; k < SCENARIOS; k++) {
          assertEquals(x.get(Measure.HELD_RETURN, k), y.get(Measure.HELD_RETURN, k), 1e-12);
          assertEquals(x.get(Measure.LOSS, k), y.get(Measure.LOSS, k), 1e-6);
        }
      }
    }
  }

  private static void same(StressChunk a, int i, StressChunk b, int j) {
    assertEquals(a.state(i), b.state(j));
    for (Measure measure : Measure.values()) {
      assertEquals(a.get(measure, i), b.get(measure, j), measure.toString());
    }
    double[] x = new double[N];
    double[] y = new double[N];
    a.weights().getRow(i, x);
    b.weights().getRow(j, y);
    assertArrayEquals(x, y);
  }

  @Test
  void resultsDoNotDependOnTheChunksAndComponentsSumToCvar() {
    try (Engine engine = Engine.create();
        StressTest test = open(engine, true, false)) {
      StressResults whole =
          new StressResults(test, StressResults.Quantiles.AUTOMATIC, 0.9, SCENARIOS);
      StressResults parts =
          new StressResults(test, StressResults.Quantiles.AUTOMATIC, 0.9, SCENARIOS);
      StressResults online =
          new StressResults(test, StressResults.Quantiles.ONLINE, 0.9, SCENARIOS);
      try (StressChunk chunk = test.evaluate(0, SCENARIOS)) {
        whole.add(chunk);
        online.add(chunk);
      }
      for (int from = 0; from < SCENARIOS; from += 37) {
        try (StressChunk chunk = test.evaluate(from, Math.min(37, SCENARIOS - from))) {
          parts.add(chunk);
        }
      }
      assertEquals(whole.tail(Measure.HELD_LOSS), parts.tail(Measure.HELD_LOSS));
      assertEquals(whole.tail(Measure.LOSS, 1), parts.tail(Measure.LOSS, 1));
      assertArrayEquals(whole.worst(Measure.LOSS), parts.worst(Measure.LOSS));
      assertEquals(whole.weight(3).quantile(0.7), parts.weight(3).quantile(0.7));
      assertEquals(SCENARIOS, whole.inState(0) + whole.inState(1));
      double exact = whole.tail(Measure.LOSS).conditionalValueAtRisk();
      assertEquals(
          exact, online.tail(Measure.LOSS).conditionalValueAtRisk(), 1e-3 * Math.abs(exact));
      assertTrue(whole.atUpper(N - 1) >= 0 && whole.atUpper(N - 1) <= 1);

      TailComponents components = TailComponents.of(test, whole);
      assertEquals(
          whole.tail(Measure.HELD_LOSS).conditionalValueAtRisk(),
          Arrays.stream(components.held()).sum(),
          1e-12);
      assertEquals(exact, Arrays.stream(components.best()).sum() + components.bestCosts(), 1e-12);
      assertTrue(components.bestCosts() > 0);
    }
  }

  /** Against the change of the optimal objective when a bound is moved a little. */
  @Test
  void boundsAreWorthWhatMovingThemGains() {
    double step = 1e-6;
    try (Engine engine = Engine.create();
        StressTest test = open(engine, false, false);
        StressChunk chunk =
            test.evaluate(
                new long[] {0, 1, 2, 3, 4}, SolveOptions.defaults().withReducedCosts(), null)) {
      BoundPrices prices = BoundPrices.of(test, 5);
      for (int i = 0; i < N; i++) {
        double sum = 0;
        int binding = 0;
        for (int k = 0; k < 5; k++) {
          double price = chunk.reducedCosts().get(k, i);
          sum += Math.min(0, price);
          binding += price < 0 ? 1 : 0;
          if (price < 0) {
            assertEquals(0.4, chunk.weights().get(k, i));
            double[] upper = new double[N];
            Arrays.fill(upper, 0.4);
            upper[i] += step;
            double m = chunk.get(Measure.VOLATILITY_MULTIPLIER, k);
            Problem moved =
                Problem.builder(SAMPLE.covariance())
                    .expectedReturns(SAMPLE.mean())
                    .riskAversion(4 * m * m)
                    .lower(0)
                    .upper(upper)
                    .build();
            try (Matrix means = Matrix.allocate(1, N)) {
              MeanUncertainty.of(SAMPLE.mean(), SAMPLE.covariance(), 90, 5)
                  .draw(engine, 11, new long[] {k}, means);
              double[] mu = means.toArray();
              for (int j = 0; j < N && chunk.state(k) == 1; j++) {
                mu[j] -= 0.002;
              }
              double[] theta = {chunk.get(Measure.CORRELATION_STRESS, k)};
              try (BatchSolution solution =
                  engine.solve(
                      Batch.builder(moved, 1)
                          .expectedReturns(mu)
                          .correlationStress(theta)
                          .build())) {
                double change = solution.objective(0) - chunk.get(Measure.OBJECTIVE, k);
                assertEquals(price, change / step, 1e-4 * Math.abs(price) + 1e-8);
              }
            }
          }
        }
        assertEquals(binding == 0 ? Double.NaN : sum / binding, prices.upper()[i], 1e-15);
      }
    }
  }

  /** No portfolio, no measures of it; the held one is measured all the same. */
  @Test
  void scenariosWithoutAPortfolioAreCounted() {
    double[] far = new double[N];
    far[0] = 1;
    Problem impossible =
        Problem.builder(SAMPLE.covariance())
            .expectedReturns(SAMPLE.mean())
            .riskAversion(4)
            .upper(0.4)
            .currentWeights(far)
            .maximumTurnover(0.1)
            .build();
    try (Engine engine = Engine.create();
        StressTest test =
            StressTest.builder(impossible, ReturnProcess.normal(SAMPLE.mean(), SAMPLE.covariance()))
                .open(engine);
        StressChunk chunk = test.evaluate(0, 5)) {
      StressResults results = new StressResults(test, StressResults.Quantiles.EXACT, 0.95, 5);
      results.add(chunk);
      assertEquals(5, results.count(Status.INFEASIBLE));
      assertEquals(0, results.firstUnsolved());
      assertTrue(chunk.message(0).contains("turnover"), chunk.message(0));
      assertTrue(Double.isNaN(chunk.get(Measure.LOSS, 0)));
      assertTrue(Double.isFinite(chunk.get(Measure.HELD_LOSS, 0)));
      assertEquals(0, results.of(Measure.LOSS).count());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ReturnProcess process = ReturnProcess.normal(SAMPLE.mean(), SAMPLE.covariance());
    StressTest.Builder builder = StressTest.builder(problem(false), process);
    assertThrows(InvalidInputException.class, () -> builder.steps(0));
    assertThrows(InvalidInputException.class, () -> builder.held(new double[2]));
    assertThrows(
        InvalidInputException.class,
        () ->
            builder.states(
                MarketStates.of(
                    List.of(
                        new MarketState(
                            "odd",
                            1,
                            Interval.of(1),
                            Interval.of(0),
                            0,
                            Map.of("nobody", new MarketState.Asset(1, Double.NaN, 0)))))));
  }
}
