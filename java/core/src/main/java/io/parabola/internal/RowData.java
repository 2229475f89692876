package io.parabola.internal;

import java.util.List;

/**
 * Linear constraints lower &lt;= A w &lt;= upper; arrays not copied and not to be modified.
 *
 * @param names m names
 * @param assets n
 * @param coefficients A [m, n], row-major, finite
 * @param lower lower limits [m], possibly minus infinity
 * @param upper upper limits [m], possibly infinity; none below its lower limit
 */
public record RowData(
    List<String> names, int assets, double[] coefficients, double[] lower, double[] upper) {
  /**
   * No rows at all.
   *
   * @param assets n
   * @return rows that hold for all weights
   */
  public static RowData none(int assets) {
    return new RowData(List.of(), assets, new double[0], new double[0], new double[0]);
  }

  /**
   * The number of rows.
   *
   * @return m
   */
  public int count() {
    return lower.length;
  }

  /**
   * What is wrong with the limits of a row.
   *
   * @param name the row
   * @param lower its lower limit
   * @param upper its upper limit
   * @return one line, or null if nothing is
   */
  public static String limitTrouble(String name, double lower, double upper) {
    if (Double.isNaN(lower) || lower == Double.POSITIVE_INFINITY) {
      return "row " + name + ": lower limit " + lower + ": must be a number or minus infinity";
    }
    if (Double.isNaN(upper) || upper == Double.NEGATIVE_INFINITY) {
      return "row " + name + ": upper limit " + upper + ": must be a number or infinity";
    }
    if (lower > upper) {
      return "row " + name + ": limits cross: lower " + lower + " > upper " + upper;
    }
    return null;
  }
}
