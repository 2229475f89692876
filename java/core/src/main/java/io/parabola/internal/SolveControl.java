package io.parabola.internal;

import io.parabola.Cancellation;
import io.parabola.Progress;

/**
 * How an engine is to go about one batch.
 *
 * @param threads threads to use, the calling one among them
 * @param tolerance the largest relative gap that is solved
 * @param progress to be called from the calling thread only
 * @param cancellation to be looked at before each scenario, or each few
 */
public record SolveControl(
    int threads, double tolerance, Progress progress, Cancellation cancellation) {}
