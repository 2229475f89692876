package io.parabola.internal.javaengine;

import io.parabola.Status;

/**
 * What came out of a {@link Qp}: weights with their multipliers, or why there are none.
 *
 * @param status SOLVED or, if the rows are not met to rounding, INACCURATE; else why there are no
 *     weights
 * @param reason the words for INFEASIBLE, or null
 * @param qp the problem, within the bounds that the certificate holds for
 * @param w the weights [n], or null
 * @param certificate of the weights, or null
 * @param iterations faces and interior point steps
 */
record Optimum(
    Status status, String reason, Qp qp, double[] w, Certificate certificate, int iterations) {
  static Optimum none(Status status, String reason) {
    return new Optimum(status, reason, null, null, null, 0);
  }

  boolean hasWeights() {
    return w != null;
  }
}
