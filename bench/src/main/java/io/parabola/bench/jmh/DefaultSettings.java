package io.parabola.bench.jmh;

import io.parabola.bench.contestants.PeerContestant;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Other libraries as they come: default settings, on numbers scaled to suit every solver and on the
 * same portfolios in units of daily returns. Whatever gap comes out is shown, not refused.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class DefaultSettings extends Contest {
  /**
   * The variance of a daily return, times a risk aversion of 5: what divides the objective of the
   * portfolios in their usual units.
   */
  private static final double DAILY = 5 * 4e-4;

  /** The library and its way. */
  @Param({"ortools-pdlp", "ojalgo-admm", "ojalgo-model", "ojalgo-markowitz", "hipparchus-admm"})
  public String peer;

  /** Scaled to a mean variance of 1, or daily returns as they are. */
  @Param({"scaled", "daily"})
  public String units;

  /** Assets. */
  @Param("100")
  public int n;

  /** Takes the peer as it comes. */
  @Setup(Level.Trial)
  public void prepare() {
    Peer library = Peers.named(peer);
    Scenarios scenarios = Recipe.generate("t2n", n, Portfolios.SEED);
    if (units.equals("daily")) {
      scenarios = scenarios.times(DAILY);
    }
    enterAlone(
        new PeerContestant(library, Constrained.plain(scenarios), s -> Multipliers.NONE),
        Double.POSITIVE_INFINITY,
        0);
  }

  /** A problem built, solved and read alone. */
  @Benchmark
  public void cold() {
    solveNext();
  }
}
