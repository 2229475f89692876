package io.parabola.cli.options;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import io.parabola.models.DataQuality;
import io.parabola.models.Finding;
import io.parabola.models.Returns;
import io.parabola.models.estimators.CovarianceEstimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where means and covariance come from: prices, or estimates of somebody else's. */
public final class UniverseOptions {
  @Option(
      names = "--prices",
      paramLabel = "p.csv",
      description =
          "Prices: first column the time, then a column for each asset. Default: the built-in"
              + " sample, 81 coins, daily, 2020 to 2025.")
  private Path prices;

  @Mixin private PriceOptions priceOptions;

  @Mixin private EstimatorOptions estimatorOptions;

  @Option(
      names = "--mean",
      paramLabel = "m.csv",
      description = "Expected returns per period, asset,mean, instead of prices.")
  private Path mean;

  @Option(
      names = "--cov",
      paramLabel = "c.csv",
      description = "Covariance per period, beside --mean.")
  private Path covariance;

  @Option(
      names = "--exposures",
      paramLabel = "F.csv",
      description =
          "A factor model instead of --cov: the header asset,F1,F2,..., a row for each asset."
              + " No covariance matrix is ever formed.")
  private Path exposures;

  @Option(
      names = "--factor-cov",
      paramLabel = "O.csv",
      description = "Covariance of the factors, with the header factor,F1,F2,...")
  private Path factorCovariance;

  @Option(
      names = "--specific",
      paramLabel = "d.csv",
      description = "Specific variances, asset,variance.")
  private Path specific;

  @Option(
      names = "--observations",
      paramLabel = "T",
      description =
          "How many returns are behind --mean: its standard errors follow from it. Default: the"
              + " means are certain.")
  private Long observations;

  /**
   * What is known of the assets.
   *
   * @param source where from, for messages
   * @param returns null where only estimates were given
   * @param observations behind the means; 0 if they are certain
   */
  public record Universe(
      String source,
      double[] mean,
      Covariance covariance,
      Returns returns,
      long observations,
      List<Finding> findings) {
    public List<String> assets() {
      return covariance.assets();
    }
  }

  public Universe read() {
    if (exposures == null && (factorCovariance != null || specific != null)) {
      throw Failure.input(
          (factorCovariance != null ? "--factor-cov" : "--specific")
              + ": needs --exposures, the factor model that it is part of");
    }
    if (mean == null) {
      if (covariance != null || exposures != null || observations != null) {
        throw Failure.input(
            (covariance != null ? "--cov" : exposures != null ? "--exposures" : "--observations")
                + ": needs --mean, the expected returns");
      }
      return ofPrices();
    }
    if (!estimatorOptions.isSample()) {
      throw Failure.input("--estimator: needs prices; --mean and its covariance are estimated");
    }
    if (prices != null) {
      throw Failure.input("--mean: either prices or estimates, not both");
    }
    priceOptions.requireUnused("--mean");
    if ((covariance == null) == (exposures == null)) {
      throw Failure.input("--mean: needs either --cov or --exposures");
    }
    if (observations != null && observations < 1) {
      throw Failure.input("--observations " + observations + ": must be at least 1");
    }
    Covariance sigma =
        covariance != null ? ProblemOptions.readCovariance(covariance) : readFactors();
    String source = (covariance != null ? covariance : exposures).toString();
    return new Universe(
        mean + " and " + source,
        ProblemOptions.readMean(mean, sigma.assets(), source),
        sigma,
        null,
        observations == null ? 0 : observations,
        List.of());
  }

  private Universe ofPrices() {
    Returns returns = priceOptions.readReturns(prices);
    String source = prices == null ? PriceOptions.SAMPLE : prices.toString();
    CovarianceEstimate estimate = estimatorOptions.estimate(source, returns);
    Covariance sigma = estimate.covariance();
    List<Finding> findings = new ArrayList<>(DataQuality.inspect(returns, sigma));
    estimate
        .notes()
        .forEach(note -> findings.add(new Finding(Finding.Kind.ESTIMATE, List.of(), note)));
    return new Universe(source, estimate.mean(), sigma, returns, returns.observations(), findings);
  }

  private Covariance readFactors() {
    if (factorCovariance == null || specific == null) {
      throw Failure.input("--exposures: needs --factor-cov and --specific beside it");
    }
    NumberTable rows =
        NumberTable.labelled(exposures, NumberTable.Values.FINITE).requireDistinctLabels();
    List<String> assets = rows.labels();
    List<String> factors = rows.columns();
    NumberTable omegaTable =
        NumberTable.labelled(factorCovariance, NumberTable.Values.FINITE).requireDistinctLabels();
    int[] columns = omegaTable.columnsOf(factors, exposures.toString());
    int[] order = omegaTable.rowsOf(factors, exposures.toString());
    int k = factors.size();
    double[] omega = new double[k * k];
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k; b++) {
        omega[a * k + b] = omegaTable.get(order[a], columns[b]);
      }
    }
    NumberTable own =
        NumberTable.labelled(specific, NumberTable.Values.FINITE).requireHeader("asset,variance");
    int[] ownRows = own.rowsOf(assets, exposures.toString());
    double[] variances = new double[ownRows.length];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = own.get(ownRows[i], 0);
      if (variances[i] < 0) {
        throw Failure.input(
            own.place(ownRows[i], 0)
                + Numbers.exact(variances[i])
                + ": a variance cannot be negative");
      }
    }
    double[] all = new double[assets.size() * k];
    for (int i = 0; i < assets.size(); i++) {
      for (int f = 0; f < k; f++) {
        all[i * k + f] = rows.get(i, f);
      }
    }
    try {
      return Covariance.ofFactors(assets, all, omega, variances);
    } catch (InvalidInputException e) {
      // What is left to object to are the factors' own numbers, or sizes beyond all measure.
      throw Failure.input(factorCovariance + ": " + e.getMessage());
    }
  }
}
