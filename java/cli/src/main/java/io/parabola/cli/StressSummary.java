package io.parabola.cli;

import io.parabola.models.VolatilityRegimes.Regime;
import java.util.List;
import java.util.stream.IntStream;

/** summary.json of a stress run. */
final class StressSummary {
  private StressSummary() {}

  static String of(StressRun run) {
    StressSettings settings = run.settings();
    List<Regime> regimes = settings.regimes().regimes();
    return JsonText.of(
        json -> {
          json.put("parabola", Parabola.Version.current());
          BatchTable.summary(json, run.solution());
          json.put("engine_description", run.engineDescription());
          json.object(
              "timing_seconds",
              j ->
                  j.put("estimating", run.estimatingSeconds())
                      .put("drawing", run.drawingSeconds())
                      .put("solving", run.solution().seconds())
                      .put("total", run.totalSeconds()));
          json.object("settings", j -> settings(j, run));
          json.objects(
              "regimes",
              () -> IntStream.range(0, regimes.size()).iterator(),
              (j, k) -> {
                Regime regime = regimes.get(k);
                j.put("name", regime.name()).put("volatility_multiplier", regime.multiplier());
                j.put("probability", regime.probability());
                j.put("risk_aversion", settings.regimes().riskAversion(settings.riskAversion(), k));
                j.put(
                    "scenarios",
                    IntStream.range(0, settings.scenarios())
                        .filter(s -> run.regimeIndexOf(s) == k)
                        .count());
              });
          json.objects("data_quality", run.findings(), (j, f) -> FindingJson.write(j, f));
          json.object(
              "units",
              j ->
                  j.put("weights", "fraction of equity")
                      .put(
                          "expected_return, volatility, standard_error",
                          "per " + settings.period().name())
                      .put("objective, gap", "per " + settings.period().name())
                      .put("relative_gap", "1"));
          json.objects(
              "assets",
              () -> IntStream.range(0, run.assets().size()).iterator(),
              (j, i) -> asset(j, run, i));
        });
  }

  private static void settings(JsonText json, StressRun run) {
    StressSettings settings = run.settings();
    List<String> times = run.returns().times();
    double[] bounds = run.boundRange();
    json.put("prices", settings.source()).put("assets", run.assets().size());
    json.put("observations", run.returns().observations());
    json.put("first_return", times.get(0)).put("last_return", times.get(times.size() - 1));
    json.put("period", settings.period().name());
    json.put("periods_per_year", settings.period().periodsPerYear());
    json.put("scenarios", settings.scenarios()).put("seed", settings.seed());
    json.put("distribution", "multivariate Student-t, scale = covariance / observations");
    json.put("degrees_of_freedom", settings.degreesOfFreedom());
    json.put("risk_aversion", settings.riskAversion()).put("budget", settings.budget());
    json.put("lowest_lower_bound", bounds[0]).put("highest_upper_bound", bounds[1]);
    json.put("covariance", "sample");
  }

  private static void asset(JsonText json, StressRun run, int i) {
    AssetWeights weights = run.weights();
    double volatility = Math.sqrt(run.covariance().variance(i));
    json.put("asset", run.assets().get(i));
    json.put("expected_return", run.mean()[i]).put("volatility", volatility);
    json.put("standard_error", volatility / Math.sqrt(run.returns().observations()));
    json.put("weight_at_estimate", run.estimate().weight(i));
    json.put("mean_weight", weights.mean(i));
    for (int q = 0; q < AssetWeights.LEVELS.length; q++) {
      json.put(
          String.format("weight_q%02d", Math.round(100 * AssetWeights.LEVELS[q])),
          weights.quantile(i, q));
    }
    json.put("share_of_scenarios_held", weights.held(i));
  }
}
