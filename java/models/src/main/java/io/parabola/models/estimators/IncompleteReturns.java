package io.parabola.models.estimators;

import io.parabola.CovarianceDoctor;
import io.parabola.CovarianceRepair;
import io.parabola.InvalidInputException;
import io.parabola.internal.WeightedScatter;
import io.parabola.internal.blas.BlasSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Returns of which some are missing, because assets began later, stopped, or have gaps, and
 * covariances that use all there are. No row is dropped. The matrix of pairs need not be positive
 * semidefinite, and is then repaired by choice; a note says how far, and how many returns the
 * poorest pair has in common. Immutable.
 */
public final class IncompleteReturns {
  private final List<String> assets;
  private final int observations;
  private final double[] values;

  /**
   * Takes returns.
   *
   * @param assets n names
   * @param values [T, n] simple returns per period in the order of time, NaN where there is none;
   *     copied
   * @throws InvalidInputException if the length does not fit, or a return is infinite
   */
  public IncompleteReturns(List<String> assets, double[] values) {
    this.assets = List.copyOf(assets);
    int n = assets.size();
    if (n == 0 || values.length % n != 0) {
      throw new InvalidInputException(values.length + " returns are not rows of " + n + " assets");
    }
    observations = values.length / n;
    this.values = values.clone();
    for (int k = 0; k < values.length; k++) {
      if (Double.isInfinite(values[k])) {
        throw new InvalidInputException(
            "return of " + assets.get(k % n) + " in row " + k / n + " is " + values[k]);
      }
    }
  }

  /**
   * The assets.
   *
   * @return n names
   */
  public List<String> assets() {
    return assets;
  }

  /**
   * The number of periods.
   *
   * @return T
   */
  public int observations() {
    return observations;
  }

  /**
   * Each pair's sample covariance from the returns it has in common, about the means of these.
   *
   * @param repair what makes it positive semidefinite
   * @return the covariance; its means are each asset's own
   * @throws InvalidInputException naming two assets that have fewer than two returns in common
   */
  public CovarianceEstimate pairwise(CovarianceDoctor.Repair repair) {
    double[] equal = new double[observations];
    Arrays.fill(equal, 1);
    return estimate("pairwise", equal, true, repair);
  }

  /**
   * Exponentially weighted covariances, each over the times that both assets have: a weight counts
   * for a pair only where neither is missing, and what counts sums to one for each pair.
   *
   * @param halfLife in periods, above 0
   * @param repair what makes it positive semidefinite
   * @return the covariance, about zero as {@link EwmaEstimator}'s
   * @throws InvalidInputException naming two assets that have no return in common
   */
  public CovarianceEstimate maskedEwma(double halfLife, CovarianceDoctor.Repair repair) {
    double[] weights = EwmaEstimator.withHalfLife(halfLife).weights(observations);
    return estimate("masked-ewma", weights, false, repair);
  }

  /**
   * About each asset's mean, so that pairs lose no digits to it. From its first return on, so that
   * of one that never moves nothing is left.
   */
  private double[] bases() {
    int n = assets.size();
    double[] first = new double[n];
    double[] sum = new double[n];
    int[] count = new int[n];
    for (int k = 0; k < values.length; k++) {
      int i = k % n;
      if (!Double.isNaN(values[k])) {
        first[i] = count[i] == 0 ? values[k] : first[i];
        sum[i] += values[k] - first[i];
        count[i]++;
      }
    }
    double[] bases = new double[n];
    Arrays.setAll(bases, i -> count[i] == 0 ? 0 : first[i] + sum[i] / count[i]);
    return bases;
  }

  private CovarianceEstimate estimate(
      String name, double[] weights, boolean aboutMeans, CovarianceDoctor.Repair repair) {
    int n = assets.size();
    // Of x (zero where missing) and of the mask: products of all with all.
    double[] row = new double[2 * n];
    double[] sigma = new double[n * n];
    double[] mean = new double[n];
    double least = Double.POSITIVE_INFINITY;
    int poorI = 0;
    int poorJ = 0;
    try (WeightedScatter products =
            new WeightedScatter(2 * n, BlasSelection.forWork(2.0 * n * n * observations));
        WeightedScatter counts =
            new WeightedScatter(n, BlasSelection.forWork(0.5 * n * n * observations))) {
      double[] mask = new double[n];
      double[] base = aboutMeans ? bases() : new double[n];
      for (int t = 0; t < observations; t++) {
        for (int i = 0; i < n; i++) {
          double value = values[t * n + i];
          boolean there = !Double.isNaN(value);
          row[i] = there ? value - base[i] : 0;
          row[n + i] = there ? 1 : 0;
          mask[i] = row[n + i];
        }
        products.add(row, weights[t]);
        counts.add(mask, 1);
      }
      double[] sums = new double[2 * n];
      double[] common = new double[n];
      double[][] all = new double[2 * n][];
      for (int i = 0; i < 2 * n; i++) {
        products.sum().getRow(i, sums);
        all[i] = sums.clone();
      }
      for (int i = 0; i < n; i++) {
        counts.sum().getRow(i, common);
        for (int j = i; j < n; j++) {
          // Weight in common; x_i and x_j summed over it. Of rows i <= column n + j all are there.
          double weight = all[n + i][n + j];
          double shared = weight > 0 ? common[j] : 0; // so old that nothing is left of it
          // An asset that has fewest itself is the reason, not one of its pairs.
          if (shared < least || shared == least && i == j && poorI != poorJ) {
            least = shared;
            poorI = i;
            poorJ = j;
          }
          double xi = all[i][n + j];
          double xj = all[j][n + i];
          double xx = all[i][j];
          double value = aboutMeans ? (xx - xi * xj / weight) / (weight - 1) : xx / weight;
          sigma[i * n + j] = value;
          sigma[j * n + i] = value;
        }
        mean[i] = base[i] + all[i][n + i] / all[n + i][n + i];
      }
    }
    int needed = aboutMeans ? 2 : 1;
    if (least < needed) {
      throw new InvalidInputException(
          (poorI == poorJ
                  ? assets.get(poorI) + " has "
                  : assets.get(poorI) + " and " + assets.get(poorJ) + " have in common ")
              + (int) least
              + (least == 1 ? " return" : " returns")
              + ": "
              + name
              + " needs at least "
              + needed);
    }
    CovarianceRepair repaired = CovarianceDoctor.repair(assets, sigma, repair);
    List<String> notes = new ArrayList<>();
    long missing = Arrays.stream(values).filter(Double::isNaN).count();
    if (missing > 0) {
      notes.add(
          missing
              + " of "
              + values.length
              + " returns are missing; "
              + (poorI == poorJ
                  ? assets.get(poorI) + " has fewest, "
                  : assets.get(poorI) + " and " + assets.get(poorJ) + " have fewest in common, ")
              + (int) least);
    }
    if (repaired.distance() > 0) {
      notes.add(repaired.text());
    }
    return new CovarianceEstimate(
        name,
        repaired.covariance(),
        mean,
        Map.of("missing", (double) missing, "fewest in common", least),
        notes);
  }
}
