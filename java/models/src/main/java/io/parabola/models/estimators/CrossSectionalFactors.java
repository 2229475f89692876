package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A factor model whose exposures are known (Barra's kind): at each time the returns are regressed
 * across the assets on what was known of them before, r_t = X_{t−1} f_t + ε_t, by weighted least
 * squares. Ω is the sample covariance of the factor returns so found, d the variance of each
 * asset's own returns about it, and the exposures of the model are the latest.
 *
 * <p>Descriptors of risk: that an exposure explains returns across assets says nothing about which
 * way they will go.
 */
public final class CrossSectionalFactors {
  private CrossSectionalFactors() {}

  /**
   * The model, and what it was found from.
   *
   * @param model its exposures are those of the last time
   * @param factorReturns f [periods][k]
   * @param periods how many were regressed
   * @param leftOut how many were not, because a descriptor was missing for all assets, or those
   *     that were there could not be told apart
   */
  public record Estimate(FactorModel model, double[][] factorReturns, int periods, int leftOut) {}

  /**
   * Regresses.
   *
   * @param assets n names
   * @param returns [T, n], finite; not modified
   * @param descriptors k descriptors of the same n assets and T times, as {@link Descriptor} leaves
   *     them; a return is explained by the descriptors of the time before it. They should have been
   *     standardised
   * @param weights what each asset counts [n], above 0, such as the root of its market value; null
   *     for one each
   * @param market whether a factor that all assets have an exposure of one to comes first
   * @return the model; times at which a descriptor is missing for all assets or is a combination of
   *     the others are left out, single missing ones count as zero, the mean
   * @throws InvalidInputException if a shape differs, two factors have one name, there are too few
   *     assets or times, or a descriptor is a combination of the others all the time
   */
  public static Estimate estimate(
      List<String> assets,
      Matrix returns,
      List<Descriptor> descriptors,
      double[] weights,
      boolean market) {
    Sample.requireShape(assets, returns);
    int n = assets.size();
    int observations = Math.toIntExact(returns.rows());
    List<String> names = new ArrayList<>();
    if (market) {
      names.add("market");
    }
    for (Descriptor descriptor : descriptors) {
      if (descriptor.times() != observations || descriptor.assets() != n) {
        throw new InvalidInputException(
            "descriptor "
                + descriptor.name()
                + " is "
                + descriptor.times()
                + " x "
                + descriptor.assets()
                + ", but the returns are "
                + observations
                + " x "
                + n);
      }
      if (names.contains(descriptor.name())) {
        throw new InvalidInputException(
            "descriptor " + descriptor.name() + ": another factor has that name");
      }
      names.add(descriptor.name());
    }
    int k = names.size();
    if (k == 0 || n <= k) {
      throw new InvalidInputException(
          n + " assets for " + k + " factors: needs more assets than factors, and a factor");
    }
    double[] roots = new double[n];
    for (int i = 0; i < n; i++) {
      double weight = weights == null ? 1 : weights[i];
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw new InvalidInputException("weight of " + assets.get(i) + " is " + weight);
      }
      roots[i] = Math.sqrt(weight);
    }
    List<double[]> factorReturns = new ArrayList<>();
    List<double[]> rests = new ArrayList<>();
    List<double[]> all = new ArrayList<>();
    double[] row = new double[n];
    String dependent = null;
    for (int t = 1; t < observations; t++) {
      double[][] x = exposures(descriptors, market, t - 1, n);
      if (x == null) {
        continue;
      }
      returns.getRow(t, row);
      double[][] weighted = new double[n][];
      double[][] y = new double[n][1];
      for (int i = 0; i < n; i++) {
        double root = roots[i];
        weighted[i] = Arrays.stream(x[i]).map(value -> value * root).toArray();
        y[i][0] = row[i] * root;
      }
      double[][] f;
      try {
        f = LeastSquares.solve(weighted, y, names);
      } catch (InvalidInputException e) {
        // As in the early days of a chain, when one or two assets have a descriptor.
        dependent = "descriptors at time " + (t - 1) + ": " + e.getMessage();
        continue;
      }
      double[] rest = row.clone();
      double[] found = new double[k];
      for (int a = 0; a < k; a++) {
        found[a] = f[a][0];
        for (int i = 0; i < n; i++) {
          rest[i] -= x[i][a] * found[a];
        }
      }
      factorReturns.add(found);
      rests.add(rest);
      all.add(row.clone());
    }
    double[][] latest = exposures(descriptors, market, observations - 1, n);
    if (factorReturns.size() < 2 && dependent != null) {
      throw new InvalidInputException(dependent);
    }
    if (factorReturns.size() < 2 || latest == null) {
      throw new InvalidInputException(
          "descriptors at " + factorReturns.size() + " times: needs 2 at least, and the last one");
    }
    double[] exposures = new double[n * k];
    for (int i = 0; i < n; i++) {
      System.arraycopy(latest[i], 0, exposures, i * k, k);
    }
    double[] specific = variances(rests, n);
    double[] whole = variances(all, n);
    double[] explained = new double[n];
    for (int i = 0; i < n; i++) {
      explained[i] = whole[i] > 0 ? 1 - specific[i] / whole[i] : 0;
    }
    FactorModel model =
        new FactorModel(
            assets,
            names,
            exposures,
            covariance(factorReturns, k),
            specific,
            new double[n],
            explained);
    int periods = factorReturns.size();
    return new Estimate(
        model, factorReturns.toArray(double[][]::new), periods, observations - 1 - periods);
  }

  /** X [n][k] at a time; null if a descriptor is missing for all. */
  private static double[][] exposures(List<Descriptor> descriptors, boolean market, int t, int n) {
    double[][] x = new double[n][descriptors.size() + (market ? 1 : 0)];
    int column = 0;
    if (market) {
      for (double[] row : x) {
        row[0] = 1;
      }
      column = 1;
    }
    for (Descriptor descriptor : descriptors) {
      boolean any = false;
      for (int i = 0; i < n; i++) {
        double value = descriptor.get(t, i);
        any |= !Double.isNaN(value);
        x[i][column] = Double.isNaN(value) ? 0 : value;
      }
      if (!any) {
        return null;
      }
      column++;
    }
    return x;
  }

  private static double[] variances(List<double[]> rows, int n) {
    double[] variances = new double[n];
    for (int i = 0; i < n; i++) {
      double mean = 0;
      for (double[] row : rows) {
        mean += row[i] / rows.size();
      }
      for (double[] row : rows) {
        variances[i] += (row[i] - mean) * (row[i] - mean) / (rows.size() - 1);
      }
    }
    return variances;
  }

  private static double[] covariance(List<double[]> rows, int k) {
    double[] mean = new double[k];
    for (double[] row : rows) {
      for (int a = 0; a < k; a++) {
        mean[a] += row[a] / rows.size();
      }
    }
    double[] sum = new double[k * k];
    for (double[] row : rows) {
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          sum[a * k + b] += (row[a] - mean[a]) * (row[b] - mean[b]) / (rows.size() - 1);
        }
      }
    }
    return sum;
  }
}
