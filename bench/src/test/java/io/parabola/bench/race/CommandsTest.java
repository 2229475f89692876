package io.parabola.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import io.parabola.bench.report.ReportCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands, on problems so small that the figures mean nothing, from solve to report. */
class CommandsTest {
  @TempDir private Path results;

  private ResultFile run(String... arguments) throws IOException {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--results";
    all[arguments.length + 1] = results.toString();
    assertEquals(0, new CommandLine(new Bench()).execute(all));
    ResultFile file = ResultFile.readAll(results).get(0);
    for (ResultFile.Group group : file.groups()) {
      for (Measurement m : group.measurements()) {
        assertTrue(m.correct(), group.kind() + ", " + m);
        assertTrue(m.millis() > 0, m.toString());
      }
    }
    return file;
  }

  private String report() throws IOException {
    assertEquals(0, new CommandLine(new ReportCommand()).execute("--results", results.toString()));
    String text = Files.readString(results.resolve("races.md"));
    assertFalse(text.contains("wrong"), text);
    assertFalse(text.contains("NaN"), text);
    return text;
  }

  @Test
  void constraintsAreComparedWithThePlainProblem() throws IOException {
    ResultFile file =
        run("constraints", "--sizes=30", "--no-peers", "--seconds=0.01", "--warm-up=0.01");
    for (ResultFile.Group group : file.groups()) {
      assertEquals(10, group.measurements().size());
    }
    assertTrue(report().contains("| return row | "), report());
  }

  @Test
  void theGpuIsComparedWithTheProcessor() throws IOException {
    try {
      Engine.create("cuda").close();
    } catch (EngineUnavailableException e) {
      Assumptions.abort(e.getMessage());
    }
    ResultFile file =
        run(
            "gpu",
            "--sizes=20,30",
            "--kinds=t2n",
            "--scenarios=60",
            "--single=15",
            "--own=6",
            "--covariance=500x12",
            "--warm-up=0.01",
            "--observed=driver=none");
    assertEquals(5, file.groups().size());
    assertEquals("none", file.observed().get("driver"));
    assertTrue(Double.parseDouble(file.observed().get("objectivesApart")) <= 1e-10);
    assertTrue(report().contains("| cuda, copies included | "), report());
  }

  @Test
  void whatIsOverTheLimitIsSaidSo() throws IOException {
    assertEquals(
        0,
        new CommandLine(new Bench())
            .execute("factor", "--sizes=60", "--limit=0", "--results", results.toString()));
    Measurement given = ResultFile.readAll(results).get(0).groups().get(0).measurements().get(0);
    assertEquals(0, given.portfolios());
    assertTrue(report().contains("over 0 s"), report());
  }

  @Test
  void factorModelsAreSolvedWithAndWithoutTheirMatrix() throws IOException {
    ResultFile file = run("factor", "--sizes=60", "--seconds=0.01", "--warm-up=0.01");
    assertTrue(file.problems().contains("peak memory of the process"));
    assertEquals(6, file.groups().get(0).measurements().size());
    assertTrue(report().contains("| " + FactorCommand.OWN + " | "), report());
  }

  @Test
  void covariancesOfTheirOwnAreSolved() throws IOException {
    run("own", "--sizes=30", "--seconds=0.01", "--warm-up=0.01");
    assertTrue(report().contains("| " + OwnCommand.TRUSTED + " | "), report());
  }

  @Test
  void frontiersHaveTheirCornersCounted() throws IOException {
    ResultFile file =
        run(
            "frontier",
            "--sizes=30",
            "--seconds=1",
            "--warm-up=0.1",
            "--library=../java/core/src/test/resources/orlib");
    assertEquals(5, file.groups().size());
    assertEquals("14 corners", file.groups().get(0).find(FrontierCommand.LONG_ONLY).note());
    assertTrue(report().contains("| port2, n = 85 | "), report());
  }

  @Test
  void latenciesHaveTheirNinetyNinthPercentile() throws IOException {
    ResultFile file = run("warm", "--sizes=30", "--steps=200", "--warm-up=0.05");
    for (Measurement m : file.groups().get(0).measurements()) {
      assertEquals(200, m.portfolios());
      assertTrue(m.p99Millis() >= m.millis());
    }
    assertTrue(report().contains(WarmCommand.TURNOVER), report());
  }
}
