package io.parabola.bench.jmh;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.Solution;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From starting a Java virtual machine to its first solved portfolio: a process is started and
 * waited for until it prints the status. Milliseconds.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 9)
@Fork(1)
@State(Scope.Benchmark)
public class FirstPortfolio {
  /** The engine that is asked for. */
  @Param({"cpu", "java"})
  public String engine;

  /** Starts the process and reads its first line. */
  @Benchmark
  public void first() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dparabola.engine=" + engine,
                Program.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      if (!"SOLVED".equals(line)) {
        throw new IllegalStateException("the first portfolio: " + line);
      }
    } finally {
      process.waitFor();
    }
  }

  /** What the process runs: fifty assets. */
  public static final class Program {
    private static final int N = 50;

    private Program() {}

    /**
     * Solves one portfolio and prints its status.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
      double[] sigma = new double[N * N];
      double[] mean = new double[N];
      for (int i = 0; i < N; i++) {
        mean[i] = 1e-3 * Math.sin(i);
        for (int j = 0; j < N; j++) {
          sigma[i * N + j] = 4e-4 * (i == j ? 1 : 0.4);
        }
      }
      try (Engine engine = Engine.create()) {
        Solution solution =
            engine.solve(
                Problem.builder(Covariance.of(sigma, N))
                    .expectedReturns(mean)
                    .riskAversion(5)
                    .upper(0.1)
                    .build());
        System.out.println(solution.status());
      }
    }
  }
}
