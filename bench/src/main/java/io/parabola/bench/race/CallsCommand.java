package io.parabola.bench.race;

import io.parabola.Batch;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Risk;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the steps of one small solve cost, to tell the solver's time from the way to it. */
@Command(
    name = CallsCommand.NAME,
    description = "What the steps of solving one portfolio cost, on one thread.")
final class CallsCommand implements Runnable {
  static final String NAME = "calls";

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(50)) {
        for (String kind : problems.kinds) {
          Scenarios scenarios = problems.load(kind, size);
          Scenarios many = scenarios.drawn(1000, 1);
          Covariance covariance = Covariance.of(scenarios.covariance(), size);
          Covariance trivial = Covariance.of(new double[] {1}, 1);
          Scenarios one =
              new Scenarios(
                  kind,
                  1,
                  0,
                  1,
                  new Risk.Shared(new double[] {1}),
                  new double[Recipe.SCENARIOS],
                  new double[1],
                  0);
          Problem problem = Parabola.problem(scenarios, covariance);
          try (Prepared prepared = cpu.prepare(problem)) {
            List<Race.Entry> entries = new ArrayList<>();
            for (Contestant contestant :
                List.of(
                    Parabola.cold(
                        "build the problem, solve, read the weights", cpu, scenarios, covariance),
                    Parabola.cold("the same of a single asset", cpu, one, trivial),
                    step("build the problem", scenarios, s -> build(scenarios, covariance, s)),
                    step("prepare and close", scenarios, s -> cpu.prepare(problem).close()),
                    step(
                        "allocate and close its matrix",
                        scenarios,
                        s -> Matrix.allocate(1, size).close()),
                    step(
                        "prepared, a batch of one, no overrides",
                        scenarios,
                        s -> prepared.solve(Batch.builder(problem, 1).build()).close()),
                    Parabola.prepared(
                        "prepared, a batch of 1000, each", cpu, many, problem, null))) {
              entries.add(new Race.Entry(contestant, PortfoliosCommand.TOLERANCE, 1));
            }
            List<Measurement> measured = new Race(15, 1).run(entries);
            OutputOptions.print(kind, size, measured);
            groups.add(new ResultFile.Group(kind, size, measured));
          }
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void build(Scenarios scenarios, Covariance covariance, int s) {
    Problem.builder(covariance)
        .expectedReturns(scenarios.expectedReturns(s))
        .lower(scenarios.lower())
        .upper(scenarios.upper())
        .build();
  }

  private interface Step {
    void take(int s);
  }

  /** A step that answers nothing, so that there is nothing to judge. */
  private static Contestant step(String name, Scenarios scenarios, Step step) {
    return new Contestant(name, scenarios.count(), true) {
      @Override
      public void solve(int first, int number) {
        for (int s = first; s < first + number; s++) {
          step.take(s);
        }
      }

      @Override
      public Certificate certificate(int s) {
        return null;
      }
    };
  }
}
