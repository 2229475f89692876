package io.parabola.bench.contestants;

import io.parabola.Covariance;
import io.parabola.DownsideProblem;
import io.parabola.DownsideRisk;
import io.parabola.DownsideSolution;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.SampleCovariance;
import io.parabola.Status;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.TailProblem;

/** From the scenarios: moments, problem and all. */
public final class LeastCvar extends Contestant {
  /** In results. */
  public static final String NAME = "Parabola";

  private final Engine engine;
  private final Matrix returns;
  private DownsideSolution solution;

  public LeastCvar(Engine engine, Matrix returns) {
    super(NAME, 1, true);
    this.engine = engine;
    this.returns = returns;
  }

  @Override
  public void solve(int first, int number) {
    SampleCovariance sample = SampleCovariance.estimate(returns);
    Covariance covariance = sample.covariance();
    Problem problem =
        Problem.builder(covariance)
            .expectedReturns(sample.mean())
            .minimumVariance()
            .upper(1)
            .build();
    solution =
        engine.solve(
            DownsideProblem.of(problem, returns, DownsideRisk.cvar(TailProblem.CONFIDENCE)));
  }

  /** What no portfolio is below: a bound from the data, which the other answers have to respect. */
  private double bound() {
    return solution.objective() - solution.gap();
  }

  /** How far a CVaR is from the bound: what is below it shows that one of them is wrong. */
  double relativeGap(double cvar) {
    return Math.abs(cvar - bound()) / Math.abs(bound());
  }

  @Override
  public Certificate certificate(int s) {
    double[] w = solution.weights();
    if (solution.status() != Status.SOLVED) {
      return new Certificate(Double.NaN, Double.NaN);
    }
    return new Certificate(relativeGap(TailProblem.cvar(returns, w)), TailProblem.violation(w));
  }

  @Override
  public String note() {
    return solution.scenariosUsed() + " scenarios in the last round";
  }
}
