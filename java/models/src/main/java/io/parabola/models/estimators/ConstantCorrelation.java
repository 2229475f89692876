package io.parabola.models.estimators;

import io.parabola.Matrix;
import io.parabola.internal.Dot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The sample's variances, and one correlation for all pairs: the mean of the sample's (Elton and
 * Gruber 1973). Assets without variance are no part of the mean.
 */
public final class ConstantCorrelation implements CovarianceEstimator {
  /** Creates it. */
  public ConstantCorrelation() {}

  @Override
  public String name() {
    return "constant-correlation";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      int n = sample.n;
      double[] variance = sample.variances();
      double[] deviation = Arrays.stream(variance).map(Math::sqrt).toArray();
      double[] inverse = Arrays.stream(deviation).map(d -> d > 0 ? 1 / d : 0).toArray();
      int moving = sample.moving().length;
      double both =
          sample.sumRows(
              (i, row) -> (Dot.of(row, inverse) - row[i] * inverse[i]) * inverse[i], false);
      double pairs = (double) moving * (moving - 1);
      // Not below what so many assets can have among one another, nor above one, but for rounding.
      double mean = pairs > 0 ? Math.max(-1.0 / (moving - 1), Math.min(1, both / pairs)) : 0;
      sample.sumRows(
          (i, row) -> {
            for (int j = 0; j < n; j++) {
              row[j] = mean * (deviation[i] * deviation[j]);
            }
            row[i] = variance[i];
            return 0;
          },
          true);
      return new CovarianceEstimate(
          name(), sample.trusted(), sample.mean, Map.of("mean correlation", mean), List.of());
    }
  }
}
