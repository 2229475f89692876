package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parabola.Covariance;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SemidefiniteFactorTest {

  private static void reproduces(double[] sigma, int n, int rank) {
    double[][] rows = SemidefiniteFactor.of(Covariance.of(sigma, n));
    assertEquals(rank, rows.length);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double again = 0;
        for (double[] row : rows) {
          again += row[i] * row[j];
        }
        double scale = Math.sqrt(sigma[i * n + i] * sigma[j * n + j]);
        assertEquals(sigma[i * n + j], again, 1e-13 * scale, i + ", " + j);
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
