package io.parabola.cli.stress;

import io.parabola.models.Period;
import io.parabola.models.stress.MarketStates;
import io.parabola.models.stress.StressResults;
import java.util.List;

/**
 * What a stress run was asked for.
 *
 * @param scenarios how many
 * @param seed of the scenarios
 * @param steps periods of a path
 * @param riskAversion in a state that leaves volatilities alone
 * @param budget what the weights sum to
 * @param meanDegreesOfFreedom of the Student-t that means are drawn from; NaN if they are certain
 * @param returns what paths are drawn from
 * @param states of the market
 * @param period of one observation
 * @param confidence of VaR and CVaR
 * @param lossLimit a loss over the path that must not be reached, fraction of equity
 * @param windows of the past
 * @param resamples of the resampled frontier; 0 for none, negative for as many as suit the assets
 * @param quantiles how they are found
 */
public record StressSettings(
    int scenarios,
    long seed,
    int steps,
    double riskAversion,
    double budget,
    double meanDegreesOfFreedom,
    ReturnSettings returns,
    MarketStates states,
    Period period,
    double confidence,
    double lossLimit,
    List<ScenarioFile.Window> windows,
    int resamples,
    StressResults.Quantiles quantiles) {

  /** Where paths of returns come from. */
  public enum Returns {
    normal,
    student_t,
    bootstrap,
    filtered;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  /**
   * What paths of returns are drawn from.
   *
   * @param kind which process
   * @param degreesOfFreedom of a Student-t
   * @param meanBlock of a bootstrap, periods
   * @param decay of filtered volatilities
   * @param jumps null for none
   */
  public record ReturnSettings(
      Returns kind,
      double degreesOfFreedom,
      double meanBlock,
      double decay,
      ScenarioFile.Jumps jumps) {}
}
