package io.parabola.internal;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Objective;
import java.util.List;
import java.util.stream.IntStream;

/** What makes a scenario's data unusable, in one line that names the scenario and the place. */
public final class ScenarioChecks {
  private final BatchData batch;
  private final int s;
  private final List<String> assets;
  private final int n;

  private ScenarioChecks(BatchData batch, int s) {
    this.batch = batch;
    this.s = s;
    assets = batch.problem().covariance().assets();
    n = assets.size();
  }

  /**
   * The first thing that is wrong with one scenario.
   *
   * @param batch the batch, its matrices open
   * @param s the scenario
   * @return one line that does not name the scenario, or null if its data are valid
   */
  public static String trouble(BatchData batch, int s) {
    ScenarioChecks checks = new ScenarioChecks(batch, s);
    String trouble = checks.values(new ScenarioData(batch, s));
    if (trouble == null) {
      trouble = checks.costs(batch.costs());
    }
    if (trouble == null) {
      trouble = checks.covariance(batch.covariances());
    }
    return trouble;
  }

  /**
   * Whether a scenario's own covariance is one.
   *
   * @param batch a batch whose scenarios have covariances of their own, its matrices open
   * @param s the scenario
   * @return true if it is symmetric and positive semidefinite
   */
  public static boolean isCovariance(BatchData batch, int s) {
    return new ScenarioChecks(batch, s).covariance(batch.covariances()) == null;
  }

  private String values(ScenarioData data) {
    String trouble = objective(data.problem.objective().kind(), data.objectiveValue);
    trouble = first(trouble, finite("budget", data.budget));
    trouble = first(trouble, finite("expectedReturns", data.expectedReturns));
    trouble = first(trouble, bounds(data.lower, data.upper));
    trouble = first(trouble, finite("start", data.start));
    for (int r = 0; r < data.rowLower.length && trouble == null; r++) {
      String name = data.problem.rows().names().get(r);
      trouble = RowData.limitTrouble(name, data.rowLower[r], data.rowUpper[r]);
      trouble = first(trouble, finite("row " + name + ": coefficients", data.rows[r]));
    }
    trouble = first(trouble, finite("currentWeights", data.currentWeights));
    trouble = first(trouble, finite("benchmark", data.benchmark));
    trouble = first(trouble, limit("maximumTurnover", data.maximumTurnover));
    return first(trouble, limit("maximumGrossExposure", data.maximumGrossExposure));
  }

  private String costs(CostOverrides costs) {
    String trouble = rates("buyCosts", costs.buy());
    trouble = first(trouble, rates("sellCosts", costs.sell()));
    trouble = first(trouble, rates("quadraticCosts", costs.quadratic()));
    return first(trouble, rates("powerCosts", costs.power()));
  }

  private String rates(String what, Matrix rates) {
    return rates == null ? null : within(what, rates, Double.MAX_VALUE);
  }

  private static String first(String trouble, String next) {
    return trouble != null ? trouble : next;
  }

  private static String objective(Objective.Kind kind, double value) {
    try {
      new Objective(kind, value);
      return null;
    } catch (InvalidInputException e) {
      return e.getMessage();
    }
  }

  private static String finite(String what, double value) {
    return Double.isFinite(value) ? null : what + " = " + value + ": must be finite";
  }

  private String finite(String what, double[] values) {
    for (int i = 0; values != null && i < n; i++) {
      if (!Double.isFinite(values[i])) {
        return finite(what + "[" + assets.get(i) + "]", values[i]);
      }
    }
    return null;
  }

  private static String limit(String what, double value) {
    return value >= 0 ? null : what + " = " + value + ": must be at least 0";
  }

  private String bounds(double[] lower, double[] upper) {
    for (int i = 0; i < n; i++) {
      String asset = assets.get(i);
      if (Double.isNaN(lower[i]) || lower[i] == Double.POSITIVE_INFINITY) {
        return "lower[" + asset + "] = " + lower[i] + ": must be a number or minus infinity";
      }
      if (Double.isNaN(upper[i]) || upper[i] == Double.NEGATIVE_INFINITY) {
        return "upper[" + asset + "] = " + upper[i] + ": must be a number or infinity";
      }
      if (lower[i] > upper[i]) {
        return "bounds of " + asset + " cross: lower " + lower[i] + " > upper " + upper[i];
      }
    }
    return null;
  }

  private String covariance(CovarianceOverrides covariances) {
    if (covariances.volatilityMultipliers() != null) {
      String trouble =
          within("volatilityMultipliers", covariances.volatilityMultipliers(), Double.MAX_VALUE);
      if (trouble != null) {
        return trouble;
      }
    }
    if (covariances.correlationStress() != null) {
      String trouble = within("correlationStress", covariances.correlationStress(), 1);
      if (trouble != null) {
        return trouble;
      }
    }
    if (covariances.specificVariance() != null) {
      String trouble = within("specificVariance", covariances.specificVariance(), Double.MAX_VALUE);
      if (trouble != null) {
        return trouble;
      }
    }
    if (covariances.factorCovariance() != null) {
      int k = Internals.get().factors(batch.problem().covariance()).factors();
      double[] omega = new double[k * k];
      covariances.factorCovariance().getRow(s, omega);
      return semidefinite("factorCovariance: ", omega, factorNames(k));
    }
    if (covariances.own() != null && !covariances.trusted()) {
      double[] sigma = new double[n * n];
      double[] row = new double[n];
      for (int i = 0; i < n; i++) {
        covariances.own().getRow((long) s * n + i, row);
        System.arraycopy(row, 0, sigma, i * n, n);
      }
      return semidefinite("", sigma, assets);
    }
    return null;
  }

  private String within(String what, Matrix values, double most) {
    for (int i = 0; i < values.columns(); i++) {
      double value = values.get(s, i);
      if (!(value >= 0 && value <= most)) {
        return what
            + (values.columns() == n ? "[" + assets.get(i) + "]" : "")
            + " = "
            + value
            + (most == 1 ? ": must be from 0 to 1" : ": must be finite and at least 0");
      }
    }
    return null;
  }

  private static String semidefinite(String what, double[] matrix, List<String> names) {
    try {
      Covariance.of(names, matrix);
      return null;
    } catch (InvalidInputException e) {
      return what + e.getMessage();
    }
  }

  private static List<String> factorNames(int k) {
    return IntStream.range(0, k).mapToObj(f -> "factor " + f).toList();
  }
}
