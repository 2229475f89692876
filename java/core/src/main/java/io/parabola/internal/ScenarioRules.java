package io.parabola.internal;

import io.parabola.Objective;
import io.parabola.Status;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** When a scenario can be solved at all, and the words for why it was not. */
public final class ScenarioRules {
  /**
   * Weights are looked for up to this many times max(1, |budget|) where nothing else stops them.
   */
  public static final double FARTHEST = 1e6;

  /**
   * Where a bound is infinite all the same, the gap is certified against weights up to this many
   * times the largest of the budget, the weights found, those now held and the benchmark's.
   * (Against the farthest of all, rounding of the gradient would be certified as a gap, a million
   * times over.)
   */
  public static final double CERTIFIED = 10;

  private static final int DIGITS = 12;
  private static final int NAMES = 5;

  private ScenarioRules() {}

  /**
   * By how much the bounds miss the budget. Bounds that miss it by their own rounding, such as ten
   * of 0.1, do meet it.
   *
   * @param lower lower bounds [n], possibly infinite
   * @param upper upper bounds [n], possibly infinite
   * @param budget what the weights have to sum to
   * @return positive: what the upper bounds lack; negative: what the lower bounds have too much; 0:
   *     feasible
   */
  public static double shortfall(double[] lower, double[] upper, double budget) {
    double missing = budget - sum(upper);
    if (missing > rounding(upper, budget)) {
      return missing;
    }
    double excess = sum(lower) - budget;
    if (excess > rounding(lower, budget)) {
      return -excess;
    }
    return 0;
  }

  /**
   * Replaces infinite bounds by what the budget and the other bounds leave room for, which loses no
   * portfolio, or by a box where they leave infinite room.
   *
   * @param lower lower bounds [n], overwritten
   * @param upper upper bounds [n], overwritten
   * @param budget what the weights have to sum to
   * @param farthest the half width of the box
   */
  public static void enclose(double[] lower, double[] upper, double budget, double farthest) {
    double[] room = new double[lower.length];
    for (int i = 0; i < lower.length; i++) {
      room[i] = Double.isInfinite(upper[i]) ? budget - sumOfOthers(lower, i) : upper[i];
    }
    for (int i = 0; i < lower.length; i++) {
      if (Double.isInfinite(lower[i])) {
        double needed = budget - sumOfOthers(upper, i);
        lower[i] = Math.min(upper[i], Math.max(needed, -farthest));
      }
    }
    for (int i = 0; i < lower.length; i++) {
      upper[i] =
          Double.isInfinite(upper[i]) ? Math.max(lower[i], Math.min(room[i], farthest)) : upper[i];
    }
  }

  private static double sumOfOthers(double[] bounds, int excluded) {
    double sum = 0;
    for (int i = 0; i < bounds.length; i++) {
      sum += i == excluded ? 0 : bounds[i];
    }
    return sum;
  }

  /** The sum, to the last bit or two (Neumaier); infinite if a term is. */
  public static double sum(double[] terms) {
    double sum = 0;
    double lost = 0;
    for (double term : terms) {
      double next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
    }
    return Double.isInfinite(sum) ? sum : sum + lost;
  }

  private static double rounding(double[] bounds, double budget) {
    double largest = Math.abs(budget);
    for (double bound : bounds) {
      largest = Math.max(largest, Math.abs(bound));
    }
    return Double.isInfinite(largest) ? 0 : bounds.length * Math.ulp(1.0) * largest;
  }

  /**
   * Says why a scenario is not solved.
   *
   * @param status anything but SOLVED
   * @param batch the batch
   * @param s the scenario
   * @param relativeGap its relative gap, if any
   * @param tolerance the tolerance it was judged by
   * @return gives one line; that of an infeasible scenario is worked out when it is asked for
   */
  static Supplier<String> explain(
      Status status, BatchData batch, int s, double relativeGap, double tolerance) {
    if (status == Status.INFEASIBLE) {
      return explainInfeasible(batch, s);
    }
    String line = explainOther(status, batch, s, relativeGap, tolerance);
    return () -> line;
  }

  private static String explainOther(
      Status status, BatchData batch, int s, double relativeGap, double tolerance) {
    switch (status) {
      case INVALID:
        return explainInvalid(batch, s);
      case UNBOUNDED:
        return explainUnbounded(batch, s);
      case INACCURATE:
        return "inaccurate: relative gap " + relativeGap + " is above the tolerance " + tolerance;
      case CANCELLED:
        return "cancelled before this scenario was reached";
      case NO_EXCESS_RETURN:
        return "no excess return: no feasible portfolio earns more than the risk-free return";
      default:
        return "";
    }
  }

  private static String explainInvalid(BatchData batch, int s) {
    String trouble = ScenarioChecks.trouble(batch, s);
    trouble = trouble != null ? trouble : ScenarioChecks.extreme(batch, s);
    return place(batch, s) + (trouble != null ? trouble : "numbers too large to be computed with");
  }

  /** Where nothing is overridden the scenario is the problem itself. */
  private static String place(BatchData batch, int s) {
    boolean overridden =
        !batch.matrices().isEmpty()
            || batch.device() != DeviceOverrides.NONE
            || batch.objectiveValue() != null
            || batch.budget() != null
            || batch.maximumTurnover() != null
            || batch.maximumGrossExposure() != null;
    return overridden ? "scenario " + s + ": " : "";
  }

  private static Supplier<String> explainInfeasible(BatchData batch, int s) {
    ProblemData problem = batch.problem();
    double[] lower = lower(batch, s);
    double[] upper = upper(batch, s);
    if (problem.hasBudget() && shortfall(lower, upper, budget(batch, s)) != 0) {
      String line = explainInfeasible(lower, upper, budget(batch, s));
      return () -> line;
    }
    return clash(batch, s);
  }

  private static Clash clash(BatchData batch, int s) {
    ProblemData problem = batch.problem();
    return new Clash(
        new ScenarioData(batch, s), problem.covariance().assets(), problem.rows().names());
  }

  /**
   * Whether a scenario's limits provably clash: for those where an engine found no weights that
   * meet them, and no proof either.
   *
   * @param batch the batch
   * @param s the scenario, whose values are valid
   * @return true only with a proof
   */
  static boolean isInfeasible(BatchData batch, int s) {
    return clash(batch, s).isProven();
  }

  /**
   * Says that neither a portfolio nor a proof came out, though no number is extreme.
   *
   * @param batch the batch
   * @param s the scenario
   * @return one line
   */
  static String explainUnproved(BatchData batch, int s) {
    return place(batch, s)
        + "no portfolio was found that meets the constraints, nor a proof that there is none";
  }

  /**
   * Says that a target risk cannot be met.
   *
   * @param target the volatility asked for
   * @param leastVariance of any feasible portfolio
   * @return one line
   */
  public static String explainRisk(double target, double leastVariance) {
    return "infeasible: target risk "
        + target
        + " is below "
        + Math.sqrt(leastVariance)
        + ", the least volatility that the other constraints allow";
  }

  /**
   * Says that the Sharpe ratio has no end.
   *
   * @return one line
   */
  public static String explainNoRisk() {
    return "unbounded: a portfolio without risk earns more than the risk-free return";
  }

  static String explainInfeasible(double[] lower, double[] upper, double budget) {
    int n = lower.length;
    double shortfall = shortfall(lower, upper, budget);
    boolean tooLow = shortfall > 0;
    double[] bounds = tooLow ? upper : lower;
    boolean equal = true;
    for (double bound : bounds) {
      equal &= bound == bounds[0];
    }
    // Rounded away from the infeasible side, or the advice would not quite mend it.
    RoundingMode outwards = tooLow ? RoundingMode.CEILING : RoundingMode.FLOOR;
    String mend =
        equal
            ? "to " + shown(budget / n, outwards)
            : "by " + shown(Math.abs(shortfall) / n, RoundingMode.CEILING);
    return "infeasible: budget "
        + shown(budget, RoundingMode.HALF_EVEN)
        + " needs "
        + (tooLow ? "upper bounds that sum to at least " : "lower bounds that sum to at most ")
        + shown(budget, RoundingMode.HALF_EVEN)
        + ", but "
        + (n == 1 ? "that of 1 asset is " : "those of " + n + " assets sum to ")
        + shown(sum(bounds), RoundingMode.HALF_EVEN)
        + (tooLow ? " (short by " : " (over by ")
        + shown(Math.abs(shortfall), RoundingMode.HALF_EVEN)
        + "); "
        + (tooLow ? "raising " : "lowering ")
        + (n == 1 ? "it " : "each ")
        + mend
        + " mends it";
  }

  private static String explainUnbounded(BatchData batch, int s) {
    double[] lower = lower(batch, s);
    double[] upper = upper(batch, s);
    List<String> assets = batch.problem().covariance().assets();
    List<String> open = new ArrayList<>();
    for (int i = 0; i < lower.length; i++) {
      if (Double.isInfinite(lower[i]) || Double.isInfinite(upper[i])) {
        open.add(assets.get(i));
      }
    }
    if (open.isEmpty()) {
      boolean sharpe = batch.problem().objective().kind() == Objective.Kind.MAXIMUM_SHARPE;
      return sharpe ? explainNoRisk() : "unbounded: the objective falls without end";
    }
    String named = String.join(", ", open.subList(0, Math.min(NAMES, open.size())));
    return "unbounded: the objective falls without end; an infinite bound was given to "
        + named
        + (open.size() > NAMES ? " and " + (open.size() - NAMES) + " more" : "");
  }

  private static String shown(double value, RoundingMode rounding) {
    // Twelve digits, of what fifteen say it is: 0.2, not 0.19999999999999996 nor 0.200000000001.
    BigDecimal decimal = new BigDecimal(value).round(new MathContext(15)).stripTrailingZeros();
    if (decimal.precision() > DIGITS) {
      decimal = decimal.round(new MathContext(DIGITS, rounding)).stripTrailingZeros();
    }
    String text = decimal.toString();
    return text.contains("E") && Math.abs(value) >= 1e-6 && Math.abs(value) < 1e15
        ? decimal.toPlainString()
        : text;
  }

  private static double[] lower(BatchData batch, int s) {
    return ScenarioData.row(batch.lower(), batch.device().lower(), s, batch.problem().lower());
  }

  private static double[] upper(BatchData batch, int s) {
    return ScenarioData.row(batch.upper(), batch.device().upper(), s, batch.problem().upper());
  }

  private static double budget(BatchData batch, int s) {
    return batch.budget() == null ? batch.problem().budget() : batch.budget()[s];
  }
}
