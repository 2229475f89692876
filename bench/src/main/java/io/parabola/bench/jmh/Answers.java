package io.parabola.bench.jmh;

import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.problems.Certificate;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * How good the timed answers are, beside the times: secondary results of the iteration that they
 * were found in. JMH adds up what counters of several iterations say; the worst one is the largest
 * of their raw data.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Answers {
  /** Of a batch no more answers are judged than this, spread over all of it. */
  private static final int AT_MOST = 500;

  /** The worst relative gap. */
  public double relativeGap;

  /** The furthest that budget, bounds or rows are broken. */
  public double violation;

  /** The tolerance that the solver was given; 0 if it has none to set. */
  public double tolerance;

  /**
   * Judges what a contestant found last.
   *
   * @param first the first portfolio that it solved
   * @param solved how many, those after the last beginning again at 0
   * @param accuracy what gap and violation may be; infinity lets everything pass and be shown
   * @throws IllegalStateException if one is worse: the time of a wrong answer is no time
   */
  void judge(Contestant contestant, int first, long solved, double accuracy) {
    Certificate worst = Certificate.PERFECT;
    int count = (int) Math.min(solved, contestant.count());
    int step = Math.max(1, count / AT_MOST);
    for (int k = 0; k < count; k += step) {
      Certificate certificate = contestant.certificate((first + k) % contestant.count());
      worst = certificate == null ? worst : worst.worse(certificate);
    }
    relativeGap = worst.relativeGap();
    violation = worst.violation();
    if (!worst.within(accuracy) && Double.isFinite(accuracy)) {
      throw new IllegalStateException(
          contestant.name() + ": wrong, " + worst + ", allowed is " + accuracy);
    }
  }
}
