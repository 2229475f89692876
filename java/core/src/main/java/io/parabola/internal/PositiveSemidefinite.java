package io.parabola.internal;

import io.parabola.CovarianceDiagnosis.Loading;
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
  public static final double ROUNDING = 1e-13;

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
    double[] deviation = deviations(covariance);
    double tolerance = deviation.length * ROUNDING;
    try (Matrix correlation = Matrix.allocate(deviation.length, deviation.length)) {
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

  /**
   * The verdict without the explanation.
   *
   * @param covariance Σ [n, n], finite, symmetric, its diagonal not negative; not modified
   * @param assets n names
   * @return whether {@link #check(Matrix, List)} passes
   */
  static boolean passes(Matrix covariance, List<String> assets) {
    double[] deviation = deviations(covariance);
    int n = deviation.length;
    try (Matrix correlation = Matrix.allocate(n, n)) {
      scale(covariance, assets, deviation, 1 + n * ROUNDING, correlation);
      Blas blas = BlasSelection.forWork(Math.pow(n, 3) / 6);
      return new UpperTriangle(correlation).cholesky(blas);
    } catch (InvalidInputException e) {
      // An asset without variance has a covariance.
      return false;
    }
  }

  private static double[] deviations(Matrix covariance) {
    double[] deviation = new double[covariance.columns()];
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = Math.sqrt(covariance.get(i, i));
    }
    return deviation;
  }

  /** The largest correlation seen. */
  private static final class Worst {
    double magnitude;
    double value;
    int i;
    int j;

    String text(List<String> assets) {
      return impossible(assets.get(i), assets.get(j), value);
    }
  }

  /**
   * Names a correlation that cannot be.
   *
   * @param first an asset
   * @param second another
   * @param correlation beyond 1 or −1
   * @return for instance "correlation(A, B) = 1.0728 &gt; 1"
   */
  public static String impossible(String first, String second, double correlation) {
    String number = format("%.4f", correlation);
    if (Math.abs(Double.parseDouble(number)) == 1) {
      number = Double.toString(correlation);
    }
    String pair = "correlation(" + first + ", " + second + ") = " + number;
    return pair + (correlation > 0 ? " > 1" : " < -1");
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
    return text + ": " + subject + carried(smallest.value(), loadings(smallest.vector(), assets));
  }

  /**
   * An eigenvalue with the assets that carry it.
   *
   * @param eigenvalue λ
   * @param loadings of the largest
   * @return for instance "-0.0425, carried by A (0.63), B (-0.59)"
   */
  public static String carried(double eigenvalue, List<Loading> loadings) {
    String text =
        loadings.stream()
            .limit(MOST_NAMED)
            .map(loading -> loading.asset() + " (" + format("%.2f", loading.weight()) + ")")
            .collect(Collectors.joining(", "));
    int more = loadings.size() - MOST_NAMED;
    return format("%.3g", eigenvalue)
        + ", carried by "
        + (more > 0 ? text + " and " + more + " more" : text);
  }

  /**
   * The assets that carry an eigenvalue.
   *
   * @param vector [n], its eigenvector; not modified
   * @param assets n names
   * @return those of at least half the largest loading, the largest first and positive
   */
  public static List<Loading> loadings(double[] vector, List<String> assets) {
    // Loadings that look alike are in the order of the assets, whatever the rounding.
    List<Integer> order =
        IntStream.range(0, vector.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> -Math.round(100 * Math.abs(vector[i]))))
            .toList();
    double largest = vector[order.get(0)];
    return order.stream()
        .filter(i -> Math.abs(vector[i]) >= NOTABLE * Math.abs(largest))
        .map(i -> new Loading(assets.get(i), vector[i] * Math.signum(largest)))
        .toList();
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
