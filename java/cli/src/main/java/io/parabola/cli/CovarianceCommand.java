package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.CovarianceDoctor;
import io.parabola.CovarianceRepair;
import io.parabola.InvalidInputException;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.FindingJson;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.options.EstimatorOptions;
import io.parabola.cli.options.PriceOptions;
import io.parabola.models.DataQuality;
import io.parabola.models.Finding;
import io.parabola.models.Returns;
import io.parabola.models.estimators.CovarianceEstimate;
import io.parabola.models.estimators.HayashiYoshida;
import io.parabola.models.estimators.IncompleteReturns;
import io.parabola.models.estimators.LogReturns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "covariance",
    description =
        "Estimates the covariance of simple returns per period, and their means, or examines one"
            + " from a file. What is odd about the data is named on standard error.",
    sortOptions = false)
final class CovarianceCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Source source;

  /** Prices or returns. */
  static final class Source {
    @Option(
        names = "--prices",
        paramLabel = "p.csv",
        required = true,
        description = "Prices: first column the time, then a column for each asset.")
    private Path prices;

    @Option(
        names = "--returns",
        paramLabel = "r.csv",
        required = true,
        description = "Simple returns, laid out like prices.")
    private Path returns;

    @Option(
        names = "--cov",
        paramLabel = "c.csv",
        required = true,
        description =
            "A covariance to examine: what is wrong with it goes to standard output, with --repair"
                + " the repaired one.")
    private Path covariance;

    @Option(
        names = "--ticks",
        paramLabel = "t.csv",
        required = true,
        description =
            "Prices as they tick, laid out like prices, empty where an asset has none at a time:"
                + " --estimator hayashi-yoshida, which needs no common times.")
    private Path ticks;
  }

  @Option(
      names = "--period",
      paramLabel = "P",
      description =
          "With --ticks: the period that the covariance is of, in days where times are dates, else"
              + " in their own unit. Default: 1.")
  private Double period;

  /** The repairs by their names on the command line. */
  enum RepairChoice {
    clip(CovarianceDoctor.Repair.CLIP),
    nearest_correlation(CovarianceDoctor.Repair.NEAREST_CORRELATION),
    shrink(CovarianceDoctor.Repair.SHRINK);

    private final CovarianceDoctor.Repair repair;

    RepairChoice(CovarianceDoctor.Repair repair) {
      this.repair = repair;
    }

    @Override
    public String toString() {
      return repair.label();
    }
  }

  @Mixin private EstimatorOptions estimatorOptions;

  @Option(
      names = "--repair",
      paramLabel = "NAME",
      description =
          "Make it positive semidefinite: clip (its negative eigenvalues), nearest-correlation"
              + " (Higham) or shrink (towards the diagonal); how far that moved it is reported."
              + " Default: none.")
  private RepairChoice repair;

  /** What returns that are missing are made of. */
  enum Missing {
    pairwise,
    masked_ewma;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Option(
      names = "--missing",
      paramLabel = "HOW",
      description =
          "Where returns are missing, use all there are: pairwise (each pair's sample covariance) or"
              + " masked-ewma (with --half-life), then repaired, by clip unless --repair says"
              + " otherwise. Default: an error.")
  private Missing missing;

  @Mixin private PriceOptions priceOptions;

  @Option(
      names = "--out",
      paramLabel = "c.csv",
      description =
          "Where the covariance goes; the summary is then on standard output. Default: the"
              + " covariance to standard output, the summary to standard error.")
  private Path out;

  @Option(
      names = "--mean-out",
      paramLabel = "m.csv",
      description = "Where the means go, asset,mean. Default: nowhere.")
  private Path meanOut;

  @Option(names = "--json", description = "Print a summary as JSON to standard output.")
  private boolean json;

  private final Console console;

  CovarianceCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (period != null && source.ticks == null) {
      throw Failure.input("--period: needs --ticks");
    }
    if (missing != null && (source.covariance != null || source.ticks != null)) {
      throw Failure.input("--missing: needs --prices or --returns");
    }
    if (source.ticks != null) {
      return ofTicks();
    }
    if (source.covariance != null) {
      estimatorOptions.requireNone("--cov", null, false);
      if (meanOut != null) {
        throw Failure.input(
            "--mean-out: a covariance has no means; they need --prices or --returns");
      }
      return new CovarianceExamination(
              console, source.covariance, repair == null ? null : repair.repair, out, json)
          .run();
    }
    String file = (source.prices != null ? source.prices : source.returns).toString();
    if (missing != null) {
      return ofIncomplete(file);
    }
    Returns returns =
        source.prices != null
            ? priceOptions.readReturns(source.prices)
            : priceOptions.readGivenReturns(source.returns);
    CovarianceEstimate estimate = estimatorOptions.estimate(file, returns);
    return write(
        estimate,
        returns.observations(),
        "return each",
        sigma -> DataQuality.inspect(returns, sigma));
  }

  private Integer ofTicks() {
    estimatorOptions.requireNone("--ticks", EstimatorOptions.Choice.hayashi_yoshida, false);
    HayashiYoshida ticks = priceOptions.readTicks(source.ticks);
    CovarianceEstimate logs;
    try {
      logs = ticks.snapshot(period == null ? 1 : period);
    } catch (InvalidInputException e) {
      throw Failure.input(
          (e.getMessage().startsWith("period") ? "--period" : source.ticks)
              + ": "
              + e.getMessage());
    }
    double[] sigma = logs.covariance().toArray();
    List<String> assets = logs.covariance().assets();
    List<String> notes = new ArrayList<>(logs.notes());
    notes.add("simple returns' moments, from those of the ticks' log returns taken for normal");
    CovarianceEstimate estimate =
        new CovarianceEstimate(
            logs.estimator(),
            Covariance.of(assets, LogReturns.simpleCovariance(logs.mean(), sigma)),
            LogReturns.simpleMean(logs.mean(), sigma),
            logs.figures(),
            notes);
    return write(estimate, (int) ticks.ticks(), "tick in all", s -> List.of());
  }

  private Integer ofIncomplete(String file) {
    boolean ewma = missing == Missing.masked_ewma;
    estimatorOptions.requireNone(
        "--missing", ewma ? EstimatorOptions.Choice.ewma : EstimatorOptions.Choice.sample, ewma);
    IncompleteReturns returns =
        source.prices != null
            ? priceOptions.readIncompletePrices(source.prices)
            : priceOptions.readIncompleteReturns(source.returns);
    CovarianceDoctor.Repair how = repair == null ? CovarianceDoctor.Repair.CLIP : repair.repair;
    CovarianceEstimate estimate;
    try {
      estimate =
          missing == Missing.pairwise
              ? returns.pairwise(how)
              : returns.maskedEwma(estimatorOptions.halfLife(), how);
    } catch (InvalidInputException e) {
      throw Failure.input(file + ": " + e.getMessage());
    }
    repair = null;
    return write(estimate, returns.observations(), "return each", sigma -> List.of());
  }

  private Integer write(
      CovarianceEstimate estimate,
      int observations,
      String what,
      Function<Covariance, List<Finding>> inspect) {
    try (TableOutput output = new TableOutput(console, out, json)) {
      CsvText means = meanOut == null ? null : output.open(meanOut);
      List<String> assets = estimate.covariance().assets();
      Covariance estimated = estimate.covariance();
      CovarianceRepair repaired =
          repair == null
              ? null
              : CovarianceDoctor.repair(assets, estimated.toArray(), repair.repair);
      Covariance sigma = repaired == null ? estimated : repaired.covariance();
      int n = assets.size();
      CovarianceExamination.write(output.table(), sigma);
      if (means != null) {
        means.put("asset").put("mean").endLine();
        double[] mean = estimate.mean();
        for (int i = 0; i < n; i++) {
          means.put(assets.get(i)).put(mean[i]).endLine();
        }
        means.flush();
      }
      List<Finding> findings = inspect.apply(sigma);
      output.finish(
          String.format(
              "%s covariance of %s from %s",
              estimate.estimator(), Numbers.count(n, "asset"), counted(observations, what)),
          j -> {
            j.put("estimator", estimate.estimator()).put("assets", n);
            if (!estimate.figures().isEmpty()) {
              j.object(
                  "figures",
                  o -> estimate.figures().forEach((name, v) -> o.put(name.replace(' ', '_'), v)));
            }
            if (!estimate.notes().isEmpty()) {
              j.put("notes", estimate.notes());
            }
            j.put("observations", observations);
            j.objects("findings", findings, (o, f) -> FindingJson.write(o, f));
            if (repaired != null) {
              j.object("repair", o -> CovarianceExamination.write(o, repaired));
            }
          });
      if (!json) {
        estimate.notes().forEach(note -> console.err().println("note: " + note));
        findings.forEach(f -> console.err().println("note: " + f.text()));
        if (repaired != null) {
          console.err().println("note: " + repaired.text());
        }
      }
    }
    return 0;
  }

  /** The first word in the plural, unless it is one. */
  private static String counted(int count, String what) {
    int space = what.indexOf(' ');
    return Numbers.count(count, what.substring(0, space)) + what.substring(space);
  }
}
