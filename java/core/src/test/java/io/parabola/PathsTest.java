package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every process, on every engine: the same bits however it is drawn, and the moments of theory. */
class PathsTest {
  private static final double[] MEAN = {0.001, -0.002, 0.0005};
  private static final double[] SIGMA = {4e-4, 1e-4, 0, 1e-4, 9e-4, -2e-4, 0, -2e-4, 1e-4};
  private static final double[] WILD = {9e-4, 8e-4, 0, 8e-4, 16e-4, 0, 0, 0, 2e-4};
  private static final double JUMPS = 0.3;
  private static final double[] JUMP = {-0.03, -0.05, 0.01};
  private static final int N = 3;

  static List<String> engines() {
    return EveryEngine.names();
  }

  private static double[] history(int rows) {
    Random random = new Random(11);
    double[] all = new double[rows * N];
    for (int t = 0; t < rows; t++) {
      double common = 0.02 * random.nextGaussian() * (t < rows / 2 ? 1 : 2);
      for (int i = 0; i < N; i++) {
        all[t * N + i] = 0.001 + common + 0.01 * (i + 1) * random.nextGaussian();
      }
    }
    return all;
  }

  private static Covariance sigma() {
    return Covariance.of(SIGMA, N);
  }

  private static Covariance factors() {
    return Covariance.ofFactors(
        new double[] {1, 0.2, 0.5, -0.3, 0, 1},
        new double[] {4e-4, 1e-4, 1e-4, 2e-4},
        new double[] {1e-4, 0, 3e-4});
  }

  private static List<ReturnProcess.Regime> regimes() {
    return List.of(
        new ReturnProcess.Regime("calm", MEAN, sigma(), Double.POSITIVE_INFINITY),
        new ReturnProcess.Regime(
            "wild", new double[] {-0.01, -0.02, 0.003}, Covariance.of(WILD, N), 5),
        new ReturnProcess.Regime("odd", new double[N], factors(), 7));
  }

  private static ReturnProcess withJumps(ReturnProcess process) {
    return process.withJumps(JUMPS, JUMP, Covariance.of(WILD, N));
  }

  /** One of every kind. */
  static Map<String, ReturnProcess> processes() {
    Map<String, ReturnProcess> all = new TreeMap<>();
    ReturnProcess normal = ReturnProcess.normal(MEAN, sigma());
    all.put("normal", normal);
    all.put("student-t", ReturnProcess.studentT(MEAN, sigma(), 6));
    all.put("factors", ReturnProcess.studentT(MEAN, factors(), 9));
    all.put("jumps", withJumps(normal));
    all.put("jumps of one size", normal.withJumps(2, new double[] {-0.01, -0.02, 0}, null));
    all.put("mixture", ReturnProcess.mixture(regimes(), new double[] {0.6, 0.3, 0.1}));
    all.put(
        "chain",
        ReturnProcess.regimes(
            regimes(),
            new double[] {1, 0, 0},
            new double[][] {{0.9, 0.1, 0}, {0.2, 0.7, 0.1}, {0.5, 0.5, 0}}));
    all.put("bootstrap", ReturnProcess.bootstrap(names(), history(60), 5));
    all.put("bootstrap, jumps", withJumps(all.get("bootstrap")));
    all.put("filtered", ReturnProcess.filteredHistorical(names(), history(60), 4, 0.9));
    all.put("filtered, jumps", withJumps(all.get("filtered")));
    all.put(
        "limited",
        ReturnProcess.normal(
                new double[N], Covariance.of(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, N))
            .withLimitedLiability());
    all.put("riskless", ReturnProcess.normal(MEAN, Covariance.of(new double[N * N], N)));
    return all;
  }

  private static List<String> names() {
    return List.of("A", "B", "C");
  }

  private static double[] drawn(Engine engine, Paths paths) {
    try (Matrix target =
        Matrix.allocate((long) paths.count() * paths.steps(), paths.process().size())) {
      engine.draw(paths, target);
      return target.toArray();
    }
  }

  private static void close(Matrix[] owned) {
    for (int k = 0; k < owned.length && owned[k] != null; k++) {
      owned[k].close();
    }
  }

  private static Paths.Builder stressed(Paths.Builder paths, int from, int count, Matrix[] owned) {
    double[] m = new double[count];
    double[] mu = new double[count * N];
    double[] theta = new double[count * N];
    for (int s = 0; s < count; s++) {
      m[s] = 1 + (from + s) % 3;
      for (int i = 0; i < N; i++) {
        mu[s * N + i] = (from + s) * 1e-5 * i;
        theta[s * N + i] = ((from + s) * 7 + i) % 11 / 11.0;
      }
    }
    owned[0] = Matrix.copyOf(mu, count, N);
    owned[1] = Matrix.copyOf(theta, count, N);
    return paths.volatilityMultipliers(m).meanShifts(owned[0]).correlationStress(owned[1]);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void bitsAreThoseOfTheJavaEngineInAnyChunksOnAnyThreads(String name) {
    int count = 70;
    int steps = 4;
    long firstPath = (1L << 32) - 20;
    try (Engine java = Engine.create("java", 1);
        Engine one = EveryEngine.open(name, 1);
        Engine three = EveryEngine.open(name, 3)) {
      processes()
          .forEach(
              (kind, process) -> {
                for (boolean stressed : new boolean[] {false, true}) {
                  Matrix[] owned = new Matrix[2];
                  Paths.Builder all =
                      Paths.builder(process, -5, count).firstPath(firstPath).steps(0, steps);
                  if (stressed) {
                    stressed(all, 0, count, owned);
                  }
                  double[] expected = drawn(java, all.build());
                  assertTrue(Arrays.stream(expected).allMatch(Double::isFinite), kind);
                  assertArrayEquals(expected, drawn(one, all.build()), kind);
                  assertArrayEquals(expected, drawn(three, all.build()), kind);
                  close(owned);
                  if (!stressed) {
                    double[] some =
                        drawn(
                            one,
                            Paths.builder(process, -5, 3)
                                .paths(new long[] {firstPath + 40, firstPath, firstPath + 40})
                                .steps(0, steps)
                                .build());
                    int each = steps * N;
                    for (int k = 0; k < some.length; k++) {
                      int path = k / each == 1 ? 0 : 40;
                      assertEquals(expected[path * each + k % each], some[k], kind);
                    }
                  }
                  for (int from = 0; from < count; from += 33) {
                    int here = Math.min(33, count - from);
                    for (int step = 0; step < steps; step++) {
                      Paths.Builder part =
                          Paths.builder(process, -5, here)
                              .firstPath(firstPath + from)
                              .steps(step, 1);
                      if (stressed) {
                        stressed(part, from, here, owned);
                      }
                      double[] got = drawn(one, part.build());
                      for (int s = 0; s < here; s++) {
                        int at = ((from + s) * steps + step) * N;
                        assertArrayEquals(
                            Arrays.copyOfRange(expected, at, at + N),
                            Arrays.copyOfRange(got, s * N, s * N + N),
                            kind);
                      }
                      close(owned);
                    }
                  }
                }
              });
    }
  }

  @Test
  void aDeviceDrawsTheSameBitsAndKeepsThem() {
    try (Engine java = Engine.create("java", 1);
        Engine cuda = EveryEngine.open("cuda", 1);
        Matrix back = Matrix.allocate(210, N);
        DeviceMatrix there = DeviceMatrix.allocate(0, 210, N)) {
      processes()
          .forEach(
              (kind, process) -> {
                Paths paths = Paths.builder(process, 3, 70).steps(1, 3).build();
                cuda.draw(paths, there);
                there.copyTo(back);
                assertArrayEquals(drawn(java, paths), back.toArray(), kind);
                assertThrows(InvalidInputException.class, () -> java.draw(paths, there));
              });
    }
  }

  /** Checks means and covariances of draws, each within four of its own standard errors. */
  private static void hasMoments(
      String kind, double[] x, int stride, int offset, double[] mean, double[] covariance) {
    int draws = x.length / stride;
    for (int i = 0; i < N; i++) {
      for (int j = i; j < N; j++) {
        double first = 0;
        double product = 0;
        double square = 0;
        for (int s = 0; s < draws; s++) {
          double a = x[s * stride + offset + i] - mean[i];
          double b = x[s * stride + offset + j] - mean[j];
          first += a;
          product += a * b;
          square += a * b * a * b;
        }
        first /= draws;
        product /= draws;
        square /= draws;
        double error = Math.sqrt(covariance[i * N + i] / draws);
        assertEquals(0, first, 4 * error + 1e-16, kind + ": mean of asset " + i);
        error = Math.sqrt(Math.max(0, square - product * product) / draws);
        assertEquals(
            covariance[i * N + j],
            product,
            4 * error + 1e-18,
            kind + ": covariance " + i + ", " + j);
      }
    }
  }

  private static double[] plus(double[] a, double factor, double[] b) {
    double[] sum = a.clone();
    for (int k = 0; k < sum.length; k++) {
      sum[k] += factor * b[k];
    }
    return sum;
  }

  private static double[] outer(double[] a) {
    double[] product = new double[N * N];
    for (int k = 0; k < product.length; k++) {
      product[k] = a[k / N] * a[k % N];
    }
    return product;
  }

  private static double[] plusJumps(double[] covariance) {
    return plus(plus(covariance, JUMPS, outer(JUMP)), JUMPS, WILD);
  }

  /** The moments of a mixture: each part's covariance, and that of the parts' means. */
  private static void mixtureHasMoments(
      String kind, double[] x, int stride, int offset, double[] p) {
    double[] mean = new double[N];
    double[] second = new double[N * N];
    for (int r = 0; r < p.length; r++) {
      mean = plus(mean, p[r], regimes().get(r).mean());
      second = plus(second, p[r], regimes().get(r).covariance().toArray());
      second = plus(second, p[r], outer(regimes().get(r).mean()));
    }
    hasMoments(kind, x, stride, offset, mean, plus(second, -1, outer(mean)));
  }

  /** One engine will do: another has the same bits, as is tested above. */
  @Test
  void momentsOfAMillionDrawsAreThoseOfTheory() {
    int draws = 1_000_000;
    String name = EveryEngine.openAll().size() > 1 ? "cpu" : "java";
    try (Engine engine = EveryEngine.open(name, 2)) {
      Map<String, ReturnProcess> all = processes();
      Map<String, double[]> x = new TreeMap<>();
      all.forEach((kind, p) -> x.put(kind, drawn(engine, Paths.builder(p, 1, draws).build())));
      hasMoments("normal", x.get("normal"), N, 0, MEAN, SIGMA);
      hasMoments("student-t", x.get("student-t"), N, 0, MEAN, SIGMA);
      hasMoments("factors", x.get("factors"), N, 0, MEAN, factors().toArray());
      hasMoments("jumps", x.get("jumps"), N, 0, MEAN, plusJumps(SIGMA));
      hasMoments(
          "jumps of one size",
          x.get("jumps of one size"),
          N,
          0,
          MEAN,
          plus(SIGMA, 2, outer(new double[] {-0.01, -0.02, 0})));
      mixtureHasMoments("mixture", x.get("mixture"), N, 0, new double[] {0.6, 0.3, 0.1});

      // The bootstrap's are those of its rows.
      double[] rows = history(60);
      double[] mean = new double[N];
      for (int k = 0; k < rows.length; k++) {
        mean[k % N] += rows[k] / 60;
      }
      double[] second = new double[N * N];
      for (int t = 0; t < 60; t++) {
        double[] row = plus(Arrays.copyOfRange(rows, t * N, t * N + N), -1, mean);
        second = plus(second, 1.0 / 60, outer(row));
      }
      hasMoments("bootstrap", x.get("bootstrap"), N, 0, mean, second);

      // Volatility towards 1, and nothing beyond a whole loss.
      double least = Arrays.stream(x.get("limited")).min().orElseThrow();
      assertEquals(-1, least);
      assertEquals(0.001, x.get("riskless")[0]);
    }
  }

  /** After three steps from the first regime: the third power of the transition matrix. */
  @Test
  void chainsOfRegimesForgetAsTheirTransitionsSay() {
    int draws = 300_000;
    try (Engine engine = Engine.create()) {
      double[] x =
          drawn(engine, Paths.builder(processes().get("chain"), 9, draws).steps(0, 4).build());
      double[][] transition = {{0.9, 0.1, 0}, {0.2, 0.7, 0.1}, {0.5, 0.5, 0}};
      double[] p = {1, 0, 0};
      for (int step = 0; step < 4; step++) {
        mixtureHasMoments("step " + step, x, 4 * N, step * N, p);
        double[] next = new double[N];
        for (int r = 0; r < N; r++) {
          next = plus(next, p[r], transition[r]);
        }
        p = next;
      }
    }
  }

  /**
   * Neighbours in a block are neighbours in the past: their covariance is (1 − 1/L) of the past's.
   */
  @Test
  void blocksKeepNeighboursTogether() {
    int draws = 400_000;
    double[] rows = history(60);
    try (Engine engine = Engine.create()) {
      double[] x =
          drawn(engine, Paths.builder(processes().get("bootstrap"), 3, draws).steps(0, 2).build());
      double mean = 0;
      for (int t = 0; t < 60; t++) {
        mean += rows[t * N] / 60;
      }
      double past = 0;
      for (int t = 0; t < 60; t++) {
        past += (rows[t * N] - mean) * (rows[(t + 1) % 60 * N] - mean) / 60;
      }
      double product = 0;
      double square = 0;
      for (int s = 0; s < draws; s++) {
        double a = (x[s * 2 * N] - mean) * (x[s * 2 * N + N] - mean);
        product += a / draws;
        square += a * a / draws;
      }
      assertEquals(0.8 * past, product, 4 * Math.sqrt(square / draws));
    }
  }

  /** The covariance of a batch's scenario. */
  private static double[] moved(double[] covariance, double m, double[] theta) {
    double[] sigma = new double[N * N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        double scale = Math.sqrt(covariance[4 * i] * covariance[4 * j]);
        double correlation = covariance[i * N + j] / scale;
        double moved =
            i == j
                ? 1
                : Math.sqrt((1 - theta[i]) * (1 - theta[j])) * correlation
                    + Math.sqrt(theta[i] * theta[j]);
        sigma[i * N + j] = m * m * scale * moved;
      }
    }
    return sigma;
  }

  /** Covariances under stress are those that a batch's scenario has with the same m and θ. */
  @ParameterizedTest
  @MethodSource("engines")
  void stressMovesCovariancesAsInABatch(String name) {
    int draws = name.equals("java") ? 200_000 : 1_000_000;
    double m = 1.5;
    double[] theta = {0.6, 0.3, 0.9};
    double[] multipliers = new double[draws];
    Arrays.fill(multipliers, m);
    try (Engine engine = EveryEngine.open(name, 2);
        Matrix stress = Matrix.allocate(draws, N)) {
      for (int s = 0; s < draws; s++) {
        stress.setRow(s, theta);
      }
      for (String kind : List.of("normal", "student-t", "jumps")) {
        double[] x =
            drawn(
                engine,
                Paths.builder(processes().get(kind), 4, draws)
                    .volatilityMultipliers(multipliers)
                    .correlationStress(stress)
                    .build());
        double[] sigma = kind.equals("jumps") ? plusJumps(SIGMA) : SIGMA;
        hasMoments(kind, x, N, 0, MEAN, moved(sigma, m, theta));
      }
    }
  }

  /** What the first step of a history is drawn from: σ and the rows that σ multiplies. */
  private static double[] firstCovariance(ReturnProcess process, boolean filtered) {
    Matrix rows = process.data().history().rows();
    double[] second = new double[N * N];
    double[] row = new double[N];
    for (long t = 0; t < rows.rows(); t++) {
      rows.getRow(t, row);
      for (int i = 0; filtered && i < N; i++) {
        row[i] *= process.data().deviation().get(0, i);
      }
      second = plus(second, 1.0 / rows.rows(), outer(row));
    }
    return second;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void jumpsAddTheirCovarianceToThatOfAHistory(String name) {
    int draws = name.equals("java") ? 200_000 : 1_000_000;
    try (Engine engine = EveryEngine.open(name, 2)) {
      for (String kind : List.of("bootstrap", "filtered")) {
        ReturnProcess process = processes().get(kind);
        double[] mean = process.data().mean().toArray();
        double[] sigma = firstCovariance(process, kind.equals("filtered"));
        Paths paths = Paths.builder(withJumps(process), 8, draws).build();
        hasMoments(kind, drawn(engine, paths), N, 0, mean, plusJumps(sigma));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void jumpsReplaceThoseBeforeThem(String name) {
    double[] theta = new double[50];
    Arrays.fill(theta, 0.5);
    try (Engine engine = EveryEngine.open(name, 2)) {
      processes()
          .forEach(
              (kind, process) -> {
                ReturnProcess twice = process.withJumps(2, new double[] {0.1, 0.2, 0.3}, null);
                double[][] x = new double[2][];
                for (int k = 0; k < 2; k++) {
                  Paths.Builder paths =
                      Paths.builder(withJumps(k == 0 ? process : twice), 2, theta.length);
                  x[k] = drawn(engine, paths.steps(0, 3).correlationStress(theta).build());
                }
                assertArrayEquals(x[0], x[1], kind);
              });
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void pathsMayLieAcrossSlabs(String name) {
    int count = 20;
    int steps = 9;
    try (Engine engine = EveryEngine.open(name, 2);
        // Five rows of 8 numbers to a slab.
        Matrix target = Matrix.allocate(count * steps, N, 5 * 64)) {
      processes()
          .forEach(
              (kind, process) -> {
                Paths paths = Paths.builder(process, 6, count).steps(2, steps).build();
                engine.draw(paths, target);
                assertArrayEquals(drawn(engine, paths), target.toArray(), kind);
              });
    }
  }

  /** Of a path that no buffer can hold: all slabs of the target are the same memory. */
  @Test
  void aPathMayBeOfMoreThanTwoGigabytes() {
    int n = 8192;
    int rowsPerSlab = 256;
    int steps = (1 << 15) + 10;
    double[] loading = new double[n];
    Arrays.setAll(loading, i -> 1e-2 + 1e-6 * i);
    ReturnProcess process =
        ReturnProcess.normal(
            new double[n], Covariance.ofFactors(loading, new double[] {1}, new double[n]));
    ByteBuffer memory = ByteBuffer.allocateDirect(rowsPerSlab * n * Double.BYTES);
    ByteBuffer[] slabs = new ByteBuffer[steps / rowsPerSlab + 1];
    Arrays.fill(slabs, memory);
    slabs[slabs.length - 1] = memory.slice(0, steps % rowsPerSlab * n * Double.BYTES);
    try (Engine java = Engine.create("java", 1);
        Engine engine = EveryEngine.open("cpu", 2);
        Matrix target = Matrix.wrap(steps, n, slabs);
        Matrix end = Matrix.allocate(100, n)) {
      engine.draw(Paths.builder(process, 1, 1).steps(0, steps).build(), target);
      java.draw(Paths.builder(process, 1, 1).steps(steps - 100, 100).build(), end);
      double[] expected = new double[n];
      double[] row = new double[n];
      for (int k = 0; k < 100; k++) {
        end.getRow(k, expected);
        target.getRow(steps - 100 + k, row);
        assertArrayEquals(expected, row);
      }
    }
  }

  /** What is more than a gigabyte lies in two slabs; so does less, where slabs are small. */
  @Test
  void whatNativeCodeReadsFromOneSlabIsNotInTwo() {
    try (Matrix one = Matrix.allocate(5, N, 5 * 64);
        Matrix two = Matrix.allocate(6, N, 5 * 64)) {
      assertSame(one, ReturnProcess.oneSlab(one, "the history", "draw from fewer rows"));
      assertEquals(
          "the history of 3 assets has 6 rows, more than a gigabyte: draw from fewer rows",
          assertThrows(
                  InvalidInputException.class,
                  () -> ReturnProcess.oneSlab(two, "the history", "draw from fewer rows"))
              .getMessage());
    }
  }

  /** Kurtosis of Student-t: 3(ν−2)/(ν−4), 4 at ν = 10. */
  @Test
  void tailsAreAsHeavyAsTheDegreesOfFreedomSay() {
    int draws = 1_000_000;
    try (Engine engine = Engine.create()) {
      double[] x =
          drawn(engine, Paths.builder(ReturnProcess.studentT(MEAN, sigma(), 10), 5, draws).build());
      double second = 0;
      double fourth = 0;
      double eighth = 0;
      for (int s = 0; s < draws; s++) {
        double d = (x[s * N] - MEAN[0]) / 0.02;
        second += d * d / draws;
        fourth += d * d * d * d / draws;
        eighth += Math.pow(d, 8) / draws;
      }
      assertEquals(1, second, 4 * Math.sqrt(3.0 / draws));
      assertEquals(4, fourth, 4 * Math.sqrt(eighth / draws));
    }
  }

  /**
   * After the same shocks volatility is what the recursion says, starting from the last of the
   * past.
   */
  @Test
  void filteredVolatilityMovesWithThePath() {
    double[] rows = history(200);
    double decay = 0.9;
    ReturnProcess process = ReturnProcess.filteredHistorical(names(), rows, 4, decay);
    double mean = 0;
    for (int t = 0; t < 200; t++) {
      mean += rows[t * N] / 200;
    }
    double variance = 0;
    for (int t = 0; t < 200; t++) {
      variance += (rows[t * N] - mean) * (rows[t * N] - mean) / 200;
    }
    for (int t = 0; t < 200; t++) {
      variance = decay * variance + (1 - decay) * Math.pow(rows[t * N] - mean, 2);
    }
    int draws = 500_000;
    try (Engine engine = Engine.create()) {
      double[] x = drawn(engine, Paths.builder(process, 3, draws).steps(0, 2).build());
      double first = 0;
      double second = 0;
      double ratio = 0;
      double fourth = 0;
      for (int s = 0; s < draws; s++) {
        double a = x[s * 2 * N] - mean;
        double b = x[s * 2 * N + N] - mean;
        first += a * a / draws;
        second += b * b / draws;
        ratio += b * b / (decay * variance + (1 - decay) * a * a) / draws;
        fourth += a * a * a * a / draws;
      }
      double error = Math.sqrt((fourth - first * first) / draws);
      assertEquals(variance, first, 4 * error);
      assertEquals(variance, second, 8 * error);
      assertEquals(1, ratio, 0.02);
    }
  }

  @Test
  void badInputIsNamed() {
    List<String> messages = new ArrayList<>();
    for (Executable bad :
        List.<Executable>of(
            () -> ReturnProcess.normal(new double[2], sigma()),
            () -> ReturnProcess.normal(new double[] {0, Double.NaN, 0}, sigma()),
            () -> ReturnProcess.studentT(MEAN, sigma(), 2),
            () -> ReturnProcess.mixture(regimes(), new double[] {0.5, 0.4, 0.2}),
            () -> ReturnProcess.regimes(regimes(), new double[] {1, 0, 0}, new double[2][3]),
            () -> ReturnProcess.bootstrap(names(), new double[3], 1),
            () -> ReturnProcess.bootstrap(names(), history(9), 0.5),
            () -> ReturnProcess.filteredHistorical(names(), history(9), 1, 1),
            () -> ReturnProcess.normal(MEAN, sigma()).withJumps(0, MEAN, null),
            () -> ReturnProcess.normal(MEAN, sigma()).withJumps(1, new double[1], null),
            () ->
                Paths.builder(ReturnProcess.normal(MEAN, sigma()), 1, 2)
                    .correlationStress(new double[] {0, 1.1}),
            () -> Paths.builder(ReturnProcess.normal(MEAN, sigma()), 1, 2).steps(-1, 1),
            () -> Paths.builder(ReturnProcess.normal(MEAN, sigma()), 1, -2))) {
      messages.add(assertThrows(InvalidInputException.class, bad).getMessage());
    }
    assertEquals("mean has 2 numbers, but the covariance 3 assets", messages.get(0));
    assertEquals("correlationStress of path 1 is 1.1, which is out of range", messages.get(10));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void noPathsAreNoWorkAndShapesAreChecked(String name) {
    try (Engine engine = EveryEngine.open(name, 1);
        Matrix none = Matrix.allocate(0, N);
        Matrix two = Matrix.allocate(2, N)) {
      ReturnProcess process = ReturnProcess.normal(MEAN, sigma());
      engine.draw(Paths.builder(process, 1, 0).build(), none);
      assertThrows(
          InvalidInputException.class,
          () -> engine.draw(Paths.builder(process, 1, 3).build(), two));
    }
  }
}
