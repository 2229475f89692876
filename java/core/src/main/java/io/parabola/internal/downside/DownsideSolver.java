package io.parabola.internal.downside;

import io.parabola.Covariance;
import io.parabola.DownsideProblem;
import io.parabola.DownsideRisk;
import io.parabola.Engine;
import io.parabola.LinearConstraints;
import io.parabola.Matrix;
import io.parabola.Objective;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.internal.Dot;
import io.parabola.internal.Internals;
import io.parabola.internal.ProblemData;
import io.parabola.internal.SolveControl;
import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.BlasSelection;
import io.parabola.internal.downside.DownsideRows.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Solves a downside problem: an interior point over the scenarios that can matter.
 *
 * <pre>
 *   start     the portfolio that is best by variance; the scenarios it loses most in
 *   solve     over these scenarios alone, which bounds the objective from below: ρ is a maximum over
 *             u in U, and the others' u is zero
 *   evaluate  the losses of that portfolio in all scenarios, its risk, and the gap between both
 *   extend    by the scenarios that the risk counts and were not there; again, more exactly
 * </pre>
 *
 * <p>Three or four rounds do. The gap is computed from the data: the risk of the weights
 * themselves, which keep every limit because the engine's own projection made them do so, less the
 * bound by {@link DownsideBound}. Multiplications are by the BLAS that {@link BlasSelection} picks.
 */
public final class DownsideSolver {
  private static final int MOST_ROUNDS = 40;

  /**
   * Of a target risk: how far inside the interior point aims, so that the result keeps the limit.
   */
  private static final double[] INSIDE = {1e-10, 1e-9, 1e-8, 1e-6};

  /** Of what the assets move: below it a risk is no more than what is left of their cancelling. */
  private static final double LEAST_PART = 1e-6;

  private static final double ROUNDING = 1e-13;

  /** Scenarios of the tail, in times of the tail, and in weights, that the first round takes. */
  private static final int FIRST_TAILS = 4;

  private static final int FIRST_WEIGHTS = 2;

  private final Engine engine;
  private final DownsideProblem asked;
  private final Problem problem;
  private final ProblemData data;
  private final DownsideRisk risk;
  private final TailMeasure measure;
  private final ScenarioTable table;
  private final double[] deviation;
  private final double unit;
  private final double tolerance;
  private final BooleanSupplier cancelled;
  private final double[] losses;

  /** A portfolio that keeps all limits. */
  private record Candidate(double[] weights, TailMeasure.Value value, double objective) {}

  private final SolveOptions options;
  private final int threads;

  private DownsideSolver(
      Engine engine, DownsideProblem asked, Problem problem, int threads, SolveOptions options) {
    this.engine = engine;
    this.asked = asked;
    this.problem = problem;
    this.threads = threads;
    this.options = options;
    risk = asked.risk();
    data = Internals.get().data(problem);
    double[] probabilities = asked.probabilities();
    measure = new TailMeasure(risk, probabilities);
    boolean centred = risk.kind() == DownsideRisk.Kind.SEMIVARIANCE;
    double[] mean = centred ? mean(asked.returns(), probabilities) : null;
    table = new ScenarioTable(asked.returns(), mean, threads);
    tolerance = options.tolerance();
    cancelled = SolveControl.of(threads, options)::isCancelled;
    deviation = deviations();
    unit = volatility(deviation);
    losses = new double[table.scenarios()];
  }

  /**
   * Solves.
   *
   * @param engine solves for variance, and projects
   * @param problem whose returns are open meanwhile
   * @param threads to go through the scenarios on
   * @param options tolerance and cancellation
   * @return what became of it
   */
  public static DownsideOutcome solve(
      Engine engine, DownsideProblem problem, int threads, SolveOptions options) {
    return new DownsideSolver(engine, problem, problem.problem(), threads, options).solve();
  }

  private static double[] mean(Matrix returns, double[] probabilities) {
    double[] mean = new double[returns.columns()];
    double[] row = new double[mean.length];
    for (int s = 0; s < probabilities.length; s++) {
      returns.getRow(s, row);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += probabilities[s] * row[i];
      }
    }
    return mean;
  }

  /** What losses are measured in: of the order of one asset's. */
  private static double volatility(double[] deviation) {
    double sum = 0;
    for (double one : deviation) {
      sum += one * one;
    }
    return sum > 0 ? Math.sqrt(sum / deviation.length) : 1;
  }

  /** Of each asset, about zero. */
  private double[] deviations() {
    double[] deviation = new double[problem.size()];
    double[] row = new double[deviation.length];
    for (int s = 0; s < table.scenarios(); s++) {
      table.row(s, row);
      for (int i = 0; i < row.length; i++) {
        deviation[i] += row[i] * row[i] / table.scenarios();
      }
    }
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = Math.sqrt(deviation[i]);
    }
    return deviation;
  }

  private DownsideOutcome solve() {
    DownsideModel model = new DownsideModel(data, data.objective().value());
    if (model.trouble != null) {
      String asset = problem.assets().get(model.unboundedAsset);
      return without(Status.INVALID, "weight of " + asset + " " + model.trouble);
    }
    if (data.costs() != null && data.costs().exponent() < 2 && any(data.costs().power())) {
      return without(
          Status.INVALID,
          "costs of power "
              + data.costs().exponent()
              + ": downside risk is minimised with linear and quadratic costs alone");
    }
    Solution start = start();
    if (start.status() != Status.SOLVED && start.status() != Status.INACCURATE) {
      return without(start.status(), start.message());
    }
    Candidate first = candidate(start.weights());
    if (data.objective().kind() == Objective.Kind.RISK_AVERSION && data.objective().value() == 0) {
      return outcome(model, first, start.gap(), new double[model.limits.rows.size()], 0, 0);
    }
    return rounds(model, first);
  }

  private static boolean any(double[] values) {
    return Arrays.stream(values).anyMatch(v -> v > 0);
  }

  /** The best by variance, of a like appetite for risk. */
  private Solution start() {
    Objective asked = data.objective();
    Objective alike =
        switch (asked.kind()) {
          case RISK_AVERSION ->
              measure.isQuadratic()
                  ? asked
                  : Objective.riskAversion(2 * asked.value() / Math.max(0.5 * unit, 1e-300));
          case TARGET_RISK -> Objective.minimumVariance();
          default -> asked;
        };
    return engine.solve(problem.toBuilder().objective(alike).build());
  }

  private Candidate candidate(double[] w) {
    table.losses(held(w), losses);
    TailMeasure.Value value = measure.of(losses);
    Objective asked = data.objective();
    double objective = costs(w);
    switch (asked.kind()) {
      case RISK_AVERSION ->
          objective += asked.value() * value.risk() - Dot.of(data.expectedReturns(), w);
      case TARGET_RISK -> objective -= Dot.of(data.expectedReturns(), w);
      default -> objective += value.risk();
    }
    return new Candidate(w, value, objective);
  }

  /** Less the benchmark. */
  private double[] held(double[] w) {
    double[] x = w.clone();
    for (int i = 0; data.benchmark() != null && i < x.length; i++) {
      x[i] -= data.benchmark()[i];
    }
    return x;
  }

  private double costs(double[] w) {
    if (problem.transactionCosts() == null) {
      return 0;
    }
    double[] trades = new double[w.length];
    Arrays.setAll(trades, i -> w[i] - data.currentWeights()[i]);
    return problem.transactionCosts().of(trades);
  }

  /** Whether the limit of risk, if there is one, is kept. */
  private boolean keepsRisk(Candidate candidate) {
    Objective asked = data.objective();
    return asked.kind() != Objective.Kind.TARGET_RISK
        || candidate.value().risk()
            <= asked.value() + ROUNDING * Math.max(asked.value(), moved(candidate.weights()));
  }

  private DownsideOutcome rounds(DownsideModel model, Candidate first) {
    boolean[] taken = firstScenarios(first);
    Candidate best = keepsRisk(first) ? first : null;
    Candidate last = first;
    double lower = Double.NEGATIVE_INFINITY;
    double[] prices = new double[model.limits.rows.size()];
    int steps = 0;
    int inside = 0;
    double aim = 1e-4;
    DownsideBound bound = new DownsideBound(model, measure);
    DownsideInterior interior = interior(model, inside);
    try {
      if (!interior.canMove()) {
        return outcome(model, first, 0, prices, 0, 0);
      }
      double finest = Math.max(0.1 * tolerance, 1e-12);
      for (int round = 0; round < MOST_ROUNDS; round++) {
        if (cancelled.getAsBoolean()) {
          return without(Status.CANCELLED, "cancelled");
        }
        int[] chosen = indices(taken);
        interior.take(table, chosen, data.benchmark());
        interior.start(last.weights());
        int before = interior.steps();
        boolean reached = interior.run(aim);
        steps += interior.steps() - before;
        double[] y = interior.multipliers();
        double[] u = interior.tailWeights(table.scenarios());
        measure.project(u);
        double below = bound.of(y, u, table.transposed(u), data.benchmark());
        if (below > lower) {
          lower = below;
          prices = prices(model, interior, y);
        }
        boolean finestReached = aim <= finest || !reached && round > 0;
        last = candidate(projected(interior.weights()));
        if (keepsRisk(last) && (best == null || last.objective() < best.objective())) {
          best = last;
        }
        double gap = best == null ? Double.POSITIVE_INFINITY : best.objective() - lower;
        double relative = gap / scale(best == null ? last : best, prices, model);
        if (relative <= tolerance) {
          return outcome(model, best, gap, prices, steps, chosen.length);
        }
        int added = extend(taken, last);
        if (added == 0 && finestReached) {
          if (keepsRisk(last) || inside + 1 >= INSIDE.length) {
            break;
          }
          interior.close();
          interior = interior(model, ++inside);
        }
        aim =
            added == 0
                ? Math.max(finest, Math.min(aim * 1e-3, 1e-2 * relative))
                : Math.max(finest, Math.min(1e-3, 0.03 * relative));
      }
      return finish(model, best, last, lower, prices, steps, indices(taken).length);
    } finally {
      interior.close();
    }
  }

  /** What is left to do where the interior point has come to its end without a proof. */
  private DownsideOutcome finish(
      DownsideModel model,
      Candidate found,
      Candidate last,
      double bound,
      double[] prices,
      int steps,
      int scenariosUsed) {
    Candidate best = found;
    double lower = bound;
    double limit = data.objective().value();
    for (Candidate near = found == null ? last : found; near != null; ) {
      table.losses(held(near.weights()), losses);
      SmallProgram.Found small =
          new SmallProgram(model, measure, data, table, unit, limit)
              .solve(engine, losses, near.value().threshold());
      near = null;
      if (small != null) {
        lower = Math.max(lower, small.bound());
        Candidate next = candidate(projected(small.weights()));
        if (keepsRisk(next) && (best == null || next.objective() < best.objective())) {
          best = next;
          near = isSolved(best, lower, prices, model) ? null : next;
        }
      }
    }
    if (best == null) {
      return unreachable(model);
    }
    if (!isSolved(best, lower, prices, model)) {
      double theta = model.riskRow < 0 ? model.riskPrice : -prices[model.riskRow];
      lower = Math.max(lower, exactBound(best.value().weights(), theta));
    }
    return outcome(model, best, best.objective() - lower, prices, steps, scenariosUsed);
  }

  private boolean isSolved(
      Candidate candidate, double lower, double[] prices, DownsideModel model) {
    return candidate.objective() - lower <= tolerance * scale(candidate, prices, model);
  }

  /**
   * The bound that u gives with the best multipliers of all limits: the least of the objective's
   * tangent, a linear program in the weights alone, which the engine solves and certifies. For
   * where limits leave no room inside, and their multipliers have no end.
   */
  private double exactBound(double[] u, double theta) {
    double[] tail = table.transposed(u);
    Objective asked = data.objective();
    boolean earns =
        asked.kind() == Objective.Kind.RISK_AVERSION || asked.kind() == Objective.Kind.TARGET_RISK;
    double[] slope = new double[tail.length];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = theta * tail[i] + (earns ? data.expectedReturns()[i] : 0);
    }
    Solution least =
        engine.solve(
            problem.toBuilder()
                .expectedReturns(slope)
                .riskAversion(0)
                .constraints(rowsAndTarget())
                .benchmark((double[]) null)
                .build());
    if (least.status() != Status.SOLVED && least.status() != Status.INACCURATE) {
      return Double.NEGATIVE_INFINITY;
    }
    double behind = data.benchmark() == null ? 0 : Dot.of(tail, data.benchmark());
    double limit = asked.kind() == Objective.Kind.TARGET_RISK ? asked.value() : 0;
    return least.objective() - least.gap() + theta * (behind - measure.conjugate(u) - limit);
  }

  private DownsideInterior interior(DownsideModel model, int inside) {
    DownsideModel aimed = model;
    if (model.riskRow >= 0) {
      double limit = data.objective().value();
      aimed =
          new DownsideModel(data, limit - INSIDE[inside] * Math.max(Math.abs(limit), 0.01 * unit));
    }
    double work = 50.0 * model.n * model.n * Math.min(losses.length, 4.0 * model.n + 1000);
    Blas blas = BlasSelection.forWork(work);
    return new DownsideInterior(aimed, measure, unit, blas);
  }

  /** No portfolio was found that keeps the limit of risk: is there none? */
  private DownsideOutcome unreachable(DownsideModel model) {
    Problem calmest = problem.toBuilder().minimumVariance().transactionCosts(null).build();
    DownsideOutcome least = new DownsideSolver(engine, asked, calmest, threads, options).solve();
    double limit = data.objective().value();
    if (least.status() == Status.SOLVED && least.objective() - least.gap() > limit) {
      return without(
          Status.INFEASIBLE,
          "target risk " + limit + ": no portfolio has less than " + least.risk());
    }
    return without(
        Status.INACCURATE, "target risk " + limit + ": no portfolio was found that keeps it");
  }

  private double scale(Candidate candidate, double[] prices, DownsideModel model) {
    double earned = Math.abs(Dot.of(model.reward, candidate.weights()));
    double price =
        model.riskRow >= 0 ? Math.abs(prices[model.riskRow]) : Math.max(model.riskPrice, 0);
    double paid = costs(candidate.weights());
    return Math.max(Math.max(earned, paid), price * size(candidate));
  }

  /** What ρ is in size; where all of it cancels, a part of what the assets move is left. */
  private double size(Candidate candidate) {
    double moved = moved(candidate.weights());
    return Math.max(
        candidate.value().magnitude(),
        LEAST_PART * (measure.isQuadratic() ? moved * moved : moved));
  }

  private double[] projected(double[] near) {
    int n = near.length;
    Covariance identity =
        Covariance.ofFactors(problem.assets(), new double[n], new double[1], filled(n));
    Problem.Builder builder =
        problem.toBuilder(identity)
            .expectedReturns(near)
            .riskAversion(1)
            .constraints(rowsAndTarget())
            .transactionCosts(null)
            .benchmark((double[]) null);
    Solution nearest = engine.solve(builder.start(near).build());
    if (nearest.status() != Status.SOLVED && nearest.status() != Status.INACCURATE) {
      throw new IllegalStateException("projection: " + nearest.message());
    }
    return nearest.weights();
  }

  private static double[] filled(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Σ |w| times the root of the mean square of its returns. */
  private double moved(double[] w) {
    double sum = 0;
    double gross = 0;
    for (int i = 0; i < w.length; i++) {
      sum += Math.abs(w[i]) * deviation[i];
      gross += Math.abs(w[i]);
    }
    return sum > 0 ? sum : unit * gross;
  }

  /** The rows, and the target return as one of them. */
  private LinearConstraints rowsAndTarget() {
    LinearConstraints rows = problem.constraints();
    if (data.objective().kind() != Objective.Kind.TARGET_RETURN) {
      return rows;
    }
    List<String> names = new ArrayList<>(rows == null ? List.of() : rows.names());
    String name = "expected return";
    while (names.contains(name)) {
      name += "'";
    }
    names.add(name);
    int n = problem.size();
    int m = names.size();
    double[] coefficients =
        Arrays.copyOf(rows == null ? new double[0] : rows.coefficients(), m * n);
    double[] least = Arrays.copyOf(rows == null ? new double[0] : rows.lower(), m);
    double[] most = Arrays.copyOf(rows == null ? new double[0] : rows.upper(), m);
    System.arraycopy(data.expectedReturns(), 0, coefficients, (m - 1) * n, n);
    least[m - 1] = data.objective().value();
    most[m - 1] = Double.POSITIVE_INFINITY;
    return LinearConstraints.of(names, coefficients, least, most);
  }

  /** Those that lose most. */
  private boolean[] firstScenarios(Candidate first) {
    int count = losses.length;
    boolean[] taken = new boolean[count];
    int tail = 0;
    for (double one : first.value().weights()) {
      tail += one > 0 ? 1 : 0;
    }
    long many = measure.hasFreeThreshold() ? FIRST_TAILS * (long) tail : tail + tail / 4;
    // Beyond so many more of the tail says little.
    many = Math.min(many, tail + tail / 2 + 10L * problem.size());
    many += FIRST_WEIGHTS * (long) problem.size() + 10;
    if (many >= count) {
      Arrays.fill(taken, true);
      return taken;
    }
    double[] sorted = losses.clone();
    Arrays.sort(sorted);
    double from = sorted[count - (int) many];
    for (int s = 0; s < count; s++) {
      taken[s] = losses[s] >= from;
    }
    return taken;
  }

  /** Takes what the risk of a portfolio counts, and a little more; returns how many are new. */
  private int extend(boolean[] taken, Candidate candidate) {
    double threshold = candidate.value().threshold();
    double margin = 0.02 * Math.max(Math.abs(threshold), 0.05 * unit);
    int counted = 0;
    for (int s = 0; s < losses.length; s++) {
      if (!taken[s] && losses[s] > threshold) {
        counted++;
      }
    }
    for (int s = 0; s < losses.length && counted > 0; s++) {
      taken[s] |= losses[s] > threshold - margin;
    }
    return counted;
  }

  private static int[] indices(boolean[] taken) {
    int[] chosen = new int[taken.length];
    int count = 0;
    for (int s = 0; s < taken.length; s++) {
      if (taken[s]) {
        chosen[count++] = s;
      }
    }
    return Arrays.copyOf(chosen, count);
  }

  /** Multipliers as derivatives; 0 where a limit does not bind. */
  private static double[] prices(DownsideModel model, DownsideInterior interior, double[] y) {
    double[] prices = new double[y.length];
    for (int r = 0; r < y.length; r++) {
      Row row = model.limits.rows.get(r);
      boolean binds = row.equality() || interior.multiplier(r) > 1e-3 * interior.slack(r);
      prices[r] = binds ? row.sign() * y[r] : 0;
    }
    return prices;
  }

  private DownsideOutcome outcome(
      DownsideModel model,
      Candidate candidate,
      double gap,
      double[] prices,
      int steps,
      int scenariosUsed) {
    double rounded = Math.max(gap, 0);
    double relative = rounded == 0 ? 0 : rounded / scale(candidate, prices, model);
    Status status = relative <= tolerance ? Status.SOLVED : Status.INACCURATE;
    List<String> names = new ArrayList<>();
    List<Double> sums = new ArrayList<>();
    for (int r = 0; r < prices.length; r++) {
      String name = model.limits.rows.get(r).name();
      int at = names.indexOf(name);
      if (at < 0) {
        names.add(name);
        sums.add(prices[r]);
      } else {
        sums.set(at, sums.get(at) + prices[r]);
      }
    }
    return new DownsideOutcome(
        status,
        status == Status.SOLVED
            ? ""
            : "the relative gap is " + relative + ", above the tolerance " + tolerance,
        candidate.weights(),
        candidate.value().risk(),
        candidate.value().threshold(),
        candidate.objective(),
        rounded,
        relative,
        candidate.value().weights(),
        sums.stream().mapToDouble(Double::doubleValue).toArray(),
        List.copyOf(names),
        steps,
        scenariosUsed);
  }

  private DownsideOutcome without(Status status, String message) {
    double[] none = new double[problem.size()];
    Arrays.fill(none, Double.NaN);
    double nan = Double.NaN;
    return new DownsideOutcome(
        status,
        message,
        none,
        nan,
        nan,
        nan,
        nan,
        nan,
        new double[0],
        new double[0],
        List.of(),
        0,
        0);
  }
}
