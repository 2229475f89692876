package io.parabola.models;

import java.util.List;

/**
 * Something about the data that its user should know.
 *
 * @param kind what sort of thing
 * @param assets the assets it concerns, in the table's order
 * @param text one sentence, with the figures and their units
 */
public record Finding(Kind kind, List<String> assets, String text) {

  /** The sorts of findings. */
  public enum Kind {
    /** Prices are missing, and were handled as asked. */
    GAP,
    /** A price that never changes: variance and covariances are zero. */
    CONSTANT,
    /** A price that stood still for many periods in a row, as after a delisting. */
    CONSTANT_RUN,
    /** Two assets that are one and the same, or nearly. */
    NEAR_DUPLICATE,
    /**
     * One price is a fixed multiple of another over a long time: a peg, or a series copied from the
     * other.
     */
    FIXED_RATIO,
    /** A return so large that it dominates the variance, or is an error. */
    EXTREME_RETURN,
    /** The covariance cannot have full rank. */
    SINGULAR,
    /** What the estimator of the covariance left out or repaired. */
    ESTIMATE
  }

  /** Copies the list. */
  public Finding {
    assets = List.copyOf(assets);
  }
}
