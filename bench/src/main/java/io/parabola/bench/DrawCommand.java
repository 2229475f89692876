package io.parabola.bench;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.ReturnProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Paths of returns: what one costs, beside a loop that anybody would write first. */
@Command(
    name = DrawCommand.NAME,
    description = "What drawing a path of returns costs, on one thread.")
final class DrawCommand implements Runnable {
  static final String NAME = "draw";
  static final String LOOP = "a loop in Java over nextGaussian() and the root's triangle";
  static final String NORMAL = "normal, matrix";

  private static final int PATHS = 2000;
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
                new Loop(scenarios.covariance(), size),
                new Drawing(NORMAL + ", java engine", java, normal),
                new Drawing(NORMAL, cpu, normal),
                new Drawing("Student-t, matrix", cpu, ReturnProcess.studentT(mean, matrix, 4)),
                new Drawing(
                    "normal, " + FACTORS + " factors",
                    cpu,
                    ReturnProcess.normal(mean, factors(size))),
                new Drawing("bootstrap", cpu, past))) {
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

  /** Paths of one step; there is no answer that could be far from the best one. */
  private static final class Drawing extends Contestant {
    private final Engine engine;
    private final ReturnProcess process;

    Drawing(String name, Engine engine, ReturnProcess process) {
      super(name, PATHS, true);
      this.engine = engine;
      this.process = process;
    }

    @Override
    void solve(int first, int number) {
      try (Matrix target = Matrix.allocate(number, process.size())) {
        engine.draw(Paths.builder(process, 1, number).firstPath(first).build(), target);
      }
    }

    @Override
    Certificate certificate(int s) {
      return null;
    }
  }

  /** Numbers one after the other, whose place in the stream is all that they are a function of. */
  private static final class Loop extends Contestant {
    private final double[][] root;
    private final double[] z;
    private double sink;

    Loop(double[] covariance, int n) {
      super(LOOP, PATHS, true);
      root = new double[n][];
      z = new double[n];
      for (int i = 0; i < n; i++) {
        root[i] = new double[i + 1];
        for (int j = 0; j <= i; j++) {
          double sum = covariance[i * n + j];
          for (int k = 0; k < j; k++) {
            sum -= root[i][k] * root[j][k];
          }
          root[i][j] = i == j ? Math.sqrt(sum) : sum / root[j][j];
        }
      }
    }

    @Override
    void solve(int first, int number) {
      SplittableRandom random = new SplittableRandom(first);
      try (Matrix target = Matrix.allocate(number, z.length)) {
        double[] row = new double[z.length];
        for (int s = 0; s < number; s++) {
          for (int k = 0; k < z.length; k++) {
            z[k] = random.nextGaussian();
          }
          for (int i = 0; i < z.length; i++) {
            double sum = 0;
            for (int k = 0; k <= i; k++) {
              sum += root[i][k] * z[k];
            }
            row[i] = sum;
          }
          target.setRow(s, row);
        }
        sink += row[0];
      }
    }

    @Override
    Certificate certificate(int s) {
      return null;
    }

    @Override
    String note() {
      return Double.isNaN(sink) ? "no numbers" : "";
    }
  }
}
