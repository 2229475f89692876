package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.ReturnProcess;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.PathDrawing;
import io.parabola.bench.contestants.PathLoop;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Paths of returns: what one costs, beside a loop that anybody would write first. */
@Command(
    name = DrawCommand.NAME,
    description = "What drawing a path of returns costs, on one thread.")
final class DrawCommand implements Runnable {
  static final String NAME = "draw";
  static final String NORMAL = "normal, matrix";

  private static final int FACTORS = 20;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1);
        Engine java = Engine.create("java", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(50, 200, 1000)) {
        Scenarios scenarios = problems.load("t2n", size);
        Covariance matrix = Covariance.of(scenarios.covariance(), size);
        double[] mean = new double[size];
        ReturnProcess normal = ReturnProcess.normal(mean, matrix);
        List<String> names = IntStream.range(0, size).mapToObj(i -> "asset " + i).toList();
        ReturnProcess past = ReturnProcess.bootstrap(names, history(size), 10);
        List<Race.Entry> entries = new ArrayList<>();
        for (Contestant contestant :
            List.of(
                new PathLoop(scenarios.covariance(), size),
                new PathDrawing(NORMAL + ", java engine", java, normal),
                new PathDrawing(NORMAL, cpu, normal),
                new PathDrawing("Student-t, matrix", cpu, ReturnProcess.studentT(mean, matrix, 4)),
                new PathDrawing(
                    "normal, " + FACTORS + " factors",
                    cpu,
                    ReturnProcess.normal(mean, factors(size))),
                new PathDrawing("bootstrap", cpu, past))) {
          entries.add(new Race.Entry(contestant, PortfoliosCommand.TOLERANCE, 4));
        }
        List<Measurement> measured = new Race(15, 1).run(entries);
        OutputOptions.print("draw", size, measured);
        groups.add(new ResultFile.Group("paths", size, measured));
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double[] history(int size) {
    Random random = new Random(problems.seed);
    return random.doubles(500L * size, -0.1, 0.1).toArray();
  }

  private Covariance factors(int size) {
    Random random = new Random(problems.seed);
    double[] omega = new double[FACTORS * FACTORS];
    double[] specific = new double[size];
    for (int f = 0; f < FACTORS; f++) {
      omega[f * FACTORS + f] = 1e-4;
    }
    for (int i = 0; i < size; i++) {
      specific[i] = 1e-4;
    }
    return Covariance.ofFactors(
        random.doubles((long) size * FACTORS, -1, 1).toArray(), omega, specific);
  }
}
