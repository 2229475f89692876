package io.parabola.bench.contestants;

import io.parabola.bench.problems.ReturnSample;

/** A library that is beside the bench's jar, not in it, and multiplies matrices; a service. */
public interface CovarianceLibrary {
  /** The name that benchmarks know it by. */
  String name();

  /** The sample covariance [n, n], from the array of the sample on. */
  double[] covariance(ReturnSample sample);
}
