package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Optima;
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

/** How long one new portfolio takes as data arrives, and how much longer the unlucky one. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class WarmLatency extends Contest {
  /** How the covariance is made. */
  @Param("t2n")
  public String kind;

  /** Assets. */
  @Param({"50", "100", "500"})
  public int n;

  private Engine running;

  /** Prepares the problem. */
  @Setup(Level.Trial)
  public void prepare() {
    running = Engine.create("cpu", 1);
    Scenarios scenarios = Recipe.generate(kind, n, Portfolios.SEED).drawn(1000, 3);
    Covariance covariance = Covariance.of(scenarios.covariance(), n);
    Problem problem = Parabola.problem(scenarios, covariance);
    enterAlone(
        Parabola.warm(
            "warm",
            running,
            scenarios,
            problem,
            Optima.previousSolutions(running, scenarios, problem)),
        ACCURACY,
        0);
  }

  /** Frees the engine, after the contestant. */
  @TearDown(Level.Trial)
  public void closeEngine() {
    running.close();
  }

  /** From an array of expected returns to an array of weights. */
  @Benchmark
  public void warm() {
    solveNext();
  }
}
