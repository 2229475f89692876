package io.parabola.bench.jmh;

import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.results.Median;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two contestants that take turns within each invocation, for shares of a limit: measured minutes
 * apart, both would be those of a machine that others had made slower or faster in between. The
 * time that JMH gives is that of both together, and says nothing.
 */
@State(Scope.Benchmark)
public abstract class Turns {
  /** What share of the limit the contestant reaches: the median over an iteration's turns. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Share {
    /** Between 0 and 1, but for noise. */
    public double share;
  }

  private final List<Double> ratios = new ArrayList<>();
  private Contestant limit;
  private Contestant contestant;
  private double accuracy;
  private double factor;
  private boolean limitFirst;

  /**
   * Enters.
   *
   * @param accuracy the relative gap and violation that the contestant's answers may have
   * @param factor by how much faster than the limit's the limit's time would have to be
   */
  final void enter(Contestant limit, Contestant contestant, double accuracy, double factor) {
    this.limit = limit;
    this.contestant = contestant;
    this.accuracy = accuracy;
    this.factor = factor;
  }

  final void takeTurns() {
    limitFirst = !limitFirst;
    double first = seconds(limitFirst ? limit : contestant);
    double second = seconds(limitFirst ? contestant : limit);
    ratios.add(limitFirst ? first / second : second / first);
  }

  private static double seconds(Contestant who) {
    long begin = System.nanoTime();
    who.solve(0, who.count());
    return 1e-9 * (System.nanoTime() - begin);
  }

  /** Reckons the iteration's share, and judges its answers. */
  @TearDown(Level.Iteration)
  public void judge(Share share, Answers answers) {
    share.share = factor * Median.of(ratios);
    ratios.clear();
    answers.judge(contestant, 0, contestant.count(), accuracy);
  }

  /** Frees what both hold. */
  @TearDown(Level.Trial)
  public void leave() {
    if (contestant != null) {
      contestant.close();
      limit.close();
    }
  }
}
