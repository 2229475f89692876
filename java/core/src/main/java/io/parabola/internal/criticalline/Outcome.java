package io.parabola.internal.criticalline;

/** How the following of a line ended. */
enum Outcome {
  /** At its end. */
  ENDED,
  /** The rows and bounds cannot be met together. */
  INFEASIBLE,
  /** The return grows without end at no risk. */
  RISKLESS,
  /** Given up: rounding has led it in circles, or left no way on. */
  LOST
}
