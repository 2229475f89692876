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

/** Factor models up to 10,000 assets, whose matrix is never formed, on one thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class FactorModels extends Contest {
  /** Assets. */
  @Param({"100", "1000", "10000"})
  public int n;

  /** Factors. */
  @Param({"5", "50"})
  public int factors;

  private Engine running;

  /** Makes the problems. */
  @Setup(Level.Trial)
  public void prepare(BenchmarkParams parameters) {
    running = Engine.create("cpu", 1);
    Scenarios few = Recipe.generateFactors(n, factors, Portfolios.SEED);
    Covariance covariance = few.risk().covariance();
    Problem problem = Parabola.problem(few, covariance);
    boolean cold = parameters.getBenchmark().endsWith(".cold");
    Contestant contestant =
        cold
            ? Parabola.cold("cold", running, few, covariance)
            : Parabola.batch("batch of 100", running, few.drawn(100, 1), problem);
    enterAlone(contestant, ACCURACY, 0);
  }

  /** Frees the engine, after the contestant. */
  @TearDown(Level.Trial)
  public void closeEngine() {
    running.close();
  }

  /** A problem built, solved and read alone. */
  @Benchmark
  public void cold() {
    solveNext();
  }

  /** A hundred in one call, what they share included. */
  @Benchmark
  @OperationsPerInvocation(100)
  public void batchOf100() {
    solveAll();
  }
}
