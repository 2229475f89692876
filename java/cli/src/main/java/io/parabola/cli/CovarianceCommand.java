package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.CovarianceDoctor;
import io.parabola.CovarianceRepair;
import io.parabola.SampleCovariance;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.FindingJson;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.options.PriceOptions;
import io.parabola.models.DataQuality;
import io.parabola.models.Finding;
import io.parabola.models.Returns;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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
  }

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

  /** The estimators of this version. */
  enum Estimator {
    sample
  }

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description = "sample: the unbiased sample covariance. Default: sample.")
  private Estimator estimator = Estimator.sample;

  @Option(
      names = "--repair",
      paramLabel = "NAME",
      description =
          "Make it positive semidefinite: clip (its negative eigenvalues), nearest-correlation"
              + " (Higham) or shrink (towards the diagonal); how far that moved it is reported."
              + " Default: none.")
  private RepairChoice repair;

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
    if (source.covariance != null) {
      if (meanOut != null) {
        throw Failure.input(
            "--mean-out: a covariance has no means; they need --prices or --returns");
      }
      return new CovarianceExamination(
              console, source.covariance, repair == null ? null : repair.repair, out, json)
          .run();
    }
    Returns returns =
        source.prices != null
            ? priceOptions.readReturns(source.prices)
            : priceOptions.readGivenReturns(source.returns);
    String file = (source.prices != null ? source.prices : source.returns).toString();
    try (TableOutput output = new TableOutput(console, out, json)) {
      CsvText means = meanOut == null ? null : output.open(meanOut);
      long start = System.nanoTime();
      SampleCovariance estimate = PriceOptions.estimate(file, returns);
      List<String> assets = returns.assets();
      Covariance estimated = estimate.covariance(assets);
      CovarianceRepair repaired =
          repair == null
              ? null
              : CovarianceDoctor.repair(assets, estimated.toArray(), repair.repair);
      Covariance sigma = repaired == null ? estimated : repaired.covariance();
      double seconds = (System.nanoTime() - start) * 1e-9;
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
      List<Finding> findings = DataQuality.inspect(returns, sigma);
      output.finish(
          String.format(
              "%s covariance of %s from %s each",
              estimator,
              Numbers.count(n, "asset"),
              Numbers.count(returns.observations(), "return")),
          j -> {
            j.put("estimator", estimator.name()).put("assets", n);
            j.put("observations", returns.observations()).put("seconds", seconds);
            j.objects("findings", findings, (o, f) -> FindingJson.write(o, f));
            if (repaired != null) {
              j.object("repair", o -> CovarianceExamination.write(o, repaired));
            }
          });
      if (!json) {
        findings.forEach(f -> console.err().println("note: " + f.text()));
        if (repaired != null) {
          console.err().println("note: " + repaired.text());
        }
      }
    }
    return 0;
  }
}
