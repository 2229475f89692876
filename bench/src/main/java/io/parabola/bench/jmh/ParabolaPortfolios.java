package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Optima;
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

/** Parabola's engines on portfolios, per portfolio, on one thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ParabolaPortfolios extends Portfolios {
  /** The engine; cuda too where there is a device. */
  @Param({"cpu", "java"})
  public String engine;

  /** Threads. */
  @Param("1")
  public int threads;

  private static final int MANY = 1000;

  /** Batches of a thousand that take turns: of one the processor would learn a part by heart. */
  private static final int BATCHES = 4;

  /** And no more than so many weights, unless one batch has. */
  private static final int WEIGHTS = 2_000_000;

  private Engine running;

  /** Makes the problems and what solves them. */
  @Setup(Level.Trial)
  public void prepare(BenchmarkParams parameters) {
    running = Engine.create(engine, threads);
    Scenarios few = scenarios();
    Covariance covariance = few.risk().covariance();
    Problem problem = Parabola.problem(few, covariance);
    int batches = Math.max(1, Math.min(BATCHES, WEIGHTS / (MANY * n)));
    Scenarios many = few.drawn(batches * MANY, 1);
    String way = parameters.getBenchmark().replaceAll(".*\\.", "");
    Contestant contestant =
        switch (way) {
          case "cold" -> Parabola.cold(way, running, few, covariance);
          case "warm" ->
              Parabola.warm(
                  way, running, few, problem, Optima.previousSolutions(running, few, problem));
          case "batchOf20" -> Parabola.batch(way, running, few, problem);
          case "batchOf1000" -> Parabola.batches(way, running, many, problem, MANY);
          default -> throw new IllegalArgumentException(way);
        };
    enterOn(threads, contestant, ACCURACY, 0);
  }

  /** Frees the engine, after the contestant. */
  @TearDown(Level.Trial)
  public void closeEngine() {
    running.close();
  }

  /** A problem built, solved and read alone: much of it is Java, which takes seconds to compile. */
  @Benchmark
  @Warmup(iterations = 6, time = 1)
  public void cold() {
    solveNext();
  }

  /** One portfolio of a prepared problem, from the solution of the one before it. */
  @Benchmark
  @Warmup(iterations = 6, time = 1)
  public void warm() {
    solveNext();
  }

  /** Twenty in one call, what they share included. */
  @Benchmark
  @OperationsPerInvocation(20)
  public void batchOf20() {
    solveAll();
  }

  /** A thousand in one call, what they share included, and then a thousand others. */
  @Benchmark
  @OperationsPerInvocation(MANY)
  public void batchOf1000() {
    solveNext(MANY);
  }
}
