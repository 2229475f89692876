package io.parabola.cli.files;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The first column of prices and returns: times, in their order.
 *
 * <p>Out of order, the newest first as in many files, every return would have the wrong sign. And
 * where the column is left out, the first asset would silently be taken for it. Times are text;
 * their order is known when they are ISO dates or plain numbers, and not judged otherwise.
 */
public final class TimeColumn {
  private static final Pattern ISO = Pattern.compile("\\d{4}-\\d{2}-\\d{2}.*");

  /** A header that says time; without a name stands the index of a data frame. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i).*(time|date|day|week|month|quarter|year|hour|minute|second|period|stamp|epoch).*"
              + "|t|ts|dt|n|no|nr|obs|row|step|index|#|");

  /** Days written 20240131, and seconds since 1970, are above this. */
  private static final double DATE_LIKE = 1e7;

  private TimeColumn() {}

  public static void require(NumberTable table) {
    requireTimes(table);
    table.requireDistinctLabels();
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
  }

  /**
   * Refuses a first column that looks like one more asset: numbers under a name that does not say
   * time, which neither are whole numbers at equal distances nor look like dates.
   */
  private static void requireTimes(NumberTable table) {
    String header = table.corner();
    if (isNumber(header) && table.columns().stream().allMatch(TimeColumn::isNumber)) {
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
      return a.substring(0, both).compareTo(b.substring(0, both)) > 0;
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
    if (a.length() == b.length() && ISO.matcher(a).matches() && ISO.matcher(b).matches()) {
      return a.compareTo(b) > 0;
    }
    return isNumber(a) && isNumber(b) && Numbers.parse(a) > Numbers.parse(b);
  }
}
