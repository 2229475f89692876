package io.parabola.bench.jmh;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the machine can do at most, measured in the same run as what is made of it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class Limits {
  /** Rows and columns of dgemm's matrices: 2 n³ operations. */
  static final int GEMM = 1000;

  /** Rounds of the barrier an invocation. */
  static final int ROUNDS = 1000;

  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANSPOSE = 111;

  /** A product of two square matrices by OpenBLAS. */
  @State(Scope.Benchmark)
  public static class Product {
    /** Threads. */
    @Param({"1", "2"})
    public int threads;

    private DoublePointer a;
    private DoublePointer b;
    private DoublePointer c;

    /** Fills the matrices. */
    @Setup(Level.Trial)
    public void fill() {
      double[] values = new double[GEMM * GEMM];
      Arrays.setAll(values, i -> 1.0 / (1 + i % 1009));
      a = new DoublePointer(values);
      b = new DoublePointer(values);
      c = new DoublePointer(values);
      openblas_nolapack.blas_set_num_threads(threads);
    }
  }

  /** Three arrays of a size. */
  @State(Scope.Benchmark)
  public static class Arrays3 {
    /** Kilobytes of the three together: in the first cache, the second, the last, and in none. */
    @Param({"24", "384", "6144", "393216"})
    public int kilobytes;

    private double[] a;
    private double[] b;
    private double[] c;

    /** Fills the arrays. */
    @Setup(Level.Trial)
    public void fill() {
      int length = kilobytes * 1024 / 24;
      a = new double[length];
      b = new double[length];
      c = new double[length];
      Arrays.fill(b, 1);
      Arrays.fill(c, 2);
    }
  }

  /** OpenBLAS' dgemm. */
  @Benchmark
  public void dgemm(Product p) {
    openblas_nolapack.cblas_dgemm(
        ROW_MAJOR,
        NO_TRANSPOSE,
        NO_TRANSPOSE,
        GEMM,
        GEMM,
        GEMM,
        1,
        p.a,
        GEMM,
        p.b,
        GEMM,
        0,
        p.c,
        GEMM);
  }

  /** a = b + 3 c, after STREAM's triad: what one thread reads and writes, 24 bytes an element. */
  @Benchmark
  public double[] triad(Arrays3 arrays) {
    double[] a = arrays.a;
    double[] b = arrays.b;
    double[] c = arrays.c;
    for (int i = 0; i < a.length; i++) {
      a[i] = b[i] + 3 * c[i];
    }
    return a;
  }

  /** Two threads that wait for one another, spinning. Per meeting. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public int barrier() throws InterruptedException {
    AtomicInteger arrived = new AtomicInteger();
    Thread other = new Thread(() -> meet(arrived));
    other.start();
    meet(arrived);
    other.join();
    return arrived.get();
  }

  private static void meet(AtomicInteger arrived) {
    for (int round = 1; round <= ROUNDS; round++) {
      arrived.incrementAndGet();
      while (arrived.get() < 2 * round) {
        Thread.onSpinWait();
      }
    }
  }
}
