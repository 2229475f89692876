package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.ReturnProcess;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.PathDrawing;
import io.parabola.bench.contestants.PathLoop;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Scenarios;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Paths of returns of one step, on one thread, beside the loop anybody would write. Per path. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class Generators extends Contest {
  /** Which process; plain-loop is Java's nextGaussian() times the covariance's root. */
  @Param({"normal", "student-t", "bootstrap", "plain-loop"})
  public String process;

  /** Assets. */
  @Param({"50", "200"})
  public int n;

  private Engine running;

  /** Makes the process. */
  @Setup(Level.Trial)
  public void prepare() {
    running = Engine.create("cpu", 1);
    Scenarios scenarios = Recipe.generate("t2n", n, Portfolios.SEED);
    Covariance covariance = Covariance.of(scenarios.covariance(), n);
    double[] mean = new double[n];
    Contestant contestant =
        switch (process) {
          case "normal" ->
              new PathDrawing(process, running, ReturnProcess.normal(mean, covariance));
          case "student-t" ->
              new PathDrawing(process, running, ReturnProcess.studentT(mean, covariance, 4));
          case "bootstrap" ->
              new PathDrawing(process, running, ReturnProcess.bootstrap(names(), past(), 10));
          case "plain-loop" -> new PathLoop(scenarios.covariance(), n);
          default -> throw new IllegalArgumentException(process);
        };
    enterAlone(contestant, ACCURACY, 0);
  }

  private List<String> names() {
    return IntStream.range(0, n).mapToObj(i -> "asset " + i).toList();
  }

  private double[] past() {
    return new Random(Portfolios.SEED).doubles(500L * n, -0.1, 0.1).toArray();
  }

  /** Frees the engine, after the contestant. */
  @TearDown(Level.Trial)
  public void closeEngine() {
    running.close();
  }

  /** Two thousand paths. */
  @Benchmark
  @OperationsPerInvocation(PathDrawing.PATHS)
  public void draw() {
    solveAll();
  }
}
