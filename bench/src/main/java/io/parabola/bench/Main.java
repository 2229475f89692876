package io.parabola.bench;

import io.parabola.bench.jmh.Plan;
import io.parabola.bench.jmh.PlanRun;
import io.parabola.bench.race.Bench;
import io.parabola.bench.report.CompareCommand;
import io.parabola.bench.report.ReportCommand;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The benchmarks' jar. Without arguments it runs the short plan; {@code run}, {@code race}, {@code
 * report} and {@code compare} are its own words; everything else is JMH's command line.
 */
@Command(
    name = "benchmarks",
    description = "How fast Parabola is, beside other libraries, every answer checked.",
    footer = "Anything else is JMH's: -h for its options, -l for its benchmarks.",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {Main.Run.class, Bench.class, ReportCommand.class, CompareCommand.class})
public final class Main {
  private static final String CORE_TYPE = "OPENBLAS_CORETYPE";

  private Main() {}

  /** Runs a plan. */
  @Command(name = "run", description = "Runs a plan of JMH benchmarks.")
  static final class Run implements Runnable {
    @Parameters(
        defaultValue = "short",
        description = "short (under half an hour) or full (hours); default ${DEFAULT-VALUE}.")
    private String plan;

    @Option(
        names = "--results",
        defaultValue = "bench/results/jmh",
        description = "Directory of the results (${DEFAULT-VALUE}).")
    private Path results;

    @Option(
        names = "--scale",
        defaultValue = "1",
        description = "What the time of every iteration is multiplied by (${DEFAULT-VALUE}).")
    private double scale;

    @Override
    public void run() {
      Plan chosen =
          switch (plan) {
            case "short" -> Plan.shortened();
            case "full" -> Plan.full();
            default ->
                throw new IllegalArgumentException("plan " + plan + ": there is short and full");
          };
      try {
        if (!new PlanRun(results).run(chosen, scale)) {
          System.exit(1);
        }
      } catch (IOException | RunnerException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  /**
   * Runs what the arguments say.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Locale.setDefault(Locale.ROOT);
    if (System.getenv(CORE_TYPE) != null || !peersBeside().isEmpty()) {
      System.exit(again(arguments));
    }
    CommandLine line = new CommandLine(new Main());
    boolean own =
        arguments.length == 0
            || line.getSubcommands().containsKey(arguments[0])
            || Arrays.asList("--help", "--version").contains(arguments[0]);
    if (!own) {
      org.openjdk.jmh.Main.main(arguments);
      return;
    }
    if (arguments.length == 0) {
      arguments = new String[] {"run", "short"};
    }
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          System.err.println("benchmarks: " + e.getMessage());
          return 2;
        });
    System.exit(line.execute(arguments));
  }

  /** ND4J's jars beside this one, if they are there and not on the class path yet. */
  private static String peersBeside() {
    String classPath = System.getProperty("java.class.path");
    Path beside = Path.of(classPath).toAbsolutePath().resolveSibling("nd4j");
    boolean one = !classPath.contains(File.pathSeparator);
    return one && Files.isDirectory(beside) ? File.pathSeparator + beside + "/*" : "";
  }

  /**
   * In a process whose environment and class path are as they should be: without the variable that
   * slows OpenBLAS, ours and the peers' alike, and with the peers that are too large for this jar.
   */
  private static int again(String[] arguments) throws IOException, InterruptedException {
    if (System.getenv(CORE_TYPE) != null) {
      System.out.println(CORE_TYPE + "=" + System.getenv(CORE_TYPE) + " is unset for this run");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path") + peersBeside());
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().remove(CORE_TYPE);
    return builder.start().waitFor();
  }
}
