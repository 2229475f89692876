package io.parabola.internal;

import io.parabola.Matrix;

/**
 * The contents of a batch: null where the problem's own value holds for every scenario. Values are
 * not checked: an engine gives a scenario with bad ones {@code Status.INVALID}.
 *
 * @param problem the problem's contents
 * @param scenarios S
 * @param expectedReturns μ [S, n], or null
 * @param riskAversion γ [S], or null
 * @param lower lower bounds [S, n], or null
 * @param upper upper bounds [S, n], or null
 * @param budget budgets [S], or null
 * @param start weights to start from [S, n], or null
 */
public record BatchData(
    ProblemData problem,
    int scenarios,
    Matrix expectedReturns,
    double[] riskAversion,
    Matrix lower,
    Matrix upper,
    double[] budget,
    Matrix start) {}
