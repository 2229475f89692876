package io.parabola.models.stress;

import io.parabola.InvalidInputException;
import io.parabola.internal.Philox;
import io.parabola.internal.Philox.Draw;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The states that a market can be in, and which one a scenario is in: a function of the seed and of
 * the scenario alone. Immutable; may be used from many threads at once.
 */
public final class MarketStates {
  private final List<MarketState> states;

  private MarketStates(List<MarketState> states) {
    this.states = List.copyOf(states);
  }

  /**
   * What a scenario's state does to the market.
   *
   * @param state its place in the list
   * @param volatility m, of all assets
   * @param correlation θ, of all assets
   */
  public record Drawn(int state, double volatility, double correlation) {}

  /**
   * States, whose probabilities sum to 1.
   *
   * @param states at least one, of different names
   * @return the states
   * @throws InvalidInputException if there are none, two share a name, or the probabilities do not
   *     sum to 1 within 1e-9
   */
  public static MarketStates of(List<MarketState> states) {
    if (states.isEmpty()) {
      throw new InvalidInputException("there are no states");
    }
    double sum = 0;
    Set<String> names = new HashSet<>();
    for (MarketState state : states) {
      if (!names.add(state.name())) {
        throw new InvalidInputException("there are two states of the name " + state.name());
      }
      sum += state.probability();
    }
    if (Math.abs(sum - 1) > 1e-9) {
      throw new InvalidInputException(
          "the probabilities of the states must sum to 1, but sum to " + sum);
    }
    return new MarketStates(states);
  }

  /**
   * Calm (a quarter of the scenarios, volatilities times 0.7), normal (half of them), and stressed
   * (a quarter, volatilities times 1.6, correlations half of the way to one): round figures, not an
   * estimate.
   *
   * @return the states
   */
  public static MarketStates standard() {
    return of(
        List.of(
            MarketState.of("calm", 0.25, 0.7, 0),
            MarketState.of("normal", 0.5, 1, 0),
            MarketState.of("stressed", 0.25, 1.6, 0.5)));
  }

  /**
   * The states.
   *
   * @return in the order given
   */
  public List<MarketState> list() {
    return states;
  }

  /**
   * The state of one scenario.
   *
   * @param seed any number
   * @param scenario from 0
   * @return the state, and what it draws
   */
  public Drawn draw(long seed, long scenario) {
    Philox random = new Philox(seed).at(scenario, 0);
    double[] u = new double[2];
    random.uniforms(Draw.STATE, 0, u);
    int chosen = -1;
    double left = u[0];
    for (int k = 0; k < states.size(); k++) {
      double probability = states.get(k).probability();
      if (probability > 0) {
        chosen = k; // the last that can happen takes what rounding leaves
        if (left < probability) {
          break;
        }
      }
      left -= probability;
    }
    MarketState state = states.get(chosen);
    double volatility = state.volatility().at(u[1]);
    random.uniforms(Draw.STATE, 1, u);
    return new Drawn(chosen, volatility, state.correlation().at(u[0]));
  }

  @Override
  public String toString() {
    return states.toString();
  }
}
