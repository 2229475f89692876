package io.parabola.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.CudaException;
import io.parabola.DeviceMatrix;
import io.parabola.DeviceSampleCovariance;
import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.SampleCovariance;
import io.parabola.SolveOptions;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** JCuda's pointers to memory of the stand-in, or of a real device; and every absence in words. */
class JCudaTest {
  private static final int N = 12;
  private static final int SCENARIOS = 40;

  /** JCuda hands out addresses only for memory that it allocated. */
  private static final class PointerTo extends Pointer {
    PointerTo(long address) {
      super(address);
    }
  }

  /** A driver pointer has no constructor for an address, but copies one. */
  private static final class DevicePointer extends CUdeviceptr {
    DevicePointer() {}
  }

  private static Engine open() {
    try {
      return Engine.create("cuda");
    } catch (EngineUnavailableException e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  private static Problem problem() {
    Random random = new Random(1);
    double[] returns = random.doubles(60 * N, -0.03, 0.031).toArray();
    return Problem.builder(SampleCovariance.estimate(returns, 60, N).covariance())
        .expectedReturns(random.doubles(N, -1e-3, 2e-3).toArray())
        .riskAversion(3)
        .build();
  }

  @Test
  void scenariosAreSolvedWhereTheyAre() {
    double[] returns = new Random(2).doubles(SCENARIOS * N, -1e-3, 2e-3).toArray();
    Problem problem = problem();
    // Two matrices in one allocation, the second at a byte offset.
    try (Engine engine = open();
        Matrix both = Matrix.allocate(1, 2 * SCENARIOS * N);
        JCudaSolver solver = JCudaSolver.prepare(engine, problem, 0);
        BatchSolution expected =
            engine.solve(Batch.builder(problem, SCENARIOS).expectedReturns(returns).build())) {
      for (int k = 0; k < returns.length; k++) {
        both.set(0, k, returns[k]);
      }
      try (DeviceMatrix memory = DeviceMatrix.copyOf(0, both)) {
        Pointer mu = new PointerTo(memory.address());
        Pointer w = mu.withByteOffset((long) returns.length * Double.BYTES);
        try (BatchSolution found = solver.solve(SCENARIOS, mu, w, null, SolveOptions.defaults())) {
          assertTrue(found.allSolved());
          memory.copyTo(both);
          for (int s = 0; s < SCENARIOS; s++) {
            for (int i = 0; i < N; i++) {
              assertEquals(expected.weights(s)[i], both.get(0, returns.length + s * N + i), 1e-12);
              assertEquals(returns[s * N + i], both.get(0, s * N + i));
            }
          }
        }
      }
    }
  }

  @Test
  void pointersOfTheHostAreRefused() {
    for (Pointer wrong :
        new Pointer[] {new Pointer(), new DevicePointer(), Pointer.to(new double[] {1})}) {
      String message =
          assertThrows(InvalidInputException.class, () -> JCudaMatrix.of(0, wrong, 1, 1))
              .getMessage();
      assertEquals("pointer: null, or to memory of the host", message);
    }
  }

  @Test
  void absencesAreSentences() {
    for (Optional<String> absence :
        List.of(JCudaSupport.cudaAbsence(), JCudaSupport.cublasAbsence())) {
      absence.ifPresent(
          reason -> {
            assertTrue(reason.startsWith("JCu") && reason.lines().count() == 1, reason);
            System.out.println(reason);
          });
    }
    assertEquals(JCudaSupport.cudaAbsence(), JCudaSupport.cudaAbsence());
    if (JCudaSupport.cublasAbsence().isPresent()) {
      try (Engine engine = open();
          DeviceMatrix returns = DeviceMatrix.allocate(0, 5, 3)) {
        assertEquals("cuda", engine.name());
        assertThrows(EngineUnavailableException.class, () -> JCublasCovariance.estimate(returns));
      }
    }
  }

  @Test
  void aStreamThatCannotBeWaitedForIsAnException() {
    assumeTrue(JCudaSupport.cudaAbsence().isPresent(), "there is a device");
    assumeTrue(
        !JCudaSupport.cudaAbsence().get().contains("does not load"),
        JCudaSupport.cudaAbsence().get());
    try (Engine engine = open();
        JCudaSolver solver = JCudaSolver.prepare(engine, problem(), 0);
        DeviceMatrix memory = DeviceMatrix.allocate(0, 2, N)) {
      Batch batch = Batch.builder(problem(), 2).build();
      CudaException thrown =
          assertThrows(
              CudaException.class,
              () -> solver.solve(batch, memory, new cudaStream_t(), SolveOptions.defaults()));
      assertTrue(thrown.code() != 0, thrown.getMessage());
    }
  }

  @Test
  void theCovarianceIsJCublas() {
    JCudaSupport.cublasAbsence().ifPresent(Assumptions::abort);
    double[] returns = new Random(3).doubles(500 * N, -0.03, 0.031).toArray();
    try (Matrix host = Matrix.copyOf(returns, 500, N);
        DeviceMatrix there = DeviceMatrix.copyOf(0, host);
        DeviceSampleCovariance sample = DeviceSampleCovariance.of(0, N).add(there)) {
      assertArrayEquals(JCublasCovariance.estimate(there), sample.covariance().toArray(), 1e-15);
    }
  }
}
