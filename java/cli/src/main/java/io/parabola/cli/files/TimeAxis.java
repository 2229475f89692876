package io.parabola.cli.files;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Times as numbers, where their distances matter: dates, and dates with a time of day, are days
 * since 1970; other numbers are what they are, in a unit of their own.
 */
public final class TimeAxis {
  private static final Pattern COMPACT_DATE = Pattern.compile("(19|20|21)\\d{6}");
  private static final double SECONDS_A_DAY = 86_400;

  private TimeAxis() {}

  /**
   * Reads times.
   *
   * @param source where they are from, for messages
   * @param times their labels, in their order
   * @return one number each, ascending; equal ones are allowed
   */
  public static double[] of(String source, List<String> times) {
    boolean compact = times.stream().allMatch(t -> COMPACT_DATE.matcher(t).matches());
    double[] axis = new double[times.size()];
    for (int t = 0; t < axis.length; t++) {
      try {
        axis[t] = one(TimeColumn.iso(times.get(t)), compact);
      } catch (DateTimeException | NumberFormatException e) {
        throw Failure.input(
            source
                + ": time "
                + times.get(t)
                + " is neither a date such as 2024-01-31, nor one with a time of day such as"
                + " 2024-01-31T09:30:00Z, nor a number");
      }
      if (!Double.isFinite(axis[t]) || t > 0 && axis[t] < axis[t - 1]) {
        throw Failure.input(
            source
                + ": time "
                + times.get(t)
                + (t > 0 ? " comes after " + times.get(t - 1) : "")
                + ": times must be finite and ascend");
      }
    }
    return axis;
  }

  private static double one(String text, boolean compact) {
    if (compact) {
      return LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).toEpochDay();
    }
    if (text.length() < 10 || text.charAt(4) != '-') {
      return Numbers.parse(text);
    }
    if (text.length() == 10) {
      return LocalDate.parse(text).toEpochDay();
    }
    String iso = text.substring(0, 10) + 'T' + text.substring(11);
    boolean hasOffset = iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10;
    OffsetDateTime time =
        hasOffset ? OffsetDateTime.parse(iso) : LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
    return (time.toEpochSecond() + 1e-9 * time.getNano()) / SECONDS_A_DAY;
  }
}
