package io.parabola.cli.stress;

import io.parabola.Frontier;
import io.parabola.Status;
import io.parabola.cli.page.Scale;
import io.parabola.cli.page.Svg;
import io.parabola.models.Period;
import io.parabola.models.stress.MarketState;
import io.parabola.models.stress.ResampledFrontier;
import io.parabola.models.stress.WholeFrontier;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The frontier of the estimate, and where the scenarios' portfolios lie if the estimate is right:
 * how far below the curve is what it costs to have believed in another mean. And the resampled
 * frontier, with the band that nine in ten of its samples lie in.
 */
public final class FrontierPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 450;

  private FrontierPicture() {}

  private static double volatility(Period period, double perPeriod) {
    return 100 * period.annualVolatility(perPeriod);
  }

  private static double expected(Period period, double perPeriod) {
    return 100 * period.annualReturn(perPeriod);
  }

  public static String of(StressRun run) {
    Period period = run.settings().period();
    Frontier frontier = run.frontier();
    int[] found =
        IntStream.range(0, frontier.size())
            .filter(k -> frontier.status(k) == Status.SOLVED)
            .toArray();
    int points = found.length;
    Range range = new Range();
    double[] x = new double[points];
    double[] y = new double[points];
    for (int k = 0; k < points; k++) {
      x[k] = volatility(period, Math.sqrt(frontier.variance(found[k])));
      y[k] = expected(period, frontier.expectedReturn(found[k]) - frontier.costs(found[k]));
      range.widen(x[k], y[k]);
    }
    StressRun.Dots dots = run.dots();
    for (int d = 0; d < dots.state.size(); d++) {
      range.widen(
          volatility(period, dots.volatility.get(d)), expected(period, dots.expectedReturn.get(d)));
    }
    double heldRisk = volatility(period, run.sweep().heldVolatility()[0]);
    double heldReturn = expected(period, run.sweep().heldReturn());
    range.widen(heldRisk, heldReturn);
    ResampledFrontier resampled = run.resampled();
    for (int k = 0; resampled != null && k < resampled.points(); k++) {
      range.widen(
          volatility(period, resampled.volatility(k)),
          expected(period, resampled.expectedReturn(k)));
    }
    Scale right = Scale.enclosing(range.left, range.right, 8, 76, WIDTH - 20);
    Scale up = Scale.enclosing(range.low, range.high, 6, HEIGHT - 56, 64);

    Svg svg =
        new Svg(
            WIDTH,
            HEIGHT,
            "Efficient frontier: expected return against volatility, per year, with the portfolios"
                + " of the scenarios");
    svg.axes(
        right,
        up,
        " %",
        " %",
        "volatility per year",
        run.problem().transactionCosts() == null
            ? "expected return per year, at the estimate"
            : "expected return less costs per year");
    if (resampled != null) {
      band(svg, resampled, frontier, period, right, up);
    }
    for (int d = 0; d < dots.state.size(); d++) {
      svg.circle(
          "dot regime" + dots.state.get(d) % 4,
          right.at(volatility(period, dots.volatility.get(d))),
          up.at(expected(period, dots.expectedReturn.get(d))),
          2.4);
    }
    for (int k = 0; k < points; k++) {
      x[k] = right.at(x[k]);
      y[k] = up.at(y[k]);
    }
    svg.curve("frontier", x, y);
    svg.circle(
        "estimate",
        right.at(volatility(period, run.estimate().volatility())),
        up.at(expected(period, WholeFrontier.netReturn(run.problem(), run.estimate().weights()))),
        6);
    svg.square("heldpoint", right.at(heldRisk), up.at(heldReturn), 5);
    legend(svg, run.settings().states().list(), resampled != null);
    return svg.toString();
  }

  private static final class Range {
    private double left = Double.POSITIVE_INFINITY;
    private double right = Double.NEGATIVE_INFINITY;
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;

    void widen(double x, double y) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }

  /** Where nine in ten samples' portfolios lie below the frontier. */
  private static void band(
      Svg svg,
      ResampledFrontier resampled,
      Frontier frontier,
      Period period,
      Scale right,
      Scale up) {
    int points = resampled.points();
    double[] x = new double[2 * points];
    double[] y = new double[2 * points];
    double[] lineX = new double[points];
    double[] lineY = new double[points];
    for (int k = 0; k < points; k++) {
      double[] shortfall = resampled.shortfallBand(k);
      double best = WholeFrontier.netReturnAt(frontier, resampled.medianVolatility(k));
      lineX[k] = right.at(volatility(period, resampled.volatility(k)));
      lineY[k] = up.at(expected(period, resampled.expectedReturn(k)));
      x[k] = x[2 * points - 1 - k] = right.at(volatility(period, resampled.medianVolatility(k)));
      y[k] = up.at(expected(period, best - shortfall[1]));
      y[2 * points - 1 - k] = up.at(expected(period, best - shortfall[0]));
    }
    svg.area("band", x, y);
    svg.curve("resampled", lineX, lineY);
  }

  private static void legend(Svg svg, List<MarketState> states, boolean resampled) {
    double x = 76;
    svg.line("frontier", x, 18, x + 22, 18).label("legend", "start", x + 28, 22, "frontier");
    x += 100;
    svg.circle("estimate", x, 18, 6).label("legend", "start", x + 12, 22, "best at the estimate");
    x += 152;
    svg.square("heldpoint", x, 18, 5).label("legend", "start", x + 12, 22, "held");
    x += 64;
    if (resampled) {
      svg.rectangle("band", x, 13, 22, 10);
      svg.line("resampled", x, 18, x + 22, 18);
      svg.label("legend", "start", x + 28, 22, "resampled, nine in ten");
    }
    x = 76;
    svg.label("legend", "start", x, 44, "best in scenarios:");
    x += 122;
    for (int k = 0; k < states.size(); k++) {
      svg.circle("key regime" + k % 4, x, 40, 5);
      svg.label("legend", "start", x + 10, 44, states.get(k).name());
      x += 26 + 7 * states.get(k).name().length();
    }
  }
}
