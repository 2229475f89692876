package io.parabola.models.stress;

/**
 * What is measured in a scenario. "Held" is the portfolio as it stands; the others are of the
 * portfolio that is best in the scenario, NaN where there is none.
 */
public enum Measure {
  /** m, what the scenario's state multiplies volatilities by. */
  VOLATILITY_MULTIPLIER("volatility_multiplier", "1"),
  /** θ, how far it moves correlations towards one. */
  CORRELATION_STRESS("correlation_stress", "1"),
  /** What the held portfolio is expected to return in the state. */
  HELD_RETURN("held_return", "per period"),
  /** Its volatility there. */
  HELD_VOLATILITY("held_volatility", "per period"),
  /** Its CVaR there, in closed form; NaN where there is none. */
  HELD_CVAR("held_cvar", "per period"),
  /** What it loses on the scenario's path, a fraction of equity. */
  HELD_LOSS("held_loss", "fraction of equity"),
  /** Its deepest fall from a peak on the path. */
  HELD_DRAWDOWN("held_drawdown", "fraction of the peak"),
  /** How far it is from the limit of loss, in standard deviations; NaN without a limit. */
  HELD_DISTANCE("held_distance", "standard deviations"),
  /** As {@link #HELD_RETURN}. */
  RETURN("return", "per period"),
  /** As {@link #HELD_VOLATILITY}. */
  VOLATILITY("volatility", "per period"),
  /** As {@link #HELD_CVAR}. */
  CVAR("cvar", "per period"),
  /** As {@link #HELD_LOSS}; what trading costs is part of it. */
  LOSS("loss", "fraction of equity"),
  /** As {@link #HELD_DRAWDOWN}. */
  DRAWDOWN("drawdown", "fraction of the peak"),
  /** As {@link #HELD_DISTANCE}. */
  DISTANCE("distance", "standard deviations"),
  /** Σ|w − held|, what is bought and sold together. */
  TURNOVER("turnover", "fraction of equity"),
  /** What that costs. */
  COST("cost", "fraction of equity"),
  /** ½γw'Σw − μ'w + costs, or what else is minimised. */
  OBJECTIVE("objective", "per period"),
  /** The certified bound on what is left to gain. */
  GAP("gap", "per period"),
  /** The same, relative to the objective's scale. */
  RELATIVE_GAP("relative_gap", "1");

  private final String column;
  private final String unit;

  Measure(String column, String unit) {
    this.column = column;
    this.unit = unit;
  }

  /**
   * Its name in tables.
   *
   * @return lower case, with underscores
   */
  public String column() {
    return column;
  }

  /**
   * Its unit.
   *
   * @return in words
   */
  public String unit() {
    return unit;
  }
}
