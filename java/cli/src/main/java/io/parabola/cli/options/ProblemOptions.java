package io.parabola.cli.options;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Problem;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The covariance, the bounds and the budget: what every problem on the command line has. */
public final class ProblemOptions {
  @Option(
      names = "--cov",
      paramLabel = "c.csv",
      description =
          "Covariance per period, with the header asset,A,B,... and a row for each asset.")
  private Path covariance;

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
          "Upper bounds of the weights: a number or inf, or a CSV asset,bound. Default: inf.")
  private String upper = "inf";

  @Option(
      names = "--budget",
      paramLabel = "B",
      description = "What the weights sum to. Default: 1.")
  private double budget = 1;

  public Path covarianceFile() {
    return covariance;
  }

  public double budget() {
    return budget;
  }

  /** Reads the covariance; its header gives the order of the assets everywhere. */
  public Covariance readCovariance() {
    if (covariance == null) {
      throw Failure.input("Missing required option: '--cov=c.csv'");
    }
    return readCovariance(covariance);
  }

  /** The same of any file. */
  public static Covariance readCovariance(Path covariance) {
    NumberTable table =
        NumberTable.labelled(covariance, NumberTable.Values.FINITE).requireDistinctLabels();
    List<String> assets = table.columns();
    int[] rows = table.rowsOf(assets, "its header");
    int n = assets.size();
    double[] sigma = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        sigma[i * n + j] = table.get(rows[i], j);
      }
    }
    try {
      return Covariance.of(assets, sigma);
    } catch (InvalidInputException e) {
      throw Failure.input(covariance + ": " + e.getMessage());
    }
  }

  /** Expected returns from a CSV {@code asset,mean}, in the order of the covariance. */
  public double[] readMean(Path mean, List<String> assets) {
    return readMean(mean, assets, covariance.toString());
  }

  /** The same in the order of the assets of any file. */
  public static double[] readMean(Path mean, List<String> assets, String source) {
    NumberTable table =
        NumberTable.labelled(mean, NumberTable.Values.FINITE).requireHeader("asset,mean");
    int[] rows = table.rowsOf(assets, source);
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = table.get(rows[i], 0);
    }
    return values;
  }

  /**
   * A problem with the covariance, the bounds and the budget; expected returns and risk aversion
   * are still to be given.
   */
  public Problem.Builder problem(Covariance sigma) {
    return problem(sigma, covariance.toString());
  }

  /**
   * The same of a covariance from elsewhere.
   *
   * @param source the file that names the assets, for messages
   */
  public Problem.Builder problem(Covariance sigma, String source) {
    List<String> assets = sigma.assets();
    Bounds lowers = Bounds.read("--lower", lower, assets, source);
    Bounds uppers = Bounds.read("--upper", upper, assets, source);
    Bounds.requireOrder(lowers, uppers, assets);
    return Problem.builder(sigma)
        .lower(lowers.values())
        .upper(uppers.values())
        .budget(requireFinite("--budget", budget));
  }

  public static double requireFinite(String option, double value) {
    if (!Double.isFinite(value)) {
      throw Failure.input(option + " " + value + ": must be finite");
    }
    return value;
  }

  public static double requireRiskAversion(double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw Failure.input("--risk-aversion " + value + ": must be finite and at least 0");
    }
    return value;
  }
}
