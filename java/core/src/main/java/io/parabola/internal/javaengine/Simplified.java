package io.parabola.internal.javaengine;

import java.util.Arrays;

/**
 * A {@link Qp} without what would leave it no interior or no unique multipliers though it is
 * harmless: parallel rows, and limits of turnover or gross exposure on weights that are all known
 * to be above or below their kinks, such as a gross exposure of one beside a budget of one.
 */
final class Simplified {
  final Qp qp;

  private final int rows;
  private final int turnoverRow;
  private final int grossRow;
  private final ParallelRows parallel;

  Simplified(Qp original) {
    rows = original.rows.length;
    Qp linear = original;
    double[] turnoverSides = sides(original, true);
    turnoverRow = turnoverSides == null ? -1 : linear.rows.length;
    if (turnoverSides != null) {
      double held = Dense.dot(turnoverSides, original.w0, original.n);
      linear = linear.with(turnoverSides, Double.NEGATIVE_INFINITY, original.turnover + held);
      linear.turnover = Double.POSITIVE_INFINITY;
    }
    double[] grossSides = sides(original, false);
    grossRow = grossSides == null ? -1 : linear.rows.length;
    if (grossSides != null) {
      linear = linear.with(grossSides, Double.NEGATIVE_INFINITY, original.gross);
      linear.gross = Double.POSITIVE_INFINITY;
    }
    parallel = new ParallelRows(linear);
    qp = parallel.merged;
  }

  /** 1 above the kink, −1 below it [n]; null if there is no limit, or a weight may be on either. */
  private static double[] sides(Qp qp, boolean trade) {
    if ((trade ? qp.turnover : qp.gross) == Double.POSITIVE_INFINITY) {
      return null;
    }
    double[] sides = new double[qp.n];
    for (int i = 0; i < qp.n; i++) {
      double kink = trade ? qp.w0[i] : 0;
      if (qp.lower[i] < kink && qp.upper[i] > kink) {
        return null;
      }
      sides[i] = qp.lower[i] >= kink ? 1 : -1;
    }
    return sides;
  }

  /** The original rows' multipliers, from those of the simplified ones. */
  double[] multipliers(double[] y) {
    return Arrays.copyOf(parallel.expand(y), rows);
  }

  double kappa(double[] y, double kappa) {
    return turnoverRow < 0 ? kappa : -parallel.expand(y)[turnoverRow];
  }

  double rho(double[] y, double rho) {
    return grossRow < 0 ? rho : -parallel.expand(y)[grossRow];
  }
}
