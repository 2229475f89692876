package io.parabola.bench.peers;

import io.parabola.bench.problems.Constrained;
import java.util.List;

/** Another library's way to solve portfolios, on one thread. */
public interface Peer {
  /** The library and the way, for people. */
  String title();

  /**
   * The way at its default settings, on the portfolios of these scenarios: box, budget and rows.
   * What belongs to the covariance alone is made ready here; what belongs to a portfolio is not.
   */
  PeerSolver on(Constrained constrained);

  /**
   * The same with the tolerance that the library lets its callers set.
   *
   * @param tolerance one of {@link #tolerances}
   */
  default PeerSolver on(Constrained constrained, double tolerance) {
    throw new UnsupportedOperationException(title() + " has no tolerance to set");
  }

  /** Tolerances that can be asked for, from the loosest on; none where the library has no such. */
  default List<Double> tolerances() {
    return List.of();
  }
}
