package io.parabola.bench.race;

import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.bench.contestants.CvarLinearProgram;
import io.parabola.bench.contestants.LeastCvar;
import io.parabola.bench.problems.TailProblem;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The least CVaR over scenarios: beside a linear program's solver. */
@Command(
    name = CvarCommand.NAME,
    description = "Portfolios of least CVaR at 95 %, long only, over scenarios of returns.")
final class CvarCommand implements Runnable {
  static final String NAME = "cvar";

  /** Assets and scenarios. */
  private static final int[][] SIZES = {{20, 250}, {50, 500}, {50, 2000}, {400, 10_000}};

  /** Beyond so many numbers the linear program takes minutes, then hours. */
  private static final long MOST_OF_LINEAR_PROGRAM = 120_000;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Override
  public void run() {
    try (Engine engine = Engine.create("cpu")) {
      Machine machine = Machine.describe(engine.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int[] size : SIZES) {
        try (Matrix returns = TailProblem.returns(size[0], size[1], problems.seed)) {
          List<Race.Entry> entries = new ArrayList<>();
          LeastCvar ours = new LeastCvar(engine, returns);
          entries.add(new Race.Entry(ours, 1e-6, 8));
          if ((long) size[0] * size[1] <= MOST_OF_LINEAR_PROGRAM) {
            entries.add(new Race.Entry(new CvarLinearProgram(returns, ours), 1e-6, 20));
          }
          List<Measurement> measured = new Race(7, 3).run(entries);
          OutputOptions.print(size[1] + " scenarios", size[0], measured);
          groups.add(new ResultFile.Group(size[1] + " scenarios", size[0], measured));
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
