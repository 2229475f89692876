package io.parabola.internal;

import io.parabola.Cancellation;
import io.parabola.DeviceMatrix;
import io.parabola.Progress;
import io.parabola.SolveOptions;

/**
 * How an engine is to go about one batch.
 *
 * @param threads threads to use, the calling one among them
 * @param tolerance the largest relative gap that is solved
 * @param progress to be called from the calling thread only, or null
 * @param cancellation to be looked at before each scenario, or each few; or null
 * @param deviceWeights where the weights go instead of to a matrix of the host, or null
 */
public record SolveControl(
    int threads,
    double tolerance,
    Progress progress,
    Cancellation cancellation,
    DeviceMatrix deviceWeights) {
  /**
   * What the caller's options ask for.
   *
   * @param threads threads to use, the calling one among them
   * @param options of the caller
   * @return the same for an engine
   */
  public static SolveControl of(int threads, SolveOptions options) {
    return new SolveControl(
        threads,
        options.tolerance(),
        options.progress(),
        options.cancellation(),
        options.deviceWeights());
  }

  /**
   * Whether anybody waits to hear how far the solve has come, or may call it off.
   *
   * @return false if it may go on to its end in silence
   */
  public boolean isWatched() {
    return progress != null || cancellation != null;
  }

  /**
   * Whether it has been called off.
   *
   * @return true if no more scenarios are to be begun
   */
  public boolean isCancelled() {
    return cancellation != null && cancellation.isCancelled();
  }

  /**
   * Says how far the solve has come, if anybody hears it. From the calling thread only.
   *
   * @param done scenarios finished so far
   * @param total scenarios in the batch
   */
  public void report(int done, int total) {
    if (progress != null) {
      progress.update(done, total);
    }
  }
}
