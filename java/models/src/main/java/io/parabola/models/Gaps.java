package io.parabola.models;

/**
 * What to do where an asset has no price. There is no silent choice: each reports what it changed.
 */
public enum Gaps {
  /** A gap is an error that names the asset and the time. */
  REJECT,
  /** Times at which any asset has no price are left out; a return then spans the time left out. */
  DROP_TIMES,
  /** Assets that lack a price at any time are left out. */
  DROP_ASSETS,
  /**
   * The last price is carried forward, which makes the returns in the gap zero and understates the
   * variance. A gap at the beginning has nothing to carry and is an error.
   */
  CARRY_FORWARD
}
