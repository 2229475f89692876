package io.parabola.internal;

import io.parabola.DeviceMatrix;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a batch has on a CUDA device; of each there is at most one, here or among the batch's other
 * matrices. Strides are all the same, and so is the device.
 *
 * @param expectedReturns μ [S, n], or null
 * @param lower lower bounds [S, n], or null
 * @param upper upper bounds [S, n], or null
 * @param currentWeights w0 [S, n], or null
 * @param start weights to start from [S, n], or null
 * @param covariances Σ [S·n, n], or null
 */
public record DeviceOverrides(
    DeviceMatrix expectedReturns,
    DeviceMatrix lower,
    DeviceMatrix upper,
    DeviceMatrix currentWeights,
    DeviceMatrix start,
    DeviceMatrix covariances) {
  /** Nothing. */
  public static final DeviceOverrides NONE =
      new DeviceOverrides(null, null, null, null, null, null);

  /**
   * The matrices that are there.
   *
   * @return at least none
   */
  public List<DeviceMatrix> matrices() {
    return this == NONE
        ? List.of()
        : Stream.of(expectedReturns, lower, upper, currentWeights, start, covariances)
            .filter(Objects::nonNull)
            .toList();
  }
}
