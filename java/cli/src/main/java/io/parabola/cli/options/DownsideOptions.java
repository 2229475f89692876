package io.parabola.cli.options;

import io.parabola.Covariance;
import io.parabola.DownsideProblem;
import io.parabola.DownsideRisk;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.SampleCovariance;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.TimeColumn;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** A risk that looks at losses in scenarios, instead of the variance. */
public final class DownsideOptions {
  /** Spelt as on the command line. */
  public enum Measure {
    cvar,
    semivariance,
    first_moment,
    second_moment;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Option(
      names = "--scenarios",
      paramLabel = "r.csv",
      description =
          "Scenarios of returns, a row each, with the header time,A,B,...: risk is then --measure"
              + " over these, and --cov and --mean may be left out for their own.")
  private Path scenarios;

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      description =
          "With --scenarios: cvar, semivariance, first-moment or second-moment (of what falls short"
              + " of --below). Default: cvar.")
  private Measure measure;

  @Option(
      names = "--confidence",
      paramLabel = "B",
      description = "Of --measure cvar. Default: 0.95.")
  private Double confidence;

  @Option(
      names = "--below",
      paramLabel = "R",
      description = "The return per period that moments are of falling short of. Default: 0.")
  private Double below;

  /** Whether there are scenarios. */
  public boolean isGiven() {
    for (Object[] option :
        new Object[][] {{"--measure", measure}, {"--confidence", confidence}, {"--below", below}}) {
      if (scenarios == null && option[1] != null) {
        throw Failure.input(option[0] + ": needs --scenarios");
      }
    }
    return scenarios != null;
  }

  /** The measure's name. */
  public String label() {
    return (measure == null ? Measure.cvar : measure).toString();
  }

  /**
   * Scenarios, and their moments.
   *
   * @param returns [S, n], in the order of the covariance's assets
   * @param covariance as it was given, or that of the scenarios
   * @param mean of the scenarios
   * @param source the file that names the assets, for messages
   */
  public record Scenarios(Matrix returns, Covariance covariance, double[] mean, String source)
      implements AutoCloseable {
    @Override
    public void close() {
      returns.close();
    }
  }

  /** Reads the scenarios; without a covariance theirs is taken, and their order of assets. */
  public Scenarios read(ProblemOptions problem) {
    NumberTable table = NumberTable.labelled(scenarios, NumberTable.Values.FINITE);
    TimeColumn.requireTimes(table);
    boolean own = problem.covarianceFile() == null;
    if (table.rows() < (own ? 2 : 1)) {
      throw Failure.input(
          scenarios
              + ": "
              + Numbers.count(table.rows(), "scenario")
              + ": needs at least "
              + (own ? "2, or --cov beside it" : "1"));
    }
    Covariance given = own ? null : problem.readCovariance();
    List<String> assets = own ? table.columns() : given.assets();
    String source = (own ? scenarios : problem.covarianceFile()).toString();
    int[] columns = table.columnsOf(assets, source);
    Matrix matrix = Matrix.allocate(table.rows(), assets.size());
    boolean complete = false;
    try {
      double[] row = new double[columns.length];
      for (int s = 0; s < table.rows(); s++) {
        for (int i = 0; i < row.length; i++) {
          row[i] = table.get(s, columns[i]);
        }
        matrix.setRow(s, row);
      }
      SampleCovariance sample = SampleCovariance.estimate(matrix);
      Scenarios read =
          new Scenarios(matrix, own ? sample.covariance(assets) : given, sample.mean(), source);
      complete = true;
      return read;
    } catch (InvalidInputException e) {
      throw Failure.input(scenarios + ": " + e.getMessage());
    } finally {
      if (!complete) {
        matrix.close();
      }
    }
  }

  /** The problem with that measure of risk. */
  public DownsideProblem problem(Problem problem, Matrix returns) {
    Measure chosen = measure == null ? Measure.cvar : measure;
    if (confidence != null && chosen != Measure.cvar) {
      throw Failure.input("--confidence: is for --measure cvar");
    }
    boolean moment = chosen == Measure.first_moment || chosen == Measure.second_moment;
    if (below != null && !moment) {
      throw Failure.input("--below: is for --measure first-moment and second-moment");
    }
    if (confidence != null && !(confidence >= 0 && confidence < 1)) {
      throw Failure.input("--confidence " + confidence + ": must be at least 0 and below 1");
    }
    double target = below == null ? 0 : ProblemOptions.requireFinite("--below", below);
    try {
      DownsideRisk risk =
          switch (chosen) {
            case cvar -> DownsideRisk.cvar(confidence == null ? 0.95 : confidence);
            case semivariance -> DownsideRisk.semivariance();
            case first_moment -> DownsideRisk.lowerPartialMoment(1, target);
            case second_moment -> DownsideRisk.lowerPartialMoment(2, target);
          };
      return DownsideProblem.of(problem, returns, risk);
    } catch (InvalidInputException e) {
      throw Failure.input(scenarios + ": " + e.getMessage());
    }
  }
}
