package io.parabola.internal.downside;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.LinearConstraints;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import io.parabola.TransactionCosts;
import io.parabola.internal.CostData;
import io.parabola.internal.Dot;
import io.parabola.internal.ProblemData;
import io.parabola.internal.downside.DownsideRows.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A downside problem as a linear (or quadratic) program for the engine itself, whose weights are
 *
 * <pre>
 *   w, α, a shortfall z_s &gt;= α-free loss of each scenario in question, and what is bought and sold
 * </pre>
 *
 * <p>Scenarios that lose much more than the value at risk count in full, those that lose much less
 * not at all; so it is a relaxation, whose optimum bounds the objective from below. There is room
 * for some two hundred scenarios in between: for where an interior point comes to its end, because
 * limits leave no inside, or numbers differ by too many digits. The engine solves it exactly.
 */
final class SmallProgram {
  private final DownsideModel model;
  private final TailMeasure measure;
  private final ProblemData data;
  private final ScenarioTable table;
  private final double unit;
  private final double limit;

  private final List<String> names = new ArrayList<>();
  private final List<double[]> coefficients = new ArrayList<>();
  private final List<Double> lower = new ArrayList<>();
  private final List<Double> upper = new ArrayList<>();
  private int size;

  /** What it found: weights, and a bound of the objective. */
  record Found(double[] weights, double bound) {}

  SmallProgram(
      DownsideModel model,
      TailMeasure measure,
      ProblemData data,
      ScenarioTable table,
      double unit,
      double limit) {
    this.model = model;
    this.measure = measure;
    this.data = data;
    this.table = table;
    this.unit = unit;
    this.limit = limit;
  }

  /**
   * Solves it.
   *
   * @param engine for linear and quadratic programs
   * @param losses of a portfolio near the optimum [S]
   * @param threshold its value at risk, or where the measure's losses begin
   * @return what it found; null if it does not fit, or there is nothing
   */
  Found solve(Engine engine, double[] losses, double threshold) {
    int n = model.n;
    boolean turnover = data.maximumTurnover() < Double.POSITIVE_INFINITY;
    boolean gross = data.maximumGrossExposure() < Double.POSITIVE_INFINITY;
    int own = model.limits.rows.size() + (turnover ? n : 0) + (gross ? n : 0);
    int room = LinearConstraints.MAXIMUM_ROWS - own;
    if (room < 1) {
      return null;
    }
    int[] between = nearest(losses, threshold, room);
    boolean[] inside = new boolean[losses.length];
    for (int s : between) {
      inside[s] = true;
    }
    // u of those that count in full.
    double[] full = new double[losses.length];
    double mass = 0;
    for (int s = 0; s < full.length; s++) {
      if (!inside[s] && losses[s] > threshold) {
        full[s] = measure.cap(s);
        mass += full[s];
      }
    }
    if (measure.isQuadratic() && mass > 0) {
      return null;
    }
    double[] tail = table.transposed(full);
    boolean free = measure.hasFreeThreshold();
    int alpha = n;
    int shortfalls = n + (free ? 1 : 0);
    int trades = shortfalls + between.length;
    int sides = trades + (turnover ? 2 * n : 0);
    size = sides + (gross ? 2 * n : 0);

    double[] c = new double[size];
    double price = model.riskPrice;
    double behind = data.benchmark() == null ? 0 : Dot.of(tail, data.benchmark());
    double constant = behind - (free ? 0 : mass * measure.fixedThreshold());
    double[] risk = new double[size];
    for (int i = 0; i < n; i++) {
      risk[i] = -tail[i];
    }
    if (free) {
      risk[alpha] = unit * (1 - mass);
    }
    for (int k = 0; k < between.length && !measure.isQuadratic(); k++) {
      risk[shortfalls + k] = unit * measure.cap(between[k]);
    }
    for (int j = 0; j < size; j++) {
      c[j] = price * risk[j] - (j < n ? model.reward[j] : 0);
    }
    double[] variance = new double[size];
    for (int k = 0; k < between.length && measure.isQuadratic(); k++) {
      variance[shortfalls + k] = 2 * price * unit * unit * measure.cap(between[k]);
    }
    double[] low = new double[size];
    double[] high = new double[size];
    Arrays.fill(high, Double.POSITIVE_INFINITY);
    System.arraycopy(data.lower(), 0, low, 0, n);
    System.arraycopy(data.upper(), 0, high, 0, n);
    if (free) {
      low[alpha] = Double.NEGATIVE_INFINITY;
    }
    for (Row row : model.limits.rows) {
      double[] x = new double[size];
      System.arraycopy(row.c(), 0, x, 0, n);
      switch (row.kind()) {
        case TURNOVER -> Arrays.fill(x, trades, trades + 2 * n, -1);
        case GROSS_EXPOSURE -> {
          Arrays.fill(x, 0, n, 0);
          Arrays.fill(x, sides, sides + 2 * n, -1);
        }
        case RISK -> {
          for (int j = 0; j < size; j++) {
            x[j] = -risk[j];
          }
        }
        default -> {}
      }
      double least = row.kind() == DownsideRows.Kind.RISK ? constant - limit : row.d();
      add(x, least, row.equality() ? least : Double.POSITIVE_INFINITY);
    }
    double[] row = new double[n];
    for (int k = 0; k < between.length; k++) {
      double[] x = new double[size];
      table.row(between[k], row);
      for (int i = 0; i < n; i++) {
        x[i] = row[i] / unit;
      }
      x[shortfalls + k] = 1;
      double base = data.benchmark() == null ? 0 : Dot.of(row, data.benchmark());
      if (free) {
        x[alpha] = 1;
      } else {
        base -= measure.fixedThreshold();
      }
      add(x, base / unit, Double.POSITIVE_INFINITY);
    }
    for (int i = 0; i < n; i++) {
      if (turnover) {
        split(i, trades, data.currentWeights()[i]);
      }
      if (gross) {
        split(i, sides, 0);
      }
    }
    Problem.Builder builder =
        Problem.builder(
                Covariance.ofFactors(names(size), new double[size], new double[1], variance))
            .expectedReturns(Arrays.stream(c).map(x -> -x).toArray())
            .riskAversion(measure.isQuadratic() ? 1 : 0)
            .lower(low)
            .upper(high)
            .withoutBudget()
            .constraints(constraints());
    if (data.costs() != null) {
      builder
          .currentWeights(Arrays.copyOf(data.currentWeights(), size))
          .transactionCosts(costs(data.costs()));
    }
    Solution solution = engine.solve(builder.build());
    if (solution.status() != Status.SOLVED && solution.status() != Status.INACCURATE) {
      return null;
    }
    double bound = solution.objective() - solution.gap() + price * constant;
    return new Found(Arrays.copyOf(solution.weights(), n), bound);
  }

  /** Those whose losses are nearest to the threshold, at most so many. */
  private static int[] nearest(double[] losses, double threshold, int most) {
    if (losses.length <= most) {
      int[] all = new int[losses.length];
      Arrays.setAll(all, s -> s);
      return all;
    }
    double[] far = new double[losses.length];
    Arrays.setAll(far, s -> Math.abs(losses[s] - threshold));
    double[] sorted = far.clone();
    Arrays.sort(sorted);
    int[] chosen = new int[most];
    int count = 0;
    for (int s = 0; s < far.length && count < most; s++) {
      if (far[s] < sorted[most - 1]) {
        chosen[count++] = s;
      }
    }
    for (int s = 0; s < far.length && count < most; s++) {
      if (far[s] == sorted[most - 1]) {
        chosen[count++] = s;
      }
    }
    return chosen;
  }

  private void add(double[] x, double least, double most) {
    names.add("row " + names.size());
    coefficients.add(x);
    lower.add(least);
    upper.add(most);
  }

  /** w_i = centre + up − down. */
  private void split(int i, int at, double centre) {
    double[] x = new double[size];
    x[i] = 1;
    x[at + 2 * i] = -1;
    x[at + 2 * i + 1] = 1;
    add(x, centre, centre);
  }

  private LinearConstraints constraints() {
    double[] all = new double[names.size() * size];
    for (int r = 0; r < names.size(); r++) {
      System.arraycopy(coefficients.get(r), 0, all, r * size, size);
    }
    return LinearConstraints.of(
        names,
        all,
        lower.stream().mapToDouble(Double::doubleValue).toArray(),
        upper.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private TransactionCosts costs(CostData costs) {
    double[] squares = new double[size];
    for (int i = 0; i < model.n; i++) {
      squares[i] = model.quadratic == null ? 0 : model.quadratic[i];
    }
    return TransactionCosts.builder()
        .buy(Arrays.copyOf(costs.buy(), size))
        .sell(Arrays.copyOf(costs.sell(), size))
        .quadratic(squares)
        .build();
  }

  private static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      names.add("x" + k);
    }
    return names;
  }
}
