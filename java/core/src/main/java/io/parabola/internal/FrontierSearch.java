package io.parabola.internal;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the risk tolerance τ = 1/γ at which a portfolio has a given return, for many returns at
 * once: the return never falls with τ, and the weights are piecewise linear in it.
 *
 * <p>All targets share the portfolios solved so far. A target between two of them gets their blend,
 * if its gap shows it to be optimal at the τ in between: then both lie on one piece, or at one τ at
 * which the return jumps. Otherwise that τ is solved too, and it is tried again.
 */
public final class FrontierSearch {
  /** A relative gap that shows a blend to be optimal to rounding. */
  private static final double OPTIMAL = 1e-13;

  /** How far beyond the maximum a target may be, over the size of returns, and still mean it. */
  private static final double SLACK = 1e-9;

  /** Roundings by which the sum that is a portfolio's return may be off. */
  private static final double ROUNDINGS = 16;

  /** Tolerances solved at first, in powers of two about the one that the ends suggest. */
  private static final int SWEEP = 24;

  private static final double REACH = 16;
  private static final int MAX_ROUNDS = 100;
  private static final int HALVE_EVERY = 3;

  /** The risk tolerance that breaks ties, in units of the largest variance over return. */
  private static final double TIE_TOLERANCE = 1e-9;

  /** By how much the variances of tied portfolios may differ, beside the largest: rounding. */
  private static final double TIE_VARIANCE = 1e-15;

  /** The return that makes it a tie: a portfolio without one moves by about 1e-9. */
  private static final double TIE_RETURN = 1e-5;

  private final Engine engine;
  private final Problem problem;
  private final ProblemData data;
  private final int n;
  private final double[][] sigma;
  private final double[] scratch;

  private final Point leastVariance;
  private final Point mostReturn;

  /** Solved so far, by ascending τ; their returns ascend too, apart from rounding. */
  private final List<Point> solved = new ArrayList<>();

  /**
   * A portfolio of the frontier.
   *
   * @param weights w [n], not to be modified
   * @param expectedReturn μ'w
   * @param variance w'Σw
   * @param riskTolerance τ
   * @param relativeGap at γ = 1/τ
   * @param status how it was found
   */
  public record Point(
      double[] weights,
      double expectedReturn,
      double variance,
      double riskTolerance,
      double relativeGap,
      Status status) {

    /**
     * The risk aversion.
     *
     * @return γ = 1/τ, infinite at minimum variance
     */
    public double riskAversion() {
      return 1 / riskTolerance;
    }

    boolean hasWeights() {
      return status == Status.SOLVED || status == Status.INACCURATE;
    }
  }

  /**
   * Solves the ends of the frontier.
   *
   * @param engine solves the portfolios
   * @param problem the problem
   */
  public FrontierSearch(Engine engine, Problem problem) {
    this.engine = engine;
    this.problem = problem;
    data = Internals.get().data(problem);
    n = problem.size();
    scratch = new double[n];
    sigma = new double[n][n];
    Matrix matrix = Internals.get().matrix(problem.covariance());
    for (int i = 0; i < n; i++) {
      matrix.getRow(i, sigma[i]);
    }
    leastVariance = solveLeastVariance();
    mostReturn = solve(List.of(Double.POSITIVE_INFINITY)).get(0);
    if (leastVariance.hasWeights()) {
      solved.add(leastVariance);
      if (mostReturn.hasWeights()) {
        solved.add(mostReturn);
      }
      sweep();
    }
  }

  /**
   * The return of minimum variance.
   *
   * @return NaN if no portfolio is feasible
   */
  public double leastReturn() {
    return leastVariance.expectedReturn();
  }

  /**
   * The maximum return.
   *
   * @return NaN if there is none
   */
  public double mostReturn() {
    return mostReturn.expectedReturn();
  }

  /**
   * Points for a problem without a frontier.
   *
   * @param count how many
   * @return points without weights, and with the status that says why
   */
  public List<Point> failed(int count) {
    Status reason = leastVariance.hasWeights() ? mostReturn.status() : leastVariance.status();
    return Collections.nCopies(count, nothing(reason));
  }

  /**
   * Finds the portfolios of given returns.
   *
   * @param targets finite
   * @return one for each, in their order
   */
  public List<Point> find(double[] targets) {
    Point[] found = new Point[targets.length];
    for (int round = 0; round < MAX_ROUNDS; round++) {
      SortedSet<Double> wanted = new TreeSet<>();
      for (int k = 0; k < targets.length; k++) {
        if (found[k] == null) {
          found[k] = find(targets[k], round, wanted);
        }
      }
      if (wanted.isEmpty()) {
        break;
      }
      add(solve(List.copyOf(wanted)));
    }
    return Arrays.asList(found);
  }

  /** The target's portfolio, or null and the τ that is to be solved first. */
  private Point find(double target, int round, SortedSet<Double> wanted) {
    double goal = target;
    if (mostReturn.hasWeights() && target > mostReturn()) {
      double size = Math.max(Math.abs(mostReturn()), mostReturn() - leastReturn());
      if (target - mostReturn() > SLACK * size) {
        return nothing(Status.INFEASIBLE);
      }
      goal = mostReturn();
    }
    if (goal <= leastReturn()) {
      return leastVariance;
    }
    int next = firstThatReturns(goal);
    Point below = solved.get(next - 1);
    double low = below.riskTolerance();
    boolean last = round == MAX_ROUNDS - 1;
    if (next == solved.size()) {
      // The return has no maximum, and none of the portfolios so far reaches the goal.
      wanted.add(REACH * low);
      return last ? nothing(Status.UNBOUNDED) : null;
    }
    Point above = solved.get(next);
    if (above.expectedReturn() - goal <= rounding(above)) {
      return above;
    }
    double high = above.riskTolerance();
    if (Double.isInfinite(high)) {
      wanted.add(REACH * low);
      return last ? below : null;
    }
    double part =
        (goal - below.expectedReturn()) / (above.expectedReturn() - below.expectedReturn());
    double secant = low + part * (high - low);
    Point blend = blend(below, above, part, secant);
    if (last || blend.relativeGap() <= OPTIMAL || !(secant > low && secant < high)) {
      return blend;
    }
    // Halved now and then, because secants alone can leave one end of the bracket where it is.
    boolean halve = round % HALVE_EVERY == HALVE_EVERY - 1;
    double half = low > 0 ? Math.sqrt(low) * Math.sqrt(high) : 0.5 * high;
    wanted.add(halve && half > low && half < high ? half : secant);
    return null;
  }

  /** The place of the first solved portfolio that has the return; at least 1. */
  private int firstThatReturns(double goal) {
    int without = 0;
    int with = solved.size();
    while (with - without > 1) {
      int middle = (without + with) >>> 1;
      Point point = solved.get(middle);
      if (point.expectedReturn() < goal - rounding(point)) {
        without = middle;
      } else {
        with = middle;
      }
    }
    return with;
  }

  private double rounding(Point point) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.abs(data.expectedReturns()[i] * point.weights()[i]);
    }
    return ROUNDINGS * Math.ulp(1.0) * sum;
  }

  private Point blend(Point below, Point above, double part, double riskTolerance) {
    double[] w = new double[n];
    for (int i = 0; i < n; i++) {
      double blended = (1 - part) * below.weights()[i] + part * above.weights()[i];
      w[i] = Math.min(Math.max(blended, data.lower()[i]), data.upper()[i]);
    }
    double[] gradient = new double[n];
    double variance = 0;
    double expectedReturn = 0;
    double largest = Math.abs(data.budget());
    for (int j = 0; j < n; j++) {
      double[] row = sigma[j];
      for (int i = 0; i < n; i++) {
        gradient[i] += row[i] * w[j];
      }
      largest = Math.max(largest, Math.abs(w[j]));
    }
    for (int i = 0; i < n; i++) {
      variance += w[i] * gradient[i];
      expectedReturn += w[i] * data.expectedReturns()[i];
      gradient[i] = gradient[i] / riskTolerance - data.expectedReturns()[i];
    }
    double[] lower = data.lower().clone();
    double[] upper = data.upper().clone();
    ScenarioRules.enclose(lower, upper, data.budget(), ScenarioRules.CERTIFIED * largest);
    double gap = Knapsack.gap(gradient, w, lower, upper, data.budget(), scratch);
    double scale = Math.max(variance / riskTolerance, Math.abs(expectedReturn));
    double relativeGap = gap == 0 ? 0 : gap / scale;
    boolean exact = below.status() == Status.SOLVED && above.status() == Status.SOLVED;
    return new Point(
        w,
        expectedReturn,
        variance,
        riskTolerance,
        relativeGap,
        exact ? Status.SOLVED : Status.INACCURATE);
  }

  private void sweep() {
    double rise = mostReturn() - leastReturn();
    double variance =
        mostReturn.hasWeights() ? mostReturn.variance() : Math.max(leastVariance.variance(), 1);
    double middle = rise > 0 && variance > 0 ? variance / rise : 1;
    List<Double> riskTolerances = new ArrayList<>();
    for (int power = -SWEEP; power <= SWEEP; power++) {
      riskTolerances.add(Math.scalb(middle, power));
    }
    add(solve(riskTolerances));
  }

  private void add(List<Point> points) {
    for (Point point : points) {
      if (point.hasWeights()) {
        solved.add(point);
      }
    }
    solved.sort(Comparator.comparingDouble(Point::riskTolerance));
  }

  private Point solveLeastVariance() {
    Problem.Builder still =
        Problem.builder(problem.covariance())
            .lower(data.lower())
            .upper(data.upper())
            .budget(data.budget());
    Point least;
    try (BatchSolution solution = engine.solve(Batch.builder(still.build(), 1).build())) {
      least = point(solution, 0, 0);
    }
    return least.hasWeights() ? earningMost(least) : least;
  }

  /**
   * Where several portfolios share the least variance, the one that earns most, which alone is
   * efficient. A risk tolerance of next to nothing finds it: it moves a portfolio that is the only
   * one by next to nothing, but from a tie to its end.
   */
  private Point earningMost(Point least) {
    double largestVariance = 0;
    double largestReturn = 0;
    for (int i = 0; i < n; i++) {
      largestVariance = Math.max(largestVariance, sigma[i][i]);
      largestReturn = Math.max(largestReturn, Math.abs(data.expectedReturns()[i]));
    }
    if (largestReturn == 0) {
      return least;
    }
    double tau = largestVariance == 0 ? 1 : TIE_TOLERANCE * largestVariance / largestReturn;
    Point most = solve(List.of(tau)).get(0);
    boolean tied =
        most.status() == Status.SOLVED
            && most.variance() - least.variance() <= TIE_VARIANCE * largestVariance
            && most.expectedReturn() - least.expectedReturn() > TIE_RETURN * largestReturn;
    return tied
        ? new Point(
            most.weights(),
            most.expectedReturn(),
            most.variance(),
            0,
            most.relativeGap(),
            most.status())
        : least;
  }

  private List<Point> solve(List<Double> riskTolerances) {
    double[] riskAversions = riskTolerances.stream().mapToDouble(tau -> 1 / tau).toArray();
    Batch batch = Batch.builder(problem, riskAversions.length).riskAversion(riskAversions).build();
    List<Point> points = new ArrayList<>();
    try (BatchSolution solution = engine.solve(batch)) {
      for (int s = 0; s < riskAversions.length; s++) {
        points.add(point(solution, s, riskTolerances.get(s)));
      }
    }
    return points;
  }

  private Point point(BatchSolution solution, int s, double riskTolerance) {
    double[] w = solution.weights(s);
    double expectedReturn = 0;
    for (int i = 0; i < n; i++) {
      expectedReturn += data.expectedReturns()[i] * w[i];
    }
    return new Point(
        w,
        expectedReturn,
        solution.variance(s),
        riskTolerance,
        solution.relativeGap(s),
        solution.status(s));
  }

  private Point nothing(Status status) {
    double[] w = new double[n];
    Arrays.fill(w, Double.NaN);
    return new Point(w, Double.NaN, Double.NaN, Double.NaN, Double.NaN, status);
  }
}
