package io.parabola.internal;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.DeviceMatrix;
import io.parabola.DownsideProblem;
import io.parabola.DownsideSolution;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.internal.downside.DownsideOutcome;
import io.parabola.internal.downside.DownsideSolver;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all engines have in common: arguments are checked, matrices kept open, results allocated and
 * failures put into words here, once; an engine itself only solves.
 */
public abstract class AbstractEngine implements Engine {
  private static final Status[] STATUSES = Status.values();
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final Cleaner CLEANER = Cleaner.create();

  private final String name;
  private final int threads;
  private final Uses uses;
  private List<String> passedOver = List.of();

  /**
   * Creates an engine.
   *
   * @param name as in {@code Engine.create(name)}
   * @param threads threads to solve on
   * @throws InvalidInputException if {@code threads < 1}
   */
  protected AbstractEngine(String name, int threads) {
    if (threads < 1) {
      throw new InvalidInputException("threads = " + threads + ": must be at least 1");
    }
    this.name = name;
    this.threads = threads;
    this.uses = new Uses("the " + name + " engine");
  }

  /**
   * Works out what depends on the problem alone. The caller keeps the covariance's matrix open
   * until this returns, and again during every solve, but not in between.
   *
   * @param problem the problem
   * @return what is kept, to be closed by the caller
   */
  protected abstract PreparedState prepareState(Problem problem);

  /**
   * Draws paths. The caller keeps all matrices open until this returns.
   *
   * @param paths at least one
   * @param target [S·H, n], every row to be written as a whole
   */
  protected abstract void drawPaths(PathsData paths, Matrix target);

  /**
   * Draws paths on the engine's device. The caller keeps all matrices open until this returns.
   *
   * @param paths at least one
   * @param target [S·H, n], on the engine's device
   */
  protected void drawPaths(PathsData paths, DeviceMatrix target) {
    throw new IllegalStateException("no device");
  }

  /**
   * What the engine runs on.
   *
   * @return part of a line, such as "plain Java, 2 threads"
   */
  protected abstract String description();

  /**
   * Which CUDA device's memory the engine reads and writes.
   *
   * @return the device's number, or −1 for none
   */
  protected int device() {
    return -1;
  }

  /** Releases what the engine holds; called once, when no solve runs. */
  protected abstract void release();

  /** Remembers why each engine that was tried before this one does not run. */
  void passedOver(List<String> reasons) {
    passedOver = List.copyOf(reasons);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int threads() {
    return threads;
  }

  @Override
  public final String describe() {
    StringBuilder line = new StringBuilder(name).append(" (").append(description()).append(')');
    for (String reason : passedOver) {
      line.append("; passed over: ").append(reason);
    }
    return line.toString();
  }

  @Override
  public final Solution solve(Problem problem, SolveOptions options) {
    try (BatchSolution solution = solve(Batch.builder(problem, 1).build(), options)) {
      return solution.solution(0);
    }
  }

  @Override
  public final BatchSolution solve(Batch batch, SolveOptions options) {
    long begin = System.nanoTime();
    try (OpenPrepared prepared = open(batch.problem())) {
      return prepared.solve(batch, options, begin);
    }
  }

  @Override
  public final Prepared prepare(Problem problem) {
    OpenPrepared prepared = open(problem);
    prepared.watch();
    return prepared;
  }

  @Override
  public final List<DownsideSolution> solve(List<DownsideProblem> problems, SolveOptions options) {
    int count = problems.size();
    DownsideSolution[] solutions = new DownsideSolution[count];
    int inside = Math.max(1, threads / Math.max(1, count));
    SolveControl control = SolveControl.of(threads, options);
    Thread caller = Thread.currentThread();
    AtomicInteger done = new AtomicInteger();
    uses.begin();
    try (Leases leases = new Leases()) {
      problems.forEach(problem -> leases.add(problem.returns()));
      Shares.over(
          threads,
          count,
          turns ->
              turns.each(
                  k -> {
                    long begin = System.nanoTime();
                    DownsideProblem problem = problems.get(k);
                    DownsideOutcome outcome = DownsideSolver.solve(this, problem, inside, options);
                    double seconds = (System.nanoTime() - begin) * 1e-9;
                    solutions[k] = Internals.get().solution(problem, outcome, seconds);
                    if (done.incrementAndGet() < count && Thread.currentThread() == caller) {
                      control.report(done.get(), count);
                    }
                  }));
    } finally {
      uses.end();
    }
    if (!control.isCancelled()) {
      control.report(count, count);
    }
    return List.of(solutions);
  }

  @Override
  public final void draw(Paths paths, Matrix target) {
    PathsData data = Internals.get().data(paths);
    requireShape(data, "a matrix", target.rows(), target.columns());
    try (Leases leases = new Leases()) {
      leases.add(target);
      draw(data, leases, () -> drawPaths(data, target));
    }
  }

  @Override
  public final void draw(Paths paths, DeviceMatrix target) {
    PathsData data = Internals.get().data(paths);
    requireShape(data, "a device matrix", target.rows(), target.columns());
    requireDevice(target);
    try (Leases leases = new Leases()) {
      leases.add(target);
      draw(data, leases, () -> drawPaths(data, target));
    }
  }

  private void draw(PathsData data, Leases leases, Runnable drawing) {
    uses.begin();
    try {
      data.process().matrices().forEach(leases::add);
      data.matrices().forEach(leases::add);
      if (data.paths() > 0) {
        drawing.run();
      }
    } finally {
      uses.end();
    }
  }

  private void requireDevice(DeviceMatrix matrix) {
    if (matrix.device() != device()) {
      throw new InvalidInputException(
          "a matrix on CUDA device "
              + matrix.device()
              + ", which the "
              + name
              + " engine "
              + (device() < 0 ? "does not read" : "of device " + device() + " does not read"));
    }
  }

  private static void requireShape(PathsData data, String kind, long rows, int columns) {
    long needed = (long) data.paths() * data.steps();
    if (rows != needed || columns != data.process().size()) {
      throw new InvalidInputException(
          "target is "
              + kind
              + " of "
              + rows
              + " x "
              + columns
              + ", but "
              + data.paths()
              + " paths of "
              + data.steps()
              + " steps and "
              + data.process().size()
              + " assets need "
              + needed
              + " x "
              + data.process().size());
    }
  }

  private OpenPrepared open(Problem problem) {
    Objects.requireNonNull(problem, "problem");
    uses.begin();
    try (Leases leases = new Leases()) {
      leases.add(Internals.get().matrix(problem.covariance()));
      return new OpenPrepared(problem, prepareState(problem));
    } finally {
      uses.end();
    }
  }

  @Override
  public final void close() {
    if (uses.close()) {
      release();
    }
  }

  private final class OpenPrepared implements Prepared {
    private final Problem problem;
    private final PreparedState state;
    private final Uses stateUses = new Uses("the prepared problem");
    private final Owner owner;
    private Cleaner.Cleanable watch;

    OpenPrepared(Problem problem, PreparedState state) {
      this.problem = problem;
      this.state = state;
      owner = new Owner(state, problem.size());
    }

    /** From here on it is in a caller's hands, who may forget to close it. */
    void watch() {
      watch = CLEANER.register(this, owner);
    }

    @Override
    public Problem problem() {
      return problem;
    }

    @Override
    public BatchSolution solve(Batch batch, SolveOptions options) {
      return solve(batch, options, System.nanoTime());
    }

    BatchSolution solve(Batch batch, SolveOptions options, long begin) {
      Objects.requireNonNull(options, "options");
      if (batch.problem() != problem) {
        throw new InvalidInputException("the batch is built on another problem than was prepared");
      }
      uses.begin();
      try {
        stateUses.begin();
        try {
          return solveOpen(batch, options, begin);
        } finally {
          stateUses.end();
        }
      } finally {
        uses.end();
      }
    }

    private BatchSolution solveOpen(Batch batch, SolveOptions options, long begin) {
      BatchData data = Internals.get().data(batch);
      DeviceMatrix deviceWeights = options.deviceWeights();
      if (deviceWeights != null || data.device() != DeviceOverrides.NONE) {
        checkDevice(data, deviceWeights);
      }
      Results results = new Results(data, options.reducedCosts());
      Matrix weights =
          deviceWeights != null
              ? null
              : Internals.get().allocateUnwritten(batch.scenarios(), batch.size());
      boolean solved = false;
      try (Leases leases = new Leases()) {
        leases.add(Internals.get().matrix(problem.covariance()));
        data.matrices().forEach(leases::add);
        data.device().matrices().forEach(leases::add);
        leases.add(deviceWeights);
        if (batch.scenarios() > 0) {
          state.solve(batch, weights, results, SolveControl.of(threads, options));
        }
        Map<Integer, Supplier<String>> messages = explain(data, results, options);
        clearWeights(weights, deviceWeights, results);
        double seconds = (System.nanoTime() - begin) * 1e-9;
        solved = true;
        return Internals.get()
            .solution(batch, weights, deviceWeights, results, messages, seconds, name);
      } finally {
        if (!solved) {
          if (weights != null) {
            weights.close();
          }
          if (results.reducedCosts != null) {
            results.reducedCosts.close();
          }
        }
      }
    }

    private void checkDevice(BatchData data, DeviceMatrix weights) {
      List<DeviceMatrix> matrices = new ArrayList<>(data.device().matrices());
      if (weights != null) {
        int n = data.problem().lower().length;
        if (weights.rows() != data.scenarios() || weights.columns() != n) {
          throw new InvalidInputException(
              "deviceWeights is a device matrix of "
                  + weights.rows()
                  + " x "
                  + weights.columns()
                  + ", but the weights are "
                  + data.scenarios()
                  + " x "
                  + n);
        }
        matrices.add(weights);
      }
      for (DeviceMatrix matrix : matrices) {
        requireDevice(matrix);
        if (matrix.stride() != matrices.get(0).stride()) {
          throw new InvalidInputException(
              "deviceWeights has stride "
                  + matrix.stride()
                  + ", but the batch's device matrices have "
                  + matrices.get(0).stride());
        }
      }
    }

    private Map<Integer, Supplier<String>> explain(
        BatchData data, Results results, SolveOptions options) {
      Map<Integer, Supplier<String>> messages = new HashMap<>();
      for (int s = 0; s < results.status.length; s++) {
        Status status = STATUSES[results.status[s]];
        if (status == Status.SOLVED) {
          continue;
        }
        if (status == Status.INACCURATE && !Double.isFinite(results.get(s, Results.GAP))) {
          status = withoutGap(data, s, results);
          results.status[s] = (byte) status.ordinal();
        }
        if (status != Status.INACCURATE) {
          results.clear(s);
        }
        messages.put(
            s,
            results.reasons[s] != null
                ? said(results.reasons[s])
                : ScenarioRules.explain(
                    status, data, s, results.get(s, Results.RELATIVE_GAP), options.tolerance()));
      }
      return messages;
    }

    /**
     * What an inaccurate answer without a finite gap is. NaN is the gap of weights that do not meet
     * the constraints; infinity that of weights that miss a target risk by what rounding makes of
     * hedged risk, unless an extreme number made it.
     */
    private Status withoutGap(BatchData data, int s, Results results) {
      if (ScenarioChecks.trouble(data, s) != null) {
        return Status.INVALID;
      }
      if (ScenarioRules.isInfeasible(data, s)) {
        return Status.INFEASIBLE;
      }
      if (ScenarioChecks.extreme(data, s) != null) {
        return Status.INVALID;
      }
      if (!Double.isNaN(results.get(s, Results.GAP))) {
        return Status.INACCURATE;
      }
      results.reasons[s] = ScenarioRules.explainUnproved(data, s);
      return Status.INVALID;
    }

    /** NaN where there are none. */
    private void clearWeights(Matrix weights, DeviceMatrix deviceWeights, Results results) {
      double[] nothing = null;
      for (int s = 0; s < results.status.length; s++) {
        int first = s;
        while (s < results.status.length && !hasWeights(results.status[s])) {
          s++;
        }
        if (s > first && weights == null) {
          Internals.get().fillWithNaN(deviceWeights, first, s);
        }
        for (int row = first; row < s && weights != null; row++) {
          if (nothing == null) {
            nothing = new double[weights.columns()];
            Arrays.fill(nothing, Double.NaN);
          }
          weights.setRow(row, nothing);
        }
      }
    }

    private boolean hasWeights(byte status) {
      return status == Status.SOLVED.ordinal() || status == Status.INACCURATE.ordinal();
    }

    private Supplier<String> said(String reason) {
      return () -> reason;
    }

    @Override
    public void close() {
      if (stateUses.close()) {
        owner.closed = true;
        if (watch == null) {
          owner.run();
        } else {
          watch.clean();
        }
      }
    }
  }

  /**
   * Releases what a prepared problem keeps, and says so where nobody closed it. Apart from it, or
   * it would keep it from the collector.
   */
  private static final class Owner implements Runnable {
    private final PreparedState state;
    private final int assets;
    private volatile boolean closed;

    Owner(PreparedState state, int assets) {
      this.state = state;
      this.assets = assets;
    }

    @Override
    public void run() {
      if (!closed) {
        LOG.warn(
            "a prepared problem of {} assets was left to the garbage collector: close it", assets);
      }
      state.close();
    }
  }

  /** Matrices kept open until the solve is over. */
  private static final class Leases implements AutoCloseable {
    private final Deque<Matrix> held = new ArrayDeque<>();
    private final Deque<DeviceMatrix> heldOnDevice = new ArrayDeque<>(0);

    void add(Matrix matrix) {
      if (matrix != null) {
        Internals.get().acquire(matrix);
        held.push(matrix);
      }
    }

    void add(DeviceMatrix matrix) {
      if (matrix != null) {
        Internals.get().acquire(matrix);
        heldOnDevice.push(matrix);
      }
    }

    @Override
    public void close() {
      held.forEach(Internals.get()::release);
      heldOnDevice.forEach(Internals.get()::release);
    }
  }
}
