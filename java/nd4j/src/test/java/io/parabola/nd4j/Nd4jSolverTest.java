package io.parabola.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.SampleCovariance;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.internal.blas.BlasSelection;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Covariances and batches from arrays have the bits of those from Java's own. */
class Nd4jSolverTest {
  private static final int ROWS = 30;

  static List<Arguments> layouts() {
    return Layouts.every();
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static Problem problem(int n) {
    double[] returns = flat(Layouts.numbers(3 * n, n, 10));
    return Problem.builder(SampleCovariance.estimate(returns, 3 * n, n).covariance())
        .expectedReturns(new double[n])
        .riskAversion(3)
        .build();
  }

  @ParameterizedTest(name = "{0}, {1} columns")
  @MethodSource("layouts")
  void theWeightsOfABatchHaveTheBitsOfTheArrays(Layouts.Layout layout, int n) {
    double[][] mu = Layouts.numbers(ROWS, n, 11);
    INDArray array = layout.make().apply(mu);
    INDArray target = layout.make().apply(new double[ROWS][n]);
    Problem problem = problem(n);
    try (Engine engine = Engine.create();
        Nd4jSolver solver = Nd4jSolver.prepare(engine, problem);
        BatchSolution expected =
            engine.solve(Batch.builder(problem, ROWS).expectedReturns(flat(mu)).build());
        BatchSolution found = solver.solve(array, SolveOptions.defaults());
        BatchSolution written = solver.solve(array, target, SolveOptions.defaults())) {
      assertTrue(found.allSolved() && written.allSolved());
      double[][] weights = new double[ROWS][];
      Arrays.setAll(weights, expected::weights);
      assertArrayEquals(weights, Nd4jMatrix.array(found.weights()).toDoubleMatrix());
      if (layout.isDouble()) {
        assertArrayEquals(weights, target.toDoubleMatrix());
      } else {
        assertEquals(
            0,
            target.castTo(DataType.DOUBLE).sub(Nd4j.create(weights)).amaxNumber().doubleValue(),
            1e-3);
      }
    }
    assertArrayEquals(mu, array.castTo(DataType.DOUBLE).toDoubleMatrix());
  }

  @Test
  void weightsOutliveTheirSolutionAndMayReplaceTheReturns() {
    int n = 12;
    INDArray mu = Nd4jMatrix.allocate(ROWS, n).assign(Nd4j.create(Layouts.numbers(ROWS, n, 12)));
    INDArray weights;
    try (Engine engine = Engine.create();
        Nd4jSolver solver = Nd4jSolver.prepare(engine, problem(n))) {
      try (BatchSolution solution = solver.solve(mu, SolveOptions.defaults())) {
        weights = Nd4jMatrix.array(solution.weights());
      }
      solver.solve(mu, mu, SolveOptions.defaults()).close();
    }
    assertArrayEquals(weights.toDoubleMatrix(), mu.toDoubleMatrix());
    assertEquals(ROWS, weights.sumNumber().doubleValue(), 1e-12);
  }

  @Test
  void aBadScenarioHasNoWeightsAndIsExplained() {
    int n = 8;
    INDArray mu = Nd4j.create(Layouts.numbers(3, n, 13));
    mu.putScalar(1, 2, Double.NaN);
    INDArray weights = Nd4j.create(DataType.FLOAT, 3, n);
    try (Engine engine = Engine.create();
        Nd4jSolver solver = Nd4jSolver.prepare(engine, problem(n));
        BatchSolution solution = solver.solve(mu, weights, SolveOptions.defaults())) {
      assertEquals(Status.INVALID, solution.status(1));
      assertTrue(solution.message(1).startsWith("scenario 1: "), solution.message(1));
      assertEquals(2, solution.count(Status.SOLVED));
      assertTrue(Float.isNaN(weights.getFloat(1, 0)));
      assertEquals((float) solution.weights(2)[3], weights.getFloat(2, 3));
    }
  }

  @Test
  void noScenariosAreSolvedToo() {
    INDArray none = Nd4j.create(DataType.DOUBLE, 0, 8);
    try (Engine engine = Engine.create();
        Nd4jSolver solver = Nd4jSolver.prepare(engine, problem(8));
        BatchSolution solution = solver.solve(none, none, SolveOptions.defaults())) {
      assertEquals(0, solution.scenarios());
    }
  }

  @Test
  void otherPartsOfABatchMayBeArrays() {
    int n = 8;
    Problem problem = problem(n);
    double[][] sigmas = new double[2 * n][];
    double[] sigma = problem.covariance().toArray();
    for (int k = 0; k < 2 * n; k++) {
      int row = k % n;
      double factor = k < n ? 1 : 4;
      sigmas[k] = IntStream.range(0, n).mapToDouble(i -> factor * sigma[row * n + i]).toArray();
    }
    double[][] mu = Layouts.numbers(2, n, 14);
    INDArray own = Nd4j.create(sigmas);
    INDArray upper = Nd4j.valueArrayOf(new long[] {2, n}, 0.5, DataType.DOUBLE);
    try (Engine engine = Engine.create();
        Matrix view = Nd4jMatrix.view(own);
        BatchSolution found =
            engine.solve(
                Batch.builder(problem, 2)
                    .covariances(view)
                    .expectedReturns(Nd4jMatrix.view(Nd4j.create(mu)))
                    .upper(Nd4jMatrix.view(upper))
                    .build());
        Matrix copy = Matrix.copyOf(sigmas);
        BatchSolution expected =
            engine.solve(
                Batch.builder(problem, 2)
                    .covariances(copy)
                    .expectedReturns(flat(mu))
                    .upper(flat(upper.toDoubleMatrix()))
                    .build())) {
      assertTrue(found.allSolved());
      assertArrayEquals(expected.weights().toArray(), found.weights().toArray());
    }
  }

  @Test
  void wrongShapesNameBoth() {
    try (Engine engine = Engine.create();
        Nd4jSolver solver = Nd4jSolver.prepare(engine, problem(8))) {
      assertMessage(
          "expectedReturns is an array of [3, 7], but scenarios of 8 assets need [S, 8]",
          () -> solver.solve(Nd4j.create(DataType.DOUBLE, 3, 7), SolveOptions.defaults()));
      assertMessage(
          "weights is an array of [2, 8], but expectedReturns is one of [3, 8]",
          () ->
              solver.solve(
                  Nd4j.create(DataType.DOUBLE, 3, 8),
                  Nd4j.create(DataType.DOUBLE, 2, 8),
                  SolveOptions.defaults()));
      assertMessage(
          "array of [8] has rank 1: needs [rows, columns]",
          () -> solver.solve(Nd4j.create(DataType.DOUBLE, 8), SolveOptions.defaults()));
    }
    assertMessage(
        "covariance is an array of [2, 3], but has to be square: [3, 3]",
        () -> Nd4jCovariance.of(Nd4j.create(DataType.DOUBLE, 2, 3)));
    assertMessage(
        "covariance is an array of [3, 3], but 2 assets need [2, 2]",
        () -> Nd4jCovariance.of(List.of("A", "B"), Nd4j.create(DataType.DOUBLE, 3, 3)));
    assertMessage(
        "matrix of 16 columns for a sample of 8 assets",
        () -> Nd4jCovariance.add(SampleCovariance.of(8), Nd4j.create(DataType.DOUBLE, 2, 16)));
    assertMessage(
        "returns[observation 1, asset 2] = NaN: must be finite",
        () ->
            Nd4jCovariance.sample(Nd4j.create(DataType.FLOAT, 3, 4).putScalar(1, 2, Float.NaN))
                .covariance());
  }

  private static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
  }

  @ParameterizedTest(name = "{0}, {1} columns")
  @MethodSource("layouts")
  void aSampleHasTheBitsOfTheArrays(Layouts.Layout layout, int n) {
    double[][] returns = Layouts.numbers(ROWS, n, 15);
    SampleCovariance expected = SampleCovariance.estimate(flat(returns), ROWS, n);
    SampleCovariance found = Nd4jCovariance.sample(layout.make().apply(returns));
    assertEquals(ROWS, found.observations());
    assertArrayEquals(expected.mean(), found.mean());
    assertArrayEquals(expected.covarianceArray(), found.covarianceArray());
    Nd4jCovariance.add(found, layout.make().apply(returns));
    assertEquals(2 * ROWS, found.observations());
  }

  @ParameterizedTest(name = "{0}, {1} columns")
  @MethodSource("layouts")
  void aCovarianceComesBackAsItWent(Layouts.Layout layout, int n) {
    if (!layout.isDouble()) {
      return;
    }
    double[] sigma = problem(n).covariance().toArray();
    double[][] rows = new double[n][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(sigma, i * n, (i + 1) * n));
    Layouts.Layout square =
        Layouts.of(n, n).stream()
            .filter(other -> other.name().equals(layout.name()))
            .findFirst()
            .orElseThrow();
    INDArray array = square.make().apply(rows);
    Covariance covariance = Nd4jCovariance.of(array);
    array.assign(0);
    assertArrayEquals(sigma, covariance.toArray());
    assertArrayEquals(rows, Nd4jCovariance.array(covariance).toDoubleMatrix());
    List<String> names = IntStream.range(0, n).mapToObj(i -> "A" + i).toList();
    assertEquals(names, Nd4jCovariance.of(names, square.make().apply(rows)).assets());
  }

  @Test
  void parabolaFindsItsOpenBlasBesideNd4j() {
    Nd4j.ones(DataType.DOUBLE, 2, 2).mmul(Nd4j.ones(DataType.DOUBLE, 2, 2));
    String description = BlasSelection.describe();
    System.out.println(description);
    assertTrue(description.startsWith("OpenBLAS 0.3.31"), description);
  }
}
