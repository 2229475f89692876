package io.parabola.bench.jmh;

import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.EigenDecomposition;
import io.parabola.bench.contestants.EstimatorRun;
import io.parabola.bench.problems.ReturnSample;
import io.parabola.models.estimators.EwmaEstimator;
import io.parabola.models.estimators.LinearShrinkage;
import io.parabola.models.estimators.NonlinearShrinkage;
import io.parabola.models.estimators.OracleShrinkage;
import io.parabola.models.estimators.SampleEstimator;
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

/** Covariance estimators, on all processors. Per estimate. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class Estimators extends Contest {
  /** Which; eigen is the symmetric eigendecomposition that nonlinear shrinkage needs, alone. */
  @Param({"sample", "ledoit-wolf", "oas", "ewma", "qis", "analytical", "eigen"})
  public String estimator;

  /** Assets. */
  @Param("500")
  public int n;

  /** Returns. */
  @Param("1250")
  public int observations;

  private ReturnSample sample;

  /** Draws the returns. */
  @Setup(Level.Trial)
  public void prepare() {
    sample = ReturnSample.oneFactor(observations, n, Portfolios.SEED);
    Contestant contestant =
        switch (estimator) {
          case "sample" -> new EstimatorRun(new SampleEstimator(), sample.matrix());
          case "ledoit-wolf" -> new EstimatorRun(LinearShrinkage.ledoitWolf(), sample.matrix());
          case "oas" -> new EstimatorRun(new OracleShrinkage(), sample.matrix());
          case "ewma" -> new EstimatorRun(EwmaEstimator.withDecay(0.94), sample.matrix());
          case "qis" ->
              new EstimatorRun(
                  new NonlinearShrinkage(NonlinearShrinkage.Kind.QUADRATIC_INVERSE),
                  sample.matrix());
          case "analytical" ->
              new EstimatorRun(
                  new NonlinearShrinkage(NonlinearShrinkage.Kind.ANALYTICAL), sample.matrix());
          case "eigen" -> new EigenDecomposition(sample.matrix());
          default -> throw new IllegalArgumentException(estimator);
        };
    enter(contestant, ACCURACY, 0);
  }

  /** Frees the returns, after the contestant. */
  @TearDown(Level.Trial)
  public void closeSample() {
    sample.close();
  }

  /** From returns to estimate. */
  @Benchmark
  public void estimate() {
    solveAll();
  }
}
