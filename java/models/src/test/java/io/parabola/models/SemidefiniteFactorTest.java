package io.parabola.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parabola.Covariance;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SemidefiniteFactorTest {

  private static double[] product(SemidefiniteFactor factor, int n) {
    double[] sigma = new double[n * n];
    for (int k = 0; k < factor.rank(); k++) {
      double[] unit = new double[factor.rank()];
      unit[k] = 1;
      double[] column = new double[n];
      factor.addProduct(1, unit, column);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          sigma[i * n + j] += column[i] * column[j];
        }
      }
    }
    return sigma;
  }

  private static void reproduces(double[] sigma, int n, int rank) {
    SemidefiniteFactor factor = SemidefiniteFactor.of(Covariance.of(sigma, n));
    assertEquals(rank, factor.rank());
    double[] again = product(factor, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double scale = Math.sqrt(sigma[i * n + i] * sigma[j * n + j]);
        assertEquals(sigma[i * n + j], again[i * n + j], 1e-13 * scale, i + ", " + j);
      }
    }
  }

  @Test
  void fullRankIsReproduced() {
    reproduces(new double[] {4, 2, 0.6, 2, 5, 1, 0.6, 1, 3}, 3, 3);
  }

  @Test
  void aConstantAssetAndADuplicateMakeItNarrower() {
    reproduces(new double[] {4, 0, 4, 2, 0, 0, 0, 0, 4, 0, 4, 2, 2, 0, 2, 9}, 4, 2);
  }

  @Test
  void zeroHasNoColumns() {
    reproduces(new double[9], 3, 0);
  }

  @Test
  void tinyVolatilityIsNotTakenForRounding() {
    reproduces(new double[] {1, 0.5e-9, 0.5e-9, 1e-18}, 2, 2);
  }

  @Test
  void fewerObservationsThanAssetsGiveTheirRank() {
    int n = 30;
    int observations = 8;
    Random random = new Random(3);
    double[] sigma = new double[n * n];
    for (int t = 0; t < observations; t++) {
      double[] x = random.doubles(n, -1, 1).toArray();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          sigma[i * n + j] += x[i] * x[j];
        }
      }
    }
    reproduces(sigma, n, observations);
  }
}
