package io.parabola.bench.contestants;

import io.parabola.Matrix;
import io.parabola.bench.problems.Certificate;
import io.parabola.internal.blas.BlasSelection;
import io.parabola.models.estimators.SampleEstimator;
import java.util.List;
import java.util.stream.IntStream;

/** The eigenvalues and vectors of a sample covariance alone. */
public final class EigenDecomposition extends Contestant {
  /** In results. */
  public static final String NAME = "eigenvalues and vectors alone";

  private final double[] sigma;
  private final int n;

  public EigenDecomposition(Matrix returns) {
    super(NAME, 1, true);
    n = returns.columns();
    List<String> names = IntStream.range(0, n).mapToObj(i -> "asset " + i).toList();
    sigma = new SampleEstimator().estimate(names, returns).covariance().toArray();
  }

  @Override
  public void solve(int first, int number) {
    BlasSelection.forWork(Math.pow(n, 3)).eigen(n, sigma.clone(), new double[n]);
  }

  @Override
  public Certificate certificate(int s) {
    return null;
  }
}
