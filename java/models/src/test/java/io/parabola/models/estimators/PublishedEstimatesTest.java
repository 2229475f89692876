package io.parabola.models.estimators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parabola.Covariance;
import io.parabola.Matrix;
import io.parabola.models.estimators.LinearShrinkage.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ledoit and Wolf's own numbers, and scikit-learn's. */
class PublishedEstimatesTest {
  static final List<String> ASSETS = List.of("SBI", "SPI", "SII", "LMI", "MPI", "ALT");

  static double[][] table(String file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                PublishedEstimatesTest.class.getResourceAsStream("/shrinkage/" + file),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .skip(1)
          .map(line -> line.split(","))
          .map(cells -> Arrays.stream(cells, 1, 7).mapToDouble(Double::parseDouble).toArray())
          .toArray(double[][]::new);
    }
  }

  static Matrix returns() throws IOException {
    return Matrix.copyOf(table("lpp2005_ret.csv"));
  }

  private static void assertPublished(String file, CovarianceEstimator estimator, double tolerance)
      throws IOException {
    double[][] expected = table(file);
    try (Matrix returns = returns()) {
      Covariance covariance = estimator.estimate(ASSETS, returns).covariance();
      for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
          assertEquals(
              expected[i][j],
              covariance.get(i, j),
              tolerance * Math.sqrt(expected[i][i] * expected[j][j]),
              file + " " + i + ", " + j);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lpp2005_cov1Para.csv, SCALED_IDENTITY, 0.02235657867338734",
    "lpp2005_cov2Para.csv, TWO_PARAMETER, 0.019331052659878813",
    "lpp2005_covCor.csv, CONSTANT_CORRELATION, 0.02575482574633113",
    "lpp2005_covDiag.csv, DIAGONAL, 0.019737313597792933",
    "lpp2005_covMarket.csv, SINGLE_FACTOR, 0.017997675505264748"
  })
  void linearShrinkageIsTheAuthors(String file, Target target, double intensity)
      throws IOException {
    assertPublished(file, LinearShrinkage.towards(target), 1e-12);
    try (Matrix returns = returns()) {
      CovarianceEstimate estimate = LinearShrinkage.towards(target).estimate(ASSETS, returns);
      assertEquals(intensity, estimate.figures().get("shrinkage"), 1e-13);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lpp2005_QIS.csv, QUADRATIC_INVERSE",
    "lpp2005_GIS.csv, GEOMETRIC_INVERSE",
    "lpp2005_LIS.csv, LINEAR_INVERSE"
  })
  void nonlinearShrinkageIsTheAuthors(String file, NonlinearShrinkage.Kind kind)
      throws IOException {
    assertPublished(file, new NonlinearShrinkage(kind), 1e-12);
  }

  @Test
  void theIdentityTargetAndOasAreThoseOfScikitLearn() throws IOException {
    try (Matrix returns = returns()) {
      CovarianceEstimate lw = LinearShrinkage.ledoitWolf().estimate(ASSETS, returns);
      assertEquals(0.022366171931816, lw.figures().get("shrinkage"), 1e-14);
      assertEquals(2.1297871409594307e-06, lw.covariance().get(0, 0), 1e-19);
      assertEquals(-1.2423400565381406e-06, lw.covariance().get(0, 1), 1e-19);
      CovarianceEstimate oas = new OracleShrinkage().estimate(ASSETS, returns);
      assertEquals(0.009309642808081532, oas.figures().get("shrinkage"), 1e-14);
      assertEquals(1.812191721022211e-06, oas.covariance().get(0, 0), 1e-19);
      assertEquals(-1.2589317994423568e-06, oas.covariance().get(0, 1), 1e-19);
    }
  }
}
