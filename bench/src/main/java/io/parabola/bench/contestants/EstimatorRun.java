package io.parabola.bench.contestants;

import io.parabola.Covariance;
import io.parabola.Matrix;
import io.parabola.bench.problems.Certificate;
import io.parabola.models.estimators.CovarianceEstimator;
import java.util.List;
import java.util.stream.IntStream;

/** Its answers are checked by the tests, against the authors' own. */
public final class EstimatorRun extends Contestant {
  private final CovarianceEstimator estimator;
  private final Matrix returns;
  private final List<String> names;
  private Covariance last;

  public EstimatorRun(CovarianceEstimator estimator, Matrix returns) {
    super(estimator.name(), 1, true);
    this.estimator = estimator;
    this.returns = returns;
    names = IntStream.range(0, returns.columns()).mapToObj(i -> "asset " + i).toList();
  }

  @Override
  public void solve(int first, int number) {
    last = estimator.estimate(names, returns).covariance();
  }

  @Override
  public Certificate certificate(int s) {
    return Double.isFinite(last.variance(0)) ? null : new Certificate(Double.NaN, Double.NaN);
  }
}
