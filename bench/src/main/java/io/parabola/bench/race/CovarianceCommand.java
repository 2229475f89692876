package io.parabola.bench.race;

import io.parabola.Engine;
import io.parabola.SampleCovariance;
import io.parabola.bench.problems.ReturnSample;
import io.parabola.bench.results.Machine;
import io.parabola.bench.results.Median;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The sample covariance beside the bare product X'X of OpenBLAS on numbers already outside the
 * heap: what centring, copying and the way there cost. Both take n² T multiplications and
 * additions; the rate is those over the time.
 */
@Command(
    name = CovarianceCommand.NAME,
    description = "The sample covariance beside OpenBLAS' dsyrk on the same numbers.")
final class CovarianceCommand implements Runnable {
  static final String NAME = "covariance";
  static final String DSYRK = "dsyrk";

  private static final int ROW_MAJOR = 101;
  private static final int TRANSPOSE = 112;
  private static final int UPPER = 121;
  private static final double TOLERANCE = 1e-12;

  @Mixin private OutputOptions output;

  @Option(names = "--assets", description = "n (${DEFAULT-VALUE}).")
  private int n = 1000;

  @Option(names = "--observations", description = "T (${DEFAULT-VALUE}).")
  private int length = 10_000;

  @Option(names = "--rounds", description = "Turns of each (${DEFAULT-VALUE}).")
  private int rounds = 11;

  @Override
  public void run() {
    Machine machine;
    try (Engine cpu = Engine.create("cpu", 1)) {
      machine = Machine.describe(cpu.describe());
    }
    double[] expected = null;
    List<ResultFile.Group> groups = new ArrayList<>();
    try (ReturnSample sample = ReturnSample.normal(length, n, 3);
        DoublePointer x = new DoublePointer(sample.array());
        DoublePointer product = new DoublePointer((long) n * n)) {
      for (int threads = 1; threads <= Math.min(2, machine.cores()); threads++) {
        openblas_nolapack.blas_set_num_threads(threads);
        List<Subject> subjects =
            List.of(
                new Subject(DSYRK, () -> dsyrk(x, product)),
                new Subject(
                    "SampleCovariance of a double[]",
                    () -> SampleCovariance.estimate(sample.array(), length, n).covarianceArray()),
                new Subject(
                    "SampleCovariance of a Matrix",
                    () -> SampleCovariance.estimate(sample.matrix()).covarianceArray()),
                new Subject(
                    "the same, checked as a Covariance",
                    () -> SampleCovariance.estimate(sample.matrix()).covariance().toArray()));
        for (int round = -2; round < rounds; round++) {
          for (Subject subject : subjects) {
            subject.take(round >= 0);
          }
        }
        if (expected == null) {
          double[] bare = new double[n * n];
          product.get(bare);
          expected = sample.centred(bare);
        }
        List<Measurement> measured = new ArrayList<>();
        for (Subject subject : subjects) {
          measured.add(subject.measurement(expected));
        }
        String kind = threads == 1 ? "1 thread" : threads + " threads";
        OutputOptions.print(kind, n, measured);
        for (Measurement m : measured) {
          System.out.printf(
              "  %-36s %6.1f GFLOP/s, %3.0f %% of dsyrk%n",
              m.name(),
              1e-6 * n * n * length / m.millis(),
              100 * measured.get(0).millis() / m.millis());
        }
        groups.add(new ResultFile.Group(kind, n, measured));
      }
      output.write(
          new ResultFile(NAME, length + " observations of " + n + " assets", machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double[] dsyrk(DoublePointer x, DoublePointer product) {
    openblas_nolapack.cblas_dsyrk(ROW_MAJOR, UPPER, TRANSPOSE, n, length, 1, x, n, 0, product, n);
    return null;
  }

  private static final class Subject {
    private final String name;
    private final Supplier<double[]> work;
    private final List<Double> wall = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();
    private double[] answer;

    Subject(String name, Supplier<double[]> work) {
      this.name = name;
      this.work = work;
    }

    void take(boolean timed) {
      double begin = Race.now();
      double beginCpu = Race.cpuSeconds();
      answer = work.get();
      if (timed) {
        cpu.add(Race.cpuSeconds() - beginCpu);
        wall.add(Race.now() - begin);
      }
    }

    /** The error of an entry is measured against the deviations of its two assets. */
    Measurement measurement(double[] expected) {
      double error = 0;
      int n = (int) Math.sqrt(expected.length);
      for (int at = 0; answer != null && at < expected.length; at++) {
        double scale = Math.sqrt(expected[at / n * (n + 1)] * expected[at % n * (n + 1)]);
        error = Math.max(error, Math.abs(answer[at] - expected[at]) / scale);
      }
      double fastest = wall.stream().mapToDouble(x -> x).min().orElse(Double.NaN);
      return new Measurement(
          name,
          1,
          wall.size(),
          1e3 * Median.of(wall),
          1e3 * fastest,
          1e3 * Median.of(cpu),
          error,
          0,
          error <= TOLERANCE,
          "");
    }
  }
}
