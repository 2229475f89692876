package io.parabola.internal;

/**
 * Costs of a trade x from the current weights, Σ buy max(x, 0) + sell max(−x, 0) + quadratic x² +
 * power |x|^exponent; arrays of n, finite, at least 0, not copied and not to be modified.
 *
 * @param buy cost per unit bought
 * @param sell cost per unit sold
 * @param quadratic coefficients of x²
 * @param power coefficients of |x|^exponent
 * @param exponent from 1.5 to 2
 */
public record CostData(
    double[] buy, double[] sell, double[] quadratic, double[] power, double exponent) {}
