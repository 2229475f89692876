package io.parabola.bench.jmh;

import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Scenarios;
import org.openjdk.jmh.annotations.Param;

/** Scenarios that share a covariance; what differs are their expected returns. */
public abstract class Portfolios extends Contest {
  static final long SEED = 20240901;

  private static final double SHORT = 0.1;

  /** How the covariance is made; bench/README.md says what that means. */
  @Param({"t2n", "thalf", "fac", "factors"})
  public String kind;

  /** Assets. */
  @Param({"50", "100", "200", "500"})
  public int n;

  /** Long-only, or between -0.1 and 0.1. */
  @Param({"long-only", "long-short"})
  public String bounds;

  final Scenarios scenarios() {
    Scenarios scenarios = Recipe.generate(kind, n, SEED);
    return switch (bounds) {
      case "long-only" -> scenarios;
      case "long-short" -> scenarios.bounded(-SHORT, SHORT);
      default -> throw new IllegalArgumentException("bounds: " + bounds);
    };
  }
}
