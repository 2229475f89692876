package io.parabola.internal.libparabola;

import io.parabola.internal.Results;
import java.nio.ByteBuffer;

/**
 * The native methods, implemented in native/jni/NativeSolver.cpp. Callers check every argument, and
 * keep every buffer alive until the call returns.
 *
 * <p>Arguments that are many and often absent come in arrays, each at the place of its name; null
 * where the batch does not override it. The C++ side is compiled against these constants.
 */
final class NativeSolver {
  /** Places of {@code prepare}'s vectors [n], but for the rows'. */
  static final int EXPECTED_RETURNS = 0;

  static final int LOWER = 1;
  static final int UPPER = 2;
  static final int START = 3;
  static final int CURRENT = 4;
  static final int BENCHMARK = 5;
  static final int BUY = 6;
  static final int SELL = 7;
  static final int QUADRATIC = 8;
  static final int POWER = 9;
  static final int SPECIFIC_VARIANCE = 10;

  /** [m, n], row-major. */
  static final int COEFFICIENTS = 11;

  /** [m]. */
  static final int ROW_LOWER = 12;

  /** [m]. */
  static final int ROW_UPPER = 13;

  static final int VECTORS = 14;

  /** Places of {@code prepare}'s numbers. */
  static final int GOAL = 0;

  static final int GOAL_VALUE = 1;
  static final int BUDGETED = 2;
  static final int BUDGET = 3;
  static final int TURNOVER = 4;
  static final int GROSS = 5;
  static final int EXPONENT = 6;

  /** Of the device: batches of fewer weights are solved by the CPU. */
  static final int BREAK_EVEN = 7;

  /** Of the device: scenarios copied at a time, or 0. */
  static final int CHUNK = 8;

  static final int NUMBERS = 9;

  /**
   * Places of {@code solve}'s matrices [count, n] beyond the first of {@code prepare}'s vectors, at
   * the first scenario's row; those of the rows are [count, m] and [count·m, n].
   */
  static final int SCENARIO_BENCHMARK = BENCHMARK;

  static final int VOLATILITY = 6;

  /** [count, n] or [count, 1]. */
  static final int STRESS = 7;

  /** [count, k·k]. */
  static final int FACTOR_COVARIANCE = 8;

  /** [count·n, n]. */
  static final int OWN = 9;

  static final int BUY_COSTS = 14;
  static final int SELL_COSTS = 15;
  static final int QUADRATIC_COSTS = 16;
  static final int POWER_COSTS = 17;

  static final int MATRICES = 18;

  /**
   * Places of {@code solve}'s matrices on the device: the first of {@code prepare}'s vectors, and
   * the weights.
   */
  static final int DEVICE_WEIGHTS = BENCHMARK;

  /** [count·n, n]. */
  static final int DEVICE_COVARIANCES = 6;

  static final int DEVICE_MATRICES = 7;

  /** Places of {@code solve}'s arrays [S] of overrides. */
  static final int GOAL_VALUES = 0;

  static final int BUDGETS = 1;
  static final int TURNOVERS = 2;
  static final int GROSSES = 3;
  static final int SCALARS = 4;

  /** Places in a record of results. */
  static final int ITERATIONS = Results.ITERATIONS;

  static final int OBJECTIVE = Results.OBJECTIVE;
  static final int EXPECTED_RETURN = Results.EXPECTED_RETURN;
  static final int VARIANCE = Results.VARIANCE;
  static final int GAP = Results.GAP;
  static final int RELATIVE_GAP = Results.RELATIVE_GAP;
  static final int TRADED = Results.TURNOVER;
  static final int COSTS = Results.COSTS;
  static final int PRICES = Results.PRICES;

  /** Which constraints beside the rows have a price in a record, to be added up. */
  static final int BUDGET_PRICE = 1;

  static final int TURNOVER_PRICE = 2;
  static final int GROSS_PRICE = 4;
  static final int TARGET_PRICE = 8;

  private NativeSolver() {}

  /** The version the library was built as. */
  static native String version();

  /** A number made of every signature and constant that this library was compiled with. */
  static native String agreement();

  /** The best instruction set that library and processor share. */
  static native String instructionSet();

  /**
   * The kernels of an instruction set.
   *
   * @param instructionSet portable, avx2 or avx512
   * @return their address, or 0 if library or processor lack them
   */
  static native long kernels(String instructionSet);

  /**
   * Prepares a problem.
   *
   * @param kernels from {@link #kernels}
   * @param device the CUDA device to solve on, which must be there, or -1 for the CPU
   * @param slabs the covariance [n, stride], or the root [k, stride] of a factor covariance
   * @param exposures F' [k, stride] of a factor covariance, else null
   * @param rowsPerSlab rows in each slab but the last
   * @param n assets
   * @param factors k, or 0 for a dense covariance
   * @param stride numbers from one row to the next
   * @param rows m
   * @param present bit by bit, at which places there is a vector
   * @param values the numbers, then the vectors that are there, in the order of their places;
   *     copied
   * @return a handle, to be given to {@link #release}
   */
  static native long prepare(
      long kernels,
      int device,
      ByteBuffer[] slabs,
      ByteBuffer[] exposures,
      int rowsPerSlab,
      int n,
      int factors,
      int stride,
      int rows,
      int present,
      double[] values);

  static native void release(long handle);

  /**
   * Solves scenarios {@code first} to {@code first + count - 1}.
   *
   * @param handle the problem
   * @param first where the scenarios begin in the arrays of S
   * @param count how many
   * @param whole scenarios of the batch
   * @param threads threads to use
   * @param tolerance the largest relative gap that is solved
   * @param strides of the matrices, from one row to the next; of the stress negative if all assets
   *     share one
   * @param matrices overrides, at the first scenario's row
   * @param scalars overrides [S]
   * @param onDevice addresses of matrices in the device's memory, at the first scenario's row, or
   *     0; or null. For problems that were prepared for a device
   * @param deviceStride of those matrices, from one row to the next
   * @param weights [count, stride] written, the padding too; null if they go to the device
   * @param reducedCosts [count, stride] written, or null
   * @param named which constraints beside the rows have a price
   * @param records [S, width] written from {@code first} on
   * @param status [S] written from {@code first} on
   */
  static native void solve(
      long handle,
      int first,
      int count,
      int whole,
      int threads,
      double tolerance,
      int[] strides,
      ByteBuffer[] matrices,
      double[][] scalars,
      long[] onDevice,
      long deviceStride,
      ByteBuffer weights,
      ByteBuffer reducedCosts,
      int named,
      double[] records,
      byte[] status);
}
