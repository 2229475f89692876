package io.parabola.bench.problems;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;

/**
 * How far weights can be from the optimum of ½ w'Σw − μ'w + costs over 1'w = budget, lower &lt;= w
 * &lt;= upper and {@link Terms}, from the data alone. The problem is convex, so its value anywhere
 * is at least that of its tangent at w; and whatever multipliers y of the right signs are taken,
 * the constraints that they price can be left out for y times their slack. What remains is a sum of
 * convex functions of one weight each, linear but for kinks, over box and budget: a fractional
 * knapsack, found by sorting. Power costs are no part of the tangent but stay as they are: the
 * knapsack of their tangents gives the budget's price, with which each weight's function is least
 * where its slope is zero. So no solver's word is taken, its multipliers' neither: worse ones prove
 * less.
 *
 * @param relativeGap the bound over max(w'Σw, |μ'w|, costs); NaN for weights that are not numbers
 * @param violation the furthest that budget, bounds or terms are broken
 */
public record Certificate(double relativeGap, double violation) {
  /** What nothing can be worse than. */
  public static final Certificate PERFECT = new Certificate(0, 0);

  /**
   * What is asked of the weights beside box and budget.
   *
   * @param rows [m][n]
   * @param rowLower [m]
   * @param rowUpper [m]
   * @param currentWeights w₀ [n]; null for none, and then neither turnover nor costs
   * @param turnover the largest Σ|w − w₀|; infinity for no limit
   * @param gross the largest Σ|w|; infinity for no limit
   * @param costs what trading costs
   */
  public record Terms(
      double[][] rows,
      double[] rowLower,
      double[] rowUpper,
      double[] currentWeights,
      double turnover,
      double gross,
      Costs costs) {
    public static final Terms NONE =
        new Terms(
            new double[0][],
            new double[0],
            new double[0],
            null,
            Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            Costs.NONE);

    /** The same with other weights held now, if there are any. */
    public Terms from(double[] held) {
      return new Terms(
          rows, rowLower, rowUpper, currentWeights == null ? null : held, turnover, gross, costs);
    }
  }

  /** For one of a weight's pieces: where it begins and ends, and how its function climbs on it. */
  private record Piece(int asset, double from, double to, double slope) {
    double length() {
      return to - from;
    }
  }

  public static Certificate of(
      double[] covariance,
      double[] expectedReturns,
      double lower,
      double upper,
      double budget,
      double[] w) {
    return of(
        Risk.times(covariance, w),
        expectedReturns,
        lower,
        upper,
        budget,
        w,
        Terms.NONE,
        Multipliers.NONE);
  }

  /**
   * Judges weights.
   *
   * @param product Σw [n]
   */
  public static Certificate of(
      double[] product,
      double[] expectedReturns,
      double lower,
      double upper,
      double budget,
      double[] w,
      Terms terms,
      Multipliers multipliers) {
    int n = w.length;
    double[] current = terms.currentWeights();
    double[] trades = new double[n];
    double[] slopes = new double[n];
    double cost = 0;
    double violation = Math.abs(Arrays.stream(w).sum() - budget);
    for (int i = 0; i < n; i++) {
      trades[i] = current == null ? 0 : w[i] - current[i];
      slopes[i] = product[i] - expectedReturns[i] + terms.costs().smoothSlope(trades[i]);
      cost += terms.costs().of(trades[i]);
      violation = Math.max(violation, Math.max(lower - w[i], w[i] - upper));
    }
    double turnover = absoluteSum(trades);
    double gross = absoluteSum(w);
    violation = Math.max(violation, Math.max(turnover - terms.turnover(), gross - terms.gross()));

    // What leaving the priced constraints out costs.
    double gap = slack(multipliers.turnover(), terms.turnover() - turnover);
    gap += slack(multipliers.gross(), terms.gross() - gross);
    for (int r = 0; r < terms.rows().length; r++) {
      double rowPrice = multipliers.rows()[r];
      double value = dot(terms.rows()[r], w);
      add(-rowPrice, terms.rows()[r], slopes);
      double above = value - terms.rowLower()[r];
      double below = terms.rowUpper()[r] - value;
      violation = Math.max(violation, Math.max(-above, -below));
      gap += slack(Math.abs(rowPrice), rowPrice > 0 ? above : below);
    }

    double atCurrent = multipliers.turnover() + terms.costs().linear();
    Piece[] pieces = pieces(slopes, lower, upper, current, atCurrent, multipliers.gross());
    Arrays.sort(pieces, Comparator.comparingDouble(Piece::slope));
    double left = budget - n * lower;
    double price = reference(pieces, left);
    if (terms.costs().power() > 0) {
      gap += Math.abs(price * (Arrays.stream(w).sum() - budget));
      for (int i = 0; i < n; i++) {
        double slope = slopes[i] - terms.costs().powerSlope(trades[i]) - price;
        gap +=
            fall(slope, trades[i], lower, upper, current[i], terms.costs(), atCurrent, multipliers);
      }
    } else {
      gap += knapsack(pieces, left, price, w, lower, upper);
    }
    double scale = Math.max(dot(w, product), Math.abs(dot(w, expectedReturns)));
    return new Certificate(gap == 0 ? 0 : gap / Math.max(scale, cost), violation);
  }

  private static double absoluteSum(double[] values) {
    return Arrays.stream(values).map(Math::abs).sum();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double factor, double[] values, double[] target) {
    for (int i = 0; i < values.length; i++) {
      target[i] += factor * values[i];
    }
  }

  /** Slack of either sign counts: a constraint that is broken a little must not hide a gap. */
  private static double slack(double price, double slack) {
    return price == 0 ? 0 : price * Math.abs(slack);
  }

  /** The functions slope·v + atCurrent·|v − current| + atZero·|v| between their kinks. */
  private static Piece[] pieces(
      double[] slopes,
      double lower,
      double upper,
      double[] current,
      double atCurrent,
      double atZero) {
    int n = slopes.length;
    boolean kinkAtCurrent = current != null && atCurrent > 0;
    Piece[] pieces = new Piece[(1 + (kinkAtCurrent ? 1 : 0) + (atZero > 0 ? 1 : 0)) * n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      double held = kinkAtCurrent ? Math.max(lower, Math.min(upper, current[i])) : lower;
      double zero = atZero > 0 ? Math.max(lower, Math.min(upper, 0)) : lower;
      double first = Math.min(held, zero);
      double second = Math.max(held, zero);
      double[] ends = {lower, first, second, upper};
      for (int piece = 0; piece < 3; piece++) {
        double from = ends[piece];
        double to = ends[piece + 1];
        if (to > from) {
          double slope = slopes[i];
          slope += !kinkAtCurrent ? 0 : from >= current[i] ? atCurrent : -atCurrent;
          slope += !(atZero > 0) ? 0 : from >= 0 ? atZero : -atZero;
          pieces[count++] = new Piece(i, from, to, slope);
        }
      }
    }
    return Arrays.copyOf(pieces, count);
  }

  /**
   * How much slope·x + power cost + atCurrent·|x| + gross·|current + x| is above its least for a
   * weight within its bounds, x being its trade.
   */
  private static double fall(
      double slope,
      double trade,
      double lower,
      double upper,
      double current,
      Costs costs,
      double atCurrent,
      Multipliers multipliers) {
    double atZero = multipliers.gross();
    DoubleUnaryOperator function =
        x ->
            slope * x
                + costs.power(x)
                + atCurrent * Math.abs(x)
                + (atZero > 0 ? atZero * Math.abs(current + x) : 0);
    double least = function.applyAsDouble(trade);
    double[] ends = {
      lower - current, Math.min(0, -current), Math.max(0, -current), upper - current
    };
    for (int k = 0; k < ends.length; k++) {
      ends[k] = Math.max(lower - current, Math.min(upper - current, ends[k]));
      least = Math.min(least, function.applyAsDouble(ends[k]));
    }
    for (int k = 0; k + 1 < ends.length; k++) {
      double middle = 0.5 * (ends[k] + ends[k + 1]);
      double side = Math.signum(middle);
      double linear =
          slope + atCurrent * side + (atZero > 0 ? atZero * Math.signum(current + middle) : 0);
      double x = side * costs.tradeOfSlope(Math.max(0, -side * linear));
      least = Math.min(least, function.applyAsDouble(Math.max(ends[k], Math.min(ends[k + 1], x))));
    }
    return function.applyAsDouble(trade) - least;
  }

  /**
   * The slope of the last piece that gets any: sums of w − v that ought to be zero, measured from
   * it, cost no accuracy.
   */
  private static double reference(Piece[] bySlope, double left) {
    double filled = 0;
    for (Piece piece : bySlope) {
      filled += piece.length();
      if (filled >= left * (1 - 1e-15)) {
        return piece.slope();
      }
    }
    return bySlope.length == 0 ? 0 : bySlope[bySlope.length - 1].slope();
  }

  /** How much the pieces' functions are above their least sum over all v that use the budget. */
  private static double knapsack(
      Piece[] bySlope, double left, double reference, double[] w, double lower, double upper) {
    double gap = 0;
    for (Piece piece : bySlope) {
      double more = Math.max(0, Math.min(left, piece.length()));
      left -= more;
      // Beyond its bounds a weight goes on as on its outermost pieces.
      double weight = w[piece.asset()];
      double used =
          Math.max(
                  piece.from() == lower ? Double.NEGATIVE_INFINITY : piece.from(),
                  Math.min(piece.to() == upper ? Double.POSITIVE_INFINITY : piece.to(), weight))
              - piece.from();
      gap += (piece.slope() - reference) * (used - more);
    }
    return Math.abs(gap);
  }

  public Certificate worse(Certificate other) {
    // Math.max keeps NaN, which is the worst of all.
    return new Certificate(
        Math.max(relativeGap, other.relativeGap), Math.max(violation, other.violation));
  }

  public boolean within(double tolerance) {
    return relativeGap <= tolerance && violation <= tolerance;
  }
}
