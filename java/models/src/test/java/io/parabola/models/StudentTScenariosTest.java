package io.parabola.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import org.junit.jupiter.api.Test;

class StudentTScenariosTest {
  private static final double[] MEAN = {0.001, -0.002, 0.0005};
  private static final double[] SIGMA = {4e-4, 1e-4, 0, 1e-4, 9e-4, 0, 0, 0, 0};

  private static StudentTScenarios scenarios(double degreesOfFreedom, long seed) {
    return StudentTScenarios.of(MEAN, Covariance.of(SIGMA, 3), 250, degreesOfFreedom, seed);
  }

  private static double[] filled(StudentTScenarios scenarios, int rows, long first, int threads) {
    try (Matrix target = Matrix.allocate(rows, 3)) {
      scenarios.fill(target, first, threads, null);
      return target.toArray();
    }
  }

  /**
   * Scale Σ/T, so covariance ν/(ν−2)·Σ/T; ν = 10 keeps the fourth moment small enough for 100,000
   * draws.
   */
  @Test
  void meanAndCovarianceAreThoseOfTheStudentT() {
    int draws = 100_000;
    double degrees = 10;
    double[] all = filled(scenarios(degrees, 1), draws, 0, 2);
    double factor = degrees / (degrees - 2) / 250;
    double[] mean = new double[3]; // less the location
    for (int k = 0; k < all.length; k++) {
      mean[k % 3] += (all[k] - MEAN[k % 3]) / draws;
    }
    // Var of a product of two, relative to the product of variances, is at most kurtosis
    // 3·(ν−2)/(ν−4) = 4.
    double fiveErrors = 5 * 2 / Math.sqrt(draws);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, mean[i], 5 * Math.sqrt(factor * SIGMA[4 * i] / draws), "mean of asset " + i);
      for (int j = 0; j < 3; j++) {
        double covariance = 0;
        for (int s = 0; s < draws; s++) {
          covariance += (all[s * 3 + i] - MEAN[i]) * (all[s * 3 + j] - MEAN[j]) / draws;
        }
        double scale = factor * Math.sqrt(SIGMA[4 * i] * SIGMA[4 * j]);
        assertEquals(factor * SIGMA[3 * i + j], covariance, fiveErrors * scale);
      }
    }
  }

  /** Kurtosis of one asset: 3·(ν−2)/(ν−4) = 4 at ν = 10; a normal has 3. */
  @Test
  void tailsAreHeavy() {
    int draws = 200_000;
    double[] all = filled(scenarios(10, 5), draws, 0, 2);
    double second = 0;
    double fourth = 0;
    for (int s = 0; s < draws; s++) {
      double d = all[s * 3] - MEAN[0];
      second += d * d / draws;
      fourth += d * d * d * d / draws;
    }
    assertEquals(4, fourth / (second * second), 0.35);
  }

  @Test
  void aConstantAssetHasNoError() {
    double[] all = filled(scenarios(5, 1), 100, 0, 1);
    for (int s = 0; s < 100; s++) {
      assertEquals(MEAN[2], all[3 * s + 2]);
    }
  }

  @Test
  void numbersDoNotDependOnThreadsChunksOrOrder() {
    StudentTScenarios scenarios = scenarios(5, 42);
    double[] all = filled(scenarios, 1000, 0, 1);
    assertArrayEquals(all, filled(scenarios, 1000, 0, 3));
    double[] part = filled(scenarios, 123, 700, 2);
    for (int k = 0; k < part.length; k++) {
      assertEquals(all[700 * 3 + k], part[k]);
    }
    double[] one = new double[3];
    scenarios.draw(17, one);
    for (int i = 0; i < 3; i++) {
      assertEquals(all[17 * 3 + i], one[i]);
    }
  }

  @Test
  void anotherSeedGivesOtherNumbers() {
    double[] one = new double[3];
    double[] other = new double[3];
    scenarios(5, 1).draw(0, one);
    scenarios(5, 2).draw(0, other);
    assertNotEquals(one[0], other[0]);
  }

  @Test
  void argumentsAreChecked() {
    Covariance covariance = Covariance.of(SIGMA, 3);
    assertThrows(InvalidInputException.class, () -> scenarios(2, 1));
    assertThrows(
        InvalidInputException.class, () -> StudentTScenarios.of(MEAN, covariance, 0, 5, 1));
    assertThrows(
        InvalidInputException.class,
        () -> StudentTScenarios.of(new double[2], covariance, 9, 5, 1));
    assertThrows(InvalidInputException.class, () -> scenarios(5, 1).draw(0, new double[2]));
  }
}
