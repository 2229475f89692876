package io.parabola.cli.stress;

import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Problem;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.options.Bounds;
import io.parabola.cli.options.ConstraintOptions;
import io.parabola.cli.options.EngineOptions;
import io.parabola.cli.options.OptionValues;
import io.parabola.cli.options.ProblemOptions;
import io.parabola.cli.options.UniverseOptions;
import io.parabola.models.Period;
import io.parabola.models.stress.MarketState;
import io.parabola.models.stress.MarketStates;
import io.parabola.models.stress.MeanUncertainty;
import io.parabola.models.stress.StressResults;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "stress",
    description = {
      "The main job: a held portfolio, and the best one, in thousands of scenarios of the market.",
      "Estimates means and covariance; draws states of the market (volatilities, correlations towards"
          + " one, means) and other means that the data could have meant; optimises the portfolio"
          + " again in each; carries both along a path of returns; and writes scenarios.csv,"
          + " weights.csv, summary.json and report.html.",
      "What is asked for can stand in a scenario file (YAML); options given beside it come first."
    },
    footer = {
      "",
      "Stopped by Ctrl-C, a run leaves what it has as *.partial.*; stopped anyhow, --resume goes on",
      "with it, to the same bytes."
    },
    sortOptions = false)
public final class StressCommand implements Callable<Integer> {
  /** What is written to the directory in the end. */
  private static final List<String> LAST = List.of("summary.json", "report.html");

  /** What may be written to the directory. */
  public static final List<String> FILES =
      List.of(
          "weights.csv",
          "scenarios.csv",
          "weights.arrows",
          "scenarios.arrows",
          "summary.json",
          "report.html");

  /** How the tables of the scenarios are written. */
  public enum Format {
    csv,
    arrow
  }

  @Option(
      names = "--scenario-file",
      paramLabel = "s.yaml",
      description = "Options, states, jumps and windows as a file; see docs/scenario-file.md.")
  private Path scenarioFile;

  @Mixin private UniverseOptions universeOptions;

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
      description = "Where the files go. Default: parabola-report.")
  private Path out = Path.of("parabola-report");

  @Option(names = "--resume", description = "Go on with the run that was stopped in --out.")
  private boolean resume;

  @Option(names = "--restart", description = "Discard the run that was stopped in --out.")
  private boolean restart;

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

  @Mixin private ConstraintOptions constraintOptions;

  @Option(
      names = "--degrees-of-freedom",
      paramLabel = "NU",
      description = "Of the Student-t that the means are drawn from; above 2. Default: 5.")
  private double degreesOfFreedom = MeanUncertainty.DEFAULT_DEGREES_OF_FREEDOM;

  @Option(
      names = "--certain-means",
      description = "Take the estimated means for the true ones in every scenario.")
  private boolean certainMeans;

  @Option(
      names = {"--states", "--regimes"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      description =
          "States of the market, each name:multiplier of the volatilities:probability, and perhaps"
              + " :how far correlations move towards one, 0 to 1. Default:"
              + " calm:0.7:0.25,normal:1:0.5,stressed:1.6:0.25:0.5.")
  private List<String> states;

  @Option(
      names = "--returns",
      paramLabel = "KIND",
      description =
          "What paths of returns are drawn from: normal, student-t, bootstrap or filtered (the past"
              + " divided by its volatility). Default: student-t.")
  private StressSettings.Returns returns = StressSettings.Returns.student_t;

  @Option(
      names = "--tail-degrees-of-freedom",
      paramLabel = "NU",
      description = "Of the Student-t that returns are drawn from; above 2. Default: 4.")
  private double tailDegreesOfFreedom = 4;

  @Option(
      names = "--mean-block",
      paramLabel = "N",
      description =
          "Periods that a bootstrap keeps together, in the mean; at least 1. Default: 10.")
  private double meanBlock = 10;

  @Option(
      names = "--decay",
      paramLabel = "L",
      description = "Of the volatilities of --returns filtered, below 1. Default: 0.94.")
  private double decay = 0.94;

  @Option(
      names = "--horizon",
      paramLabel = "H",
      description = "Periods that portfolios are held. Default: 10.")
  private int horizon = 10;

  @Option(
      names = "--confidence",
      paramLabel = "B",
      description = "Of value at risk and CVaR. Default: 0.95.")
  private double confidence = 0.95;

  @Option(
      names = "--loss-limit",
      paramLabel = "L",
      description =
          "A loss over the horizon that must not be reached, a fraction of equity: how far it is,"
              + " and the least implausible shock that breaks it. Default: 0.2.")
  private double lossLimit = 0.2;

  @Option(
      names = "--resampled",
      paramLabel = "R",
      description =
          "Samples of the resampled frontier, 0 for none. Default: 100 up to 200 assets, else 0.")
  private Integer resampled;

  @Option(
      names = "--format",
      paramLabel = "KIND",
      description =
          "Of the tables of scenarios and weights: csv, or arrow, streams of which a million rows are"
              + " written and read in no time. Default: csv.")
  private Format format = Format.csv;

  @Option(
      names = "--quantiles",
      paramLabel = "HOW",
      description =
          "exact: from all numbers; online: within 0.1 %%, in memory that does not grow; automatic:"
              + " losses exact, weights too up to 20 million of them. Default: automatic.")
  private StressResults.Quantiles quantiles = StressResults.Quantiles.AUTOMATIC;

  @Option(
      names = "--periods-per-year",
      paramLabel = "N",
      description =
          "How many rows of prices make a year: 365 daily, 8760 hourly, 252. Default: 365.")
  private double periodsPerYear = 365;

  @Option(names = "--json", description = "Print summary.json to standard output too.")
  private boolean json;

  @Mixin private EngineOptions engineOptions;

  @Spec private CommandSpec spec;

  private final Console console;
  private ScenarioFile file;
  private final Map<String, String> places = new LinkedHashMap<>();

  public StressCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (scenarioFile != null) {
      ParseResult parsed = spec.commandLine().getParseResult();
      file =
          ScenarioFile.read(
              scenarioFile, parsed.hasMatchedOption("--periods-per-year") ? periodsPerYear : null);
      take(file, parsed);
    }
    try {
      return run();
    } catch (Failure e) {
      throw placed(e);
    } catch (InvalidInputException e) {
      throw placed(Failure.input(e.getMessage()));
    }
  }

  /** Sets the options that the file has and the command line has not. */
  private void take(ScenarioFile file, ParseResult parsed) {
    file.settings()
        .forEach(
            (name, setting) -> {
              if (parsed.hasMatchedOption(name)) {
                return;
              }
              places.put(name, setting.place());
              OptionSpec option = spec.findOption(name);
              try {
                requireFile(option, setting);
                option.setter().set(value(option, setting.value()));
              } catch (TypeConversionException e) {
                throw Failure.input(setting.place() + ": " + e.getMessage());
              } catch (Failure e) {
                throw e;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /** A file that is not there is missed where it is named. */
  private static void requireFile(OptionSpec option, ScenarioFile.Setting setting) {
    if (option.type() == Path.class && !Files.exists(OptionValues.path(setting.value()))) {
      throw Failure.input(setting.place() + ": " + setting.value() + ": no such file");
    }
  }

  private static Object value(OptionSpec option, String text) {
    Class<?> type = option.type();
    if (type == List.class) {
      return List.of(text.split(","));
    }
    if (type == boolean.class) {
      return Boolean.valueOf(text);
    }
    if (type.isEnum()) {
      List<String> known = new ArrayList<>();
      for (Object constant : type.getEnumConstants()) {
        if (constant.toString().equalsIgnoreCase(text)) {
          return constant;
        }
        known.add(constant.toString().toLowerCase(java.util.Locale.ROOT));
      }
      throw new TypeConversionException(text + ": expected one of " + String.join(", ", known));
    }
    return type == String.class ? text : OptionValues.convert(type, text);
  }

  /** An error of an option that came from the file has its place there. */
  private Failure placed(Failure failure) {
    Failure named = failure;
    if (failure.getMessage().contains(": cannot leave out ") && places.containsKey("--exclude")) {
      return failure.with(places.get("--exclude") + ": " + failure.getMessage());
    }
    for (Map.Entry<String, String> entry : places.entrySet()) {
      // Where two options clash, each stands in brackets.
      named =
          named.with(
              named.getMessage().replace("(" + entry.getKey() + ")", "(" + entry.getValue() + ")"));
    }
    for (Map.Entry<String, String> entry : places.entrySet()) {
      String message = named.getMessage();
      String option = entry.getKey();
      if (message.startsWith(option + ":") || message.startsWith(option + " ")) {
        return named.with(entry.getValue() + message.substring(option.length()));
      }
    }
    return named;
  }

  private int run() {
    long start = System.nanoTime();
    if (resume && restart) {
      throw Failure.input("--resume: not together with --restart");
    }
    StressSettings settings = settings();
    UniverseOptions.Universe universe = universeOptions.read();
    requireHistory(settings, universe);
    requireUse(universe);
    if (file != null) {
      file.requireWindows(universe.returns());
      if (states == null) {
        file.requireAssets(universe.assets());
      }
    }
    List<String> assets = universe.assets();
    Bounds lowers = Bounds.read("--lower", lower, assets, universe.source());
    Bounds uppers =
        upper == null
            ? Bounds.of("the default of --upper", defaultUpper(assets.size()), assets.size())
            : Bounds.read("--upper", upper, assets, universe.source());
    Bounds.requireOrder(lowers, uppers, assets);
    Problem.Builder builder =
        Problem.builder(universe.covariance())
            .expectedReturns(universe.mean())
            .riskAversion(settings.riskAversion())
            .lower(lowers.values())
            .upper(uppers.values())
            .budget(settings.budget());
    constraintOptions.apply(builder, assets, universe.source());
    Problem problem = builder.build();
    constraintOptions.note(problem, console.err());
    double estimating = StressRun.since(start);
    ScenarioTables tables = tables(assets, settings);
    // Closed last: as long as it is open, the process waits for what the others put away.
    try (Interruption interruption = new Interruption();
        Engine engine = engineOptions.create();
        StressRun run =
            StressRun.open(
                settings, universe, problem, problem.currentWeights(), engine, estimating);
        RunDirectory directory =
            RunDirectory.open(
                out,
                run.fingerprint(deciding()),
                List.of(tables.scenarios(), tables.weights()),
                LAST,
                resume
                    ? RunDirectory.Before.RESUME
                    : restart ? RunDirectory.Before.RESTART : RunDirectory.Before.UNSAID)) {
      boolean complete = run.run(directory, tables, interruption, console);
      if (run.results().count() > 0) {
        run.analyse(console);
      }
      run.finish(start);
      return finish(run, directory, tables, complete);
    }
  }

  /**
   * The options that decide what is written, and their values: of files what is in them, wherever
   * they lie. What the scenario file says is in these, and in the settings.
   */
  private String deciding() {
    List<String> beside =
        List.of("--out", "--resume", "--restart", "--threads", "--json", "--scenario-file");
    StringBuilder text = new StringBuilder();
    for (OptionSpec option : spec.options()) {
      if (!beside.contains(option.longestName())) {
        Object value = option.getValue();
        text.append(option.longestName()).append('=').append(content(value)).append(';');
      }
    }
    return text.toString();
  }

  /** The digest of a file; any other value as it is. */
  private static Object content(Object value) {
    try {
      Path path =
          value instanceof Path given
              ? given
              : value instanceof String text && !text.isBlank() ? OptionValues.path(text) : null;
      if (path == null || !Files.isRegularFile(path)) {
        return value;
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream stream = new DigestInputStream(Files.newInputStream(path), digest)) {
        stream.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (TypeConversionException e) {
      return value; // what cannot be the name of a file
    } catch (IOException e) {
      throw Failure.input(value + ": cannot be read: " + e.getMessage());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private ScenarioTables tables(List<String> assets, StressSettings settings) {
    return format == Format.arrow
        ? new ArrowTables(assets, settings.states().list())
        : new CsvTables(assets, settings.states().list(), engineOptions.threadCount());
  }

  private int finish(
      StressRun run, RunDirectory directory, ScenarioTables tables, boolean complete) {
    if (run.results().count() == 0) {
      throw Failure.own("stopped before the first scenarios were through; nothing is left of it");
    }
    Map<String, String> others = new LinkedHashMap<>();
    String summary = StressSummary.of(run, complete);
    others.put("summary.json", summary);
    others.put("report.html", StressReport.of(run, complete));
    if (complete) {
      directory.finish(tables.end(), others, FILES);
    } else {
      directory.suspend(tables.end(), others);
    }
    if (json) {
      console.out().print(summary);
    } else {
      print(run, tables, complete);
    }
    if (!complete) {
      throw Failure.own(
          String.format(
              "stopped after %,d of %,d scenarios; go on with --resume",
              run.results().count(), run.settings().scenarios()));
    }
    if (run.failure() != null) {
      throw run.failure();
    }
    return 0;
  }

  private void print(StressRun run, ScenarioTables tables, boolean complete) {
    List<String> files = new ArrayList<>(List.of(tables.weights(), tables.scenarios()));
    files.addAll(LAST);
    StressSummary.sentences(run).forEach(console.out()::println);
    console
        .out()
        .println(
            "wrote "
                + String.join(
                    ", ",
                    files.stream()
                        .map(name -> complete ? name : RunDirectory.partial(name))
                        .toList())
                + " to "
                + out);
  }

  /** A cap that leaves room to choose whatever the number of assets. */
  private double defaultUpper(int assets) {
    return Math.max(0.1, Math.min(1, 3.0 / assets)) * budget;
  }

  private static void requireHistory(StressSettings settings, UniverseOptions.Universe universe) {
    boolean needed =
        settings.returns().kind() == StressSettings.Returns.bootstrap
            || settings.returns().kind() == StressSettings.Returns.filtered;
    if (needed && universe.returns() == null) {
      throw Failure.input(
          "--returns " + settings.returns().kind() + ": needs prices, whose past it draws from");
    }
  }

  /** What would change nothing is refused: whoever gives it expects something else. */
  private void requireUse(UniverseOptions.Universe universe) {
    requireReturns("--tail-degrees-of-freedom", StressSettings.Returns.student_t);
    requireReturns(
        "--mean-block", StressSettings.Returns.bootstrap, StressSettings.Returns.filtered);
    requireReturns("--decay", StressSettings.Returns.filtered);
    if (isGiven("--degrees-of-freedom") && certainMeans) {
      throw Failure.input("--degrees-of-freedom: of means that are drawn, not of certain ones");
    }
    for (String option : List.of("--degrees-of-freedom", "--resampled")) {
      boolean off = option.equals("--resampled") && resampled != null && resampled == 0;
      if (isGiven(option) && !off && universe.observations() < 2) {
        throw Failure.input(
            option + ": needs to know how many returns are behind the estimates: --observations");
      }
    }
  }

  private void requireReturns(String option, StressSettings.Returns... kinds) {
    if (isGiven(option) && !List.of(kinds).contains(returns)) {
      throw Failure.input(
          option
              + ": of returns that are "
              + Arrays.stream(kinds).map(Object::toString).collect(Collectors.joining(" or "))
              + ", not "
              + returns);
    }
  }

  /** On the command line or in the scenario file. */
  private boolean isGiven(String option) {
    return places.containsKey(option)
        || spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private StressSettings settings() {
    require("--scenarios", scenarios, scenarios >= 1, "must be at least 1");
    ProblemOptions.requireRiskAversion(riskAversion);
    ProblemOptions.requireFinite("--budget", budget);
    require(
        "--degrees-of-freedom",
        degreesOfFreedom,
        degreesOfFreedom > 2 && degreesOfFreedom < Double.POSITIVE_INFINITY,
        "must be a number above 2");
    require(
        "--tail-degrees-of-freedom",
        tailDegreesOfFreedom,
        tailDegreesOfFreedom > 2 && tailDegreesOfFreedom < Double.POSITIVE_INFINITY,
        "must be a number above 2");
    require(
        "--periods-per-year",
        periodsPerYear,
        periodsPerYear > 0 && periodsPerYear < Double.POSITIVE_INFINITY,
        "must be a positive number");
    require("--horizon", horizon, horizon >= 1 && horizon <= 10_000, "must be from 1 to 10000");
    require(
        "--confidence", confidence, confidence > 0 && confidence < 1, "must be between 0 and 1");
    require(
        "--loss-limit",
        lossLimit,
        lossLimit > 0 && lossLimit < Double.POSITIVE_INFINITY,
        "must be a positive share of equity");
    require(
        "--mean-block",
        meanBlock,
        meanBlock >= 1 && meanBlock < Double.POSITIVE_INFINITY,
        "must be at least 1");
    require("--decay", decay, decay > 0 && decay < 1, "must be between 0 and 1");
    if (resampled != null) {
      require("--resampled", resampled, resampled >= 0, "must be at least 0");
    }
    MarketStates market = markets();
    Period period = StressPeriods.of(periodsPerYear);
    return new StressSettings(
        scenarios,
        seed,
        horizon,
        riskAversion,
        budget,
        certainMeans ? Double.NaN : degreesOfFreedom,
        new StressSettings.ReturnSettings(
            returns, tailDegreesOfFreedom, meanBlock, decay, file == null ? null : file.jumps()),
        market,
        period,
        confidence,
        lossLimit,
        file == null ? null : file.windows(),
        resampled == null ? -1 : resampled,
        quantiles);
  }

  private static void require(String option, Object value, boolean condition, String expected) {
    if (!condition) {
      throw Failure.input(option + " " + value + ": " + expected);
    }
  }

  private MarketStates markets() {
    MarketStates market =
        states != null
            ? parse(states)
            : file != null && file.states() != null ? file.states() : MarketStates.standard();
    for (MarketState state : market.list()) {
      requireRiskAversion(state, state.volatility().low());
      requireRiskAversion(state, state.volatility().high());
    }
    return market;
  }

  private static MarketStates parse(List<String> texts) {
    List<MarketState> parsed = new ArrayList<>();
    for (String text : texts) {
      String[] parts = text.split(":", -1);
      try {
        if (parts.length < 3 || parts.length > 4 || parts[0].isBlank()) {
          throw new NumberFormatException();
        }
        parsed.add(
            MarketState.of(
                parts[0].trim(),
                Numbers.parse(parts[2]),
                Numbers.parse(parts[1]),
                parts.length == 4 ? Numbers.parse(parts[3]) : 0));
      } catch (NumberFormatException e) {
        throw Failure.input(
            "--states: \""
                + text
                + "\" is not name:multiplier:probability[:correlation], as in calm:0.7:0.25 or"
                + " stressed:1.6:0.25:0.5");
      } catch (InvalidInputException e) {
        throw Failure.input("--states: " + e.getMessage());
      }
    }
    try {
      return MarketStates.of(parsed);
    } catch (InvalidInputException e) {
      throw Failure.input("--states: " + e.getMessage());
    }
  }

  /** The multiplier of a state is squared; what that gives has to be a number. */
  private void requireRiskAversion(MarketState state, double multiplier) {
    double scaled = riskAversion * multiplier * multiplier;
    if (Double.isInfinite(scaled) || scaled == 0 && riskAversion > 0 && multiplier > 0) {
      throw Failure.input(
          "--states: with the multiplier "
              + multiplier
              + " of "
              + state.name()
              + " the risk aversion becomes "
              + Numbers.brief(scaled));
    }
  }
}
