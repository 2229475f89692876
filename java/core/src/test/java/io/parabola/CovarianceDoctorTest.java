package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.CovarianceDiagnosis.Eigenvalue;
import io.parabola.CovarianceDoctor.Repair;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CovarianceDoctorTest {
  private static final List<String> FOUR = List.of("A", "B", "C", "D");

  /**
   * Four assets as somebody gave them to ojAlgo, whose solver did not converge (optimatika/ojAlgo,
   * issue 271).
   */
  private static final double[] OJALGO = {
    0.19828575384387814, 0.19939590712485014, 0.04848819110209297, 0.001060547131952715,
    0.19939590712485014, 0.17420946085220315, 0.05503998250848539, 0.09756310857237219,
    0.04848819110209297, 0.05503998250848539, 0.03544331442632964, 0.08244505440089961,
    0.001060547131952715, 0.09756310857237219, 0.08244505440089961, 0.18516185344938874
  };

  @Test
  void whatIsWrongIsNamed() {
    CovarianceDiagnosis diagnosis = CovarianceDoctor.examine(FOUR, OJALGO);
    assertFalse(diagnosis.isCovariance());
    assertEquals(
        List.of(
            "correlation(A, B) = 1.0728 > 1",
            "correlation(C, D) = 1.0177 > 1",
            "negative eigenvalue -0.0425, carried by B (0.63), A (-0.59), D (-0.39), C (0.33)"),
        diagnosis.lines());
    assertEquals(-0.0425, diagnosis.smallestEigenvalue(), 5e-5);
    assertEquals(3, diagnosis.rank());
    assertEquals(
        assertThrows(InvalidInputException.class, () -> Covariance.of(FOUR, OJALGO)).getMessage(),
        diagnosis.problem());
  }

  @Test
  void aCovarianceHasNothingToReport() {
    CovarianceDiagnosis diagnosis =
        CovarianceDoctor.examine(new double[][] {{0.04, 0.01}, {0.01, 0.09}});
    assertTrue(diagnosis.isCovariance());
    assertNull(diagnosis.problem());
    assertEquals(List.of(), diagnosis.lines());
    assertEquals(2, diagnosis.rank());
    // Correlation 1/6: eigenvalues 7/6 and 5/6.
    assertEquals(1.4, diagnosis.condition(), 1e-12);
  }

  @Test
  void elementsThatCannotBeAreAllNamed() {
    double[] broken = OJALGO.clone();
    broken[1] = Double.NaN;
    broken[15] = Double.POSITIVE_INFINITY;
    CovarianceDiagnosis diagnosis = CovarianceDoctor.examine(FOUR, broken);
    assertEquals(
        List.of(
            "covariance[A, B] = NaN: must be finite",
            "covariance[D, D] = Infinity: must be finite"),
        diagnosis.lines());
    assertTrue(Double.isNaN(diagnosis.smallestEigenvalue()));
    assertEquals(
        "covariance[A, B] = NaN: no repair for what is not finite",
        assertThrows(
                InvalidInputException.class,
                () -> CovarianceDoctor.repair(FOUR, broken, Repair.CLIP))
            .getMessage());
  }

  @Test
  void negativeVariancesAndHalvesThatDiffer() {
    double[] broken = {-1, 0.5, 0.4, 2};
    CovarianceDiagnosis diagnosis = CovarianceDoctor.examine(List.of("A", "B"), broken);
    assertEquals(
        List.of(
            "covariance[A, A] = -1.0: a variance cannot be negative",
            "covariance[A, B] = 0.5 but covariance[B, A] = 0.4: not symmetric",
            "covariance[A, B] = 0.45 of an asset whose variance is 0",
            "negative eigenvalue -1.07, carried by A (0.99)"),
        diagnosis.lines().stream().map(s -> s.replace("0.45000000000000001", "0.45")).toList());
    assertEquals(
        "covariance[A, A] = -1.0: shrink keeps variances and cannot keep a negative one; clip can",
        assertThrows(
                InvalidInputException.class,
                () -> CovarianceDoctor.repair(List.of("A", "B"), broken, Repair.SHRINK))
            .getMessage());
    Covariance clipped =
        CovarianceDoctor.repair(List.of("A", "B"), broken, Repair.CLIP).covariance();
    assertTrue(clipped.variance(0) >= 0 && clipped.variance(1) >= 2);
  }

  @Test
  void duplicatesAndConstantsAreNoFaultButAreTold() {
    double[] matrix = {0.04, 0.01, 0.04, 0, 0.01, 0.09, 0.01, 0, 0.04, 0.01, 0.04, 0, 0, 0, 0, 0};
    CovarianceDiagnosis diagnosis = CovarianceDoctor.examine(FOUR, matrix);
    assertTrue(diagnosis.isCovariance());
    assertEquals(
        List.of(
            "A, C are duplicates: correlation 1 and equal variances",
            "D is constant: its variance is 0",
            "singular: rank 2 of 4 assets; some portfolios have no variance"),
        diagnosis.lines());
    assertEquals(2, diagnosis.rank());
    assertEquals(Double.POSITIVE_INFINITY, diagnosis.condition());
  }

  @Test
  void aFaultBesideAFarLargerVarianceIsSeenInTheCorrelations() {
    double[] matrix = {1e12, 0, 0, 0, 1e-8, 2e-8, 0, 2e-8, 1e-8};
    List<String> assets = List.of("A", "B", "C");
    Eigenvalue eigenvalue = CovarianceDoctor.examine(assets, matrix).negativeEigenvalues().get(0);
    assertTrue(eigenvalue.ofCorrelations());
    assertEquals(-1, eigenvalue.value(), 1e-12);
    for (Repair repair : Repair.values()) {
      CovarianceRepair repaired = CovarianceDoctor.repair(assets, matrix, repair);
      assertEquals(1e12, repaired.covariance().variance(0));
      double correlation =
          repaired.covariance().get(1, 2)
              / Math.sqrt(repaired.covariance().variance(1) * repaired.covariance().variance(2));
      assertEquals(1, correlation, 1e-12);
    }
  }

  /** Higham, "Computing the nearest correlation matrix", 2002, section 4. */
  @Test
  void theNearestCorrelationIsThePublishedOne() {
    Covariance nearest =
        CovarianceDoctor.repair(
                List.of("A", "B", "C"),
                new double[] {1, 1, 0, 1, 1, 1, 0, 1, 1},
                Repair.NEAREST_CORRELATION)
            .covariance();
    assertEquals(0.7607, nearest.get(0, 1), 5e-5);
    assertEquals(0.7607, nearest.get(1, 2), 5e-5);
    assertEquals(0.1573, nearest.get(0, 2), 5e-5);
    assertEquals(1, nearest.variance(0));
  }

  /** Correlations 1, 1, 0 have the eigenvalue 1 − √2, so they shrink by the factor 1/√2. */
  @Test
  void shrinkingGoesNoFurtherThanItMust() {
    CovarianceRepair repaired =
        CovarianceDoctor.repair(
            List.of("A", "B", "C"), new double[] {4, 4, 0, 4, 4, 4, 0, 4, 4}, Repair.SHRINK);
    assertEquals(4 * Math.sqrt(0.5), repaired.covariance().get(0, 1), 1e-12);
    assertEquals(4, repaired.covariance().variance(1));
    assertEquals(0, repaired.smallestEigenvalueAfter(), 1e-12);
    assertEquals(4 - 4 * Math.sqrt(2), repaired.smallestEigenvalueBefore(), 1e-12);
    assertEquals(2 * (4 - 4 * Math.sqrt(0.5)), repaired.distance(), 1e-12);
    assertEquals(-(4 - 4 * Math.sqrt(0.5)), repaired.largestChange(), 1e-12);
    assertEquals("A", repaired.row());
    assertEquals("B", repaired.column());
  }

  /** With equal variances, clipping takes the negative eigenvalue away and nothing else. */
  @Test
  void clippingMovesByTheNegativeEigenvalue() {
    CovarianceRepair repaired =
        CovarianceDoctor.repair(
            List.of("A", "B", "C"), new double[] {1, 1, 0, 1, 1, 1, 0, 1, 1}, Repair.CLIP);
    assertEquals(Math.sqrt(2) - 1, repaired.distance(), 1e-12);
    assertEquals((Math.sqrt(2) - 1) / Math.sqrt(7), repaired.relativeDistance(), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(Repair.class)
  void aCovarianceIsLeftAsItIs(Repair repair) {
    double[] matrix = {0.04, 0.01, 0.01, 0.09};
    CovarianceRepair result = CovarianceDoctor.repair(List.of("A", "B"), matrix, repair);
    assertArrayEquals(matrix, result.covariance().toArray());
    assertEquals(repair.label() + " had nothing to repair", result.text());
  }

  @ParameterizedTest
  @EnumSource(Repair.class)
  void zerosStayZeros(Repair repair) {
    CovarianceRepair result = CovarianceDoctor.repair(FOUR, new double[16], repair);
    assertArrayEquals(new double[16], result.covariance().toArray());
    assertEquals(0, result.relativeDistance());
  }

  @ParameterizedTest
  @EnumSource(Repair.class)
  void anAssetOfZerosStaysOne(Repair repair) {
    double[] matrix = {1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0};
    Covariance repaired = CovarianceDoctor.repair(FOUR, matrix, repair).covariance();
    for (int i = 0; i < 4; i++) {
      assertEquals(0, repaired.get(3, i));
    }
  }

  @Test
  void theReportSaysHowFarTheMatrixMoved() {
    CovarianceRepair result = CovarianceDoctor.repair(FOUR, OJALGO, Repair.NEAREST_CORRELATION);
    assertTrue(
        result.text().startsWith("nearest-correlation moved the matrix by 0.0"), result.text());
    assertTrue(result.text().contains("; its smallest eigenvalue was -0.0425 and is "));
    for (Repair other : new Repair[] {Repair.SHRINK}) {
      assertTrue(CovarianceDoctor.repair(FOUR, OJALGO, other).distance() > result.distance());
    }
  }

  /**
   * Symmetric noise around a factor structure, in units from 1e-6 to 1e6, some without variance.
   */
  @Property(tries = 60, seed = "20261122")
  void everyRepairMakesACovarianceAndMovesNoFurtherThanItSays(
      @ForAll @IntRange(min = 1, max = 60) int n, @ForAll long seed) {
    check(n, seed);
  }

  @Property(tries = 2, seed = "20261122")
  void largeOnesToo(@ForAll @IntRange(min = 150, max = 200) int n, @ForAll long seed) {
    check(n, seed);
  }

  private static void check(int n, long seed) {
    Random random = new Random(seed);
    double[] given = indefinite(n, random);
    List<String> assets = Covariance.numbered(n);
    CovarianceDiagnosis diagnosis = CovarianceDoctor.examine(assets, given);
    assertEquals(diagnosis.isCovariance(), diagnosis.problem() == null);
    assertEquals(
        diagnosis.isCovariance(),
        diagnosis.negativeEigenvalues().isEmpty() && diagnosis.withoutVariance().isEmpty());
    double[] distance = new double[3];
    for (Repair repair : Repair.values()) {
      CovarianceRepair result = CovarianceDoctor.repair(assets, given, repair);
      double[] repaired = result.covariance().toArray();
      assertDoesNotThrow(() -> Covariance.of(assets, repaired));
      double squares = 0;
      double scaled = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          int k = i * n + j;
          assertEquals(repaired[k], repaired[j * n + i]);
          squares += Math.pow(repaired[k] - given[k], 2);
          double unit = Math.sqrt(given[i * n + i] * given[j * n + j]);
          scaled += unit == 0 ? 0 : Math.pow((repaired[k] - given[k]) / unit, 2);
        }
        if (repair != Repair.CLIP) {
          assertEquals(given[i * n + i], repaired[i * n + i]);
        }
      }
      assertEquals(Math.sqrt(squares), result.distance(), 1e-9 * Math.sqrt(squares));
      assertEquals(
          diagnosis.smallestEigenvalue(),
          result.smallestEigenvalueBefore(),
          1e-9 * Math.abs(diagnosis.smallestEigenvalue())
              + 1e-12 * Math.abs(diagnosis.largestEigenvalue()));
      distance[repair.ordinal()] = Math.sqrt(scaled);
    }
    if (diagnosis.withoutVariance().isEmpty()) {
      // In their own scale: semidefinite matrices include correlations, and these the shrunk ones.
      double rounding = 1e-6 * n;
      assertTrue(distance[0] <= distance[1] + rounding, distance[0] + " > " + distance[1]);
      assertTrue(distance[1] <= distance[2] + rounding, distance[1] + " > " + distance[2]);
    }
  }

  private static double[] indefinite(int n, Random random) {
    double[] given = new double[n * n];
    double noise = random.nextInt(4) == 0 ? 0 : random.nextDouble();
    boolean units = random.nextBoolean();
    double[] scale = new double[n];
    double[] loading = new double[n];
    for (int i = 0; i < n; i++) {
      scale[i] = units ? Math.pow(10, random.nextInt(13) - 6) : 1;
      scale[i] = random.nextInt(20) == 0 ? 0 : scale[i];
      loading[i] = random.nextDouble();
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double value = i == j ? 1 : loading[i] * loading[j] + noise * random.nextGaussian();
        given[i * n + j] = value * scale[i] * scale[j];
        given[j * n + i] = given[i * n + j];
      }
    }
    int dead = random.nextInt(4 * n);
    if (dead < n) {
      given[dead * n + dead] = 0;
    }
    return given;
  }
}
