package io.parabola.internal;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.BlasSelection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The test for positive semidefiniteness, and the explanation when it fails.
 *
 * <p>Σ passes if C + δI has a Cholesky factor, where C is Σ scaled to a unit diagonal: the verdict
 * does not depend on the assets' units, and one asset of large variance does not hide what is wrong
 * with the others. δ covers rounding, which makes the zero eigenvalues of a singular sample
 * covariance come out slightly negative.
 */
public final class PositiveSemidefinite {
  /** δ per asset: some hundred times the rounding seen in singular sample covariances. */
  private static final double ROUNDING = 1e-13;

  /** Assets with at least this part of the largest loading are named. */
  private static final double NOTABLE = 0.5;

  private static final int MOST_NAMED = 5;

  private PositiveSemidefinite() {}

  /**
   * Checks a covariance. Takes n² numbers of memory meanwhile.
   *
   * @param covariance Σ [n, n], finite, symmetric, its diagonal not negative; not modified
   * @param assets n names, for the message
   * @throws InvalidInputException if it is not positive semidefinite, with the smallest eigenvalue,
   *     the assets that carry it and the correlation that cannot be, if there is one
   */
  public static void check(Matrix covariance, List<String> assets) {
    check(covariance, assets, BlasSelection.forWork(Math.pow(assets.size(), 3) / 6));
  }

  /** As above with a given BLAS, for the tests. */
  static void check(Matrix covariance, List<String> assets, Blas blas) {
    int n = assets.size();
    double[] deviation = new double[n];
    for (int i = 0; i < n; i++) {
      deviation[i] = Math.sqrt(covariance.get(i, i));
    }
    double tolerance = n * ROUNDING;
    try (Matrix correlation = Matrix.allocate(n, n)) {
      Worst worst = scale(covariance, assets, deviation, 1 + tolerance, correlation);
      if (!new UpperTriangle(correlation).cholesky(blas)) {
        scale(covariance, assets, deviation, 1, correlation);
        String text = explain(covariance, correlation, assets, blas);
        if (worst.magnitude > 1 + tolerance) {
          text += "; " + worst.text(assets);
        }
        throw new InvalidInputException(text);
      }
    }
  }

  /** The largest correlation seen. */
  private static final class Worst {
    double magnitude;
    double value;
    int i;
    int j;

    String text(List<String> assets) {
      String number = format("%.4f", value);
      if (Math.abs(Double.parseDouble(number)) == 1) {
        number = Double.toString(value);
      }
      String pair = "correlation(" + assets.get(i) + ", " + assets.get(j) + ") = " + number;
      return pair + (value > 0 ? " > 1" : " < -1");
    }
  }

  /**
   * C ← D⁻¹ΣD⁻¹ with the given diagonal, upper triangle; an asset without variance stands alone.
   */
  private static Worst scale(
      Matrix covariance,
      List<String> assets,
      double[] deviation,
      double diagonal,
      Matrix correlation) {
    int n = deviation.length;
    UpperTriangle source = new UpperTriangle(covariance);
    UpperTriangle target = new UpperTriangle(correlation);
    Worst worst = new Worst();
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      source.getRow(i, row);
      for (int j = i + 1; j < n; j++) {
        if (deviation[i] == 0 || deviation[j] == 0) {
          if (row[j] != 0) {
            throw new InvalidInputException(withoutVariance(assets, deviation, i, j, row[j]));
          }
          continue;
        }
        row[j] = row[j] / deviation[i] / deviation[j];
        if (Math.abs(row[j]) > worst.magnitude) {
          worst.magnitude = Math.abs(row[j]);
          worst.value = row[j];
          worst.i = i;
          worst.j = j;
        }
      }
      row[i] = diagonal;
      target.setRow(i, row);
    }
    return worst;
  }

  private static String withoutVariance(
      List<String> assets, double[] deviation, int i, int j, double value) {
    return "covariance is not positive semidefinite: covariance["
        + assets.get(i)
        + ", "
        + assets.get(j)
        + "] = "
        + value
        + " but the variance of "
        + assets.get(deviation[i] == 0 ? i : j)
        + " is 0";
  }

  private static String explain(
      Matrix covariance, Matrix correlation, List<String> assets, Blas blas) {
    String subject = "smallest eigenvalue ";
    SmallestEigenvalue smallest = SmallestEigenvalue.find(covariance, blas);
    if (smallest == null) {
      // Beside an asset of far larger variance the negative eigenvalue is lost in rounding.
      subject = "smallest eigenvalue of its correlations ";
      smallest = SmallestEigenvalue.find(correlation, blas);
    }
    String text = "covariance is not positive semidefinite";
    if (smallest == null) {
      return text;
    }
    return text
        + ": "
        + subject
        + format("%.3g", smallest.value())
        + ", carried by "
        + carriers(smallest.vector(), assets);
  }

  /** The assets of the largest loadings, the first of which is written positive. */
  private static String carriers(double[] vector, List<String> assets) {
    // Loadings that look alike are in the order of the assets, whatever the rounding.
    List<Integer> order =
        IntStream.range(0, vector.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> -Math.round(100 * Math.abs(vector[i]))))
            .toList();
    double largest = vector[order.get(0)];
    List<Integer> notable =
        order.stream().filter(i -> Math.abs(vector[i]) >= NOTABLE * Math.abs(largest)).toList();
    String text =
        notable.stream()
            .limit(MOST_NAMED)
            .map(i -> assets.get(i) + " (" + format("%.2f", vector[i] * Math.signum(largest)) + ")")
            .collect(Collectors.joining(", "));
    int more = notable.size() - MOST_NAMED;
    return more > 0 ? text + " and " + more + " more" : text;
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
