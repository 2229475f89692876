package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StressTest extends CommandTest {

  private JsonNode summary(String name) throws IOException {
    return new ObjectMapper().readTree(text(name + "/summary.json"));
  }

  /** The whole sample, as the main job runs it. */
  @Test
  void theSampleIsSolvedInEveryScenario() throws IOException {
    Outcome outcome = run("stress", "--out", path("report")).succeeds();
    assertTrue(
        outcome.out().startsWith("10,000 of 10,000 scenarios solved by engine "), outcome.out());

    JsonNode json = summary("report");
    assertEquals(10_000, json.get("status").get("SOLVED").asInt());
    assertTrue(json.get("worst_relative_gap").asDouble() <= 1e-8);
    assertEquals(81, json.get("assets").size());
    assertEquals(1811, json.get("settings").get("observations").asInt());

    List<String[]> table = csv(text("report/weights.csv"));
    assertEquals(10_001, table.size());
    assertEquals(4 + 81 + 1, table.get(0).length);
    for (String[] row : table.subList(1, table.size())) {
      double sum = 0;
      for (int i = 4; i < 85; i++) {
        double weight = number(row[i]);
        assertTrue(weight >= 0 && weight <= 0.1);
        sum += weight;
      }
      assertEquals(1, sum, 4 * 81 * Math.ulp(1.0));
    }
  }

  @Test
  void whatIsOddAboutTheSampleIsNamed() throws IOException {
    run("stress", "--scenarios", "50", "--out", path("report")).succeeds();
    List<String> findings =
        StreamSupport.stream(summary("report").get("data_quality").spliterator(), false)
            .map(f -> f.get("text").asText())
            .toList();
    for (String expected :
        List.of(
            "CLO stood still for 712 periods in a row",
            "BEAM stood still for 62 periods in a row",
            "BTCB traded at 0.7600 × BTC for 661 periods in a row",
            "DOGE returned +355.5 % at 2021-01-28")) {
      assertTrue(findings.stream().anyMatch(f -> f.startsWith(expected)), expected + findings);
    }
    String page = text("report/report.html");
    assertTrue(page.contains("CLO stood still for 712 periods"));
    assertFalse(page.contains("http:") || page.contains("https:"));
    assertFalse(page.contains("<script") || page.contains("<link") || page.contains("url("));
    assertEquals(5, page.split("<svg", -1).length - 1);
  }

  @Test
  void theSeedDecidesAndThreadsDoNot() {
    run("stress", "--scenarios", "300", "--out", path("a"), "--threads", "1").succeeds();
    run("stress", "--scenarios", "300", "--out", path("b"), "--threads", "3").succeeds();
    run("stress", "--scenarios", "300", "--out", path("c"), "--seed", "2").succeeds();
    run("stress", "--scenarios", "100", "--out", path("d")).succeeds();
    String all = text("a/weights.csv");
    assertEquals(all, text("b/weights.csv"));
    assertFalse(all.equals(text("c/weights.csv")));
    assertTrue(all.startsWith(text("d/weights.csv")), "fewer scenarios are the first of more");
  }

  /** The same numbers in the same columns. */
  @Test
  void arrowHoldsWhatTheCsvDoes() throws IOException {
    run("stress", "--scenarios", "300", "--out", path("c")).succeeds();
    run("stress", "--scenarios", "300", "--out", path("a"), "--format", "arrow").succeeds();
    for (String name : List.of("scenarios", "weights")) {
      List<String[]> csv = csv(text("c/" + name + ".csv"));
      try (BufferAllocator allocator = new RootAllocator();
          InputStream stream = Files.newInputStream(directory.resolve("a/" + name + ".arrows"));
          ArrowStreamReader reader = new ArrowStreamReader(stream, allocator)) {
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        List<String> header =
            root.getSchema().getFields().stream().map(field -> field.getName()).toList();
        assertEquals(List.of(csv.get(0)), header);
        assertTrue(reader.loadNextBatch());
        assertEquals(300, root.getRowCount());
        for (int row = 0; row < 300; row++) {
          for (int column = 0; column < header.size(); column++) {
            String expected = csv.get(row + 1)[column];
            Object got = root.getVector(column).getObject(row);
            if (got instanceof Double number) {
              assertEquals(number(expected), number, header.get(column));
            } else {
              assertEquals(expected, got.toString());
            }
          }
        }
        assertFalse(reader.loadNextBatch());
      }
    }
  }

  @Test
  void aBarIsShownToWhoeverWatches() {
    String bar = runWatched("stress", "--scenarios", "500", "--out", path("report")).err();
    for (String part : List.of("scenarios", "analysing", "100%", "500/500", "/s", "worst gap")) {
      assertTrue(bar.contains(part), part + " in " + bar);
    }
    // Each bar keeps its line, and what is printed next begins another.
    assertEquals(2, bar.chars().filter(c -> c == '\n').count(), bar);
    assertTrue(bar.endsWith("\n"), bar);
  }

  private String prices(int assets, int times) {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("time");
    double[] price = new double[assets];
    for (int i = 0; i < assets; i++) {
      text.append(",<A&").append(i).append('>');
      price[i] = 10;
    }
    for (int t = 0; t < times; t++) {
      text.append('\n').append(t);
      for (int i = 0; i < assets; i++) {
        price[i] *= Math.exp(0.01 * random.nextGaussian());
        text.append(',').append(price[i]);
      }
    }
    return file("p.csv", text.append('\n').toString());
  }

  @Test
  void fewAssetsGetACapThatLeavesRoom() throws IOException {
    run(
            "stress",
            "--prices",
            prices(5, 40),
            "--scenarios",
            "20",
            "--out",
            path("r"),
            "--periods-per-year",
            "8760")
        .succeeds();
    JsonNode settings = summary("r").get("settings");
    assertEquals(0.6, settings.get("highest_upper_bound").asDouble(), 1e-15);
    assertEquals("hour", settings.get("period").asText());
    String page = text("r/report.html");
    assertTrue(page.contains("&lt;A&amp;0&gt;") && !page.contains("<A&0>"), "names are escaped");
  }

  @Test
  void fewerObservationsThanAssetsAreLegalAndNamed() throws IOException {
    run("stress", "--prices", prices(30, 12), "--scenarios", "20", "--out", path("r")).succeeds();
    assertEquals(20, summary("r").get("status").get("SOLVED").asInt());
    assertTrue(text("r/report.html").contains("rank 10 at most"));
  }

  @Test
  void statesCanBeChosen() throws IOException {
    run("stress", "--scenarios", "40", "--states", "quiet:0.5:0,storm:3:1:0.8", "--out", path("r"))
        .succeeds();
    JsonNode states = summary("r").get("states");
    assertEquals(0, states.get(0).get("scenarios").asInt());
    assertEquals(40, states.get(1).get("scenarios").asInt());
    assertEquals(0.8, states.get(1).get("correlation_stress").asDouble());
    assertTrue(csv(text("r/weights.csv")).get(1)[85].equals("storm"));
    run("stress", "--states", "quiet:0.5", "--out", path("x"))
        .failsWith(
            2,
            "--states: \"quiet:0.5\" is not name:multiplier:probability[:correlation], as in"
                + " calm:0.7:0.25 or stressed:1.6:0.25:0.5");
    run("stress", "--states", "odd:1:1:1.5", "--out", path("x"))
        .failsWith(
            2,
            "--states: state odd: the correlations' way to one must be between 0 and 1, but is 1.5");
    absent("x");
  }

  private JsonNode few(String... options) throws IOException {
    StringBuilder prices = new StringBuilder("time,A,B,C");
    Random random = new Random(4);
    for (int t = 0; t < 60; t++) {
      prices.append('\n').append(t);
      for (int i = 0; i < 3; i++) {
        prices.append(',').append(100 * Math.exp(0.03 * random.nextGaussian()));
      }
    }
    String file = file("p.csv", prices.append('\n').toString());
    List<String> arguments =
        new ArrayList<>(List.of("stress", "--prices", file, "--scenarios", "300"));
    arguments.addAll(List.of("--out", path("r")));
    arguments.addAll(List.of(options));
    run(arguments.toArray(String[]::new)).succeeds();
    return new ObjectMapper().readTree(text("r/summary.json"));
  }

  /** Of one asset the cap is reached by the budget alone, and has no price. */
  @Test
  void theReportOfOneAssetHasNoHoles() throws IOException {
    String mean = file("m.csv", "asset,mean\nA,0.001\n");
    String covariance = file("c.csv", "asset,A\nA,0.0004\n");
    run(
            "stress",
            "--mean",
            mean,
            "--cov",
            covariance,
            "--observations",
            "100",
            "--scenarios",
            "40",
            "--out",
            path("one"))
        .succeeds();
    assertFalse(text("one/report.html").contains("NaN"));
    assertEquals(1, summary("one").get("assets").get(0).get("mean_weight").asDouble());
  }

  /** Without volatility and bounds there is no best portfolio; the report is of the held one. */
  @Test
  void theReportOfUnsolvedScenariosHasNoHoles() {
    String mean = file("m.csv", "asset,mean\nA,0.001\nB,0.002\n");
    String covariance = file("c.csv", "asset,A,B\nA,0.0004,0\nB,0,0.0004\n");
    Outcome outcome =
        run(
            "stress",
            "--mean",
            mean,
            "--cov",
            covariance,
            "--scenarios",
            "40",
            "--states",
            "still:0:1",
            "--lower=-inf",
            "--upper",
            "inf",
            "--out",
            path("none"));
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().startsWith("parabola: unbounded: "), outcome.err());
    assertFalse(text("none/report.html").contains("NaN"));
  }

  /** Without volatility every distance is infinite; nothing is lost of the losses. */
  @ParameterizedTest
  @ValueSource(strings = {"exact", "online"})
  void aMarketThatStandsStillIsAScenarioToo(String quantiles) throws IOException {
    JsonNode json = few("--states", "still:0:0.9,normal:1:0.1", "--quantiles", quantiles);
    assertEquals(300, json.get("status").get("SOLVED").asInt());
    assertTrue(json.get("risk").get("held").get("distance_to_loss_limit_q05").asDouble() > 0);
    assertTrue(json.get("risk").get("best").get("worst_loss").isNumber());
  }

  @Test
  void growthBeyondAllMeasureIsStillALoss() throws IOException {
    JsonNode json = few("--states", "mad:1e100:1", "--horizon", "40");
    assertTrue(json.get("risk").get("held").get("conditional_value_at_risk").isNumber());
    assertFalse(text("r/scenarios.csv").contains("NaN"));
  }

  /** A shock is linear, and a horizon long enough takes it beyond all that there is to lose. */
  @Test
  void aShockThatCannotHappenIsCalledSo() throws IOException {
    String mean = file("m.csv", "asset,mean\nA,0.001\nB,0.001\n");
    String covariance = file("c.csv", "asset,A,B\nA,0.01,0\nB,0,0.0001\n");
    String held = file("w.csv", "asset,weight\nA,0.1\nB,0.9\n");
    String[] arguments = {
      "stress", "--mean", mean, "--cov", covariance, "--current", held, "--upper", "1"
    };
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--scenarios", "40", "--out", path("r"), "--horizon"));
    all.add("30");
    run(all.toArray(String[]::new)).succeeds();
    String note =
        "linear: 1 asset would lose more than all it is worth, so this is no scenario that can"
            + " happen; use a shorter horizon or a smaller loss limit";
    assertEquals(note, summary("r").get("reverse_stress").get("note").asText());
    assertTrue(text("r/report.html").contains(note + ".</p>"));
    assertFalse(text("r/report.html").contains("rises from"));
    all.addAll(List.of("--loss-limit", "0.05"));
    run(all.toArray(String[]::new)).succeeds();
    assertFalse(summary("r").get("reverse_stress").has("note"));
    assertFalse(text("r/report.html").contains("linear: "));
  }

  /** Of twenty scenarios one is the tail, and says nothing of how far off it is. */
  @Test
  void aTailOfOneScenarioHasNoError() throws IOException {
    Outcome outcome = run("stress", "--scenarios", "20", "--out", path("r")).succeeds();
    JsonNode held = summary("r").get("risk").get("held");
    assertTrue(held.get("conditional_value_at_risk_standard_error").isNumber());
    outcome =
        run("stress", "--scenarios", "20", "--confidence", "0.99", "--out", path("r")).succeeds();
    held = summary("r").get("risk").get("held");
    assertEquals(held.get("worst_loss"), held.get("conditional_value_at_risk"));
    assertTrue(held.get("conditional_value_at_risk_standard_error").isNull());
    assertFalse(outcome.out().contains("\u00b1"), outcome.out());
    assertFalse(text("r/report.html").contains("NaN"));
  }

  @Test
  void tablesOfAnotherFormatDoNotStay() throws IOException {
    few("--format", "arrow");
    assertTrue(names("r").containsAll(List.of("weights.arrows", "scenarios.arrows")));
    few("--format", "csv");
    assertEquals(
        List.of("report.html", "scenarios.csv", "summary.json", "weights.csv"),
        names("r").stream().sorted().toList());
  }

  @Test
  void weightsFarFromTheBudgetAreNoted() {
    String held = file("w.csv", "asset,weight\nA,10\nB,10\nC,10\n");
    file("c.csv", "asset,A,B,C\nA,0.04,0,0\nB,0,0.09,0\nC,0,0,0.16\n");
    for (String command : new String[] {"optimize --min-variance", "stress --scenarios 5"}) {
      List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
      arguments.addAll(List.of("--cov", path("c.csv"), "--current", held));
      if (command.startsWith("stress")) {
        file("m.csv", "asset,mean\nA,0.001\nB,0.001\nC,0.001\n");
        arguments.addAll(List.of("--mean", path("m.csv")));
      }
      arguments.addAll(List.of("--out", path(command.substring(0, 4))));
      Outcome outcome = run(arguments.toArray(String[]::new));
      assertEquals(0, outcome.status(), outcome.err());
      assertEquals(
          "note: w.csv: the weights held now sum to 30, but the budget is 1\n", outcome.err());
    }
  }

  @Test
  void componentsAndCostsSumToCvar() throws IOException {
    String held = file("w.csv", "asset,weight\nA,0.2\nB,0.3\nC,0.5\n");
    JsonNode json = few("--current", held, "--cost-rate", "0.0005", "--upper", "1");
    JsonNode risk = json.get("risk");
    double ofHeld = 0;
    double ofBest = risk.get("best").get("cvar_component_of_costs").asDouble();
    assertTrue(ofBest > 0);
    for (JsonNode asset : json.get("assets")) {
      ofHeld += asset.get("held_cvar_component").asDouble();
      ofBest += asset.get("best_cvar_component").asDouble();
    }
    assertEquals(risk.get("held").get("conditional_value_at_risk").asDouble(), ofHeld, 1e-13);
    assertEquals(risk.get("best").get("conditional_value_at_risk").asDouble(), ofBest, 1e-13);
  }

  @Test
  void theResampledFrontierIsInTheSummary() throws IOException {
    JsonNode json = few("--resampled", "30", "--upper", "1");
    JsonNode resampled = json.get("resampled_frontier");
    assertEquals(30, resampled.get("samples").asInt());
    double before = 0;
    for (JsonNode point : resampled.get("points")) {
      double sum = 0;
      for (JsonNode weight : point.get("mean_weights")) {
        sum += weight.asDouble();
      }
      assertEquals(1, sum, 1e-12);
      assertTrue(point.get("shortfall_q05").asDouble() <= point.get("shortfall_q95").asDouble());
      assertTrue(point.get("volatility").asDouble() >= before);
      before = point.get("volatility").asDouble();
    }
    assertTrue(json.get("frontier").size() > 10);
  }

  @Test
  void nothingIsLeftAfterAnError() throws IOException {
    Outcome infeasible = run("stress", "--upper", "0.01", "--out", path("deep/report"));
    assertEquals(3, infeasible.status());
    assertTrue(infeasible.err().startsWith("parabola: infeasible: budget 1"), infeasible.err());
    assertEquals(1, infeasible.err().lines().count());
    absent("deep");

    Files.createDirectories(directory.resolve("old/summary.json"));
    Outcome blocked = run("stress", "--scenarios", "10", "--out", path("old"));
    assertEquals(2, blocked.status());
    assertEquals(
        "parabola: old/summary.json: cannot be written: it is a directory\n", blocked.err());
    assertEquals(List.of("summary.json"), names("old"));

    run("stress", "--out", file("plain", "")).failsWith(2, "plain: is not a directory");
  }

  private List<String> names(String name) throws IOException {
    try (var files = Files.list(directory.resolve(name))) {
      return files.map(p -> p.getFileName().toString()).toList();
    }
  }

  @Test
  void optionsOutOfRangeAreNamed() {
    run("stress", "--scenarios", "0").failsWith(2, "--scenarios 0: must be at least 1");
    run("stress", "--degrees-of-freedom", "2")
        .failsWith(2, "--degrees-of-freedom 2.0: must be a number above 2");
    run("stress", "--periods-per-year", "0")
        .failsWith(2, "--periods-per-year 0.0: must be a positive number");
    run("stress", "--horizon", "0").failsWith(2, "--horizon 0: must be from 1 to 10000");
    run("stress", "--confidence", "1").failsWith(2, "--confidence 1.0: must be between 0 and 1");
    run("stress", "--cov", path("c.csv")).failsWith(2, "--cov: needs --mean, the expected returns");
    run("stress", "--prices", path("none.csv")).failsWith(2, "none.csv: no such file");
  }

  @Test
  void optionsThatWouldChangeNothingAreRefused() throws IOException {
    run("stress", "--decay", "0.9", "--returns", "bootstrap", "--out", path("report"))
        .failsWith(2, "--decay: of returns that are filtered, not bootstrap");
    run("stress", "--mean-block", "5", "--out", path("report"))
        .failsWith(2, "--mean-block: of returns that are bootstrap or filtered, not student-t");
    run("stress", "--tail-degrees-of-freedom", "5", "--returns", "normal", "--out", path("report"))
        .failsWith(2, "--tail-degrees-of-freedom: of returns that are student-t, not normal");
    run("stress", "--degrees-of-freedom", "5", "--certain-means", "--out", path("report"))
        .failsWith(2, "--degrees-of-freedom: of means that are drawn, not of certain ones");
    file("s.yaml", "returns:\n  distribution: normal\n  decay: 0.9\n");
    run("stress", "--scenario-file", path("s.yaml"), "--out", path("report"))
        .failsWith(2, "s.yaml: line 3, column 10: decay: of returns that are filtered, not normal");
    String means = file("m.csv", "asset,mean\nA,0.001\nB,0.002\n");
    String sigma = file("c.csv", "asset,A,B\nA,0.01,0\nB,0,0.02\n");
    for (String option : List.of("--degrees-of-freedom", "--resampled")) {
      run("stress", "--mean", means, "--cov", sigma, option, "7", "--out", path("report"))
          .failsWith(
              2,
              option + ": needs to know how many returns are behind the estimates: --observations");
    }
    run("stress", "--mean", means, "--cov", sigma, "--specific", sigma)
        .failsWith(2, "--specific: needs --exposures, the factor model that it is part of");
    absent("report");
  }

  @Test
  void aMultiplierWhoseSquareIsNoNumberIsRefused() {
    for (String[] line : new String[][] {{"1.0E300", "Infinity"}, {"1.0E-300", "0"}}) {
      run("stress", "--states", "odd:" + line[0] + ":1", "--out", path("report"))
          .failsWith(
              2,
              "--states: with the multiplier "
                  + line[0]
                  + " of odd the risk aversion becomes "
                  + line[1]);
      absent("report");
    }
  }

  @Test
  void aDefaultThatDoesNotFitIsCalledADefault() {
    run("stress", "--budget", "-1", "--out", path("report"))
        .failsWith(
            2, "bounds of BTC cross: lower 0 (--lower) > upper -0.1 (the default of --upper)");
  }
}
