package io.parabola.jcuda;

import io.parabola.CudaException;
import io.parabola.DeviceMatrix;
import io.parabola.EngineUnavailableException;
import io.parabola.Matrix;
import java.util.Arrays;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasFillMode;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaMemcpyKind;

/**
 * The sample covariance as a JCublas program works it out: centre a copy, then DSYRK. An oracle for
 * {@link io.parabola.DeviceSampleCovariance}, and what that is measured against.
 */
public final class JCublasCovariance {
  private JCublasCovariance() {}

  /** An address as JCuda's pointer. */
  private static final class At extends Pointer {
    At(long address) {
      super(address);
    }
  }

  /**
   * Estimates.
   *
   * @param returns [T, n] on the current device of JCuda, T at least 2; not modified
   * @return the covariance [n, n], row-major
   * @throws EngineUnavailableException if JCublas does not run here, with the reason
   * @throws CudaException if the device fails
   */
  public static double[] estimate(DeviceMatrix returns) {
    int n = returns.columns();
    try (DeviceMatrix covariance = DeviceMatrix.allocate(returns.device(), n, n);
        Matrix copy = Matrix.allocate(n, n)) {
      estimate(returns, covariance);
      covariance.copyTo(copy);
      double[] result = copy.toArray();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          result[i * n + j] = result[j * n + i];
        }
      }
      return result;
    }
  }

  /**
   * Estimates on the device, and waits for the end.
   *
   * @param returns [T, n] on the current device of JCuda, T at least 2; not modified
   * @param covariance [n, n] there; its upper triangle is overwritten
   * @throws EngineUnavailableException if JCublas does not run here, with the reason
   * @throws CudaException if the device fails
   */
  public static void estimate(DeviceMatrix returns, DeviceMatrix covariance) {
    JCudaSupport.cublasAbsence()
        .ifPresent(
            reason -> {
              throw new EngineUnavailableException(reason);
            });
    int n = returns.columns();
    int observations = Math.toIntExact(returns.rows());
    Pointer centred = new Pointer();
    Pointer ones = new Pointer();
    Pointer mean = new Pointer();
    cublasHandle handle = new cublasHandle();
    check("cublasCreate", JCublas2.cublasCreate(handle));
    try {
      allocate(centred, (long) observations * n);
      allocate(ones, observations);
      allocate(mean, n);
      double[] filled = new double[observations];
      Arrays.fill(filled, 1);
      check(
          "cudaMemcpy",
          JCuda.cudaMemcpy(
              ones,
              Pointer.to(filled),
              (long) observations * Sizeof.DOUBLE,
              cudaMemcpyKind.cudaMemcpyHostToDevice));
      check(
          "cudaMemcpy2D",
          JCuda.cudaMemcpy2D(
              centred,
              (long) n * Sizeof.DOUBLE,
              new At(returns.address()),
              returns.stride() * Sizeof.DOUBLE,
              (long) n * Sizeof.DOUBLE,
              observations,
              cudaMemcpyKind.cudaMemcpyDeviceToDevice));
      // By columns, as cuBLAS reads it, the copy is [n, T], and a lower triangle an upper one.
      Pointer zero = Pointer.to(new double[] {0});
      check(
          "cublasDgemv",
          JCublas2.cublasDgemv(
              handle,
              cublasOperation.CUBLAS_OP_N,
              n,
              observations,
              Pointer.to(new double[] {1.0 / observations}),
              centred,
              n,
              ones,
              1,
              zero,
              mean,
              1));
      check(
          "cublasDger",
          JCublas2.cublasDger(
              handle,
              n,
              observations,
              Pointer.to(new double[] {-1}),
              mean,
              1,
              ones,
              1,
              centred,
              n));
      check(
          "cublasDsyrk",
          JCublas2.cublasDsyrk(
              handle,
              cublasFillMode.CUBLAS_FILL_MODE_LOWER,
              cublasOperation.CUBLAS_OP_N,
              n,
              observations,
              Pointer.to(new double[] {1.0 / (observations - 1)}),
              centred,
              n,
              zero,
              new At(covariance.address()),
              Math.toIntExact(covariance.stride())));
      check("cudaDeviceSynchronize", JCuda.cudaDeviceSynchronize());
    } finally {
      for (Pointer pointer : new Pointer[] {centred, ones, mean}) {
        JCuda.cudaFree(pointer);
      }
      JCublas2.cublasDestroy(handle);
    }
  }

  private static void allocate(Pointer pointer, long numbers) {
    check("cudaMalloc", JCuda.cudaMalloc(pointer, numbers * Sizeof.DOUBLE));
  }

  private static void check(String what, int code) {
    if (code != 0) {
      throw new CudaException(what + " of JCuda: error " + code, code);
    }
  }
}
