package io.parabola.bench;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.internal.blas.BlasSelection;
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
import java.util.Random;
import java.util.stream.IntStream;
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
  static final String EIGEN = "eigenvalues and vectors alone";

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Override
  public void run() {
    try (Engine engine = Engine.create("cpu")) {
      Machine machine = Machine.describe(engine.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(500, 2000)) {
        int observations = 5 * size / 2;
        try (Matrix returns = returns(size, observations)) {
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
            entries.add(new Race.Entry(new Estimating(estimator, returns), 1, 8));
          }
          entries.add(new Race.Entry(new Eigen(returns), 1, 8));
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

  private Matrix returns(int n, int observations) {
    Random random = new Random(problems.seed);
    Matrix returns = Matrix.allocate(observations, n);
    double[] row = new double[n];
    for (int t = 0; t < observations; t++) {
      double market = random.nextGaussian();
      for (int i = 0; i < n; i++) {
        row[i] = 0.01 * (market + random.nextGaussian());
      }
      returns.setRow(t, row);
    }
    return returns;
  }

  /** Its answers are checked by the tests, against the authors' own. */
  private static final class Estimating extends Contestant {
    private final CovarianceEstimator estimator;
    private final Matrix returns;
    private final List<String> names;
    private Covariance last;

    Estimating(CovarianceEstimator estimator, Matrix returns) {
      super(estimator.name(), 1, true);
      this.estimator = estimator;
      this.returns = returns;
      names = IntStream.range(0, returns.columns()).mapToObj(i -> "asset " + i).toList();
    }

    @Override
    void solve(int first, int number) {
      last = estimator.estimate(names, returns).covariance();
    }

    @Override
    Certificate certificate(int s) {
      return Double.isFinite(last.variance(0)) ? null : new Certificate(Double.NaN, Double.NaN);
    }
  }

  private static final class Eigen extends Contestant {
    private final double[] sigma;
    private final int n;

    Eigen(Matrix returns) {
      super(EIGEN, 1, true);
      n = returns.columns();
      List<String> names = IntStream.range(0, n).mapToObj(i -> "asset " + i).toList();
      sigma = new SampleEstimator().estimate(names, returns).covariance().toArray();
    }

    @Override
    void solve(int first, int number) {
      BlasSelection.forWork(Math.pow(n, 3)).eigen(n, sigma.clone(), new double[n]);
    }

    @Override
    Certificate certificate(int s) {
      return null;
    }
  }
}
