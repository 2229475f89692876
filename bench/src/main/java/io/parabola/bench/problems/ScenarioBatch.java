package io.parabola.bench.problems;

import io.parabola.Batch;
import io.parabola.Matrix;
import io.parabola.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Scenarios as a batch. Their numbers lie in matrices outside the heap, where callers with many put
 * them.
 */
public final class ScenarioBatch implements AutoCloseable {
  private final Constrained constrained;
  private final Problem problem;
  private final List<Matrix> matrices = new ArrayList<>();
  private final Matrix expectedReturns;
  private final Matrix start;
  private final Matrix rows;
  private final Matrix rowLower;
  private final Matrix factorCovariance;
  private final Matrix covariances;
  private final boolean trusted;

  /**
   * Copies the numbers.
   *
   * @param problem what the scenarios override
   * @param start [S, n], weights to start from, or null
   * @param trusted whether covariances of the scenarios' own go unchecked
   */
  public ScenarioBatch(Constrained constrained, Problem problem, double[] start, boolean trusted) {
    this.constrained = constrained;
    this.problem = problem;
    this.trusted = trusted;
    Scenarios scenarios = constrained.scenarios();
    Constrained.Rows linear = constrained.rows();
    int n = scenarios.size();
    int m = constrained.rowCount();
    expectedReturns = matrix(scenarios.expectedReturns(), n);
    this.start = matrix(start, n);
    rows = matrix(linear == null ? null : linear.scenarioCoefficients(), n);
    rowLower = matrix(linear == null ? null : linear.scenarioLower(), m);
    Matrix omegas = null;
    Matrix own = null;
    if (scenarios.risk() instanceof Risk.Factors factors) {
      omegas = matrix(factors.scenarioFactorCovariance(), factors.count() * factors.count());
    } else if (scenarios.risk() instanceof Risk.Own each) {
      own = keep(Matrix.allocate((long) each.matrices().length * n, n));
      double[] row = new double[n];
      for (int at = 0; at < each.matrices().length * n; at++) {
        System.arraycopy(each.matrices()[at / n], at % n * n, row, 0, n);
        own.setRow(at, row);
      }
    }
    factorCovariance = omegas;
    covariances = own;
  }

  private Matrix matrix(double[] values, int columns) {
    return values == null ? null : keep(Matrix.copyOf(values, values.length / columns, columns));
  }

  private Matrix keep(Matrix matrix) {
    matrices.add(matrix);
    return matrix;
  }

  /** What a caller has to build for other expected returns. */
  public Batch build() {
    Batch.Builder batch =
        Batch.builder(problem, constrained.scenarios().count()).expectedReturns(expectedReturns);
    if (start != null) {
      batch.start(start);
    }
    if (rows != null) {
      batch.rows(rows);
    }
    if (rowLower != null) {
      batch.rowLower(rowLower);
    }
    if (constrained.maximumTurnover() != null) {
      batch.maximumTurnover(constrained.maximumTurnover());
    }
    if (constrained.maximumGrossExposure() != null) {
      batch.maximumGrossExposure(constrained.maximumGrossExposure());
    }
    if (factorCovariance != null) {
      batch.factorCovariance(factorCovariance);
    }
    if (covariances != null && trusted) {
      batch.trustedCovariances(covariances);
    } else if (covariances != null) {
      batch.covariances(covariances);
    }
    return batch.build();
  }

  @Override
  public void close() {
    matrices.forEach(Matrix::close);
  }
}
