package io.parabola.cli.stress;

import io.parabola.Status;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.Version;
import io.parabola.cli.page.Html;
import io.parabola.models.Finding;
import io.parabola.models.Period;
import io.parabola.models.stress.Distribution;
import io.parabola.models.stress.Interval;
import io.parabola.models.stress.MarketState;
import io.parabola.models.stress.Measure;
import io.parabola.models.stress.StressResults;
import io.parabola.models.stress.TailRisk;
import io.parabola.models.stress.WindowReplay;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** report.html of a stress run: one page that needs nothing else, neither network nor script. */
public final class StressReport {
  private static final int ASSETS_SHOWN = 25;
  private static final int COMPONENTS_SHOWN = 15;
  private static final String NONE = "\u2013";

  private final StressRun run;
  private final StressResults results;
  private final Period period;
  private final String horizon;
  private final StringBuilder page = new StringBuilder();

  private StressReport(StressRun run) {
    this.run = run;
    this.results = run.results();
    this.period = run.settings().period();
    this.horizon = Numbers.count(run.settings().steps(), period.name());
  }

  public static String of(StressRun run, boolean complete) {
    return new StressReport(run).write(complete);
  }

  private void add(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values));
  }

  private String write(boolean complete) {
    add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    add("<meta name=\"color-scheme\" content=\"light dark\">\n");
    add("<title>Parabola stress report</title>\n<style>\n");
    page.append(style());
    add("</style>\n</head>\n<body>\n<main>\n");
    head(complete);
    figures();
    losses();
    states();
    worst();
    windows();
    reverse();
    sweep();
    frontier();
    if (run.results().count(Status.SOLVED) > 0) {
      weights();
    }
    components();
    binding();
    quality();
    method();
    engine();
    add("</main>\n</body>\n</html>\n");
    return page.toString();
  }

  private static String style() {
    try (InputStream stream = StressReport.class.getResourceAsStream("report.css")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void section(String title) {
    add("<section>\n<h2>%s</h2>\n", title);
  }

  private void picture(String svg, String caption) {
    add("<figure>\n");
    page.append(svg);
    add("<figcaption>");
    page.append(caption);
    add("</figcaption>\n</figure>\n");
  }

  private void table(String... titles) {
    add("<div class=\"scroll\"><table>\n<thead><tr>");
    for (String title : titles) {
      add("<th>%s</th>", title);
    }
    add("</tr></thead>\n<tbody>\n");
  }

  /** A row; the first cell is its name, markup and all. */
  private void row(String name, Object... cells) {
    add("<tr><th>%s</th>", name);
    for (Object cell : cells) {
      add("<td>%s</td>", cell);
    }
    add("</tr>\n");
  }

  private void endTable() {
    add("</tbody></table></div>\n");
  }

  /** Per cent with so many decimals, or a dash. */
  private static String percent(double fraction, int decimals) {
    return Double.isFinite(fraction)
        ? String.format(Locale.ROOT, "%." + decimals + "f", 100 * fraction + 0.0)
        : NONE;
  }

  private static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%." + decimals + "f", value + 0.0)
        : NONE;
  }

  private void head(boolean complete) {
    add("<header>\n<h1>Portfolios under stress</h1>\n");
    StringBuilder line = new StringBuilder();
    line.append(Numbers.count(results.count(), "scenario")).append(" of ");
    line.append(Numbers.count(run.problem().size(), "asset")).append(" over ").append(horizon);
    if (run.universe().returns() != null) {
      List<String> times = run.universe().returns().times();
      String kind =
          period.name().equals("day") ? "daily " : period.name().equals("hour") ? "hourly " : "";
      line.append(
          String.format(
              Locale.ROOT,
              ", estimated from %,d %sreturns, %s to %s",
              run.universe().returns().observations(),
              kind,
              times.get(0),
              times.get(times.size() - 1)));
    }
    line.append(" (").append(run.universe().source()).append(").");
    add("<p>%s</p>\n</header>\n", Html.escape(line.toString()));
    if (!complete) {
      add(
          "<p class=\"warning\"><b>Partial.</b> The run was stopped after %,d of %,d scenarios; every figure below is of"
              + " these alone.</p>\n",
          results.count(), run.settings().scenarios());
    }
    long unsolved = results.count() - results.count(Status.SOLVED);
    if (unsolved > 0) {
      add("<p class=\"warning\">Not solved:");
      for (Status status : Status.values()) {
        if (status != Status.SOLVED && results.count(status) > 0) {
          add(" %,d %s", results.count(status), status.name().toLowerCase(Locale.ROOT));
        }
      }
      add(". Figures of the re-optimised portfolio leave these scenarios out.</p>\n");
    }
  }

  private void figures() {
    TailRisk held = results.tail(Measure.HELD_LOSS);
    TailRisk best = results.tail(Measure.LOSS);
    String confidence = Numbers.share(run.settings().confidence());
    add("<section class=\"figures\">\n");
    figure(
        tail(held),
        "CVaR at " + confidence + " of the held portfolio, % of equity over " + horizon);
    figure(best == null ? NONE : tail(best), "the same, re-optimised in each scenario");
    figure(
        fixed(run.reverse().distance(), 2) + " \u03c3",
        "from the held portfolio to a loss of "
            + Numbers.share(run.settings().lossLimit())
            + ", at the estimate");
    figure(
        Numbers.brief(results.worstRelativeGap()),
        "worst certified gap, relative to the objective's scale");
    add("</section>\n");
  }

  /** What has no value is no number to a reader: the price of a bound that is reached by chance. */
  private static String brief(double value) {
    return Double.isNaN(value) ? NONE : Numbers.brief(value);
  }

  private static String tail(TailRisk tail) {
    return Numbers.percent(tail.conditionalValueAtRisk(), tail.conditionalValueAtRiskError());
  }

  private void figure(String value, String caption) {
    add("<div><b>%s</b><span>%s</span></div>\n", Html.escape(value), Html.escape(caption));
  }

  private void losses() {
    section("What is lost");
    picture(
        LossPicture.of(run),
        "Losses over "
            + horizon
            + ", bought and held, without the largest gains and losses. Dashed: value at"
            + " risk, the loss that "
            + Numbers.share(run.settings().confidence())
            + " of the scenarios do not exceed. Solid: CVaR, the mean of the losses beyond it.");
    table(
        "portfolio",
        "mean loss, %",
        "VaR, %",
        "CVaR, %",
        "standard error of CVaR, %",
        "worst loss, %",
        "95th percentile of drawdown, %",
        "mean volatility, % a year",
        "scenarios beyond the limit of " + Numbers.share(run.settings().lossLimit()) + ", %",
        "mean turnover, %",
        "mean cost, %");
    portfolio("held", "held", StressSummary.HELD);
    portfolio("re-optimised", "bestbar", StressSummary.BEST);
    endTable();
    add("</section>\n");
  }

  private void portfolio(String name, String key, StressSummary.Measures of) {
    Distribution loss = results.of(of.loss());
    TailRisk tail = results.tail(of.loss());
    boolean best = of == StressSummary.BEST;
    row(
        "<i class=\"" + key + "\"></i>" + name,
        percent(loss.mean(), 2),
        percent(tail == null ? Double.NaN : tail.valueAtRisk(), 2),
        percent(tail == null ? Double.NaN : tail.conditionalValueAtRisk(), 2),
        percent(tail == null ? Double.NaN : tail.conditionalValueAtRiskError(), 3),
        percent(loss.quantile(1), 1),
        percent(results.of(of.drawdown()).quantile(0.95), 1),
        percent(period.annualVolatility(results.of(of.volatility()).mean()), 1),
        percent(beyond(loss), 2),
        best ? percent(results.of(Measure.TURNOVER).mean(), 1) : NONE,
        best ? percent(results.of(Measure.COST).mean(), 3) : NONE);
  }

  /** The share of the losses that reach the limit. */
  private double beyond(Distribution loss) {
    return loss.count() == 0 ? Double.NaN : loss.shareFrom(run.settings().lossLimit());
  }

  private void states() {
    List<MarketState> states = run.settings().states().list();
    section("States of the market");
    table(
        "state",
        "volatilities, \u00d7",
        "correlations towards one, \u03b8",
        "mean shift, % a " + period.name(),
        "scenarios",
        "CVaR held, %",
        "CVaR re-optimised, %",
        "mean volatility held, % a year",
        "mean volatility re-optimised, % a year",
        "mean turnover, %");
    for (int k = 0; k < states.size(); k++) {
      MarketState state = states.get(k);
      TailRisk held = results.tail(Measure.HELD_LOSS, k);
      TailRisk best = results.tail(Measure.LOSS, k);
      row(
          String.format("<i class=\"regime%d\"></i>%s", k % 4, Html.escape(state.name())),
          text(state.volatility()),
          text(state.correlation()),
          percent(state.meanShift(), 2),
          String.format(Locale.ROOT, "%,d", results.inState(k)),
          percent(held == null ? Double.NaN : held.conditionalValueAtRisk(), 1),
          percent(best == null ? Double.NaN : best.conditionalValueAtRisk(), 1),
          percent(period.annualVolatility(results.of(Measure.HELD_VOLATILITY, k).mean()), 1),
          percent(period.annualVolatility(results.of(Measure.VOLATILITY, k).mean()), 1),
          percent(results.of(Measure.TURNOVER, k).mean(), 1));
    }
    endTable();
    add(
        "<p class=\"note\">A state multiplies every volatility, and moves every correlation C to (1\u2212\u03b8)C + \u03b8,"
            + " which no covariance matrix can object to.%s</p>\n</section>\n",
        states.stream().anyMatch(s -> !s.assets().isEmpty())
            ? " Some assets are treated in ways of their own; the scenario file says how."
            : "");
  }

  private static String text(Interval interval) {
    return interval.isNumber()
        ? Numbers.brief(interval.low())
        : Numbers.brief(interval.low()) + " to " + Numbers.brief(interval.high());
  }

  private void worst() {
    section("The worst scenarios, and why");
    table(
        "scenario",
        "state",
        "volatilities, \u00d7",
        "\u03b8",
        "loss held, %",
        "drawdown held, %",
        "loss re-optimised, %",
        "dearest assets: cost, % of equity (return, %)");
    for (StressRun.WorstScenario worst : run.worst()) {
      List<String> causes = new ArrayList<>();
      for (int r = 0; r < worst.assets().size(); r++) {
        if (worst.costs()[r] > 0) {
          causes.add(
              String.format(
                  Locale.ROOT,
                  "<span class=\"day\">%s %.1f (%.0f)</span>",
                  Html.escape(worst.assets().get(r)),
                  100 * worst.costs()[r],
                  100 * worst.returns()[r]));
        }
      }
      row(
          String.format(Locale.ROOT, "%d", worst.scenario()),
          Html.escape(worst.state()),
          Numbers.brief(worst.volatility()),
          Numbers.brief(worst.correlation()),
          percent(worst.heldLoss(), 1),
          percent(worst.heldDrawdown(), 1),
          percent(worst.loss(), 1),
          String.join(", ", causes));
    }
    endTable();
    add("</section>\n");
  }

  private void windows() {
    if (run.windows().isEmpty()) {
      return;
    }
    section("Days that happened, replayed");
    table(
        "window",
        "from, to",
        "volatilities, \u00d7",
        "\u03b8",
        "loss held, %",
        "drawdown held, %",
        "loss re-optimised, %",
        "drawdown re-optimised, %");
    for (WindowReplay replay : run.windows()) {
      if (replay.periods() == 0) {
        row(
            Html.escape(replay.window().name()),
            days(replay),
            "not in the data",
            NONE,
            NONE,
            NONE,
            NONE,
            NONE);
        continue;
      }
      row(
          Html.escape(replay.window().name()),
          days(replay),
          Numbers.brief(replay.volatilityRatio()),
          fixed(replay.theta(), 2),
          percent(replay.heldLoss(), 1),
          percent(replay.heldDrawdown(), 1),
          percent(replay.bestLoss(), 1),
          percent(replay.bestDrawdown(), 1));
    }
    endTable();
    add(
        "<p class=\"note\">The held portfolio on the returns of those days; and the portfolio that is best when volatilities"
            + " and the mean correlation are those of the window, with the estimate's means. A negative loss is a gain.</p>\n</section>\n");
  }

  private static String days(WindowReplay replay) {
    return "<span class=\"day\">"
        + Html.escape(replay.window().from())
        + "</span> <span class=\"day\">"
        + Html.escape(replay.window().to())
        + "</span>";
  }

  private void reverse() {
    section("The least implausible way to lose " + Numbers.share(run.settings().lossLimit()));
    double[] returns = run.reverse().returns();
    if (returns == null) {
      add(
          "<p>The held portfolio has no risk at the estimate: no shock of these assets reaches the limit.</p>\n</section>\n");
      return;
    }
    add(
        "<p>Of all returns over %s that cost the held portfolio %s of equity, those nearest to what is expected are %s"
            + " standard deviations away. The assets that cost most there:</p>\n",
        horizon, Numbers.share(run.settings().lossLimit()), fixed(run.reverse().distance(), 2));
    table("asset", "held weight, %", "return, %", "cost, % of equity");
    double[] held = run.held();
    double[] costs = run.reverse().contributions();
    IntStream.range(0, costs.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -costs[i]))
        .limit(8)
        .filter(i -> costs[i] > 0)
        .forEach(
            i ->
                row(
                    Html.escape(run.problem().assets().get(i)),
                    percent(held[i], 1),
                    percent(returns[i], 1),
                    percent(costs[i], 2)));
    endTable();
    String note = StressSummary.reverseNote(run);
    if (note != null) {
      add("<p class=\"warning\">%s.</p>\n", Html.escape(note));
    }
    add("</section>\n");
  }

  private void sweep() {
    section("When correlations go to one");
    double first = run.sweep().heldVolatility()[0];
    double last = run.sweep().heldVolatility()[run.sweep().theta().length - 1];
    picture(
        SweepPicture.of(run),
        String.format(
            Locale.ROOT,
            "Volatilities of single assets stay as estimated; only diversification goes: the held portfolio's volatility"
                + " goes from %s %% to %s %% a year.",
            percent(period.annualVolatility(first), 1),
            percent(period.annualVolatility(last), 1)));
    add("</section>\n");
  }

  private void frontier() {
    section("The frontier, and where the scenarios lead");
    picture(
        FrontierPicture.of(run),
        "The line holds the best portfolios if the estimated means are right. A dot is the portfolio of one scenario, placed"
            + " by what it earns and risks if the estimate is right after all: its distance below the line is the price of"
            + " having believed in other means. Volatilities are those of normal markets."
            + (run.problem().transactionCosts() == null
                ? ""
                : " Returns are less what trading to the portfolio costs, each period anew.")
            + (run.resampled() == null
                ? ""
                : String.format(
                    Locale.ROOT,
                    " The resampled frontier holds the means of the portfolios that %,d samples of %,d returns each would"
                        + " have led to; nine in ten of these portfolios lie as far below the frontier as the band.",
                    run.resampled().samples(),
                    run.universe().observations())));
    add("</section>\n");
  }

  private void weights() {
    int shown = Math.min(ASSETS_SHOWN, run.problem().size());
    section("How far the weights move");
    picture(
        WeightsPicture.of(run, shown),
        String.format(
            Locale.ROOT,
            "The %s with the largest mean weight over the scenarios%s.%s",
            Numbers.count(shown, "asset"),
            shown < run.problem().size() ? ", of " + run.problem().size() : "",
            results.exactWeights() ? "" : " Quantiles are within 0.1 % of the exact ones."));
    add("<details><summary>All of the assets as a table</summary>\n");
    table(
        "asset",
        "held weight, %",
        "mean weight, %",
        "5th percentile, %",
        "median, %",
        "95th percentile, %",
        "in, % of scenarios",
        "at its upper bound, % of scenarios",
        "weight at the estimate, %",
        "expected return, % a year",
        "standard error, % a year",
        "volatility, % a year");
    double root = Math.sqrt(run.universe().observations());
    double[] held = run.held();
    for (int i : results.byMeanWeight()) {
      double volatility = Math.sqrt(run.universe().covariance().variance(i));
      Distribution weight = results.weight(i);
      row(
          Html.escape(run.problem().assets().get(i)),
          percent(held[i], 1),
          percent(weight.mean(), 1),
          percent(weight.quantile(0.05), 1),
          percent(weight.quantile(0.5), 1),
          percent(weight.quantile(0.95), 1),
          percent(weight.nonzero(), 1),
          percent(results.atUpper(i), 1),
          percent(run.estimate().weight(i), 1),
          percent(period.annualReturn(run.universe().mean()[i]), 1),
          percent(period.annualReturn(volatility / root), 1),
          percent(period.annualVolatility(volatility), 1));
    }
    endTable();
    add("</details>\n</section>\n");
  }

  private void components() {
    section("Where the tail comes from");
    int shown = Math.min(COMPONENTS_SHOWN, run.problem().size());
    picture(
        ComponentsPicture.of(run, shown),
        "What each asset loses, in the mean, in the scenarios beyond value at risk (Euler's rule): over all assets"
            + (run.components().bestCosts() > 0 ? " and the costs of trading" : "")
            + " these sum to CVaR. The "
            + Numbers.count(shown, "asset")
            + " with the largest contributions.");
    add("</section>\n");
  }

  private void binding() {
    section("What binds");
    table(
        "limit",
        "binds in, % of scenarios",
        "mean shadow price",
        "5th percentile",
        "95th percentile");
    for (int c = 0; c < results.constraints().size(); c++) {
      Distribution price = results.shadowPrice(c);
      row(
          Html.escape(results.constraints().get(c)),
          percent(price.nonzero(), 1),
          brief(price.mean()),
          brief(price.quantile(0.05)),
          brief(price.quantile(0.95)));
    }
    int[] capped =
        IntStream.range(0, run.problem().size())
            .boxed()
            .filter(i -> results.atUpper(i) > 0)
            .sorted(Comparator.comparingDouble(i -> -results.atUpper(i)))
            .limit(8)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i : capped) {
      row(
          "upper bound of " + Html.escape(run.problem().assets().get(i)),
          percent(results.atUpper(i), 1),
          brief(run.boundPrices().upper()[i]),
          NONE,
          NONE);
    }
    endTable();
    add(
        "<p class=\"note\">A shadow price is what the objective (per %s) changes by when the limit is moved by one: the"
            + " budget's is what another unit of equity is worth at the margin. The upper bounds that bind most often are"
            + " listed; their mean price is that of the first %,d scenarios, where they bind there.</p>\n</section>\n",
        period.name(), run.boundPrices().scenarios());
  }

  private void quality() {
    if (run.universe().returns() == null) {
      return;
    }
    List<Finding> findings = run.universe().findings();
    section("What is odd about the data");
    if (findings.isEmpty()) {
      add(
          "<p>Nothing was found: no gaps, no prices that stand still, no duplicates, no extreme returns.</p>\n");
    } else {
      add("<p>Nothing below was repaired; <code>--exclude A,B</code> leaves assets out.</p>\n");
      List<Finding> extreme = new ArrayList<>();
      add("<ul>\n");
      for (Finding finding : findings) {
        if (finding.kind() == Finding.Kind.EXTREME_RETURN) {
          extreme.add(finding);
        } else {
          item(finding);
        }
      }
      add("</ul>\n");
      if (!extreme.isEmpty()) {
        add(
            "<details%s><summary>%d %s returns beyond +100 %% or \u221250 %% in one %s</summary>\n<ul>\n",
            extreme.size() <= 5 ? " open" : "",
            extreme.size(),
            extreme.size() == 1 ? "asset has" : "assets have",
            period.name());
        extreme.forEach(this::item);
        add("</ul></details>\n");
      }
    }
    add("</section>\n");
  }

  private void item(Finding finding) {
    add("<li>%s</li>\n", Html.escape(finding.text()));
  }

  private void method() {
    StressSettings settings = run.settings();
    section("How it was computed");
    add("<dl>\n");
    entry(
        "Problem",
        "minimise \u00bd\u00b7\u03b3\u00b7w\u2032\u03a3w \u2212 \u03bc\u2032w"
            + (run.problem().transactionCosts() == null ? "" : " + costs of trading")
            + ", per "
            + period.name());
    entry("Risk aversion \u03b3", Numbers.brief(settings.riskAversion()) + " in normal markets");
    entry(
        "Weights",
        "sum to "
            + Numbers.brief(settings.budget())
            + ", each between "
            + Numbers.percent(Arrays.stream(run.problem().lower()).min().orElseThrow())
            + " and "
            + Numbers.percent(Arrays.stream(run.problem().upper()).max().orElseThrow())
            + " of equity");
    entry(
        "Held portfolio",
        run.problem().currentWeights() == null
            ? "the best one at the estimate"
            : "as it was given");
    entry(
        "Estimate",
        run.universe().returns() == null
            ? "as it was given"
            : "sample mean and sample covariance of simple returns");
    entry("Means of a scenario", means(settings));
    entry("Path of a scenario", paths(settings));
    entry("Quantiles", results.exactLosses() ? "exact" : "within 0.1 % of the exact ones");
    entry(
        "Year",
        Numbers.brief(period.periodsPerYear())
            + " periods: returns times that, volatilities times its root");
    entry(
        "Certified gap",
        "an upper bound on how far a portfolio is from the best possible, computed from the data"
            + " after solving, relative to the larger of \u03b3\u00b7variance and expected return");
    add("</dl>\n</section>\n");
  }

  private String means(StressSettings settings) {
    if (Double.isNaN(settings.meanDegreesOfFreedom()) || run.universe().observations() == 0) {
      return "the estimated ones, and the state's shift";
    }
    return String.format(
        Locale.ROOT,
        "Student-t with %s degrees of freedom around the estimate, scale \u03a3/%,d (the squared standard error), and the"
            + " state's shift",
        Numbers.brief(settings.meanDegreesOfFreedom()),
        run.universe().observations());
  }

  private String paths(StressSettings settings) {
    StressSettings.ReturnSettings returns = settings.returns();
    String process =
        switch (returns.kind()) {
          case normal -> "normal returns";
          case student_t ->
              "Student-t returns with "
                  + Numbers.brief(returns.degreesOfFreedom())
                  + " degrees of freedom";
          case bootstrap ->
              "returns of the past, in blocks of "
                  + Numbers.brief(returns.meanBlock())
                  + " in the mean";
          case filtered ->
              "returns of the past divided by their volatility (decay "
                  + Numbers.brief(returns.decay())
                  + "), in blocks of "
                  + Numbers.brief(returns.meanBlock())
                  + " in the mean, times the path's";
        };
    String jumps =
        returns.jumps() == null
            ? ""
            : String.format(
                Locale.ROOT,
                ", with jumps of all assets at once: %s a %s, of %s in the mean, volatility %s",
                Numbers.brief(returns.jumps().intensity()),
                period.name(),
                Numbers.percent(returns.jumps().mean()),
                Numbers.percent(returns.jumps().volatility()));
    return process
        + jumps
        + ", with the state's volatilities and correlations, over "
        + horizon
        + "; no asset loses more than all; seed "
        + settings.seed();
  }

  private void engine() {
    section("Engine and time");
    add("<dl>\n");
    entry("Engine", run.engine().describe());
    entry("Estimating and checking the data", Numbers.seconds(run.estimatingSeconds()));
    entry(
        "Drawing, solving, measuring, writing",
        Numbers.seconds(run.runningSeconds())
            + String.format(
                Locale.ROOT,
                ", %,.0f scenarios a second",
                (results.count() - run.resumedFrom()) / run.runningSeconds())
            + (run.resumedFrom() == 0
                ? ""
                : String.format(
                    Locale.ROOT, "; %,d were there from an earlier run", run.resumedFrom())));
    entry("Looking at the results", Numbers.seconds(run.analysingSeconds()));
    entry("All, with reading", Numbers.seconds(run.totalSeconds()));
    entry("Parabola", Version.current());
    add("</dl>\n</section>\n");
  }

  private void entry(String term, String text) {
    add("<dt>%s</dt><dd>%s</dd>\n", Html.escape(term), Html.escape(text));
  }
}
