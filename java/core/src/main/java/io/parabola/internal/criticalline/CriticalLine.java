package io.parabola.internal.criticalline;

import static io.parabola.internal.criticalline.LineState.FREE;
import static io.parabola.internal.criticalline.Rounding.TIE;

import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * The critical line method (Markowitz 1956) with bounds and rows. With the free assets F and the
 * active rows C fixed, weights and multipliers are linear in a parameter t:
 *
 * <pre>
 *     Σ w − p(t) − C'y = z,   z zero on F,   C w = limits(t)
 * </pre>
 *
 * until a free weight or an idle row meets a limit, or the multiplier of an asset at its bound or
 * of an active row changes its sign. That asset or row changes sides, and on it goes.
 *
 * <p>First t carries a problem of which the starting portfolio is the solution into that of least
 * variance: t from 0 to 1, p from whatever makes it so to zero, row limits from where they are kept
 * to where they belong. Then t is the risk tolerance, from 0 upwards with p = τμ, until nothing
 * changes any more. So the line needs neither a linear program for the portfolio of maximum return
 * nor that there is one.
 *
 * <p>Where an asset that is to become free leaves a direction without curvature (duplicates, a
 * riskless asset, fewer observations than assets), the portfolio moves along it at once, to the
 * first limit in the way, which takes the asset's place: a jump of the return at one t. Where
 * something that is to be fixed is all that is left to meet the active rows, multipliers move until
 * something else gives way. Ties are met one by one, by steps of length zero; when these go on, the
 * one of least index goes first, which cannot go round in circles (the criss-cross rule).
 *
 * <p>{@link LineStart} finds the portfolio to start from, {@link LineDirection} the piece of the
 * line that one is on, {@link NextEvent} its end, and {@link SideChange} makes the next piece, with
 * {@link Jump} and {@link MultiplierShift} where there is more than one solution or none; {@link
 * Refinement} keeps rounding out. All work on one {@link LineState}.
 *
 * <p>A corner costs O(n |F|). Works on one problem, once, on one thread.
 */
final class CriticalLine {
  /** Told of each corner. */
  interface Listener {
    /**
     * One more corner; arrays are the line's own.
     *
     * @param riskTolerance τ
     * @param w weights [n]
     * @param covariances Σw [n]
     * @param y multipliers of the budget and the rows
     */
    void corner(double riskTolerance, double[] w, double[] covariances, double[] y);
  }

  /** How near to its end a line is at its end. */
  private static final double CLOSE = 0x1p-46;

  /** Steps of length zero in a row, after which the one of least index goes first. */
  private static final int PATIENCE = 30;

  private final LineState line;
  private final LineStart start;
  private final Refinement refinement;
  private final LineDirection direction;
  private final NextEvent events;
  private final SideChange sideChange;
  private final MultiplierShift shift;

  /** Steps of length zero in a row. */
  private int still;

  /** A direction of return without risk and without end. */
  private double[] escape;

  private Listener listener;

  CriticalLine(LineProblem problem, int attempt) {
    line = new LineState(problem);
    refinement = new Refinement(line);
    direction = new LineDirection(line, refinement);
    events = new NextEvent(line, refinement, direction);
    Jump jump = new Jump(line, direction, events);
    shift = new MultiplierShift(line, direction, events);
    sideChange = new SideChange(line, direction, events, jump, shift, this::noteJump);
    start = new LineStart(line, refinement, jump, attempt);
  }

  /**
   * Follows the whole line.
   *
   * @param hint a portfolio near that of least variance, or null; need not be feasible
   * @param listener told of each corner, in ascending order
   */
  Outcome trace(double[] hint, Listener listener) {
    if (ScenarioRules.shortfall(line.lower, line.upper, line.rowLower[0]) != 0) {
      return Outcome.INFEASIBLE;
    }
    start.from(hint);
    Outcome outcome = follow(1);
    if (outcome != Outcome.ENDED) {
      return outcome;
    }
    line.restart(line.mu);
    refinement.refresh();
    this.listener = listener;
    return follow(Double.POSITIVE_INFINITY);
  }

  /** Σ's columns, as far as they are known. */
  double[][] columns() {
    return line.columns;
  }

  /** How the weights go on beyond the last corner, per unit of τ (or of anything, if riskless). */
  double[] direction() {
    return escape != null ? escape : direction.certainWeightMove();
  }

  /** How the multipliers go on beyond the last corner. */
  double[] multiplierDirection() {
    return escape != null ? new double[line.m] : direction.rowMultiplierMove;
  }

  private Outcome follow(double end) {
    still = 0;
    long most = 1000 + 100L * (line.n + line.m);
    for (long pivots = 0; pivots < most; pivots++) {
      direction.refreshAndFindDirection();
      int event = events.find(still > PATIENCE);
      while (event >= 0 && event < line.n && line.side[event] == FREE && direction.isHeld(event)) {
        // The active rows alone determine it: its move is rounding.
        direction.weightMove[event] = 0;
        event = events.find(still > PATIENCE);
      }
      double step = event < 0 ? Double.POSITIVE_INFINITY : events.steps[event];
      if (line.t + step >= end * (1 - CLOSE)) {
        if (end < Double.POSITIVE_INFINITY) {
          direction.advance(end - line.t);
          line.t = end;
          refinement.refresh();
        } else {
          note();
        }
        return Outcome.ENDED;
      }
      if (step > TIE * line.t) {
        note();
        still = 0;
      } else {
        still++;
      }
      direction.advance(step);
      line.t += step;
      Outcome failure = sideChange.of(event);
      if (failure == Outcome.RISKLESS && end < Double.POSITIVE_INFINITY) {
        // There is no end to nothing: what leads away from a least variance for ever is rounding.
        events.ignored[event] = true;
        continue;
      }
      Arrays.fill(events.ignored, false);
      if (failure == Outcome.INFEASIBLE && !shift.isContradiction()) {
        // Met but for rounding.
        line.t = end;
        refinement.refresh();
        return Outcome.ENDED;
      }
      if (failure == Outcome.RISKLESS) {
        escape = direction.weightMove.clone();
        note();
      }
      if (failure != null) {
        return failure;
      }
    }
    return Outcome.LOST;
  }

  private void note() {
    if (listener != null) {
      listener.corner(line.t, line.w, line.product, line.y);
    }
  }

  /** The corner before a jump; where there is no risk tolerance it is not efficient. */
  private void noteJump(double length) {
    if (length > 0) {
      still = 0;
    }
    if (length > 0 && line.t > 0) {
      refinement.refresh();
      note();
    }
  }
}
