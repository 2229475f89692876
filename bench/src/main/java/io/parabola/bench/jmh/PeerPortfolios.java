package io.parabola.bench.jmh;

import io.parabola.Engine;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.contestants.PeerContestant;
import io.parabola.bench.contestants.Tuning;
import io.parabola.bench.peers.Peer;
import io.parabola.bench.peers.PeerSolver;
import io.parabola.bench.peers.Peers;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Optima;
import io.parabola.bench.problems.Scenarios;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Other libraries on the same portfolios, on one thread, each at the loosest of its tolerances that
 * is certified to a relative gap of 1e-6; what no tolerance brings there fails.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PeerPortfolios extends Portfolios {
  private static final double TUNING_SECONDS = 5;

  /** The library and its way. */
  @Param({"ortools-pdlp", "ojalgo-admm", "ojalgo-active-set", "hipparchus-admm"})
  public String peer;

  /** Tunes the peer. */
  @Setup(Level.Trial)
  public void prepare(BenchmarkParams parameters) {
    Peer library = Peers.named(peer);
    Scenarios scenarios = scenarios();
    Constrained constrained = Constrained.plain(scenarios);
    Tuning tuned =
        Tuning.of(library, constrained, s -> Multipliers.NONE, PEER_ACCURACY, TUNING_SECONDS);
    PeerSolver solver = tuned.solver();
    boolean warm = parameters.getBenchmark().endsWith(".warm");
    if (warm && !solver.startable()) {
      throw new IllegalStateException(library.title() + " takes no start");
    }
    enterAlone(
        new PeerContestant(
            library.title(),
            constrained,
            solver,
            warm ? previous(scenarios) : null,
            s -> Multipliers.NONE),
        PEER_ACCURACY,
        Double.isNaN(tuned.tolerance()) ? 0 : tuned.tolerance());
  }

  /** For each portfolio the solution of the one before it. */
  private static double[][] previous(Scenarios scenarios) {
    try (Engine engine = Engine.create("cpu", 1)) {
      int n = scenarios.size();
      double[] all =
          Optima.previousSolutions(
              engine, scenarios, Parabola.problem(scenarios, scenarios.risk().covariance()));
      double[][] starts = new double[scenarios.count()][n];
      for (int s = 0; s < starts.length; s++) {
        System.arraycopy(all, s * n, starts[s], 0, n);
      }
      return starts;
    }
  }

  /** A problem built, solved and read alone. */
  @Benchmark
  public void cold() {
    solveNext();
  }

  /** The same, from the solution of the one before it. */
  @Benchmark
  public void warm() {
    solveNext();
  }
}
