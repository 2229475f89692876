package io.parabola.bench.jmh;

import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.CvarLinearProgram;
import io.parabola.bench.contestants.CvarOrTools;
import io.parabola.bench.contestants.LeastCvar;
import io.parabola.bench.problems.TailProblem;
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
 * The portfolio of least CVaR over scenarios of returns: Parabola beside Rockafellar and Uryasev's
 * linear program in other libraries' hands, all on one thread. Every answer is held against
 * Parabola's lower bound, which says it follows from the data: an exact solver below it would show
 * that it does not. Per portfolio.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class LeastCvarPortfolios extends Contest {
  /** Who. */
  @Param({"parabola", "ojalgo-lp", "ortools-glop", "ortools-pdlp"})
  public String solver;

  /** Assets and scenarios. */
  @Param({"50x500", "50x2000"})
  public String size;

  private Engine running;
  private Matrix returns;

  /** Draws the returns; the bound that answers are judged by is Parabola's. */
  @Setup(Level.Trial)
  public void prepare() {
    running = Engine.create("cpu", 1);
    String[] parts = size.split("x");
    returns =
        TailProblem.returns(
            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Portfolios.SEED);
    LeastCvar ours = new LeastCvar(running, returns);
    ours.solve(0, 1);
    Contestant contestant =
        switch (solver) {
          case "parabola" -> ours;
          case "ojalgo-lp" -> new CvarLinearProgram(returns, ours);
          case "ortools-glop" -> CvarOrTools.glop(returns, ours);
          case "ortools-pdlp" -> CvarOrTools.pdlp(returns, ours, PEER_ACCURACY);
          default -> throw new IllegalArgumentException(solver);
        };
    enterAlone(contestant, PEER_ACCURACY, 0);
  }

  /** Frees engine and returns, after the contestant. */
  @TearDown(Level.Trial)
  public void closeAll() {
    running.close();
    returns.close();
  }

  /** From returns to weights. */
  @Benchmark
  public void leastCvar() {
    solveNext();
  }
}
