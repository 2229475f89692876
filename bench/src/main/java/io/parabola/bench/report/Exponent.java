package io.parabola.bench.report;

import java.util.List;

/** How a time grows with a size: the p of time ∝ size^p, fitted to the logarithms. */
final class Exponent {
  private Exponent() {}

  /**
   * Least squares.
   *
   * @param x above 0
   * @param y above 0
   * @return NaN of fewer than two different sizes
   */
  static double of(List<Double> x, List<Double> y) {
    double meanX = x.stream().mapToDouble(Math::log).average().orElse(Double.NaN);
    double meanY = y.stream().mapToDouble(Math::log).average().orElse(Double.NaN);
    double both = 0;
    double own = 0;
    for (int k = 0; k < x.size(); k++) {
      double distance = Math.log(x.get(k)) - meanX;
      both += distance * (Math.log(y.get(k)) - meanY);
      own += distance * distance;
    }
    return own == 0 ? Double.NaN : both / own;
  }
}
