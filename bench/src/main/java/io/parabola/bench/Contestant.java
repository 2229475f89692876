package io.parabola.bench;

/** One way to solve the portfolios of {@link Scenarios}, from arrays to arrays. */
interface Contestant extends AutoCloseable {
  String name();

  /** The scenarios that it solves; their covariance and expected returns judge its answers. */
  Scenarios scenarios();

  /** Whether some of the scenarios can be solved without the others. */
  boolean divisible();

  /**
   * Solves scenarios {@code first} to {@code first + count − 1}, including what a caller would have
   * to do again for other expected returns.
   */
  void solve(int first, int count);

  /** The weights [n] last found for scenario {@code s}, or null if it looks for none. */
  double[] weights(int s);

  @Override
  default void close() {}
}
