package io.parabola.cli.files;

import io.parabola.Progress;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on standard error with the rate and the time left; nothing at all where standard error is
 * not a terminal.
 */
public final class ProgressLine implements Progress, AutoCloseable {
  private final ProgressBar bar;
  private final PrintStream err;

  private ProgressLine(ProgressBar bar, PrintStream err) {
    this.bar = bar;
    this.err = err;
  }

  public static ProgressLine of(Console console, String task, long total) {
    return of(console, task, 0, total);
  }

  /** One of which an earlier run has done a part, which does not count for the rate. */
  public static ProgressLine of(Console console, String task, long done, long total) {
    if (!console.errIsTerminal()) {
      return new ProgressLine(null, console.err());
    }
    return new ProgressLine(
        new ProgressBarBuilder()
            .setTaskName(String.format("%-8s", task))
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(100)
            .setUnit("", 1)
            .showSpeed(new DecimalFormat("0"))
            // With the width given, the library does not start a terminal library to ask for it.
            .setConsumer(
                new DelegatingProgressBarConsumer(
                    text -> console.err().print("\r" + text), console.columns() - 1))
            .build(),
        console.err());
  }

  /** Says something behind the numbers. */
  public void note(String text) {
    if (bar != null) {
      bar.setExtraMessage(text);
    }
  }

  @Override
  public void update(long done, long total) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      // The library's own line feed is sometimes lost, and the next line then follows the bar.
      err.println();
    }
  }
}
