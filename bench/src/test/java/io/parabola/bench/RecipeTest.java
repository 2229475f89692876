package io.parabola.bench;

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
  void anUnknownKindIsNamed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Recipe.generate("t3n", N, 1))
            .getMessage();
    assertEquals("kind t3n: there is t2n, thalf, fac", message);
  }
}
