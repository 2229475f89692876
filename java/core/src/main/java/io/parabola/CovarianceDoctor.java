package io.parabola;

import io.parabola.CovarianceDiagnosis.Asymmetry;
import io.parabola.CovarianceDiagnosis.Correlation;
import io.parabola.CovarianceDiagnosis.Eigenvalue;
import io.parabola.CovarianceDiagnosis.Element;
import io.parabola.internal.CovarianceRepairs;
import io.parabola.internal.PositiveSemidefinite;
import io.parabola.internal.blas.BlasSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Says what is wrong with a matrix that is meant to be a covariance, and repairs it where that is
 * asked for by name; nothing is ever repaired in silence. Both take some n³ operations: seconds for
 * 2,000 assets where OpenBLAS loads, else a minute. May be used from many threads at once.
 */
public final class CovarianceDoctor {
  /** Differences of two elements, over the root of the product of their variances. */
  private static final double SYMMETRY = 1e-12;

  /** Differences of correlations from 1, and of variances from each other, of duplicates. */
  private static final double DUPLICATE = 1e-12;

  /** Ways to make a matrix a covariance. Each takes the mean of the two halves first. */
  public enum Repair {
    /**
     * The negative eigenvalues of the matrix, scaled to unit variances, become 0. Variances grow a
     * little.
     */
    CLIP,
    /**
     * The closest matrix of correlations (Higham, 2002; found by the method of Qi and Sun, 2006),
     * the variances kept. Covariances of assets without variance become 0.
     */
    NEAREST_CORRELATION,
    /**
     * All correlations are multiplied by one factor, the largest that will do; variances are kept.
     * Covariances of assets without variance become 0.
     */
    SHRINK;

    /**
     * The name on the command line and in messages.
     *
     * @return clip, nearest-correlation or shrink
     */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private CovarianceDoctor() {}

  /**
   * Examines a matrix whose assets have no names of their own.
   *
   * @param rows [n][n]; not modified
   * @return what was found, of "asset 0", "asset 1", …
   * @throws InvalidInputException if it is not square
   */
  public static CovarianceDiagnosis examine(double[][] rows) {
    int n = rows.length;
    double[] rowMajor = new double[n * n];
    for (int i = 0; i < n; i++) {
      if (rows[i].length != n) {
        throw new InvalidInputException(
            "matrix of " + n + " rows: row " + i + " has " + rows[i].length + " columns");
      }
      System.arraycopy(rows[i], 0, rowMajor, i * n, n);
    }
    return examine(Covariance.numbered(n), rowMajor);
  }

  /**
   * Examines a matrix.
   *
   * @param assets the n names, no two the same
   * @param rowMajor [n, n]; not modified
   * @return what was found
   * @throws InvalidInputException if the numbers are not n x n or two assets have one name
   */
  public static CovarianceDiagnosis examine(List<String> assets, double[] rowMajor) {
    List<String> names = checked(assets, rowMajor);
    return new Examination(names, rowMajor).diagnosis();
  }

  /**
   * Repairs a matrix. One that is a covariance already is returned as it is.
   *
   * @param assets the n names, no two the same
   * @param rowMajor [n, n]; not modified
   * @param repair how
   * @return the covariance, and how far it is from the matrix given
   * @throws InvalidInputException if the numbers are not n x n, two assets have one name, an
   *     element is not finite, or a variance is negative that the repair would have to keep
   */
  public static CovarianceRepair repair(List<String> assets, double[] rowMajor, Repair repair) {
    List<String> names = checked(assets, rowMajor);
    int n = names.size();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (!Double.isFinite(rowMajor[i * n + j])) {
          throw new InvalidInputException(
              element(names, i, j, rowMajor[i * n + j]) + ": no repair for what is not finite");
        }
      }
      if (repair != Repair.CLIP && rowMajor[i * n + i] < 0) {
        throw new InvalidInputException(
            element(names, i, i, rowMajor[i * n + i])
                + ": "
                + repair.label()
                + " keeps variances and cannot keep a negative one; clip can");
      }
    }
    double[] repaired =
        accepts(names, rowMajor)
            ? CovarianceRepairs.symmetric(rowMajor, n)
            : switch (repair) {
              case CLIP -> CovarianceRepairs.clip(rowMajor, names);
              case NEAREST_CORRELATION -> CovarianceRepairs.nearestCorrelation(rowMajor, names);
              case SHRINK -> CovarianceRepairs.shrink(rowMajor, names);
            };
    return measure(names, rowMajor, repaired, repair);
  }

  private static CovarianceRepair measure(
      List<String> assets, double[] given, double[] repaired, Repair repair) {
    int n = assets.size();
    int most = 0;
    for (int k = 0; k < given.length; k++) {
      if (Math.abs(repaired[k] - given[k]) > Math.abs(repaired[most] - given[most])) {
        most = k;
      }
    }
    double unit = 0;
    for (double element : given) {
      unit = Math.max(unit, Math.abs(element));
    }
    double moved = 0;
    double size = 0;
    for (int k = 0; k < given.length && unit > 0; k++) {
      moved += Math.pow((repaired[k] - given[k]) / unit, 2);
      size += Math.pow(given[k] / unit, 2);
    }
    return new CovarianceRepair(
        repair,
        Covariance.of(assets, repaired),
        unit * Math.sqrt(moved),
        size == 0 ? 0 : Math.sqrt(moved / size),
        repaired[most] - given[most],
        assets.get(most / n),
        assets.get(most % n),
        eigenvalues(CovarianceRepairs.symmetric(given, n), n)[0],
        eigenvalues(repaired.clone(), n)[0]);
  }

  private static boolean accepts(List<String> assets, double[] rowMajor) {
    try {
      Covariance.of(assets, rowMajor);
      return true;
    } catch (InvalidInputException e) {
      return false;
    }
  }

  private static List<String> checked(List<String> assets, double[] rowMajor) {
    int n = assets.size();
    if (rowMajor.length != (long) n * n) {
      throw new InvalidInputException(
          "matrix has " + rowMajor.length + " numbers, but " + n + " assets need " + n + " x " + n);
    }
    return Covariance.checked(assets);
  }

  private static String element(List<String> assets, int i, int j, double value) {
    return "covariance[" + assets.get(i) + ", " + assets.get(j) + "] = " + value;
  }

  /** Ascending; a is overwritten by the vectors. */
  private static double[] eigenvalues(double[] a, int n) {
    double[] values = new double[n];
    BlasSelection.forWork(4 * Math.pow(n, 3)).eigen(n, a, values);
    return values;
  }

  /** One matrix on the table. */
  private static final class Examination {
    private final List<String> assets;
    private final double[] given;
    private final int n;
    private final List<Element> notFinite = new ArrayList<>();
    private final List<Element> negative = new ArrayList<>();
    private final List<Asymmetry> asymmetries = new ArrayList<>();
    private final List<Element> withoutVariance = new ArrayList<>();
    private final List<Correlation> impossible = new ArrayList<>();
    private final List<Eigenvalue> negativeEigenvalues = new ArrayList<>();
    private final List<List<String>> duplicates = new ArrayList<>();
    private final List<String> constants = new ArrayList<>();
    private String problem;
    private double smallest = Double.NaN;
    private double largest = Double.NaN;
    private int rank;
    private double condition = Double.NaN;

    /** The mean of the two halves. */
    private double[] matrix;

    private double[] deviation;

    Examination(List<String> assets, double[] given) {
      this.assets = assets;
      this.given = given;
      n = assets.size();
    }

    CovarianceDiagnosis diagnosis() {
      try {
        Covariance.of(assets, given);
      } catch (InvalidInputException e) {
        problem = e.getMessage();
      }
      elements();
      if (notFinite.isEmpty()) {
        matrix = CovarianceRepairs.symmetric(given, n);
        pairs();
        eigenvalues();
      }
      return new CovarianceDiagnosis(
          assets,
          problem,
          notFinite,
          negative,
          asymmetries,
          withoutVariance,
          impossible,
          negativeEigenvalues,
          duplicates,
          constants,
          smallest,
          largest,
          rank,
          condition);
    }

    private void elements() {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          if (!Double.isFinite(given[i * n + j])) {
            notFinite.add(new Element(assets.get(i), assets.get(j), given[i * n + j]));
          }
        }
        double variance = given[i * n + i];
        if (variance < 0) {
          negative.add(new Element(assets.get(i), assets.get(i), variance));
        } else if (variance == 0) {
          constants.add(assets.get(i));
        }
      }
    }

    private void pairs() {
      deviation = new double[n];
      for (int i = 0; i < n; i++) {
        deviation[i] = Math.sqrt(Math.max(0, given[i * n + i]));
      }
      boolean[] grouped = new boolean[n];
      for (int i = 0; i < n; i++) {
        List<String> group = new ArrayList<>(List.of(assets.get(i)));
        for (int j = i + 1; j < n; j++) {
          double value = given[i * n + j];
          double transposed = given[j * n + i];
          if (Math.abs(value - transposed) > SYMMETRY * deviation[i] * deviation[j]) {
            asymmetries.add(new Asymmetry(assets.get(i), assets.get(j), value, transposed));
          }
          double mean = matrix[i * n + j];
          if (deviation[i] == 0 || deviation[j] == 0) {
            if (mean != 0) {
              withoutVariance.add(new Element(assets.get(i), assets.get(j), mean));
            }
            continue;
          }
          double correlation = mean / deviation[i] / deviation[j];
          if (Math.abs(correlation) > 1 + n * PositiveSemidefinite.ROUNDING) {
            impossible.add(new Correlation(assets.get(i), assets.get(j), correlation));
          }
          if (!grouped[j]
              && Math.abs(correlation - 1) <= DUPLICATE
              && Math.abs(deviation[i] / deviation[j] - 1) <= DUPLICATE) {
            group.add(assets.get(j));
            grouped[j] = true;
          }
        }
        if (group.size() > 1) {
          duplicates.add(group);
        }
      }
      impossible.sort(Comparator.comparingDouble(c -> -Math.abs(c.value())));
    }

    private void eigenvalues() {
      double[] vectors = matrix.clone();
      double[] values = CovarianceDoctor.eigenvalues(vectors, n);
      smallest = values[0];
      largest = values[n - 1];
      boolean scalable = negative.isEmpty() && withoutVariance.isEmpty();
      double[] correlations = scalable ? correlations() : null;
      boolean semidefinite = scalable && CovarianceRepairs.passes(matrix, assets);
      if (!semidefinite) {
        double size = Math.max(Math.abs(smallest), Math.abs(largest));
        addNegative(values, vectors, 4 * n * Math.ulp(1.0) * size, false);
      }
      if (scalable) {
        double[] scaled = CovarianceDoctor.eigenvalues(correlations, n);
        double rounding = n * PositiveSemidefinite.ROUNDING;
        rank = (int) Arrays.stream(scaled).filter(v -> v > rounding).count() - constants.size();
        condition =
            !constants.isEmpty()
                ? Double.POSITIVE_INFINITY
                : scaled[0] > rounding ? scaled[n - 1] / scaled[0] : Double.POSITIVE_INFINITY;
        if (!semidefinite && negativeEigenvalues.isEmpty()) {
          addNegative(scaled, correlations, Math.min(rounding, -scaled[0]) / 2, true);
        }
      }
    }

    /** The assets without variance stand alone in it, with a 1 that is not theirs. */
    private double[] correlations() {
      double[] correlations = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          boolean zero = deviation[i] == 0 || deviation[j] == 0;
          correlations[i * n + j] =
              i == j ? 1 : zero ? 0 : matrix[i * n + j] / deviation[i] / deviation[j];
        }
      }
      return correlations;
    }

    private void addNegative(
        double[] values, double[] vectors, double rounding, boolean ofCorrelations) {
      for (int k = 0; k < n && values[k] < -rounding; k++) {
        double[] vector = Arrays.copyOfRange(vectors, k * n, (k + 1) * n);
        negativeEigenvalues.add(
            new Eigenvalue(
                values[k], ofCorrelations, PositiveSemidefinite.loadings(vector, assets)));
      }
    }
  }
}
