package io.parabola.bench;

/**
 * What trading x of an asset costs: linear·|x| + quadratic·x² + power·|x|^1.5, the same for all
 * assets.
 */
record Costs(double linear, double quadratic, double power) {
  static final Costs NONE = new Costs(0, 0, 0);
  static final double EXPONENT = 1.5;

  double of(double trade) {
    double x = Math.abs(trade);
    return linear * x + quadratic * x * x + power * x * Math.sqrt(x);
  }

  /** The derivative of all but the linear part, which has none at zero. */
  double smoothSlope(double trade) {
    double x = Math.abs(trade);
    return Math.signum(trade) * (2 * quadratic * x + EXPONENT * power * Math.sqrt(x));
  }
}
