package io.parabola.bench.jmh;

import io.parabola.bench.contestants.Contestant;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A contestant under JMH's clock: one portfolio or batch after another, or all at once. After each
 * iteration its answers are judged.
 */
@State(Scope.Benchmark)
public abstract class Contest {
  /** What Parabola's answers are held to. */
  static final double ACCURACY = 1e-9;

  /** What other libraries' answers are held to, and tuned to: they stop earlier, and may. */
  static final double PEER_ACCURACY = 1e-6;

  private Contestant contestant;
  private double accuracy;
  private double tolerance;
  private int next;
  private int first;
  private long solved;

  /**
   * Enters. Called by the thread that will be timed.
   *
   * @param accuracy the relative gap and violation that its answers may have
   * @param tolerance that it was given; 0 if none
   */
  final void enter(Contestant entering, double accuracy, double tolerance) {
    this.contestant = entering;
    this.accuracy = accuracy;
    this.tolerance = tolerance;
  }

  /** The same for one that is timed on a single thread, which is bound to a processor. */
  final void enterAlone(Contestant entering, double accuracy, double tolerance) {
    OneProcessor.bindCaller();
    enter(entering, accuracy, tolerance);
  }

  /** The same for one that is timed on so many threads. */
  final void enterOn(int threads, Contestant entering, double accuracy, double tolerance) {
    if (threads == 1) {
      enterAlone(entering, accuracy, tolerance);
    } else {
      enter(entering, accuracy, tolerance);
    }
  }

  /** Solves the next portfolio alone, and after the last the first again. */
  final void solveNext() {
    solveNext(1);
  }

  /** Solves the next so many portfolios, a divisor of how many there are. */
  final void solveNext(int number) {
    contestant.solve(next, number);
    next = next + number == contestant.count() ? 0 : next + number;
    solved += number;
  }

  /** Solves all in one call. */
  final void solveAll() {
    contestant.solve(0, contestant.count());
    solved = contestant.count();
  }

  /** Judges the answers of the iteration. */
  @TearDown(Level.Iteration)
  public void judge(Answers answers) {
    answers.tolerance = tolerance;
    answers.judge(contestant, first, solved, accuracy);
    first = next;
    solved = 0;
  }

  /** Frees what the contestant holds. */
  @TearDown(Level.Trial)
  public void leave() {
    if (contestant != null) {
      contestant.close();
    }
  }
}
