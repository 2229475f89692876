package io.parabola.internal.blas;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas_full;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * OpenBLAS, on native pointers: nothing is copied.
 *
 * <p>Its number of threads is one setting for the whole process, which other libraries in it may
 * share (ND4J does). It is therefore left as the environment has it unless the system property
 * {@value #THREADS} asks for another. Results are the same bits for the same calls and setting.
 */
public final class OpenBlas implements Blas {
  /** System property: how many threads OpenBLAS shall use, in this process as a whole. */
  public static final String THREADS = "parabola.blas.threads";

  private static final int ROW_MAJOR = 101;
  private static final int COLUMN_MAJOR = 102;
  private static final int NO_TRANSPOSE = 111;
  private static final int TRANSPOSE = 112;
  private static final int UPPER = 121;
  private static final int NON_UNIT = 131;
  private static final int LEFT = 141;

  /** Loads the library; whatever goes wrong is thrown, mostly as a LinkageError. */
  OpenBlas() {
    // An empty product: the first call is what loads.
    openblas_nolapack.cblas_ddot(0, (DoublePointer) null, 1, null, 1);
    Integer threads = Integer.getInteger(THREADS);
    if (threads != null) {
      setThreads(threads);
    }
  }

  /**
   * Sets the number of threads of OpenBLAS for the whole process.
   *
   * @param threads at least 1
   */
  public void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(THREADS + " = " + threads + ": needs at least 1");
    }
    openblas_nolapack.blas_set_num_threads(threads);
  }

  @Override
  public void syrk(int n, int k, double alpha, Block a, Block c) {
    if (n > 0 && k > 0) {
      openblas_nolapack.cblas_dsyrk(
          ROW_MAJOR,
          UPPER,
          TRANSPOSE,
          n,
          k,
          alpha,
          pointer(a),
          a.stride(),
          1.0,
          pointer(c),
          c.stride());
    }
  }

  @Override
  public void gemm(int m, int n, int k, double alpha, Block a, Block b, Block c) {
    if (m > 0 && n > 0 && k > 0) {
      openblas_nolapack.cblas_dgemm(
          ROW_MAJOR,
          TRANSPOSE,
          NO_TRANSPOSE,
          m,
          n,
          k,
          alpha,
          pointer(a),
          a.stride(),
          pointer(b),
          b.stride(),
          1.0,
          pointer(c),
          c.stride());
    }
  }

  @Override
  public void trsm(int m, int n, Block u, Block b) {
    if (m > 0 && n > 0) {
      openblas_nolapack.cblas_dtrsm(
          ROW_MAJOR,
          LEFT,
          UPPER,
          TRANSPOSE,
          NON_UNIT,
          m,
          n,
          1.0,
          pointer(u),
          u.stride(),
          pointer(b),
          b.stride());
    }
  }

  @Override
  public void eigen(int n, double[] a, double[] values) {
    double[] kept = a.clone();
    int failed;
    try {
      // By columns, the vectors are what are rows to us; A itself is its own transpose.
      failed = openblas_full.LAPACKE_dsyevd(COLUMN_MAJOR, (byte) 'V', (byte) 'U', n, a, n, values);
    } catch (LinkageError e) {
      // LAPACK is in a binding of its own, which may be missing where the products are there.
      failed = 1;
    }
    if (failed != 0) {
      System.arraycopy(kept, 0, a, 0, a.length);
      SymmetricEigen.decompose(n, a, values);
    }
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    try {
      // These few live in a binding of 24 MB that nothing else needs, so it is loaded only here.
      text.append(openblas_full.openblas_get_config().getString().strip())
          .append(", kernels for ")
          .append(openblas_full.openblas_get_corename().getString())
          .append(", threads: ")
          .append(openblas_full.openblas_get_num_threads());
    } catch (LinkageError | RuntimeException e) {
      text.append("OpenBLAS, version unknown (").append(BlasSelection.reason(e)).append(')');
    }
    String coreType = System.getenv("OPENBLAS_CORETYPE");
    if (coreType != null) {
      text.append(", kernels chosen by OPENBLAS_CORETYPE=").append(coreType);
    }
    return text.toString();
  }

  private static DoublePointer pointer(Block block) {
    return new DoublePointer(block.buffer()).position(block.start());
  }
}
