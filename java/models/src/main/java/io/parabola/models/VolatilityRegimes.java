package io.parabola.models;

import io.parabola.InvalidInputException;
import java.util.List;

/**
 * Calm, normal and stressed markets, as multipliers of every volatility.
 *
 * <p>Multiplying all volatilities by m multiplies Σ by m², and in ½·γ·w'Σw − μ'w that is the same
 * as multiplying the risk aversion γ by m². So a scenario's regime costs no covariance of its own:
 * it is a risk aversion of γ·m² with the shared Σ. The weights and the objective are exactly those
 * of the scaled covariance; a volatility read from the solution is that of the shared Σ, and has to
 * be multiplied by m.
 *
 * <p>The regime of scenario s depends on the seed and on s alone. Immutable and safe for use by
 * many threads.
 */
public final class VolatilityRegimes {

  /**
   * One regime.
   *
   * @param name its name
   * @param multiplier m, of every volatility; positive
   * @param probability of a scenario to be in it; the probabilities of all regimes sum to 1
   */
  public record Regime(String name, double multiplier, double probability) {}

  private static final int PURPOSE = 2;

  private final List<Regime> regimes;

  private VolatilityRegimes(List<Regime> regimes) {
    this.regimes = List.copyOf(regimes);
  }

  /**
   * Calm 0.7 (probability 0.25), normal 1 (0.5), stressed 1.6 (0.25): a choice of round figures,
   * not an estimate.
   *
   * @return the regimes
   */
  public static VolatilityRegimes standard() {
    return of(
        List.of(
            new Regime("calm", 0.7, 0.25),
            new Regime("normal", 1, 0.5),
            new Regime("stressed", 1.6, 0.25)));
  }

  /**
   * Regimes of one's own.
   *
   * @param regimes at least one
   * @return the regimes
   * @throws InvalidInputException for a multiplier that is not positive, a probability outside [0,
   *     1], or probabilities that do not sum to 1 within 1e-9
   */
  public static VolatilityRegimes of(List<Regime> regimes) {
    double sum = 0;
    for (Regime regime : regimes) {
      if (!(regime.multiplier() > 0) || Double.isInfinite(regime.multiplier())) {
        throw new InvalidInputException(
            "regime "
                + regime.name()
                + ": the volatility multiplier must be positive, but is "
                + regime.multiplier());
      }
      if (!(regime.probability() >= 0 && regime.probability() <= 1)) {
        throw new InvalidInputException(
            "regime "
                + regime.name()
                + ": the probability must be between 0 and 1, but is "
                + regime.probability());
      }
      sum += regime.probability();
    }
    if (Math.abs(sum - 1) > 1e-9) {
      throw new InvalidInputException(
          "the probabilities of the regimes must sum to 1, but sum to " + sum);
    }
    return new VolatilityRegimes(regimes);
  }

  /**
   * The regimes.
   *
   * @return in the order given
   */
  public List<Regime> regimes() {
    return regimes;
  }

  /**
   * The regime of one scenario.
   *
   * @param seed any number
   * @param scenario s, from 0
   * @return its regime's place in the list
   */
  public int draw(long seed, long scenario) {
    double u = new Philox(seed, PURPOSE, scenario).uniform();
    int last = 0;
    for (int k = 0; k < regimes.size(); k++) {
      double probability = regimes.get(k).probability();
      if (probability > 0) {
        last = k;
        if (u < probability) {
          return k;
        }
      }
      u -= probability;
    }
    return last;
  }

  /**
   * The risk aversion that stands for a regime.
   *
   * @param riskAversion γ, of the shared covariance
   * @param regime its place in the list
   * @return γ·m²
   */
  public double riskAversion(double riskAversion, int regime) {
    double multiplier = regimes.get(regime).multiplier();
    return riskAversion * multiplier * multiplier;
  }
}
