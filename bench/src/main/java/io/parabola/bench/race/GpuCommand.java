package io.parabola.bench.race;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.DeviceMatrix;
import io.parabola.DeviceSampleCovariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Prepared;
import io.parabola.Problem;
import io.parabola.SampleCovariance;
import io.parabola.SolveOptions;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Risk;
import io.parabola.bench.problems.ScenarioBatch;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import io.parabola.jcuda.JCublasCovariance;
import io.parabola.jcuda.JCudaSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The cuda engine beside the cpu engine of the same machine. bench/gpu/check runs it. */
@Command(
    name = GpuCommand.NAME,
    description = "The cuda engine beside the cpu engine on all threads; wall clock.")
final class GpuCommand implements Runnable {
  static final String NAME = "gpu";
  static final String WITH_COPIES = "cuda, copies included";
  static final String FIRST = "cuda, set-up included";
  static final String ON_DEVICE = "cuda, returns and weights on the device";
  static final String CPU = "cpu, all threads";
  static final String OWN = "own covariances";
  static final String SINGLE = "one by one";
  static final String COVARIANCE = "covariance";
  static final String FROM_HOST = "cuda, from the host";
  static final String IN_PLACE = "cuda, returns on the device";
  static final String JCUBLAS = "JCublas, one block of returns on the device";

  /** Assets whose covariance with the first one is checked. */
  private static final int CHECKED = 64;

  /** The property that says how many weights a device is worth. */
  private static final String BREAK_EVEN = "parabola.cuda.breakEven";

  private static final int DEVICE = Integer.getInteger("parabola.cuda.device", 0);

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;
  @Mixin private LimitOptions limits;

  @Option(names = "--scenarios", description = "Portfolios of a batch (${DEFAULT-VALUE}).")
  private int count = 10_000;

  @Option(names = "--single", description = "Assets of a single portfolio (${DEFAULT-VALUE}).")
  private int single = 392;

  @Option(names = "--own", description = "Assets with covariances of their own (${DEFAULT-VALUE}).")
  private int own = 100;

  @Option(
      names = "--covariance",
      split = "x",
      description = "Observations and assets of the covariance (100000x10000).")
  private List<Integer> sample = List.of(100_000, 10_000);

  @Option(
      names = "--observed",
      description = "What else is known of the run, as key=value; goes to the result.")
  private Map<String, String> observed = new LinkedHashMap<>();

  @Override
  public void run() {
    try (Engine cuda = Engine.create("cuda");
        Engine cpu = Engine.create("cpu")) {
      Machine machine = Machine.describe(cuda.describe() + "; beside " + cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : problems.sizes(500, 1000, 2000)) {
        for (String kind : problems.kinds) {
          Scenarios scenarios = problems.load(kind, size).drawn(count, 2);
          groups.add(group(kind, size, batches(cuda, cpu, scenarios)));
        }
      }
      groups.add(group(SINGLE, single, singles(cpu)));
      groups.add(group(OWN, own, owns(cuda, cpu)));
      groups.add(group(COVARIANCE, sample.get(1), covariances()));
      output.write(
          new ResultFile(
              NAME,
              "generated, seed " + problems.seed,
              machine,
              groups,
              new LinkedHashMap<>(observed)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ResultFile.Group group(String kind, int size, List<Measurement> measured) {
    OutputOptions.print(kind, size, measured);
    return new ResultFile.Group(kind, size, measured);
  }

  private Race race() {
    return new Race(9, limits.warmUp);
  }

  private static Race.Entry entry(Contestant contestant, double seconds) {
    return new Race.Entry(contestant, PortfoliosCommand.TOLERANCE, seconds);
  }

  private List<Measurement> batches(Engine cuda, Engine cpu, Scenarios scenarios) {
    Problem problem =
        Parabola.problem(scenarios, Covariance.of(scenarios.covariance(), scenarios.size()));
    double apart = objectivesApart(cuda, cpu, scenarios, problem);
    List<Measurement> measured =
        race()
            .run(
                List.of(
                    entry(Parabola.prepared(WITH_COPIES, cuda, scenarios, problem, null), 10),
                    entry(Parabola.batch(FIRST, cuda, scenarios, problem), 10),
                    entry(new OnDevice(cuda, scenarios, problem), 10),
                    entry(Parabola.prepared(CPU, cpu, scenarios, problem, null), 10)));
    System.out.printf("  objectives differ by %.1e of their size at most%n", apart);
    observed.merge(
        "objectivesApart",
        String.format("%.1e", apart),
        (a, b) -> String.format("%.1e", Math.max(Double.parseDouble(a), Double.parseDouble(b))));
    return measured;
  }

  /** The worst difference of the objectives of two engines, relative to their size. */
  private static double objectivesApart(
      Engine one, Engine other, Scenarios scenarios, Problem problem) {
    try (ScenarioBatch batch =
            new ScenarioBatch(Constrained.plain(scenarios), problem, null, true);
        BatchSolution a = one.solve(batch.build());
        BatchSolution b = other.solve(batch.build())) {
      double worst = 0;
      for (int s = 0; s < scenarios.count(); s++) {
        // Terms that cancel must not make the difference look large.
        double size = Math.max(Math.abs(b.expectedReturn(s)), b.variance(s));
        worst = Math.max(worst, Math.abs(a.objective(s) - b.objective(s)) / size);
      }
      return worst;
    }
  }

  /** Each a batch of one of a prepared problem: the base scenario itself no device solves. */
  private List<Measurement> singles(Engine cpu) {
    Scenarios scenarios = Recipe.generate("t2n", single, problems.seed);
    Problem problem =
        Parabola.problem(scenarios, Covariance.of(scenarios.covariance(), scenarios.size()));
    try (Engine all = onDevice()) {
      return race()
          .run(
              List.of(
                  entry(Parabola.oneByOne("cuda", all, scenarios, problem), 2),
                  entry(Parabola.oneByOne("cpu", cpu, scenarios, problem), 2)));
    }
  }

  /** An engine whose device solves whatever the size; batches are given to one that chooses. */
  private static Engine onDevice() {
    String before = System.getProperty(BREAK_EVEN);
    System.setProperty(BREAK_EVEN, "0");
    try {
      return Engine.create("cuda");
    } finally {
      if (before == null) {
        System.clearProperty(BREAK_EVEN);
      } else {
        System.setProperty(BREAK_EVEN, before);
      }
    }
  }

  /** Covariances that repeat themselves are copied to the device all the same. */
  private List<Measurement> owns(Engine cuda, Engine cpu) {
    Scenarios few = Recipe.generateOwn("t2n", own, problems.seed);
    double[][] matrices = ((Risk.Own) few.risk()).matrices();
    double[][] repeated = new double[count][];
    Arrays.setAll(repeated, s -> matrices[s % matrices.length]);
    Scenarios scenarios = few.drawn(count, 3).withRisk(new Risk.Own(repeated));
    Problem problem = Parabola.problem(scenarios, scenarios.risk().covariance());
    return race()
        .run(
            List.of(
                entry(Parabola.trusted(FIRST, cuda, scenarios, problem), 10),
                entry(Parabola.trusted(CPU, cpu, scenarios, problem), 10)));
  }

  /** Expected returns that are on the device already, and weights that stay there. */
  private static final class OnDevice extends Contestant {
    private final Scenarios scenarios;
    private final Prepared prepared;
    private final DeviceMatrix returns;
    private final DeviceMatrix weights;
    private BatchSolution solution;

    OnDevice(Engine engine, Scenarios scenarios, Problem problem) {
      super(ON_DEVICE, scenarios.count(), false);
      this.scenarios = scenarios;
      prepared = engine.prepare(problem);
      try (Matrix host =
          Matrix.copyOf(scenarios.expectedReturns(), scenarios.count(), scenarios.size())) {
        returns = DeviceMatrix.copyOf(DEVICE, host);
      }
      weights = DeviceMatrix.allocate(DEVICE, scenarios.count(), scenarios.size());
    }

    @Override
    public void solve(int first, int number) {
      Batch batch =
          Batch.builder(prepared.problem(), scenarios.count()).expectedReturns(returns).build();
      solution = prepared.solve(batch, SolveOptions.defaults().withDeviceWeights(weights));
    }

    @Override
    public Certificate certificate(int s) {
      return Constrained.plain(scenarios).certificate(s, solution.weights(s), Multipliers.NONE);
    }

    @Override
    public void close() {
      prepared.close();
      returns.close();
      weights.close();
    }
  }

  /** One covariance is one portfolio here; its gap is the error of some of its entries. */
  private List<Measurement> covariances() {
    int rows = sample.get(0);
    int n = sample.get(1);
    // What the device holds of the returns at a time; they repeat themselves.
    int block = Math.min(rows, Math.max(1, (1 << 27) / n));
    Random random = new Random(problems.seed);
    try (Matrix returns = Matrix.allocate(block, n)) {
      double[] row = new double[n];
      for (int t = 0; t < block; t++) {
        double market = random.nextGaussian();
        for (int i = 0; i < n; i++) {
          row[i] = 0.01 * market + 0.02 * (random.nextDouble() - 0.5);
        }
        returns.setRow(t, row);
      }
      List<Race.Entry> entries = new ArrayList<>();
      try (DeviceMatrix there = DeviceMatrix.copyOf(DEVICE, returns)) {
        entries.add(entry(new Sample(FROM_HOST, returns, null, rows), 60));
        entries.add(entry(new Sample(IN_PLACE, returns, there, rows), 30));
        Optional<String> absence = JCudaSupport.cublasAbsence();
        observed.put("JCublas", absence.orElse("runs"));
        if (absence.isEmpty()) {
          entries.add(entry(new JCublas(returns, there), 30));
        }
        List<Measurement> measured = new Race(5, 0).run(entries);
        for (Measurement m : measured) {
          double observations = m.name().equals(JCUBLAS) ? block : rows;
          double rate = observations * n * n / (m.millis() * 1e-3) * 1e-12;
          System.out.printf("  %s: %.2f TFLOPS%n", m.name(), rate);
          observed.put(m.name() + ", TFLOPS", String.format("%.3f", rate));
        }
        return measured;
      }
    }
  }

  /** Errors of a covariance's first row, in the assets' deviations. */
  private static Certificate firstRow(Matrix returns, int observations, double[] found) {
    int few = Math.min(CHECKED, returns.columns());
    double[] some = new double[(int) returns.rows() * few];
    double[] row = new double[returns.columns()];
    for (int t = 0; t < returns.rows(); t++) {
      returns.getRow(t, row);
      System.arraycopy(row, 0, some, t * few, few);
    }
    SampleCovariance sample = SampleCovariance.of(few);
    while (sample.observations() < observations) {
      sample.add(some, (int) returns.rows());
    }
    double[] expected = sample.covarianceArray();
    double worst = 0;
    for (int j = 0; j < few; j++) {
      double size = Math.sqrt(expected[0] * expected[j * few + j]);
      worst = Math.max(worst, Math.abs(found[j] - expected[j]) / size);
    }
    return new Certificate(worst, 0);
  }

  private static final class JCublas extends Contestant {
    private final Matrix returns;
    private final DeviceMatrix there;
    private final DeviceMatrix covariance;

    JCublas(Matrix returns, DeviceMatrix there) {
      super(JCUBLAS, 1, false);
      this.returns = returns;
      this.there = there;
      covariance = DeviceMatrix.allocate(DEVICE, there.columns(), there.columns());
    }

    @Override
    public void solve(int first, int number) {
      JCublasCovariance.estimate(there, covariance);
    }

    @Override
    public Certificate certificate(int s) {
      double[] row = new double[covariance.columns()];
      covariance.getRow(0, row);
      return firstRow(returns, (int) returns.rows(), row);
    }

    @Override
    public void close() {
      covariance.close();
    }
  }

  private static final class Sample extends Contestant {

    private final Matrix returns;
    private final DeviceMatrix there;
    private final int observations;
    private double[] found;

    Sample(String name, Matrix returns, DeviceMatrix there, int observations) {
      super(name, 1, false);
      this.returns = returns;
      this.there = there;
      this.observations = observations;
    }

    @Override
    public void solve(int first, int number) {
      int n = returns.columns();
      try (DeviceSampleCovariance sample = DeviceSampleCovariance.of(DEVICE, n)) {
        while (sample.observations() < observations) {
          if (there != null) {
            sample.add(there);
          } else {
            sample.add(returns);
          }
        }
        try (DeviceMatrix covariance = sample.covarianceMatrix()) {
          // Its end is what is waited for.
          found = new double[n];
          covariance.getRow(0, found);
        }
      }
    }

    @Override
    public Certificate certificate(int s) {
      return firstRow(returns, observations, found);
    }
  }
}
