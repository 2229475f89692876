package io.parabola.cli;

import io.parabola.models.Period;
import io.parabola.models.VolatilityRegimes;

/**
 * What a stress run was asked for.
 *
 * @param source where the prices came from
 * @param scenarios how many
 * @param seed of the scenarios
 * @param riskAversion in a regime of multiplier 1
 * @param budget what the weights sum to
 * @param degreesOfFreedom of the Student-t
 * @param regimes of volatility
 * @param period of one row of prices
 */
record StressSettings(
    String source,
    int scenarios,
    long seed,
    double riskAversion,
    double budget,
    double degreesOfFreedom,
    VolatilityRegimes regimes,
    Period period) {}
