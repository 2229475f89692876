package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.FrontierCorners;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.contestants.PeerContestant;
import io.parabola.bench.contestants.Tuning;
import io.parabola.bench.peers.Peer;
import io.parabola.bench.peers.Peers;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Recipe;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The long-only efficient frontier, on one thread: all of it, corner by corner, or thirty risk
 * aversions from 0.3 to 300 as a batch or one after the other. Per frontier.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class Frontiers extends Contest {
  private static final int POINTS = 30;

  /** Who. */
  @Param({"parabola-corners", "parabola-points", "ojalgo-admm", "ortools-pdlp"})
  public String solver;

  /** Assets: those of the OR-Library's port1, port2 and port5. */
  @Param({"31", "85", "225"})
  public int n;

  private Engine running;

  /** Makes the problem. */
  @Setup(Level.Trial)
  public void prepare() {
    running = Engine.create("cpu", 1);
    Scenarios scenarios = Recipe.generate("t2n", n, Portfolios.SEED).bounded(0, 1);
    Covariance covariance = Covariance.of(scenarios.covariance(), n);
    Scenarios points = scenarios.appetites(0.3 / Recipe.RISK_AVERSION, 300, POINTS);
    switch (solver) {
      case "parabola-corners" ->
          enterAlone(new FrontierCorners(solver, running, scenarios, covariance), ACCURACY, 0);
      case "parabola-points" ->
          enterAlone(
              Parabola.batch(solver, running, points, Parabola.problem(points, covariance)),
              ACCURACY,
              0);
      default -> enterPeer(Constrained.plain(points));
    }
  }

  private void enterPeer(Constrained points) {
    Peer peer = Peers.named(solver);
    Tuning tuned = Tuning.of(peer, points, s -> Multipliers.NONE, PEER_ACCURACY, 5);
    Contestant contestant =
        new PeerContestant(peer.title(), points, tuned.solver(), null, s -> Multipliers.NONE);
    enterAlone(contestant, PEER_ACCURACY, Double.isNaN(tuned.tolerance()) ? 0 : tuned.tolerance());
  }

  /** Frees the engine, after the contestant. */
  @TearDown(Level.Trial)
  public void closeEngine() {
    running.close();
  }

  /** All of it. */
  @Benchmark
  public void frontier() {
    solveAll();
  }
}
