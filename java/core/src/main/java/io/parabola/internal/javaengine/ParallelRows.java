package io.parabola.internal.javaengine;

import java.util.Arrays;

/**
 * Rows that say something about the same combination of weights, made one: two limits that meet
 * there would otherwise leave no interior and no unique multipliers. Rows of zeros are left out.
 */
final class ParallelRows {
  private static final double ROUNDING = 8 * Math.ulp(1.0);

  /** The same problem with rows of which no two are parallel. */
  final Qp merged;

  private final int count;

  /** For each merged row, the rows whose limits it has, and their size in its terms. */
  private final int[] lowerFrom;

  private final int[] upperFrom;
  private final double[] lowerSize;
  private final double[] upperSize;

  ParallelRows(Qp qp) {
    count = qp.rows.length;
    lowerFrom = new int[count];
    upperFrom = new int[count];
    lowerSize = new double[count];
    upperSize = new double[count];
    double[][] rows = new double[count][];
    double[] lower = new double[count];
    double[] upper = new double[count];
    int size = 0;
    for (int k = 0; k < count; k++) {
      int lead = largest(qp.rows[k]);
      if (qp.rows[k][lead] == 0 && qp.rowLower[k] <= 0 && qp.rowUpper[k] >= 0) {
        continue;
      }
      int same = 0;
      while (same < size && !parallel(rows[same], qp.rows[k], lead)) {
        same++;
      }
      if (same < size) {
        double factor = qp.rows[k][lead] / rows[same][lead];
        double low = (factor > 0 ? qp.rowLower[k] : qp.rowUpper[k]) / factor;
        double high = (factor > 0 ? qp.rowUpper[k] : qp.rowLower[k]) / factor;
        double nothing = ROUNDING * Math.max(finite(low), finite(high));
        if (low > upper[same] + nothing || high < lower[same] - nothing) {
          // They contradict each other, which is for others to find.
          same = size;
        } else {
          merge(same, k, factor, low, high, lower, upper);
          continue;
        }
      }
      rows[size] = qp.rows[k];
      lower[size] = qp.rowLower[k];
      upper[size] = qp.rowUpper[k];
      lowerFrom[size] = k;
      upperFrom[size] = k;
      lowerSize[size] = 1;
      upperSize[size] = 1;
      size++;
    }
    merged =
        qp.having(
            Arrays.copyOf(rows, size), Arrays.copyOf(lower, size), Arrays.copyOf(upper, size));
  }

  private void merge(
      int into, int k, double factor, double low, double high, double[] lower, double[] upper) {
    boolean equality = lower[into] == upper[into];
    if (!equality && (low > lower[into] || low == high)) {
      lower[into] = low;
      lowerFrom[into] = k;
      lowerSize[into] = factor;
    }
    if (!equality && (high < upper[into] || low == high)) {
      upper[into] = high;
      upperFrom[into] = k;
      upperSize[into] = factor;
    }
    double nothing = ROUNDING * Math.max(finite(lower[into]), finite(upper[into]));
    if (!equality && upper[into] - lower[into] <= nothing) {
      upper[into] = lower[into];
    }
  }

  /** The multipliers of all the rows, from those of the merged ones. */
  double[] expand(double[] multipliers) {
    double[] all = new double[count];
    for (int k = 0; k < multipliers.length; k++) {
      boolean low = multipliers[k] > 0;
      all[low ? lowerFrom[k] : upperFrom[k]] +=
          multipliers[k] / (low ? lowerSize[k] : upperSize[k]);
    }
    return all;
  }

  private static boolean parallel(double[] row, double[] other, int lead) {
    double factor = other[lead] / row[lead];
    if (!(Math.abs(factor) > 0 && Math.abs(factor) < Double.POSITIVE_INFINITY)) {
      return false;
    }
    double most = Math.abs(other[lead]);
    for (int i = 0; i < row.length; i++) {
      if (Math.abs(other[i] - factor * row[i]) > ROUNDING * most) {
        return false;
      }
    }
    return true;
  }

  private static int largest(double[] row) {
    int largest = 0;
    for (int i = 1; i < row.length; i++) {
      largest = Math.abs(row[i]) > Math.abs(row[largest]) ? i : largest;
    }
    return largest;
  }

  private static double finite(double limit) {
    return Double.isInfinite(limit) ? 0 : Math.abs(limit);
  }
}
