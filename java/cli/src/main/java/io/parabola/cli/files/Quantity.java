package io.parabola.cli.files;

import io.parabola.models.Period;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers with units, as people write them: {@code 5 %}, {@code 10 bp}, {@code 10 days}, {@code -2
 * % per day}, {@code 4 per year}.
 */
public final class Quantity {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("\\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\\s*(.*?)\\s*");

  /** What a text is not, and what was expected. */
  public static final class Malformed extends RuntimeException {
    public Malformed(String expected) {
      super(expected);
    }
  }

  private final double number;
  private final String unit;

  private Quantity(double number, String unit) {
    this.number = number;
    this.unit = unit;
  }

  private static Quantity of(String text, String expected) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (!matcher.matches()) {
      throw new Malformed(expected);
    }
    try {
      return new Quantity(
          Numbers.parse(matcher.group(1)), matcher.group(2).toLowerCase(Locale.ROOT));
    } catch (NumberFormatException e) {
      throw new Malformed(expected);
    }
  }

  /** A plain number. */
  public static double number(String text) {
    Quantity quantity = of(text, "a number without a unit");
    if (!quantity.unit.isEmpty()) {
      throw new Malformed("a number without a unit");
    }
    return quantity.number;
  }

  /** A share: a plain number, per cent or basis points. */
  public static double fraction(String text) {
    String expected = "a share, such as 0.05, 5 % or 500 bp";
    Quantity quantity = of(text, expected);
    return quantity.number * share(quantity.unit, expected);
  }

  private static double share(String unit, String expected) {
    return switch (unit) {
      case "" -> 1;
      case "%" -> 0.01;
      case "bp" -> 1e-4;
      default -> throw new Malformed(expected);
    };
  }

  /** A number of periods, of a length of time. */
  public static int length(String text, Period period) {
    String expected = "a length of time, such as 10 or 10 days";
    Quantity quantity = of(text, expected);
    double periods = quantity.number * periods(quantity.unit, period, expected);
    long whole = Math.round(periods);
    // Months are not all of one length, and hold no whole number of periods: the nearest is meant.
    boolean rounded = quantity.unit.startsWith("month") && quantity.number >= 1;
    if (whole < 1
        || whole > Integer.MAX_VALUE
        || !rounded && Math.abs(periods - whole) > 1e-9 * periods) {
      throw new Malformed(
          "a whole number of periods, which are "
              + Numbers.brief(period.periodsPerYear())
              + " to a year");
    }
    return (int) whole;
  }

  /** A share per time, made one per period. */
  public static double shareOverTime(String text, Period period) {
    String expected = "a share per time, such as -2 % per day";
    Quantity quantity = of(text, expected);
    String[] parts = quantity.unit.split("\\s*\\bper\\b\\s*", -1);
    if (parts.length > 2) {
      throw new Malformed(expected);
    }
    double share = quantity.number * share(parts[0], expected);
    return parts.length == 1 ? share : share / periods(parts[1], period, expected);
  }

  /** A number per time, made one per period. */
  public static double rate(String text, Period period) {
    String expected = "a number per time, such as 4 per year";
    Quantity quantity = of(text, expected);
    if (quantity.unit.isEmpty()) {
      return quantity.number;
    }
    if (!quantity.unit.startsWith("per ")) {
      throw new Malformed(expected);
    }
    return quantity.number / periods(quantity.unit.substring(4).trim(), period, expected);
  }

  /** How many periods a unit of time is. */
  private static double periods(String unit, Period period, String expected) {
    double perYear = period.periodsPerYear();
    // A year of exchanges has 252 days.
    double days = period.name().equals("day") ? perYear : 365;
    return switch (unit) {
      case "", "period", "periods" -> 1;
      case "hour", "hours" -> perYear / (days * 24);
      case "day", "days" -> perYear / days;
      case "week", "weeks" -> perYear / days * (days == 252 ? 5 : 7);
      case "month", "months" -> perYear / 12;
      case "year", "years" -> perYear;
      default -> throw new Malformed(expected);
    };
  }
}
