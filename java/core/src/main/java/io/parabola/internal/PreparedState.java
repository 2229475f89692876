package io.parabola.internal;

import io.parabola.Batch;
import io.parabola.Matrix;

/** What an engine keeps about one problem. May be used from many threads at once. */
public interface PreparedState extends AutoCloseable {
  /**
   * Solves every scenario. The caller has checked the arguments and keeps every matrix open.
   *
   * <p>Each scenario gets its status and, where that is SOLVED or INACCURATE, its weights and
   * results; otherwise its row of weights and its results are left as they are found. A scenario is
   * INVALID if a μ, the γ, the budget or a starting weight is not finite, γ is negative, a bound is
   * NaN, a lower bound is plus infinity or an upper one minus infinity, or two bounds cross; else
   * INFEASIBLE if {@link ScenarioRules#shortfall} is not zero. The words for it, and the NaN
   * weights, are put in afterwards by {@link AbstractEngine}.
   *
   * @param batch the scenarios, at least one
   * @param weights [S, n] to be written, zeros so far; null if the control has a place for them
   * @param out [S] to be written
   * @param control threads, tolerance, progress and cancellation
   */
  void solve(Batch batch, Matrix weights, Results out, SolveControl control);

  /** Releases what is kept; called once, when no solve runs. */
  @Override
  void close();
}
