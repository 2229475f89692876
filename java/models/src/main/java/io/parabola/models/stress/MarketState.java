package io.parabola.models.stress;

import io.parabola.InvalidInputException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A state that a market can be in: what it does to volatilities, correlations and means.
 *
 * <p>Volatilities are multiplied by m. Correlations go a part θ of the way to one, which keeps
 * every covariance positive semidefinite: Cᵢⱼ becomes √((1−θᵢ)(1−θⱼ)) Cᵢⱼ + √(θᵢ θⱼ). Expected
 * returns are shifted.
 *
 * @param name its name
 * @param probability of a scenario to be in it
 * @param volatility m, at least 0; of an interval each scenario draws its own
 * @param correlation θ, between 0 and 1; of an interval each scenario draws its own
 * @param meanShift added to the expected return of every asset, per period
 * @param assets what is different for some assets, by name
 */
public record MarketState(
    String name,
    double probability,
    Interval volatility,
    Interval correlation,
    double meanShift,
    Map<String, Asset> assets) {

  /**
   * What a state does to one asset.
   *
   * @param volatility multiplies that asset's volatility once more; at least 0
   * @param correlation θ of that asset, instead of the state's; NaN for the state's
   * @param meanShift added to that asset's expected return, per period, beside the state's
   */
  public record Asset(double volatility, double correlation, double meanShift) {}

  /**
   * Checks the numbers.
   *
   * @throws InvalidInputException naming the state, and what is out of range
   */
  public MarketState {
    assets = Collections.unmodifiableMap(new TreeMap<>(assets)); // in one order everywhere
    String state = "state " + name + ": ";
    require(
        probability >= 0 && probability <= 1,
        state + "the probability must be between 0 and 1, but is " + probability);
    require(
        volatility.low() >= 0
            && volatility.high() >= volatility.low()
            && volatility.high() < Double.POSITIVE_INFINITY,
        state + "the volatility multiplier must be at least 0, but is " + text(volatility));
    require(
        correlation.low() >= 0
            && correlation.high() >= correlation.low()
            && correlation.high() <= 1,
        state
            + "the correlations' way to one must be between 0 and 1, but is "
            + text(correlation));
    require(Double.isFinite(meanShift), state + "the mean shift is " + meanShift);
    assets.forEach(
        (asset, own) -> {
          String of = state + asset + ": ";
          require(
              own.volatility() >= 0 && own.volatility() < Double.POSITIVE_INFINITY,
              of + "the volatility multiplier must be at least 0, but is " + own.volatility());
          require(
              Double.isNaN(own.correlation()) || own.correlation() >= 0 && own.correlation() <= 1,
              of
                  + "the correlations' way to one must be between 0 and 1, but is "
                  + own.correlation());
          require(Double.isFinite(own.meanShift()), of + "the mean shift is " + own.meanShift());
        });
  }

  /**
   * A state that treats all assets alike, and leaves means as they are.
   *
   * @param name its name
   * @param probability of a scenario to be in it
   * @param volatility m
   * @param correlation θ
   * @return the state
   * @throws InvalidInputException if a number is out of range
   */
  public static MarketState of(
      String name, double probability, double volatility, double correlation) {
    return new MarketState(
        name, probability, Interval.of(volatility), Interval.of(correlation), 0, Map.of());
  }

  private static String text(Interval interval) {
    return interval.isNumber()
        ? Double.toString(interval.low())
        : interval.low() + " to " + interval.high();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InvalidInputException(message);
    }
  }
}
