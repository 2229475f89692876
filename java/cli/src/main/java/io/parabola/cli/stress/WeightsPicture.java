package io.parabola.cli.stress;

import io.parabola.cli.files.Numbers;
import io.parabola.cli.page.Scale;
import io.parabola.cli.page.Svg;
import io.parabola.models.stress.StressResults;

/** How far the weight of each asset moves from scenario to scenario, the largest first. */
public final class WeightsPicture {
  private static final double[] LEVELS = StressSummary.LEVELS;
  private static final int WIDTH = 760;
  private static final int ROW = 20;
  private static final int TOP = 44;

  private WeightsPicture() {}

  public static String of(StressRun run, int assets) {
    StressResults results = run.results();
    int[] order = results.byMeanWeight();
    int rows = Math.min(assets, order.length);
    double low = 0;
    double high = 0;
    int longest = 0;
    for (int r = 0; r < rows; r++) {
      low = Math.min(low, results.weight(order[r]).quantile(LEVELS[0]));
      high = Math.max(high, results.weight(order[r]).quantile(LEVELS[LEVELS.length - 1]));
      longest = Math.max(longest, run.problem().assets().get(order[r]).length());
    }
    int left = Math.min(220, 24 + 8 * longest);
    int bottom = TOP + rows * ROW;
    Scale right = Scale.enclosing(100 * low, 100 * high, 8, left, WIDTH - 24);
    Svg svg =
        new Svg(
            WIDTH,
            bottom + 48,
            "Spread of the weights of the " + rows + " largest assets over the scenarios");
    for (double tick : right.ticks()) {
      svg.line("grid", right.at(tick), TOP - 6, right.at(tick), bottom);
      svg.label("tick", "middle", right.at(tick), bottom + 18, right.label(tick) + " %");
    }
    svg.label("axis", "middle", (left + right.to()) / 2, bottom + 40, "weight, % of equity");
    for (int r = 0; r < rows; r++) {
      int i = order[r];
      double y = TOP + r * ROW + ROW / 2.0;
      double[] x = new double[LEVELS.length];
      for (int q = 0; q < x.length; q++) {
        x[q] = right.at(100 * results.weight(i).quantile(LEVELS[q]));
      }
      svg.group(
          String.format(
              "%s: mean %s, half of the scenarios between %s and %s",
              run.problem().assets().get(i),
              Numbers.percent(results.weight(i).mean()),
              Numbers.percent(results.weight(i).quantile(LEVELS[1])),
              Numbers.percent(results.weight(i).quantile(LEVELS[3]))));
      svg.label("name", "end", left - 10, y + 4, run.problem().assets().get(i));
      svg.line("whisker", x[0], y, x[4], y);
      svg.rectangle("box", x[1], y - 5, Math.max(0, x[3] - x[1]), 10);
      svg.circle("mean", right.at(100 * results.weight(i).mean()), y, 4);
      svg.end();
    }
    legend(svg, left);
    return svg.toString();
  }

  private static void legend(Svg svg, int left) {
    double y = 18;
    svg.circle("mean", left + 6, y, 4).label("legend", "start", left + 16, y + 4, "mean");
    svg.rectangle("box", left + 70, y - 5, 26, 10);
    svg.label("legend", "start", left + 102, y + 4, "half of the scenarios");
    svg.line("whisker", left + 250, y, left + 276, y);
    svg.label("legend", "start", left + 282, y + 4, "nine in ten");
  }
}
