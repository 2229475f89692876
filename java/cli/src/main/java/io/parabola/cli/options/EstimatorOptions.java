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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How a covariance is estimated from returns. */
public final class EstimatorOptions {
  /** The squares of larger ones, summed over the periods, are not finite. */
  private static final double LARGEST_RETURN = 1e150;

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description =
          "sample, ewma, ledoit-wolf (towards the identity, as scikit-learn), ledoit-wolf-identity,"
              + " -two-parameter, -constant-correlation, -diagonal, -single-factor (as the authors'"
              + " code), oas, qis, gis, lis, analytical-nonlinear, constant-correlation,"
              + " random-matrix, gerber, mcd (robust), principal-factors. Default: sample.")
  private String estimator = "sample";

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

  /** The name that was asked for. */
  public String name() {
    return estimator;
  }

  /** The half-life, or what it is unless given. */
  public double halfLife() {
    return halfLife == null ? -Math.log(2) / Math.log(0.94) : halfLife;
  }

  private Map<String, Supplier<CovarianceEstimator>> known() {
    Map<String, Supplier<CovarianceEstimator>> known = new LinkedHashMap<>();
    known.put("sample", SampleEstimator::new);
    known.put("ewma", () -> EwmaEstimator.withHalfLife(halfLife()));
    for (String shrinkage :
        new String[] {
          "ledoit-wolf",
          "ledoit-wolf-identity",
          "ledoit-wolf-two-parameter",
          "ledoit-wolf-constant-correlation",
          "ledoit-wolf-diagonal",
          "ledoit-wolf-single-factor"
        }) {
      known.put(shrinkage, () -> LinearShrinkage.named(shrinkage));
    }
    known.put("oas", OracleShrinkage::new);
    for (NonlinearShrinkage.Kind kind : NonlinearShrinkage.Kind.values()) {
      known.put(new NonlinearShrinkage(kind).name(), () -> new NonlinearShrinkage(kind));
    }
    known.put("constant-correlation", ConstantCorrelation::new);
    known.put("random-matrix", RandomMatrixClipping::new);
    known.put("gerber", () -> new GerberEstimator(threshold == null ? 0.5 : threshold));
    known.put("mcd", MinimumCovarianceDeterminant::new);
    known.put(
        "principal-factors",
        () -> factors == null ? PrincipalFactors.automatic() : PrincipalFactors.of(factors));
    return known;
  }

  private CovarianceEstimator chosen() {
    Map<String, Supplier<CovarianceEstimator>> known = known();
    if (!known.containsKey(estimator)) {
      throw Failure.input(
          "--estimator "
              + estimator
              + ": there is no such one; there are "
              + String.join(", ", known.keySet()));
    }
    require(halfLife, "--half-life", "ewma");
    require(threshold, "--threshold", "gerber");
    require(factors, "--factors", "principal-factors");
    try {
      return known.get(estimator).get();
    } catch (InvalidInputException e) {
      throw Failure.input("--estimator " + estimator + ": " + e.getMessage());
    }
  }

  private void require(Object value, String option, String owner) {
    if (value != null && !estimator.equals(owner)) {
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
