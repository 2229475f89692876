// The sample covariances of many windows of the same returns: a covariance of its own for each scenario, made on the
// device that solves them.
#pragma once

#include <cstdint>

#include "device_memory.hpp"

namespace parabola::cuda {

// Window w holds `rows` observations of n assets from returns + w * between on, `stride` apart, on the device.
struct Windows {
  const double* returns = nullptr;
  std::int64_t stride = 0;
  std::int64_t between = 0;
  int count = 0;
  int rows = 0;  // at least 2
  int n = 0;
};

// Numbers from one row of these covariances to the next: n rounded up to 8.
std::int64_t covarianceStride(int n);

// Writes [count * n, covarianceStride(n)] on the device, exactly symmetric and zero from column n on. Each has the bits
// that SampleCovariance has with the project's own products. Some windows at a time, so that their centred returns have
// room; throws OutOfMemory if those of one have none, std::invalid_argument for a variance that is not finite, with its
// window and asset.
void windowCovariances(Runtime& runtime, int device, const Windows& windows, double* covariances);

}  // namespace parabola::cuda
