package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.SampleCovariance;
import java.util.ArrayList;
import java.util.List;

/**
 * A factor model whose factors' returns are known: each asset is regressed on them over time, r_t =
 * a + B f_t + ε_t. Ω is the factors' sample covariance, d what the regressions leave, divisor T − k
 * − 1.
 */
public final class TimeSeriesFactors {
  private TimeSeriesFactors() {}

  /**
   * Regresses.
   *
   * @param assets n names
   * @param returns [T, n], finite; not modified
   * @param factors k names
   * @param factorReturns f [T, k], finite, of the same periods; not modified
   * @return the model
   * @throws InvalidInputException if the shapes differ, there are not more than k + 1 observations,
   *     or a factor is a combination of the others, naming it
   */
  public static FactorModel estimate(
      List<String> assets, Matrix returns, List<String> factors, Matrix factorReturns) {
    Sample.requireShape(assets, returns);
    int n = assets.size();
    int k = factors.size();
    int observations = Math.toIntExact(returns.rows());
    if (factorReturns.columns() != k || factorReturns.rows() != observations) {
      throw new InvalidInputException(
          "factor returns are "
              + factorReturns.rows()
              + " x "
              + factorReturns.columns()
              + ", but "
              + observations
              + " returns and "
              + k
              + " factors need "
              + observations
              + " x "
              + k);
    }
    if (observations <= k + 1) {
      throw new InvalidInputException(
          observations + " returns for " + k + " factors: needs more than " + (k + 1));
    }
    SampleCovariance sample = SampleCovariance.estimate(returns);
    double[] mean = sample.mean();
    SampleCovariance factorSample = SampleCovariance.estimate(factorReturns);
    double[] factorMean = factorSample.mean();
    double[][] x = new double[observations][k];
    double[][] y = new double[observations][n];
    double[] squares = new double[n];
    for (int t = 0; t < observations; t++) {
      returns.getRow(t, y[t]);
      factorReturns.getRow(t, x[t]);
      for (int i = 0; i < n; i++) {
        y[t][i] -= mean[i];
        squares[i] += y[t][i] * y[t][i];
      }
      for (int f = 0; f < k; f++) {
        x[t][f] -= factorMean[f];
      }
    }
    List<String> names = new ArrayList<>();
    factors.forEach(f -> names.add("factor " + f));
    double[][] b = LeastSquares.solve(x, y, names);
    double[] exposures = new double[n * k];
    double[] specific = new double[n];
    double[] alphas = new double[n];
    double[] explained = new double[n];
    for (int i = 0; i < n; i++) {
      // What is left below the k-th row of the reflected right-hand side.
      double rest = 0;
      for (int t = k; t < observations; t++) {
        rest += y[t][i] * y[t][i];
      }
      specific[i] = rest / (observations - k - 1);
      explained[i] = squares[i] > 0 ? 1 - rest / squares[i] : 0;
      alphas[i] = mean[i];
      for (int f = 0; f < k; f++) {
        exposures[i * k + f] = b[f][i];
        alphas[i] -= b[f][i] * factorMean[f];
      }
    }
    return new FactorModel(
        assets, factors, exposures, factorSample.covarianceArray(), specific, alphas, explained);
  }
}
