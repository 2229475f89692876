package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is stopped, politely or not, leaves nothing that is wrong, and can be resumed. */
class StressResumeTest extends CommandTest {
  private String scenarios = "120000";

  private String format;
  private List<String> more = List.of();

  private List<String> files() {
    String end = format.equals("csv") ? ".csv" : ".arrows";
    return List.of("scenarios" + end, "weights" + end);
  }

  private String prices() {
    Random random = new Random(8);
    StringBuilder text = new StringBuilder("time,A,B,C,D,E,F");
    double[] price = {1, 2, 3, 4, 5, 6};
    for (int t = 0; t < 80; t++) {
      text.append('\n').append(t);
      double common = 0.02 * random.nextGaussian();
      for (int i = 0; i < price.length; i++) {
        price[i] *= Math.exp(common + 0.01 * random.nextGaussian());
        text.append(',').append(price[i]);
      }
    }
    return file("p.csv", text.append('\n').toString());
  }

  private String[] arguments(String out, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("stress", "--prices", path("p.csv"), "--scenarios", scenarios, "--resampled", "5"));
    arguments.addAll(List.of("--threads", "1", "--out", path(out), "--format", format));
    arguments.addAll(this.more);
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /** A process of its own, which checkpoints after every chunk. */
  private Process start(String out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dparabola.checkpointSeconds=0");
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    String library = System.getProperty("java.library.path");
    command.add("-Djava.library.path=" + library);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.parabola.cli.Parabola");
    command.addAll(List.of(arguments(out)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(out + ".log").toFile())
        .start();
  }

  /** Waits until there is something to resume; false if the run was over before. */
  private boolean waitForCheckpoint(Process process, String out) throws Exception {
    Path checkpoint = directory.resolve(out).resolve(".parabola-run/checkpoint");
    for (int k = 0; k < 6000; k++) {
      if (Files.exists(checkpoint)) {
        return true;
      }
      if (!process.isAlive()) {
        return fail(text(out + ".log"));
      }
      Thread.sleep(5);
    }
    return fail("no checkpoint");
  }

  private List<String> visible(String out) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(out))) {
      return files
          .map(p -> p.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private void resumesToTheSameBytes(String out) throws IOException {
    run(arguments("whole")).succeeds();
    run(arguments(out))
        .failsWith(
            2,
            out
                + ": holds a run that was stopped after "
                + done(out)
                + " scenarios: --resume goes on with it, --restart discards it");
    run(arguments(out, "--resume", "--seed", "2"))
        .failsWith(
            2,
            out
                + ": the run that was stopped there had other options, data or engine; --restart"
                + " discards it");
    run(arguments(out, "--resume")).succeeds();
    for (String name : files()) {
      assertArrayEquals(
          Files.readAllBytes(directory.resolve("whole").resolve(name)),
          Files.readAllBytes(directory.resolve(out).resolve(name)),
          name);
    }
    assertEquals(
        List.of("report.html", files().get(0), "summary.json", files().get(1)), visible(out));
    try (Stream<Path> files = Files.list(directory.resolve(out))) {
      assertEquals(4, files.count());
    }
    // But for times, and where it was resumed, the summaries say the same.
    JsonNode whole = new ObjectMapper().readTree(text("whole/summary.json"));
    JsonNode resumed = new ObjectMapper().readTree(text(out + "/summary.json"));
    assertTrue(resumed.get("resumed_after_scenarios").asLong() > 0);
    whole
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals("timing_seconds") && !name.equals("resumed_after_scenarios")) {
                assertEquals(whole.get(name), resumed.get(name), name);
              }
            });
  }

  private String done(String out) {
    return text(out + "/.parabola-run/checkpoint")
        .lines()
        .filter(line -> line.startsWith("done="))
        .map(line -> line.substring(5))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "arrow"})
  void aKilledRunLeavesNoFileUnderItsNameAndResumes(String format) throws Exception {
    this.format = format;
    prices();
    Process process = start("killed");
    waitForCheckpoint(process, "killed");
    process.destroyForcibly().waitFor();
    assertEquals(List.of(), visible("killed"));
    resumesToTheSameBytes("killed");
  }

  @Test
  void aStoppedRunLeavesWhatItHasLabelledAndResumes() throws Exception {
    format = "csv";
    prices();
    Process process = start("stopped");
    waitForCheckpoint(process, "stopped");
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(143, process.exitValue());
    assertEquals(
        List.of(
            "report.partial.html",
            "scenarios.partial.csv",
            "summary.partial.json",
            "weights.partial.csv"),
        visible("stopped"),
        text("stopped.log"));
    JsonNode summary = new ObjectMapper().readTree(text("stopped/summary.partial.json"));
    assertEquals(false, summary.get("complete").asBoolean());
    long count = summary.get("scenarios").asLong();
    assertEquals(done("stopped"), Long.toString(count));
    List<String> said = text("stopped.log").lines().toList();
    assertEquals(
        String.format(
            "parabola: stopped after %,d of 120,000 scenarios; go on with --resume", count),
        said.get(said.size() - 1));
    for (String name : List.of("weights.partial.csv", "scenarios.partial.csv")) {
      String text = text("stopped/" + name);
      assertEquals(count + 1, text.lines().count());
      assertTrue(text.endsWith("\n"));
    }
    assertTrue(text("stopped/report.partial.html").contains("<b>Partial.</b>"));
    resumesToTheSameBytes("stopped");
  }

  /** Before the first checkpoint a killed run has left an empty hidden directory. */
  @Test
  void aRunThatWasKilledAtOnceIsResumedFromItsBeginning() throws IOException {
    format = "csv";
    scenarios = "500";
    prices();
    Files.createDirectories(directory.resolve("early/.parabola-run"));
    Files.writeString(directory.resolve("early/.parabola-run/weights.csv"), "scenario,sta");
    run(arguments("early", "--resume")).succeeds();
    run(arguments("whole")).succeeds();
    for (String name : files()) {
      assertEquals(text("whole/" + name), text("early/" + name));
    }
    assertEquals(4, visible("early").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"done=many", "nothing of the kind", "done=\\uX", "done=-5"})
  void aDamagedCheckpointIsNoSurpriseAndCanBeDiscarded(String checkpoint) throws IOException {
    format = "csv";
    scenarios = "50";
    prices();
    Files.createDirectories(directory.resolve("r/.parabola-run"));
    file("r/.parabola-run/checkpoint", checkpoint);
    for (String[] options : new String[][] {{}, {"--resume"}}) {
      run(arguments("r", options))
          .failsWith(
              2, "r: the checkpoint of the run that was stopped is damaged; --restart discards it");
    }
    run(arguments("r", "--restart")).succeeds();
  }

  /**
   * What decides is in the files, not in their names: another limit of a row shows nowhere else.
   */
  @Test
  void aRunIsNotResumedWithOtherFiles() throws Exception {
    format = "csv";
    prices();
    file("rows.csv", "name,lower,upper,A,B,C,D,E,F\nloose,,0.99,1,1,0,0,0,0\n");
    more = List.of("--rows", path("rows.csv"));
    Process process = start("edited");
    waitForCheckpoint(process, "edited");
    process.destroyForcibly().waitFor();
    file("rows.csv", "name,lower,upper,A,B,C,D,E,F\nloose,,0.98,1,1,0,0,0,0\n");
    run(arguments("edited", "--resume"))
        .failsWith(
            2,
            "edited: the run that was stopped there had other options, data or engine; --restart"
                + " discards it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--resume", "--restart"})
  void whatWasNeverStoppedCannotBeResumedButRestarted(String option) {
    prices();
    Outcome outcome =
        run("stress", "--prices", path("p.csv"), "--scenarios", "50", "--out", path("r"), option);
    if (option.equals("--resume")) {
      outcome.failsWith(2, "r: holds no run that was stopped; leave --resume out");
      absent("r");
    } else {
      outcome.succeeds();
    }
  }
}
