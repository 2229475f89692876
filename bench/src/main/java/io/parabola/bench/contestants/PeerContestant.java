package io.parabola.bench.contestants;

import io.parabola.bench.peers.Peer;
import io.parabola.bench.peers.PeerSolver;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import java.util.function.IntFunction;

/** Another library's way. */
public final class PeerContestant extends Contestant {
  private final Constrained constrained;
  private final PeerSolver solver;
  private final double[][] starts;
  private final IntFunction<Multipliers> multipliers;
  private final double[][] weights;

  /**
   * At its default settings, on scenarios with rows and nothing else beside box and budget.
   *
   * @param multipliers that prove how good its answers are: it offers none itself
   */
  public PeerContestant(Peer peer, Constrained constrained, IntFunction<Multipliers> multipliers) {
    this(peer.title(), constrained, peer.on(constrained), null, multipliers);
  }

  /**
   * With a solver of its own.
   *
   * @param starts [S][n], weights to start from, or null for none
   */
  public PeerContestant(
      String name,
      Constrained constrained,
      PeerSolver solver,
      double[][] starts,
      IntFunction<Multipliers> multipliers) {
    super(name, constrained.scenarios().count(), true);
    this.constrained = constrained;
    this.solver = solver;
    this.starts = starts;
    this.multipliers = multipliers;
    this.weights = new double[constrained.scenarios().count()][];
  }

  @Override
  public void solve(int first, int number) {
    for (int s = first; s < first + number; s++) {
      weights[s] = starts == null ? solver.solve(s) : solver.solve(s, starts[s]);
    }
  }

  @Override
  public Certificate certificate(int s) {
    return constrained.certificate(s, weights[s], multipliers.apply(s));
  }
}
