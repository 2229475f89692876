package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.Shares;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Nonlinear shrinkage: the sample's eigenvectors, with eigenvalues that are each moved as far as is
 * best (Ledoit and Wolf). T stands for T − 1, because a mean is estimated too; with c = n/T, λ the
 * sample's eigenvalues that are not zero by rank, and means over these,
 *
 * <pre>
 *   quadratic inverse shrinkage (2022): with ℓ = 1/λ, h = min(c², 1/c²)^0.35 / n^0.35,
 *     θ_i = mean_j ℓ_j (ℓ_j − ℓ_i)/((ℓ_j − ℓ_i)² + h² ℓ_j²),  H_i = mean_j ℓ_j h ℓ_j /(the same),  A² = θ² + H²
 *     n &lt;= T:  δ = 1/((1−c)² ℓ + 2c(1−c) ℓ θ + c² ℓ A²),  scaled to keep the trace
 *   analytical (2020): d = λ/((π c λ f)² + (1 − c − π c λ Hf)²),
 *     f and Hf a kernel estimate (Epanechnikov, bandwidth λ T^(−1/3)) of λ's density and its Hilbert transform
 * </pre>
 *
 * <p>Linear and geometric inverse shrinkage are the companions of the first, for more returns than
 * assets. Assets that do not move have no part in it, and no variance. The time is that of the
 * eigenvalues.
 */
public final class NonlinearShrinkage implements CovarianceEstimator {
  /** Which eigenvalues. */
  public enum Kind {
    /** Quadratic inverse shrinkage, QIS. */
    QUADRATIC_INVERSE("qis"),
    /** Geometric inverse shrinkage, GIS. */
    GEOMETRIC_INVERSE("gis"),
    /** Linear inverse shrinkage, LIS. */
    LINEAR_INVERSE("lis"),
    /** The analytical formula of 2020. */
    ANALYTICAL("analytical-nonlinear");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /** Below, the kernel of fewer observations than assets reaches past zero, where it is nothing. */
  private static final int LEAST_ANALYTICAL = 12;

  private static final double SERIES_FROM = 10;
  private static final int SERIES_TERMS = 12;

  private final Kind kind;

  /**
   * Creates it.
   *
   * @param kind which eigenvalues
   */
  public NonlinearShrinkage(Kind kind) {
    this.kind = kind;
  }

  @Override
  public String name() {
    return kind.label;
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 3)) {
      int[] moving = sample.moving();
      int effective = sample.observations - 1;
      requireEnough(moving.length, effective);
      if (moving.length == 0) {
        return new CovarianceEstimate(
            name(), sample.trusted(), sample.mean, Map.of("concentration", 0.0), List.of());
      }
      Spectrum spectrum = new Spectrum(sample.of(moving), moving.length);
      return new CovarianceEstimate(
          name(),
          sample.trusted(spectrum.with(shrunk(spectrum, effective)), moving),
          sample.mean,
          Map.of("concentration", (double) moving.length / effective),
          List.of());
    }
  }

  private void requireEnough(int n, int effective) {
    if (n <= effective || kind == Kind.QUADRATIC_INVERSE) {
      return;
    }
    if (kind == Kind.ANALYTICAL && effective >= LEAST_ANALYTICAL) {
      return;
    }
    throw new InvalidInputException(
        name()
            + ": "
            + (effective + 1)
            + " returns of "
            + n
            + " assets: needs "
            + (kind == Kind.ANALYTICAL
                ? (LEAST_ANALYTICAL + 1) + " returns at least, or more returns than assets"
                : "more returns than assets, for its loss is of the inverse; qis does not"));
  }

  /** The eigenvalues [n], ascending with the sample's. */
  private double[] shrunk(Spectrum spectrum, int effective) {
    int n = spectrum.n;
    int count = Math.min(n, effective);
    double[] lambda = spectrum.largest(count);
    int zeros = 0;
    while (zeros < count && !(lambda[zeros] > 1e-14 * n * lambda[count - 1])) {
      zeros++;
    }
    double[] positive = Arrays.copyOfRange(lambda, zeros, count);
    double[] shrunk = new double[n];
    if (positive.length == 0) {
      return shrunk;
    }
    // Zeros beside enough observations are portfolios that do not move, such as a pair of twins:
    // they stay zeros. With fewer observations than assets nobody can tell these from the others.
    boolean deficient = n > effective;
    int p = deficient ? n : positive.length;
    double[] found =
        kind == Kind.ANALYTICAL
            ? analytical(positive, p, effective)
            : inverse(positive, p, effective);
    // First, if there are fewer observations than assets, what zero eigenvalues become.
    if (deficient) {
      Arrays.fill(shrunk, 0, n - positive.length, found[0]);
    }
    System.arraycopy(found, deficient ? 1 : 0, shrunk, n - positive.length, positive.length);
    if (kind == Kind.QUADRATIC_INVERSE) {
      double trace = Arrays.stream(positive).sum();
      double sum = Arrays.stream(shrunk).sum();
      for (int k = 0; k < n; k++) {
        shrunk[k] *= trace / sum;
      }
    }
    return shrunk;
  }

  /** With one more in front, of the zeros, if p is above the observations. */
  private double[] inverse(double[] lambda, int p, int effective) {
    int m = lambda.length;
    double c = (double) p / effective;
    double h = Math.pow(Math.min(c * c, 1 / (c * c)), 0.35) / Math.pow(p, 0.35);
    double[] inverse = new double[m];
    Arrays.setAll(inverse, k -> 1 / lambda[k]);
    double[] theta = new double[m];
    double[] hilbert = new double[m];
    each(
        m,
        i -> {
          double a = 0;
          double b = 0;
          for (int j = 0; j < m; j++) {
            double l = inverse[j];
            double d = l - inverse[i];
            double w = l / (d * d + h * h * l * l);
            a += w * d;
            b += w * h * l;
          }
          theta[i] = a / m;
          hilbert[i] = b / m;
        });
    boolean deficient = p > effective;
    double[] delta = new double[m + (deficient ? 1 : 0)];
    double least = inverse[m - 1];
    for (int i = 0; i < m; i++) {
      double l = inverse[i];
      double a2 = theta[i] * theta[i] + hilbert[i] * hilbert[i];
      double quadratic =
          deficient
              ? l * a2
              : (1 - c) * (1 - c) * l + 2 * c * (1 - c) * l * theta[i] + c * c * l * a2;
      double linear = Math.max((1 - c) * l + 2 * c * l * theta[i], least);
      double one =
          switch (kind) {
            case QUADRATIC_INVERSE -> quadratic;
            case LINEAR_INVERSE -> linear;
            default -> Math.sqrt(quadratic * linear);
          };
      delta[i + (deficient ? 1 : 0)] = 1 / one;
    }
    if (deficient) {
      delta[0] = 1 / ((c - 1) * Arrays.stream(inverse).average().orElseThrow());
    }
    return delta;
  }

  private static double[] analytical(double[] lambda, int p, int effective) {
    int m = lambda.length;
    double c = (double) p / effective;
    double h = Math.pow(effective, -1.0 / 3);
    double root5 = Math.sqrt(5);
    double[] density = new double[m];
    double[] hilbert = new double[m];
    each(
        m,
        i -> {
          double f = 0;
          double g = 0;
          for (int j = 0; j < m; j++) {
            double width = h * lambda[j];
            double x = (lambda[i] - lambda[j]) / width;
            double inside = 1 - x * x / 5;
            f += Math.max(inside, 0) / width;
            g += hilbert(x) / width;
          }
          density[i] = 3 / (4 * root5) * f / m;
          hilbert[i] = g / m;
        });
    boolean deficient = p > effective;
    double[] d = new double[m + (deficient ? 1 : 0)];
    for (int i = 0; i < m; i++) {
      double l = lambda[i];
      double a = Math.PI * c * l * density[i];
      double b = 1 - c - Math.PI * c * l * hilbert[i];
      double square = Math.PI * Math.PI * l * l;
      d[i + (deficient ? 1 : 0)] =
          deficient
              ? l / (square * (density[i] * density[i] + hilbert[i] * hilbert[i]))
              : l / (a * a + b * b);
    }
    if (deficient) {
      double zero =
          1
              / Math.PI
              * (3 / (10 * h * h)
                  + 3
                      / (4 * root5)
                      / h
                      * (1 - 1 / (5 * h * h))
                      * Math.log((1 + root5 * h) / (1 - root5 * h)))
              * Arrays.stream(lambda).map(l -> 1 / l).average().orElseThrow();
      d[0] = 1 / (Math.PI * (p - effective) / effective * zero);
    }
    return d;
  }

  /**
   * The Hilbert transform of Epanechnikov's kernel, −3x/(10π) + 3/(4√5π) (1 − x²/5)
   * ln|(√5−x)/(√5+x)|. Far out both terms are of size x and cancel but for 1/x: there by its series
   * in u = √5/x, −3/(√5π) Σ u^(2k+1)/((2k+1)(2k+3)).
   */
  static double hilbert(double x) {
    double root5 = Math.sqrt(5);
    if (Math.abs(x) > SERIES_FROM) {
      double u = root5 / x;
      double sum = 0;
      for (int odd = 2 * SERIES_TERMS + 1; odd > 0; odd -= 2) {
        sum = sum * u * u + 1.0 / (odd * (odd + 2));
      }
      return -3 / (root5 * Math.PI) * u * sum;
    }
    double term = -3 / (10 * Math.PI) * x;
    double ratio = Math.abs((root5 - x) / (root5 + x));
    return ratio > 0 && ratio < Double.POSITIVE_INFINITY
        ? term + 3 / (4 * root5 * Math.PI) * (1 - x * x / 5) * Math.log(ratio)
        : term;
  }

  private static void each(int count, java.util.function.IntConsumer work) {
    int together = 64;
    int parts = (count + together - 1) / together;
    Shares.over(
        count < 2 * together ? 1 : Runtime.getRuntime().availableProcessors(),
        parts,
        turns ->
            turns.each(
                part -> {
                  int end = Math.min(count, (part + 1) * together);
                  for (int i = part * together; i < end; i++) {
                    work.accept(i);
                  }
                }));
  }
}
