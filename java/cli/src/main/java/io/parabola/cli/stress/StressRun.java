package io.parabola.cli.stress;

import io.parabola.Cancellation;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Frontier;
import io.parabola.InvalidInputException;
import io.parabola.Problem;
import io.parabola.ReturnProcess;
import io.parabola.Solution;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.ProgressLine;
import io.parabola.cli.files.Version;
import io.parabola.cli.options.UniverseOptions;
import io.parabola.models.stress.BoundPrices;
import io.parabola.models.stress.CorrelationSweep;
import io.parabola.models.stress.EllipticalTail;
import io.parabola.models.stress.HistoricalWindow;
import io.parabola.models.stress.MeanUncertainty;
import io.parabola.models.stress.Measure;
import io.parabola.models.stress.ResampledFrontier;
import io.parabola.models.stress.ReverseStress;
import io.parabola.models.stress.StressChunk;
import io.parabola.models.stress.StressResults;
import io.parabola.models.stress.StressTest;
import io.parabola.models.stress.TailComponents;
import io.parabola.models.stress.WholeFrontier;
import io.parabola.models.stress.WindowReplay;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A stress run: what went in, what came out, and how long each step took. */
public final class StressRun implements AutoCloseable {
  private static final int FRONTIER_POINTS = 60;
  private static final int SWEEP_POINTS = 41;
  private static final int RESAMPLED_POINTS = 20;

  /** Numbers of a sample that is drawn again unasked: 160 MB. */
  private static final long RESAMPLED = 20_000_000;

  /** Numbers that are in memory at a time: 32 MB. */
  private static final long ROOM = 4_000_000;

  private static final int MOST_TOGETHER = 16_384;

  /** Between two checkpoints; a property, for those who are stopped more often. */
  private static final double CHECKPOINT_SECONDS =
      Double.parseDouble(System.getProperty("parabola.checkpointSeconds", "5"));

  /** Scenarios whose bounds are priced. */
  private static final int PRICED = 2000;

  /** Scenarios whose place on the frontier is drawn. */
  private static final int DOTS = 900;

  private final StressSettings settings;
  private final UniverseOptions.Universe universe;
  private final Problem problem;
  private final Engine engine;
  private final Solution estimate;
  private final StressTest test;
  private final StressResults results;
  private final Dots dots;
  private final double estimatingSeconds;
  private double runningSeconds;
  private double analysingSeconds;
  private double totalSeconds;
  private long resumedFrom;
  private Failure failure;

  // What is looked at besides, or when all scenarios are through.
  private Frontier frontier;
  private ResampledFrontier resampled;
  private CorrelationSweep sweep;
  private ReverseStress reverse;
  private TailComponents components;
  private BoundPrices boundPrices;
  private List<WindowReplay> windows = List.of();
  private List<WorstScenario> worst = List.of();

  /** Some scenarios' portfolios, as the estimate sees them. */
  public static final class Dots {
    final List<Integer> state = new ArrayList<>();
    final List<Double> volatility = new ArrayList<>();
    final List<Double> expectedReturn = new ArrayList<>();
  }

  /**
   * One of the worst scenarios, and what made it so.
   *
   * @param scenario its number
   * @param state the name of its state
   * @param volatility m
   * @param correlation θ
   * @param heldLoss of the held portfolio
   * @param loss of the best one
   * @param heldDrawdown of the held portfolio
   * @param assets those that cost the held portfolio most, the dearest first
   * @param costs what they cost
   * @param returns what they returned
   */
  public record WorstScenario(
      long scenario,
      String state,
      double volatility,
      double correlation,
      double heldLoss,
      double loss,
      double heldDrawdown,
      List<String> assets,
      double[] costs,
      double[] returns) {}

  private StressRun(
      StressSettings settings,
      UniverseOptions.Universe universe,
      Problem problem,
      double[] held,
      Engine engine,
      double estimatingSeconds) {
    this.settings = settings;
    this.universe = universe;
    this.problem = problem;
    this.engine = engine;
    this.estimatingSeconds = estimatingSeconds;
    // Solved first: when no portfolio keeps the limits, it says so before scenarios are drawn.
    this.estimate = engine.solve(problem);
    if (estimate.status() != Status.SOLVED) {
      throw Failure.of(estimate.status(), estimate.message());
    }
    test = open(held);
    results =
        new StressResults(test, settings.quantiles(), settings.confidence(), settings.scenarios());
    dots = new Dots();
  }

  public static StressRun open(
      StressSettings settings,
      UniverseOptions.Universe universe,
      Problem problem,
      double[] held,
      Engine engine,
      double estimatingSeconds) {
    return new StressRun(settings, universe, problem, held, engine, estimatingSeconds);
  }

  private StressTest open(double[] held) {
    StressSettings.ReturnSettings returns = settings.returns();
    StressTest.Builder builder =
        StressTest.builder(problem, process(returns))
            .states(settings.states())
            .held(held == null ? estimate.weights() : held)
            .seed(settings.seed())
            .steps(settings.steps())
            .lossLimit(settings.lossLimit())
            .tail(tail(returns));
    if (!Double.isNaN(settings.meanDegreesOfFreedom()) && universe.observations() > 0) {
      builder.uncertainty(
          MeanUncertainty.of(
              universe.mean(),
              universe.covariance(),
              universe.observations(),
              settings.meanDegreesOfFreedom()));
    }
    return builder.open(engine);
  }

  private ReturnProcess process(StressSettings.ReturnSettings returns) {
    double[] mean = universe.mean();
    Covariance covariance = universe.covariance();
    ReturnProcess process =
        switch (returns.kind()) {
          case normal -> ReturnProcess.normal(mean, covariance);
          case student_t -> ReturnProcess.studentT(mean, covariance, returns.degreesOfFreedom());
          case bootstrap ->
              ReturnProcess.bootstrap(
                  universe.assets(), universe.returns().toArray(), returns.meanBlock());
          case filtered ->
              ReturnProcess.filteredHistorical(
                  universe.assets(),
                  universe.returns().toArray(),
                  returns.meanBlock(),
                  returns.decay());
        };
    ScenarioFile.Jumps jumps = returns.jumps();
    if (jumps != null) {
      int n = mean.length;
      double[] size = new double[n];
      Arrays.fill(size, jumps.mean());
      double[] factor = new double[n];
      Arrays.fill(factor, jumps.volatility());
      // One size for all assets, drawn anew at each jump: a factor that all are exposed to.
      Covariance spread =
          jumps.volatility() == 0
              ? null
              : Covariance.ofFactors(universe.assets(), factor, new double[] {1}, new double[n]);
      process = process.withJumps(jumps.intensity(), size, spread);
    }
    return process.withLimitedLiability();
  }

  private EllipticalTail tail(StressSettings.ReturnSettings returns) {
    boolean closed =
        returns.jumps() == null
            && (returns.kind() == StressSettings.Returns.normal
                || returns.kind() == StressSettings.Returns.student_t);
    return closed
        ? EllipticalTail.of(
            returns.kind() == StressSettings.Returns.normal
                ? Double.POSITIVE_INFINITY
                : returns.degreesOfFreedom(),
            settings.confidence())
        : null;
  }

  /**
   * Of everything that decides what is written.
   *
   * @param options as they were given
   */
  public String fingerprint(String options) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Object part :
          List.of(
              Version.current(),
              options,
              settings,
              settings.states().list(),
              engine.name(),
              universe.assets())) {
        digest.update(part.toString().getBytes(StandardCharsets.UTF_8));
      }
      int n = problem.size();
      double[] variances = new double[n];
      for (int i = 0; i < n; i++) {
        variances[i] = universe.covariance().variance(i);
      }
      // What else the problem has shows in its optimum.
      for (double[] numbers :
          List.of(
              universe.mean(),
              variances,
              problem.lower(),
              problem.upper(),
              estimate.weights(),
              test.held())) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Double.BYTES);
        bytes.asDoubleBuffer().put(numbers);
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** How many scenarios are worked on at a time: those that find room. */
  private int chunk() {
    long each = (long) problem.size() * (settings.steps() + 6);
    return (int) Math.max(16, Math.min(MOST_TOGETHER, ROOM / each));
  }

  /**
   * Evaluates the scenarios that are not in the directory yet, and takes in those that are.
   *
   * @return whether all of them are through; not if the run was stopped
   */
  public boolean run(
      RunDirectory directory, ScenarioTables tables, Interruption interruption, Console console) {
    long start = System.nanoTime();
    Cancellation stop = interruption.cancellation();
    resumedFrom = directory.done();
    int chunk = chunk();
    if (resumedFrom > 0) {
      tables.readBack(
          directory.hiddenFile(tables.scenarios()),
          directory.hiddenFile(tables.weights()),
          resumedFrom,
          chunk,
          this::take);
    }
    long done = resumedFrom;
    double checkpoint = since(start);
    try (ProgressLine progress =
        ProgressLine.of(console, "scenarios", done, settings.scenarios())) {
      SolveOptions options = SolveOptions.defaults().withCancellation(stop);
      while (done < settings.scenarios() && !stop.isCancelled()) {
        int count = (int) Math.min(chunk, settings.scenarios() - done);
        long first = done;
        long[] scenarios = new long[count];
        Arrays.setAll(scenarios, k -> first + k);
        try (StressChunk evaluated = test.evaluate(scenarios, options, null)) {
          if (stop.isCancelled()) {
            break; // some of them have no portfolio
          }
          directory.append(tables.scenarios(), tables.scenarioRows(evaluated, done == 0));
          directory.append(tables.weights(), tables.weightRows(evaluated, done == 0));
          take(evaluated);
        }
        done += count;
        progress.note("  worst gap " + Numbers.brief(results.worstRelativeGap()));
        progress.update(done, settings.scenarios());
        if (since(start) - checkpoint > CHECKPOINT_SECONDS) {
          directory.checkpoint(done);
          checkpoint = since(start);
        }
      }
    }
    if (done > 0 && done < settings.scenarios()) {
      directory.checkpoint(done);
    }
    runningSeconds = since(start);
    return done == settings.scenarios();
  }

  private void take(StressChunk chunk) {
    results.add(chunk);
    long stride = Math.max(1, settings.scenarios() / DOTS);
    double[] w = new double[problem.size()];
    for (int k = 0; k < chunk.count(); k++) {
      if (chunk.scenario(k) % stride == 0 && chunk.status(k) == Status.SOLVED) {
        chunk.weights().getRow(k, w);
        dots.state.add(chunk.state(k));
        dots.expectedReturn.add(WholeFrontier.netReturn(problem, w));
        dots.volatility.add(Math.sqrt(test.variance(w)));
      }
    }
  }

  /** Looks at what the scenarios have shown, and at what needs none. */
  public void analyse(Console console) {
    long start = System.nanoTime();
    try (ProgressLine progress = ProgressLine.of(console, "analysing", 6)) {
      frontier = WholeFrontier.of(engine, problem, FRONTIER_POINTS);
      progress.update(1, 6);
      sweep = CorrelationSweep.of(engine, problem, test.held(), SWEEP_POINTS);
      progress.update(2, 6);
      reverse =
          ReverseStress.of(
              universe.mean(),
              universe.covariance(),
              test.held(),
              settings.lossLimit(),
              settings.steps());
      windows = replay();
      progress.update(3, 6);
      resampled = resample();
      progress.update(4, 6);
      components = TailComponents.of(test, results);
      boundPrices = BoundPrices.of(test, (int) Math.min(PRICED, results.count()));
      progress.update(5, 6);
      worst = worstScenarios();
      if (results.firstUnsolved() >= 0) {
        try (StressChunk again = test.evaluate(results.firstUnsolved(), 1)) {
          failure =
              Failure.of(
                  again.status(0),
                  String.format(
                      "%s (scenario %d is %s; %,d of %s not solved)",
                      again.message(0),
                      results.firstUnsolved(),
                      again.status(0),
                      results.count() - results.count(Status.SOLVED),
                      Numbers.count(results.count(), "scenario")));
        }
      }
      progress.update(6, 6);
    }
    analysingSeconds = since(start);
  }

  private ResampledFrontier resample() {
    int samples =
        settings.resamples() >= 0
            ? settings.resamples()
            : problem.size() <= 200 && universe.observations() <= RESAMPLED / problem.size()
                ? 100
                : 0;
    if (samples == 0 || universe.observations() < 2) {
      return null;
    }
    try {
      return ResampledFrontier.of(
          engine,
          problem,
          (int) Math.min(universe.observations(), Integer.MAX_VALUE),
          samples,
          RESAMPLED_POINTS,
          settings.seed());
    } catch (InvalidInputException e) {
      return null; // a frontier of one point
    }
  }

  private List<WindowReplay> replay() {
    if (universe.returns() == null) {
      return List.of();
    }
    List<WindowReplay> replays = new ArrayList<>();
    for (HistoricalWindow window : asked()) {
      replays.add(WindowReplay.of(engine, problem, universe.returns(), test.held(), window));
    }
    return replays;
  }

  private List<HistoricalWindow> asked() {
    return settings.windows() == null
        ? HistoricalWindow.crypto()
        : settings.windows().stream()
            .map(w -> new HistoricalWindow(w.name(), w.from(), w.to()))
            .toList();
  }

  private List<WorstScenario> worstScenarios() {
    long[] all = results.worst(Measure.HELD_LOSS);
    long[] some = Arrays.copyOf(all, Math.min(10, all.length));
    List<double[]> returns = new ArrayList<>();
    AtomicReference<List<WorstScenario>> found = new AtomicReference<>(new ArrayList<>());
    try (StressChunk chunk =
        test.evaluate(some, SolveOptions.defaults(), (k, w, r) -> returns.add(r.clone()))) {
      for (int k = 0; k < some.length; k++) {
        found.get().add(worst(chunk, k, returns.get(k)));
      }
    }
    return found.get();
  }

  private WorstScenario worst(StressChunk chunk, int k, double[] returns) {
    double[] held = test.held();
    Integer[] order = new Integer[held.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(held[a] * returns[a], held[b] * returns[b]));
    int shown = Math.min(3, order.length);
    List<String> names = new ArrayList<>();
    double[] costs = new double[shown];
    double[] own = new double[shown];
    for (int r = 0; r < shown; r++) {
      names.add(problem.assets().get(order[r]));
      costs[r] = -held[order[r]] * returns[order[r]];
      own[r] = returns[order[r]];
    }
    return new WorstScenario(
        chunk.scenario(k),
        settings.states().list().get(chunk.state(k)).name(),
        chunk.get(Measure.VOLATILITY_MULTIPLIER, k),
        chunk.get(Measure.CORRELATION_STRESS, k),
        chunk.get(Measure.HELD_LOSS, k),
        chunk.get(Measure.LOSS, k),
        chunk.get(Measure.HELD_DRAWDOWN, k),
        names,
        costs,
        own);
  }

  public static double since(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  /** Stops the clock that was started at {@code start} nanoseconds. */
  public void finish(long start) {
    totalSeconds = since(start);
  }

  public StressSettings settings() {
    return settings;
  }

  public UniverseOptions.Universe universe() {
    return universe;
  }

  public Problem problem() {
    return problem;
  }

  public Engine engine() {
    return engine;
  }

  /** The portfolio that believes the estimate. */
  public Solution estimate() {
    return estimate;
  }

  public double[] held() {
    return test.held();
  }

  public StressResults results() {
    return results;
  }

  public Dots dots() {
    return dots;
  }

  public Frontier frontier() {
    return frontier;
  }

  /** Null if there is none. */
  public ResampledFrontier resampled() {
    return resampled;
  }

  public CorrelationSweep sweep() {
    return sweep;
  }

  public ReverseStress reverse() {
    return reverse;
  }

  public BoundPrices boundPrices() {
    return boundPrices;
  }

  public TailComponents components() {
    return components;
  }

  public List<WindowReplay> windows() {
    return windows;
  }

  public List<WorstScenario> worst() {
    return worst;
  }

  /** How many scenarios an earlier run had done. */
  public long resumedFrom() {
    return resumedFrom;
  }

  /** What the first scenario without a portfolio stands for; null if all have one. */
  public Failure failure() {
    return failure;
  }

  public double estimatingSeconds() {
    return estimatingSeconds;
  }

  public double runningSeconds() {
    return runningSeconds;
  }

  public double analysingSeconds() {
    return analysingSeconds;
  }

  public double totalSeconds() {
    return totalSeconds;
  }

  @Override
  public void close() {
    test.close();
  }
}
