package io.parabola.models.stress;

import io.parabola.Covariance;
import io.parabola.Matrix;
import io.parabola.internal.FactorData;
import io.parabola.internal.Internals;

/**
 * Σw and w'Σw, for a covariance that is a matrix or made of factors; also under stress. Immutable;
 * may be used from many threads.
 */
final class QuadraticForm {
  private final int n;
  private final double[][] rows; // Σ, or the root G of Σ = G'G + diag(d)
  private final double[] specific; // d, or null for a matrix
  private final double[] deviation;

  private QuadraticForm(int n, double[][] rows, double[] specific, double[] deviation) {
    this.n = n;
    this.rows = rows;
    this.specific = specific;
    this.deviation = deviation;
  }

  static QuadraticForm of(Covariance covariance) {
    int n = covariance.size();
    FactorData factors = Internals.get().factors(covariance);
    Matrix matrix = factors == null ? Internals.get().matrix(covariance) : factors.root();
    double[][] rows = new double[(int) matrix.rows()][n];
    for (int k = 0; k < rows.length; k++) {
      matrix.getRow(k, rows[k]);
    }
    double[] deviation = new double[n];
    for (int i = 0; i < n; i++) {
      deviation[i] = Math.sqrt(covariance.variance(i));
    }
    return new QuadraticForm(
        n, rows, factors == null ? null : factors.specificVariance(), deviation);
  }

  /** √Σᵢᵢ. */
  double deviation(int i) {
    return deviation[i];
  }

  /** Writes Σw and returns w'Σw. */
  double product(double[] w, double[] product) {
    java.util.Arrays.fill(product, 0);
    double sum = 0;
    for (int k = 0; k < rows.length; k++) {
      double[] row = rows[k];
      double factor = specific == null ? w[k] : dot(row, w);
      if (factor != 0) {
        for (int i = 0; i < n; i++) {
          product[i] += factor * row[i];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      if (specific != null) {
        product[i] += specific[i] * w[i];
      }
      sum += w[i] * product[i];
    }
    return sum;
  }

  /** w'Σw. */
  double variance(double[] w) {
    double sum = 0;
    for (int k = 0; k < rows.length; k++) {
      if (specific != null) {
        double factor = dot(rows[k], w);
        sum += factor * factor;
      } else if (w[k] != 0) {
        sum += w[k] * dot(rows[k], w);
      }
    }
    for (int i = 0; specific != null && i < n; i++) {
      sum += specific[i] * w[i] * w[i];
    }
    return Math.max(0, sum);
  }

  /**
   * What all assets are worth in standard deviations: σ'w, the volatility where correlations are 1.
   */
  double total(double[] w) {
    return dot(deviation, w);
  }

  private double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
