package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.SampleCovariance;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.EveryBlas;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Scanner;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PositiveSemidefiniteTest {
  /**
   * Four assets as somebody gave them to ojAlgo, whose solver did not converge (optimatika/ojAlgo,
   * issue 271).
   */
  private static final double[] FOUR_ASSETS = {
    0.19828575384387814, 0.19939590712485014, 0.04848819110209297, 0.001060547131952715,
    0.19939590712485014, 0.17420946085220315, 0.05503998250848539, 0.09756310857237219,
    0.04848819110209297, 0.05503998250848539, 0.03544331442632964, 0.08244505440089961,
    0.001060547131952715, 0.09756310857237219, 0.08244505440089961, 0.18516185344938874
  };

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void correlationsAboveOneAreNamedWithTheEigenvalueAndItsAssets(Blas blas) {
    assertEquals(
        "covariance is not positive semidefinite: smallest eigenvalue -0.0425, carried by"
            + " asset 1 (0.63), asset 0 (-0.59), asset 3 (-0.39), asset 2 (0.33);"
            + " correlation(asset 0, asset 1) = 1.0728 > 1",
        refusal(FOUR_ASSETS, 4, blas));
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void anInconsistentTripleOfCorrelationsHasNoSinglePairToBlame(Blas blas) {
    // 1 and 2 move with 0, but against each other. Eigenvalue 1 − 2ρ, vector
    // (1, −1, −1)/√3.
    double[] triple = {1, 0.9, 0.9, 0.9, 1, -0.9, 0.9, -0.9, 1};
    assertEquals(
        "covariance is not positive semidefinite: smallest eigenvalue -0.800, carried by"
            + " asset 0 (0.58), asset 1 (-0.58), asset 2 (-0.58)",
        refusal(triple, 3, blas));
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void covariancesOfFewerObservationsThanAssetsPass(Blas blas) {
    for (int[] size : new int[][] {{2, 2}, {2, 40}, {30, 31}, {20, 150}, {100, 400}}) {
      int observations = size[0];
      int n = size[1];
      double[] returns = new double[observations * n];
      Random random = new Random(n);
      for (int t = 0; t < observations; t++) {
        double market = 3 * random.nextGaussian();
        for (int j = 0; j < n; j++) {
          // Deviations from a millionth to a million, and some assets twice.
          double scale = Math.pow(10, (j / 2) % 13 - 6);
          returns[t * n + j] = scale * (market + random.nextGaussian());
          if (j % 10 == 1) {
            returns[t * n + j] = returns[t * n + j - 1];
          }
        }
      }
      passes(SampleCovariance.estimate(returns, observations, n).covarianceArray(), n, blas);
    }
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void theProblemsOfTheOrLibraryPass(Blas blas) throws IOException {
    for (String name : List.of("port1.txt", "port2.txt")) {
      try (Matrix covariance = orLibrary(name)) {
        assertDoesNotThrow(
            () -> PositiveSemidefinite.check(covariance, names(covariance.columns()), blas));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void noCovarianceAtAllPasses(Blas blas) {
    passes(new double[9], 3, blas);
    double[] oneRisky = {0, 0, 0, 4};
    passes(oneRisky, 2, blas);
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void anAssetWithoutVarianceCannotHaveACovariance(Blas blas) {
    double[] covariance = {1, 0, 0.1, 0, 1, 0, 0.1, 0, 0};
    assertEquals(
        "covariance is not positive semidefinite: covariance[asset 0, asset 2] = 0.1 but the"
            + " variance of asset 2 is 0",
        refusal(covariance, 3, blas));
  }

  @ParameterizedTest
  @MethodSource("io.parabola.internal.blas.EveryBlas#all")
  void aSmallFaultBesideALargeVarianceIsStillFound(Blas blas) {
    double[] covariance = {1e12, 0, 0, 0, 1e-8, 2e-8, 0, 2e-8, 1e-8};
    assertEquals(
        "covariance is not positive semidefinite: smallest eigenvalue of its correlations -1.00,"
            + " carried by asset 1 (0.71), asset 2 (-0.71); correlation(asset 1, asset 2) = 2.0000"
            + " > 1",
        refusal(covariance, 3, blas));
  }

  /** v is an eigenvector of (I − vvᵀ) − c vvᵀ with eigenvalue −c; the others are 1. */
  @Property(tries = 30, seed = "20261122")
  void anEigenvalueOfMinusAMillionthIsRefusedAndOneOfZeroIsNot(
      @ForAll @IntRange(min = 2, max = 60) int n, @ForAll long seed) {
    double[] v = new double[n];
    double squares = 0;
    Random random = new Random(seed);
    for (int i = 0; i < n; i++) {
      v[i] = random.nextGaussian();
      squares += v[i] * v[i];
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < n; i++) {
      v[i] /= norm;
    }
    double unit = 1e-4;
    Matrix singular = Matrix.allocate(n, n);
    Matrix indefinite = Matrix.allocate(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double identity = i == j ? 1 : 0;
        double product = v[i] * v[j];
        singular.set(i, j, unit * (identity - product));
        indefinite.set(i, j, unit * (identity - product - 1e-6 * product));
      }
    }
    EveryBlas.all()
        .forEach(
            blas -> {
              assertDoesNotThrow(() -> PositiveSemidefinite.check(singular, names(n), blas));
              String text = refusal(indefinite, blas);
              assertTrue(text.contains("smallest eigenvalue -1.00e-10, carried by "), text);
              SmallestEigenvalue smallest = SmallestEigenvalue.find(indefinite, blas);
              assertNotNull(smallest);
              double cosine = 0;
              for (int i = 0; i < n; i++) {
                cosine += smallest.vector()[i] * v[i];
              }
              assertEquals(1, Math.abs(cosine), 1e-8);
              assertEquals(-1e-6 * unit, smallest.value(), 1e-14 * n * unit);
            });
    singular.close();
    indefinite.close();
  }

  private static void passes(double[] covariance, int n, Blas blas) {
    try (Matrix matrix = Matrix.copyOf(covariance, n, n)) {
      assertDoesNotThrow(() -> PositiveSemidefinite.check(matrix, names(n), blas));
    }
  }

  private static String refusal(double[] covariance, int n, Blas blas) {
    try (Matrix matrix = Matrix.copyOf(covariance, n, n)) {
      return refusal(matrix, blas);
    }
  }

  private static String refusal(Matrix covariance, Blas blas) {
    return assertThrows(
            InvalidInputException.class,
            () -> PositiveSemidefinite.check(covariance, names(covariance.columns()), blas))
        .getMessage();
  }

  private static List<String> names(int n) {
    return IntStream.range(0, n).mapToObj(i -> "asset " + i).toList();
  }

  private static Matrix orLibrary(String name) throws IOException {
    try (InputStream stream = PositiveSemidefiniteTest.class.getResourceAsStream("/orlib/" + name);
        Scanner scanner = new Scanner(stream, "US-ASCII").useLocale(Locale.ROOT)) {
      int n = scanner.nextInt();
      double[] deviation = new double[n];
      for (int i = 0; i < n; i++) {
        scanner.nextDouble();
        deviation[i] = scanner.nextDouble();
      }
      Matrix covariance = Matrix.allocate(n, n);
      while (scanner.hasNextInt()) {
        int i = scanner.nextInt() - 1;
        int j = scanner.nextInt() - 1;
        double value = scanner.nextDouble() * deviation[i] * deviation[j];
        covariance.set(i, j, value);
        covariance.set(j, i, value);
      }
      return covariance;
    }
  }
}
