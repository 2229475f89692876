package io.parabola.bench.race;

import picocli.CommandLine.Command;

/**
 * Measurements in which everything that is compared takes turns, so that ratios hold on a busy
 * machine too.
 */
@Command(
    name = "race",
    description = "Parabola and peers on the same problems, turn by turn.",
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
      GpuCommand.class
    })
public final class Bench {
  Bench() {}
}
