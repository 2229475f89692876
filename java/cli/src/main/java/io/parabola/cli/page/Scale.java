package io.parabola.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A linear axis of a picture: round ticks that enclose the data, and where each value lies. */
public record Scale(double low, double high, double step, double from, double to) {

  /**
   * An axis for data from {@code min} to {@code max}, drawn from coordinate {@code from} to {@code
   * to}.
   *
   * @param ticks about how many
   */
  public static Scale enclosing(double min, double max, int ticks, double from, double to) {
    double span = max > min ? max - min : Math.max(Math.abs(max), 1e-9);
    double raw = span / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double digit = raw / power;
    double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    return new Scale(
        step * Math.floor(min / step + 1e-9), step * Math.ceil(max / step - 1e-9), step, from, to);
  }

  public double at(double value) {
    return high == low ? from : from + (to - from) * (value - low) / (high - low);
  }

  public List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int k = 0; low + k * step <= high + step / 2; k++) {
      ticks.add(low + k * step);
    }
    return ticks;
  }

  /** The tick as text, with as many decimals as the step needs. */
  public String label(double tick) {
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + decimals + "f", tick == 0 ? 0.0 : tick);
  }
}
