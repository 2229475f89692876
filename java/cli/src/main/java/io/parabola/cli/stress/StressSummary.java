package io.parabola.cli.stress;

import io.parabola.Frontier;
import io.parabola.Status;
import io.parabola.cli.files.FindingJson;
import io.parabola.cli.files.JsonText;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.Version;
import io.parabola.cli.options.UniverseOptions;
import io.parabola.models.stress.CorrelationSweep;
import io.parabola.models.stress.Distribution;
import io.parabola.models.stress.MarketState;
import io.parabola.models.stress.Measure;
import io.parabola.models.stress.ResampledFrontier;
import io.parabola.models.stress.StressResults;
import io.parabola.models.stress.TailRisk;
import io.parabola.models.stress.WindowReplay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** summary.json of a stress run, and its sentences. */
public final class StressSummary {
  /** The quantiles kept of each asset's weight. */
  public static final double[] LEVELS = {0.05, 0.25, 0.5, 0.75, 0.95};

  private StressSummary() {}

  /** What is said when it is over. */
  public static List<String> sentences(StressRun run) {
    StressResults results = run.results();
    long solved = results.count(Status.SOLVED);
    String first =
        String.format(
            "%,d of %s solved by engine %s in %s%s",
            solved,
            Numbers.count(results.count(), "scenario"),
            run.engine().name(),
            Numbers.seconds(run.runningSeconds()),
            solved == 0 ? "" : ", worst relative gap " + Numbers.brief(results.worstRelativeGap()));
    TailRisk held = results.tail(Measure.HELD_LOSS);
    TailRisk best = results.tail(Measure.LOSS);
    String second =
        held == null
            ? "nothing was measured"
            : String.format(
                "CVaR at %s over %s: held %s, re-optimised %s",
                Numbers.share(run.settings().confidence()),
                Numbers.count(run.settings().steps(), run.settings().period().name()),
                Numbers.percent(held.conditionalValueAtRisk(), held.conditionalValueAtRiskError()),
                best == null
                    ? "none"
                    : Numbers.percent(
                        best.conditionalValueAtRisk(), best.conditionalValueAtRiskError()));
    List<String> sentences = new ArrayList<>(List.of(first, second));
    if (run.settings().windows() != null) {
      // Those that nobody asked for are only left out.
      for (WindowReplay replay : run.windows()) {
        if (replay.periods() == 0) {
          sentences.add(
              "window "
                  + replay.window().name()
                  + " is not replayed: the data does not reach all of it");
        }
      }
    }
    sentences.add(
        Numbers.count(run.universe().findings().size(), "finding")
            + " about the data; whole run "
            + Numbers.seconds(run.totalSeconds()));
    return sentences;
  }

  public static String of(StressRun run, boolean complete) {
    StressResults results = run.results();
    List<MarketState> states = run.settings().states().list();
    return JsonText.of(
        json -> {
          json.put("parabola", Version.current());
          json.put("complete", complete).put("engine", run.engine().name());
          json.put("scenarios", results.count());
          json.object(
              "status",
              j -> {
                for (Status status : Status.values()) {
                  j.put(status.name(), results.count(status));
                }
              });
          json.put("worst_relative_gap", results.worstRelativeGap());
          json.object(
              "risk",
              j -> {
                j.put("confidence", run.settings().confidence());
                j.put("quantiles", results.exactLosses() ? "exact" : "within 0.1 %, relative");
                j.object("held", k -> portfolio(k, run, HELD));
                j.object("best", k -> portfolio(k, run, BEST));
              });
          json.objects(
              "states",
              () -> IntStream.range(0, states.size()).iterator(),
              (j, k) -> state(j, run, k));
          json.objects(
              "constraints",
              () -> IntStream.range(0, results.constraints().size()).iterator(),
              (j, c) -> {
                Distribution price = results.shadowPrice(c);
                j.put("constraint", results.constraints().get(c));
                j.put("share_of_scenarios_binding", price.nonzero());
                j.put("mean_shadow_price", price.mean());
                j.put("shadow_price_q05", price.quantile(0.05));
                j.put("shadow_price_q95", price.quantile(0.95));
              });
          json.objects("worst_scenarios", run.worst(), StressSummary::worst);
          json.objects("windows", run.windows(), StressSummary::window);
          json.object("reverse_stress", j -> reverse(j, run));
          json.objects(
              "correlation_sweep",
              () -> IntStream.range(0, run.sweep().theta().length).iterator(),
              (j, k) -> {
                CorrelationSweep sweep = run.sweep();
                j.put("theta", sweep.theta()[k]).put("held_volatility", sweep.heldVolatility()[k]);
                j.put("best_volatility", sweep.bestVolatility()[k]);
                j.put("best_return", sweep.bestReturn()[k]);
              });
          frontier(json, run.frontier());
          if (run.resampled() != null) {
            resampled(json, run);
          }
          json.object("settings", j -> settings(j, run));
          json.objects(
              "data_quality", run.universe().findings(), (j, f) -> FindingJson.write(j, f));
          json.object("units", j -> units(j, run));
          json.objects(
              "assets",
              () -> IntStream.range(0, run.problem().size()).iterator(),
              (j, i) -> asset(j, run, i));
          json.put("engine_description", run.engine().describe());
          json.object(
              "timing_seconds",
              j ->
                  j.put("estimating", run.estimatingSeconds())
                      .put("scenarios", run.runningSeconds())
                      .put("analysing", run.analysingSeconds())
                      .put("total", run.totalSeconds()));
          json.put("resumed_after_scenarios", run.resumedFrom());
        });
  }

  /** The same measures of the one portfolio and of the other. */
  public record Measures(
      Measure loss, Measure drawdown, Measure volatility, Measure expected, Measure distance) {}

  public static final Measures HELD =
      new Measures(
          Measure.HELD_LOSS,
          Measure.HELD_DRAWDOWN,
          Measure.HELD_VOLATILITY,
          Measure.HELD_RETURN,
          Measure.HELD_DISTANCE);

  public static final Measures BEST =
      new Measures(
          Measure.LOSS, Measure.DRAWDOWN, Measure.VOLATILITY, Measure.RETURN, Measure.DISTANCE);

  private static void portfolio(JsonText json, StressRun run, Measures of) {
    StressResults results = run.results();
    tail(json, results.tail(of.loss()));
    json.put("mean_loss", results.of(of.loss()).mean());
    json.put("worst_loss", results.of(of.loss()).quantile(1));
    json.put("mean_drawdown", results.of(of.drawdown()).mean());
    json.put("drawdown_q95", results.of(of.drawdown()).quantile(0.95));
    json.put("mean_expected_return", results.of(of.expected()).mean());
    json.put("mean_volatility", results.of(of.volatility()).mean());
    json.put("distance_to_loss_limit_q05", results.of(of.distance()).quantile(0.05));
    if (of == BEST) {
      json.put("mean_turnover", results.of(Measure.TURNOVER).mean());
      json.put("mean_cost", results.of(Measure.COST).mean());
      // With it the assets' components sum to CVaR.
      json.put("cvar_component_of_costs", run.components().bestCosts());
    }
  }

  private static void tail(JsonText json, TailRisk tail) {
    double none = Double.NaN;
    json.put("value_at_risk", tail == null ? none : tail.valueAtRisk());
    json.put("value_at_risk_standard_error", tail == null ? none : tail.valueAtRiskError());
    json.put("conditional_value_at_risk", tail == null ? none : tail.conditionalValueAtRisk());
    json.put(
        "conditional_value_at_risk_standard_error",
        tail == null ? none : tail.conditionalValueAtRiskError());
  }

  private static void state(JsonText json, StressRun run, int k) {
    MarketState state = run.settings().states().list().get(k);
    StressResults results = run.results();
    json.put("name", state.name()).put("probability", state.probability());
    json.put("volatility_multiplier", state.volatility().low());
    if (!state.volatility().isNumber()) {
      json.put("volatility_multiplier_to", state.volatility().high());
    }
    json.put("correlation_stress", state.correlation().low());
    if (!state.correlation().isNumber()) {
      json.put("correlation_stress_to", state.correlation().high());
    }
    json.put("mean_shift", state.meanShift());
    json.put("scenarios", results.inState(k));
    json.object("held", j -> tail(j, results.tail(Measure.HELD_LOSS, k)));
    json.object("best", j -> tail(j, results.tail(Measure.LOSS, k)));
    json.put("mean_turnover", results.of(Measure.TURNOVER, k).mean());
  }

  private static void worst(JsonText json, StressRun.WorstScenario worst) {
    json.put("scenario", worst.scenario()).put("state", worst.state());
    json.put("volatility_multiplier", worst.volatility());
    json.put("correlation_stress", worst.correlation());
    json.put("held_loss", worst.heldLoss()).put("best_loss", worst.loss());
    json.put("held_drawdown", worst.heldDrawdown());
    json.objects(
        "cause",
        () -> IntStream.range(0, worst.assets().size()).iterator(),
        (j, r) ->
            j.put("asset", worst.assets().get(r))
                .put("loss", worst.costs()[r])
                .put("return", worst.returns()[r]));
  }

  private static void window(JsonText json, WindowReplay replay) {
    json.put("name", replay.window().name());
    json.put("from", replay.window().from()).put("to", replay.window().to());
    json.put("periods", replay.periods());
    json.put("held_loss", replay.heldLoss()).put("held_drawdown", replay.heldDrawdown());
    json.put("best_loss", replay.bestLoss()).put("best_drawdown", replay.bestDrawdown());
    json.put("volatility_ratio", replay.volatilityRatio());
    json.put("correlation_stress", replay.theta());
  }

  private static void reverse(JsonText json, StressRun run) {
    json.put("loss_limit", run.settings().lossLimit());
    json.put("distance_standard_deviations", run.reverse().distance());
    double[] returns = run.reverse().returns();
    String note = reverseNote(run);
    if (note != null) {
      json.put("note", note);
    }
    if (returns != null) {
      json.objects(
          "shock",
          () -> IntStream.range(0, returns.length).iterator(),
          (j, i) ->
              j.put("asset", run.problem().assets().get(i))
                  .put("return", returns[i])
                  .put("loss", run.reverse().contributions()[i]));
    }
  }

  /** What is wrong with a shock that nothing can follow; null if there is nothing. */
  static String reverseNote(StressRun run) {
    int beyond = run.reverse().beyondAll();
    return beyond == 0
        ? null
        : "linear: "
            + Numbers.count(beyond, "asset")
            + " would lose more than all "
            + (beyond == 1 ? "it is" : "they are")
            + " worth, so this is no scenario that can happen; use a "
            + (run.settings().steps() > 1 ? "shorter horizon or a " : "")
            + "smaller loss limit";
  }

  private static void frontier(JsonText json, Frontier frontier) {
    json.objects(
        "frontier",
        () ->
            IntStream.range(0, frontier.size())
                .filter(k -> frontier.status(k) == Status.SOLVED)
                .iterator(),
        (j, k) ->
            j.put("risk_aversion", frontier.riskAversion(k))
                .put("volatility", Math.sqrt(frontier.variance(k)))
                .put("return", frontier.expectedReturn(k))
                .put("cost", frontier.costs(k)));
  }

  private static void resampled(JsonText json, StressRun run) {
    ResampledFrontier resampled = run.resampled();
    List<String> assets = run.problem().assets();
    json.object(
        "resampled_frontier",
        whole -> {
          whole.put("samples", resampled.samples()).put("unsolved", resampled.unsolved());
          whole.objects(
              "points",
              () -> IntStream.range(0, resampled.points()).iterator(),
              (j, k) -> {
                double[] band = resampled.shortfallBand(k);
                j.put("risk_aversion", resampled.riskAversion(k));
                j.put("volatility", resampled.volatility(k));
                j.put("return", resampled.expectedReturn(k));
                j.put("median_volatility", resampled.medianVolatility(k));
                j.put("shortfall_q05", band[0]).put("shortfall_q95", band[1]);
                j.object("mean_weights", w -> w.put(assets, resampled.weights(k)));
                j.object("weights_q05", w -> w.put(assets, band(resampled, k, assets.size(), 0)));
                j.object("weights_q95", w -> w.put(assets, band(resampled, k, assets.size(), 1)));
              });
        });
  }

  private static double[] band(ResampledFrontier resampled, int point, int n, int end) {
    return IntStream.range(0, n).mapToDouble(i -> resampled.weightBand(point, i)[end]).toArray();
  }

  private static void settings(JsonText json, StressRun run) {
    StressSettings settings = run.settings();
    UniverseOptions.Universe universe = run.universe();
    json.put("source", universe.source()).put("assets", run.problem().size());
    json.put("observations", universe.observations());
    if (universe.returns() != null) {
      List<String> times = universe.returns().times();
      json.put("first_return", times.get(0)).put("last_return", times.get(times.size() - 1));
    }
    json.put("period", settings.period().name());
    json.put("periods_per_year", settings.period().periodsPerYear());
    json.put("scenarios", settings.scenarios()).put("seed", settings.seed());
    json.put("horizon", settings.steps()).put("confidence", settings.confidence());
    json.put("loss_limit", settings.lossLimit());
    json.put("returns", settings.returns().kind().toString());
    json.put("tail_degrees_of_freedom", settings.returns().degreesOfFreedom());
    json.put("degrees_of_freedom", settings.meanDegreesOfFreedom());
    json.put("risk_aversion", settings.riskAversion()).put("budget", settings.budget());
    json.put("lowest_lower_bound", Arrays.stream(run.problem().lower()).min().orElseThrow());
    json.put("highest_upper_bound", Arrays.stream(run.problem().upper()).max().orElseThrow());
  }

  private static void units(JsonText json, StressRun run) {
    json.put("weights, losses, turnover, costs", "fraction of equity");
    json.put("losses, drawdowns", "over the horizon");
    json.put(
        "expected_return, volatility, standard_error", "per " + run.settings().period().name());
    for (Measure measure : Measure.values()) {
      json.put(measure.column(), measure.unit());
    }
  }

  private static void asset(JsonText json, StressRun run, int i) {
    StressResults results = run.results();
    Distribution weight = results.weight(i);
    double volatility = Math.sqrt(run.universe().covariance().variance(i));
    json.put("asset", run.problem().assets().get(i));
    json.put("expected_return", run.universe().mean()[i]).put("volatility", volatility);
    json.put(
        "standard_error",
        run.universe().observations() > 0
            ? volatility / Math.sqrt(run.universe().observations())
            : Double.NaN);
    json.put("held_weight", run.held()[i]);
    json.put("weight_at_estimate", run.estimate().weight(i));
    json.put("mean_weight", weight.mean());
    for (double level : LEVELS) {
      json.put(String.format("weight_q%02d", Math.round(100 * level)), weight.quantile(level));
    }
    json.put("share_of_scenarios_held", weight.nonzero());
    json.put("share_at_lower_bound", results.atLower(i));
    json.put("share_at_upper_bound", results.atUpper(i));
    json.put("mean_price_of_lower_bound", run.boundPrices().lower()[i]);
    json.put("mean_price_of_upper_bound", run.boundPrices().upper()[i]);
    json.put("held_cvar_component", run.components().held()[i]);
    json.put("best_cvar_component", run.components().best()[i]);
  }
}
