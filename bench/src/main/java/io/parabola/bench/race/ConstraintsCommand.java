package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.contestants.PeerContestant;
import io.parabola.bench.peers.OjAlgo;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Optima;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.problems.Variants;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What each constraint and cost adds to the time of the same portfolios without it. */
@Command(
    name = ConstraintsCommand.NAME,
    description = "What rows, turnover, gross exposure and costs add to the time, on one thread.")
final class ConstraintsCommand implements Runnable {
  static final String NAME = "constraints";
  static final String PLAIN = "plain";
  static final String ROW = "return row";
  static final String SECTORS = "eight sectors";
  static final String TURNOVER = "turnover";
  static final String TURNOVER_EQUAL = "turnover, from equal weights";
  static final String LINEAR = "linear costs";
  static final String QUADRATIC = "quadratic costs";
  static final String POWER = "power 1.5 costs";
  static final String LONG_SHORT = "plain, long-short";
  static final String GROSS = "gross exposure, long-short";

  private static final double BOUND = 0.1;
  private static final int PEERS_UP_TO = 200;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;
  @Mixin private LimitOptions limits;

  @Option(names = "--no-peers", negatable = true, description = "Measure Parabola alone.")
  private boolean alone;

  @Override
  public void run() {
    OjAlgo.onOneThread();
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(50, 100, 200, 500, 1000)) {
        for (String kind : problems.kinds) {
          Scenarios scenarios = problems.load(kind, size).drawn(count(size), 1);
          List<Measurement> measured = measure(cpu, scenarios);
          OutputOptions.print(kind, size, measured);
          groups.add(new ResultFile.Group(kind, size, measured));
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a way is compared with. */
  static String plainOf(String name) {
    return name.equals(LONG_SHORT) || name.equals(GROSS) ? LONG_SHORT : PLAIN;
  }

  /** About as many weights a batch, whatever n. */
  private static int count(int size) {
    return Math.max(100, Math.min(1000, 250_000 / size));
  }

  /** What is measured, by name. */
  static Map<String, Constrained> variants(Engine engine, Scenarios scenarios) {
    Covariance covariance = scenarios.risk().covariance();
    Variants variants = new Variants(engine, scenarios, covariance);
    Scenarios bounded = scenarios.bounded(-BOUND, BOUND);
    Map<String, Constrained> all = new LinkedHashMap<>();
    all.put(PLAIN, Constrained.plain(scenarios));
    all.put(ROW, variants.returnRow());
    all.put(SECTORS, variants.sectors());
    all.put(TURNOVER, variants.turnover(variants.centreSolution()));
    all.put(TURNOVER_EQUAL, variants.turnover(variants.equalWeights()));
    all.put(LINEAR, variants.costs(variants.linear()));
    all.put(QUADRATIC, variants.costs(variants.quadratic()));
    all.put(POWER, variants.costs(variants.power()));
    all.put(LONG_SHORT, Constrained.plain(bounded));
    all.put(GROSS, new Variants(engine, bounded, covariance).gross());
    return all;
  }

  private List<Measurement> measure(Engine cpu, Scenarios scenarios) {
    Covariance covariance = scenarios.risk().covariance();
    Map<String, Constrained> all = variants(cpu, scenarios);
    List<Race.Entry> entries = new ArrayList<>();
    List<Measurement> over = new ArrayList<>();
    all.forEach(
        (name, constrained) -> {
          Problem problem = constrained.problem(covariance);
          limits
              .affordable(cpu, constrained, problem)
              .ifPresentOrElse(
                  within ->
                      entries.add(
                          new Race.Entry(
                              Parabola.prepared(name, cpu, within, problem, null),
                              PortfoliosCommand.TOLERANCE,
                              limits.seconds)),
                  () -> over.add(limits.over(name)));
        });
    if (!alone && scenarios.size() <= PEERS_UP_TO) {
      entries.addAll(peers(cpu, all.get(ROW).first(Recipe.SCENARIOS), covariance));
    }
    List<Measurement> measured = new ArrayList<>(new Race(9, limits.warmUp).run(entries));
    measured.addAll(over);
    return measured;
  }

  private static List<Race.Entry> peers(Engine cpu, Constrained row, Covariance covariance) {
    List<Race.Entry> entries = new ArrayList<>();
    List<Multipliers> multipliers = Optima.multipliers(cpu, row, covariance);
    for (OjAlgo solver : List.of(OjAlgo.ADMM, OjAlgo.MODEL_ADMM, OjAlgo.ACTIVE_SET)) {
      entries.add(
          new Race.Entry(
              new PeerContestant(solver, row, multipliers::get),
              PortfoliosCommand.PEER_TOLERANCE,
              1));
    }
    return entries;
  }
}
