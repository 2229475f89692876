package io.parabola.models.forecast;

import io.parabola.InvalidInputException;

/** Half-lives as factors. */
final class Decay {
  private Decay() {}

  static double of(double halfLife) {
    if (!(halfLife > 0) || Double.isInfinite(halfLife)) {
      throw new InvalidInputException("half-life is " + halfLife + ": must be a positive number");
    }
    return Math.pow(2, -1 / halfLife);
  }
}
