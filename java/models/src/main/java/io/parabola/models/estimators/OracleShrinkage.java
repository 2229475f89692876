package io.parabola.models.estimators;

import io.parabola.Matrix;
import java.util.List;
import java.util.Map;

/**
 * Oracle approximating shrinkage, OAS, for normal returns (Chen, Wiesel, Eldar and Hero 2010,
 * equation 23, without the terms of 2/n, as scikit-learn has it):
 *
 * <pre>
 *   (1 − ρ) S + ρ (tr S/n) I,   divisor T
 *   ρ = min(1, (a + m²) / ((T + 1)(a − m²/n))),   a = tr S²/n²,  m = tr S/n
 * </pre>
 */
public final class OracleShrinkage implements CovarianceEstimator {
  /** Creates it. */
  public OracleShrinkage() {}

  @Override
  public String name() {
    return "oas";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      int n = sample.n;
      double scale = (sample.observations - 1.0) / sample.observations;
      double trace = 0;
      double squares = 0;
      double[] row = new double[n];
      Matrix s = sample.matrix();
      for (int i = 0; i < n; i++) {
        s.getRow(i, row);
        trace += scale * row[i];
        for (double x : row) {
          squares += scale * x * scale * x;
        }
      }
      double mu = trace / n;
      double alpha = squares / n / n;
      double over = (sample.observations + 1.0) * (alpha - mu * mu / n);
      double rho = over > 0 ? Math.min((alpha + mu * mu) / over, 1) : 1;
      for (int i = 0; i < n; i++) {
        s.getRow(i, row);
        for (int j = 0; j < n; j++) {
          row[j] *= (1 - rho) * scale;
        }
        row[i] += rho * mu;
        s.setRow(i, row);
      }
      return new CovarianceEstimate(
          name(), sample.trusted(), sample.mean, Map.of("shrinkage", rho), List.of());
    }
  }
}
