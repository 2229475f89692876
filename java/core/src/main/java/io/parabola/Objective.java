package io.parabola;

/**
 * What a portfolio is asked to do best. With risk meaning the variance (w−b)'Σ(w−b) about the
 * benchmark b, which is zero unless given, and cost the transaction costs, which are zero unless
 * given:
 *
 * <pre>
 *     RISK_AVERSION      minimise ½ γ risk − μ'w + cost
 *     MINIMUM_VARIANCE   minimise ½ risk + cost
 *     TARGET_RETURN      minimise ½ risk + cost, subject to μ'w &gt;= r
 *     TARGET_RISK        maximise μ'w − cost, subject to √risk &lt;= s
 *     MAXIMUM_SHARPE     maximise (μ'w − cost − f) / √risk
 * </pre>
 *
 * Immutable; may be used from many threads at once.
 *
 * @param kind which of them
 * @param value γ, the target return r, the target risk s or the risk-free return f, each per
 *     period; 0 for MINIMUM_VARIANCE, which has none
 */
public record Objective(Kind kind, double value) {
  /** The kinds of objective. */
  public enum Kind {
    /** Risk against return at a given exchange rate γ. */
    RISK_AVERSION,
    /** The least variance, whatever the expected returns. */
    MINIMUM_VARIANCE,
    /** The least variance among portfolios that earn at least the target. */
    TARGET_RETURN,
    /** The largest return among portfolios whose volatility is at most the target. */
    TARGET_RISK,
    /** The largest return above the risk-free one per unit of volatility. */
    MAXIMUM_SHARPE
  }

  /**
   * Checks the value.
   *
   * @param kind which objective
   * @param value γ, r, s or f
   * @throws InvalidInputException if the value is not finite, or negative where it is a risk
   *     aversion or a target risk
   */
  public Objective {
    String problem = problemWith(kind, value);
    if (problem != null) {
      throw new InvalidInputException(problem);
    }
  }

  /**
   * Minimise ½ γ (w−b)'Σ(w−b) − μ'w + cost.
   *
   * @param riskAversion γ, at least 0; 0 asks for maximum return
   * @return the objective
   * @throws InvalidInputException if γ is negative or not finite
   */
  public static Objective riskAversion(double riskAversion) {
    return new Objective(Kind.RISK_AVERSION, riskAversion);
  }

  /**
   * Minimise ½ (w−b)'Σ(w−b) + cost.
   *
   * @return the objective
   */
  public static Objective minimumVariance() {
    return new Objective(Kind.MINIMUM_VARIANCE, 0);
  }

  /**
   * Minimise ½ (w−b)'Σ(w−b) + cost subject to μ'w &gt;= target.
   *
   * @param targetReturn the least expected return per period, before costs
   * @return the objective
   * @throws InvalidInputException if it is not finite
   */
  public static Objective targetReturn(double targetReturn) {
    return new Objective(Kind.TARGET_RETURN, targetReturn);
  }

  /**
   * Maximise μ'w − cost subject to √((w−b)'Σ(w−b)) &lt;= target.
   *
   * @param targetRisk the largest volatility per period (with a benchmark: tracking error), at
   *     least 0
   * @return the objective
   * @throws InvalidInputException if it is negative or not finite
   */
  public static Objective targetRisk(double targetRisk) {
    return new Objective(Kind.TARGET_RISK, targetRisk);
  }

  /**
   * Maximise (μ'w − cost − risk-free) / √((w−b)'Σ(w−b)).
   *
   * @param riskFree the risk-free return per period
   * @return the objective
   * @throws InvalidInputException if it is not finite
   */
  public static Objective maximumSharpe(double riskFree) {
    return new Objective(Kind.MAXIMUM_SHARPE, riskFree);
  }

  /** What is wrong with a value, in one line; null if nothing is. */
  static String problemWith(Kind kind, double value) {
    boolean signed = kind == Kind.TARGET_RETURN || kind == Kind.MAXIMUM_SHARPE;
    if (Double.isFinite(value) && (signed || value >= 0)) {
      return null;
    }
    return name(kind) + " = " + value + ": must be finite" + (signed ? "" : " and at least 0");
  }

  /** What the builders call the value. */
  static String name(Kind kind) {
    switch (kind) {
      case RISK_AVERSION:
        return "riskAversion";
      case MINIMUM_VARIANCE:
        return "minimumVariance";
      case TARGET_RETURN:
        return "targetReturn";
      case TARGET_RISK:
        return "targetRisk";
      default:
        return "riskFree";
    }
  }
}
