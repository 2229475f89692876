package io.parabola.internal.nativecpu;

import io.parabola.Objective;
import io.parabola.Status;
import io.parabola.internal.BatchData;
import io.parabola.internal.Results;

/**
 * Where the shadow prices that a batch has names for are among those that native code writes:
 * budget, rows, turnover, gross exposure, target.
 */
final class PriceOrder {
  private final int width;
  private final int[] places;

  PriceOrder(BatchData data) {
    int m = data.problem().rows().count();
    width = m + 4;
    places = new int[data.constraintNames().size()];
    int count = 0;
    if (data.problem().hasBudget()) {
      places[count++] = 0;
    }
    for (int r = 0; r < m; r++) {
      places[count++] = 1 + r;
    }
    if (data.hasTurnover()) {
      places[count++] = 1 + m;
    }
    if (data.hasGrossExposure()) {
      places[count++] = 2 + m;
    }
    Objective.Kind kind = data.problem().objective().kind();
    if (kind == Objective.Kind.TARGET_RETURN || kind == Objective.Kind.TARGET_RISK) {
      places[count] = 3 + m;
    }
  }

  /** Numbers that native code writes for each scenario. */
  int width() {
    return width;
  }

  /** Takes over the prices of those scenarios that have weights. */
  void copy(double[] prices, int first, int count, Results out) {
    for (int s = 0; s < count; s++) {
      int status = out.status[first + s];
      if (status == Status.SOLVED.ordinal() || status == Status.INACCURATE.ordinal()) {
        for (int k = 0; k < places.length; k++) {
          out.shadowPrices[(first + s) * places.length + k] = prices[s * width + places[k]];
        }
      }
    }
  }
}
