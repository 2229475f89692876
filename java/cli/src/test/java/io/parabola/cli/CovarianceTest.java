package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CovarianceTest extends CommandTest {
  private static final String PRICES =
      "time,A,B\n2024-01-01,100,10\n2024-01-02,110,9\n2024-01-03,99,9.9\n2024-01-04,99,9.9\n";

  /** Returns A: 0.1, −0.1, 0; B: −0.1, 0.1, 0. */
  @Test
  void pricesGiveTheSampleCovarianceOfSimpleReturns() {
    Outcome outcome =
        run(
            "covariance",
            "--prices",
            file("p.csv", PRICES),
            "--estimator",
            "sample",
            "--out",
            path("c.csv"),
            "--mean-out",
            path("m.csv"));
    assertEquals(0, outcome.status());
    List<String[]> table = csv(text("c.csv"));
    assertArrayEquals(new String[] {"asset", "A", "B"}, table.get(0));
    assertEquals(0.01, number(table.get(1)[1]), 1e-16);
    assertEquals(-0.01, number(table.get(1)[2]), 1e-16);
    assertEquals(table.get(1)[2], table.get(2)[1]);
    List<String[]> means = csv(text("m.csv"));
    assertArrayEquals(new String[] {"asset", "mean"}, means.get(0));
    assertEquals(0, number(means.get(1)[1]), 1e-16);
  }

  @Test
  void whatItWritesOptimizeReads() {
    run(
        "covariance",
        "--prices",
        file("p.csv", PRICES + "2024-01-05,101,10\n"),
        "--out",
        path("c.csv"),
        "--mean-out",
        path("m.csv"));
    Outcome outcome =
        run("optimize", "--cov", path("c.csv"), "--mean", path("m.csv"), "--risk-aversion", "5");
    assertEquals(0, outcome.status(), outcome.err());
  }

  @Test
  void returnsAreTakenAsTheyAre() {
    Outcome outcome = run("covariance", "--returns", file("r.csv", "time,A\n1,0.1\n2,-0.1\n"));
    assertEquals(0, outcome.status());
    assertEquals(0.02, number(outcome.table().get(1)[1]), 1e-17);
  }

  @Test
  void gapsAreAnErrorUntilAChoiceIsMade() throws IOException {
    String prices = file("p.csv", "time,A,B\n1,100,10\n2,,11\n3,121,NaN\n4,130,12\n5,125,13\n");
    run("covariance", "--prices", prices, "--out", path("c.csv"))
        .failsWith(
            2,
            "p.csv: A has no price at 2 (2 gaps in 2 assets); choose one of --gaps=drop-times,"
                + " drop-assets, carry-forward");
    absent("c.csv");
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run("covariance", "--prices", prices, "--gaps", "drop-times", "--json").out());
    assertEquals(2, json.get("observations").asInt());
    assertEquals("GAP", json.get("findings").get(0).get("kind").asText());
    Outcome carried = run("covariance", "--prices", prices, "--gaps", "carry-forward");
    assertEquals(0, carried.status());
    assertTrue(carried.err().contains("note: 2 gaps in 2 assets were filled"), carried.err());
  }

  @Test
  void assetsCanBeLeftOut() {
    String prices = file("p.csv", PRICES);
    assertEquals(
        "asset,A",
        run("covariance", "--prices", prices, "--exclude", "B")
            .out()
            .lines()
            .findFirst()
            .orElseThrow());
    run("covariance", "--prices", prices, "--exclude", "X")
        .failsWith(2, "p.csv: cannot leave out X: no such asset");
  }

  @Test
  void theNewestFirstIsRefused() {
    run("covariance", "--prices", file("p.csv", "time,A\n2024-01-02,2\n2024-01-01,1\n"))
        .failsWith(
            2,
            "p.csv: line 3: time 2024-01-01 comes after 2024-01-02: prices must be in the order of"
                + " time, the oldest first");
  }

  @Test
  void aPriceIsPositive() {
    run("covariance", "--prices", file("p.csv", "time,A,B\n1,1,1\n2,1,0\n"))
        .failsWith(2, "p.csv: line 3, column 3 (B): 0 is not a price: not above 0");
  }
}
