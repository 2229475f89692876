package io.parabola.bench.jmh;

import io.parabola.bench.contestants.CovarianceRun;
import io.parabola.bench.problems.ReturnSample;
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

/** The sample covariance and OpenBLAS' bare dsyrk of the same returns, in turns. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class ShareOfSyrk extends Turns {
  /** From what. */
  @Param({"parabola-array", "parabola-matrix"})
  public String library;

  /** Threads of OpenBLAS. */
  @Param({"1", "2"})
  public int threads;

  private ReturnSample sample;

  /** Draws the returns. */
  @Setup(Level.Trial)
  public void prepare() {
    sample = ReturnSample.normal(Covariances.OBSERVATIONS, Covariances.ASSETS, 3);
    enter(
        CovarianceRun.named("dsyrk", sample, threads),
        CovarianceRun.named(library, sample, threads),
        CovarianceRun.ACCURACY,
        1);
  }

  /** Frees the returns, after the contestants. */
  @TearDown(Level.Trial)
  public void closeSample() {
    sample.close();
  }

  /** One matrix each. */
  @Benchmark
  public void turns() {
    takeTurns();
  }
}
