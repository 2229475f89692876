package io.parabola.cli.files;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as text: exactly in files, shortly for readers. */
public final class Numbers {
  /** Enough to give every double back exactly. */
  private static final MathContext DIGITS = new MathContext(17);

  private Numbers() {}

  /**
   * 17 significant digits, without trailing zeros: 0.1 is 0.10000000000000001, and 0.25 is 0.25.
   */
  public static String exact(double value) {
    if (value == 0) {
      return "0";
    }
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }
    if (value == (int) value) {
      return Integer.toString((int) value);
    }
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString();
  }

  /** Four significant digits at most. */
  public static String brief(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return exact(value);
    }
    double size = Math.abs(value);
    if (size < 1e-4 || size >= 1e6) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return decimals == 0 ? text : text.replaceAll("\\.?0+$", "");
  }

  /** A fraction as per cent with one decimal. */
  public static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", fraction * 100);
  }

  /** A share as per cent with as many decimals as it has: 95 %, 99.5 %. */
  public static String share(double fraction) {
    return brief(fraction * 100) + " %";
  }

  /**
   * A fraction with its standard error, both as per cent, with the decimals that the error leaves.
   */
  public static String percent(double fraction, double error) {
    if (Double.isNaN(error)) {
      return percent(fraction); // of one scenario alone nobody knows how far off it is
    }
    if (Math.abs(fraction) > 1e6) {
      return brief(fraction * 100) + " \u00b1 " + brief(error * 100) + " %";
    }
    int decimals =
        error > 0 ? (int) Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(error * 100)))) : 2;
    return String.format(
        Locale.ROOT,
        "%." + decimals + "f \u00b1 %." + decimals + "f %%",
        fraction * 100,
        error * 100);
  }

  /** A time in the unit that suits it. */
  public static String seconds(double seconds) {
    return seconds < 0.1
        ? String.format(Locale.ROOT, "%.2f ms", seconds * 1e3)
        : String.format(Locale.ROOT, "%.2f s", seconds);
  }

  /** A count of things, with the noun in the number that it takes: 1 asset, 81 assets. */
  public static String count(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }

  /** Whether a text of digits stands for a number too large for a double, which reads as inf. */
  public static boolean overflows(String text, double value) {
    return Double.isInfinite(value) && text.chars().anyMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * Reads a number as people and programs write it: decimal, perhaps with an exponent, or NaN or
   * infinity by name. Java's own parser would also take hexadecimal and a type suffix, "1d".
   *
   * @throws NumberFormatException if it is anything else
   */
  public static double parse(String text) {
    String trimmed = text.trim();
    if (trimmed.isEmpty()) {
      throw new NumberFormatException("empty");
    }
    for (int k = 0; k < trimmed.length(); k++) {
      char c = trimmed.charAt(k);
      if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return named(trimmed);
      }
    }
    return Double.parseDouble(trimmed);
  }

  private static double named(String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "nan":
        return Double.NaN;
      case "inf":
      case "+inf":
      case "infinity":
      case "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-inf":
      case "-infinity":
        return Double.NEGATIVE_INFINITY;
      default:
        throw new NumberFormatException(text);
    }
  }
}
