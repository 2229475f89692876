package io.parabola.bench.problems;

/**
 * What trading x of an asset costs: linear·|x| + quadratic·x² + power·|x|^1.5, the same for all
 * assets.
 */
public record Costs(double linear, double quadratic, double power) {
  public static final Costs NONE = new Costs(0, 0, 0);
  public static final double EXPONENT = 1.5;

  public double of(double trade) {
    double x = Math.abs(trade);
    return linear * x + quadratic * x * x + power(x);
  }

  public double power(double trade) {
    double x = Math.abs(trade);
    return power * x * Math.sqrt(x);
  }

  public double powerSlope(double trade) {
    return Math.signum(trade) * EXPONENT * power * Math.sqrt(Math.abs(trade));
  }

  /** The trade at which the power cost has that slope. */
  public double tradeOfSlope(double slope) {
    double root = slope / (EXPONENT * power);
    return root * root;
  }

  /** The derivative of all but the linear part, which has none at zero. */
  public double smoothSlope(double trade) {
    return 2 * quadratic * trade + powerSlope(trade);
  }
}
