package io.parabola.bench.contestants;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import io.parabola.SampleCovariance;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.ReturnSample;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.hipparchus.linear.BlockRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.matrix.store.R064Store;

/**
 * The sample covariance, one library's way. Who has no covariance of its own gives the product X'X
 * of the centred returns, the centring timed with it; dsyrk is that product alone, of numbers that
 * lie ready, uncentred: the limit.
 */
public final class CovarianceRun extends Contestant {
  /** The largest error of an entry, relative to the deviations of its assets. */
  public static final double ACCURACY = 1e-12;

  private static final int ROW_MAJOR = 101;
  private static final int TRANSPOSE = 112;
  private static final int UPPER = 121;

  private final ReturnSample sample;
  private final Way way;
  private double[] expected;

  private CovarianceRun(String name, ReturnSample sample, Way way) {
    super(name, 1, false);
    this.sample = sample;
    this.way = way;
  }

  private CovarianceRun(String name, ReturnSample sample, Supplier<double[]> estimate) {
    this(name, sample, new Estimate(estimate));
  }

  /**
   * The way of a name.
   *
   * @param threads of OpenBLAS and of ojAlgo; the others have one
   */
  public static CovarianceRun named(String name, ReturnSample sample, int threads) {
    openblas_nolapack.blas_set_num_threads(threads);
    OjAlgoUtils.limitThreadsTo(threads);
    int n = sample.size();
    int length = sample.observations();
    return switch (name) {
      case "dsyrk" -> new CovarianceRun(name, sample, new BareProduct(sample));
      case "parabola-array" ->
          new CovarianceRun(
              name,
              sample,
              () -> SampleCovariance.estimate(sample.array(), length, n).covarianceArray());
      case "parabola-matrix" ->
          new CovarianceRun(
              name, sample, () -> SampleCovariance.estimate(sample.matrix()).covarianceArray());
      // The one on vectors where the incubating module is there, the plain one where it is not.
      case "netlib" ->
          new CovarianceRun(name, sample, () -> netlib(JavaBLAS.getInstance(), sample));
      case "ojalgo" -> new CovarianceRun(name, sample, () -> ojAlgo(sample));
      case "hipparchus" -> new CovarianceRun(name, sample, () -> hipparchus(sample));
      default -> {
        CovarianceLibrary library = beside(name);
        yield new CovarianceRun(name, sample, () -> library.covariance(sample));
      }
    };
  }

  private static CovarianceLibrary beside(String name) {
    for (CovarianceLibrary library : ServiceLoader.load(CovarianceLibrary.class)) {
      if (library.name().equals(name)) {
        return library;
      }
    }
    throw new IllegalStateException("library " + name + " is not on the class path");
  }

  @Override
  public void solve(int first, int number) {
    way.work();
  }

  @Override
  public Certificate certificate(int s) {
    if (expected == null) {
      BareProduct product = new BareProduct(sample);
      product.work();
      expected = product.covariance();
    }
    double[] covariance = way.covariance();
    int n = sample.size();
    double error = 0;
    for (int at = 0; at < expected.length; at++) {
      double scale = Math.sqrt(expected[at / n * (n + 1)] * expected[at % n * (n + 1)]);
      error = Math.max(error, Math.abs(covariance[at] - expected[at]) / scale);
    }
    return new Certificate(error, 0);
  }

  private interface Way {
    void work();

    /** What the last work came to; not timed. */
    double[] covariance();
  }

  private static final class Estimate implements Way {
    private final Supplier<double[]> estimate;
    private double[] covariance;

    Estimate(Supplier<double[]> estimate) {
      this.estimate = estimate;
    }

    @Override
    public void work() {
      covariance = estimate.get();
    }

    @Override
    public double[] covariance() {
      return covariance;
    }
  }

  /** X'X and no more, in OpenBLAS' own memory. */
  private static final class BareProduct implements Way {
    private final ReturnSample sample;
    private final int n;
    private final int observations;
    private final DoublePointer x;
    private final DoublePointer product;

    BareProduct(ReturnSample sample) {
      this.sample = sample;
      n = sample.size();
      observations = sample.observations();
      x = new DoublePointer(sample.array());
      product = new DoublePointer((long) n * n);
    }

    @Override
    public void work() {
      openblas_nolapack.cblas_dsyrk(
          ROW_MAJOR, UPPER, TRANSPOSE, n, observations, 1, x, n, 0, product, n);
    }

    @Override
    public double[] covariance() {
      double[] numbers = new double[n * n];
      product.get(numbers);
      return sample.centred(numbers);
    }
  }

  /** [T, n], less the means. */
  private static double[] centredReturns(ReturnSample sample) {
    double[] mean = sample.mean();
    double[] centred = sample.array().clone();
    for (int at = 0; at < centred.length; at++) {
      centred[at] -= mean[at % mean.length];
    }
    return centred;
  }

  /**
   * Column-major, so that a row of returns is a column of its matrix. By dgemm: this library's is
   * three times as fast as its dsyrk, for twice the work.
   */
  private static double[] netlib(BLAS blas, ReturnSample sample) {
    int n = sample.size();
    int length = sample.observations();
    double[] x = centredReturns(sample);
    double[] covariance = new double[n * n];
    blas.dgemm("N", "T", n, n, length, 1.0 / (length - 1), x, n, x, n, 0, covariance, n);
    return covariance;
  }

  private static double[] ojAlgo(ReturnSample sample) {
    int n = sample.size();
    int length = sample.observations();
    R064Store transposed = R064Store.FACTORY.make(n, length);
    double[] centred = centredReturns(sample);
    System.arraycopy(centred, 0, transposed.data, 0, centred.length);
    R064Store product = R064Store.FACTORY.make(n, n);
    transposed.multiply(transposed.transpose()).supplyTo(product);
    double[] covariance = product.data.clone();
    for (int at = 0; at < covariance.length; at++) {
      covariance[at] /= length - 1;
    }
    return covariance;
  }

  private static double[] hipparchus(ReturnSample sample) {
    int n = sample.size();
    int length = sample.observations();
    double[] centred = centredReturns(sample);
    double[][] rows = new double[length][n];
    for (int t = 0; t < length; t++) {
      System.arraycopy(centred, t * n, rows[t], 0, n);
    }
    BlockRealMatrix x = new BlockRealMatrix(rows);
    RealMatrix product = x.transpose().multiply(x);
    double[] covariance = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        covariance[i * n + j] = product.getEntry(i, j) / (length - 1);
      }
    }
    return covariance;
  }
}
