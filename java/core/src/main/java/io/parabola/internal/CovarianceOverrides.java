package io.parabola.internal;

import io.parabola.Matrix;

/**
 * The covariance by scenario; null where the problem's own holds. At most one family is there: the
 * first two, the next two, or the last. Values are not checked.
 *
 * <p>With m the multipliers, θ the stress and σ the problem's volatilities, scenario s has Σᵢⱼ → mᵢ
 * mⱼ (√((1−θᵢ)(1−θⱼ)) Σᵢⱼ + √(θᵢ θⱼ) σᵢ σⱼ): the shared Σ scaled on both sides, and one rank more.
 * On the diagonal that is mᵢ² Σᵢᵢ.
 *
 * @param volatilityMultipliers m [S, n], or null
 * @param correlationStress θ [S, n], or [S, 1] for one θ that all assets share, or null
 * @param factorCovariance Ω [S, k·k], or null
 * @param specificVariance d [S, n], or null
 * @param own Σ [S·n, n]: row s·n + i is row i of scenario s; or null
 * @param trusted whether these need no check
 */
public record CovarianceOverrides(
    Matrix volatilityMultipliers,
    Matrix correlationStress,
    Matrix factorCovariance,
    Matrix specificVariance,
    Matrix own,
    boolean trusted) {
  /** The problem's own covariance for every scenario. */
  public static final CovarianceOverrides NONE =
      new CovarianceOverrides(null, null, null, null, null, false);

  /**
   * Whether the problem's own covariance holds for every scenario.
   *
   * @return whether nothing is overridden
   */
  public boolean isEmpty() {
    return equals(NONE);
  }
}
