package io.parabola.cli.stress;

import io.parabola.cli.page.Scale;
import io.parabola.cli.page.Svg;
import io.parabola.models.Period;
import io.parabola.models.stress.CorrelationSweep;

/** Volatility while all correlations move towards one. */
public final class SweepPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 320;

  private SweepPicture() {}

  public static String of(StressRun run) {
    CorrelationSweep sweep = run.sweep();
    Period period = run.settings().period();
    int points = sweep.theta().length;
    double[] x = new double[points];
    double[] held = new double[points];
    double[] best = new double[points];
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (int k = 0; k < points; k++) {
      held[k] = 100 * period.annualVolatility(sweep.heldVolatility()[k]);
      best[k] = 100 * period.annualVolatility(sweep.bestVolatility()[k]);
      low = Math.min(low, Math.min(held[k], Double.isNaN(best[k]) ? held[k] : best[k]));
      high = Math.max(high, Math.max(held[k], Double.isNaN(best[k]) ? held[k] : best[k]));
    }
    Scale right = Scale.enclosing(0, 1, 10, 76, WIDTH - 20);
    Scale up = Scale.enclosing(low, high, 5, HEIGHT - 56, 36);
    for (int k = 0; k < points; k++) {
      x[k] = right.at(sweep.theta()[k]);
      held[k] = up.at(held[k]);
      best[k] = up.at(best[k]);
    }
    Svg svg =
        new Svg(
            WIDTH,
            HEIGHT,
            "Volatility of the held and of the re-optimised portfolio while correlations move"
                + " towards one");
    svg.axes(
        right,
        up,
        "",
        " %",
        "\u03b8: how far correlations have moved towards one",
        "volatility per year");
    svg.curve("heldline", x, held);
    svg.curve("best", x, best);
    svg.line("heldline", 80, 16, 102, 16).label("legend", "start", 108, 20, "held portfolio");
    svg.line("best", 220, 16, 242, 16).label("legend", "start", 248, 20, "re-optimised portfolio");
    return svg.toString();
  }
}
