package io.parabola.models;

import io.parabola.InvalidInputException;

/**
 * The length of one observation, as the number of them in a year.
 *
 * <p>Returns, variances and volatilities throughout the library are <em>per period</em>; this type
 * is the only way to a yearly figure. Markets that never close have 365 days, exchanges about 252,
 * so there is no default.
 *
 * @param name what one period is called in reports, e.g. {@code "day"}
 * @param periodsPerYear how many of them make a year; finite and positive
 */
public record Period(String name, double periodsPerYear) {

  /**
   * Checks the numbers.
   *
   * @throws InvalidInputException if the number of periods is not finite and positive
   */
  public Period {
    if (!(periodsPerYear > 0) || Double.isInfinite(periodsPerYear)) {
      throw new InvalidInputException(
          "periods per year must be a positive number, but are " + periodsPerYear);
    }
  }

  /**
   * Days.
   *
   * @param daysPerYear 365 for markets that never close, about 252 for exchanges
   * @return the period
   */
  public static Period daily(double daysPerYear) {
    return new Period("day", daysPerYear);
  }

  /**
   * Hours of a market that never closes: 365 · 24 in a year.
   *
   * @return the period
   */
  public static Period hourly() {
    return new Period("hour", 365.0 * 24.0);
  }

  /**
   * Any other period.
   *
   * @param name what one period is called in reports
   * @param periodsPerYear how many of them make a year
   * @return the period
   */
  public static Period of(String name, double periodsPerYear) {
    return new Period(name, periodsPerYear);
  }

  /**
   * A mean return per year: m · periods, the arithmetic scaling under which portfolio returns stay
   * linear in the weights.
   *
   * @param meanReturn per period
   * @return per year
   */
  public double annualReturn(double meanReturn) {
    return meanReturn * periodsPerYear;
  }

  /**
   * A variance per year, of returns that are independent from period to period.
   *
   * @param variance per period
   * @return per year
   */
  public double annualVariance(double variance) {
    return variance * periodsPerYear;
  }

  /**
   * A volatility per year: σ · √periods, of returns that are independent from period to period.
   *
   * @param volatility per period
   * @return per year
   */
  public double annualVolatility(double volatility) {
    return volatility * Math.sqrt(periodsPerYear);
  }
}
