package io.parabola.models.stress;

import io.parabola.InvalidInputException;
import java.util.Arrays;

/**
 * Value at risk and conditional value at risk of simulated losses, with what the simulation leaves
 * uncertain.
 *
 * <pre>
 *   VaR  = the least loss that a share β of all losses does not exceed
 *   CVaR = VaR + Σ (L − VaR)₊ / ((1−β) S),  the mean of the worst 1−β of them (Rockafellar and Uryasev 2000)
 * </pre>
 *
 * <p>Standard errors: of CVaR the square root of Var (L − VaR)₊ / ((1−β)² S), its asymptotic
 * variance; of VaR half of the distance of the losses √(β(1−β)S) ranks above and below it, which
 * needs no density. Of a single loss they are NaN, and where no loss is beyond VaR: what is known
 * of the tail is then one number.
 *
 * @param confidence β
 * @param scenarios S
 * @param valueAtRisk VaR, a loss: positive where money is lost
 * @param valueAtRiskError its standard error
 * @param conditionalValueAtRisk CVaR
 * @param conditionalValueAtRiskError its standard error
 */
public record TailRisk(
    double confidence,
    long scenarios,
    double valueAtRisk,
    double valueAtRiskError,
    double conditionalValueAtRisk,
    double conditionalValueAtRiskError) {

  /**
   * Measures losses.
   *
   * @param losses [S], at least one, without NaN; not modified
   * @param confidence β, between 0 and 1
   * @return the tail
   * @throws InvalidInputException if there are no losses, one is NaN, or β is out of range
   */
  public static TailRisk of(double[] losses, double confidence) {
    double[] sorted = losses.clone();
    Arrays.sort(sorted); // NaN comes last
    if (sorted.length > 0 && Double.isNaN(sorted[sorted.length - 1])) {
      throw new InvalidInputException("losses: one is NaN");
    }
    return ofSorted(sorted, confidence);
  }

  /**
   * Measures losses that are in order.
   *
   * @param sorted [S], at least one, rising; not modified
   * @param confidence β, between 0 and 1
   * @return the tail
   * @throws InvalidInputException if there are no losses, or β is out of range
   */
  public static TailRisk ofSorted(double[] sorted, double confidence) {
    return ofSorted(sorted, null, confidence);
  }

  /** The same for losses that came more than once; counts [K], or null for once each. */
  static TailRisk ofSorted(double[] sorted, long[] counts, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new InvalidInputException("confidence must be between 0 and 1, but is " + confidence);
    }
    if (sorted.length == 0) {
      throw new InvalidInputException("losses: there are none");
    }
    long count = counts == null ? sorted.length : Arrays.stream(counts).sum();
    Distribution.Kept losses = new Distribution.Kept(sorted, counts);
    long rank = rank(count, confidence);
    double var = losses.at(rank);
    double sum = 0;
    double squares = 0;
    for (int k = sorted.length - 1; k >= 0 && sorted[k] > var; k--) {
      double beyond = sorted[k] - var;
      double times = counts == null ? 1 : counts[k];
      sum += times * beyond;
      squares += times * beyond * beyond;
    }
    double mean = sum / count;
    double variance = Math.max(0, squares / count - mean * mean);
    if (sum == 0) {
      // One loss does not tell how far another would be from it.
      return new TailRisk(confidence, count, var, Double.NaN, var, Double.NaN);
    }
    long width = (long) Math.ceil(Math.sqrt(confidence * (1 - confidence) * count));
    double above = losses.at(Math.min(count - 1, rank + width));
    double below = losses.at(Math.max(0, rank - width));
    return new TailRisk(
        confidence,
        count,
        var,
        (above - below) / 2,
        var + mean / (1 - confidence),
        Math.sqrt(variance / count) / (1 - confidence));
  }

  /** The place of the least loss that a share β does not exceed; of 100, 95 are 0.95. */
  private static long rank(long count, double confidence) {
    return Math.max(0, (long) Math.ceil(confidence * count * (1 - 1e-14)) - 1);
  }
}
