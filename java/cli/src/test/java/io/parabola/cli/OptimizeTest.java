package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizeTest extends CommandTest {
  /** Without correlation the minimum variance weights are proportional to 1/variance. */
  private static final double[] LEAST = {
    25 / 42.361111111111114, 11.11111111111111 / 42.361111111111114, 6.25 / 42.361111111111114
  };

  @BeforeEach
  void inputs() {
    file("c.csv", COVARIANCE);
    file("m.csv", MEAN);
  }

  private static double[] weights(List<String[]> table) {
    assertArrayEquals(new String[] {"asset", "weight"}, table.get(0));
    return table.stream().skip(1).mapToDouble(row -> number(row[1])).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "cpu"})
  void minimumVarianceIsInverseVarianceOnEveryEngine(String engine) {
    assumeEngine(engine);
    run(
            "optimize",
            "--cov",
            path("c.csv"),
            "--min-variance",
            "--engine",
            engine,
            "--out",
            path("w.csv"))
        .succeeds();
    List<String[]> table = csv(text("w.csv"));
    assertArrayEquals(LEAST, weights(table), 1e-15);
    assertEquals("A", table.get(1)[0]);
  }

  static void assumeEngine(String name) {
    try (io.parabola.Engine engine = io.parabola.Engine.create(name)) {
      assertEquals(name, engine.name());
    } catch (io.parabola.EngineUnavailableException e) {
      org.junit.jupiter.api.Assumptions.abort(e.getMessage());
    }
  }

  /** γ = 2: w_i = (μ_i + λ)/(γ σ_i²) with λ such that the weights sum to 1; all are positive. */
  @Test
  void riskAversionTradesReturnAgainstVariance() {
    double inverse = 25 + 100.0 / 9 + 6.25;
    double lambda = (2 - (0.05 * 25 + 0.08 * 100 / 9 + 0.12 * 6.25)) / inverse;
    double[] expected = {(0.05 + lambda) * 12.5, (0.08 + lambda) * 50 / 9, (0.12 + lambda) * 3.125};
    Outcome outcome =
        run("optimize", "--mean", path("m.csv"), "--cov", path("c.csv"), "--risk-aversion", "2");
    assertEquals(0, outcome.status());
    assertArrayEquals(expected, weights(outcome.table()), 1e-15);
    assertTrue(outcome.err().startsWith("solved by engine "), outcome.err());
  }

  @Test
  void aTargetReturnIsMetExactly() {
    Outcome outcome =
        run("optimize", "--mean", path("m.csv"), "--cov", path("c.csv"), "--target-return", "0.09");
    assertEquals(0, outcome.status());
    double[] w = weights(outcome.table());
    assertEquals(0.09, 0.05 * w[0] + 0.08 * w[1] + 0.12 * w[2], 1e-15);
    assertEquals(1, w[0] + w[1] + w[2], 1e-15);
  }

  @Test
  void aTargetAboveTheHighestReturnIsInfeasible() {
    run(
            "optimize",
            "--mean",
            path("m.csv"),
            "--cov",
            path("c.csv"),
            "--target-return",
            "0.5",
            "--out",
            path("w.csv"))
        .failsWith(
            3,
            "--target-return: infeasible: no portfolio returns 0.5; within the bounds and the budget"
                + " the highest expected return is 0.12");
    absent("w.csv");
  }

  @Test
  void assetsAreMatchedByName() {
    file("shuffled.csv", "asset,mean\nC,0.12\nA,0.05\nB,0.08\n");
    file("rows.csv", "asset,A,B,C\nC,0,0,0.16\nA,0.04,0,0\nB,0,0.09,0\n");
    String[] plain = {
      "optimize", "--mean", path("m.csv"), "--cov", path("c.csv"), "--risk-aversion", "2"
    };
    String[] shuffled = {
      "optimize", "--mean", path("shuffled.csv"), "--cov", path("rows.csv"), "--risk-aversion", "2"
    };
    assertEquals(run(plain).out(), run(shuffled).out());
  }

  @Test
  void boundsAreANumberOrAFile() {
    file("u.csv", "asset,bound\nC,1\nB,inf\nA,0.3\n");
    double[] w =
        weights(
            run(
                    "optimize",
                    "--cov",
                    path("c.csv"),
                    "--min-variance",
                    "--lower",
                    "0.2",
                    "--upper",
                    path("u.csv"))
                .table());
    // A at its cap and C at its floor leave B the rest.
    assertArrayEquals(new double[] {0.3, 0.448, 0.252}, w, 1e-12);
    assertEquals(0.3, w[0]);
  }

  @Test
  void inputMayBeGzippedAndHaveAByteOrderMark() throws IOException {
    try (OutputStream stream =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("c.csv.gz")))) {
      stream.write(("\uFEFF" + COVARIANCE).getBytes(StandardCharsets.UTF_8));
    }
    double[] w = weights(run("optimize", "--cov", path("c.csv.gz"), "--min-variance").table());
    assertArrayEquals(LEAST, w, 1e-15);
  }

  @Test
  void jsonHoldsTheSummaryAndNothingElseIsPrinted() throws IOException {
    Outcome outcome =
        run("optimize", "--cov", path("c.csv"), "--min-variance", "--json", "--out", path("w.csv"))
            .succeeds();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertEquals("SOLVED", json.get("status").asText());
    assertEquals(0.5 / 42.361111111111114, json.get("objective").asDouble(), 1e-16);
    assertTrue(json.get("gap").asDouble() >= 0 && json.get("gap").asDouble() < 1e-15);
    assertTrue(json.get("seconds").isNumber());
    assertEquals(LEAST[0], json.get("weights").get("A").asDouble(), 1e-15);
    assertEquals(4, csv(text("w.csv")).size());
    assertFalse(json.has("risk_aversion"), "the least variance knows none");
  }

  @Test
  void impossibleBudgetIsExplained() {
    run(
            "optimize",
            "--cov",
            path("c.csv"),
            "--min-variance",
            "--upper",
            "0.2",
            "--out",
            path("w.csv"))
        .failsWith(
            3,
            "infeasible: budget 1 needs upper bounds that sum to at least 1, but those of 3 assets sum to"
                + " 0.6 (short by 0.4); raising each to 0.333333333334 mends it");
    absent("w.csv");
  }

  @Test
  void anObjectiveIsNeededAndOnlyOne() {
    Outcome none = run("optimize", "--cov", path("c.csv"));
    assertEquals(2, none.status());
    assertEquals(1, none.err().lines().count(), none.err());
    Outcome two = run("optimize", "--cov", path("c.csv"), "--min-variance", "--risk-aversion", "2");
    assertEquals(2, two.status());
    assertTrue(two.err().contains("mutually exclusive"), two.err());
  }

  @Test
  void theMeanIsNeededUnlessTheVarianceAloneCounts() {
    run("optimize", "--cov", path("c.csv"), "--risk-aversion", "2")
        .failsWith(2, "Missing required option: '--mean=m.csv'");
  }
}
