package io.parabola.cli;

import java.util.regex.Pattern;

/**
 * Prices must be in the order of time, or every return has the wrong sign: an easy mistake with
 * files that have the newest day first. Times are text; their order is known when they are ISO
 * dates or plain numbers, and not judged otherwise.
 */
final class TimeOrder {
  private static final Pattern ISO = Pattern.compile("\\d{4}-\\d{2}-\\d{2}.*");

  private TimeOrder() {}

  static void require(NumberTable table) {
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

  private static boolean isLater(String a, String b) {
    if (a.length() == b.length() && ISO.matcher(a).matches() && ISO.matcher(b).matches()) {
      return a.compareTo(b) > 0;
    }
    try {
      return Numbers.parse(a) > Numbers.parse(b);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
