package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.SampleCovariance;
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
        "Estimates the covariance of simple returns per period, and their means. What is odd about"
            + " the data is named on standard error.",
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

  @Mixin private PriceOptions priceOptions;

  @Option(
      names = "--out",
      paramLabel = "c.csv",
      description = "Where the covariance goes. Default: standard output.")
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
    Returns returns =
        source.prices != null
            ? priceOptions.readReturns(source.prices)
            : readReturns(source.returns);
    try (TableOutput output = new TableOutput(console, out, json)) {
      CsvText means = meanOut == null ? null : output.open(meanOut);
      long start = System.nanoTime();
      SampleCovariance estimate = estimate(returns);
      List<String> assets = returns.assets();
      Covariance sigma = estimate.covariance(assets);
      double seconds = (System.nanoTime() - start) * 1e-9;
      int n = assets.size();
      CsvText csv = output.table().put("asset").put(assets).endLine();
      for (int i = 0; i < n; i++) {
        csv.put(assets.get(i));
        for (int j = 0; j < n; j++) {
          csv.put(sigma.get(i, j));
        }
        csv.endLine();
      }
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
              "%s covariance of %,d assets from %,d returns", estimator, n, returns.observations()),
          j -> {
            j.put("estimator", estimator.name()).put("assets", n);
            j.put("observations", returns.observations()).put("seconds", seconds);
            j.objects("findings", findings, (o, f) -> FindingJson.write(o, f));
          });
      if (!json) {
        findings.forEach(f -> console.err().println("note: " + f.text()));
      }
    }
    return 0;
  }

  static SampleCovariance estimate(Returns returns) {
    return SampleCovariance.estimate(returns.toArray(), returns.observations(), returns.size());
  }

  private static Returns readReturns(Path path) {
    NumberTable table = NumberTable.labelled(path, NumberTable.Values.FINITE);
    TimeOrder.require(table);
    for (int t = 0; t < table.rows(); t++) {
      for (int i = 0; i < table.columns().size(); i++) {
        if (table.get(t, i) < -1) {
          throw Failure.input(
              table.place(t, i)
                  + Numbers.exact(table.get(t, i))
                  + " is not a simple return: less than -1");
        }
      }
    }
    try {
      return Returns.of(table.columns(), table.labels(), table.values());
    } catch (InvalidInputException e) {
      throw Failure.input(path + ": " + e.getMessage());
    }
  }
}
