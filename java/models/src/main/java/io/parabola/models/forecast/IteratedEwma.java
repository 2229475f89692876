package io.parabola.models.forecast;

import io.parabola.InvalidInputException;

/**
 * Volatilities that forget quickly, and correlations of the returns divided by these that forget
 * slowly (iterated EWMA; Engle 2002, Johansson, Ogut, Pelger, Schmelzer and Boyd 2023).
 */
public final class IteratedEwma implements CovarianceForecaster {
  private final double volatilityDecay;
  private final double correlationDecay;

  /**
   * Of two half-lives.
   *
   * @param volatilityHalfLife in periods, above 0
   * @param correlationHalfLife in periods, above 0; longer, as a rule
   * @throws InvalidInputException if one is not positive
   */
  public IteratedEwma(double volatilityHalfLife, double correlationHalfLife) {
    volatilityDecay = Decay.of(volatilityHalfLife);
    correlationDecay = Decay.of(correlationHalfLife);
  }

  @Override
  public String name() {
    return "iterated-ewma";
  }

  @Override
  public State start(double[][] history) {
    Moments.require(this, history);
    int n = history[0].length;
    double[] products = Moments.products(history);
    double[] variance = new double[n];
    double[] q = new double[n * n];
    for (int i = 0; i < n; i++) {
      variance[i] = products[i * n + i];
      for (int j = 0; j < n; j++) {
        double root = Math.sqrt(products[i * n + i] * products[j * n + j]);
        q[i * n + j] = root > 0 ? products[i * n + j] / root : i == j ? 1 : 0;
      }
    }
    State state = new Seen(variance, q);
    for (double[] returns : history) {
      state.observe(returns);
    }
    return state;
  }

  private final class Seen implements State {
    private final double[] variance;
    private final double[] q;

    Seen(double[] variance, double[] q) {
      this.variance = variance;
      this.q = q;
    }

    @Override
    public void observe(double[] r) {
      int n = variance.length;
      double[] z = new double[n];
      for (int i = 0; i < n; i++) {
        z[i] = variance[i] > 0 ? r[i] / Math.sqrt(variance[i]) : 0;
        variance[i] = volatilityDecay * variance[i] + (1 - volatilityDecay) * r[i] * r[i];
      }
      Moments.average(q, z, correlationDecay);
    }

    @Override
    public double[] forecast() {
      double[] deviation = new double[variance.length];
      for (int i = 0; i < deviation.length; i++) {
        deviation[i] = Math.sqrt(variance[i]);
      }
      return Moments.scaled(q, deviation);
    }

    @Override
    public State copy() {
      return new Seen(variance.clone(), q.clone());
    }
  }
}
