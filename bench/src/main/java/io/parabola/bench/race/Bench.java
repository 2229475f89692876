package io.parabola.bench.race;

import io.parabola.EngineUnavailableException;
import java.io.UncheckedIOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** How fast Parabola is, beside other libraries, every answer checked. */
@Command(
    name = "parabola-bench",
    description = "How fast Parabola is, beside other libraries, every answer checked.",
    mixinStandardHelpOptions = true,
    subcommands = {
      PortfoliosCommand.class,
      LongShortCommand.class,
      ThreadsCommand.class,
      ConstraintsCommand.class,
      FactorCommand.class,
      OwnCommand.class,
      FrontierCommand.class,
      WarmCommand.class,
      CallsCommand.class,
      CovarianceCommand.class,
      DrawCommand.class,
      CvarCommand.class,
      EstimatorsCommand.class,
      GpuCommand.class,
      ReportCommand.class
    })
public final class Bench {
  Bench() {}

  /**
   * Runs one command.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    CommandLine line = new CommandLine(new Bench());
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof EngineUnavailableException || e instanceof UncheckedIOException) {
            System.err.println("parabola-bench: " + e.getMessage());
            return 2;
          }
          throw e;
        });
    System.exit(line.execute(args));
  }
}
