package io.parabola.cli.stress;

import io.parabola.cli.files.Numbers;
import io.parabola.cli.page.Scale;
import io.parabola.cli.page.Svg;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What each asset contributes to CVaR, of the held portfolio and of the best ones. */
public final class ComponentsPicture {
  private static final int WIDTH = 760;
  private static final int ROW = 24;
  private static final int TOP = 44;

  private ComponentsPicture() {}

  public static String of(StressRun run, int assets) {
    double[] held = run.components().held();
    double[] best = run.components().best();
    int[] order =
        IntStream.range(0, held.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    (Integer i) -> -Math.max(Math.abs(held[i]), Math.abs(best[i]))))
            .mapToInt(Integer::intValue)
            .limit(assets)
            .toArray();
    double low = 0;
    double high = 0;
    int longest = 0;
    for (int i : order) {
      low = Math.min(low, Math.min(held[i], best[i]));
      high = Math.max(high, Math.max(held[i], best[i]));
      longest = Math.max(longest, run.problem().assets().get(i).length());
    }
    int left = Math.min(220, 24 + 8 * longest);
    int bottom = TOP + order.length * ROW;
    Scale right = Scale.enclosing(100 * low, 100 * high, 8, left, WIDTH - 24);
    Svg svg =
        new Svg(WIDTH, bottom + 48, "Contribution of each asset to the conditional value at risk");
    for (double tick : right.ticks()) {
      svg.line("grid", right.at(tick), TOP - 6, right.at(tick), bottom);
      svg.label("tick", "middle", right.at(tick), bottom + 18, right.label(tick) + " %");
    }
    svg.label(
        "axis",
        "middle",
        (left + right.to()) / 2,
        bottom + 40,
        "contribution to CVaR, % of equity");
    for (int r = 0; r < order.length; r++) {
      int i = order[r];
      double y = TOP + r * ROW;
      svg.group(
          String.format(
              "%s: held %s, re-optimised %s",
              run.problem().assets().get(i), Numbers.percent(held[i]), Numbers.percent(best[i])));
      svg.label("name", "end", left - 10, y + 15, run.problem().assets().get(i));
      bar(svg, "held", right, 100 * held[i], y + 2);
      bar(svg, "bestbar", right, 100 * best[i], y + 11);
      svg.end();
    }
    svg.rectangle("held", left, 12, 14, 8)
        .label("legend", "start", left + 20, 20, "held portfolio");
    svg.rectangle("bestbar", left + 140, 12, 14, 8)
        .label("legend", "start", left + 160, 20, "re-optimised portfolio");
    return svg.toString();
  }

  private static void bar(Svg svg, String style, Scale right, double value, double y) {
    double zero = right.at(0);
    double end = right.at(value);
    svg.rectangle(style, Math.min(zero, end), y, Math.abs(end - zero), 8);
  }
}
