package io.parabola.internal;

import io.parabola.Matrix;

/**
 * The rates of transaction costs by scenario; null where the problem's own hold. Values are not
 * checked. The exponent of the power term is the problem's.
 *
 * @param buy cost per unit bought [S, n], or null
 * @param sell cost per unit sold [S, n], or null
 * @param quadratic coefficients of the squared trade [S, n], or null
 * @param power coefficients of the power term [S, n], or null
 */
public record CostOverrides(Matrix buy, Matrix sell, Matrix quadratic, Matrix power) {
  /**
   * Whether any scenario has rates of its own.
   *
   * @return whether one of the matrices is there
   */
  public boolean any() {
    return buy != null || sell != null || quadratic != null || power != null;
  }
}
