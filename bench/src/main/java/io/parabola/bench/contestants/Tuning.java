package io.parabola.bench.contestants;

import io.parabola.bench.peers.Peer;
import io.parabola.bench.peers.PeerSolver;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import java.util.function.IntFunction;

/**
 * A peer at the loosest of its tolerances at which all of its answers are certified, so that it is
 * timed at the accuracy that is asked of everybody and no more.
 *
 * @param solver at that tolerance
 * @param tolerance NaN if the library has none to set
 */
public record Tuning(PeerSolver solver, double tolerance) {
  /**
   * Tries tolerances from the loosest on.
   *
   * @param multipliers that prove how good answers are
   * @param accuracy the relative gap and the violation that answers may have
   * @param seconds after so long with one tolerance the portfolios not yet tried are left to the
   *     judgement of the timed answers
   * @throws IllegalStateException if none will do, with the best that there was
   */
  public static Tuning of(
      Peer peer,
      Constrained constrained,
      IntFunction<Multipliers> multipliers,
      double accuracy,
      double seconds) {
    if (peer.tolerances().isEmpty()) {
      return new Tuning(peer.on(constrained), Double.NaN);
    }
    Certificate best = new Certificate(Double.NaN, Double.NaN);
    for (double tolerance : peer.tolerances()) {
      PeerSolver solver = peer.on(constrained, tolerance);
      Certificate worst = Certificate.PERFECT;
      long end = System.nanoTime() + (long) (1e9 * seconds);
      for (int s = 0; s < constrained.scenarios().count(); s++) {
        worst = worst.worse(constrained.certificate(s, solver.solve(s), multipliers.apply(s)));
        if (!worst.within(accuracy) || System.nanoTime() > end) {
          break;
        }
      }
      if (worst.within(accuracy)) {
        return new Tuning(solver, tolerance);
      }
      best = worst;
    }
    throw new IllegalStateException(
        peer.title()
            + ": none of its tolerances is certified to "
            + accuracy
            + "; at the tightest "
            + best);
  }
}
