package io.parabola;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only the cuda engine can go wrong in, from Java down, on the stand-in. */
class CudaEngineTest {
  private static final int N = 20;
  private static final long ENOUGH = 1L << 34;

  private Engine engine;

  @BeforeEach
  void open() {
    engine = EveryEngine.open("cuda", 2);
    assumeTrue(StandInDevice.plays(), "a real device cannot be broken or made to forget");
  }

  @AfterEach
  void mend() {
    if (StandInDevice.plays()) {
      StandInDevice.mend();
      StandInDevice.limitMemory(ENOUGH);
    }
    if (engine != null) {
      engine.close();
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

  private static Batch batch(Problem problem, int scenarios) {
    double[] means = new Random(2).doubles((long) scenarios * N, -1e-3, 2e-3).toArray();
    return Batch.builder(problem, scenarios).expectedReturns(means).build();
  }

  @Test
  void batchesAreLaunched() {
    long before = StandInDevice.launches();
    try (BatchSolution solution = engine.solve(batch(problem(), 50))) {
      assertTrue(solution.allSolved());
      assertEquals("cuda", solution.engine());
    }
    assertTrue(StandInDevice.launches() > before);
    assertTrue(
        engine.describe().startsWith("cuda (stand-in, compute capability "), engine.describe());
  }

  @Test
  void aLostDeviceIsAnExceptionWithItsCode() {
    Batch batch = batch(problem(), 50);
    StandInDevice.breakNext(700);
    CudaFatalException lost =
        assertThrows(CudaFatalException.class, () -> engine.solve(batch).close());
    assertEquals(700, lost.code());
    assertEquals(1, lost.getMessage().lines().count());
    assertThrows(CudaFatalException.class, () -> engine.solve(batch).close());
    // Nobody is given an engine on it.
    String reason =
        assertThrows(EngineUnavailableException.class, () -> Engine.create("cuda")).getMessage();
    assertTrue(reason.startsWith("engine cuda: its self-test failed: "), reason);
    StandInDevice.mend();
    try (BatchSolution solution = engine.solve(batch)) {
      assertTrue(solution.allSolved());
    }
  }

  @Test
  void littleMemoryIsEnough() {
    Problem problem = problem();
    Batch batch = batch(problem, 3000);
    try (BatchSolution expected = engine.solve(batch)) {
      for (long bytes : new long[] {1 << 20, 1 << 17, 1 << 12}) {
        StandInDevice.limitMemory(bytes);
        try (BatchSolution solution = engine.solve(batch)) {
          assertTrue(solution.allSolved());
          for (int s = 0; s < 3000; s += 100) {
            assertArrayEquals(expected.weights(s), solution.weights(s), 1e-10);
          }
        }
      }
      StandInDevice.limitMemory(1 << 10);
      assertThrows(CudaException.class, () -> DeviceMatrix.allocate(0, 1000, 100));
    }
  }

  @Test
  void tenThousandSolvesLeaveNothing() {
    Problem problem = problem();
    Batch batch = batch(problem, 2);
    double[] first = null;
    long before = StandInDevice.bytes();
    for (int k = 0; k < 10_000; k++) {
      try (BatchSolution solution = engine.solve(batch)) {
        double[] weights = solution.weights(1);
        first = first == null ? weights : first;
        assertTrue(Arrays.equals(first, weights));
      }
    }
    assertEquals(before, StandInDevice.bytes());
    try (Prepared prepared = engine.prepare(problem)) {
      long kept = 0;
      for (int k = 0; k < 1000; k++) {
        prepared.solve(batch, SolveOptions.defaults()).close();
        kept = k == 0 ? StandInDevice.bytes() : kept;
      }
      assertEquals(kept, StandInDevice.bytes());
    }
    assertEquals(before, StandInDevice.bytes());
  }
}
