package io.parabola.cli;

import io.parabola.BatchSolution;
import io.parabola.Status;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How the weight of each asset spreads over the solved scenarios. */
final class AssetWeights {
  /** The quantiles kept of each asset's weight. */
  static final double[] LEVELS = {0.05, 0.25, 0.5, 0.75, 0.95};

  private final double[] mean;
  private final double[][] quantiles;
  private final double[] held;

  private AssetWeights(int n) {
    mean = new double[n];
    quantiles = new double[n][LEVELS.length];
    held = new double[n];
  }

  static AssetWeights of(BatchSolution solution) {
    int n = solution.size();
    int scenarios = solution.scenarios();
    int solved = Math.toIntExact(solution.count(Status.SOLVED));
    AssetWeights weights = new AssetWeights(n);
    for (int i = 0; i < n; i++) {
      double[] column = new double[solved];
      int k = 0;
      for (int s = 0; s < scenarios; s++) {
        if (solution.status(s) == Status.SOLVED) {
          column[k++] = solution.weights().get(s, i);
        }
      }
      weights.summarise(i, column);
    }
    return weights;
  }

  private void summarise(int asset, double[] column) {
    if (column.length == 0) {
      mean[asset] = held[asset] = Double.NaN;
      Arrays.fill(quantiles[asset], Double.NaN);
      return;
    }
    Arrays.sort(column);
    double sum = 0;
    int count = 0;
    for (double w : column) {
      sum += w;
      count += w != 0 ? 1 : 0;
    }
    mean[asset] = sum / column.length;
    held[asset] = (double) count / column.length;
    for (int q = 0; q < LEVELS.length; q++) {
      quantiles[asset][q] = quantile(column, LEVELS[q]);
    }
  }

  /** Between the two neighbours in order, linearly. */
  static double quantile(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  double mean(int asset) {
    return mean[asset];
  }

  /** The quantile at {@code LEVELS[level]}. */
  double quantile(int asset, int level) {
    return quantiles[asset][level];
  }

  /** The share of the scenarios in which the weight is not zero. */
  double held(int asset) {
    return held[asset];
  }

  /** The assets, the largest mean weight first. */
  int[] byMean() {
    return IntStream.range(0, mean.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -mean[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
