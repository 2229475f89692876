package io.parabola.bench.jmh;

import io.parabola.Engine;
import io.parabola.bench.results.JarContents;
import io.parabola.bench.results.Machine;
import io.parabola.bench.results.RunRecord;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs a plan and keeps what came out: {@code <name>.json} as JMH writes it, and beside it {@code
 * <name>-run.json} with the machine and with what failed. Both are written again after each entry,
 * so that a run which is broken off leaves what it had.
 */
public final class PlanRun {
  private static final Path USERS_JAR = Path.of("java/cli/target/parabola.jar");

  private final Path directory;
  private final List<RunResult> results = new ArrayList<>();
  private final List<RunRecord.Failure> failures = new ArrayList<>();
  private boolean oursFailed;

  /**
   * Names where results go.
   *
   * @param directory made if need be
   */
  public PlanRun(Path directory) {
    this.directory = directory;
  }

  /**
   * Runs all of it.
   *
   * @param scale what the seconds of every iteration are multiplied by
   * @return whether each of Parabola's benchmarks has a result
   */
  public boolean run(Plan plan, double scale) throws IOException, RunnerException {
    Machine machine;
    try (Engine engine = Engine.create("cpu", 1)) {
      machine = Machine.describe(engine.describe());
    }
    Files.createDirectories(directory);
    long begin = System.nanoTime();
    for (Plan.Entry entry : plan.entries()) {
      int before = failures.size();
      results.addAll(new Runner(options(entry, scale), listening()).run());
      oursFailed |= entry.ours() && failures.size() > before;
      write(plan, machine, (System.nanoTime() - begin) * 1e-9);
    }
    failures.forEach(
        f ->
            System.out.println("failed: " + f.benchmark() + " " + f.parameters() + ": " + f.why()));
    return !oursFailed;
  }

  private static org.openjdk.jmh.runner.options.Options options(Plan.Entry entry, double scale) {
    ChainedOptionsBuilder options =
        new OptionsBuilder().include(entry.pattern()).shouldFailOnError(false);
    if (entry.type() != FirstPortfolio.class) {
      options
          .warmupIterations(entry.warmups())
          .warmupTime(TimeValue.milliseconds((long) (500 * scale)))
          .measurementTime(
              TimeValue.milliseconds((long) (entry.millisecondsAnIteration() * scale)));
    }
    entry
        .parameters()
        .forEach((name, values) -> options.param(name, values.toArray(new String[0])));
    return options.build();
  }

  /** JMH's own output, listened to for what fails: it keeps no record of that. */
  private OutputFormat listening() {
    OutputFormat out = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.NORMAL);
    BenchmarkParams[] running = new BenchmarkParams[1];
    boolean[] failing = new boolean[1];
    return (OutputFormat)
        Proxy.newProxyInstance(
            PlanRun.class.getClassLoader(),
            new Class<?>[] {OutputFormat.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("startBenchmark")) {
                running[0] = (BenchmarkParams) arguments[0];
              } else if (method.getName().equals("println") && running[0] != null) {
                String line = String.valueOf(arguments[0]);
                if (line.contains("forked VM failed")) {
                  fail(running[0], line);
                } else if (line.contains("<failure>")) {
                  failing[0] = true;
                } else if (failing[0] && !line.isBlank()) {
                  failing[0] = false;
                  fail(running[0], line);
                }
              }
              try {
                return method.invoke(out, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void fail(BenchmarkParams benchmark, String trace) {
    StringBuilder parameters = new StringBuilder();
    for (String key : benchmark.getParamsKeys()) {
      parameters.append(parameters.isEmpty() ? "" : ", ").append(key).append(" = ");
      parameters.append(benchmark.getParam(key));
    }
    String name = benchmark.getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1");
    String why = trace.strip().lines().findFirst().orElse("").replaceFirst("^[\\w.]+: ", "");
    failures.add(new RunRecord.Failure(name, parameters.toString(), why));
  }

  private void write(Plan plan, Machine machine, double seconds) throws IOException {
    Path file = directory.resolve(plan.name() + ".json");
    Path partial = directory.resolve(plan.name() + ".json.partial");
    ResultFormatFactory.getInstance(ResultFormatType.JSON, partial.toString()).writeOut(results);
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    new RunRecord(plan.name(), machine, seconds, failures, JarContents.of(USERS_JAR))
        .write(directory.resolve(plan.name() + "-run.json"));
  }
}
