/**
 * Mean-variance portfolios by the thousand, each with a certificate.
 *
 * <p>The problem, for n assets with weights w (fractions of equity), expected returns μ and their
 * covariance Σ, both of simple returns per period, and the risk aversion γ:
 *
 * <pre>
 *     minimise    ½ γ w'Σw − μ'w
 *     subject to  1'w = budget,  lower &lt;= w &lt;= upper
 * </pre>
 *
 * <p>A {@link io.parabola.Problem} states it, a {@link io.parabola.Batch} varies it over scenarios
 * that share Σ, and an {@link io.parabola.Engine} solves either. Every solution carries its gap: a
 * bound, worked out from the data, on how far its objective is above the optimum.
 *
 * <p>Matrices are row-major and batches scenario-major; {@code [S, n]} is the shape of an array of
 * {@code S * n} numbers in which scenario s and asset i stand at {@code s * n + i}.
 */
package io.parabola;
