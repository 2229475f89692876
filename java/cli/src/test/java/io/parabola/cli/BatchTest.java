package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchTest extends CommandTest {

  @BeforeEach
  void inputs() {
    file("c.csv", COVARIANCE);
    // The columns in another order than the covariance.
    file("M.csv", "C,A,B\n0.12,0.05,0.08\n0,0,0\n0.01,0.2,0.01\n");
  }

  @Test
  void eachScenarioIsTheSingleProblem() {
    Outcome outcome =
        run("batch", "--cov", path("c.csv"), "--means", path("M.csv"), "--risk-aversion", "2");
    assertEquals(0, outcome.status());
    List<String[]> table = outcome.table();
    assertArrayEquals(
        new String[] {"scenario", "status", "objective", "gap", "A", "B", "C"}, table.get(0));
    assertEquals(4, table.size());
    file("m.csv", MEAN);
    List<String[]> single =
        run("optimize", "--cov", path("c.csv"), "--mean", path("m.csv"), "--risk-aversion", "2")
            .table();
    assertEquals("0", table.get(1)[0]);
    assertEquals("SOLVED", table.get(1)[1]);
    for (int i = 0; i < 3; i++) {
      assertEquals(number(single.get(1 + i)[1]), number(table.get(1)[4 + i]), 1e-15);
    }
    // Scenario 1 has no returns: minimum variance, whose objective is ½·γ·variance.
    assertEquals(1 / 42.361111111111114, number(table.get(2)[2]), 1e-16);
  }

  @Test
  void theThreadsDoNotChangeAByte() {
    String[] one = {
      "batch",
      "--cov",
      path("c.csv"),
      "--means",
      path("M.csv"),
      "--risk-aversion",
      "2",
      "--threads",
      "1"
    };
    String[] three = one.clone();
    three[8] = "3";
    assertEquals(run(one).out(), run(three).out());
  }

  @Test
  void jsonCountsTheStatuses() throws IOException {
    Outcome outcome =
        run(
                "batch",
                "--cov",
                path("c.csv"),
                "--means",
                path("M.csv"),
                "--risk-aversion",
                "2",
                "--json")
            .succeeds();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertEquals(3, json.get("status").get("SOLVED").asInt());
    assertEquals(3, json.get("scenarios").asInt());
    assertTrue(json.get("worst_relative_gap").asDouble() < 1e-12);
  }

  @Test
  void aBadScenarioIsNamedAndTheOthersAreSolved() {
    file("M.csv", "A,B,C\n0.05,0.08,0.12\n0.05,NaN,0.12\n0.05,0.08,0.12\n");
    Outcome outcome =
        run(
            "batch",
            "--cov",
            path("c.csv"),
            "--means",
            path("M.csv"),
            "--risk-aversion",
            "2",
            "--out",
            path("W.csv"));
    assertEquals(2, outcome.status());
    assertEquals(
        "parabola: M.csv: line 3, column 2 (B): NaN is not a finite number (scenario 1 is INVALID; 1 of 3"
            + " scenarios not solved)\n",
        outcome.err());
    List<String[]> table = csv(text("W.csv"));
    assertArrayEquals(
        new String[] {"1", "INVALID", "NaN", "NaN", "NaN", "NaN", "NaN"}, table.get(2));
    assertArrayEquals(
        java.util.Arrays.copyOfRange(table.get(1), 1, 7),
        java.util.Arrays.copyOfRange(table.get(3), 1, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "'', the value is missing",
    "inf, Infinity is not a finite number",
    "1e999, Infinity is not a finite number"
  })
  void whatIsWrongWithACellIsSaidAndNothingElse(String cell, String reason) {
    file("M.csv", "A,B,C\n0.05,0.08,0.12\n0.05," + cell + ",0.12\n");
    // The table is on standard output, and standard error holds one line all the same.
    Outcome outcome =
        run("batch", "--cov", path("c.csv"), "--means", path("M.csv"), "--risk-aversion", "2");
    assertEquals(
        "parabola: M.csv: line 3, column 2 (B): "
            + reason
            + " (scenario 1 is INVALID; 1 of 2 scenarios not solved)\n",
        outcome.err());
    assertEquals(2, outcome.status());
    assertEquals("SOLVED", outcome.table().get(1)[1]);
    assertEquals("INVALID", outcome.table().get(2)[1]);
  }

  @Test
  void anImpossibleBudgetIsTheStatusOfEveryScenario() {
    Outcome outcome =
        run(
            "batch",
            "--cov",
            path("c.csv"),
            "--means",
            path("M.csv"),
            "--risk-aversion",
            "2",
            "--upper",
            "0.1",
            "--out",
            path("W.csv"));
    assertEquals(3, outcome.status());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().startsWith("parabola: infeasible: budget 1"), outcome.err());
    List<String[]> table = csv(text("W.csv"));
    for (int s = 0; s < 3; s++) {
      assertArrayEquals(
          new String[] {"" + s, "INFEASIBLE", "NaN", "NaN", "NaN", "NaN", "NaN"}, table.get(1 + s));
    }
  }

  /** Without risk to stop it, whatever returns more than another asset is bought without end. */
  @Test
  void anUnboundedScenarioLeavesTheOthersSolved() {
    file("M.csv", "A,B,C\n0,0,0\n0.1,0,0\n");
    Outcome outcome =
        run(
            "batch",
            "--cov",
            path("c.csv"),
            "--means",
            path("M.csv"),
            "--risk-aversion",
            "0",
            "--lower",
            "-inf");
    assertEquals(2, outcome.status());
    assertEquals(
        "parabola: unbounded: the objective falls without end; an infinite bound was given to A, B,"
            + " C (scenario 1 is UNBOUNDED; 1 of 2 scenarios not solved)\n",
        outcome.err());
    assertEquals(3, outcome.table().size());
    assertEquals("SOLVED", outcome.table().get(1)[1]);
    assertEquals("UNBOUNDED", outcome.table().get(2)[1]);
  }
}
