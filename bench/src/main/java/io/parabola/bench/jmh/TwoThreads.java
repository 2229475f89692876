package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Scenarios;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
 * Large batches on one thread and on two in turns: the share of twice the rate that two reach. Two
 * batches of half the size with nothing in common, each on a thread of its own, show what the
 * machine allows.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TwoThreads extends Turns {
  /** Portfolios in a batch. */
  @Param({"10000", "100000"})
  public int scenarios;

  /** Assets. */
  @Param({"20", "100"})
  public int n;

  /** What two threads work on: one batch, or two of half its size. */
  @Param({ONE_BATCH, TWO_BATCHES})
  public String work;

  static final String ONE_BATCH = "one batch";
  static final String TWO_BATCHES = "two batches";

  private Engine one;
  private Engine two;

  /** Makes the batch, once for each engine. */
  @Setup(Level.Trial)
  public void prepare() {
    one = Engine.create("cpu", 1);
    two = Engine.create("cpu", 2);
    enter(
        batch("one thread", one, scenarios),
        work.equals(ONE_BATCH)
            ? batch("two threads", two, scenarios)
            : new Apart(
                batch("first half", one, scenarios / 2), batch("other", one, scenarios / 2)),
        Contest.ACCURACY,
        0.5);
  }

  private Contestant batch(String name, Engine engine, int count) {
    Scenarios drawn = Recipe.generate("t2n", n, Portfolios.SEED).drawn(count, 2);
    return Parabola.batch(
        name, engine, drawn, Parabola.problem(drawn, Covariance.of(drawn.covariance(), n)));
  }

  /** Two at the same time. */
  private static final class Apart extends Contestant {
    private final Contestant here;
    private final Contestant there;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    Apart(Contestant here, Contestant there) {
      super("two batches", here.count() + there.count(), false);
      this.here = here;
      this.there = there;
    }

    @Override
    public void solve(int first, int number) {
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(() -> there.solve(0, there.count()), thread);
      here.solve(0, here.count());
      other.join();
    }

    @Override
    public Certificate certificate(int s) {
      return s < here.count() ? here.certificate(s) : there.certificate(s - here.count());
    }

    @Override
    public void close() {
      thread.shutdown();
      here.close();
      there.close();
    }
  }

  /** Frees the engines, after the contestants. */
  @TearDown(Level.Trial)
  public void closeEngines() {
    one.close();
    two.close();
  }

  /** One batch each. */
  @Benchmark
  public void turns() {
    takeTurns();
  }
}
