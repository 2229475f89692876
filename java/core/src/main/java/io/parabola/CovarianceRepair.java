package io.parabola;

import java.util.Locale;

/**
 * A matrix made a covariance, and how far that moved it.
 *
 * @param repair how
 * @param covariance what it is now, exactly symmetric
 * @param distance the Frobenius norm of the change
 * @param relativeDistance that over the norm of the matrix given
 * @param largestChange the change of the element that changed most, with its sign
 * @param row the asset of that element's row
 * @param column the asset of its column
 * @param smallestEigenvalueBefore of the mean of the matrix given and its transpose
 * @param smallestEigenvalueAfter of the covariance; it may be negative by rounding
 */
public record CovarianceRepair(
    CovarianceDoctor.Repair repair,
    Covariance covariance,
    double distance,
    double relativeDistance,
    double largestChange,
    String row,
    String column,
    double smallestEigenvalueBefore,
    double smallestEigenvalueAfter) {

  /**
   * The report, for people.
   *
   * @return one line
   */
  public String text() {
    if (distance == 0) {
      return repair.label() + " had nothing to repair";
    }
    return String.format(
        Locale.ROOT,
        "%s moved the matrix by %.3g in the Frobenius norm, %.3g of its own, and most of all"
            + " covariance[%s, %s], by %.3g; its smallest eigenvalue was %.3g and is %.3g",
        repair.label(),
        distance,
        relativeDistance,
        row,
        column,
        largestChange,
        smallestEigenvalueBefore,
        smallestEigenvalueAfter);
  }
}
