package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Large batches on one thread and on two in turns: the share of twice the rate that two reach. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TwoThreads extends Turns {
  /** Portfolios in a batch. */
  @Param({"10000", "100000"})
  public int scenarios;

  /** Assets. */
  @Param({"20", "100"})
  public int n;

  private Engine one;
  private Engine two;

  /** Makes the batch, once for each engine. */
  @Setup(Level.Trial)
  public void prepare() {
    one = Engine.create("cpu", 1);
    two = Engine.create("cpu", 2);
    Scenarios drawn = Recipe.generate("t2n", n, Portfolios.SEED).drawn(scenarios, 2);
    Problem problem = Parabola.problem(drawn, Covariance.of(drawn.covariance(), n));
    enter(
        Parabola.batch("one thread", one, drawn, problem),
        Parabola.batch("two threads", two, drawn, problem),
        Contest.ACCURACY,
        0.5);
  }

  /** Frees the engines, after the contestants. */
  @TearDown(Level.Trial)
  public void closeEngines() {
    one.close();
    two.close();
  }

  /** One batch each. */
  @Benchmark
  public void turns() {
    takeTurns();
  }
}
