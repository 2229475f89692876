package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimators, views and downside risk, from the command line. */
class EstimatorsCommandTest extends CommandTest {
  private static String prices(int days) {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("time,A,B,C\n");
    double[] price = {100, 50, 10};
    for (int t = 0; t < days; t++) {
      double market = random.nextGaussian();
      text.append(String.format(Locale.ROOT, "%d", 1_700_000_000 + 86_400 * t));
      for (int i = 0; i < 3; i++) {
        price[i] *= 1 + 0.01 * (i + 1) * (0.6 * market + random.nextGaussian()) + 0.001 * i;
        text.append(',').append(price[i]);
      }
      text.append('\n');
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample",
        "ewma",
        "ledoit-wolf",
        "ledoit-wolf-identity",
        "ledoit-wolf-two-parameter",
        "ledoit-wolf-constant-correlation",
        "ledoit-wolf-diagonal",
        "ledoit-wolf-single-factor",
        "oas",
        "qis",
        "gis",
        "lis",
        "analytical-nonlinear",
        "constant-correlation",
        "random-matrix",
        "gerber",
        "mcd",
        "principal-factors"
      })
  void eachEstimatorWritesWhatOptimizeReads(String estimator) throws IOException {
    String file = file("p.csv", prices(120));
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run(
                        "covariance",
                        "--prices",
                        file,
                        "--estimator",
                        estimator,
                        "--out",
                        path("c.csv"),
                        "--mean-out",
                        path("m.csv"),
                        "--json")
                    .out());
    assertEquals(estimator, json.get("estimator").asText());
    Outcome outcome =
        run("optimize", "--cov", path("c.csv"), "--mean", path("m.csv"), "--risk-aversion", "5");
    assertEquals(0, outcome.status(), outcome.err());
    Outcome stress =
        run(
            "stress",
            "--prices",
            file,
            "--estimator",
            estimator,
            "--scenarios",
            "40",
            "--resampled",
            "0",
            "--out",
            path("report"));
    assertEquals(0, stress.status(), stress.err());
    boolean leavesOut = json.has("notes");
    assertEquals(
        leavesOut,
        Files.readString(Path.of(path("report")).resolve("summary.json")).contains("ESTIMATE"));
  }

  @Test
  void estimatorsAndTheirOptionsAreChecked() {
    String file = file("p.csv", prices(10));
    run("covariance", "--prices", file, "--estimator", "magic")
        .failsStarting(
            2, "Invalid value for option '--estimator': expected one of [sample, ewma, ");
    run("covariance", "--prices", file, "--half-life", "3")
        .failsWith(2, "--half-life: is for --estimator ewma");
    run("covariance", "--prices", file, "--estimator", "ewma", "--half-life", "-3")
        .failsWith(2, "--estimator ewma: half-life is -3.0: must be a positive number");
    run("covariance", "--prices", file("q.csv", prices(6)), "--estimator", "mcd")
        .failsStarting(2, "q.csv: mcd: 5 returns of 3 assets: needs more than twice as many");
  }

  /** By days, which double after the first two returns. */
  @Test
  void returnsAreAsOldAsTheirTimesSay() {
    String dates = "time,A\n2024-01-01,0.1\n2024-01-02,0.2\n2024-01-04,0.3\n2024-01-06,0.4\n";
    String days = "time,A\n1,0.1\n2,0.2\n4,0.3\n6,0.4\n";
    double[] ages = {5, 4, 2, 0};
    double sum = 0;
    double weights = 0;
    for (int t = 0; t < 4; t++) {
      double weight = Math.pow(2, -ages[t] / 3);
      weights += weight;
      sum += weight * 0.01 * (t + 1) * (t + 1);
    }
    for (String text : new String[] {dates, days, dates.replace("-", "")}) {
      String[] arguments = {
        "covariance", "--returns", file("r.csv", text), "--estimator", "ewma", "--half-life", "3"
      };
      assertEquals(sum / weights, firstVariance(run(with(arguments, "--by-time")).out()), 1e-15);
      assertTrue(Math.abs(sum / weights - firstVariance(run(arguments).out())) > 1e-4);
    }
    run("covariance", "--returns", file("r.csv", days), "--by-time")
        .failsWith(2, "--by-time: is for --estimator ewma");
    run(
            "covariance",
            "--returns",
            file("r.csv", days.replace("\n4,", "\nfour,")),
            "--estimator",
            "ewma",
            "--by-time")
        .failsStarting(2, "r.csv: line 4: time four is neither a date such as 2024-01-31");
  }

  private static double firstVariance(String table) {
    return Double.parseDouble(table.lines().toList().get(1).split(",")[1]);
  }

  @Test
  void ticksNeedNoCommonTimes() throws IOException {
    String ticks =
        "time,A,B\n2024-01-01,100,\n2024-01-01T06:00:00Z,,50\n2024-01-01T12:00:00Z,101,\n"
            + "2024-01-02,,52\n2024-01-02T12:00:00Z,99,\n2024-01-03,100,51\n";
    double[] a = {Math.log(1.01), Math.log(99 / 101.0), Math.log(100 / 99.0)};
    double[] b = {Math.log(52 / 50.0), Math.log(51 / 52.0)};
    double varianceA = (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]) / 2;
    double varianceB = (b[0] * b[0] + b[1] * b[1]) / 1.75;
    double both = (a[0] * b[0] + a[1] * (b[0] + b[1]) + a[2] * b[1]) / 1.75;
    double growthA = 1 + Math.expm1(0.5 * varianceA);
    double growthB = Math.exp(Math.log(51 / 50.0) / 1.75 + 0.5 * varianceB);
    Outcome outcome =
        run(
            "covariance",
            "--ticks",
            file("t.csv", ticks),
            "--estimator",
            "hayashi-yoshida",
            "--mean-out",
            path("m.csv"));
    assertEquals(0, outcome.status(), outcome.err());
    List<String> lines = outcome.out().lines().toList();
    assertEquals("asset,A,B", lines.get(0));
    assertEquals(growthA * growthA * Math.expm1(varianceA), firstVariance(outcome.out()), 1e-15);
    assertEquals(
        growthA * growthB * Math.expm1(both),
        Double.parseDouble(lines.get(1).split(",")[2]),
        1e-15);
    assertTrue(outcome.err().contains("covariance of 2 assets from 7 ticks in all"));
    assertTrue(Files.readString(Path.of(path("m.csv"))).startsWith("asset,mean\nA,"));
    String slashes = file("s.csv", ticks.replace("2024-01-", "2024/01/"));
    assertEquals(outcome.out(), run("covariance", "--ticks", slashes).out());
    run("covariance", "--ticks", file("t.csv", ticks), "--estimator", "qis")
        .failsWith(2, "--estimator: not together with --ticks");
    run("covariance", "--ticks", file("t.csv", ticks), "--period", "0")
        .failsWith(2, "--period: period is 0.0: must be above 0");
    run("covariance", "--ticks", file("u.csv", "time,A,B\n1,1,2\n2,1.1,\n"))
        .failsWith(2, "u.csv: B has 1 tick: needs at least 2");
    run("covariance", "--ticks", file("u.csv", "time,A\n2,1\n1,1.1\n"))
        .failsWith(2, "u.csv: time 1 comes after 2: times must be finite and ascend");
    String prices = file("p.csv", prices(10));
    run("covariance", "--prices", prices, "--estimator", "hayashi-yoshida")
        .failsStarting(2, "--estimator hayashi-yoshida: is of ticks");
    run("covariance", "--prices", prices, "--period", "2").failsWith(2, "--period: needs --ticks");
  }

  @Test
  void meansAreShrunkByChoice() throws IOException {
    String file = file("p.csv", prices(60));
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run(
                        "covariance",
                        "--prices",
                        file,
                        "--estimator",
                        "oas",
                        "--mean-estimator",
                        "bayes-stein",
                        "--mean-out",
                        path("m.csv"),
                        "--out",
                        path("c.csv"),
                        "--json")
                    .out());
    double shrinkage = json.get("figures").get("mean_shrinkage").asDouble();
    double target = json.get("figures").get("mean_target").asDouble();
    assertTrue(shrinkage > 0 && shrinkage < 1, "shrinkage " + shrinkage);
    run("covariance", "--prices", file, "--mean-out", path("n.csv"), "--out", path("c.csv"));
    List<String> shrunk = Files.readAllLines(Path.of(path("m.csv")));
    List<String> plain = Files.readAllLines(Path.of(path("n.csv")));
    for (int i = 1; i <= 3; i++) {
      double mean = Double.parseDouble(plain.get(i).split(",")[1]);
      assertEquals(
          (1 - shrinkage) * mean + shrinkage * target,
          Double.parseDouble(shrunk.get(i).split(",")[1]),
          1e-15);
    }
    for (String name : new String[] {"mean", "ewma", "james-stein"}) {
      assertEquals(0, run("covariance", "--prices", file, "--mean-estimator", name).status(), name);
    }
  }

  @Test
  void missingReturnsAreUsedByChoice() throws IOException {
    String gaps = "time,A,B\n1,0.1,0.2\n2,-0.1,\n3,0.05,NaN\n4,0.02,-0.1\n5,-0.03,0.1\n";
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run(
                        "covariance",
                        "--returns",
                        file("r.csv", gaps),
                        "--missing",
                        "pairwise",
                        "--json")
                    .out());
    assertEquals("pairwise", json.get("estimator").asText());
    assertEquals(2, json.get("figures").get("missing").asInt());
    assertTrue(json.get("notes").get(0).asText().startsWith("2 of 10 returns are missing"));
    assertEquals(
        0,
        run("covariance", "--returns", file("r.csv", gaps), "--missing", "masked-ewma").status());
    run(
            "covariance",
            "--returns",
            file("s.csv", "time,A,B\n1,0.1,\n2,,0.1\n"),
            "--missing",
            "pairwise")
        .failsWith(2, "s.csv: A and B have in common 0 returns: pairwise needs at least 2");
    run(
            "covariance",
            "--returns",
            file("s.csv", "time,A,B\n1,0.1,\n2,0.2,\n"),
            "--missing",
            "pairwise")
        .failsWith(2, "s.csv: B has 0 returns: pairwise needs at least 2");
    String[] masked = {
      "covariance", "--returns", file("r.csv", gaps), "--missing", "masked-ewma", "--half-life", "3"
    };
    Outcome same = run(with(masked, "--estimator", "ewma"));
    assertEquals(0, same.status(), same.err());
    assertEquals(run(masked).out(), same.out());
    String[][] unused = {
      {"--estimator", "qis"}, {"--half-life", "3"}, {"--threshold", "1"}, {"--factors", "2"}
    };
    for (String[] option : unused) {
      run(
              "covariance",
              "--returns",
              file("r.csv", gaps),
              "--missing",
              "pairwise",
              option[0],
              option[1])
          .failsWith(2, option[0] + ": not together with --missing");
    }
  }

  @Test
  void cvarNeedsNothingButScenarios() throws IOException {
    StringBuilder text = new StringBuilder("time,A,B,C\n");
    Random random = new Random(7);
    for (int s = 0; s < 400; s++) {
      text.append(s);
      for (int i = 0; i < 3; i++) {
        text.append(',').append(0.001 * i + 0.01 * (i + 1) * random.nextGaussian());
      }
      text.append('\n');
    }
    String scenarios = file("r.csv", text.toString());
    JsonNode calm =
        new ObjectMapper()
            .readTree(run("optimize", "--scenarios", scenarios, "--min-risk", "--json").out());
    assertEquals("SOLVED", calm.get("status").asText());
    assertEquals("cvar", calm.get("measure").asText());
    assertTrue(calm.get("risk").asDouble() >= calm.get("value_at_risk").asDouble());
    assertTrue(calm.get("relative_gap").asDouble() <= 1e-8);
    double sum = 0;
    for (JsonNode weight : calm.get("weights")) {
      sum += weight.asDouble();
    }
    assertEquals(1, sum, 1e-12);
    String most = Double.toString(1.2 * calm.get("risk").asDouble());
    JsonNode bold =
        new ObjectMapper()
            .readTree(
                run("optimize", "--scenarios", scenarios, "--target-risk", most, "--json").out());
    assertTrue(bold.get("expected_return").asDouble() > calm.get("expected_return").asDouble());
    run("optimize", "--scenarios", scenarios, "--target-risk", "1e-9")
        .failsStarting(3, "target risk 1.0E-9: no portfolio has less than");
    run("optimize", "--scenarios", scenarios, "--max-sharpe")
        .failsStarting(2, "--max-sharpe: is of a variance");
    run("optimize", "--scenarios", scenarios, "--min-risk", "--confidence", "1")
        .failsWith(2, "--confidence 1.0: must be at least 0 and below 1");
    run("optimize", "--scenarios", scenarios, "--min-risk", "--confidence", "95")
        .failsWith(2, "--confidence 95.0: must be at least 0 and below 1");
    run("optimize", "--min-variance").failsWith(2, "Missing required option: '--cov=c.csv'");
    run("optimize", "--measure", "cvar", "--min-risk").failsWith(2, "--measure: needs --scenarios");
    // Scenarios have no order.
    String names = file("s.csv", text.toString().replaceAll("(?m)^(\\d)", "s$1"));
    assertEquals(0, run("optimize", "--scenarios", names, "--min-risk").status());
    file("none.csv", "BTC,ETH\n0.01,0.02\n-0.01,0.01\n0.03,-0.02\n");
    for (String[] command :
        new String[][] {
          {"optimize", "--scenarios", path("none.csv"), "--min-risk"},
          {"frontier", "--scenarios", path("none.csv"), "--points", "3"}
        }) {
      run(command)
          .failsWith(
              2,
              "none.csv: a time column is missing: the first column, BTC, holds 0.01, -0.01, 0.03"
                  + " (if these are times, name it time)");
    }
    run("optimize", "--scenarios", file("one.csv", "time,A\n1,0.1\n"), "--min-risk")
        .failsWith(2, "one.csv: 1 scenario: needs at least 2, or --cov beside it");
  }

  private static String[] with(String[] arguments, String... more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }

  @Test
  void viewsMoveWhatTheMarketImplies() {
    String cov =
        file("c.csv", "asset,BTC,ETH,SOL\nBTC,.04,.02,.01\nETH,.02,.09,.02\nSOL,.01,.02,.16\n");
    String market = file("w.csv", "asset,weight\nBTC,0.6\nETH,0.3\nSOL,0.1\n");
    Outcome plain =
        run("black-litterman", "--cov", cov, "--market", market, "--out", path("m.csv"));
    assertEquals(0, plain.status(), plain.err());
    // 2.5 (0.04 · 0.6 + 0.02 · 0.3 + 0.01 · 0.1)
    assertEquals(0.0775, number(csv(text("m.csv")).get(1)[1]), 1e-15);
    String views =
        file(
            "v.csv",
            "name,return,confidence,BTC,ETH,SOL\nETH over BTC,0.1,0.5,-1,1,\nSOL,0.2,,,,1\n");
    Outcome moved =
        run(
            "black-litterman",
            "--cov",
            cov,
            "--market",
            market,
            "--views",
            views,
            "--cov-out",
            path("total.csv"),
            "--out",
            path("m2.csv"));
    assertEquals(0, moved.status(), moved.err());
    assertTrue(number(csv(text("m2.csv")).get(3)[1]) > number(csv(text("m.csv")).get(3)[1]));
    assertTrue(number(csv(text("total.csv")).get(1)[1]) > 0.04);
    assertFalse(text("m2.csv").isBlank());
    run(
            "black-litterman",
            "--cov",
            cov,
            "--market",
            market,
            "--views",
            file("bad.csv", "name,return,confidence,BTC,ETH,SOL\na,0.1,2,1,0,0\n"))
        .failsStarting(
            2, "bad.csv: line 2: view a: confidence is 2.0: must be above 0 and at most 1");
    // Views, taus and confidences by scenario, and what batch makes of them.
    String[] base = {"black-litterman", "--cov", cov, "--market", market, "--views", views};
    String scenarios =
        file(
            "s.csv",
            "tau,return:SOL,confidence:ETH over BTC\n,,\n0.2,,\n0.05,0.3,0.9\n0.05,0.2,0.5\n");
    Outcome many = run(with(base, "--scenarios", scenarios, "--out", path("M.csv")));
    assertEquals(0, many.status(), many.err());
    List<String[]> rows = csv(text("M.csv"));
    assertEquals("BTC,ETH,SOL", String.join(",", rows.get(0)));
    for (int i = 0; i < 3; i++) {
      double alone = number(csv(text("m2.csv")).get(1 + i)[1]);
      assertEquals(alone, number(rows.get(1)[i]), 1e-16);
      assertEquals(alone, number(rows.get(4)[i]), 1e-16);
    }
    run(with(base, "--tau", "0.2", "--out", path("m3.csv")));
    assertEquals(number(csv(text("m3.csv")).get(2)[1]), number(rows.get(2)[1]), 1e-16);
    assertTrue(number(rows.get(3)[2]) > number(rows.get(1)[2]));
    Outcome solved = run("batch", "--cov", cov, "--means", path("M.csv"), "--risk-aversion", "2.5");
    assertEquals(0, solved.status(), solved.err());
    run(with(base, "--scenarios", file("t.csv", "return:XRP\n0.1\n")))
        .failsStarting(2, "t.csv: line 1: there is no return:XRP");
    run(with(base, "--scenarios", file("t.csv", "confidence:SOL\n0.5\n7\n")))
        .failsStarting(2, "t.csv: line 3: view SOL: confidence is 7.0");
    run(with(base, "--scenarios", file("t.csv", "tau\n1\n0\n")))
        .failsWith(2, "t.csv: scenario 1: τ is 0.0: must be above 0");
    // The market earns what it earns, the others by their betas.
    Outcome capm =
        run(
            "black-litterman",
            "--cov",
            cov,
            "--market",
            market,
            "--market-return",
            "0.1",
            "--risk-free",
            "0.02",
            "--out",
            path("capm.csv"));
    assertEquals(0, capm.status(), capm.err());
    double[] w = {0.6, 0.3, 0.1};
    double earned = 0;
    for (int i = 0; i < 3; i++) {
      earned += w[i] * number(csv(text("capm.csv")).get(1 + i)[1]);
    }
    assertEquals(0.1, earned, 1e-15);
    run(with(base, "--risk-free", "0.1")).failsWith(2, "--risk-free: needs --market-return");
    for (String[] line :
        new String[][] {
          {"60", "30", "10", "100"}, {"0", "0", "0", "0"}, {"0.6", "0.3", "0", "0.9"}
        }) {
      String weights =
          String.format("asset,weight\nBTC,%s\nETH,%s\nSOL,%s\n", line[0], line[1], line[2]);
      run("black-litterman", "--cov", cov, "--market", file("x.csv", weights))
          .failsWith(
              2,
              "x.csv: the weights sum to " + line[3] + ": must sum to 1, as shares of the market");
    }
    run("black-litterman", "--cov", cov)
        .failsWith(2, "--market: either what the market holds or --prior is needed");
    run("black-litterman", "--cov", cov, "--market", market, "--cov-out", cov)
        .failsStarting(2, "--cov-out c.csv: would overwrite the input");
  }

  @Test
  void forecastsAreScoredAndWritten() throws IOException {
    String file = file("p.csv", prices(400));
    Outcome table = run("forecast", "--prices", file, "--refit", "60");
    assertEquals(0, table.status(), table.err());
    for (String name : new String[] {"ewma", "iterated-ewma", "dcc", "regimes"}) {
      assertTrue(table.out().contains("\n" + name), table.out());
    }
    assertTrue(table.out().contains("early warning: "), table.out());
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run(
                        "forecast",
                        "--prices",
                        file,
                        "--model",
                        "dcc",
                        "--out",
                        path("next.csv"),
                        "--json")
                    .out());
    assertEquals(4, json.get("scores").size());
    assertEquals("the one to beat", json.get("scores").get(0).get("verdict").asText());
    Outcome outcome = run("optimize", "--cov", path("next.csv"), "--min-variance");
    assertEquals(0, outcome.status(), outcome.err());
    run("forecast", "--prices", file("few.csv", prices(20)))
        .failsWith(2, "few.csv: dcc: 9 returns: needs at least 30 before the first forecast");
    run("forecast", "--prices", path("few.csv"), "--first", "5")
        .failsWith(2, "few.csv: dcc: 5 returns: needs at least 30 before the first forecast");
    run("forecast", "--prices", file, "--first", "5")
        .failsWith(2, "--first 5: must be from 30 to 398: dcc needs so many returns before it");
    for (String first : new String[] {"1", "399", "-3"}) {
      run("forecast", "--prices", file, "--first", first)
          .failsWith(2, "--first " + first + ": must be from 2 to 398, of 399 returns");
    }
    run("forecast", "--prices", file("three.csv", prices(3)), "--first", "1")
        .failsWith(2, "three.csv: 2 returns: forecasts need at least 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--half-life | 0 | 0.0: must be a positive number",
        "--correlation-half-life | -1 | -1.0: must be a positive number",
        "--regimes | 1 | 1: must be at least 2",
        "--refit | 0 | 0: must be at least 1",
        "--shrinkage | 2 | 2.0: must be from 0 to 1",
        "--fall | 0 | 0.0: must be between 0 and 1",
        "--fall | 20 | 20.0: must be between 0 and 1",
      })
  void optionsOfForecastsAreNamed(String option, String value, String expected) {
    run("forecast", option, value).failsWith(2, option + " " + expected);
  }

  /** One forecast is neither better nor worse, and nobody knows how far off it is. */
  @Test
  void oneForecastDoesNotTell() throws IOException {
    String[] arguments = {
      "forecast", "--prices", file("p.csv", prices(100)), "--first", "98", "--regimes", "2"
    };
    Outcome outcome = run(arguments);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains(" \u00b1 \u2013  one forecast does not tell"), outcome.out());
    assertTrue(outcome.out().contains("\n1 forecast of 3 assets from "), outcome.out());
    JsonNode score = new ObjectMapper().readTree(run(with(arguments, "--json")).out());
    assertTrue(score.get("scores").get(1).get("standard_error").isNull());
    assertTrue(score.get("scores").get(1).get("gain").isNumber());
  }

  /** With it every covariance would be singular, and nobody would have a likelihood. */
  @Test
  void anAssetThatDoesNotMoveIsLeftOutOfTheScores() throws IOException {
    StringBuilder text = new StringBuilder();
    prices(200)
        .lines()
        .forEach(l -> text.append(l).append(l.startsWith("t") ? ",D" : ",1").append('\n'));
    String file = file("p.csv", text.toString());
    JsonNode json = new ObjectMapper().readTree(run("forecast", "--prices", file, "--json").out());
    assertEquals("D", json.get("left_out").get(0).asText());
    for (JsonNode score : json.get("scores")) {
      assertTrue(Double.isFinite(score.get("log_likelihood").asDouble(Double.NaN)));
    }
    Outcome outcome = run("forecast", "--prices", file, "--out", path("c.csv"));
    assertTrue(
        outcome.err().contains("D does not move before the first forecast: left out"),
        outcome.err());
    assertEquals(5, csv(text("c.csv")).size());
  }

  /** Statistical factors, known ones, and descriptors, each through to the stress run. */
  @Test
  void factorModelsGoStraightIntoAStressRun() {
    Random random = new Random(11);
    int n = 12;
    StringBuilder prices = new StringBuilder("time");
    StringBuilder locked = new StringBuilder("time");
    StringBuilder known = new StringBuilder("time,market\n");
    for (int i = 0; i < n; i++) {
      prices.append(",C").append(i);
      locked.append(",C").append(i);
    }
    double[] price = random.doubles(n, 10, 100).toArray();
    double[] level = random.doubles(n, 15, 20).toArray();
    for (int t = 0; t < 160; t++) {
      double market = 0.02 * random.nextGaussian();
      String time = Integer.toString(1_700_000_000 + 86_400 * t);
      prices.append('\n').append(time);
      locked.append('\n').append(time);
      known.append(time).append(',').append(market).append('\n');
      for (int i = 0; i < n; i++) {
        price[i] *= 1 + market + 0.01 * random.nextGaussian();
        level[i] += 0.05 * random.nextGaussian();
        prices.append(',').append(price[i]);
        locked.append(',').append(t % 50 == 7 && i == 3 ? "" : Double.toString(Math.exp(level[i])));
      }
    }
    String file = file("p.csv", prices + "\n");
    String tvl = file("tvl.csv", locked + "\n");
    String returns = file("f.csv", known.toString());
    StringBuilder counts = new StringBuilder("asset,weight\n");
    for (int i = 0; i < n; i++) {
      counts.append('C').append(i).append(',').append(1 + i).append('\n');
    }
    String weights = file("counts.csv", counts.toString());
    for (String[] how :
        new String[][] {
          {"--count", "2"},
          {"--factor-returns", returns},
          {"--descriptor", "tvl=" + tvl, "--log", "tvl", "--lag", "1"},
          {
            "--descriptor",
            "tvl=" + tvl,
            "--descriptor",
            "growth=" + tvl,
            "--log",
            "tvl,growth",
            "--change",
            "growth=7",
            "--weights",
            weights
          }
        }) {
      java.util.List<String> arguments =
          new java.util.ArrayList<>(
              java.util.List.of(
                  "factors",
                  "--prices",
                  file,
                  "--exposures-out",
                  path("F.csv"),
                  "--factor-cov-out",
                  path("O.csv"),
                  "--specific-out",
                  path("d.csv"),
                  "--mean-out",
                  path("m.csv")));
      arguments.addAll(java.util.List.of(how));
      Outcome made = run(arguments.toArray(String[]::new));
      assertEquals(0, made.status(), made.err());
      Outcome stress =
          run(
              "stress",
              "--mean",
              path("m.csv"),
              "--exposures",
              path("F.csv"),
              "--factor-cov",
              path("O.csv"),
              "--specific",
              path("d.csv"),
              "--scenarios",
              "30",
              "--out",
              path("report"));
      assertEquals(0, stress.status(), stress.err());
    }
    run(
            "factors",
            "--prices",
            file,
            "--descriptor",
            "tvl=" + tvl,
            "--log",
            "gas",
            "--exposures-out",
            path("F2.csv"),
            "--factor-cov-out",
            path("O2.csv"),
            "--specific-out",
            path("d2.csv"))
        .failsWith(2, "--log gas: there is no such descriptor");
    absent("F2.csv");
    String[] principal = {
      "factors",
      "--prices",
      file,
      "--exposures-out",
      path("F2.csv"),
      "--factor-cov-out",
      path("O2.csv"),
      "--specific-out",
      path("d2.csv")
    };
    run(with(principal, "--weights", weights)).failsWith(2, "--weights: needs --descriptor");
    run(with(principal, "--lag", "1")).failsWith(2, "--lag: needs --descriptor");
    run(with(principal, "--descriptor", "tvl=" + tvl, "--lag", "-1"))
        .failsWith(2, "--lag -1: must be at least 0");
    run(with(principal, "--count", "0")).failsWith(2, "--count 0: must be at least 1");
    String[] described = with(principal, "--descriptor", "tvl=" + tvl);
    run(with(described, "--winsorise", "0")).failsWith(2, "--winsorise 0.0: must be above 0");
    run(with(described, "--change", "tvl=0")).failsWith(2, "--change tvl=0: must be at least 1");
    run(with(described, "--change", "tvl=1", "--change", "tvl=2"))
        .failsWith(2, "--change tvl: is given twice");
    run(with(described, "--change", "tvl")).failsWith(2, "--change tvl: must be NAME=N");
    run(with(described, "--change", "tvl=x"))
        .failsWith(2, "--change tvl=x: 'x' is not a whole number");
    // What stress would refuse, or never hear of.
    run(with(described, "--descriptor", "tvl=" + returns))
        .failsWith(2, "--descriptor tvl: is given twice");
    run(with(principal, "--descriptor", "market=" + tvl))
        .failsWith(
            2,
            "--descriptor market: is the name of the factor that all assets are exposed to; choose"
                + " another");
    run(with(principal, "--descriptor", " =" + tvl))
        .failsWith(2, "--descriptor  =tvl.csv: the name is empty");
    run(with(principal, "--descriptor", tvl))
        .failsWith(2, "--descriptor tvl.csv: must be NAME=d.csv");
    // Each file is called by its own name.
    run(with(described, "--weights", file("zero.csv", counts.toString().replace("C3,4", "C3,0"))))
        .failsWith(2, "zero.csv: line 5, column 2 (weight): 0: must be above 0");
    String same = "1700000000";
    file("twice.csv", known + same + ",0.01\n");
    run(with(principal, "--factor-returns", path("twice.csv")))
        .failsWith(2, "twice.csv: line 162: " + same + " occurs twice, first in line 2");
    file("twice.csv", locked + "\n" + same + ",1,1,1,1,1,1,1,1,1,1,1,1\n");
    run(with(principal, "--descriptor", "tvl=" + path("twice.csv")))
        .failsWith(2, "twice.csv: line 162: " + same + " occurs twice, first in line 2");
    file("still.csv", known.toString().replaceAll("(?m),[-0-9.E]+$", ",0"));
    run(with(principal, "--factor-returns", path("still.csv")))
        .failsStarting(2, "still.csv: factor market is a combination of the others");
    file("still.csv", (locked + "\n").replaceAll(",[0-9][-0-9.E]*", ",1"));
    run(with(principal, "--descriptor", "tvl=" + path("still.csv")))
        .failsStarting(2, "still.csv: descriptors at ");
    absent("F2.csv");
  }

  @Test
  void theCvarFrontierIsWritten() {
    StringBuilder text = new StringBuilder("time,A,B,C\n");
    Random random = new Random(13);
    for (int s = 0; s < 300; s++) {
      text.append(s);
      for (int i = 0; i < 3; i++) {
        text.append(',').append(0.001 * i + 0.01 * (i + 1) * random.nextGaussian());
      }
      text.append('\n');
    }
    String scenarios = file("r.csv", text.toString());
    Outcome outcome =
        run("frontier", "--scenarios", scenarios, "--points", "5", "--out", path("f.csv"));
    assertEquals(0, outcome.status(), outcome.err());
    java.util.List<String[]> rows = csv(text("f.csv"));
    assertEquals("risk", rows.get(0)[1]);
    assertEquals(6, rows.size());
    for (int k = 2; k < 6; k++) {
      assertTrue(number(rows.get(k)[1]) >= number(rows.get(k - 1)[1]) - 1e-10);
    }
    run("frontier", "--scenarios", scenarios, "--corners")
        .failsWith(2, "--corners: are of a variance; with --scenarios ask for --points");
    run("frontier", "--points", "3").failsWith(2, "Missing required option: '--mean=m.csv'");
  }
}
