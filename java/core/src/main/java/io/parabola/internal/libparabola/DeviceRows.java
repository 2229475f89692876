package io.parabola.internal.libparabola;

import io.parabola.DeviceMatrix;
import io.parabola.internal.DeviceOverrides;

/**
 * What a batch has on the device, as native code takes it: addresses at their places, and a stride.
 */
final class DeviceRows {
  private final DeviceMatrix[] matrices = new DeviceMatrix[NativeSolver.DEVICE_MATRICES];
  private final long stride;

  private DeviceRows(DeviceOverrides overrides, DeviceMatrix weights) {
    matrices[NativeSolver.EXPECTED_RETURNS] = overrides.expectedReturns();
    matrices[NativeSolver.LOWER] = overrides.lower();
    matrices[NativeSolver.UPPER] = overrides.upper();
    matrices[NativeSolver.START] = overrides.start();
    matrices[NativeSolver.CURRENT] = overrides.currentWeights();
    matrices[NativeSolver.DEVICE_WEIGHTS] = weights;
    matrices[NativeSolver.DEVICE_COVARIANCES] = overrides.covariances();
    stride = weights != null ? weights.stride() : overrides.matrices().get(0).stride();
  }

  /** Null where nothing is on the device. */
  static DeviceRows of(DeviceOverrides overrides, DeviceMatrix weights) {
    return weights == null && overrides == DeviceOverrides.NONE
        ? null
        : new DeviceRows(overrides, weights);
  }

  long stride() {
    return stride;
  }

  /** Where the rows from this one on lie; 0 for none. */
  long[] from(int scenario) {
    long[] addresses = new long[matrices.length];
    for (int k = 0; k < matrices.length; k++) {
      if (matrices[k] != null) {
        long rows = k == NativeSolver.DEVICE_COVARIANCES ? matrices[k].columns() : 1;
        addresses[k] = matrices[k].address() + scenario * rows * stride * Double.BYTES;
      }
    }
    return addresses;
  }
}
