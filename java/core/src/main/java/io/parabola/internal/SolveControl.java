package io.parabola.internal;

import io.parabola.Cancellation;
import io.parabola.DeviceMatrix;
import io.parabola.Progress;

/**
 * How an engine is to go about one batch.
 *
 * @param threads threads to use, the calling one among them
 * @param tolerance the largest relative gap that is solved
 * @param progress to be called from the calling thread only
 * @param cancellation to be looked at before each scenario, or each few
 * @param deviceWeights where the weights go instead of to a matrix of the host, or null
 */
public record SolveControl(
    int threads,
    double tolerance,
    Progress progress,
    Cancellation cancellation,
    DeviceMatrix deviceWeights) {}
