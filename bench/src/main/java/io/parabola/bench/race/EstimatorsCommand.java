package io.parabola.bench.race;

import io.parabola.Engine;
import io.parabola.bench.contestants.EigenDecomposition;
import io.parabola.bench.contestants.EstimatorRun;
import io.parabola.bench.problems.ReturnSample;
import io.parabola.bench.results.Machine;
import io.parabola.models.estimators.CovarianceEstimator;
import io.parabola.models.estimators.EwmaEstimator;
import io.parabola.models.estimators.LinearShrinkage;
import io.parabola.models.estimators.NonlinearShrinkage;
import io.parabola.models.estimators.OracleShrinkage;
import io.parabola.models.estimators.SampleEstimator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Covariance estimators beside the sample covariance, and beside the eigenvalues that some need.
 */
@Command(
    name = EstimatorsCommand.NAME,
    description = "What estimating a covariance costs, on all threads.")
final class EstimatorsCommand implements Runnable {
  static final String NAME = "estimators";
  static final String SAMPLE = "sample";

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Override
  public void run() {
    try (Engine engine = Engine.create("cpu")) {
      Machine machine = Machine.describe(engine.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(500, 2000)) {
        int observations = 5 * size / 2;
        try (ReturnSample returns = ReturnSample.oneFactor(observations, size, problems.seed)) {
          List<Race.Entry> entries = new ArrayList<>();
          for (CovarianceEstimator estimator :
              List.of(
                  new SampleEstimator(),
                  LinearShrinkage.ledoitWolf(),
                  LinearShrinkage.towards(LinearShrinkage.Target.CONSTANT_CORRELATION),
                  LinearShrinkage.towards(LinearShrinkage.Target.SINGLE_FACTOR),
                  new OracleShrinkage(),
                  EwmaEstimator.withDecay(0.94),
                  new NonlinearShrinkage(NonlinearShrinkage.Kind.QUADRATIC_INVERSE),
                  new NonlinearShrinkage(NonlinearShrinkage.Kind.ANALYTICAL))) {
            entries.add(new Race.Entry(new EstimatorRun(estimator, returns.matrix()), 1, 8));
          }
          entries.add(new Race.Entry(new EigenDecomposition(returns.matrix()), 1, 8));
          List<Measurement> measured = new Race(9, 2).run(entries);
          OutputOptions.print(observations + " returns", size, measured);
          groups.add(new ResultFile.Group(observations + " returns", size, measured));
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
