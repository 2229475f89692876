package io.parabola.internal.libparabola;

import io.parabola.DeviceMatrix;
import io.parabola.Matrix;
import io.parabola.internal.Internals;
import io.parabola.internal.PathsData;
import io.parabola.internal.ProcessData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Paths of returns, drawn by native/jni/NativePaths.cpp. */
final class NativePaths {
  /** Places in the array of the process's arrays. */
  static final int MEAN = 0;

  static final int DEVIATION = 1;
  static final int COLUMNS = 2;
  static final int SPECIFIC = 3;
  static final int JUMP = 4;
  static final int JUMP_ROOT = 5;
  static final int HISTORY = 6;
  static final int ARRAYS = 7;

  /** Places in the array of counts; the regimes' first columns follow. */
  static final int SIZE = 0;

  static final int STRIDE = 1;
  static final int REGIMES = 2;
  static final int MOST_COLUMNS = 3;
  static final int JUMP_COLUMNS = 4;
  static final int OBSERVATIONS = 5;
  static final int LIMITED = 6;
  static final int HAS_TRANSITION = 7;
  static final int COUNTS = 8;

  /** Places in the array of numbers; freedom, initial and transition follow. */
  static final int JUMP_MEAN = 0;

  static final int NO_JUMP = 1;
  static final int RESTART = 2;
  static final int DECAY = 3;
  static final int NUMBERS = 4;

  /** Places in the arrays of what is a path's own. */
  static final int SHIFTS = 0;

  static final int MULTIPLIERS = 1;
  static final int STRESS = 2;
  static final int OWN = 3;

  private static final int PLACES = 5;

  /** At a time, so that native code is not away for long: about these numbers. */
  private static final long NUMBERS_A_CALL = 20_000_000;

  private NativePaths() {}

  /**
   * Draws paths.
   *
   * @param kernels of the instruction set
   * @param threads at least 1
   * @param counts of the process, as above
   * @param numbers of the process, as above
   * @param arrays of the process, as above
   * @param place the seed, the first path, the first step, the steps and the number of paths; then
   *     the numbers of these paths where they do not follow one another
   * @param own what is a path's own, from the first path on, as above
   * @param strides of each of these; negative where there is one number for all assets
   * @param target [paths · steps, targetStride], or null where they are drawn on a device
   * @param targetStride numbers from one row to the next; on the host zero behind n
   * @param device which, or −1
   * @param address of the target there
   */
  private static native void draw(
      long kernels,
      int threads,
      int[] counts,
      double[] numbers,
      ByteBuffer[] arrays,
      long[] place,
      ByteBuffer[] own,
      int[] strides,
      ByteBuffer target,
      long targetStride,
      int device,
      long address);

  static void draw(long kernels, int threads, PathsData paths, Matrix target) {
    draw(Executor.cpu(kernels), threads, paths, target, null);
  }

  /** Draws on the device that the target is on. */
  static void draw(Executor executor, PathsData paths, DeviceMatrix target) {
    draw(executor, 1, paths, null, target);
  }

  /** One of the targets is null. */
  private static void draw(
      Executor executor, int threads, PathsData paths, Matrix target, DeviceMatrix there) {
    ProcessData process = paths.process();
    int[] counts = counts(process);
    double[] numbers = numbers(process);
    ByteBuffer[] arrays = arrays(process);
    Matrix[] matrices = {paths.shifts(), paths.multipliers(), paths.stress()};
    ScenarioRows[] rows = new ScenarioRows[OWN];
    int[] strides = new int[OWN];
    for (int k = 0; k < OWN; k++) {
      rows[k] = ScenarioRows.of(matrices[k], 1);
      if (rows[k] != null) {
        boolean each = matrices[k].columns() == process.size() && process.size() > 1;
        strides[k] = each || k == SHIFTS ? rows[k].stride() : -rows[k].stride();
      }
    }
    int steps = paths.steps();
    ScenarioRows written = ScenarioRows.of(target, steps);
    int most = (int) Math.max(1, NUMBERS_A_CALL / ((long) steps * process.size()));
    for (int first = 0; first < paths.paths(); ) {
      int count = Math.min(most, paths.paths() - first);
      count = written == null ? count : Math.min(count, written.together(first));
      ByteBuffer[] own = new ByteBuffer[OWN];
      for (int k = 0; k < OWN; k++) {
        if (rows[k] != null) {
          count = Math.min(count, rows[k].together(first));
          own[k] = rows[k].from(first);
        }
      }
      long[] numbered = paths.numbers();
      long[] place = new long[PLACES + (numbered == null ? 0 : count)];
      place[0] = paths.seed();
      place[1] = paths.firstPath() + first;
      place[4] = count;
      if (numbered != null) {
        System.arraycopy(numbered, first, place, PLACES, count);
      }
      boolean across = written != null && !written.isTogether(first);
      int together = across ? Math.min(steps, written.rowsOfCopy()) : steps;
      ByteBuffer to =
          across ? copyFor(target, together) : written == null ? null : written.from(first);
      long stride = there == null ? target.stride() : there.stride();
      for (int step = 0; step < steps; step += together) {
        int here = Math.min(together, steps - step);
        place[2] = paths.firstStep() + step;
        place[3] = here;
        draw(
            executor.kernels(),
            threads,
            counts,
            numbers,
            arrays,
            place,
            own,
            strides,
            to,
            stride,
            executor.device(),
            there == null ? 0 : there.address() + (long) first * steps * stride * Double.BYTES);
        if (across) {
          written.write(first, step, here, to);
        }
      }
      first += count;
    }
  }

  private static ByteBuffer copyFor(Matrix target, int rows) {
    return ByteBuffer.allocateDirect(rows * target.stride() * Double.BYTES)
        .order(ByteOrder.nativeOrder());
  }

  private static int[] counts(ProcessData process) {
    int regimes = process.regimes();
    int[] counts = new int[COUNTS + regimes + 1];
    counts[SIZE] = process.size();
    counts[STRIDE] = Matrix.strideOf(process.size());
    counts[REGIMES] = regimes;
    counts[MOST_COLUMNS] = process.mostColumns();
    if (process.jumps() != null && process.jumps().root() != null) {
      counts[JUMP_COLUMNS] = (int) process.jumps().root().rows();
    }
    if (process.history() != null) {
      counts[OBSERVATIONS] = (int) process.history().rows().rows();
    }
    counts[LIMITED] = process.limited() ? 1 : 0;
    counts[HAS_TRANSITION] = process.transition() == null ? 0 : 1;
    System.arraycopy(process.firstColumn(), 0, counts, COUNTS, regimes + 1);
    return counts;
  }

  private static double[] numbers(ProcessData process) {
    int regimes = process.regimes();
    double[] numbers = new double[NUMBERS + regimes * (2 + regimes)];
    ProcessData.Jumps jumps = process.jumps();
    ProcessData.History history = process.history();
    numbers[JUMP_MEAN] = jumps == null ? 0 : jumps.mean();
    numbers[NO_JUMP] = jumps == null ? 1 : jumps.none();
    numbers[RESTART] = history == null ? 1 : history.restart();
    numbers[DECAY] = history == null ? 1 : history.decay();
    System.arraycopy(process.freedom(), 0, numbers, NUMBERS, regimes);
    if (process.initial() != null) {
      System.arraycopy(process.initial(), 0, numbers, NUMBERS + regimes, regimes);
    }
    if (process.transition() != null) {
      System.arraycopy(process.transition(), 0, numbers, NUMBERS + 2 * regimes, regimes * regimes);
    }
    return numbers;
  }

  private static ByteBuffer[] arrays(ProcessData process) {
    ByteBuffer[] arrays = new ByteBuffer[ARRAYS];
    arrays[MEAN] = slab(process.mean());
    arrays[DEVIATION] = slab(process.drawnDeviation());
    arrays[COLUMNS] = slab(process.columns());
    arrays[SPECIFIC] = slab(process.specific());
    if (process.jumps() != null) {
      arrays[JUMP] = slab(process.jumps().size());
      arrays[JUMP_ROOT] = slab(process.jumps().root());
    }
    if (process.history() != null) {
      arrays[HISTORY] = slab(process.history().rows());
    }
    return arrays;
  }

  private static ByteBuffer slab(Matrix matrix) {
    return matrix == null ? null : Internals.get().slab(matrix, 0);
  }
}
