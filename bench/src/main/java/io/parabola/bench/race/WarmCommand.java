package io.parabola.bench.race;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.problems.Variants;
import io.parabola.bench.results.Machine;
import io.parabola.bench.results.Median;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long one new portfolio takes as data arrives: a prepared problem is solved again with
 * expected returns that moved a little, from the weights it had before.
 */
@Command(
    name = WarmCommand.NAME,
    description = "The latency of solving a prepared problem again, on one thread.")
final class WarmCommand implements Runnable {
  static final String NAME = "warm";
  static final String COLD = "cold, a problem of its own";
  static final String PLAIN = "solved again";
  static final String ROW = "solved again, return row";
  static final String TURNOVER = "solved again, turnover from the weights before";

  /** How much of their distance from the centre the expected returns keep from step to step. */
  private static final double MEMORY = 0.99;

  /** Turnover is limited to what the median step would trade, times this. */
  private static final double TIGHT = 0.5;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Option(names = "--steps", description = "Steps that are timed (${DEFAULT-VALUE}).")
  private int steps = 2000;

  @Option(names = "--seconds", description = "What they may take (${DEFAULT-VALUE}).")
  private double seconds = 3;

  @Option(names = "--warm-up", description = "Seconds of steps before them (${DEFAULT-VALUE}).")
  private double warmUp = 1;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(50, 100, 200, 500, 1000, 2000)) {
        for (String kind : problems.kinds) {
          List<Measurement> measured = measure(cpu, problems.load(kind, size));
          OutputOptions.print(kind, size, measured);
          groups.add(new ResultFile.Group(kind, size, measured));
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Measurement> measure(Engine cpu, Scenarios scenarios) {
    Covariance covariance = scenarios.risk().covariance();
    Variants variants = new Variants(cpu, scenarios, covariance);
    double[] limit = new double[scenarios.count()];
    Arrays.fill(limit, TIGHT * usualTrade(cpu, scenarios, covariance));
    Constrained turnover = Constrained.turnover(scenarios, variants.centreSolution(), limit);
    try (Again plain = new Again(PLAIN, cpu, Constrained.plain(scenarios), covariance);
        Again row = new Again(ROW, cpu, variants.centreReturnRow(), covariance);
        Again limited = new Again(TURNOVER, cpu, turnover, covariance)) {
      List<Stepper> all = List.of(new Cold(COLD, cpu, scenarios, covariance), plain, row, limited);
      Walk walk = new Walk(scenarios);
      int first = 0;
      for (double end = Race.now() + warmUp; Race.now() < end; first++) {
        double[] expectedReturns = walk.next();
        all.forEach(stepper -> stepper.step(expectedReturns));
      }
      int taken = 0;
      for (double end = Race.now() + seconds; taken < steps && Race.now() < end; taken++) {
        double[] expectedReturns = walk.next();
        all.forEach(stepper -> stepper.takeTime(expectedReturns));
      }
      // Judged only now, by the same walk: to do it in between would empty the caches.
      Walk again = new Walk(scenarios);
      for (int step = -first; step < taken; step++) {
        double[] expectedReturns = again.next();
        if (step >= 0) {
          for (Stepper stepper : all) {
            stepper.judge(step, expectedReturns);
          }
        }
      }
      return all.stream().map(Stepper::measurement).toList();
    }
  }

  /** Σ|w − w₀| of the median step where nothing limits it. */
  private static double usualTrade(Engine cpu, Scenarios scenarios, Covariance covariance) {
    Walk walk = new Walk(scenarios);
    double[] trades = new double[100];
    double[] held = null;
    for (int step = 0; step <= trades.length; step++) {
      double[] weights =
          cpu.solve(
                  Problem.builder(covariance)
                      .expectedReturns(walk.next())
                      .lower(scenarios.lower())
                      .upper(scenarios.upper())
                      .build())
              .weights();
      if (held != null) {
        for (int i = 0; i < weights.length; i++) {
          trades[step - 1] += Math.abs(weights[i] - held[i]);
        }
      }
      held = weights;
    }
    Arrays.sort(trades);
    return trades[trades.length / 2];
  }

  /** Expected returns that move on from step to step, always in the same way. */
  private static final class Walk {
    private final double[] centre;
    private final double spread;
    private final double[] distance;
    private final Random random = new Random(11);

    Walk(Scenarios scenarios) {
      centre = scenarios.centre();
      spread = scenarios.spread();
      distance = new double[centre.length];
    }

    double[] next() {
      double[] expectedReturns = centre.clone();
      for (int i = 0; i < distance.length; i++) {
        double news = Math.sqrt(1 - MEMORY * MEMORY) * spread * random.nextGaussian();
        distance[i] = MEMORY * distance[i] + news;
        expectedReturns[i] += distance[i];
      }
      return expectedReturns;
    }
  }

  /** One way to answer each step, with its times and answers. */
  private abstract static class Stepper {
    private record Answer(double[] held, double[] weights, Multipliers multipliers) {}

    private final String name;
    private final Constrained constrained;
    private final List<Double> millis = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private Certificate worst = Certificate.PERFECT;
    private int unsolved;
    private int binding;

    /** The weights found in the step before; what the first step starts from. */
    private double[] held;

    Stepper(String name, Constrained constrained, double[] held) {
      this.name = name;
      this.constrained = constrained;
      this.held = held;
    }

    /** Solves a step and copies its weights out. */
    abstract Status solve(double[] expectedReturns, double[] held, double[] weights);

    /** Of the step that was just solved. */
    Multipliers multipliers() {
      return Multipliers.NONE;
    }

    void step(double[] expectedReturns) {
      double[] weights = new double[held.length];
      solve(expectedReturns, held, weights);
      held = weights;
    }

    void takeTime(double[] expectedReturns) {
      double[] weights = new double[held.length];
      long begin = System.nanoTime();
      Status status = solve(expectedReturns, held, weights);
      millis.add(1e-6 * (System.nanoTime() - begin));
      unsolved += status == Status.SOLVED ? 0 : 1;
      answers.add(new Answer(held, weights, multipliers()));
      held = weights;
    }

    void judge(int step, double[] expectedReturns) {
      Answer answer = answers.get(step);
      Scenarios scenarios = constrained.scenarios();
      worst =
          worst.worse(
              Certificate.of(
                  scenarios.risk().times(0, answer.weights()),
                  expectedReturns,
                  scenarios.lower(),
                  scenarios.upper(),
                  1,
                  answer.weights(),
                  constrained.terms(0).from(answer.held()),
                  answer.multipliers()));
      binding += answer.multipliers().bind() ? 1 : 0;
    }

    Measurement measurement() {
      double[] sorted = millis.stream().mapToDouble(value -> value).sorted().toArray();
      List<String> notes = new ArrayList<>();
      if (unsolved > 0) {
        notes.add(unsolved + " not solved");
      }
      if (!constrained.isPlain()) {
        notes.add(String.format("binds in %.0f %%", 100.0 * binding / sorted.length));
      }
      return new Measurement(
          name,
          sorted.length,
          sorted.length,
          Median.of(millis),
          sorted[0],
          Double.NaN,
          worst.relativeGap(),
          worst.violation(),
          worst.within(PortfoliosCommand.TOLERANCE),
          String.join(", ", notes),
          sorted[sorted.length * 99 / 100]);
    }
  }

  private static final class Cold extends Stepper {
    private final Engine engine;
    private final Scenarios scenarios;
    private final Covariance covariance;

    Cold(String name, Engine engine, Scenarios scenarios, Covariance covariance) {
      super(name, Constrained.plain(scenarios), new double[scenarios.size()]);
      this.engine = engine;
      this.scenarios = scenarios;
      this.covariance = covariance;
    }

    @Override
    Status solve(double[] expectedReturns, double[] held, double[] weights) {
      Solution solution =
          engine.solve(
              Problem.builder(covariance)
                  .expectedReturns(expectedReturns)
                  .lower(scenarios.lower())
                  .upper(scenarios.upper())
                  .build());
      System.arraycopy(solution.weights(), 0, weights, 0, weights.length);
      return solution.status();
    }
  }

  private static final class Again extends Stepper implements AutoCloseable {
    private final Constrained constrained;
    private final Problem problem;
    private final Prepared prepared;
    private Multipliers multipliers;

    Again(String name, Engine engine, Constrained constrained, Covariance covariance) {
      this(name, engine, constrained, constrained.problem(covariance));
    }

    private Again(String name, Engine engine, Constrained constrained, Problem problem) {
      super(name, constrained, engine.solve(problem).weights());
      this.constrained = constrained;
      this.problem = problem;
      this.prepared = engine.prepare(problem);
    }

    @Override
    Status solve(double[] expectedReturns, double[] held, double[] weights) {
      Batch.Builder batch = Batch.builder(problem, 1).expectedReturns(expectedReturns).start(held);
      if (constrained.maximumTurnover() != null) {
        batch.currentWeights(held);
      }
      try (BatchSolution solution = prepared.solve(batch.build())) {
        solution.weights(0, weights);
        multipliers = Multipliers.of(solution, 0, constrained.rowCount());
        return solution.status(0);
      }
    }

    @Override
    Multipliers multipliers() {
      return multipliers;
    }

    @Override
    public void close() {
      prepared.close();
    }
  }
}
