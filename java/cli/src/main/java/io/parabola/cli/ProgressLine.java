package io.parabola.cli;

import io.parabola.Progress;
import java.text.DecimalFormat;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on standard error with the rate and the time left; nothing at all where standard error is
 * not a terminal.
 */
final class ProgressLine implements Progress, AutoCloseable {
  private final ProgressBar bar;

  private ProgressLine(ProgressBar bar) {
    this.bar = bar;
  }

  static ProgressLine of(Console console, String task, long total) {
    if (!console.errIsTerminal()) {
      return new ProgressLine(null);
    }
    return new ProgressLine(
        new ProgressBarBuilder()
            .setTaskName(String.format("%-8s", task))
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(100)
            .setUnit("", 1)
            .showSpeed(new DecimalFormat("0"))
            // With the width given, the library does not start a terminal library to ask for it.
            .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columns() - 1))
            .build());
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
    }
  }
}
