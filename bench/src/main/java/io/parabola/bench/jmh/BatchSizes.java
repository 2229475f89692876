package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Scenarios;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a portfolio costs in batches of 1 to 100,000, what they share included, on one thread and on
 * two: where the batch pays, and where the second thread.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BatchSizes extends Contest {
  /** The engine; cuda too where there is a device. */
  @Param("cpu")
  public String engine;

  /** Threads. */
  @Param({"1", "2"})
  public int threads;

  /** How the covariance is made. */
  @Param("t2n")
  public String kind;

  /** Assets. */
  @Param({"20", "100"})
  public int n;

  /**
   * How many portfolios there are, in batches that come one after another: the processor learns a
   * hundred by heart, and solves them a fifth faster than any others.
   */
  private static final int DIFFERENT = 10_000;

  /** And no more than so many weights, unless one batch has. */
  private static final int WEIGHTS = 1_000_000;

  /** And no more than so many batches, whose solutions are kept until they are solved again. */
  private static final int BATCHES = 1000;

  private int size;
  private Engine running;

  /** Makes the batches, of the size that the benchmark's name says. */
  @Setup(Level.Trial)
  public void prepare(BenchmarkParams parameters) {
    size = Integer.parseInt(parameters.getBenchmark().replaceAll(".*\\.s", ""));
    running = Engine.create(engine, threads);
    int batches = Math.max(1, Math.min(BATCHES, Math.min(DIFFERENT, WEIGHTS / n) / size));
    Scenarios scenarios = Recipe.generate(kind, n, Portfolios.SEED).drawn(batches * size, 2);
    Covariance covariance = Covariance.of(scenarios.covariance(), n);
    Problem problem = Parabola.problem(scenarios, covariance);
    Contestant contestant = Parabola.batches("batch", running, scenarios, problem, size);
    enterOn(threads, contestant, ACCURACY, 0);
  }

  /** Frees the engine, after the contestant. */
  @TearDown(Level.Trial)
  public void closeEngine() {
    running.close();
  }

  /** A batch of one. */
  @Benchmark
  public void s1() {
    solveNext(size);
  }

  /** A batch of ten. */
  @Benchmark
  @OperationsPerInvocation(10)
  public void s10() {
    solveNext(size);
  }

  /** A batch of a hundred. */
  @Benchmark
  @OperationsPerInvocation(100)
  public void s100() {
    solveNext(size);
  }

  /** A batch of a thousand. */
  @Benchmark
  @OperationsPerInvocation(1000)
  public void s1000() {
    solveNext(size);
  }

  /** A batch of ten thousand. */
  @Benchmark
  @OperationsPerInvocation(10_000)
  public void s10000() {
    solveNext(size);
  }

  /** A batch of a hundred thousand. */
  @Benchmark
  @OperationsPerInvocation(100_000)
  public void s100000() {
    solveNext(size);
  }
}
