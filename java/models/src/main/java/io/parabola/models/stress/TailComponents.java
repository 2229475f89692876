package io.parabola.models.stress;

import io.parabola.SolveOptions;
import java.util.Arrays;

/**
 * What each asset contributes to CVaR, by Euler's rule: its mean loss in the scenarios of the tail,
 * E[−wᵢRᵢ | L ≥ VaR] (Tasche, "Risk contributions and performance measurement", 1999). The
 * contributions and the costs sum to CVaR.
 *
 * @param held of the held portfolio [n], fractions of equity
 * @param best of the best portfolio of each scenario [n]
 * @param bestCosts what trading contributes to the latter
 */
public record TailComponents(double[] held, double[] best, double bestCosts) {
  /** Scenarios that are looked at again at a time. */
  private static final int CHUNK = 4096;

  /**
   * Looks at the tails again.
   *
   * @param test what was evaluated
   * @param results what came out
   * @return the components
   */
  public static TailComponents of(StressTest test, StressResults results) {
    double[] costs = new double[1];
    double[] held = sum(test, results, Measure.HELD_LOSS, null);
    double[] best = sum(test, results, Measure.LOSS, costs);
    return new TailComponents(held, best, costs[0]);
  }

  private static double[] sum(
      StressTest test, StressResults results, Measure loss, double[] costs) {
    int n = test.problem().size();
    double[] total = new double[n];
    TailRisk tail = results.tail(loss);
    if (tail == null) {
      return total;
    }
    double mass = (1 - tail.confidence()) * tail.scenarios();
    long[] worst = results.worst(loss);
    int kept = (int) Math.min(worst.length, Math.ceil(mass * (1 - 1e-12)));
    double[] weights = test.held();
    double[] left = {mass};
    for (int from = 0; from < kept; from += CHUNK) {
      long[] some = Arrays.copyOfRange(worst, from, Math.min(kept, from + CHUNK));
      StressTest.PathListener listener =
          (k, best, returns) -> {
            // The last one stands for what is left of the tail.
            double share = Math.min(1, left[0]) / mass;
            left[0] -= 1;
            double[] w = costs == null ? weights : best;
            for (int i = 0; i < n; i++) {
              total[i] -= share * w[i] * returns[i];
            }
          };
      double leftBefore = left[0];
      try (StressChunk chunk = test.evaluate(some, SolveOptions.defaults(), listener)) {
        for (int k = 0; costs != null && k < chunk.count(); k++) {
          costs[0] += Math.min(1, leftBefore - k) / mass * chunk.get(Measure.COST, k);
        }
      }
    }
    return total;
  }
}
