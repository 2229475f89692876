package io.parabola.bench.contestants;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.Problem;
import io.parabola.Status;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Scenarios;
import java.util.stream.IntStream;

/** The frontier of the centre of the expected returns; what is timed ends with its weights. */
public final class FrontierCorners extends Contestant {
  private final Engine engine;
  private final Scenarios scenarios;
  private final Problem problem;
  private final double[] deviations;
  private Frontier frontier;

  public FrontierCorners(String name, Engine engine, Scenarios scenarios, Covariance covariance) {
    super(name, 1, true);
    this.engine = engine;
    this.scenarios = scenarios;
    this.problem = Parabola.problem(scenarios, covariance);
    this.deviations =
        IntStream.range(0, scenarios.size())
            .mapToDouble(i -> Math.sqrt(covariance.variance(i)))
            .toArray();
  }

  @Override
  public void solve(int first, int number) {
    frontier = Frontier.corners(engine, problem);
  }

  @Override
  public Certificate certificate(int s) {
    Certificate worst = Certificate.PERFECT;
    for (int corner = 0; corner < frontier.size(); corner++) {
      worst = worst.worse(certificateOf(corner));
    }
    return worst;
  }

  /**
   * Of ½ γ w'Σw − μ'w; of ½ w'Σw alone where γ is infinite. Near least variance nearly all risk may
   * be hedged away: a gap is then judged by 2⁻²⁰ of what there was before, since rounding of Σ
   * decides the rest.
   */
  private Certificate certificateOf(int corner) {
    double[] w = frontier.weights(corner);
    boolean calmest = Double.isInfinite(frontier.riskAversion(corner));
    double aversion = calmest ? 1 : frontier.riskAversion(corner);
    double[] centre = calmest ? new double[w.length] : scenarios.centre();
    double[] product = scenarios.risk().times(0, w);
    double variance = 0;
    double expectedReturn = 0;
    double unhedged = 0;
    for (int i = 0; i < w.length; i++) {
      product[i] *= aversion;
      variance += w[i] * product[i];
      expectedReturn += w[i] * centre[i];
      unhedged += Math.abs(w[i]) * deviations[i];
    }
    Certificate strict =
        Certificate.of(
            product,
            centre,
            scenarios.lower(),
            scenarios.upper(),
            1,
            w,
            Certificate.Terms.NONE,
            Multipliers.NONE);
    double scale = Math.max(variance, Math.abs(expectedReturn));
    double floor = 0x1p-20 * aversion * unhedged * unhedged;
    return new Certificate(strict.relativeGap() * Math.min(1, scale / floor), strict.violation());
  }

  @Override
  public String note() {
    long missed =
        IntStream.range(0, frontier.size())
            .filter(corner -> frontier.status(corner) != Status.SOLVED)
            .count();
    return (missed == 0 ? "" : missed + " not solved, ") + frontier.size() + " corners";
  }
}
