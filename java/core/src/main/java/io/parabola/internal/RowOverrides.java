package io.parabola.internal;

import io.parabola.Matrix;

/**
 * The rows by scenario; null where the problem's own hold. Values are not checked.
 *
 * @param lower lower limits [S, m], or null
 * @param upper upper limits [S, m], or null
 * @param coefficients A [S·m, n]: row s·m + r is row r of scenario s; or null
 */
public record RowOverrides(Matrix lower, Matrix upper, Matrix coefficients) {
  /** The problem's own rows for every scenario. */
  public static final RowOverrides NONE = new RowOverrides(null, null, null);
}
