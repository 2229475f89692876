package io.parabola.models.forecast;

import io.parabola.InvalidInputException;

/**
 * The exponentially weighted covariance about zero, Σ ← λΣ + (1−λ) r r' (RiskMetrics 1996): what
 * every other forecaster has to beat.
 */
public final class EwmaForecaster implements CovarianceForecaster {
  private final double decay;

  /**
   * Of a half-life.
   *
   * @param halfLife in periods, above 0
   * @throws InvalidInputException if it is not positive
   */
  public EwmaForecaster(double halfLife) {
    decay = Decay.of(halfLife);
  }

  @Override
  public String name() {
    return "ewma";
  }

  @Override
  public State start(double[][] history) {
    Moments.require(this, history);
    double[] sigma = Moments.products(history);
    State state = new Seen(decay, history[0].length, sigma);
    for (double[] returns : history) {
      state.observe(returns);
    }
    return state;
  }

  private static final class Seen implements State {
    private final double decay;
    private final int n;
    private final double[] sigma;

    Seen(double decay, int n, double[] sigma) {
      this.decay = decay;
      this.n = n;
      this.sigma = sigma;
    }

    @Override
    public void observe(double[] r) {
      Moments.average(sigma, r, decay);
    }

    @Override
    public double[] forecast() {
      return sigma.clone();
    }

    @Override
    public State copy() {
      return new Seen(decay, n, sigma.clone());
    }
  }
}
