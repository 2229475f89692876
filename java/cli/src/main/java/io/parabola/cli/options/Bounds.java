package io.parabola.cli.options;

import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * Lower or upper bounds as the command line gives them: one number for all assets, or a CSV {@code
 * asset,bound}.
 */
public final class Bounds {
  private final String option;
  private final double[] values;
  private final NumberTable table;
  private final int[] rows;

  private Bounds(String option, double[] values, NumberTable table, int[] rows) {
    this.option = option;
    this.values = values;
    this.table = table;
    this.rows = rows;
  }

  /**
   * Reads bounds.
   *
   * @param option its name, for messages
   * @param text a number or the path of a CSV
   * @param source the file that names the assets, for messages
   */
  public static Bounds read(String option, String text, List<String> assets, String source) {
    try {
      double bound = Numbers.parse(text);
      if (Double.isNaN(bound)) {
        throw Failure.input(option + " NaN: is not a bound");
      }
      if (Numbers.overflows(text, bound)) {
        throw Failure.input(option + " " + text + ": too large for a number; write inf for none");
      }
      return of(option, bound, assets.size());
    } catch (NumberFormatException e) {
      // Not a number, so it is a file.
    }
    NumberTable table =
        NumberTable.labelled(pathOf(option, text), NumberTable.Values.BOUNDS)
            .requireHeader("asset,bound");
    int[] rows = table.rowsOf(assets, source);
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = table.get(rows[i], 0);
    }
    return new Bounds(option, values, table, rows);
  }

  public static Bounds of(String option, double bound, int assets) {
    double[] values = new double[assets];
    Arrays.fill(values, bound);
    return new Bounds(option, values, null, null);
  }

  private static Path pathOf(String option, String text) {
    if (text.isBlank()) {
      throw Failure.input(option + ": it is empty, where a number or a file belongs");
    }
    Path path;
    try {
      path = OptionValues.path(text);
    } catch (CommandLine.TypeConversionException e) {
      throw Failure.input(option + ": " + e.getMessage());
    }
    if (!Files.exists(path)) {
      throw Failure.input(option + " " + text + ": is neither a number nor a file");
    }
    return path;
  }

  public double[] values() {
    return values;
  }

  private String describe(int asset) {
    String value = Numbers.brief(values[asset]);
    return table == null
        ? value + " (" + option + ")"
        : value + " (" + table.place(rows[asset]).replaceAll(": $", "") + ")";
  }

  /** Fails where a lower bound is above the upper one, with both places. */
  public static void requireOrder(Bounds lower, Bounds upper, List<String> assets) {
    for (int i = 0; i < assets.size(); i++) {
      if (lower.values[i] == Double.POSITIVE_INFINITY) {
        throw Failure.input(
            "lower bound of "
                + assets.get(i)
                + ": "
                + lower.describe(i)
                + ": no weight reaches it");
      }
      if (upper.values[i] == Double.NEGATIVE_INFINITY) {
        throw Failure.input(
            "upper bound of " + assets.get(i) + ": " + upper.describe(i) + ": no weight keeps it");
      }
      if (lower.values[i] > upper.values[i]) {
        throw Failure.input(
            "bounds of "
                + assets.get(i)
                + " cross: lower "
                + lower.describe(i)
                + " > upper "
                + upper.describe(i));
      }
    }
  }
}
