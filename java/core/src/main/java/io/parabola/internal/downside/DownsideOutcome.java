package io.parabola.internal.downside;

import io.parabola.Status;
import java.util.List;

/**
 * What became of a downside problem.
 *
 * @param status how it ended
 * @param message one line; empty if solved
 * @param weights w [n]; NaN if there are none
 * @param risk ρ
 * @param threshold the loss beyond which the measure counts; of CVaR the value at risk
 * @param objective what was minimised
 * @param gap at least 0
 * @param relativeGap gap over the larger of what is earned and what the tail's losses cost
 * @param tailWeights u [S]
 * @param prices shadow prices, one for each name
 * @param priceNames of the constraints
 * @param iterations steps of Newton's method
 * @param scenariosUsed how many scenarios it took in the end
 */
public record DownsideOutcome(
    Status status,
    String message,
    double[] weights,
    double risk,
    double threshold,
    double objective,
    double gap,
    double relativeGap,
    double[] tailWeights,
    double[] prices,
    List<String> priceNames,
    int iterations,
    int scenariosUsed) {}
