package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.options.PriceOptions;
import io.parabola.models.Returns;
import io.parabola.models.forecast.CorrelationWarning;
import io.parabola.models.forecast.CovarianceForecaster;
import io.parabola.models.forecast.DccForecaster;
import io.parabola.models.forecast.EwmaForecaster;
import io.parabola.models.forecast.ForecastEvaluation;
import io.parabola.models.forecast.IteratedEwma;
import io.parabola.models.forecast.RegimeForecaster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "forecast",
    description = {
      "Forecasts the covariance of the next period, and says how good such forecasts were.",
      "Each forecaster walks forward through the returns, sees only what came before, and is held"
          + " against plain EWMA by log-likelihood and QLIKE. Then what an early warning of rising"
          + " correlations would have been worth before the falls of the market."
    },
    sortOptions = false)
final class ForecastCommand implements Callable<Integer> {
  /** Spelt as on the command line. */
  enum Model {
    ewma,
    iterated_ewma,
    dcc,
    regimes;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Option(
      names = "--prices",
      paramLabel = "p.csv",
      description =
          "Prices: first column the time, then a column for each asset. Default: the built-in"
              + " sample.")
  private Path prices;

  @Mixin private PriceOptions priceOptions;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Whose forecast --out is: ewma, iterated-ewma, dcc, regimes. Default: ewma.")
  private Model model = Model.ewma;

  @Option(
      names = "--half-life",
      paramLabel = "H",
      description = "Of ewma and of iterated volatilities, in periods. Default: 20.")
  private double halfLife = 20;

  @Option(
      names = "--correlation-half-life",
      paramLabel = "H",
      description = "Of iterated correlations, in periods. Default: 120.")
  private double correlationHalfLife = 120;

  @Option(
      names = "--regimes",
      paramLabel = "K",
      description = "How many of --model regimes. Default: 2.")
  private int regimes = 2;

  @Option(
      names = "--first",
      paramLabel = "T",
      description = "The first return that is forecast. Default: after half of them.")
  private Integer first;

  @Option(
      names = "--refit",
      paramLabel = "N",
      description = "After how many returns models are fitted again. Default: 90.")
  private int refit = 90;

  @Option(
      names = "--shrinkage",
      paramLabel = "R",
      description =
          "Of all forecasts towards their diagonals, 0 to 1: else those of many assets are singular."
              + " Default: 0.1.")
  private double shrinkage = 0.1;

  @Option(
      names = "--fall",
      paramLabel = "F",
      description =
          "What is a crash for the early warning: a fall of the mean of all assets within 5 periods."
              + " Default: 0.2.")
  private double fall = 0.2;

  @Option(
      names = "--out",
      paramLabel = "c.csv",
      description = "Where the next period's covariance goes, asset,A,B,... Default: nowhere.")
  private Path out;

  @Option(names = "--json", description = "Print the scores as JSON to standard output.")
  private boolean json;

  private final Console console;

  ForecastCommand(Console console) {
    this.console = console;
  }

  private static void require(String option, Object value, boolean condition, String expected) {
    if (!condition) {
      throw Failure.input(option + " " + value + ": " + expected);
    }
  }

  private static void requireHalfLife(String option, double value) {
    require(
        option, value, value > 0 && value < Double.POSITIVE_INFINITY, "must be a positive number");
  }

  private void requireOptions() {
    requireHalfLife("--half-life", halfLife);
    requireHalfLife("--correlation-half-life", correlationHalfLife);
    require("--regimes", regimes, regimes >= 2, "must be at least 2");
    require("--refit", refit, refit >= 1, "must be at least 1");
    require("--shrinkage", shrinkage, shrinkage >= 0 && shrinkage <= 1, "must be from 0 to 1");
    require("--fall", fall, fall > 0 && fall < 1, "must be between 0 and 1");
  }

  /**
   * Whether a forecaster can start.
   *
   * @param start how many returns there are before the first forecast
   * @param returns how many there are
   */
  private void requireEnough(
      CovarianceForecaster forecaster, String source, int start, int returns) {
    int least = forecaster.leastReturns();
    if (start >= least) {
      return;
    }
    if (first == null || least >= returns) {
      throw Failure.input(
          String.format(
              "%s: %s: %d returns: needs at least %d before the first forecast",
              source, forecaster.name(), start, least));
    }
    throw Failure.input(
        String.format(
            "--first %d: must be from %d to %d: %s needs so many returns before it",
            first, least, returns - 1, forecaster.name()));
  }

  @Override
  public Integer call() {
    requireOptions();
    Returns returns = priceOptions.readReturns(prices);
    String source = prices == null ? PriceOptions.SAMPLE : prices.toString();
    int n = returns.size();
    double[][] rows = new double[returns.observations()][n];
    for (int t = 0; t < rows.length; t++) {
      for (int i = 0; i < n; i++) {
        rows[t][i] = returns.get(t, i);
      }
    }
    List<CovarianceForecaster> forecasters = new ArrayList<>();
    ForecastEvaluation evaluation;
    CorrelationWarning.Worth worth;
    double[] sigma;
    int lead = 10;
    int start = first == null ? rows.length / 2 : first;
    if (rows.length < 4) {
      throw Failure.input(
          source + ": " + Numbers.count(rows.length, "return") + ": forecasts need at least 4");
    }
    require(
        "--first",
        start,
        start >= 2 && start < rows.length,
        "must be from 2 to " + (rows.length - 1) + ", of " + rows.length + " returns");
    List<String> still = new ArrayList<>();
    double[][] moving = moving(returns.assets(), rows, Math.max(start, 2), still);
    if (moving.length == 0 || moving[0].length == 0) {
      throw Failure.input(source + ": no asset moves before the first forecast");
    }
    try {
      for (Model each : Model.values()) {
        CovarianceForecaster forecaster = forecaster(each);
        requireEnough(forecaster, source, start, rows.length);
        forecasters.add(forecaster);
      }
      evaluation = ForecastEvaluation.walkForward(moving, forecasters, start, refit, shrinkage);
      worth =
          n < 2
              ? null
              : new CorrelationWarning(5, 60, 1.5)
                  .worth(rows, CorrelationWarning.crashes(rows, fall, 5), lead);
      sigma = out == null ? null : forecaster(model).start(rows).forecast();
    } catch (InvalidInputException e) {
      throw Failure.input(source + ": " + e.getMessage());
    }
    if (sigma != null) {
      try (TableOutput output = new TableOutput(console, out, json)) {
        CovarianceExamination.write(output.table(), Covariance.of(returns.assets(), sigma));
        output.finish(
            model + " forecast of " + Numbers.count(n, "asset"),
            j -> write(j, evaluation, worth, still));
      }
    } else if (json) {
      console
          .out()
          .print(io.parabola.cli.files.JsonText.of(j -> write(j, evaluation, worth, still)));
    }
    if (!still.isEmpty() && !json) {
      console
          .err()
          .println(
              "note: "
                  + String.join(", ", still)
                  + (still.size() == 1 ? " does" : " do")
                  + " not move before the first forecast: left out of the scores");
    }
    if (!json) {
      evaluation.table().forEach(console.out()::println);
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s of %s from %s, each fitted every %d; gains are log-likelihood a"
                      + " forecast, with standard errors",
                  Numbers.count(evaluation.forecasts(), "forecast"),
                  Numbers.count(n - still.size(), "asset"),
                  returns.times().get(rows.length - evaluation.forecasts()),
                  refit));
      if (worth != null) {
        console.out().println(sentence(worth, lead));
      }
    }
    return 0;
  }

  /**
   * Returns of the assets that have moved before the first forecast: with one that has not, every
   * covariance is singular, and no forecaster has a likelihood.
   *
   * @param still takes the names of the others
   */
  private static double[][] moving(
      List<String> assets, double[][] rows, int start, List<String> still) {
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < assets.size(); i++) {
      boolean moves = false;
      for (int t = 0; t < Math.min(start, rows.length); t++) {
        moves |= rows[t][i] != 0;
      }
      if (moves) {
        chosen.add(i);
      } else {
        still.add(assets.get(i));
      }
    }
    return Arrays.stream(rows)
        .map(row -> chosen.stream().mapToDouble(i -> row[i]).toArray())
        .toArray(double[][]::new);
  }

  private CovarianceForecaster forecaster(Model which) {
    return switch (which) {
      case ewma -> new EwmaForecaster(halfLife);
      case iterated_ewma -> new IteratedEwma(halfLife, correlationHalfLife);
      case dcc -> new DccForecaster();
      case regimes -> new RegimeForecaster(regimes);
    };
  }

  private String sentence(CorrelationWarning.Worth worth, int lead) {
    if (worth.crashes() == 0) {
      return String.format(
          Locale.ROOT, "early warning: no fall of %.0f %% within 5 periods to warn of", 100 * fall);
    }
    return String.format(
        Locale.ROOT,
        "early warning: rising correlations came before %d of %d falls of %.0f %% within 5 periods"
            + " (%.0f %%; as many alarms at random %.0f %%); %d of %d alarms were false (%.0f %%)",
        worth.hits(),
        worth.crashes(),
        100 * fall,
        100 * worth.hitRate(),
        100 * worth.randomHitRate(),
        worth.falseAlarms(),
        worth.alarms(),
        100 * worth.falseAlarmRate());
  }

  private static void write(
      io.parabola.cli.files.JsonText json,
      ForecastEvaluation evaluation,
      CorrelationWarning.Worth worth,
      List<String> still) {
    json.put("forecasts", evaluation.forecasts());
    if (!still.isEmpty()) {
      json.put("left_out", still);
    }
    json.objects(
        "scores",
        evaluation.scores(),
        (o, score) -> {
          o.put("name", score.name()).put("log_likelihood", score.logLikelihood());
          o.put("qlike", score.qlike()).put("gain", score.gain());
          o.put("standard_error", score.standardError()).put("verdict", score.verdict());
        });
    if (worth != null) {
      json.object(
          "early_warning",
          o -> {
            o.put("crashes", worth.crashes()).put("hits", worth.hits());
            o.put("alarms", worth.alarms()).put("false_alarms", worth.falseAlarms());
            o.put("hit_rate", worth.hitRate()).put("false_alarm_rate", worth.falseAlarmRate());
            o.put("random_hit_rate", worth.randomHitRate());
          });
    }
  }
}
