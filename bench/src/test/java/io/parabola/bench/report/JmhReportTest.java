package io.parabola.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.bench.jmh.BatchSizes;
import io.parabola.bench.jmh.ParabolaPortfolios;
import io.parabola.bench.jmh.PeerPortfolios;
import io.parabola.bench.jmh.Plan;
import io.parabola.bench.jmh.PlanRun;
import io.parabola.bench.jmh.TwoThreads;
import io.parabola.bench.results.JmhResults;
import io.parabola.bench.results.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;

/** From a run to its page, on times so short that the figures mean nothing. */
class JmhReportTest {
  @TempDir private Path results;

  @Test
  void aRunBecomesAPage() throws IOException, RunnerException {
    Map<String, List<String>> peer =
        Map.of(
            "n", List.of("50"),
            "kind", List.of("t2n"),
            "bounds", List.of("long-only"),
            "peer", List.of("ortools-pdlp", "no-such-peer"));
    Map<String, List<String>> ours =
        Map.of(
            "n", List.of("50"),
            "kind", List.of("t2n"),
            "bounds", List.of("long-only"),
            "engine", List.of("cpu"));
    Plan plan =
        new Plan(
            "short",
            List.of(
                new Plan.Entry(ParabolaPortfolios.class, "batchOf1000|cold", ours, true, 1),
                new Plan.Entry(PeerPortfolios.class, "cold", peer, false, 1),
                new Plan.Entry(
                    BatchSizes.class,
                    "s10|s100",
                    Map.of("n", List.of("20"), "threads", List.of("1")),
                    true,
                    1),
                new Plan.Entry(
                    TwoThreads.class,
                    ".*",
                    Map.of("n", List.of("20"), "scenarios", List.of("100")),
                    true,
                    1)));
    Path jmh = results.resolve("jmh");
    assertTrue(new PlanRun(jmh).run(plan, 0.02));

    RunRecord run = RunRecord.read(jmh.resolve("short-run.json"));
    assertEquals(1, run.failures().size(), run.failures().toString());
    assertTrue(run.failures().get(0).why().contains("no-such-peer"), run.failures().toString());
    JmhResults read = JmhResults.read(jmh.resolve("short.json"));
    assertEquals(7, read.all().size());
    assertTrue(read.find("TwoThreads.turns").orElseThrow().share() > 0);
    for (JmhResults.Result result : read.all()) {
      assertTrue(result.median() > 0, result.toString());
      double allowed = result.benchmark().startsWith("Peer") ? 1e-6 : 1e-9;
      assertTrue(result.relativeGap() <= allowed, result.toString());
    }
    assertTrue(
        read.find("PeerPortfolios.cold").orElseThrow().tolerance() > 0, "tuned to a tolerance");

    assertEquals(0, new CommandLine(new ReportCommand()).execute("--results", results.toString()));
    String page = Files.readString(results.resolve("README.md"));
    assertTrue(page.contains("| **batch of 1000 against PDLP** |"), page);
    assertTrue(page.contains("no-such-peer"), page);
    assertTrue(page.contains("with nothing in common"), page);
    assertFalse(page.contains("NaN"), page);
    assertTrue(Files.size(results.resolve("charts/portfolios-long-only.png")) > 1000);

    String file = jmh.resolve("short.json").toString();
    assertEquals(0, new CommandLine(new CompareCommand()).execute(file, file));
  }
}
