package io.parabola.cli;

import io.parabola.Frontier;
import io.parabola.Status;
import io.parabola.models.Period;
import io.parabola.models.VolatilityRegimes.Regime;
import java.util.List;

/**
 * The frontier of the estimate, and where the scenarios' portfolios lie if the estimate is right:
 * how far below the curve is what it costs to have believed in another mean.
 */
final class FrontierPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;

  /** More dots than these only make the page large. */
  private static final int DOTS = 900;

  private FrontierPicture() {}

  static String of(StressRun run) {
    Period period = run.settings().period();
    Frontier frontier = run.frontier();
    int points = frontier.size();
    double[] x = new double[points];
    double[] y = new double[points];
    for (int k = 0; k < points; k++) {
      x[k] = 100 * period.annualVolatility(Math.sqrt(frontier.variance(k)));
      y[k] = 100 * period.annualReturn(frontier.expectedReturn(k));
    }
    int scenarios = run.solution().scenarios();
    int stride = Math.max(1, scenarios / DOTS);
    double[] range = {
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    for (int k = 0; k < points; k++) {
      widen(range, x[k], y[k]);
    }
    double[] dotX = new double[scenarios];
    double[] dotY = new double[scenarios];
    for (int s = 0; s < scenarios; s += stride) {
      if (run.solution().status(s) == Status.SOLVED) {
        dotX[s] = 100 * period.annualVolatility(run.solution().volatility(s));
        dotY[s] = 100 * period.annualReturn(run.returnAtEstimate(s));
        widen(range, dotX[s], dotY[s]);
      }
    }
    Scale right = Scale.enclosing(range[0], range[1], 8, 76, WIDTH - 20);
    Scale up = Scale.enclosing(range[2], range[3], 6, HEIGHT - 56, 44);

    Svg svg =
        new Svg(
            WIDTH,
            HEIGHT,
            "Efficient frontier: expected return against volatility, per year, with the portfolios"
                + " of the scenarios");
    for (double tick : up.ticks()) {
      svg.line("grid", right.from(), up.at(tick), right.to(), up.at(tick));
      svg.label("tick", "end", right.from() - 8, up.at(tick) + 4, up.label(tick) + " %");
    }
    for (double tick : right.ticks()) {
      svg.line("grid", right.at(tick), up.from(), right.at(tick), up.to());
      svg.label("tick", "middle", right.at(tick), up.from() + 18, right.label(tick) + " %");
    }
    svg.label(
        "axis", "middle", (right.from() + right.to()) / 2, HEIGHT - 12, "volatility per year");
    svg.upright("axis", 14, (up.from() + up.to()) / 2, "expected return per year, at the estimate");
    for (int s = 0; s < scenarios; s += stride) {
      if (run.solution().status(s) == Status.SOLVED) {
        svg.circle("dot regime" + run.regimeIndexOf(s) % 4, right.at(dotX[s]), up.at(dotY[s]), 2.4);
      }
    }
    for (int k = 0; k < points; k++) {
      x[k] = right.at(x[k]);
      y[k] = up.at(y[k]);
    }
    svg.curve("frontier", x, y);
    double estimateX = right.at(100 * period.annualVolatility(run.estimate().volatility()));
    double estimateY = up.at(100 * period.annualReturn(run.estimate().expectedReturn()));
    svg.circle("estimate", estimateX, estimateY, 6);
    legend(svg, run.settings().regimes().regimes());
    return svg.toString();
  }

  private static void legend(Svg svg, List<Regime> regimes) {
    double x = 76;
    svg.line("frontier", x, 20, x + 22, 20).label("legend", "start", x + 28, 24, "frontier");
    x += 100;
    svg.circle("estimate", x, 20, 6)
        .label("legend", "start", x + 12, 24, "portfolio at the estimate");
    x += 190;
    for (int k = 0; k < regimes.size(); k++) {
      svg.circle("key regime" + k % 4, x, 20, 5);
      svg.label("legend", "start", x + 10, 24, regimes.get(k).name());
      x += 26 + 7 * regimes.get(k).name().length();
    }
  }

  private static void widen(double[] range, double x, double y) {
    range[0] = Math.min(range[0], x);
    range[1] = Math.max(range[1], x);
    range[2] = Math.min(range[2], y);
    range[3] = Math.max(range[3], y);
  }
}
