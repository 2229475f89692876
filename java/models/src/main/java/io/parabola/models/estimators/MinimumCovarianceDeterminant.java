package io.parabola.models.estimators;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.Internals;
import io.parabola.internal.WeightedScatter;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.BlasSelection;
import io.parabola.internal.blas.Block;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The minimum covariance determinant (Rousseeuw 1984): the covariance of those h returns, a little
 * more than half of all, that lie closest together, so that up to nearly half of the data may be
 * anything. Found from five deterministic starts (Hubert, Rousseeuw and Verdonck 2012, without the
 * sixth) by concentration: take the h nearest, estimate from them, again, until they stay the same.
 * Then all returns count that are within the 97.5 % ellipsoid of it, and both times the covariance
 * is scaled to be right for normal returns.
 *
 * <p>The same for any order of the data. Needs more than twice as many returns as assets.
 */
public final class MinimumCovarianceDeterminant implements CovarianceEstimator {
  private static final double INSIDE = 0.975;

  /** What is added to the diagonal where distances are measured, so that twins do no harm. */
  private static final double RIDGE = 1e-9;

  private static final int MOST_STEPS = 200;

  /** Returns whose distances are computed at a time: they stay in the cache. */
  private static final int TOGETHER = 256;

  private static final double MEDIAN_TO_SIGMA = 1.4826022185056018;

  /** Creates it. */
  public MinimumCovarianceDeterminant() {}

  @Override
  public String name() {
    return "mcd";
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      int n = sample.n;
      double[] variance = sample.variances();
      int[] moving = IntStream.range(0, n).filter(i -> variance[i] > 0).toArray();
      if (sample.observations <= 2 * moving.length) {
        throw new InvalidInputException(
            name()
                + ": "
                + sample.observations
                + " returns of "
                + moving.length
                + " assets: needs more than twice as many returns as assets");
      }
      double[] sigma = new double[n * n];
      double[] mean = sample.mean.clone();
      double outliers = 0;
      if (moving.length > 0) {
        Search search = new Search(returns, moving);
        search.run();
        outliers = search.outliers;
        for (int a = 0; a < moving.length; a++) {
          mean[moving[a]] = search.location(a);
          for (int b = 0; b < moving.length; b++) {
            sigma[moving[a] * n + moving[b]] = search.covariance(a, b);
          }
        }
      }
      List<String> notes = new ArrayList<>();
      if (outliers > 0) {
        notes.add((int) outliers + " of " + sample.observations + " returns were left out");
      }
      return new CovarianceEstimate(
          name(), Covariance.of(assets, sigma), mean, Map.of("left out", outliers), notes);
    }
  }

  /** In units of each asset's median deviation. */
  private static final class Search {
    private final int n;
    private final int observations;
    private final double[][] z;
    private final double[] centre;
    private final double[] scale;
    private final int h;
    private final Blas blas;
    private double[] location;
    private double[] scatter;
    private double outliers;

    Search(Matrix returns, int[] moving) {
      n = moving.length;
      observations = Math.toIntExact(returns.rows());
      h = (observations + n + 1) / 2;
      // Some sixty times: what each start and each concentration cost.
      blas = BlasSelection.forWork(60.0 * n * n * observations);
      z = new double[observations][n];
      centre = new double[n];
      scale = new double[n];
      double[] row = new double[returns.columns()];
      for (int t = 0; t < observations; t++) {
        returns.getRow(t, row);
        for (int a = 0; a < n; a++) {
          z[t][a] = row[moving[a]];
        }
      }
      for (int a = 0; a < n; a++) {
        double[] column = column(z, a);
        centre[a] = median(column);
        scale[a] = spread(column, centre[a]);
        for (int t = 0; t < observations; t++) {
          z[t][a] = (z[t][a] - centre[a]) / scale[a];
        }
      }
    }

    double location(int a) {
      return centre[a] + scale[a] * location[a];
    }

    double covariance(int a, int b) {
      return scatter[a * n + b] * scale[a] * scale[b];
    }

    void run() {
      double best = Double.POSITIVE_INFINITY;
      int[] closest = null;
      for (double[] start : starts()) {
        int[] chosen = nearest(startDistances(start), (observations + 1) / 2);
        chosen = nearest(distancesOf(chosen), h);
        double determinant = Double.POSITIVE_INFINITY;
        for (int step = 0; step < MOST_STEPS; step++) {
          Moments moments = new Moments(chosen);
          int[] next = nearest(moments.distances(), h);
          if (!(moments.logDeterminant < determinant) || Arrays.equals(next, chosen)) {
            determinant = Math.min(determinant, moments.logDeterminant);
            break;
          }
          determinant = moments.logDeterminant;
          chosen = next;
        }
        if (determinant < best || closest == null) {
          best = determinant;
          closest = chosen;
        }
      }
      double share = (double) h / observations;
      double[] d = new Moments(closest).distances();
      double factor = consistency(share);
      double cut = ChiSquaredDistribution.of(n).inverseCumulativeProbability(INSIDE);
      int[] inside = IntStream.range(0, observations).filter(t -> d[t] <= cut * factor).toArray();
      // Of returns that are next to nothing but outliers, the closest h are kept.
      int[] kept = inside.length > n ? inside : closest;
      Moments last = new Moments(kept);
      location = last.mean;
      scatter = last.covariance;
      double second = consistency(inside.length > n ? INSIDE : share);
      for (int k = 0; k < scatter.length; k++) {
        scatter[k] *= second;
      }
      outliers = observations - kept.length;
    }

    /** What the covariance of the nearest part of normal returns is too small by. */
    private double consistency(double share) {
      if (share >= 1) {
        return 1;
      }
      double quantile = ChiSquaredDistribution.of(n).inverseCumulativeProbability(share);
      return share / ChiSquaredDistribution.of(n + 2).cumulativeProbability(quantile);
    }

    private double[] distancesOf(int[] chosen) {
      return new Moments(chosen).distances();
    }

    /** Scatter matrices that outliers move little. */
    private List<double[]> starts() {
      double[][] hyperbolic = new double[observations][n];
      double[][] ranks = new double[observations][n];
      double[][] scores = new double[observations][n];
      double[][] signs = new double[observations][n];
      double[] norms = new double[observations];
      NormalDistribution normal = NormalDistribution.of(0, 1);
      for (int a = 0; a < n; a++) {
        double[] rank = ranks(column(z, a));
        for (int t = 0; t < observations; t++) {
          hyperbolic[t][a] = Math.tanh(z[t][a]);
          ranks[t][a] = rank[t];
          scores[t][a] =
              normal.inverseCumulativeProbability((rank[t] - 1.0 / 3) / (observations + 1.0 / 3));
          norms[t] += z[t][a] * z[t][a];
        }
      }
      for (int t = 0; t < observations; t++) {
        for (int a = 0; a < n; a++) {
          signs[t][a] = norms[t] > 0 ? z[t][a] / Math.sqrt(norms[t]) : 0;
        }
      }
      int[] half = nearest(norms, (observations + 1) / 2);
      List<double[]> starts = new ArrayList<>();
      starts.add(correlation(hyperbolic));
      starts.add(correlation(ranks));
      starts.add(correlation(scores));
      starts.add(products(signs));
      starts.add(new Moments(half).covariance);
      return starts;
    }

    /** Along the eigenvectors of a start, by medians. */
    private double[] startDistances(double[] start) {
      Spectrum spectrum = new Spectrum(start.clone(), n);
      double[] distances = new double[observations];
      double[][] along = new double[n][observations];
      try (Columns vectors = new Columns(n, n);
          Columns block = new Columns(n, TOGETHER);
          Columns products = new Columns(n, TOGETHER)) {
        for (int a = 0; a < n; a++) {
          for (int k = 0; k < n; k++) {
            vectors.row[k] = spectrum.vectors[k * n + a];
          }
          vectors.set(a);
        }
        for (int from = 0; from < observations; from += TOGETHER) {
          int count = block.fill(from, null);
          products.clear();
          blas.gemm(n, count, n, 1, vectors.block, block.block, products.block);
          for (int k = 0; k < n; k++) {
            products.get(k);
            System.arraycopy(products.row, 0, along[k], from, count);
          }
        }
      }
      for (double[] one : along) {
        double median = median(one);
        // Along a portfolio that does not move there is rounding only, which must not decide.
        double deviation = Math.max(spread(one, median), Math.sqrt(RIDGE));
        for (int t = 0; t < observations; t++) {
          double x = (one[t] - median) / deviation;
          distances[t] += x * x;
        }
      }
      return distances;
    }

    /** Returns of some times, an asset in each row, outside the heap, where the BLAS wants them. */
    private final class Columns implements AutoCloseable {
      private final Matrix matrix;
      final Block block;
      final double[] row;

      Columns(int rows, int columns) {
        matrix = Matrix.allocate(rows, columns);
        row = new double[columns];
        block =
            new Block(
                Internals.get().slab(matrix, 0).order(ByteOrder.nativeOrder()).asDoubleBuffer(),
                0,
                matrix.stride());
      }

      void get(int a) {
        matrix.getRow(a, row);
      }

      void set(int a) {
        matrix.setRow(a, row);
      }

      void clear() {
        Arrays.fill(row, 0);
        for (int a = 0; a < matrix.rows(); a++) {
          set(a);
        }
      }

      /** Takes the next returns, less a mean; says how many. */
      int fill(int from, double[] mean) {
        int count = Math.min(TOGETHER, observations - from);
        for (int a = 0; a < n; a++) {
          double less = mean == null ? 0 : mean[a];
          for (int c = 0; c < count; c++) {
            row[c] = z[from + c][a] - less;
          }
          set(a);
        }
        return count;
      }

      @Override
      public void close() {
        matrix.close();
      }
    }

    private double[] correlation(double[][] x) {
      double[] sigma = covariance(x, IntStream.range(0, observations).toArray(), new double[n]);
      Correlations.scale(sigma, Correlations.deviations(sigma, n));
      return sigma;
    }

    private double[] products(double[][] x) {
      int[] all = IntStream.range(0, observations).toArray();
      return scatter(x, all, new double[n], 1);
    }

    private double[] covariance(double[][] x, int[] chosen, double[] mean) {
      Arrays.fill(mean, 0);
      for (int t : chosen) {
        for (int a = 0; a < n; a++) {
          mean[a] += x[t][a] / chosen.length;
        }
      }
      return scatter(x, chosen, mean, 1.0 / chosen.length);
    }

    private double[] scatter(double[][] x, int[] chosen, double[] mean, double weight) {
      try (WeightedScatter sum = new WeightedScatter(n, blas)) {
        double[] y = new double[n];
        for (int t : chosen) {
          for (int a = 0; a < n; a++) {
            y[a] = x[t][a] - mean[a];
          }
          sum.add(y, weight);
        }
        double[] all = new double[n * n];
        double[] row = new double[n];
        for (int a = 0; a < n; a++) {
          sum.sum().getRow(a, row);
          for (int b = a; b < n; b++) {
            all[a * n + b] = row[b];
            all[b * n + a] = row[b];
          }
        }
        return all;
      }
    }

    /** Mean and covariance of some returns, and how far all are from it. */
    private final class Moments {
      private final double[] mean = new double[n];
      private final double[] covariance;
      private final double[] factor;
      private final double logDeterminant;

      Moments(int[] chosen) {
        covariance = covariance(z, chosen, mean);
        factor = covariance.clone();
        double log = 0;
        for (int a = 0; a < n; a++) {
          factor[a * n + a] += RIDGE;
        }
        for (int a = 0; a < n; a++) {
          for (int b = 0; b <= a; b++) {
            double sum = factor[a * n + b];
            for (int k = 0; k < b; k++) {
              sum -= factor[a * n + k] * factor[b * n + k];
            }
            factor[a * n + b] =
                a == b ? Math.sqrt(Math.max(sum, 1e-3 * RIDGE)) : sum / factor[b * n + b];
          }
          log += 2 * Math.log(factor[a * n + a]);
        }
        logDeterminant = log;
      }

      double[] distances() {
        double[] distances = new double[observations];
        try (Columns upper = new Columns(n, n);
            Columns block = new Columns(n, TOGETHER)) {
          for (int a = 0; a < n; a++) {
            for (int b = a; b < n; b++) {
              upper.row[b] = factor[b * n + a];
            }
            upper.set(a);
          }
          for (int from = 0; from < observations; from += TOGETHER) {
            int count = block.fill(from, mean);
            blas.trsm(n, count, upper.block, block.block);
            for (int a = 0; a < n; a++) {
              block.get(a);
              for (int c = 0; c < count; c++) {
                distances[from + c] += block.row[c] * block.row[c];
              }
            }
          }
        }
        return distances;
      }
    }
  }

  private static double[] column(double[][] rows, int a) {
    return Arrays.stream(rows).mapToDouble(row -> row[a]).toArray();
  }

  private static double median(double[] x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
  }

  /** The median deviation; where more than half are the same, the mean one. */
  private static double spread(double[] x, double median) {
    double[] away = Arrays.stream(x).map(value -> Math.abs(value - median)).toArray();
    double spread = MEDIAN_TO_SIGMA * median(away);
    double mean = Arrays.stream(away).average().orElse(0);
    return spread > 1e-6 * mean ? spread : mean > 0 ? mean : 1;
  }

  /** From 1; equal numbers share the mean of theirs. */
  private static double[] ranks(double[] x) {
    Integer[] order = new Integer[x.length];
    Arrays.setAll(order, t -> t);
    Arrays.sort(order, (a, b) -> Double.compare(x[a], x[b]));
    double[] ranks = new double[x.length];
    for (int k = 0; k < x.length; ) {
      int end = k;
      while (end < x.length && x[order[end]] == x[order[k]]) {
        end++;
      }
      for (int m = k; m < end; m++) {
        ranks[order[m]] = 0.5 * (k + 1 + end);
      }
      k = end;
    }
    return ranks;
  }

  /** Those with the smallest distances, in the order of time. */
  private static int[] nearest(double[] distances, int count) {
    Integer[] order = new Integer[distances.length];
    Arrays.setAll(order, t -> t);
    Arrays.sort(order, (a, b) -> Double.compare(distances[a], distances[b]));
    return Arrays.stream(order, 0, count).mapToInt(t -> t).sorted().toArray();
  }
}
