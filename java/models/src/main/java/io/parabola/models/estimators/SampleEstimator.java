package io.parabola.models.estimators;

import io.parabola.Matrix;
import java.util.List;
import java.util.Map;

/** The unbiased sample covariance, divisor T − 1. */
public final class SampleEstimator implements CovarianceEstimator {
  /** Creates it. */
  public SampleEstimator() {}

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      return new CovarianceEstimate(name(), sample.trusted(), sample.mean, Map.of(), List.of());
    }
  }
}
