package io.parabola.cli.stress;

import io.parabola.models.Period;

/** What a period is called, by how many make a year. */
public final class StressPeriods {
  private StressPeriods() {}

  public static Period of(double periodsPerYear) {
    if (periodsPerYear == 365 || periodsPerYear == 252) {
      return Period.daily(periodsPerYear);
    }
    return Period.of(periodsPerYear == 365 * 24 ? "hour" : "period", periodsPerYear);
  }
}
