package io.parabola.bench.problems;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
  private static final int N = 60;

  @ParameterizedTest
  @ValueSource(strings = {"t2n", "thalf", "fac"})
  void covariancesArePositiveSemidefiniteWithAMeanVarianceOfOne(String kind) {
    Covariance covariance = Covariance.of(Recipe.generate(kind, N, 1).covariance(), N);
    double trace = 0;
    for (int i = 0; i < N; i++) {
      trace += covariance.variance(i);
    }
    assertEquals(N, trace, 1e-10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t2n", "thalf", "fac"})
  void theSeedDecidesEveryNumber(String kind) {
    Scenarios first = Recipe.generate(kind, N, 1);
    Scenarios again = Recipe.generate(kind, N, 1);
    assertArrayEquals(first.covariance(), again.covariance());
    assertArrayEquals(first.expectedReturns(), again.expectedReturns());
    assertFalse(Arrays.equals(first.covariance(), Recipe.generate(kind, N, 2).covariance()));
  }

  @Test
  void halfAsManyObservationsAsAssetsAreSingularButForTheRidge() {
    // Beyond the T − 1 independent deviations an elimination finds nothing but the ridge, which
    // the ones before can only have made larger by what they explain of it.
    assertEquals(1e-6, smallestPivot(Recipe.generate("thalf", N, 1).covariance()), 2e-5);
    assertTrue(smallestPivot(Recipe.generate("t2n", N, 1).covariance()) > 1e-2);
  }

  private static double smallestPivot(double[] matrix) {
    double[] a = matrix.clone();
    double smallest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < N; k++) {
      double pivot = a[k * N + k];
      smallest = Math.min(smallest, pivot);
      for (int i = k + 1; i < N; i++) {
        double factor = a[i * N + k] / pivot;
        for (int j = k; j < N; j++) {
          a[i * N + j] -= factor * a[k * N + j];
        }
      }
    }
    return smallest;
  }

  @Test
  void assetsMoveTogetherWithTheMarket() {
    double[] covariance = Recipe.generate("fac", N, 1).covariance();
    double correlation = 0;
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < i; j++) {
        correlation +=
            covariance[i * N + j]
                / Math.sqrt(covariance[i * (N + 1)] * covariance[j * (N + 1)])
                / (0.5 * N * (N - 1));
      }
    }
    // Variances of the market, of the other four factors together and of the asset's own risk.
    double market = 0.16 * 0.16;
    double others = 0.07 * 0.07 + 0.06 * 0.06 + 0.05 * 0.05 + 0.04 * 0.04;
    double own = 0.30 * 0.30 * Math.exp(2 * 0.35 * 0.35);
    assertEquals(market / (market + others + own), correlation, 0.05);
  }

  @Test
  void drawnScenariosScatterAroundTheCentreAsTheFirstOnesDo() {
    Scenarios scenarios = Recipe.generate("t2n", N, 1);
    Scenarios drawn = scenarios.drawn(2000, 5);
    double squares = 0;
    double sum = 0;
    for (int s = 0; s < drawn.count(); s++) {
      double error = drawn.expectedReturns(s)[7] - scenarios.centre()[7];
      sum += error;
      squares += error * error;
    }
    assertEquals(scenarios.spread(), Math.sqrt(squares / 2000), 0.1 * scenarios.spread());
    assertEquals(0, sum / 2000, 0.1 * scenarios.spread());
  }

  @Test
  void factorsAreThoseOfTheMatrix() {
    Scenarios factors = Recipe.generateFactors(N, 5, 1);
    Scenarios matrix = Recipe.generate("fac", N, 1);
    assertArrayEquals(matrix.covariance(), factors.covariance(), 1e-13);
    assertArrayEquals(factors.covariance(), factors.risk().covariance().toArray(), 1e-13);
    assertArrayEquals(matrix.expectedReturns(), factors.expectedReturns(), 1e-15);
    double[] w = new double[N];
    w[3] = 0.4;
    w[N - 1] = 0.6;
    assertArrayEquals(matrix.risk().times(0, w), factors.risk().times(0, w), 1e-14);
  }

  @Test
  void aFactorCovarianceOfAScenarioCountsThereAlone() {
    Risk.Factors model =
        new Risk.Factors(new double[] {1, 2}, new double[] {3}, new double[] {5, 7}, null)
            .withScenarios(new double[] {3, 4});
    // F Ω F' + diag(d) = (3 + 5, 6; 6, 12 + 7), and (4 + 5, 8; 8, 16 + 7).
    assertArrayEquals(new double[] {8, 6}, model.times(0, new double[] {1, 0}));
    assertArrayEquals(new double[] {8, 23}, model.times(1, new double[] {0, 1}));
    assertArrayEquals(new double[] {8, 6, 6, 19}, model.matrix());
  }

  @ParameterizedTest
  @ValueSource(strings = {"t2n", "thalf", "fac"})
  void windowsOverlapSoThatCovariancesAreNearEachOther(String kind) {
    Scenarios own = Recipe.generateOwn(kind, N, 1);
    double[][] matrices = ((Risk.Own) own.risk()).matrices();
    assertEquals(own.count(), matrices.length);
    double near = distance(matrices[0], matrices[1]);
    double far = distance(matrices[0], matrices[matrices.length - 1]);
    assertTrue(near > 0);
    assertTrue(near < far, near + " < " + far);
    for (double[] matrix : matrices) {
      Covariance.of(matrix, N);
    }
  }

  private static double distance(double[] first, double[] second) {
    double squares = 0;
    for (int at = 0; at < first.length; at++) {
      squares += (first[at] - second[at]) * (first[at] - second[at]);
    }
    return Math.sqrt(squares);
  }

  @Test
  void anUnknownKindIsNamed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Recipe.generate("t3n", N, 1))
            .getMessage();
    assertEquals("kind t3n: there is t2n, thalf, fac, factors", message);
  }

  /** Those that can use a factor model get the problem that the others get. */
  @Test
  void factorsAreTheSameProblem() {
    Scenarios matrix = Recipe.generate("fac", 30, 7);
    Scenarios factors = Recipe.generate(Recipe.AS_FACTORS, 30, 7);
    assertArrayEquals(matrix.covariance(), factors.covariance(), 1e-12);
    assertArrayEquals(matrix.expectedReturns(), factors.expectedReturns(), 1e-12);
  }
}
