package io.parabola.bench.contestants;

import io.parabola.bench.peers.Peer;
import io.parabola.bench.peers.PeerSolver;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import java.util.function.IntFunction;

/** Another library's way, at its default settings. */
public final class PeerContestant extends Contestant {
  private final Constrained constrained;
  private final PeerSolver solver;
  private final IntFunction<Multipliers> multipliers;
  private final double[][] weights;

  /**
   * On scenarios with rows and nothing else beside box and budget.
   *
   * @param multipliers that prove how good its answers are: it offers none itself
   */
  public PeerContestant(Peer peer, Constrained constrained, IntFunction<Multipliers> multipliers) {
    super(peer.title(), constrained.scenarios().count(), true);
    this.constrained = constrained;
    this.solver = peer.on(constrained);
    this.multipliers = multipliers;
    this.weights = new double[constrained.scenarios().count()][];
  }

  @Override
  public void solve(int first, int number) {
    for (int s = first; s < first + number; s++) {
      weights[s] = solver.solve(s);
    }
  }

  @Override
  public Certificate certificate(int s) {
    return constrained.certificate(s, weights[s], multipliers.apply(s));
  }
}
