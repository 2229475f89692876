package io.parabola.cli.files;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The first column of prices and returns: times, in their order.
 *
 * <p>Out of order, the newest first as in many files, every return would have the wrong sign. And
 * where the column is left out, the first asset would silently be taken for it. Times are text;
 * their order is known when they are ISO dates or plain numbers, and others are refused.
 */
public final class TimeColumn {
  /** A date, or a month, perhaps with slashes; what follows the day is its time. */
  private static final Pattern ISO =
      Pattern.compile("\\d{4}(?:-\\d{2}(?:-\\d{2}(?:\\D.*)?)?|/\\d{2}(?:/\\d{2}(?:\\D.*)?)?)");

  private static final int DATE_LENGTH = "2024-01-31".length();

  /** A header that says time; without a name stands the index of a data frame. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i).*(time|date|day|week|month|quarter|year|hour|minute|second|period|stamp|epoch"
              + "|scenario).*|t|ts|dt|n|no|nr|obs|row|step|index|#|");

  /** Days written 20240131, and seconds since 1970, are above this. */
  private static final double DATE_LIKE = 1e7;

  private TimeColumn() {}

  /**
   * Refuses times that are missing, twice or out of order.
   *
   * @return the times, dates in ISO form
   */
  public static List<String> require(NumberTable table) {
    requireTimes(table);
    table.requireDistinctLabels();
    requireKnown(table);
    for (int t = 1; t < table.rows(); t++) {
      String before = table.labels().get(t - 1);
      String time = table.labels().get(t);
      if (isLater(before, time)) {
        throw Failure.input(
            table.place(t)
                + "time "
                + time
                + " comes after "
                + before
                + ": prices must be in the order of time, the oldest first");
      }
    }
    return table.labels().stream().map(TimeColumn::iso).toList();
  }

  /** A date with slashes in ISO form; any other text as it is. */
  public static String iso(String time) {
    if (time.indexOf('/') != 4 || !ISO.matcher(time).matches()) {
      return time;
    }
    int date = Math.min(DATE_LENGTH, time.length());
    return time.substring(0, date).replace('/', '-') + time.substring(date);
  }

  /** Refuses times whose order nobody knows: dates of other kinds, or of several kinds. */
  private static void requireKnown(NumberTable table) {
    boolean numbers = isNumber(table.labels().get(0));
    for (int t = 0; t < table.rows(); t++) {
      String time = table.labels().get(t);
      if (numbers ? !isNumber(time) : !ISO.matcher(time).matches()) {
        throw Failure.input(
            table.place(t)
                + "time "
                + time
                + (isNumber(time) || ISO.matcher(time).matches()
                    ? " is not written as " + table.labels().get(0) + " is: which is later?"
                    : " is neither a date such as 2024-01-31 or 2024/01/31, nor one with a time of"
                        + " day such as 2024-01-31T09:30:00Z, nor a number"));
      }
    }
  }

  /**
   * Refuses a first column that looks like one more asset: numbers under a name that does not say
   * time, which neither are whole numbers at equal distances nor look like dates.
   */
  public static void requireTimes(NumberTable table) {
    String header = table.corner();
    if ((isNumber(header) || ISO.matcher(header).matches())
        && table.columns().stream().allMatch(TimeColumn::isNumber)) {
      throw Failure.input(table.file() + ": line 1: numbers, but no names: the header is missing");
    }
    List<String> labels = table.labels();
    if (NAME.matcher(header).matches() || !labels.stream().allMatch(TimeColumn::isNumber)) {
      return;
    }
    double[] times = labels.stream().mapToDouble(Numbers::parse).toArray();
    if (!isTimeLike(times)) {
      throw Failure.input(
          table.file()
              + ": a time column is missing: the first column, "
              + header
              + ", holds "
              + String.join(", ", labels.subList(0, Math.min(3, labels.size())))
              + (labels.size() > 3 ? ", ..." : "")
              + " (if these are times, name it time)");
    }
  }

  private static boolean isTimeLike(double[] times) {
    boolean equallySpaced = true;
    boolean dates = true;
    for (int t = 0; t < times.length; t++) {
      if (times[t] != Math.rint(times[t])) {
        return false;
      }
      dates &= times[t] >= DATE_LIKE;
      equallySpaced &= t < 2 || times[t] - times[t - 1] == times[1] - times[0];
    }
    return equallySpaced || dates;
  }

  /** Whether a time is written as another is: as an ISO date, or as a number. */
  public static boolean isLike(String time, String other) {
    return ISO.matcher(other).matches()
        ? ISO.matcher(time).matches()
        : !isNumber(other) || isNumber(time);
  }

  /**
   * Whether one end of a window is after the other. "2022-05-18" is a whole day: of times written
   * with more and with fewer digits only those that both have are compared.
   */
  public static boolean isAfter(String a, String b) {
    if (ISO.matcher(a).matches() && ISO.matcher(b).matches()) {
      int both = Math.min(a.length(), b.length());
      return iso(a).substring(0, both).compareTo(iso(b).substring(0, both)) > 0;
    }
    return isLater(a, b);
  }

  private static boolean isNumber(String text) {
    try {
      return Double.isFinite(Numbers.parse(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isLater(String a, String b) {
    if (ISO.matcher(a).matches() && ISO.matcher(b).matches()) {
      // Times of day written with more and with fewer digits are not compared, their days are.
      int both =
          a.length() == b.length()
              ? a.length()
              : Math.min(DATE_LENGTH, Math.min(a.length(), b.length()));
      return iso(a).substring(0, both).compareTo(iso(b).substring(0, both)) > 0;
    }
    return isNumber(a) && isNumber(b) && Numbers.parse(a) > Numbers.parse(b);
  }
}
