package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.models.Returns;
import java.util.List;

/**
 * Estimates a covariance from returns. Immutable; may be used from many threads at once. Products
 * of all returns with one another are the BLAS's, so a large universe takes about as long as its
 * sample covariance, or its eigenvalues where the estimator needs them.
 */
public interface CovarianceEstimator {
  /**
   * The estimator's name, as on the command line.
   *
   * @return such as {@code ledoit-wolf}
   */
  String name();

  /**
   * Estimates.
   *
   * @param assets n names
   * @param returns [T, n] simple returns per period in the order of time, finite; not modified
   * @return the covariance
   * @throws InvalidInputException if there are too few observations for it, a shape does not fit,
   *     or a return is not finite
   */
  CovarianceEstimate estimate(List<String> assets, Matrix returns);

  /**
   * Estimates.
   *
   * @param returns T returns of n assets
   * @return the covariance
   * @throws InvalidInputException if there are too few observations for it
   */
  default CovarianceEstimate estimate(Returns returns) {
    try (Matrix matrix = Matrix.copyOf(returns.toArray(), returns.observations(), returns.size())) {
      return estimate(returns.assets(), matrix);
    }
  }
}
