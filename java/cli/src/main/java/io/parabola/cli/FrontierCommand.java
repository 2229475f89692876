package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.DownsideFrontier;
import io.parabola.DownsideProblem;
import io.parabola.DownsideSolution;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.Problem;
import io.parabola.Status;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
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
    name = "frontier",
    description =
        "Follows the efficient frontier and writes return,variance,risk_aversion and the weights"
            + " of each of its points.",
    sortOptions = false)
final class FrontierCommand implements Callable<Integer> {
  @Option(
      names = "--mean",
      paramLabel = "m.csv",
      description =
          "Expected returns per period, asset,mean. With --scenarios, theirs unless given.")
  private Path mean;

  @Mixin private ProblemOptions problemOptions;

  @Mixin private DownsideOptions downsideOptions;

  @ArgGroup(multiplicity = "1", order = 1)
  private Points points;

  /** Which points: one of these. */
  static final class Points {
    @Option(
        names = "--points",
        paramLabel = "N",
        required = true,
        description =
            "N points, from the least variance to the highest return, equally far apart in return.")
    private Integer count;

    @Option(
        names = "--corners",
        required = true,
        description =
            "The corners: wherever a weight meets its bound or leaves it, and both ends. Between"
                + " two of them weights are linear in the return.")
    private boolean corners;

    @Option(
        names = "--targets",
        paramLabel = "t.csv",
        required = true,
        description =
            "A point for each expected return in this CSV, of the one column return; where that is"
                + " below that of the least variance, the least variance.")
    private Path targets;
  }

  @Option(
      names = "--out",
      paramLabel = "f.csv",
      description =
          "Where the points go; the summary is then on standard output. Default: the points to"
              + " standard output, the summary to standard error.")
  private Path out;

  @Option(names = "--json", description = "Print a summary as JSON to standard output.")
  private boolean json;

  @Mixin private EngineOptions engineOptions;

  private final Console console;

  FrontierCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (points.count != null && points.count < 2) {
      throw Failure.input("--points " + points.count + ": must be at least 2");
    }
    NumberTable targets =
        points.targets == null
            ? null
            : NumberTable.unlabelled(points.targets, NumberTable.Values.FINITE)
                .requireHeader("return");
    if (downsideOptions.isGiven()) {
      return downside(targets);
    }
    if (mean == null) {
      throw Failure.input("Missing required option: '--mean=m.csv'");
    }
    Covariance sigma = problemOptions.readCovariance();
    List<String> assets = sigma.assets();
    Problem problem =
        problemOptions
            .problem(sigma)
            .expectedReturns(problemOptions.readMean(mean, assets))
            .build();
    try (Engine engine = engineOptions.create();
        TableOutput output = new TableOutput(console, out, json)) {
      long start = System.nanoTime();
      Frontier frontier =
          targets != null
              ? TargetReturns.solve(engine, problem, targets.values(), k -> targets.place(k, 0))
              : points.corners
                  ? TargetReturns.corners(engine, problem)
                  : TargetReturns.along(engine, problem, points.count);
      double seconds = (System.nanoTime() - start) * 1e-9;
      CsvText csv = output.table();
      csv.put("return").put("variance").put("risk_aversion").put(assets).endLine();
      double worst = 0;
      for (int k = 0; k < frontier.size(); k++) {
        csv.put(frontier.expectedReturn(k)).put(frontier.variance(k));
        csv.put(frontier.riskAversion(k)).put(frontier.weights(k)).endLine();
        worst = Math.max(worst, frontier.relativeGap(k));
      }
      double worstGap = worst;
      output.finish(
          String.format(
              "%s of the frontier solved by engine %s in %s, worst relative gap %s",
              Numbers.count(frontier.size(), points.corners ? "corner" : "point"),
              engine.name(),
              Numbers.seconds(seconds),
              Numbers.brief(worstGap)),
          j -> {
            j.put("engine", engine.name()).put("status", Status.SOLVED.name());
            j.put("points", frontier.size()).put("worst_relative_gap", worstGap);
            j.put("seconds", seconds);
          });
    }
    return 0;
  }

  private Integer downside(NumberTable targets) {
    if (points.corners) {
      throw Failure.input("--corners: are of a variance; with --scenarios ask for --points");
    }
    try (Engine engine = engineOptions.create();
        DownsideOptions.Scenarios scenarios = downsideOptions.read(problemOptions);
        TableOutput output = new TableOutput(console, out, json)) {
      List<String> assets = scenarios.covariance().assets();
      double[] mu =
          mean == null
              ? scenarios.mean()
              : ProblemOptions.readMean(mean, assets, scenarios.source());
      Problem limits =
          problemOptions
              .problem(scenarios.covariance(), scenarios.source())
              .expectedReturns(mu)
              .build();
      DownsideProblem problem = downsideOptions.problem(limits, scenarios.returns());
      long start = System.nanoTime();
      DownsideFrontier frontier =
          targets == null
              ? DownsideFrontier.points(engine, problem, points.count)
              : DownsideFrontier.atReturns(engine, problem, targets.values());
      double seconds = (System.nanoTime() - start) * 1e-9;
      CsvText csv = output.table();
      csv.put("return").put("risk").put("value_at_risk").put(assets).endLine();
      double worst = 0;
      for (int k = 0; k < frontier.size(); k++) {
        DownsideSolution point = frontier.point(k);
        if (point.status() != Status.SOLVED) {
          String place = targets == null ? "" : targets.place(k, 0);
          throw Failure.of(point.status(), place + point.message());
        }
        csv.put(point.expectedReturn()).put(point.risk()).put(point.valueAtRisk());
        csv.put(point.weights()).endLine();
        worst = Math.max(worst, point.relativeGap());
      }
      double worstGap = worst;
      output.finish(
          String.format(
              "%s of the %s frontier solved by engine %s in %s, worst relative gap %s",
              Numbers.count(frontier.size(), "point"),
              downsideOptions.label(),
              engine.name(),
              Numbers.seconds(seconds),
              Numbers.brief(worstGap)),
          j -> {
            j.put("engine", engine.name()).put("status", Status.SOLVED.name());
            j.put("measure", downsideOptions.label()).put("points", frontier.size());
            j.put("worst_relative_gap", worstGap).put("seconds", seconds);
          });
    }
    return 0;
  }
}
