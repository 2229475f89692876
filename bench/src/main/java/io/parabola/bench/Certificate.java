package io.parabola.bench;

import java.util.Arrays;
import java.util.Comparator;

/**
 * How far weights can be from the optimum of ½ w'Σw − μ'w over 1'w = budget, lower &lt;= w &lt;=
 * upper, from the data alone. With the gradient g = Σw − μ, f(w) − f* &lt;= g'w − min g'v over the
 * feasible v, because f is convex; that minimum is a fractional knapsack, found by sorting.
 *
 * @param relativeGap |g'w − min g'v| / max(w'Σw, |μ'w|); NaN for weights that are not numbers
 * @param violation the larger of |1'w − budget| and the furthest any weight leaves its bounds
 */
record Certificate(double relativeGap, double violation) {
  /** What nothing can be worse than. */
  static final Certificate PERFECT = new Certificate(0, 0);

  static Certificate of(
      double[] covariance,
      double[] expectedReturns,
      double lower,
      double upper,
      double budget,
      double[] w) {
    int n = w.length;
    double[] gradient = new double[n];
    double variance = 0;
    double expectedReturn = 0;
    double sum = 0;
    double violation = 0;
    for (int i = 0; i < n; i++) {
      double product = 0;
      for (int j = 0; j < n; j++) {
        // Most weights are zero, and zero times a number adds nothing.
        if (w[j] != 0) {
          product += covariance[i * n + j] * w[j];
        }
      }
      gradient[i] = product - expectedReturns[i];
      variance += w[i] * product;
      expectedReturn += w[i] * expectedReturns[i];
      sum += w[i];
      violation = Math.max(violation, Math.max(lower - w[i], w[i] - upper));
    }
    violation = Math.max(violation, Math.abs(sum - budget));

    Integer[] byGradient = new Integer[n];
    Arrays.setAll(byGradient, i -> i);
    Arrays.sort(byGradient, Comparator.comparingDouble(i -> gradient[i]));
    double left = budget - n * lower;
    double gap = 0;
    // Measured from the gradient of the last asset that gets any: sums of w − v that ought to be
    // zero then cost no accuracy.
    double reference = gradient[byGradient[marginal(left, upper - lower, n)]];
    for (int i : byGradient) {
      double more = Math.max(0, Math.min(left, upper - lower));
      left -= more;
      gap += (gradient[i] - reference) * (w[i] - (lower + more));
    }
    double scale = Math.max(variance, Math.abs(expectedReturn));
    double relative = Math.abs(gap) == 0 ? 0 : Math.abs(gap) / scale;
    return new Certificate(relative, Double.isNaN(sum) ? Double.NaN : violation);
  }

  private static int marginal(double left, double width, int n) {
    return (int) Math.max(0, Math.min(n - 1, Math.ceil(left / width) - 1));
  }

  Certificate worse(Certificate other) {
    // Math.max keeps NaN, which is the worst of all.
    return new Certificate(
        Math.max(relativeGap, other.relativeGap), Math.max(violation, other.violation));
  }

  boolean within(double tolerance) {
    return relativeGap <= tolerance && violation <= tolerance;
  }
}
