package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertTrue(carried.err().contains("note: 2 gaps in 2 assets filled"), carried.err());
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
        .failsWith(2, "p.csv: cannot leave out \"X\": no such asset");
  }

  @Test
  void theNewestFirstIsRefused() {
    run("covariance", "--prices", file("p.csv", "time,A\n2024-01-02,2\n2024-01-01,1\n"))
        .failsWith(
            2,
            "p.csv: line 3: time 2024-01-01 comes after 2024-01-02: prices must be in the order of"
                + " time, the oldest first");
  }

  /** As many spreadsheets write dates; and an hour that is left out where it is midnight. */
  @ParameterizedTest
  @CsvSource({
    "2025/10/21, 2025/10/20",
    "2025/10/21 09:30, 2025/10/20 23:00",
    "2025/10, 2025/09",
    "2025-10, 2025-09",
    "2025-10-21 12:00, 2025-10-20",
  })
  void theNewestFirstIsRefusedHoweverItIsWritten(String first, String second) {
    run("covariance", "--prices", file("p.csv", "time,A\n" + first + ",2\n" + second + ",1\n"))
        .failsWith(
            2,
            String.format(
                "p.csv: line 3: time %s comes after %s: prices must be in the order of time, the"
                    + " oldest first",
                second, first));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/21/2025", "21.10.2025", "2025/1/5", "1 Jan 2025", "25-10-21", "Q1"})
  void timesWhoseOrderNobodyKnowsAreRefused(String time) {
    run("covariance", "--prices", file("p.csv", "time,A\n" + time + ",2\nx,1\n"))
        .failsWith(
            2,
            "p.csv: line 2: time "
                + time
                + " is neither a date such as 2024-01-31 or 2024/01/31, nor one with a time of day"
                + " such as 2024-01-31T09:30:00Z, nor a number");
  }

  @Test
  void timesAreOfOneKind() {
    run("covariance", "--returns", file("r.csv", "time,A\n2024-01-01,0.1\n20240102,0.2\n"))
        .failsWith(
            2, "r.csv: line 3: time 20240102 is not written as 2024-01-01 is: which is later?");
  }

  @Test
  void datesWithSlashesAreDates() {
    String slashes = PRICES.replaceAll("(2024)-(\\d\\d)-", "$1/$2/");
    Outcome outcome = run("covariance", "--prices", file("s.csv", slashes));
    assertEquals(0, outcome.status());
    assertEquals(run("covariance", "--prices", file("p.csv", PRICES)).out(), outcome.out());
  }

  @Test
  void aPriceIsPositive() {
    run("covariance", "--prices", file("p.csv", "time,A,B\n1,1,1\n2,1,0\n"))
        .failsWith(2, "p.csv: line 3, column 3 (B): 0 is not a price: not above 0");
  }

  @Test
  void aReturnThatCannotBeComputedWithIsNamedWithItsFile() {
    String file = file("p.csv", "time,A,B\n1,1,1e-300\n2,1,1e300\n3,1,1\n");
    run("covariance", "--prices", file)
        .failsWith(
            2,
            "p.csv: return of B from 1 to 2 is infinite: the price goes from 1.0E-300 to 1.0E300");
    file("p.csv", "time,A,B\n1,1,1\n2,1,1e200\n3,1,1\n");
    run("covariance", "--prices", file)
        .failsWith(2, "p.csv: the return of B at 2 is 1.0e+200, too large to be squared");
  }

  @Test
  void twoRowsOfPricesAreTooFew() {
    run("covariance", "--prices", file("p.csv", "time,A\n1,1\n2,2\n"))
        .failsWith(
            2,
            "p.csv: 1 return of each asset, but a covariance needs at least 2, which is 3 rows of"
                + " prices");
  }

  @Test
  void returnsHaveNoGapsToFill() {
    String returns = file("r.csv", "time,A,B\n1,0.1,0\n2,,0.2\n3,0.1,0.1\n");
    run("covariance", "--returns", returns, "--gaps", "drop-times")
        .failsWith(2, "--gaps: fills gaps in prices; with --returns, a missing value is an error");
    run("covariance", "--returns", returns)
        .failsWith(2, "r.csv: line 3, column 2 (A): the value is missing");
    // What is left out need not be right.
    Outcome outcome = run("covariance", "--returns", returns, "--exclude", "A");
    assertEquals(0, outcome.status());
    assertEquals("asset,B", outcome.out().lines().findFirst().orElseThrow());
    assertTrue(
        outcome.err().startsWith("sample covariance of 1 asset from 3 returns each\n"),
        outcome.err());
  }

  @Test
  void theColumnsKeepTheirNumbersWhenOneIsLeftOut() {
    run("covariance", "--prices", file("p.csv", "time,A,B\n1,0,1\n2,1,0\n"), "--exclude", "A")
        .failsWith(2, "p.csv: line 3, column 3 (B): 0 is not a price: not above 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BTC,ETH\\n100,10\\n90,11\\n120,9\\n115,9 | BTC, holds 100, 90, 120, ...",
        "BTC,ETH\\n100.5,10\\n110,11\\n120,9 | BTC, holds 100.5, 110, 120",
        "BTC,ETH\\n100,10\\n110,11\\n121,9 | BTC, holds 100, 110, 121",
      })
  void pricesWithoutTimesAreRefused(String content, String found) {
    run("covariance", "--prices", file("p.csv", content.replace("\\n", "\n")))
        .failsWith(
            2,
            "p.csv: a time column is missing: the first column, "
                + found
                + " (if these are times, name it time)");
  }

  @Test
  void pricesWithoutAHeaderAreRefused() {
    run("covariance", "--prices", file("p.csv", "100,10\n110,11\n121,9\n"))
        .failsWith(2, "p.csv: line 1: numbers, but no names: the header is missing");
    run("covariance", "--prices", file("p.csv", "2024-01-01,100,10\n2024-01-02,110,11\n"))
        .failsWith(2, "p.csv: line 1: numbers, but no names: the header is missing");
  }

  /**
   * Numbers that are times: counted, spaced unequally but called time, days, seconds since 1970.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"x,1,2,3", "time,0.5,1.7,9", "x,20240131,20240201,20240202", ",1,2,4", "x,0,5,10"})
  void numbersMayBeTimes(String column) {
    String[] cells = column.split(",");
    String prices =
        String.format("%s,A\n%s,1\n%s,2\n%s,1\n", cells[0], cells[1], cells[2], cells[3]);
    assertEquals(0, run("covariance", "--prices", file("p.csv", prices)).status());
  }

  /** Correlations 1, 1 and 0: the eigenvalues are 1 and 1 ± √2. */
  private static final String IMPOSSIBLE = "asset,A,B,C\nA,1,1,0\nB,1,1,1\nC,0,1,1\n";

  @Test
  void whatIsWrongWithACovarianceIsSaid() {
    Outcome outcome = run("covariance", "--cov", file("c.csv", IMPOSSIBLE));
    assertEquals(2, outcome.status());
    assertEquals(
        "not a covariance: matrix of 3 assets, eigenvalues -0.4142 to 2.414, rank 2\n"
            + "negative eigenvalue -0.414, carried by B (0.71), A (-0.50), C (-0.50)\n"
            + "A, B are duplicates: correlation 1 and equal variances\n"
            + "B, C are duplicates: correlation 1 and equal variances\n",
        outcome.out());
    assertEquals(
        "parabola: c.csv: covariance is not positive semidefinite: smallest eigenvalue -0.414,"
            + " carried by B (0.71), A (-0.50), C (-0.50); choose one of --repair=clip,"
            + " nearest-correlation, shrink\n",
        outcome.err());
  }

  @Test
  void aCovarianceIsDescribed() {
    Outcome outcome = run("covariance", "--cov", file("c.csv", "asset,A,B\nA,0.04,0\nB,0,0.09\n"));
    assertEquals(
        "covariance of 2 assets, eigenvalues 0.04000 to 0.09000, rank 2, condition of the"
            + " correlations 1.000\n",
        outcome.succeeds().out());
  }

  @Test
  void aRepairIsAChoiceAndReportsWhatItDid() {
    Outcome outcome =
        run(
            "covariance",
            "--cov",
            file("c.csv", IMPOSSIBLE),
            "--repair",
            "nearest-correlation",
            "--out",
            path("r.csv"));
    assertEquals(0, outcome.status());
    assertTrue(
        outcome.out().contains("nearest-correlation moved the matrix by 0.528 "), outcome.out());
    assertTrue(outcome.err().startsWith("note: negative eigenvalue -0.414"), outcome.err());
    List<String[]> table = csv(text("r.csv"));
    assertEquals(0.7607, number(table.get(1)[2]), 5e-5);
    assertEquals(1, number(table.get(2)[2]));
    assertEquals(0, run("covariance", "--cov", path("r.csv")).status());
  }

  @Test
  void theDiagnosisAsJson() throws IOException {
    String file = file("c.csv", IMPOSSIBLE);
    JsonNode json = new ObjectMapper().readTree(run("covariance", "--cov", file, "--json").out());
    assertEquals(1 - Math.sqrt(2), json.get("smallestEigenvalue").asDouble(), 1e-12);
    assertEquals("B", json.at("/negativeEigenvalues/0/loadings/0/asset").asText());
    assertTrue(json.get("problem").asText().startsWith("covariance is not positive"));
    json =
        new ObjectMapper()
            .readTree(run("covariance", "--cov", file, "--repair", "clip", "--json").out());
    assertEquals(Math.sqrt(2) - 1, json.at("/repair/distance").asDouble(), 1e-12);
  }

  @Test
  void aSampleCovarianceNeedsNoRepair() {
    Outcome outcome =
        run(
            "covariance",
            "--returns",
            file("r.csv", "time,A\n1,0.1\n2,-0.1\n"),
            "--repair",
            "shrink");
    assertEquals(0, outcome.status());
    assertTrue(outcome.err().contains("note: shrink had nothing to repair"), outcome.err());
  }
}
