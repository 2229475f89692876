package io.parabola.cli.options;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.TimeAxis;
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
import io.parabola.models.views.ExpectedReturns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    principal_factors,
    hayashi_yoshida;

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
              + " random-matrix, gerber, mcd (robust), principal-factors, hayashi-yoshida (of"
              + " ticks). Default: sample.")
  private Choice estimator;

  @Option(
      names = "--half-life",
      paramLabel = "H",
      description =
          "Of --estimator ewma, in periods, or in time with --by-time. Default: 11.2, a decay of"
              + " 0.94.")
  private Double halfLife;

  @Option(
      names = "--by-time",
      description =
          "Returns are as old as the time column says, not as many periods: --half-life is in days"
              + " where it holds dates, else in its own unit.")
  private boolean byTime;

  /** Spelt as on the command line. */
  public enum MeanChoice {
    mean,
    ewma,
    james_stein,
    bayes_stein;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Option(
      names = "--mean-estimator",
      paramLabel = "NAME",
      description =
          "Expected returns: mean, ewma (with --half-life), or the means shrunk towards one number,"
              + " james-stein or bayes-stein, by the estimated covariance. Default: what goes with"
              + " --estimator.")
  private MeanChoice meanEstimator;

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

  /** Whether nothing but the sample covariance and means was asked for. */
  public boolean isSample() {
    return (estimator == null || estimator == Choice.sample)
        && halfLife == null
        && threshold == null
        && factors == null
        && meanEstimator == null
        && !byTime;
  }

  /**
   * Refuses what does not go with an input that is estimated in a way of its own.
   *
   * @param owner the option that brings that input
   * @param same the estimator of that name, which may be given; null if there is none
   * @param withHalfLife whether there may be a half-life
   */
  public void requireNone(String owner, Choice same, boolean withHalfLife) {
    Object[][] given = {
      {"--estimator", estimator == same ? null : estimator},
      {"--half-life", withHalfLife ? null : halfLife},
      {"--by-time", byTime ? true : null},
      {"--threshold", threshold},
      {"--factors", factors},
      {"--mean-estimator", meanEstimator}
    };
    for (Object[] option : given) {
      if (option[1] != null) {
        throw Failure.input(option[0] + ": not together with " + owner);
      }
    }
  }

  /** The half-life, or what it is unless given. */
  public double halfLife() {
    return halfLife == null ? -Math.log(2) / Math.log(0.94) : halfLife;
  }

  private CovarianceEstimator chosen(String source, List<String> times) {
    Choice name = estimator == null ? Choice.sample : estimator;
    if (meanEstimator != MeanChoice.ewma) {
      require(halfLife, "--half-life", Choice.ewma);
      require(byTime ? true : null, "--by-time", Choice.ewma);
    }
    require(threshold, "--threshold", Choice.gerber);
    require(factors, "--factors", Choice.principal_factors);
    try {
      return switch (name) {
        case sample -> new SampleEstimator();
        case ewma -> ewma(source, times);
        case hayashi_yoshida ->
            throw Failure.input(
                "--estimator hayashi-yoshida: is of ticks, with covariance --ticks t.csv");
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
        default -> LinearShrinkage.named(name.toString());
      };
    } catch (InvalidInputException e) {
      throw Failure.input("--estimator " + name + ": " + e.getMessage());
    }
  }

  private EwmaEstimator ewma(String source, List<String> times) {
    EwmaEstimator estimator = EwmaEstimator.withHalfLife(halfLife());
    return byTime ? estimator.at(TimeAxis.of(source, times)) : estimator;
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
    CovarianceEstimator chosen = chosen(source, returns.times());
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
      return withMeans(source, returns, chosen.estimate(returns));
    } catch (InvalidInputException e) {
      throw Failure.input(source + ": " + e.getMessage());
    }
  }

  private CovarianceEstimate withMeans(
      String source, Returns returns, CovarianceEstimate estimate) {
    if (meanEstimator == null) {
      return estimate;
    }
    Map<String, Double> figures = new LinkedHashMap<>(estimate.figures());
    double[] mean;
    try (Matrix matrix = Matrix.copyOf(returns.toArray(), returns.observations(), returns.size())) {
      double[] plain = ExpectedReturns.mean(matrix);
      switch (meanEstimator) {
        case mean -> mean = plain;
        case ewma -> mean = ExpectedReturns.weighted(matrix, ewma(source, returns.times()));
        default -> {
          ExpectedReturns.Shrunk shrunk =
              meanEstimator == MeanChoice.james_stein
                  ? ExpectedReturns.jamesStein(plain, estimate.covariance(), returns.observations())
                  : ExpectedReturns.bayesStein(
                      plain, estimate.covariance(), returns.observations());
          mean = shrunk.mean();
          figures.put("mean shrinkage", shrunk.intensity());
          figures.put("mean target", shrunk.target());
        }
      }
    }
    return new CovarianceEstimate(
        estimate.estimator(), estimate.covariance(), mean, figures, estimate.notes());
  }
}
