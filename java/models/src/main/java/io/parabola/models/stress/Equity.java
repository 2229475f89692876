package io.parabola.models.stress;

/**
 * A portfolio that is bought and held along a path of returns: equity after t steps is 1 + Σ wᵢ (Π
 * (1 + rᵢ) − 1) less what trading cost at the start.
 */
final class Equity {
  private double loss;
  private double drawdown;

  /**
   * Walks a path.
   *
   * @param weights [n], fractions of equity
   * @param growth [steps][n], Π (1 + rᵢ) after each step
   * @param cost fraction of equity
   */
  void walk(double[] weights, double[][] growth, double cost) {
    double peak = 1;
    double equity = 1 - cost;
    drawdown = cost;
    for (double[] after : growth) {
      double gain = 0;
      for (int i = 0; i < weights.length; i++) {
        gain += weights[i] * (after[i] - 1);
      }
      equity = 1 - cost + gain;
      peak = Math.max(peak, equity);
      drawdown = Math.max(drawdown, 1 - equity / peak);
    }
    loss = 1 - equity;
  }

  double loss() {
    return loss;
  }

  double drawdown() {
    return drawdown;
  }
}
