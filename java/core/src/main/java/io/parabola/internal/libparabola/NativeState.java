package io.parabola.internal.libparabola;

import io.parabola.Batch;
import io.parabola.Matrix;
import io.parabola.Objective;
import io.parabola.Problem;
import io.parabola.Status;
import io.parabola.internal.BatchData;
import io.parabola.internal.CovarianceOverrides;
import io.parabola.internal.FactorData;
import io.parabola.internal.Internals;
import io.parabola.internal.PreparedState;
import io.parabola.internal.ProblemData;
import io.parabola.internal.Results;
import io.parabola.internal.ScenarioChecks;
import io.parabola.internal.ScenarioRules;
import io.parabola.internal.Shares;
import io.parabola.internal.SolveControl;
import java.nio.ByteBuffer;

/** A problem that libparabola keeps ready, and the batches it is given chunk by chunk. */
final class NativeState implements PreparedState {
  /** Between two looks at the cancellation, and two calls of the progress. */
  private static final double SECONDS_A_CHUNK = 0.05;

  private final long handle;
  private final Executor executor;

  private NativeState(long handle, Executor executor) {
    this.handle = handle;
    this.executor = executor;
  }

  static NativeState prepare(Executor executor, Problem problem) {
    ProblemData data = Internals.get().data(problem);
    FactorData factors = Internals.get().factors(data.covariance());
    Matrix rows = factors == null ? Internals.get().matrix(data.covariance()) : factors.root();
    ProblemValues values = new ProblemValues(data, factors, executor);
    return new NativeState(
        NativeSolver.prepare(
            executor.kernels(),
            executor.device(),
            slabs(rows),
            factors == null ? null : slabs(factors.exposures()),
            (int) Math.min(Integer.MAX_VALUE, Internals.get().rowsPerSlab(rows)),
            rows.columns(),
            factors == null ? 0 : factors.factors(),
            rows.stride(),
            data.rows().count(),
            values.present(),
            values.packed()),
        executor);
  }

  private static ByteBuffer[] slabs(Matrix matrix) {
    ByteBuffer[] slabs = new ByteBuffer[Internals.get().slabs(matrix)];
    for (int k = 0; k < slabs.length; k++) {
      slabs[k] = Internals.get().slab(matrix, k);
    }
    return slabs;
  }

  @Override
  public void solve(Batch batch, Matrix weights, Results out, SolveControl control) {
    BatchData data = Internals.get().data(batch);
    DeviceRows device = DeviceRows.of(data.device(), control.deviceWeights());
    int n = data.problem().lower().length;
    ScenarioRows[] matrices = matrices(data);
    int[] strides = new int[NativeSolver.MATRICES];
    for (int k = 0; k < strides.length; k++) {
      strides[k] = matrices[k] == null ? Matrix.strideOf(n) : matrices[k].stride();
    }
    if (matrices[NativeSolver.ROW_LOWER] == null && matrices[NativeSolver.ROW_UPPER] != null) {
      strides[NativeSolver.ROW_LOWER] = strides[NativeSolver.ROW_UPPER];
    }
    Matrix stress = data.covariances().correlationStress();
    if (stress != null && stress.columns() < n) {
      strides[NativeSolver.STRESS] = -stress.stride();
    }
    ScenarioRows written = ScenarioRows.of(weights, 1);
    ScenarioRows reduced = ScenarioRows.of(out.reducedCosts, 1);
    double[][] scalars = scalars(data);
    int named = namedPrices(data);
    int total = data.scenarios();
    // Where nobody waits to hear of it or may call it off, the threads need not meet in between.
    boolean watched = control.isWatched();
    int chunk = watched ? Math.max(64, executor.firstChunk() / n) : executor.unwatchedChunk();
    for (int first = 0; first < total && !control.isCancelled(); ) {
      int count = Math.min(chunk, total - first);
      count = written == null ? count : Math.min(count, written.together(first));
      count = reduced == null ? count : Math.min(count, reduced.together(first));
      for (ScenarioRows matrix : matrices) {
        count = matrix == null ? count : Math.min(count, matrix.together(first));
      }
      ByteBuffer[] from = null;
      for (int k = 0; k < matrices.length; k++) {
        if (matrices[k] != null) {
          from = from == null ? new ByteBuffer[NativeSolver.MATRICES] : from;
          from[k] = matrices[k].from(first);
        }
      }
      long begin = System.nanoTime();
      NativeSolver.solve(
          handle,
          first,
          count,
          total,
          control.threads(),
          control.tolerance(),
          strides,
          from,
          scalars,
          device == null ? null : device.from(first),
          device == null ? 0 : device.stride(),
          written == null ? null : written.from(first),
          reduced == null ? null : reduced.from(first),
          named,
          out.records,
          out.status);
      explainRisks(data, first, count, out);
      checkCovariances(data, first, count, control.threads(), out);
      checkSuspects(data, first, count, out);
      checkRatios(data, first, count, control.tolerance(), out);
      double seconds = (System.nanoTime() - begin) * 1e-9;
      chunk = watched ? nextChunk(count, seconds) : executor.unwatchedChunk();
      first += count;
      control.report(first, total);
    }
  }

  /** Where a target risk is out of reach, the kernels leave the least variance there is. */
  private static void explainRisks(BatchData data, int first, int count, Results out) {
    if (data.problem().objective().kind() != Objective.Kind.TARGET_RISK) {
      return;
    }
    for (int s = first; s < first + count; s++) {
      double variance = out.get(s, Results.VARIANCE);
      if (out.status[s] == Status.INFEASIBLE.ordinal() && !Double.isNaN(variance)) {
        double target =
            data.objectiveValue() == null
                ? data.problem().objective().value()
                : data.objectiveValue()[s];
        out.reasons[s] = ScenarioRules.explainRisk(target, variance);
      }
    }
  }

  private static int namedPrices(BatchData data) {
    Objective.Kind kind = data.problem().objective().kind();
    boolean targeted = kind == Objective.Kind.TARGET_RETURN || kind == Objective.Kind.TARGET_RISK;
    return (data.problem().hasBudget() ? NativeSolver.BUDGET_PRICE : 0)
        + (data.hasTurnover() ? NativeSolver.TURNOVER_PRICE : 0)
        + (data.hasGrossExposure() ? NativeSolver.GROSS_PRICE : 0)
        + (targeted ? NativeSolver.TARGET_PRICE : 0);
  }

  /** Null where no scenario has one of its own. */
  private static double[][] scalars(BatchData data) {
    boolean none =
        data.objectiveValue() == null
            && data.budget() == null
            && data.maximumTurnover() == null
            && data.maximumGrossExposure() == null;
    return none
        ? null
        : new double[][] {
          data.objectiveValue(), data.budget(), data.maximumTurnover(), data.maximumGrossExposure()
        };
  }

  /** Answers for matrices that are no covariances prove nothing. */
  private static void checkCovariances(
      BatchData data, int first, int count, int threads, Results out) {
    if (data.covariances().own() == null || data.covariances().trusted()) {
      return;
    }
    Shares.over(
        threads,
        count,
        turns ->
            turns.each(
                k -> {
                  if (!ScenarioChecks.isCovariance(data, first + k)) {
                    out.status[first + k] = (byte) Status.INVALID.ordinal();
                  }
                }));
  }

  /**
   * Bad values that the kernels take no notice of: a target return of minus infinity asks for
   * nothing; where only the variance counts, expected returns are multiplied with the weights and
   * no more; and what makes an objective fall without end may be a trusted covariance that is none.
   */
  private static void checkSuspects(BatchData data, int first, int count, Results out) {
    Objective.Kind kind = data.problem().objective().kind();
    double[] targets = kind == Objective.Kind.TARGET_RETURN ? data.objectiveValue() : null;
    boolean ownReturns =
        kind == Objective.Kind.MINIMUM_VARIANCE
            && (data.expectedReturns() != null || data.device().expectedReturns() != null);
    boolean trusted = data.covariances().trusted();
    if (targets == null && !ownReturns && !trusted) {
      return;
    }
    for (int s = first; s < first + count; s++) {
      boolean suspect =
          targets != null && targets[s] == Double.NEGATIVE_INFINITY
              || ownReturns && !Double.isFinite(out.get(s, Results.EXPECTED_RETURN))
              || trusted && out.status[s] != Status.SOLVED.ordinal();
      if (suspect && ScenarioChecks.trouble(data, s) != null) {
        out.status[s] = (byte) Status.INVALID.ordinal();
      }
    }
  }

  /**
   * A bound of the Sharpe ratio that is below a ratio which was reached is none: where hedging
   * leaves of a variance what rounding does, the kernels may take noise for both.
   */
  private static void checkRatios(
      BatchData data, int first, int count, double tolerance, Results out) {
    if (data.problem().objective().kind() != Objective.Kind.MAXIMUM_SHARPE) {
      return;
    }
    for (int s = first; s < first + count; s++) {
      if (out.get(s, Results.RELATIVE_GAP) < -tolerance) {
        out.status[s] = (byte) Status.INACCURATE.ordinal();
        out.set(s, Results.GAP, Double.POSITIVE_INFINITY);
        out.set(s, Results.RELATIVE_GAP, Double.POSITIVE_INFINITY);
      }
    }
  }

  private static ScenarioRows[] matrices(BatchData data) {
    ScenarioRows[] matrices = new ScenarioRows[NativeSolver.MATRICES];
    CovarianceOverrides covariances = data.covariances();
    matrices[NativeSolver.EXPECTED_RETURNS] = ScenarioRows.of(data.expectedReturns(), 1);
    matrices[NativeSolver.LOWER] = ScenarioRows.of(data.lower(), 1);
    matrices[NativeSolver.UPPER] = ScenarioRows.of(data.upper(), 1);
    matrices[NativeSolver.START] = ScenarioRows.of(data.start(), 1);
    matrices[NativeSolver.CURRENT] = ScenarioRows.of(data.currentWeights(), 1);
    matrices[NativeSolver.SCENARIO_BENCHMARK] = ScenarioRows.of(data.benchmark(), 1);
    matrices[NativeSolver.BUY_COSTS] = ScenarioRows.of(data.costs().buy(), 1);
    matrices[NativeSolver.SELL_COSTS] = ScenarioRows.of(data.costs().sell(), 1);
    matrices[NativeSolver.QUADRATIC_COSTS] = ScenarioRows.of(data.costs().quadratic(), 1);
    matrices[NativeSolver.POWER_COSTS] = ScenarioRows.of(data.costs().power(), 1);
    matrices[NativeSolver.VOLATILITY] = ScenarioRows.of(covariances.volatilityMultipliers(), 1);
    matrices[NativeSolver.STRESS] = ScenarioRows.of(covariances.correlationStress(), 1);
    matrices[NativeSolver.FACTOR_COVARIANCE] = ScenarioRows.of(covariances.factorCovariance(), 1);
    matrices[NativeSolver.SPECIFIC_VARIANCE] = ScenarioRows.of(covariances.specificVariance(), 1);
    matrices[NativeSolver.OWN] = ScenarioRows.of(covariances.own(), data.problem().lower().length);
    matrices[NativeSolver.ROW_LOWER] = ScenarioRows.of(data.rows().lower(), 1);
    matrices[NativeSolver.ROW_UPPER] = ScenarioRows.of(data.rows().upper(), 1);
    matrices[NativeSolver.COEFFICIENTS] =
        ScenarioRows.of(data.rows().coefficients(), data.problem().rows().count());
    return matrices;
  }

  /** As many scenarios as take about the time that was agreed, but at most four times more. */
  private static int nextChunk(int count, double seconds) {
    double factor = Math.min(4, SECONDS_A_CHUNK / Math.max(seconds, 1e-9));
    return (int) Math.max(1, Math.min(count * factor, 1 << 20));
  }

  @Override
  public void close() {
    NativeSolver.release(handle);
  }
}
