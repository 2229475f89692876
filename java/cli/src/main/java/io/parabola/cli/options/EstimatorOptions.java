package io.parabola.cli.options;

import io.parabola.InvalidInputException;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.models.Returns;
import io.parabola.models.estimators.ConstantCorrelation;
import io.parabola.models.estimators.CovarianceEstimate;
import io.parabola.models.estimators.CovarianceEstimator;
import io.parabola.models.estimators.EwmaEstimator;
import io.parabola.models.estimators.GerberEstimator;
import io.parabola.models.estimators.LinearShrinkage;
import io.parabola.models.estimators.MinimumCovarianceDeterminant;
import io.parabola.models.estimators.NonlinearShrinkage;
import io.parabola.models.estimators.OracleShrinkage;
import io.parabola.models.estimators.PrincipalFactors;
import io.parabola.models.estimators.RandomMatrixClipping;
import io.parabola.models.estimators.SampleEstimator;
import picocli.CommandLine.Option;

/** How a covariance is estimated from returns. */
public final class EstimatorOptions {
  /** The squares of larger ones, summed over the periods, are not finite. */
  private static final double LARGEST_RETURN = 1e150;

  /** Spelt as on the command line. */
  public enum Choice {
    sample,
    ewma,
    ledoit_wolf,
    ledoit_wolf_identity,
    ledoit_wolf_two_parameter,
    ledoit_wolf_constant_correlation,
    ledoit_wolf_diagonal,
    ledoit_wolf_single_factor,
    oas,
    qis,
    gis,
    lis,
    analytical_nonlinear,
    constant_correlation,
    random_matrix,
    gerber,
    mcd,
    principal_factors;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description =
          "sample, ewma, ledoit-wolf (towards the identity, as scikit-learn), ledoit-wolf-identity,"
              + " -two-parameter, -constant-correlation, -diagonal, -single-factor (as the authors'"
              + " code), oas, qis, gis, lis, analytical-nonlinear, constant-correlation,"
              + " random-matrix, gerber, mcd (robust), principal-factors. Default: sample.")
  private Choice estimator = Choice.sample;

  @Option(
      names = "--half-life",
      paramLabel = "H",
      description = "Of --estimator ewma, in periods. Default: 11.2, a decay of 0.94.")
  private Double halfLife;

  @Option(
      names = "--threshold",
      paramLabel = "C",
      description = "Of --estimator gerber, in standard deviations. Default: 0.5.")
  private Double threshold;

  @Option(
      names = "--factors",
      paramLabel = "K",
      description = "Of --estimator principal-factors. Default: as many as are not noise.")
  private Integer factors;

  /** Whether another than the sample covariance was asked for. */
  public boolean isSample() {
    return estimator == Choice.sample;
  }

  /** The half-life, or what it is unless given. */
  public double halfLife() {
    return halfLife == null ? -Math.log(2) / Math.log(0.94) : halfLife;
  }

  private CovarianceEstimator chosen() {
    require(halfLife, "--half-life", Choice.ewma);
    require(threshold, "--threshold", Choice.gerber);
    require(factors, "--factors", Choice.principal_factors);
    try {
      return switch (estimator) {
        case sample -> new SampleEstimator();
        case ewma -> EwmaEstimator.withHalfLife(halfLife());
        case oas -> new OracleShrinkage();
        case qis -> new NonlinearShrinkage(NonlinearShrinkage.Kind.QUADRATIC_INVERSE);
        case gis -> new NonlinearShrinkage(NonlinearShrinkage.Kind.GEOMETRIC_INVERSE);
        case lis -> new NonlinearShrinkage(NonlinearShrinkage.Kind.LINEAR_INVERSE);
        case analytical_nonlinear -> new NonlinearShrinkage(NonlinearShrinkage.Kind.ANALYTICAL);
        case constant_correlation -> new ConstantCorrelation();
        case random_matrix -> new RandomMatrixClipping();
        case gerber -> new GerberEstimator(threshold == null ? 0.5 : threshold);
        case mcd -> new MinimumCovarianceDeterminant();
        case principal_factors ->
            factors == null ? PrincipalFactors.automatic() : PrincipalFactors.of(factors);
        default -> LinearShrinkage.named(estimator.toString());
      };
    } catch (InvalidInputException e) {
      throw Failure.input("--estimator " + estimator + ": " + e.getMessage());
    }
  }

  private void require(Object value, String option, Choice owner) {
    if (value != null && estimator != owner) {
      throw Failure.input(option + ": is for --estimator " + owner);
    }
  }

  /**
   * Estimates mean and covariance.
   *
   * @param source where the returns came from, for messages
   */
  public CovarianceEstimate estimate(String source, Returns returns) {
    CovarianceEstimator chosen = chosen();
    if (returns.observations() < 2) {
      throw Failure.input(
          source
              + ": "
              + Numbers.count(returns.observations(), "return")
              + " of each asset, but a covariance needs at least 2, which is 3 rows of prices");
    }
    for (int t = 0; t < returns.observations(); t++) {
      for (int i = 0; i < returns.size(); i++) {
        if (returns.get(t, i) > LARGEST_RETURN) {
          throw Failure.input(
              source
                  + ": the return of "
                  + returns.assets().get(i)
                  + " at "
                  + returns.times().get(t)
                  + " is "
                  + Numbers.brief(returns.get(t, i))
                  + ", too large to be squared");
        }
      }
    }
    try {
      return chosen.estimate(returns);
    } catch (InvalidInputException e) {
      throw Failure.input(source + ": " + e.getMessage());
    }
  }
}
