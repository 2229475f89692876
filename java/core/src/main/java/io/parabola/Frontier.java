package io.parabola;

import io.parabola.internal.Internals;
import io.parabola.internal.ProblemData;
import io.parabola.internal.RowData;
import io.parabola.internal.criticalline.CovarianceColumns;
import io.parabola.internal.criticalline.EfficientLine;
import io.parabola.internal.criticalline.EfficientLine.Portfolio;
import io.parabola.internal.criticalline.LineProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Portfolios on the efficient frontier of one problem: each has the least variance of all that
 * return at least as much. Immutable; may be used from many threads at once.
 *
 * <p>Along the frontier the weights are a piecewise linear function of the risk tolerance τ = 1/γ.
 * The critical line method follows them from corner to corner, where a weight meets its bound or
 * leaves it, so that every portfolio in between is exact to rounding, which its own gap proves. The
 * engine solves only the portfolio of least variance that it starts from; the rest is the same on
 * every engine.
 */
public final class Frontier {
  private final List<Point> points;

  /** A portfolio, or the status that says why there is none. */
  private record Point(
      double[] weights,
      double expectedReturn,
      double variance,
      double costs,
      double riskTolerance,
      double relativeGap,
      Status status) {

    static Point of(Portfolio portfolio) {
      return new Point(
          portfolio.weights(),
          portfolio.expectedReturn(),
          portfolio.variance(),
          0,
          portfolio.riskTolerance(),
          portfolio.relativeGap(),
          portfolio.isExact() ? Status.SOLVED : Status.INACCURATE);
    }

    static Point without(int assets, Status reason) {
      double[] w = new double[assets];
      Arrays.fill(w, Double.NaN);
      return new Point(w, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, reason);
    }
  }

  private Frontier(List<Point> points) {
    this.points = points;
  }

  /**
   * Finds the corners of the frontier: wherever a weight meets its bound or leaves it, and both
   * ends. Between two of them weights are linear in the risk tolerance, and in the return. Two
   * corners of one risk aversion are the ends of a jump; two of the same weights of a kink.
   *
   * @param engine solves the portfolio that the line starts from; stays open
   * @param problem the problem, whose risk aversion does not matter; bounds, budget and linear
   *     constraints hold along the line
   * @return the corners in ascending order of return, from the portfolio of least variance to that
   *     of maximum return, or to the last corner if the return has no maximum; a single {@link
   *     Status#INFEASIBLE} one if the problem is
   * @throws InvalidInputException if the problem has other limits, costs or a benchmark
   */
  public static Frontier corners(Engine engine, Problem problem) {
    return follow(
        engine,
        problem,
        1,
        line -> {
          List<Point> corners = new ArrayList<>();
          line.corners().forEach(corner -> corners.add(Point.of(corner)));
          return corners;
        });
  }

  /**
   * Finds portfolios equally spaced in return, from that of minimum variance to that of maximum
   * return.
   *
   * @param engine solves the portfolio that the line starts from; stays open
   * @param problem the problem, whose risk aversion does not matter; bounds, budget and linear
   *     constraints hold along the line
   * @param points how many, at least 2
   * @return the portfolios in ascending order of return; each of them {@link Status#INFEASIBLE} if
   *     the problem is, or {@link Status#UNBOUNDED} if its return has no maximum
   * @throws InvalidInputException if {@code points < 2}
   */
  public static Frontier points(Engine engine, Problem problem, int points) {
    if (points < 2) {
      throw new InvalidInputException("points = " + points + ": needs at least 2");
    }
    return follow(
        engine,
        problem,
        points,
        line -> {
          if (!line.hasMaximumReturn()) {
            return failed(problem, points, line.isWhole() ? Status.UNBOUNDED : Status.INACCURATE);
          }
          double least = line.first().expectedReturn();
          double most = line.last().expectedReturn();
          double[] targets = new double[points];
          for (int i = 0; i < points; i++) {
            double part = (double) i / (points - 1);
            targets[i] = (1 - part) * least + part * most;
          }
          return find(line, problem, targets);
        });
  }

  /**
   * Finds the portfolios of given returns.
   *
   * @param engine solves the portfolio that the line starts from; stays open
   * @param problem the problem, whose risk aversion does not matter; bounds, budget and linear
   *     constraints hold along the line
   * @param targets expected returns per period, in any order; not modified
   * @return a portfolio for each target, in their order: of minimum variance where the target is
   *     below that one's return, and {@link Status#INFEASIBLE} where it is above the maximum return
   * @throws InvalidInputException if a target is not finite
   */
  public static Frontier atReturns(Engine engine, Problem problem, double[] targets) {
    for (int i = 0; i < targets.length; i++) {
      if (!Double.isFinite(targets[i])) {
        throw new InvalidInputException("targets[" + i + "] = " + targets[i] + ": must be finite");
      }
    }
    return follow(engine, problem, targets.length, line -> find(line, problem, targets));
  }

  /**
   * Finds the portfolios of given risk aversions, with all that a problem can have: limits of
   * turnover and gross exposure, costs, a benchmark. They are solved as one batch.
   *
   * @param engine solves; stays open
   * @param problem the problem, whose objective is a risk aversion
   * @param riskAversions γ, at least 0, in any order; not modified
   * @return a portfolio for each, in their order, with the status of its scenario; its gap is
   *     relative to max(γ risk, |μ'w|), and its variance is w'Σw with a benchmark too
   * @throws InvalidInputException if a risk aversion is not usable, or the objective is another
   */
  public static Frontier atRiskAversions(Engine engine, Problem problem, double[] riskAversions) {
    Batch batch =
        Batch.builder(problem, riskAversions.length).riskAversion(riskAversions.clone()).build();
    double[] benchmark = problem.benchmark();
    double[] covarianceWith = new double[problem.size()];
    double constant = 0;
    if (benchmark != null) {
      Covariance covariance = problem.covariance();
      for (int i = 0; i < benchmark.length; i++) {
        for (int j = 0; j < benchmark.length; j++) {
          covarianceWith[i] += benchmark[j] == 0 ? 0 : covariance.get(i, j) * benchmark[j];
        }
        constant += covarianceWith[i] * benchmark[i];
      }
    }
    List<Point> points = new ArrayList<>();
    try (BatchSolution solution = engine.solve(batch)) {
      for (int s = 0; s < riskAversions.length; s++) {
        double[] w = solution.weights(s);
        double variance = solution.variance(s);
        if (benchmark != null) {
          // w'Σw = (w−b)'Σ(w−b) + 2 (Σb)'w − b'Σb
          variance -= constant;
          for (int i = 0; i < w.length; i++) {
            variance += 2 * covarianceWith[i] * w[i];
          }
          variance = Math.max(variance, 0);
        }
        points.add(
            new Point(
                w,
                solution.expectedReturn(s),
                variance,
                solution.costs(s),
                1 / riskAversions[s],
                solution.relativeGap(s),
                solution.status(s)));
      }
    }
    return new Frontier(points);
  }

  /** The points that {@code find} takes from the line, or as many without weights. */
  private static Frontier follow(
      Engine engine, Problem problem, int count, Function<EfficientLine, List<Point>> find) {
    ProblemData data = Internals.get().data(Objects.requireNonNull(problem, "problem"));
    requireFollowed(data);
    Problem.Builder calmest =
        Problem.builder(problem.covariance())
            .lower(data.lower())
            .upper(data.upper())
            .budget(data.budget());
    if (problem.constraints() != null) {
      calmest.constraints(problem.constraints());
    }
    Solution least = engine.solve(calmest.build());
    if (least.status() == Status.INFEASIBLE || least.status() == Status.INVALID) {
      return new Frontier(failed(problem, count, least.status()));
    }
    boolean solved = least.status() == Status.SOLVED || least.status() == Status.INACCURATE;
    Matrix matrix = Internals.get().matrix(problem.covariance());
    if (matrix != null) {
      Internals.get().acquire(matrix);
    }
    try {
      EfficientLine line =
          new EfficientLine(
              new LineProblem(
                  matrix == null ? columns(problem.covariance()) : columns(matrix),
                  data.expectedReturns(),
                  data.lower(),
                  data.upper(),
                  data.budget(),
                  rows(data.rows()),
                  data.rows().lower(),
                  data.rows().upper()),
              solved ? least.weights() : null);
      if (!line.isFeasible()) {
        return new Frontier(failed(problem, count, Status.INFEASIBLE));
      }
      return new Frontier(
          line.corners().isEmpty() ? failed(problem, count, Status.INACCURATE) : find.apply(line));
    } finally {
      if (matrix != null) {
        Internals.get().release(matrix);
      }
    }
  }

  /** The line is that of bounds, a budget and rows; anything else would be left out of it. */
  private static void requireFollowed(ProblemData data) {
    String other =
        !data.hasBudget()
            ? "no budget"
            : data.maximumTurnover() < Double.POSITIVE_INFINITY
                ? "a limit of turnover"
                : data.maximumGrossExposure() < Double.POSITIVE_INFINITY
                    ? "a limit of gross exposure"
                    : data.costs() != null
                        ? "transaction costs"
                        : data.benchmark() != null ? "a benchmark" : null;
    if (other != null) {
      throw new InvalidInputException(
          "the frontier follows bounds, a budget and linear constraints; this problem has "
              + other);
    }
  }

  private static double[][] rows(RowData rows) {
    double[][] coefficients = new double[rows.count()][];
    for (int r = 0; r < coefficients.length; r++) {
      coefficients[r] =
          Arrays.copyOfRange(rows.coefficients(), r * rows.assets(), (r + 1) * rows.assets());
    }
    return coefficients;
  }

  private static CovarianceColumns columns(Covariance covariance) {
    return new CovarianceColumns() {
      @Override
      public double variance(int asset) {
        return covariance.variance(asset);
      }

      @Override
      public double[] column(int asset) {
        double[] column = new double[covariance.size()];
        Arrays.setAll(column, i -> covariance.get(asset, i));
        return column;
      }
    };
  }

  private static CovarianceColumns columns(Matrix matrix) {
    return new CovarianceColumns() {
      @Override
      public double variance(int asset) {
        return matrix.get(asset, asset);
      }

      @Override
      public double[] column(int asset) {
        double[] column = new double[matrix.columns()];
        matrix.getRow(asset, column);
        return column;
      }
    };
  }

  private static List<Point> find(EfficientLine line, Problem problem, double[] targets) {
    List<Point> found = new ArrayList<>();
    for (double target : targets) {
      Portfolio portfolio = line.atReturn(target);
      Status reason = line.isWhole() ? Status.INFEASIBLE : Status.INACCURATE;
      found.add(portfolio == null ? Point.without(problem.size(), reason) : Point.of(portfolio));
    }
    return found;
  }

  private static List<Point> failed(Problem problem, int count, Status reason) {
    return Collections.nCopies(count, Point.without(problem.size(), reason));
  }

  /**
   * The number of portfolios.
   *
   * @return as many as were asked for, or as there are corners
   */
  public int size() {
    return points.size();
  }

  /**
   * One portfolio's expected return per period, before costs.
   *
   * @param point 0 to size − 1
   * @return μ'w; NaN if there are no weights
   */
  public double expectedReturn(int point) {
    return points.get(point).expectedReturn();
  }

  /**
   * One portfolio's variance per period.
   *
   * @param point 0 to size − 1
   * @return w'Σw; NaN if there are no weights
   */
  public double variance(int point) {
    return points.get(point).variance();
  }

  /**
   * What trading to one portfolio costs.
   *
   * @param point 0 to size − 1
   * @return a fraction of equity, 0 without transaction costs; NaN if there are no weights
   */
  public double costs(int point) {
    return points.get(point).costs();
  }

  /**
   * The risk aversion for which one portfolio is optimal.
   *
   * @param point 0 to size − 1
   * @return γ; infinite at minimum variance, NaN if there are no weights
   */
  public double riskAversion(int point) {
    return 1 / points.get(point).riskTolerance();
  }

  /**
   * One portfolio's weights. They keep their bounds and sum to the budget to rounding.
   *
   * @param point 0 to size − 1
   * @return w [n], a copy; NaN if there are none
   */
  public double[] weights(int point) {
    return points.get(point).weights().clone();
  }

  /**
   * One portfolio's gap at its risk aversion, over max(γ w'Σw, |μ'w|); at minimum variance that of
   * minimising ½ w'Σw, over w'Σw.
   *
   * @param point 0 to size − 1
   * @return at least 0; NaN if there are no weights
   */
  public double relativeGap(int point) {
    return points.get(point).relativeGap();
  }

  /**
   * How the search for one portfolio ended.
   *
   * @param point 0 to size − 1
   * @return its status
   */
  public Status status(int point) {
    return points.get(point).status();
  }
}
