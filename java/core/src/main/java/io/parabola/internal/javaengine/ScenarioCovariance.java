package io.parabola.internal.javaengine;

import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.internal.CovarianceOverrides;
import io.parabola.internal.FactorData;
import io.parabola.internal.Internals;

/** The covariance of each scenario, formed in full whatever it is made of. */
final class ScenarioCovariance {
  private final double[][] shared;
  private final FactorData factors;
  private final int n;

  /** Reads the problem's covariance, its matrix open. */
  ScenarioCovariance(Problem problem) {
    n = problem.size();
    factors = Internals.get().factors(problem.covariance());
    shared = new double[n][n];
    if (factors == null) {
      Matrix matrix = Internals.get().matrix(problem.covariance());
      for (int i = 0; i < n; i++) {
        matrix.getRow(i, shared[i]);
      }
    } else {
      double[] all = problem.covariance().toArray();
      for (int i = 0; i < n; i++) {
        System.arraycopy(all, i * n, shared[i], 0, n);
      }
    }
  }

  /** Σ of one scenario [n][n], possibly shared: not to be modified. */
  double[][] of(CovarianceOverrides overrides, int s) {
    if (overrides.own() != null) {
      double[][] own = new double[n][n];
      for (int i = 0; i < n; i++) {
        overrides.own().getRow((long) s * n + i, own[i]);
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          own[i][j] = 0.5 * own[i][j] + 0.5 * own[j][i];
          own[j][i] = own[i][j];
        }
      }
      return own;
    }
    if (overrides.factorCovariance() != null || overrides.specificVariance() != null) {
      return ofFactors(overrides, s);
    }
    if (overrides.volatilityMultipliers() != null || overrides.correlationStress() != null) {
      return scaled(overrides, s);
    }
    return shared;
  }

  private double[][] scaled(CovarianceOverrides overrides, int s) {
    double[] multiplier = row(overrides.volatilityMultipliers(), s, 1);
    double[] theta = row(overrides.correlationStress(), s, 0);
    double[][] sigma = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double kept = Math.sqrt((1 - theta[i]) * (1 - theta[j])) * shared[i][j];
        double moved =
            Math.sqrt(theta[i] * theta[j]) * Math.sqrt(shared[i][i]) * Math.sqrt(shared[j][j]);
        double stressed = i == j ? shared[i][i] : kept + moved;
        sigma[i][j] = multiplier[i] * multiplier[j] * stressed;
      }
    }
    return sigma;
  }

  private double[] row(Matrix values, int s, double missing) {
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      row[i] = values == null ? missing : values.get(s, values.columns() == 1 ? 0 : i);
    }
    return row;
  }

  private double[][] ofFactors(CovarianceOverrides overrides, int s) {
    int k = factors.factors();
    double[] omega = factors.factorCovariance();
    if (overrides.factorCovariance() != null) {
      omega = new double[k * k];
      overrides.factorCovariance().getRow(s, omega);
    }
    double[] specific = factors.specificVariance();
    if (overrides.specificVariance() != null) {
      specific = new double[n];
      overrides.specificVariance().getRow(s, specific);
    }
    double[][] exposures = new double[k][n];
    for (int f = 0; f < k; f++) {
      factors.exposures().getRow(f, exposures[f]);
    }
    double[][] sigma = new double[n][n];
    for (int f = 0; f < k; f++) {
      for (int h = 0; h < k; h++) {
        double both = 0.5 * omega[f * k + h] + 0.5 * omega[h * k + f];
        for (int i = 0; i < n && both != 0; i++) {
          for (int j = 0; j <= i; j++) {
            sigma[i][j] += exposures[f][i] * both * exposures[h][j];
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      sigma[i][i] += specific[i];
      for (int j = 0; j < i; j++) {
        sigma[j][i] = sigma[i][j];
      }
    }
    return sigma;
  }
}
