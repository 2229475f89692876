package io.parabola.cli;

import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.models.Period;
import io.parabola.models.Returns;
import io.parabola.models.StudentTScenarios;
import io.parabola.models.VolatilityRegimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "stress",
    description = {
      "The main job: from prices to the portfolios of thousands of scenarios.",
      "Estimates means and covariance, draws scenarios of the means (Student-t around the estimate,"
          + " with its standard error) and of the volatility (calm, normal and stressed markets),"
          + " solves a portfolio in each, and writes weights.csv, summary.json and report.html."
    },
    sortOptions = false)
final class StressCommand implements Callable<Integer> {
  /** What is written to the directory. */
  static final List<String> FILES = List.of("weights.csv", "summary.json", "report.html");

  @Option(
      names = "--prices",
      paramLabel = "p.csv",
      description =
          "Prices: first column the time, then a column for each asset. Default: the built-in"
              + " sample, 81 coins, daily, 2020 to 2025.")
  private Path prices;

  @Option(
      names = "--scenarios",
      paramLabel = "S",
      description = "How many scenarios. Default: 10000.")
  private int scenarios = 10_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed gives the same scenarios. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the three files go. Default: parabola-report.")
  private Path out = Path.of("parabola-report");

  @Option(
      names = "--risk-aversion",
      paramLabel = "G",
      description =
          "Risk aversion in normal markets: minimise 1/2*G*variance - return. Default: 3.")
  private double riskAversion = 3;

  @Option(
      names = "--lower",
      paramLabel = "BOUND",
      description =
          "Lower bounds of the weights: a number or -inf, or a CSV asset,bound. Default: 0.")
  private String lower = "0";

  @Option(
      names = "--upper",
      paramLabel = "BOUND",
      description =
          "Upper bounds of the weights: a number or inf, or a CSV asset,bound. Default: a tenth of the"
              + " budget, or with fewer than 30 assets three times an equal share.")
  private String upper;

  @Option(
      names = "--budget",
      paramLabel = "B",
      description = "What the weights sum to. Default: 1.")
  private double budget = 1;

  @Option(
      names = "--degrees-of-freedom",
      paramLabel = "NU",
      description = "Of the Student-t that the means are drawn from; above 2. Default: 5.")
  private double degreesOfFreedom = StudentTScenarios.DEFAULT_DEGREES_OF_FREEDOM;

  @Option(
      names = "--regimes",
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      description =
          "Market regimes, each name:multiplier of the volatilities:probability. Default:"
              + " calm:0.7:0.25,normal:1:0.5,stressed:1.6:0.25.")
  private List<String> regimes;

  @Option(
      names = "--periods-per-year",
      paramLabel = "N",
      description =
          "How many rows of prices make a year: 365 daily, 8760 hourly, 252. Default: 365.")
  private double periodsPerYear = 365;

  @Mixin private PriceOptions priceOptions;

  @Option(names = "--json", description = "Print summary.json to standard output too.")
  private boolean json;

  @Mixin private EngineOptions engineOptions;

  private final Console console;

  StressCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    long start = System.nanoTime();
    StressSettings settings = settings();
    Returns returns = priceOptions.readReturns(prices);
    List<String> assets = returns.assets();
    String source = prices == null ? PriceOptions.SAMPLE : prices.toString();
    Bounds lowers = Bounds.read("--lower", lower, assets, source);
    Bounds uppers =
        upper == null
            ? Bounds.of("the default of --upper", defaultUpper(assets.size()), assets.size())
            : Bounds.read("--upper", upper, assets, source);
    Bounds.requireOrder(lowers, uppers, assets);
    try (OutputFiles files = new OutputFiles();
        Engine engine = engineOptions.create()) {
      files.createDirectory(out);
      Writer weights = files.open(out.resolve(FILES.get(0)));
      Writer summary = files.open(out.resolve(FILES.get(1)));
      Writer report = files.open(out.resolve(FILES.get(2)));
      try (StressRun run =
          StressRun.solve(
              settings, returns, lowers, uppers, engine, engineOptions.threadCount(), console)) {
        CsvText csv = new CsvText(weights);
        BatchTable.write(csv, assets, run.solution(), s -> run.regimeOf(s).name(), console);
        csv.flush();
        run.finish(start);
        String text = StressSummary.of(run);
        write(summary, text);
        write(report, StressReport.of(run));
        files.commit();
        if (json) {
          console.out().print(text);
        } else {
          console.out().println(BatchTable.sentence(run.solution()));
          console
              .out()
              .println(
                  Numbers.count(run.findings().size(), "finding")
                      + " about the data; whole run "
                      + Numbers.seconds(run.totalSeconds()));
          console
              .out()
              .println("wrote " + out.resolve("weights.csv") + ", summary.json and report.html");
        }
        Failure failure = BatchTable.failure(run.solution(), run.solution()::message);
        if (failure != null) {
          throw failure;
        }
        return 0;
      }
    }
  }

  private static void write(Writer writer, String text) {
    try {
      writer.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A cap that leaves room to choose whatever the number of assets. */
  private double defaultUpper(int assets) {
    return Math.max(0.1, Math.min(1, 3.0 / assets)) * budget;
  }

  private StressSettings settings() {
    if (scenarios < 1) {
      throw Failure.input("--scenarios " + scenarios + ": must be at least 1");
    }
    ProblemOptions.requireRiskAversion(riskAversion);
    ProblemOptions.requireFinite("--budget", budget);
    if (!(degreesOfFreedom > 2) || Double.isInfinite(degreesOfFreedom)) {
      throw Failure.input(
          "--degrees-of-freedom " + degreesOfFreedom + ": must be a number above 2");
    }
    if (!(periodsPerYear > 0) || Double.isInfinite(periodsPerYear)) {
      throw Failure.input("--periods-per-year " + periodsPerYear + ": must be a positive number");
    }
    VolatilityRegimes volatility =
        regimes == null ? VolatilityRegimes.standard() : parseRegimes(regimes);
    requireRiskAversions(volatility);
    return new StressSettings(
        prices == null ? PriceOptions.SAMPLE : prices.toString(),
        scenarios,
        seed,
        riskAversion,
        budget,
        degreesOfFreedom,
        volatility,
        Period.of(nameOf(periodsPerYear), periodsPerYear));
  }

  private static String nameOf(double periodsPerYear) {
    if (periodsPerYear == 365 || periodsPerYear == 252) {
      return "day";
    }
    return periodsPerYear == 365 * 24 ? "hour" : "period";
  }

  private static VolatilityRegimes parseRegimes(List<String> texts) {
    List<VolatilityRegimes.Regime> parsed = new ArrayList<>();
    for (String text : texts) {
      String[] parts = text.split(":", -1);
      try {
        if (parts.length != 3 || parts[0].isBlank()) {
          throw new NumberFormatException();
        }
        parsed.add(
            new VolatilityRegimes.Regime(
                parts[0].trim(), Numbers.parse(parts[1]), Numbers.parse(parts[2])));
      } catch (NumberFormatException e) {
        throw Failure.input(
            "--regimes: \"" + text + "\" is not name:multiplier:probability, as in calm:0.7:0.25");
      }
    }
    try {
      return VolatilityRegimes.of(parsed);
    } catch (InvalidInputException e) {
      throw Failure.input("--regimes: " + e.getMessage());
    }
  }

  /** The multiplier of a regime is squared; what that gives has to be a number above 0. */
  private void requireRiskAversions(VolatilityRegimes regimes) {
    for (int k = 0; k < regimes.regimes().size(); k++) {
      double scaled = regimes.riskAversion(riskAversion, k);
      if (Double.isInfinite(scaled) || scaled == 0 && riskAversion > 0) {
        VolatilityRegimes.Regime regime = regimes.regimes().get(k);
        throw Failure.input(
            "--regimes: with the multiplier "
                + regime.multiplier()
                + " of "
                + regime.name()
                + " the risk aversion becomes "
                + Numbers.brief(scaled));
      }
    }
  }
}
