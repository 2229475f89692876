package io.parabola.cli.stress;

import io.parabola.cli.files.Numbers;
import io.parabola.cli.page.Scale;
import io.parabola.cli.page.Svg;
import io.parabola.models.stress.Distribution;
import io.parabola.models.stress.Measure;
import io.parabola.models.stress.TailRisk;

/** How the losses of the held portfolio and of the best ones are distributed, with VaR and CVaR. */
public final class LossPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 340;
  private static final int PARTS = 80;

  private LossPicture() {}

  public static String of(StressRun run) {
    Distribution held = run.results().of(Measure.HELD_LOSS);
    Distribution best = run.results().of(Measure.LOSS);
    // All but the extremes; they would squeeze what there is to be seen.
    double low = Math.min(held.quantile(0.005), best.count() > 0 ? best.quantile(0.005) : 0);
    double high = Math.max(held.quantile(0.999), best.count() > 0 ? best.quantile(0.999) : 0);
    TailRisk heldTail = run.results().tail(Measure.HELD_LOSS);
    TailRisk bestTail = run.results().tail(Measure.LOSS);
    high = Math.max(high, heldTail.conditionalValueAtRisk() * 1.02);
    if (!(high > low)) {
      high = low + 0.01;
    }
    Scale right = Scale.enclosing(100 * low, 100 * high, 9, 66, WIDTH - 20);
    long[] heldCounts = held.histogram(right.low() / 100, right.high() / 100, PARTS);
    long[] bestCounts = best.histogram(right.low() / 100, right.high() / 100, PARTS);
    double most = 0;
    for (int k = 0; k < PARTS; k++) {
      most = Math.max(most, 100.0 * heldCounts[k] / held.count());
      most = Math.max(most, best.count() == 0 ? 0 : 100.0 * bestCounts[k] / best.count());
    }
    Scale up = Scale.enclosing(0, most, 4, HEIGHT - 56, 58);
    Svg svg =
        new Svg(
            WIDTH,
            HEIGHT,
            "Distribution of the losses of the held and of the re-optimised portfolio");
    svg.axes(
        right,
        up,
        " %",
        " %",
        "loss over the horizon, % of equity (gains are negative)",
        "share of the scenarios");
    double width = (right.to() - right.from()) / PARTS;
    for (int k = 0; k < PARTS; k++) {
      double y = up.at(100.0 * heldCounts[k] / held.count());
      svg.rectangle("held", right.from() + k * width, y, width - 0.6, up.from() - y);
    }
    if (best.count() > 0) {
      double[] x = new double[2 * PARTS];
      double[] y = new double[2 * PARTS];
      for (int k = 0; k < PARTS; k++) {
        x[2 * k] = right.from() + k * width;
        x[2 * k + 1] = x[2 * k] + width;
        y[2 * k] = y[2 * k + 1] = up.at(100.0 * bestCounts[k] / best.count());
      }
      svg.curve("best", x, y);
    }
    mark(svg, right, up, heldTail, "heldmark", 26);
    if (bestTail != null) {
      mark(svg, right, up, bestTail, "bestmark", 46);
    }
    svg.rectangle("held", 70, 8, 14, 10).label("legend", "start", 90, 17, "held portfolio");
    svg.line("best", 210, 13, 230, 13).label("legend", "start", 236, 17, "re-optimised portfolio");
    return svg.toString();
  }

  private static void mark(
      Svg svg, Scale right, Scale up, TailRisk tail, String style, double height) {
    double var = right.at(100 * tail.valueAtRisk());
    double cvar = right.at(100 * tail.conditionalValueAtRisk());
    svg.line(style + " dashed", var, up.from(), var, height);
    svg.line(style, cvar, up.from(), cvar, height);
    svg.label("legend", "end", var - 4, height + 8, "VaR " + Numbers.percent(tail.valueAtRisk()));
    svg.label(
        "legend",
        "start",
        cvar + 4,
        height + 8,
        "CVaR " + Numbers.percent(tail.conditionalValueAtRisk()));
  }
}
