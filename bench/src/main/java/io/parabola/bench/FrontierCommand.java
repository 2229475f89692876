package io.parabola.bench;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.Problem;
import io.parabola.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whole efficient frontiers, corner by corner. */
@Command(
    name = FrontierCommand.NAME,
    description = "Whole efficient frontiers, corner by corner, on one thread.")
final class FrontierCommand implements Runnable {
  static final String NAME = "frontier";
  static final String LONG_ONLY = "long only";
  static final String LONG_SHORT = "long-short";

  private static final double BOUND = 0.1;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;
  @Mixin private LimitOptions limits;

  @Option(
      names = "--library",
      defaultValue = "java/core/src/test/resources/orlib",
      description = "Directory of the OR-Library's port1.txt and port2.txt (${DEFAULT-VALUE}).")
  private Path library;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (String name : List.of("port1", "port2")) {
        measure(cpu, name, LibraryFile.read(library.resolve(name + ".txt")), groups);
      }
      // The sizes of port3, port4 and port5, and a larger one.
      for (int size : problems.sizes(89, 98, 225, 640)) {
        for (String kind : problems.kinds) {
          measure(cpu, kind, problems.load(kind, size), groups);
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void measure(
      Engine cpu, String kind, Scenarios scenarios, List<ResultFile.Group> groups) {
    Covariance covariance = scenarios.risk().covariance();
    List<Race.Entry> entries =
        List.of(
            entry(LONG_ONLY, cpu, scenarios.bounded(0, 1), covariance),
            entry(LONG_SHORT, cpu, scenarios.bounded(-BOUND, BOUND), covariance));
    List<Measurement> measured = new Race(9, limits.warmUp).run(entries);
    OutputOptions.print(kind, scenarios.size(), measured);
    groups.add(new ResultFile.Group(kind, scenarios.size(), measured));
  }

  private Race.Entry entry(String name, Engine cpu, Scenarios scenarios, Covariance covariance) {
    return new Race.Entry(
        new Corners(name, cpu, scenarios, covariance),
        PortfoliosCommand.TOLERANCE,
        2 * limits.seconds);
  }

  /** The frontier of the centre of the expected returns; what is timed ends with its weights. */
  private static final class Corners extends Contestant {
    private final Engine engine;
    private final Scenarios scenarios;
    private final Problem problem;
    private final double[] deviations;
    private Frontier frontier;

    Corners(String name, Engine engine, Scenarios scenarios, Covariance covariance) {
      super(name, 1, true);
      this.engine = engine;
      this.scenarios = scenarios;
      this.problem = Parabola.problem(scenarios, covariance);
      this.deviations =
          IntStream.range(0, scenarios.size())
              .mapToDouble(i -> Math.sqrt(covariance.variance(i)))
              .toArray();
    }

    @Override
    void solve(int first, int number) {
      frontier = Frontier.corners(engine, problem);
    }

    @Override
    Certificate certificate(int s) {
      Certificate worst = Certificate.PERFECT;
      for (int corner = 0; corner < frontier.size(); corner++) {
        worst = worst.worse(certificateOf(corner));
      }
      return worst;
    }

    /**
     * Of ½ γ w'Σw − μ'w; of ½ w'Σw alone where γ is infinite. Near least variance nearly all risk
     * may be hedged away: a gap is then judged by 2⁻²⁰ of what there was before, since rounding of
     * Σ decides the rest.
     */
    private Certificate certificateOf(int corner) {
      double[] w = frontier.weights(corner);
      boolean calmest = Double.isInfinite(frontier.riskAversion(corner));
      double aversion = calmest ? 1 : frontier.riskAversion(corner);
      double[] centre = calmest ? new double[w.length] : scenarios.centre();
      double[] product = scenarios.risk().times(0, w);
      double variance = 0;
      double expectedReturn = 0;
      double unhedged = 0;
      for (int i = 0; i < w.length; i++) {
        product[i] *= aversion;
        variance += w[i] * product[i];
        expectedReturn += w[i] * centre[i];
        unhedged += Math.abs(w[i]) * deviations[i];
      }
      Certificate strict =
          Certificate.of(
              product,
              centre,
              scenarios.lower(),
              scenarios.upper(),
              1,
              w,
              Certificate.Terms.NONE,
              Multipliers.NONE);
      double scale = Math.max(variance, Math.abs(expectedReturn));
      double floor = 0x1p-20 * aversion * unhedged * unhedged;
      return new Certificate(strict.relativeGap() * Math.min(1, scale / floor), strict.violation());
    }

    @Override
    String note() {
      long missed =
          IntStream.range(0, frontier.size())
              .filter(corner -> frontier.status(corner) != Status.SOLVED)
              .count();
      return (missed == 0 ? "" : missed + " not solved, ") + frontier.size() + " corners";
    }
  }
}
