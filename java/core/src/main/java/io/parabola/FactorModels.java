package io.parabola;

import io.parabola.internal.FactorData;
import io.parabola.internal.PositiveSemidefinite;
import java.util.ArrayList;
import java.util.List;

/** Checks factor models and lays them out for the engines: factor by factor. */
final class FactorModels {
  private FactorModels() {}

  static FactorData of(
      List<String> assets, double[] exposures, double[] omega, double[] specificVariance) {
    int n = assets.size();
    if (exposures.length == 0 || exposures.length % n != 0) {
      throw new InvalidInputException(
          "exposures has " + exposures.length + " numbers: not " + n + " rows of factors");
    }
    int k = exposures.length / n;
    if (omega.length != (long) k * k) {
      throw new InvalidInputException(
          "factorCovariance has "
              + omega.length
              + " numbers, but "
              + k
              + " factors need "
              + k
              + " x "
              + k);
    }
    if (specificVariance.length != n) {
      throw new InvalidInputException(
          "specificVariance has "
              + specificVariance.length
              + " numbers, but there are "
              + n
              + " assets");
    }
    double[][] byFactor = new double[k][n];
    for (int i = 0; i < n; i++) {
      if (!(specificVariance[i] >= 0 && specificVariance[i] < Double.POSITIVE_INFINITY)) {
        throw new InvalidInputException(
            "specificVariance["
                + assets.get(i)
                + "] = "
                + specificVariance[i]
                + ": must be finite and at least 0");
      }
      for (int f = 0; f < k; f++) {
        double exposure = exposures[i * k + f];
        if (!Double.isFinite(exposure)) {
          throw new InvalidInputException(
              "exposures[" + assets.get(i) + ", factor " + f + "] = " + exposure + ": not finite");
        }
        byFactor[f][i] = exposure;
      }
    }
    double[] checked = checkedOmega(k, omega);
    return new FactorData(
        Matrix.copyOf(byFactor).neverClosed(),
        checked,
        Matrix.copyOf(root(byFactor, checked)).neverClosed(),
        specificVariance.clone());
  }

  static FactorData ofReturns(List<String> assets, Matrix returns) {
    int n = assets.size();
    if (returns.columns() != n) {
      throw new InvalidInputException(
          "returns has " + returns.columns() + " columns, but there are " + n + " assets");
    }
    long observations = returns.rows();
    if (observations < 2) {
      throw new InvalidInputException(
          "covariance of " + observations + " observations: needs at least 2");
    }
    double[] mean = new double[n];
    double[] row = new double[n];
    for (long t = 0; t < observations; t++) {
      returns.getRow(t, row);
      for (int i = 0; i < n; i++) {
        if (!Double.isFinite(row[i])) {
          throw new InvalidInputException(
              "returns[" + t + ", " + assets.get(i) + "] = " + row[i] + ": must be finite");
        }
        mean[i] += row[i] / observations;
      }
    }
    double scale = 1 / Math.sqrt(observations - 1.0);
    Matrix centred = Matrix.allocate(observations, n).neverClosed();
    for (long t = 0; t < observations; t++) {
      returns.getRow(t, row);
      for (int i = 0; i < n; i++) {
        row[i] = (row[i] - mean[i]) * scale;
      }
      centred.setRow(t, row);
    }
    return new FactorData(centred, null, centred, new double[n]);
  }

  static double entry(FactorData factors, int i, int j) {
    double sum = i == j ? factors.specificVariance()[i] : 0;
    for (long f = 0; f < factors.root().rows(); f++) {
      sum += factors.root().get(f, i) * factors.root().get(f, j);
    }
    return sum;
  }

  static double[] toArray(FactorData factors) {
    int n = factors.root().columns();
    double[] all = new double[Math.multiplyExact(n, n)];
    double[] row = new double[n];
    for (long f = 0; f < factors.root().rows(); f++) {
      factors.root().getRow(f, row);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          all[i * n + j] += row[i] * row[j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      all[i * n + i] += factors.specificVariance()[i];
    }
    return all;
  }

  /** Its two halves made exactly equal. */
  private static double[] checkedOmega(int k, double[] omega) {
    List<String> names = new ArrayList<>();
    for (int f = 0; f < k; f++) {
      names.add("factor " + f);
    }
    try (Matrix matrix = Matrix.copyOf(omega, k, k)) {
      Covariance.checkEntries(matrix, names);
      PositiveSemidefinite.check(matrix, names);
    }
    double[] symmetric = new double[k * k];
    for (int f = 0; f < k; f++) {
      for (int g = 0; g < k; g++) {
        symmetric[f * k + g] = 0.5 * omega[f * k + g] + 0.5 * omega[g * k + f];
      }
    }
    return symmetric;
  }

  /** G = L'F' with Ω = LL'. */
  private static double[][] root(double[][] byFactor, double[] omega) {
    int k = byFactor.length;
    int n = byFactor[0].length;
    double[][] left = choleskyOfSemidefinite(omega, k);
    double[][] root = new double[k][n];
    // Some assets at a time, so that their exposures to all factors stay in the cache.
    int block = 512;
    for (int from = 0; from < n; from += block) {
      int to = Math.min(n, from + block);
      for (int g = 0; g < k; g++) {
        for (int f = 0; f < k; f++) {
          if (left[f][g] != 0) {
            addScaled(left[f][g], byFactor[f], root[g], from, to);
          }
        }
      }
    }
    return root;
  }

  private static void addScaled(double factor, double[] x, double[] sum, int from, int to) {
    for (int i = from; i < to; i++) {
      sum[i] += factor * x[i];
    }
  }

  /**
   * L with Ω = LL' [k][k], by pivots of falling size: what is left once they are gone is rounding,
   * and dropped. Its rows are in the order of the factors, so it is triangular only once permuted.
   */
  private static double[][] choleskyOfSemidefinite(double[] omega, int k) {
    double[][] rest = new double[k][k];
    for (int f = 0; f < k; f++) {
      System.arraycopy(omega, f * k, rest[f], 0, k);
    }
    double[] left = new double[k];
    double[][] root = new double[k][k];
    for (int f = 0; f < k; f++) {
      left[f] = 1;
    }
    for (int g = 0; g < k; g++) {
      int pivot = -1;
      for (int f = 0; f < k; f++) {
        // In units of the factor's own variance, so that no factor is lost beside a larger one.
        double size = left[f] > 0 ? rest[f][f] / omega[f * k + f] : 0;
        if (size > k * 1e-15
            && (pivot < 0 || size > rest[pivot][pivot] / omega[pivot * k + pivot])) {
          pivot = f;
        }
      }
      if (pivot < 0) {
        break;
      }
      double diagonal = Math.sqrt(rest[pivot][pivot]);
      left[pivot] = 0;
      root[pivot][g] = diagonal;
      for (int f = 0; f < k; f++) {
        root[f][g] = left[f] > 0 ? rest[f][pivot] / diagonal : root[f][g];
      }
      for (int f = 0; f < k; f++) {
        for (int h = 0; h < k; h++) {
          rest[f][h] -= left[f] * left[h] * root[f][g] * root[h][g];
        }
      }
    }
    return root;
  }
}
