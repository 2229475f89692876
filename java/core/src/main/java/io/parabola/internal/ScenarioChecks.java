package io.parabola.internal;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What makes a scenario's data unusable, in one line that names the scenario and the place. */
public final class ScenarioChecks {
  /** Of smaller numbers only products of many overflow, for which none of them is to blame. */
  private static final double EXTREME = 1e100;

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
   * The most extreme number of a scenario whose data are valid: what makes the others' products
   * overflow. Weights to start from never do, as they are first brought within the bounds.
   *
   * @param batch the batch, its matrices open
   * @param s the scenario
   * @return one line that does not name the scenario, or null if no number is extreme
   */
  static String extreme(BatchData batch, int s) {
    ScenarioChecks checks = new ScenarioChecks(batch, s);
    Extreme extreme = new Extreme();
    checks.values(new ScenarioData(batch, s), extreme);
    checks.covariance(batch.covariances(), extreme);
    return extreme.line;
  }

  /** Keeps the most extreme of the numbers it sees; infinite limits are none. */
  private static final class Extreme {
    private static final String TOO_LARGE = ": too large to be computed with";

    String line;
    private double size = EXTREME;

    void see(String what, double value) {
      seeLine(what + " = ", value);
    }

    void see(String what, double[] values, List<String> names) {
      seeRow(what + "[", values, names);
    }

    void seeRow(String start, double[] values, List<String> names) {
      for (int i = 0; values != null && i < values.length; i++) {
        if (isMore(Math.abs(values[i]))) {
          see(start + names.get(i) + "]", values[i]);
        }
      }
    }

    void seeLine(String start, double value) {
      keep(start + value + TOO_LARGE, Math.abs(value));
    }

    /** Engines divide by a risk aversion as well as multiply with it. */
    void seeRiskAversion(double value) {
      see("riskAversion", value);
      if (value > 0) {
        keep(
            "riskAversion = " + value + ": too small to divide the expected returns by",
            Math.min(1 / value, Double.MAX_VALUE));
      }
    }

    /** Infinite where the squares of what it is made of overflow. */
    void seeVariance(String asset, double variance) {
      keep(
          "covariance[" + asset + ", " + asset + "] = " + variance + TOO_LARGE,
          Math.min(variance, Double.MAX_VALUE));
    }

    private boolean isMore(double other) {
      return other > size && other < Double.POSITIVE_INFINITY;
    }

    private void keep(String newLine, double newSize) {
      if (isMore(newSize)) {
        line = newLine;
        size = newSize;
      }
    }
  }

  private void values(ScenarioData data, Extreme extreme) {
    switch (data.problem.objective().kind()) {
      case RISK_AVERSION:
        extreme.seeRiskAversion(data.objectiveValue);
        break;
      case TARGET_RETURN:
        extreme.see("targetReturn", data.objectiveValue);
        break;
      case TARGET_RISK:
        extreme.see("targetRisk", data.objectiveValue);
        break;
      case MAXIMUM_SHARPE:
        extreme.see("riskFree", data.objectiveValue);
        break;
      default:
    }
    extreme.see("budget", data.budget);
    extreme.see("expectedReturns", data.expectedReturns, assets);
    extreme.see("lower", data.lower, assets);
    extreme.see("upper", data.upper, assets);
    for (int r = 0; r < data.rows.length; r++) {
      String row = "row " + data.problem.rows().names().get(r);
      extreme.see(row + ": coefficients", data.rows[r], assets);
      extreme.seeLine(row + ": lower limit ", data.rowLower[r]);
      extreme.seeLine(row + ": upper limit ", data.rowUpper[r]);
    }
    extreme.see("currentWeights", data.currentWeights, assets);
    extreme.see("benchmark", data.benchmark, assets);
    extreme.see("maximumTurnover", data.maximumTurnover);
    extreme.see("maximumGrossExposure", data.maximumGrossExposure);
    if (data.costs != null) {
      CostOverrides own = batch.costs();
      String shared = "transaction costs: ";
      extreme.see(own.buy() != null ? "buyCosts" : shared + "buy", data.costs.buy(), assets);
      extreme.see(own.sell() != null ? "sellCosts" : shared + "sell", data.costs.sell(), assets);
      extreme.see(
          own.quadratic() != null ? "quadraticCosts" : shared + "quadratic",
          data.costs.quadratic(),
          assets);
      extreme.see(
          own.power() != null ? "powerCosts" : shared + "power", data.costs.power(), assets);
    }
  }

  private void covariance(CovarianceOverrides covariances, Extreme extreme) {
    if (hasOwnCovariance()) {
      double[] row = new double[n];
      for (int i = 0; i < n; i++) {
        ownRow(i, row);
        extreme.seeRow("covariance[" + assets.get(i) + ", ", row, assets);
      }
    } else if (covariances.factorCovariance() != null || covariances.specificVariance() != null) {
      factors(covariances, extreme);
    } else {
      for (int i = 0; i < n; i++) {
        extreme.seeVariance(assets.get(i), batch.problem().covariance().variance(i));
      }
      extreme.see("volatilityMultipliers", row(covariances.volatilityMultipliers(), null), assets);
    }
  }

  private void factors(CovarianceOverrides covariances, Extreme extreme) {
    FactorData shared = Internals.get().factors(batch.problem().covariance());
    int k = shared.factors();
    List<String> names = factorNames(k);
    double[] exposures = new double[k];
    for (int i = 0; i < n; i++) {
      for (int f = 0; f < k; f++) {
        exposures[f] = shared.exposures().get(f, i);
      }
      extreme.seeRow("exposures[" + assets.get(i) + ", ", exposures, names);
    }
    double[] omega = row(covariances.factorCovariance(), shared.factorCovariance());
    for (int f = 0; f < k; f++) {
      double[] omegaRow = Arrays.copyOfRange(omega, f * k, (f + 1) * k);
      extreme.seeRow("factorCovariance: covariance[" + names.get(f) + ", ", omegaRow, names);
    }
    double[] specific = row(covariances.specificVariance(), shared.specificVariance());
    extreme.see("specificVariance", specific, assets);
  }

  private double[] row(Matrix overrides, double[] shared) {
    if (overrides == null) {
      return shared;
    }
    double[] row = new double[overrides.columns()];
    overrides.getRow(s, row);
    return row;
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
    if (!hasOwnCovariance()) {
      return null;
    }
    if (covariances.trusted()) {
      return entries();
    }
    double[] sigma = new double[n * n];
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      ownRow(i, row);
      System.arraycopy(row, 0, sigma, i * n, n);
    }
    return semidefinite("", sigma, assets);
  }

  private boolean hasOwnCovariance() {
    return batch.covariances().own() != null || batch.device().covariances() != null;
  }

  private void ownRow(int i, double[] row) {
    if (batch.covariances().own() != null) {
      batch.covariances().own().getRow((long) s * n + i, row);
    } else {
      batch.device().covariances().getRow((long) s * n + i, row);
    }
  }

  /** Trust is in what the numbers are together, not in that they are numbers. */
  private String entries() {
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      ownRow(i, row);
      for (int j = 0; j < n; j++) {
        boolean negative = i == j && row[j] < 0;
        if (!Double.isFinite(row[j]) || negative) {
          return "covariance["
              + assets.get(i)
              + ", "
              + assets.get(j)
              + "] = "
              + row[j]
              + (negative ? ": a variance cannot be negative" : ": must be finite");
        }
      }
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
