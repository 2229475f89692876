package io.parabola.bench.peers;

/** A peer's solver with the covariance that portfolios share in its hands. */
@FunctionalInterface
public interface PeerSolver {
  /** The weights [n] of portfolio {@code s}, from its expected returns on. */
  double[] solve(int s);

  /**
   * The same, from weights to start at: warm, as far as the library knows how to.
   *
   * @param start [n]
   */
  default double[] solve(int s, double[] start) {
    throw new UnsupportedOperationException("no start can be given");
  }

  /** Whether a start can be given. */
  default boolean startable() {
    return false;
  }
}
