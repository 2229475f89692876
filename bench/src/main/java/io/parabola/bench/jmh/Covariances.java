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

/** The sample covariance of 5,000 returns of 1,000 assets, each library's way. Per covariance. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class Covariances extends Contest {
  static final int ASSETS = 1000;
  static final int OBSERVATIONS = 5000;

  /** Who; dsyrk is OpenBLAS' bare product, which is the limit. */
  @Param({"dsyrk", "parabola-array", "parabola-matrix", "netlib", "ojalgo", "hipparchus"})
  public String library;

  /** Threads of OpenBLAS and of ojAlgo; the others use one. */
  @Param({"1", "2"})
  public int threads;

  private ReturnSample sample;

  /** Draws the returns. */
  @Setup(Level.Trial)
  public void prepare() {
    sample = ReturnSample.normal(OBSERVATIONS, ASSETS, 3);
    enter(CovarianceRun.named(library, sample, threads), CovarianceRun.ACCURACY, 0);
  }

  /** Frees the returns, after the contestant. */
  @TearDown(Level.Trial)
  public void closeSample() {
    sample.close();
  }

  /** From returns to matrix. */
  @Benchmark
  public void covariance() {
    solveAll();
  }
}
