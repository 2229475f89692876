package io.parabola.cli;

import io.parabola.EngineUnavailableException;
import io.parabola.InvalidInputException;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Version;
import io.parabola.cli.options.OptionValues;
import io.parabola.cli.stress.Interruption;
import io.parabola.cli.stress.StressCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The {@code parabola} command. */
@Command(
    name = "parabola",
    description = "Mean-variance portfolios by the thousand, each with a certificate.",
    footer = {
      "",
      "Weights are fractions of equity; returns, variances and volatilities are per period of the",
      "data. Any input may be gzipped. With --out the summary goes to standard output, without to",
      "standard error. Exit status: 0 solved, 2 wrong input, 3 infeasible, 1 a failure of the",
      "program itself; where some scenarios are not solved, that of the first."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Parabola implements Runnable {
  @Spec private CommandSpec spec;

  private Parabola() {}

  /**
   * Runs one command and ends the program with its exit status.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    // Numbers look the same everywhere, in messages as in files.
    Locale.setDefault(Locale.ROOT);
    System.exit(run(Console.ofProcess(), args));
  }

  /** Runs one command on streams of one's own and returns its exit status. */
  static int run(Console console, String... args) {
    CommandLine line = new CommandLine(new Parabola());
    for (Object command :
        List.of(
            new StressCommand(console),
            new OptimizeCommand(console),
            new FrontierCommand(console),
            new BatchCommand(console),
            new CovarianceCommand(console),
            new FactorsCommand(console),
            new BlackLittermanCommand(console),
            new ForecastCommand(console),
            new DoctorCommand(console))) {
      line.addSubcommand(command);
    }
    line.getSubcommands().values().forEach(c -> c.getCommandSpec().mixinStandardHelpOptions(true));
    line.setOut(writer(console.out()));
    line.setErr(writer(console.err()));
    OptionValues.teach(line);
    // A name that begins with @ is a name, not a file of options.
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    line.setUsageHelpAutoWidth(false);
    line.setParameterExceptionHandler((e, given) -> usageError(console, e));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(console, e));
    line.setExecutionStrategy(Parabola::execute);
    try {
      return execute(line, console, args);
    } finally {
      Interruption.letGo();
    }
  }

  private static int execute(CommandLine line, Console console, String... args) {
    int status;
    try {
      status = line.execute(args);
    } catch (OutOfMemoryError e) {
      status =
          fail(
              console,
              Failure.OWN,
              "out of memory: "
                  + e.getMessage()
                  + (("" + e.getMessage()).contains("heap") ? "; raise it with java -Xmx" : ""));
    }
    // Flushes, too.
    if (console.out().checkError() && status == 0) {
      return fail(console, Failure.INPUT, "standard output cannot be written");
    }
    return status;
  }

  private static int execute(ParseResult parsed) {
    try {
      if (parsed.hasSubcommand()) {
        OverwriteGuard.require(parsed.subcommand());
      }
    } catch (Failure e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int usageError(Console console, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return fail(console, Failure.INPUT, e.getMessage() + "; see " + command + " --help");
  }

  private static int failed(Console console, Exception e) {
    if (e instanceof Failure failure) {
      return fail(console, failure.exitStatus(), failure.getMessage());
    }
    if (e instanceof InvalidInputException || e instanceof EngineUnavailableException) {
      return fail(console, Failure.INPUT, e.getMessage());
    }
    if (Boolean.getBoolean("parabola.debug")) {
      e.printStackTrace(console.err());
    }
    return fail(
        console,
        Failure.OWN,
        "internal failure: " + e + " (run java with -Dparabola.debug=true for the place)");
  }

  private static int fail(Console console, int status, String message) {
    console.err().println("parabola: " + String.join(" ", message.lines().toList()));
    return status;
  }
}
