package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scenario file: what it sets, and the line and column of what is wrong with it. */
class ScenarioFileTest extends CommandTest {
  private static final String WHOLE =
      """
      scenarios: 60
      seed: 7
      horizon: 2 weeks
      confidence: 99 %
      loss-limit: 15 %
      universe:
        mean: m.csv
        covariance: c.csv
        observations: 400
        periods-per-year: 365
      portfolio:
        risk-aversion: 5
        lower: 0
        upper: 90 %
        current: w.csv
        cost-rate: 20 bp
      returns:
        distribution: normal
        jumps:
          intensity: 12 per year
          mean: -10 %
          volatility: 5 %
      states:
        - name: normal
          probability: 0.5
        - name: crash
          probability: 50 %
          volatility: [1.5, 3]
          correlation: [0.5, 1]
          mean-shift: -2 % per day
          assets:
            B: {volatility: 2, correlation: 0.9, mean-shift: -365 % per year}
      """;

  private String scenarioFile(String text) {
    file("m.csv", "asset,mean\nA,0.0005\nB,0.0008\nC,0.0012\n");
    file("c.csv", "asset,A,B,C\nA,0.0004,0,0\nB,0,0.0009,0\nC,0,0,0.0016\n");
    file("w.csv", "asset,weight\nA,0.5\nB,0.3\nC,0.2\n");
    return file("s.yaml", text);
  }

  @Test
  void everyKeyIsTaken() throws IOException {
    run("stress", "--scenario-file", scenarioFile(WHOLE), "--seed", "9", "--out", path("r"))
        .succeeds();
    JsonNode json = new ObjectMapper().readTree(text("r/summary.json"));
    JsonNode settings = json.get("settings");
    assertEquals(60, settings.get("scenarios").asInt());
    assertEquals(9, settings.get("seed").asInt(), "an option comes before the file");
    assertEquals(14, settings.get("horizon").asInt());
    assertEquals(0.99, settings.get("confidence").asDouble());
    assertEquals(0.15, settings.get("loss_limit").asDouble(), 1e-16);
    assertEquals(400, settings.get("observations").asInt());
    assertEquals(5, settings.get("risk_aversion").asDouble());
    assertEquals(0.9, settings.get("highest_upper_bound").asDouble(), 1e-15);
    assertEquals("normal", settings.get("returns").asText());
    JsonNode crash = json.get("states").get(1);
    assertEquals(1.5, crash.get("volatility_multiplier").asDouble());
    assertEquals(3, crash.get("volatility_multiplier_to").asDouble());
    assertEquals(1, crash.get("correlation_stress_to").asDouble());
    assertEquals(-0.02, crash.get("mean_shift").asDouble(), 1e-16);
    assertEquals(0.5, json.get("assets").get(0).get("held_weight").asDouble());
    assertTrue(json.get("risk").get("best").get("mean_cost").asDouble() > 0);
    // A shift of -2 % a day, and of -365 % a year more for B: -1 % a day, of 0.3.
    for (String[] row : csv(text("r/scenarios.csv")).subList(1, 61)) {
      double m = number(row[3]);
      assertTrue(row[2].equals("normal") ? m == 1 : m >= 1.5 && m <= 3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "scenarios: 60 | scenarioz: 60 | line 1, column 1: unknown key scenarioz, meant is perhaps"
            + " scenarios; expected one of scenarios, seed, horizon, confidence, loss-limit, states,"
            + " windows, universe, portfolio, expected-returns, returns, output, resampled-frontier",
        "scenarios: 60 | scenarios: many | line 1, column 12: scenarios: many: expected a whole"
            + " number",
        "horizon: 2 weeks | horizon: 2 kg | line 3, column 10: horizon: 2 kg: expected a length of"
            + " time, such as 10 or 10 days",
        "confidence: 99 % | confidence: 99 days | line 4, column 13: confidence: 99 days: expected a"
            + " share, such as 0.05, 5 % or 500 bp",
        "confidence: 99 % | confidence: 99 | line 4, column 13: confidence 99.0: must be between 0"
            + " and 1",
        "seed: 7 | seed: 7\\nseed: 8 | line 3, column 1: the key seed comes twice",
        "risk-aversion: 5 | risk-aversion: -5 | line 12, column 18: risk-aversion -5.0: must be"
            + " finite and at least 0",
        "upper: 90 % | upper: 90 kg | line 14, column 10: upper: 90 kg: expected a share, such as 0.1"
            + " or 10 %, or a file asset,bound",
        "current: w.csv | current: no.csv | line 15, column 12: current: no.csv: no such file",
        "distribution: normal | distribution: norma | line 18, column 17: distribution: norma:"
            + " expected one of normal, student-t, bootstrap, filtered",
        "intensity: 12 per year | intensity: 12 % | line 20, column 16: intensity: 12 %: expected a"
            + " number per time, such as 4 per year",
        "volatility: [1.5, 3] | volatility: -1 | line 28, column 17: volatility: -1: expected a"
            + " multiplier of volatilities, at least 0, such as 1.5",
        "volatility: [1.5, 3] | volatility: [3, 1.5] | line 28, column 17: volatility: a list:"
            + " expected the lower number before the higher one",
        "correlation: [0.5, 1] | correlation: 1.2 | line 29, column 18: correlation: 1.2: expected"
            + " how far correlations move towards one: between 0 (not at all) and 1 (all the way)",
        "mean-shift: -2 % per day | mean-shift: -2 % per euro | line 30, column 17: mean-shift: -2 %"
            + " per euro: expected a share per time, such as -2 % per day",
        "probability: 50 % | probability: 40 % | line 24, column 3: the probabilities of the states"
            + " must sum to 1, but sum to 0.9",
        "B: {volatility: 2 | Z: {volatility: 2 | line 32, column 10: there is no asset Z, meant is"
            + " perhaps A; expected one of A, B, C",
        "name: crash | name: ' ' | line 26, column 11: name:  : expected a name",
        "mean: -10 % | mean: -110 % | line 21, column 11: mean: -110 %: expected the mean return of a"
            + " jump, at least -100 %, such as -15 %",
        "lower: 0 | lower: 95 % | bounds of A cross: lower 0.95 (s.yaml: line 13, column 10: lower) >"
            + " upper 0.9 (s.yaml: line 14, column 10: upper)",
        "seed: 7 | windows: [{name: x, from: 2022-05-18, to: 2022-05-05}] | line 2, column 43: to:"
            + " 2022-05-05: expected a time not before 2022-05-18, where the window begins",
        "seed: 7 | windows: [{name: x, from: 2022-05-05, to: 2022-05-18}] | line 2, column 27: from:"
            + " needs prices, of whose past it is a part",
        "observations: 400 | gaps: drop-times | line 9, column 9: gaps: fills gaps in prices; with"
            + " --mean there are none",
        "observations: 400 | exclude: [A] | line 9, column 12: exclude: leaves out assets of prices;"
            + " with --mean there are none",
        "B: {volatility: 2 | B: {vol: 2 | line 32, column 11: unknown key vol; expected one of"
            + " volatility, correlation, mean-shift",
        "seed: 7 | seed: [7 | line 3, column 8: is not YAML: expected ',' or ']', but got :",
      })
  void whatIsWrongHasItsPlace(String right, String wrong, String message) {
    String text = WHOLE.replace(right, wrong.replace("\\n", "\n"));
    Outcome outcome = run("stress", "--scenario-file", scenarioFile(text), "--out", path("r"));
    String place = message.startsWith("line") ? "s.yaml: " : "";
    outcome.failsWith(2, place + message);
    absent("r");
  }

  /** The file of docs/scenario-file.md runs as it stands. */
  @Test
  void theDocumentedFileRuns() throws IOException {
    String page = Files.readString(Path.of("..", "..", "docs", "scenario-file.md"));
    String text = page.substring(page.indexOf("```yaml\n") + 8);
    text = text.substring(0, text.indexOf("```"));
    Random random = new Random(3);
    List<String> assets =
        List.of("BTC", "ETH", "DOGE", "SOL", "XRP", "ADA", "LTC", "BNB", "TRX", "DOT");
    StringBuilder prices = new StringBuilder("time,BTCB,CLO," + String.join(",", assets));
    for (int t = 0; t < 300; t++) {
      prices.append(String.format("%n%s", LocalDate.of(2022, 1, 1).plusDays(t)));
      for (int i = 0; i < assets.size() + 2; i++) {
        prices.append(',').append(Math.exp(0.05 * random.nextGaussian()));
      }
    }
    file("prices.csv", prices.append('\n').toString().replace("\r", ""));
    StringBuilder held = new StringBuilder("asset,weight");
    StringBuilder row = new StringBuilder("half,,0.5");
    for (int i = 0; i < assets.size(); i++) {
      held.append('\n').append(assets.get(i)).append(",0.1");
      row.append(i < 5 ? ",1" : ",0");
    }
    file("held.csv", held.append('\n').toString());
    file("rows.csv", "name,lower,upper," + String.join(",", assets) + "\n" + row + "\n");
    run("stress", "--scenario-file", file("s.yaml", text), "--scenarios", "200", "--out", path("r"))
        .succeeds();
    JsonNode json = new ObjectMapper().readTree(text("r/summary.json"));
    assertEquals(200, json.get("status").get("SOLVED").asInt());
    assertEquals("half", json.get("constraints").get(1).get("constraint").asText());
    assertEquals(14, json.get("windows").get(0).get("periods").asInt());
  }

  private String prices() {
    StringBuilder text = new StringBuilder("time,A,B");
    for (int t = 0; t < 40; t++) {
      text.append('\n').append(LocalDate.of(2022, 1, 1).plusDays(t));
      text.append(',').append(100 + t % 7).append(',').append(50 + t % 5);
    }
    return file("p.csv", text.append('\n').toString());
  }

  private Outcome ofPrices(String yaml, String... more) {
    prices();
    String file = file("s.yaml", "scenarios: 20\nuniverse: {prices: p.csv}\n" + yaml);
    List<String> arguments =
        new ArrayList<>(List.of("stress", "--scenario-file", file, "--out", path("r")));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  /** A date is a date, however either of them is written. */
  @ParameterizedTest
  @CsvSource({"2022/01/05, 2022/01/20", "2022-01-05, 2022-01-20"})
  void windowsOfDatesWithSlashesAreReplayed(String from, String to) throws IOException {
    prices();
    file("p.csv", text("p.csv").replaceAll("(2022)-(\\d\\d)-", "$1/$2/"));
    file(
        "s.yaml",
        String.format(
            "scenarios: 20\nuniverse: {prices: p.csv}\nwindows: [{name: x, from: %s, to: %s}]\n",
            from, to));
    run("stress", "--scenario-file", path("s.yaml"), "--out", path("r")).succeeds();
    JsonNode window = new ObjectMapper().readTree(text("r/summary.json")).get("windows").get(0);
    assertEquals("2022-01-05", window.get("from").asText());
    assertEquals(16, window.get("periods").asInt());
  }

  @Test
  void windowsAreWrittenAsThePricesTimesAre() {
    ofPrices("windows: [{name: x, from: May, to: 2022-01-20}]\n")
        .failsWith(
            2,
            "s.yaml: line 3, column 27: from: May: expected a time as the prices have it, such as"
                + " 2022-01-02");
    absent("r");
    // One that the data does not reach is said to be left out.
    Outcome outcome =
        ofPrices("windows: [{name: later, from: 2030-01-01, to: 2030-01-20}]\n").succeeds();
    assertTrue(outcome.out().contains("window later is not replayed"), outcome.out());
  }

  @Test
  void assetsToLeaveOutAreFoundWhereTheyStand() {
    prices();
    String text = "universe:\n  prices: p.csv\n  exclude: [A, Z]\n";
    run("stress", "--scenario-file", file("s.yaml", text), "--out", path("r"))
        .failsWith(
            2, "s.yaml: line 3, column 12: exclude: p.csv: cannot leave out \"Z\": no such asset");
  }

  /** What says how means are estimated, in the file and by options. */
  @Test
  void theEstimatorOfMeansIsAKeyToo() {
    prices();
    String keys = "  mean-estimator: ewma\n  half-life: 9\n  by-time: true\n";
    String text = "scenarios: 20\nuniverse:\n  prices: p.csv\n  estimator: ewma\n";
    run("stress", "--scenario-file", file("k.yaml", text + keys), "--out", path("k")).succeeds();
    run(
            "stress",
            "--scenario-file",
            file("s.yaml", text),
            "--mean-estimator=ewma",
            "--half-life=9",
            "--by-time",
            "--out",
            path("r"))
        .succeeds();
    assertEquals(text("r/scenarios.csv"), text("k/scenarios.csv"));
    run("stress", "--scenario-file", file("s.yaml", text), "--out", path("p")).succeeds();
    assertNotEquals(text("r/scenarios.csv"), text("p/scenarios.csv"));
  }

  /** Of a quarter of a year of 365 days there are 91, not none. */
  @Test
  void monthsAreTheNearestPeriods() throws IOException {
    ofPrices("horizon: 3 months\n").succeeds();
    JsonNode json = new ObjectMapper().readTree(text("r/summary.json"));
    assertEquals(91, json.get("settings").get("horizon").asInt());
  }

  /** What the command line gives instead need not be there in the file. */
  @Test
  void aFileThatIsNotUsedIsNotMissed() {
    prices();
    String text = "scenarios: 20\nuniverse: {prices: none.csv}\n";
    run(
            "stress",
            "--scenario-file",
            file("s.yaml", text),
            "--prices",
            path("p.csv"),
            "--out",
            path("r"))
        .succeeds();
  }

  @Test
  void emptyAndMissingFilesAreNamed() {
    run("stress", "--scenario-file", file("e.yaml", "# nothing\n"))
        .failsWith(2, "e.yaml: is empty");
    run("stress", "--scenario-file", path("none.yaml")).failsWith(2, "none.yaml: no such file");
  }
}
