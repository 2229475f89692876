package io.parabola.internal;

import io.parabola.Covariance;

/**
 * The contents of a problem; arrays of n, not copied and not to be modified.
 *
 * @param covariance Σ [n, n]
 * @param expectedReturns μ, finite
 * @param riskAversion γ, finite and at least 0
 * @param lower lower bounds, possibly minus infinity
 * @param upper upper bounds, possibly plus infinity; none below its lower bound
 * @param budget what the weights sum to, finite
 * @param start weights to start from, finite, or null
 */
public record ProblemData(
    Covariance covariance,
    double[] expectedReturns,
    double riskAversion,
    double[] lower,
    double[] upper,
    double budget,
    double[] start) {}
