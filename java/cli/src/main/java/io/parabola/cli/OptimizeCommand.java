package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.DownsideSolution;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.options.ConstraintOptions;
import io.parabola.cli.options.DownsideOptions;
import io.parabola.cli.options.EngineOptions;
import io.parabola.cli.options.ProblemOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "optimize",
    description = "Solves one portfolio and writes its weights, asset,weight.",
    sortOptions = false)
final class OptimizeCommand implements Callable<Integer> {
  @Option(
      names = "--mean",
      paramLabel = "m.csv",
      description = "Expected returns per period, asset,mean. Not needed with --min-variance.")
  private Path mean;

  @Mixin private ProblemOptions problemOptions;

  @Mixin private ConstraintOptions constraintOptions;

  @Mixin private DownsideOptions downsideOptions;

  @ArgGroup(multiplicity = "1", order = 1)
  private Objective objective;

  /** What to optimise: one of these. */
  static final class Objective {
    @Option(
        names = "--risk-aversion",
        paramLabel = "G",
        required = true,
        description = "Minimise 1/2*G*variance - expected return, per period.")
    private Double riskAversion;

    @Option(
        names = "--target-return",
        paramLabel = "R",
        required = true,
        description = "The least variance of all that return at least R per period.")
    private Double targetReturn;

    @Option(
        names = "--target-risk",
        paramLabel = "S",
        required = true,
        description = "The largest return of all whose volatility is at most S per period.")
    private Double targetRisk;

    @Option(
        names = "--max-sharpe",
        required = true,
        arity = "0",
        description = "The largest return above --risk-free per unit of volatility.")
    private boolean maxSharpe;

    @Option(
        names = {"--min-variance", "--min-risk"},
        required = true,
        arity = "0",
        description = "The least variance of all; with --scenarios, --min-risk is the same.")
    private boolean minVariance;
  }

  @Option(
      names = "--risk-free",
      paramLabel = "F",
      description = "The risk-free return per period, for --max-sharpe. Default: 0.")
  private Double riskFree;

  @Option(
      names = "--out",
      paramLabel = "w.csv",
      description =
          "Where the weights go; the summary is then on standard output. Default: the weights to"
              + " standard output, the summary to standard error.")
  private Path out;

  @Option(names = "--json", description = "Print a summary as JSON to standard output.")
  private boolean json;

  @Mixin private EngineOptions engineOptions;

  private final Console console;

  OptimizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (downsideOptions.isGiven()) {
      return downside();
    }
    if (mean == null && !objective.minVariance) {
      throw Failure.input("Missing required option: '--mean=m.csv'");
    }
    Covariance sigma = problemOptions.readCovariance();
    List<String> assets = sigma.assets();
    String source = problemOptions.covarianceFile().toString();
    double[] mu = mean == null ? new double[assets.size()] : problemOptions.readMean(mean, assets);
    Problem.Builder builder = problemOptions.problem(sigma, source);
    constraintOptions.apply(builder, assets, source);
    boolean onFrontier =
        objective.targetReturn != null && constraintOptions.isEmpty() && !downsideOptions.isGiven();
    setObjective(builder.expectedReturns(mu), onFrontier);
    Problem problem = builder.build();
    constraintOptions.note(problem, console.err());
    try (Engine engine = engineOptions.create();
        TableOutput output = new TableOutput(console, out, json)) {
      long start = System.nanoTime();
      Optimum optimum =
          onFrontier ? atReturn(engine, problem) : Optimum.of(engine.solve(problem), problem);
      double seconds = (System.nanoTime() - start) * 1e-9;
      write(output.table(), assets, optimum.weights());
      double expectedReturn = dot(mu, optimum.weights());
      double volatility = Math.sqrt(optimum.variance());
      String sentence =
          String.format(
              "solved by engine %s in %s: %svolatility %s per period, relative gap %s",
              engine.name(),
              Numbers.seconds(seconds),
              mean == null ? "" : "expected return " + Numbers.brief(expectedReturn) + " and ",
              Numbers.brief(volatility),
              Numbers.brief(optimum.relativeGap()));
      output.finish(
          sentence,
          j -> {
            j.put("engine", engine.name()).put("status", Status.SOLVED.name());
            j.put("objective", optimum.objective()).put("gap", optimum.gap());
            j.put("relative_gap", optimum.relativeGap()).put("seconds", seconds);
            if (mean != null) {
              j.put("expected_return", expectedReturn);
            }
            j.put("variance", optimum.variance()).put("volatility", volatility);
            if (!objective.minVariance) {
              j.put("risk_aversion", optimum.riskAversion());
            }
            j.object("weights", w -> w.put(assets, optimum.weights()));
          });
    }
    return 0;
  }

  private Integer downside() {
    if (objective.maxSharpe) {
      throw Failure.input(
          "--max-sharpe: is of a variance; with --scenarios ask for --min-risk, --target-return,"
              + " --target-risk or --risk-aversion");
    }
    try (Engine engine = engineOptions.create();
        DownsideOptions.Scenarios scenarios = downsideOptions.read(problemOptions);
        TableOutput output = new TableOutput(console, out, json)) {
      List<String> assets = scenarios.covariance().assets();
      Problem.Builder builder =
          problemOptions
              .problem(scenarios.covariance(), scenarios.source())
              .expectedReturns(
                  mean == null
                      ? scenarios.mean()
                      : ProblemOptions.readMean(mean, assets, scenarios.source()));
      constraintOptions.apply(builder, assets, scenarios.source());
      setObjective(builder, false);
      Problem problem = builder.build();
      constraintOptions.note(problem, console.err());
      DownsideSolution solution =
          engine.solve(downsideOptions.problem(problem, scenarios.returns()));
      if (solution.status() != Status.SOLVED) {
        throw Failure.of(solution.status(), solution.message());
      }
      write(output.table(), assets, solution.weights());
      output.finish(
          String.format(
              "solved by engine %s in %s: %s %s per period, value at risk %s, expected return %s,"
                  + " relative gap %s",
              engine.name(),
              Numbers.seconds(solution.seconds()),
              downsideOptions.label(),
              Numbers.brief(solution.risk()),
              Numbers.brief(solution.valueAtRisk()),
              Numbers.brief(solution.expectedReturn()),
              Numbers.brief(solution.relativeGap())),
          j -> {
            j.put("engine", engine.name()).put("status", Status.SOLVED.name());
            j.put("objective", solution.objective()).put("gap", solution.gap());
            j.put("relative_gap", solution.relativeGap()).put("seconds", solution.seconds());
            j.put("scenarios", scenarios.returns().rows()).put("measure", downsideOptions.label());
            j.put("risk", solution.risk()).put("value_at_risk", solution.valueAtRisk());
            j.put("expected_return", solution.expectedReturn());
            j.object(
                "shadow_prices",
                p -> solution.constraintNames().forEach(c -> p.put(c, solution.shadowPrice(c))));
            double[] contributions = solution.riskContributions();
            j.object("risk_contributions", c -> c.put(assets, contributions));
            j.object("weights", w -> w.put(assets, solution.weights()));
          });
    }
    return 0;
  }

  /** A target return without constraints is taken from the frontier, which knows its own words. */
  private void setObjective(Problem.Builder builder, boolean onFrontier) {
    if (riskFree != null && !objective.maxSharpe) {
      throw Failure.input("--risk-free: is for --max-sharpe only");
    }
    if (objective.riskAversion != null) {
      builder.riskAversion(ProblemOptions.requireRiskAversion(objective.riskAversion));
    } else if (objective.targetReturn != null) {
      ProblemOptions.requireFinite("--target-return", objective.targetReturn);
      if (!onFrontier) {
        builder.targetReturn(objective.targetReturn);
      }
    } else if (objective.targetRisk != null) {
      if (!(ProblemOptions.requireFinite("--target-risk", objective.targetRisk) >= 0)) {
        throw Failure.input("--target-risk " + objective.targetRisk + ": must be at least 0");
      }
      builder.targetRisk(objective.targetRisk);
    } else if (objective.maxSharpe) {
      double free = riskFree == null ? 0 : riskFree;
      builder.maximumSharpe(ProblemOptions.requireFinite("--risk-free", free));
    } else {
      builder.minimumVariance();
    }
  }

  private Optimum atReturn(Engine engine, Problem problem) {
    double target = objective.targetReturn;
    Frontier frontier =
        TargetReturns.solve(engine, problem, new double[] {target}, k -> "--target-return: ");
    double variance = frontier.variance(0);
    // What is minimised is ½ w'Σw, as in the problem with a risk aversion; the gap is that of its
    // Lagrangian.
    double gamma = frontier.riskAversion(0);
    double scale =
        Double.isInfinite(gamma)
            ? variance
            : Math.max(gamma * variance, Math.abs(frontier.expectedReturn(0))) / gamma;
    return new Optimum(
        frontier.weights(0),
        variance / 2,
        variance,
        frontier.relativeGap(0) * scale,
        frontier.relativeGap(0),
        gamma);
  }

  private static void write(CsvText csv, List<String> assets, double[] weights) {
    csv.put("asset").put("weight").endLine();
    for (int i = 0; i < assets.size(); i++) {
      csv.put(assets.get(i)).put(weights[i]).endLine();
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The answer, whichever way it was asked for. */
  private record Optimum(
      double[] weights,
      double objective,
      double variance,
      double gap,
      double relativeGap,
      double riskAversion) {

    /** The exchange rate of variance and return at the optimum: given, or from its prices. */
    private static double riskAversion(Solution solution, Problem problem) {
      double value = problem.objective().value();
      return switch (problem.objective().kind()) {
        case TARGET_RETURN -> 1 / solution.shadowPrice("target return");
        case TARGET_RISK ->
            value == 0 ? Double.POSITIVE_INFINITY : -solution.shadowPrice("target risk") / value;
        case MAXIMUM_SHARPE -> -solution.objective() / solution.volatility();
        default -> problem.riskAversion();
      };
    }

    static Optimum of(Solution solution, Problem problem) {
      if (solution.status() != Status.SOLVED) {
        throw Failure.of(solution.status(), solution.message());
      }
      return new Optimum(
          solution.weights(),
          solution.objective(),
          solution.variance(),
          solution.gap(),
          solution.relativeGap(),
          riskAversion(solution, problem));
    }
  }
}
