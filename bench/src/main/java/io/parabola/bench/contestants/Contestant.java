package io.parabola.bench.contestants;

import io.parabola.bench.problems.Certificate;

/** One way to solve portfolios, from arrays to arrays. */
public abstract class Contestant implements AutoCloseable {
  private final String name;
  private final int count;
  private final boolean divisible;

  /**
   * Names the way.
   *
   * @param count how many different portfolios it solves
   * @param divisible whether some of them can be solved without the others
   */
  public Contestant(String name, int count, boolean divisible) {
    this.name = name;
    this.count = count;
    this.divisible = divisible;
  }

  public final String name() {
    return name;
  }

  public final int count() {
    return count;
  }

  public final boolean divisible() {
    return divisible;
  }

  /**
   * Solves portfolios {@code first} to {@code first + number − 1}, including what a caller would
   * have to do again for other expected returns.
   */
  public abstract void solve(int first, int number);

  /** How good the answer last found for portfolio {@code s} is, or null if it looks for none. */
  public abstract Certificate certificate(int s);

  /** What else there is to know of its answers, or empty. */
  public String note() {
    return "";
  }

  @Override
  public void close() {}
}
