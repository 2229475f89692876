package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.contestants.PeerContestant;
import io.parabola.bench.peers.OjAlgo;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Optima;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Long-only portfolios on one thread: Parabola's ways to solve them beside ojAlgo's. */
@Command(
    name = PortfoliosCommand.NAME,
    description = "Long-only portfolios on one thread, Parabola beside ojAlgo.")
final class PortfoliosCommand implements Runnable {
  static final String NAME = "portfolios";

  static final String COLD = "cold";
  static final String BATCH = "batch of 20";
  static final String PREPARED = "batch of 20, prepared";
  static final String WARM = "batch of 20, prepared, warm";
  static final String LARGE = "batch of 1000";
  static final String LARGE_PREPARED = "batch of 1000, prepared";
  static final String LARGE_WARM = "batch of 1000, prepared, warm";
  static final String JAVA = "Java engine, cold";
  static final String JAVA_BATCH = "Java engine, batch of 20";

  /** What Parabola's answers are held to. */
  static final double TOLERANCE = 1e-9;

  /** What other libraries' answers are held to: they stop earlier, and may. */
  static final double PEER_TOLERANCE = 1e-6;

  private static final int LARGE_COUNT = 1000;
  private static final long LARGE_SEED = 1;

  /** A contestant that would need longer for one portfolio is left out. */
  private static final double TOO_SLOW_SECONDS = 25;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Option(names = "--no-peers", negatable = true, description = "Measure Parabola alone.")
  private boolean alone;

  @Option(names = "--rounds", description = "Turns of each contestant (${DEFAULT-VALUE}).")
  private int rounds = 15;

  @Option(
      names = "--seconds",
      description = "What the turns of one way of Parabola's may take (${DEFAULT-VALUE}).")
  private double seconds = 0.8;

  @Option(
      names = "--peer-seconds",
      description = "What the turns of one peer may take (${DEFAULT-VALUE}).")
  private double peerSeconds = 2.5;

  @Override
  public void run() {
    OjAlgo.onOneThread();
    Map<OjAlgo, Map<String, double[]>> history = new EnumMap<>(OjAlgo.class);
    try (Engine cpu = Engine.create("cpu", 1);
        Engine java = Engine.create("java", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(50, 100, 200, 500)) {
        for (String kind : problems.kinds) {
          Scenarios scenarios = problems.load(kind, size);
          List<Race.Entry> entries = ours(cpu, java, scenarios);
          if (!alone) {
            for (OjAlgo solver : OjAlgo.values()) {
              double[] last = history.computeIfAbsent(solver, s -> new HashMap<>()).get(kind);
              if (last == null || last[1] * Math.pow(size / last[0], 3) < TOO_SLOW_SECONDS) {
                entries.add(
                    new Race.Entry(
                        new PeerContestant(
                            solver, Constrained.plain(scenarios), s -> Multipliers.NONE),
                        PEER_TOLERANCE,
                        peerSeconds));
              }
            }
          }
          List<Measurement> measured = new Race(rounds, 0.7).run(entries);
          OutputOptions.print(kind, size, measured);
          groups.add(new ResultFile.Group(kind, size, measured));
          for (OjAlgo solver : OjAlgo.values()) {
            measured.stream()
                .filter(m -> m.name().equals(solver.title()))
                .forEach(
                    m -> history.get(solver).put(kind, new double[] {size, 1e-3 * m.millis()}));
          }
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Race.Entry> ours(Engine cpu, Engine java, Scenarios few) {
    Scenarios many = few.drawn(LARGE_COUNT, LARGE_SEED);
    Covariance covariance = Covariance.of(few.covariance(), few.size());
    Problem problem = Parabola.problem(few, covariance);
    double[] fewPrevious = Optima.previousSolutions(cpu, few, problem);
    double[] manyPrevious = Optima.previousSolutions(cpu, many, problem);
    List<Contestant> ours =
        List.of(
            Parabola.cold(COLD, cpu, few, covariance),
            Parabola.batch(BATCH, cpu, few, problem),
            Parabola.prepared(PREPARED, cpu, few, problem, null),
            Parabola.prepared(WARM, cpu, few, problem, fewPrevious),
            Parabola.batch(LARGE, cpu, many, problem),
            Parabola.prepared(LARGE_PREPARED, cpu, many, problem, null),
            Parabola.prepared(LARGE_WARM, cpu, many, problem, manyPrevious),
            Parabola.cold(JAVA, java, few, covariance),
            Parabola.batch(JAVA_BATCH, java, few, problem));
    List<Race.Entry> entries = new ArrayList<>();
    ours.forEach(contestant -> entries.add(new Race.Entry(contestant, TOLERANCE, seconds)));
    return entries;
  }
}
