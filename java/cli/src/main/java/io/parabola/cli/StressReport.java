package io.parabola.cli;

import io.parabola.BatchSolution;
import io.parabola.Status;
import io.parabola.models.Finding;
import io.parabola.models.Period;
import io.parabola.models.VolatilityRegimes.Regime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** report.html of a stress run: one page that needs nothing else, neither network nor script. */
final class StressReport {
  private static final int ASSETS_SHOWN = 25;

  private final StressRun run;
  private final Period period;
  private final StringBuilder page = new StringBuilder();

  private StressReport(StressRun run) {
    this.run = run;
    this.period = run.settings().period();
  }

  static String of(StressRun run) {
    return new StressReport(run).write();
  }

  private void add(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values));
  }

  private String write() {
    add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    add("<meta name=\"color-scheme\" content=\"light dark\">\n");
    add("<title>Parabola stress report</title>\n<style>\n");
    page.append(style());
    add("</style>\n</head>\n<body>\n<main>\n");
    head();
    figures();
    frontier();
    weights();
    regimes();
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

  private void head() {
    List<String> times = run.returns().times();
    add("<header>\n<h1>Portfolios under stress</h1>\n");
    add(
        "<p>%s of %s, estimated from %,d %s returns, %s to %s (%s).</p>\n</header>\n",
        Numbers.count(run.settings().scenarios(), "scenario"),
        Numbers.count(run.assets().size(), "asset"),
        run.returns().observations(),
        period.name().equals("day") ? "daily" : period.name().equals("hour") ? "hourly" : "",
        Html.escape(times.get(0)),
        Html.escape(times.get(times.size() - 1)),
        Html.escape(run.settings().source()));
  }

  private void figures() {
    BatchSolution solution = run.solution();
    long solved = solution.count(Status.SOLVED);
    add("<section class=\"figures\">\n");
    figure(
        String.format(Locale.ROOT, "%,d", solved),
        solved == solution.scenarios()
            ? "portfolios solved, all of them"
            : "of " + solution.scenarios() + " portfolios solved");
    figure(
        Numbers.brief(solution.worstRelativeGap()),
        "worst certified gap, relative to the objective's scale");
    figure(Numbers.seconds(solution.seconds()), "spent solving");
    figure(
        String.format(Locale.ROOT, "%.0f \u00b5s", 1e6 * solution.seconds() / solution.scenarios()),
        "for each portfolio");
    add("</section>\n");
    if (solved < solution.scenarios()) {
      add("<p class=\"warning\">Not solved:");
      for (Status status : Status.values()) {
        if (status != Status.SOLVED && solution.count(status) > 0) {
          add(" %,d %s", solution.count(status), status.name().toLowerCase(Locale.ROOT));
        }
      }
      add(".</p>\n");
    }
  }

  private void figure(String value, String caption) {
    add("<div><b>%s</b><span>%s</span></div>\n", Html.escape(value), Html.escape(caption));
  }

  private void frontier() {
    add("<section>\n<h2>The frontier, and where the scenarios lead</h2>\n<figure>\n");
    page.append(FrontierPicture.of(run));
    add(
        "<figcaption>The line holds the best portfolios if the estimated means are right. A dot is the portfolio of one"
            + " scenario, placed by what it earns and risks if the estimate is right after all: its distance below the line"
            + " is the price of having believed in other means. Volatilities are those of normal markets.</figcaption>\n"
            + "</figure>\n</section>\n");
  }

  private void weights() {
    int shown = Math.min(ASSETS_SHOWN, run.assets().size());
    add("<section>\n<h2>How far the weights move</h2>\n<figure>\n");
    page.append(WeightsPicture.of(run, shown));
    add(
        "<figcaption>The %s with the largest mean weight over the scenarios%s.</figcaption>\n</figure>\n",
        Numbers.count(shown, "asset"),
        shown < run.assets().size() ? ", of " + run.assets().size() : "");
    add("<details><summary>All of the assets as a table</summary>\n");
    add("<div class=\"scroll\"><table>\n<thead><tr><th>asset</th>");
    for (String title :
        List.of(
            "mean weight, %",
            "5th percentile, %",
            "median, %",
            "95th percentile, %",
            "held in, % of scenarios",
            "weight at the estimate, %",
            "expected return, % a year",
            "standard error, % a year",
            "volatility, % a year")) {
      add("<th>%s</th>", title);
    }
    add("</tr></thead>\n<tbody>\n");
    double root = Math.sqrt(run.returns().observations());
    for (int i : run.weights().byMean()) {
      double volatility = Math.sqrt(run.covariance().variance(i));
      add("<tr><th>%s</th>", Html.escape(run.assets().get(i)));
      for (double value :
          new double[] {
            run.weights().mean(i),
            run.weights().quantile(i, 0),
            run.weights().quantile(i, 2),
            run.weights().quantile(i, 4),
            run.weights().held(i),
            run.estimate().weight(i),
            period.annualReturn(run.mean()[i]),
            period.annualReturn(volatility / root),
            period.annualVolatility(volatility)
          }) {
        add("<td>%.1f</td>", 100 * value + 0.0);
      }
      add("</tr>\n");
    }
    add("</tbody></table></div></details>\n</section>\n");
  }

  private void regimes() {
    List<Regime> regimes = run.settings().regimes().regimes();
    add(
        "<section>\n<h2>Calm and stressed markets</h2>\n<div class=\"scroll\"><table>\n<thead><tr>");
    for (String title :
        List.of(
            "regime",
            "volatility, \u00d7",
            "risk aversion",
            "scenarios",
            "mean volatility, % a year",
            "mean return at the estimate, % a year",
            "mean number of assets held")) {
      add("<th>%s</th>", title);
    }
    add("</tr></thead>\n<tbody>\n");
    for (int k = 0; k < regimes.size(); k++) {
      Regime regime = regimes.get(k);
      double volatility = 0;
      double expected = 0;
      double held = 0;
      int count = 0;
      double[] w = new double[run.assets().size()];
      for (int s = 0; s < run.settings().scenarios(); s++) {
        if (run.regimeIndexOf(s) == k && run.solution().status(s) == Status.SOLVED) {
          count++;
          volatility += regime.multiplier() * run.solution().volatility(s);
          expected += run.returnAtEstimate(s);
          run.solution().weights(s, w);
          for (double weight : w) {
            held += weight != 0 ? 1 : 0;
          }
        }
      }
      add(
          "<tr><th><i class=\"regime%d\"></i>%s</th><td>%s</td><td>%s</td><td>%,d</td>",
          k % 4,
          Html.escape(regime.name()),
          Numbers.brief(regime.multiplier()),
          Numbers.brief(run.settings().regimes().riskAversion(run.settings().riskAversion(), k)),
          count);
      if (count > 0) {
        add(
            "<td>%.1f</td><td>%.1f</td><td>%.1f</td></tr>\n",
            100 * period.annualVolatility(volatility / count),
            100 * period.annualReturn(expected / count),
            held / count);
      } else {
        add("<td>\u2013</td><td>\u2013</td><td>\u2013</td></tr>\n");
      }
    }
    add(
        "</tbody></table></div>\n<p class=\"note\">A regime multiplies every volatility by m. In the objective that is the"
            + " same as multiplying the risk aversion by m\u00b2, and so it is computed.</p>\n</section>\n");
  }

  private void quality() {
    List<Finding> findings = run.findings();
    add("<section>\n<h2>What is odd about the data</h2>\n");
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
    String text = Html.escape(finding.text());
    add("<li>%s</li>\n", text);
  }

  private void method() {
    StressSettings settings = run.settings();
    double[] bounds = run.boundRange();
    add("<section>\n<h2>How it was computed</h2>\n<dl>\n");
    entry(
        "Problem",
        "minimise \u00bd\u00b7\u03b3\u00b7w\u2032\u03a3w \u2212 \u03bc\u2032w, per "
            + period.name());
    entry("Risk aversion \u03b3", Numbers.brief(settings.riskAversion()) + " in normal markets");
    entry(
        "Weights",
        "sum to "
            + Numbers.brief(settings.budget())
            + ", each between "
            + Numbers.percent(bounds[0])
            + " and "
            + Numbers.percent(bounds[1])
            + " of equity");
    entry("Estimate", "sample mean and sample covariance of simple returns");
    entry(
        "Scenarios of \u03bc",
        String.format(
            Locale.ROOT,
            "Student-t with %s degrees of freedom around the estimate, scale \u03a3/%,d (the squared standard error); seed %d",
            Numbers.brief(settings.degreesOfFreedom()),
            run.returns().observations(),
            settings.seed()));
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

  private void engine() {
    add("<section>\n<h2>Engine and time</h2>\n<dl>\n");
    entry("Engine", run.engineDescription());
    entry("Estimating and checking the data", Numbers.seconds(run.estimatingSeconds()));
    entry("Drawing the scenarios", Numbers.seconds(run.drawingSeconds()));
    entry("Solving", Numbers.seconds(run.solution().seconds()));
    entry("All, with reading and writing", Numbers.seconds(run.totalSeconds()));
    entry("Parabola", Parabola.Version.current());
    add("</dl>\n</section>\n");
  }

  private void entry(String term, String text) {
    add("<dt>%s</dt><dd>%s</dd>\n", Html.escape(term), Html.escape(text));
  }
}
