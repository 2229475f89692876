package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the device is read, solved and left there: on the stand-in, or a real device. */
class DeviceMatrixTest {
  private static final int N = 13;
  private static final int SCENARIOS = 200;

  private Engine engine;

  @BeforeEach
  void open() {
    engine = EveryEngine.open("cuda", 2);
  }

  @AfterEach
  void close() {
    if (engine != null) {
      engine.close();
    }
  }

  private static double[] normals(int count, double scale, long seed) {
    Random random = new Random(seed);
    double[] numbers = new double[count];
    for (int k = 0; k < count; k++) {
      numbers[k] = scale * random.nextGaussian();
    }
    return numbers;
  }

  private static Problem problem() {
    return Problem.builder(SampleCovariance.estimate(normals(50 * N, 0.02, 1), 50, N).covariance())
        .expectedReturns(normals(N, 1e-3, 2))
        .riskAversion(4)
        .currentWeights(filled(N, 1.0 / N))
        .maximumTurnover(0.8)
        .build();
  }

  private static double[] filled(int count, double value) {
    double[] numbers = new double[count];
    Arrays.fill(numbers, value);
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 13, 1000})
  void whatIsWrittenIsRead(int columns) {
    double[] numbers = normals(5 * columns, 1, 3);
    try (Matrix host = Matrix.copyOf(numbers, 5, columns);
        DeviceMatrix there = DeviceMatrix.copyOf(0, host);
        Matrix back = Matrix.allocate(5, columns)) {
      assertEquals(Matrix.strideOf(columns), there.stride());
      there.copyTo(back);
      assertArrayEquals(numbers, back.toArray());
      double[] row = new double[columns];
      there.getRow(3, row);
      assertArrayEquals(Arrays.copyOfRange(numbers, 3 * columns, 4 * columns), row);
      there.setRow(1, filled(columns, 0.5));
      there.copyTo(back);
      assertEquals(0.5, back.get(1, columns - 1));
      assertEquals(numbers[columns - 1], back.get(0, columns - 1));
      assertEquals(numbers[2 * columns], back.get(2, 0));
    }
  }

  @Test
  void memoryOfSomebodyElseIsReadAndWrittenBetweenItsRows() {
    try (Matrix minus = Matrix.copyOf(filled(16 * 4, -1), 4, 16);
        DeviceMatrix owner = DeviceMatrix.copyOf(0, minus);
        DeviceMatrix inside = DeviceMatrix.wrap(0, owner.address() + 16, 4, N, 16);
        Matrix ones = Matrix.copyOf(filled(4 * N, 1), 4, N);
        Matrix seen = Matrix.allocate(4, 16)) {
      inside.copyFrom(ones);
      owner.copyTo(seen);
      for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 16; column++) {
          assertEquals(column < 2 || column >= 2 + N ? -1 : 1, seen.get(row, column));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {N, 16, 29})
  void scenariosOfTheDeviceHaveTheWeightsOfTheHosts(int stride) {
    Problem problem = problem();
    double[] returns = normals(SCENARIOS * N, 1e-3, 4);
    double[] upper = filled(SCENARIOS * N, 0.4);
    double[] current = filled(SCENARIOS * N, 1.0 / N);
    // A scenario of each kind that has no weights.
    returns[3 * N] = Double.NaN;
    Arrays.fill(upper, 7 * N, 9 * N, 0.01);
    Batch host =
        Batch.builder(problem, SCENARIOS)
            .expectedReturns(returns)
            .upper(upper)
            .currentWeights(current)
            .build();
    try (Storage means = new Storage(returns, stride);
        Storage bounds = new Storage(upper, stride);
        Storage held = new Storage(current, stride);
        Storage weights = new Storage(filled(SCENARIOS * N, 5), stride);
        BatchSolution expected = engine.solve(host)) {
      Batch batch =
          Batch.builder(problem, SCENARIOS)
              .expectedReturns(means.matrix)
              .upper(bounds.matrix)
              .currentWeights(held.matrix)
              .build();
      SolveOptions options =
          SolveOptions.defaults().withReducedCosts().withDeviceWeights(weights.matrix);
      try (BatchSolution left = engine.solve(batch, options);
          BatchSolution fetched = engine.solve(batch)) {
        assertEquals(3, SCENARIOS - left.count(Status.SOLVED));
        for (int s = 0; s < SCENARIOS; s++) {
          assertEquals(expected.status(s), left.status(s));
          assertEquals(expected.message(s), left.message(s));
          assertArrayEquals(expected.weights(s), left.weights(s), "scenario " + s);
          assertArrayEquals(expected.weights(s), fetched.weights(s));
          assertEquals(expected.objective(s), left.objective(s));
          assertArrayEquals(expected.shadowPrices(s), left.shadowPrices(s));
        }
        assertTrue(Double.isNaN(left.weights(3)[0]) && Double.isNaN(left.weights(8)[N - 1]));
        assertThrows(IllegalStateException.class, left::weights);
        weights.assertGapsUntouched();
      }
    }
  }

  /** A matrix of some stride inside a larger one, with −7 between its rows. */
  private static final class Storage implements AutoCloseable {
    private final DeviceMatrix owner;
    private final DeviceMatrix matrix;
    private final int stride;

    Storage(double[] numbers, int stride) {
      this.stride = stride;
      int rows = numbers.length / N;
      double[] spread = filled(rows * stride, -7);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(numbers, row * N, spread, row * stride, N);
      }
      try (Matrix flat = Matrix.copyOf(spread, 1, spread.length)) {
        owner = DeviceMatrix.copyOf(0, flat);
      }
      matrix = DeviceMatrix.wrap(0, owner.address(), rows, N, stride);
    }

    void assertGapsUntouched() {
      double[] all = new double[owner.columns()];
      owner.getRow(0, all);
      for (int k = 0; k < all.length; k++) {
        assertTrue(k % stride < N || all[k] == -7, "number " + k + " is " + all[k]);
      }
    }

    @Override
    public void close() {
      matrix.close();
      owner.close();
    }
  }

  @Test
  void theCovarianceOfReturnsOnTheDevice() {
    double[] returns = normals(3000 * N, 0.02, 5);
    double[] expected = SampleCovariance.estimate(returns, 3000, N).covarianceArray();
    double[] mean = SampleCovariance.estimate(returns, 3000, N).mean();
    try (Matrix host = Matrix.copyOf(returns, 3000, N);
        DeviceMatrix there = DeviceMatrix.copyOf(0, host);
        DeviceSampleCovariance byArray = DeviceSampleCovariance.of(0, N).add(returns, 3000);
        DeviceSampleCovariance byMatrix = DeviceSampleCovariance.of(0, N).add(host);
        DeviceSampleCovariance inPlace = DeviceSampleCovariance.of(0, N).add(there)) {
      for (DeviceSampleCovariance sample :
          new DeviceSampleCovariance[] {byArray, byMatrix, inPlace}) {
        assertEquals(3000, sample.observations());
        assertArrayEquals(mean, sample.mean(), 1e-16);
        assertArrayEquals(expected, sample.covariance().toArray(), 1e-16);
      }
      try (DeviceMatrix sigma = inPlace.covarianceMatrix();
          Matrix copy = Matrix.allocate(N, N)) {
        sigma.copyTo(copy);
        assertArrayEquals(inPlace.covariance().toArray(), copy.toArray());
      }
    }
  }

  @Test
  void windowsOfReturnsGiveEachScenarioItsCovariance() {
    int window = 60;
    int step = 5;
    int scenarios = 30;
    double[] returns = normals((window + (scenarios - 1) * step) * N, 0.02, 6);
    double[] means = normals(scenarios * N, 1e-3, 7);
    Problem problem = Problem.builder(problem().covariance()).riskAversion(4).build();
    try (Matrix host = Matrix.copyOf(returns, returns.length / N, N);
        DeviceMatrix there = DeviceMatrix.copyOf(0, host);
        DeviceMatrix own = DeviceSampleCovariance.ofWindows(there, window, step);
        Matrix matrices = Matrix.allocate((long) scenarios * N, N)) {
      assertEquals(scenarios * N, own.rows());
      for (int s = 0; s < scenarios; s++) {
        double[] part = Arrays.copyOfRange(returns, s * step * N, (s * step + window) * N);
        double[] expected = SampleCovariance.estimate(part, window, N).covarianceArray();
        double[] row = new double[N];
        for (int i = 0; i < N; i++) {
          own.getRow(s * N + i, row);
          assertArrayEquals(Arrays.copyOfRange(expected, i * N, (i + 1) * N), row, 1e-17);
          matrices.setRow(s * N + i, row);
        }
      }
      Batch onDevice =
          Batch.builder(problem, scenarios).expectedReturns(means).trustedCovariances(own).build();
      Batch onHost =
          Batch.builder(problem, scenarios)
              .expectedReturns(means)
              .trustedCovariances(matrices)
              .build();
      try (BatchSolution found = engine.solve(onDevice);
          BatchSolution expected = engine.solve(onHost)) {
        assertTrue(found.allSolved());
        for (int s = 0; s < scenarios; s++) {
          assertArrayEquals(expected.weights(s), found.weights(s));
        }
      }
      double[] broken = new double[N];
      Arrays.fill(broken, Double.NaN);
      own.setRow(4 * N + 2, broken);
      try (BatchSolution found = engine.solve(onDevice)) {
        assertEquals(1, found.count(Status.INVALID));
        assertEquals(
            "scenario 4: covariance[asset 2, asset 0] = NaN: must be finite", found.message(4));
      }
      assertSaid("there must be one", () -> DeviceSampleCovariance.ofWindows(there, 10_000, 1));
      assertSaid(
          "need 390 x 13", () -> Batch.builder(problem, scenarios).trustedCovariances(there));
    }
  }

  @Test
  void whatCannotBeIsSaidInOneLine() {
    assertSaid("needs at least 0 rows and 1 column", () -> DeviceMatrix.allocate(0, 3, 0));
    assertSaid("too short", () -> DeviceMatrix.wrap(0, 64, 3, 4, 3));
    assertSaid("not that of a double", () -> DeviceMatrix.wrap(0, 61, 3, 4, 4));
    assertTrue(
        assertThrows(EngineUnavailableException.class, () -> DeviceMatrix.allocate(77, 1, 1))
            .getMessage()
            .startsWith("CUDA device 77: "));
    assertSaid("needs at least 1", () -> DeviceSampleCovariance.of(0, 0));
    Problem problem = problem();
    try (DeviceMatrix two = DeviceMatrix.allocate(0, 2, N);
        DeviceMatrix three = DeviceMatrix.allocate(0, 3, N);
        DeviceMatrix apart = DeviceMatrix.wrap(0, three.address(), 2, N, N);
        DeviceSampleCovariance sample = DeviceSampleCovariance.of(0, N);
        Engine cpu = EveryEngine.open("cpu", 1)) {
      Batch.Builder builder = Batch.builder(problem, 2);
      assertSaid("need 2 x 13", () -> builder.expectedReturns(three));
      assertSaid("stride", () -> builder.expectedReturns(two).upper(apart).build());
      Batch batch = Batch.builder(problem, 2).expectedReturns(two).build();
      assertSaid("which the cpu engine does not read", () -> cpu.solve(batch));
      SolveOptions wrong = SolveOptions.defaults().withDeviceWeights(three);
      assertSaid("but the weights are 2 x 13", () -> engine.solve(batch, wrong));
      SolveOptions other = SolveOptions.defaults().withDeviceWeights(apart);
      assertSaid("deviceWeights has stride 13", () -> engine.solve(batch, other));
      assertSaid("needs at least 2", sample::covariance);
      assertSaid("needs at least 1", sample::mean);
      assertSaid("observation 1, asset 2", () -> sample.add(withNaN(), 2));
    }
    DeviceMatrix closed = DeviceMatrix.allocate(0, 2, N);
    closed.close();
    closed.close();
    Batch batch = Batch.builder(problem, 2).expectedReturns(closed).build();
    assertThrows(IllegalStateException.class, () -> engine.solve(batch));
    assertThrows(IllegalStateException.class, () -> closed.getRow(0, new double[N]));
  }

  private static double[] withNaN() {
    double[] returns = filled(2 * N, 0.01);
    returns[N + 2] = Double.NaN;
    return returns;
  }

  private static void assertSaid(String part, Executable call) {
    String message = assertThrows(InvalidInputException.class, call).getMessage();
    assertTrue(message.contains(part) && message.lines().count() == 1, message);
  }
}
