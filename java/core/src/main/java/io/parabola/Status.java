package io.parabola;

/** How the solution of one portfolio ended. */
public enum Status {
  /** Optimal: the certified relative gap is at most the tolerance. */
  SOLVED,
  /**
   * No portfolio meets all the constraints, which is proved; the message says what clashes and by
   * how much. Weights NaN.
   */
  INFEASIBLE,
  /**
   * The scenario's data are unusable (NaN, crossed bounds, numbers too large to be computed with);
   * the message says where. Weights NaN.
   */
  INVALID,
  /**
   * The objective falls without end along a direction that no bound stops (or stops only beyond a
   * million times the budget). Weights NaN.
   */
  UNBOUNDED,
  /**
   * The certified relative gap is above the tolerance. The weights are feasible and the gap is a
   * rigorous bound, so the portfolio may still be of use. (A target risk that is near what rounding
   * makes of hedged risk may be missed by as much: then the gap is infinite.)
   */
  INACCURATE,
  /** The solve was cancelled before this portfolio was reached. Weights NaN. */
  CANCELLED,
  /**
   * The maximum Sharpe ratio was asked for, but no feasible portfolio earns more than the risk-free
   * return after costs. Weights NaN; minimum variance may be what is wanted instead.
   */
  NO_EXCESS_RETURN
}
