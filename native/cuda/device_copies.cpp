#include "device_copies.hpp"

#include <algorithm>
#include <cstring>

namespace parabola::cuda {

namespace {

constexpr std::int64_t kPinned = std::int64_t{1} << 20;  // numbers

}  // namespace

DeviceCopies::DeviceCopies(Runtime& runtime, int device) : runtime_(runtime), device_(device) {
  runtime_.select(device_);
  stream_ = runtime_.stream();
  pinned_ = PinnedNumbers(runtime_, kPinned);
}

double* DeviceCopies::allocateZeros(std::int64_t count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  runtime_.select(device_);
  const std::size_t bytes = std::max<std::int64_t>(1, count) * sizeof(double);
  void* const memory = runtime_.allocate(bytes);
  try {
    runtime_.fill(memory, 0, bytes, *stream_);
    runtime_.synchronise(*stream_);
  } catch (...) {
    runtime_.free(memory);
    throw;
  }
  return static_cast<double*>(memory);
}

void DeviceCopies::write(double* to, std::int64_t stride, const double* from, std::int64_t fromStride,
                         std::int64_t rows, int columns, bool whole) {
  const std::lock_guard<std::mutex> lock(mutex_);
  runtime_.select(device_);
  // Rows that are copied at a time lie in pinned memory as they will lie on the device, a long one in parts.
  const bool together = whole || stride == columns;
  const std::int64_t width = together ? stride : columns;
  const std::int64_t most = std::max<std::int64_t>(1, kPinned / width);
  for (std::int64_t first = 0; first < rows; first += most) {
    const std::int64_t here = std::min(most, rows - first);
    for (std::int64_t part = 0; part < width; part += kPinned) {
      const std::int64_t size = std::min(kPinned, width - part);
      for (std::int64_t row = 0; row < here; row++) {
        double* const target = pinned_.get() + row * width;
        const std::int64_t data = std::clamp<std::int64_t>(columns - part, 0, size);
        std::memcpy(target, from + (first + row) * fromStride + part, data * sizeof(double));
        std::fill(target + data, target + size, 0.0);
        if (!together) {
          runtime_.copyToDevice(to + (first + row) * stride + part, target, size * sizeof(double), *stream_);
        }
      }
      if (together) {
        const std::int64_t count = here == 1 ? size : here * width;
        runtime_.copyToDevice(to + first * stride + part, pinned_.get(), count * sizeof(double), *stream_);
      }
      runtime_.synchronise(*stream_);
    }
  }
}

void DeviceCopies::read(const double* from, std::int64_t stride, double* to, std::int64_t toStride, std::int64_t rows,
                        int columns) {
  const std::lock_guard<std::mutex> lock(mutex_);
  runtime_.select(device_);
  const std::int64_t most = std::max<std::int64_t>(1, kPinned / stride);
  for (std::int64_t first = 0; first < rows; first += most) {
    const std::int64_t here = std::min(most, rows - first);
    // The last row has no more than its columns.
    const std::int64_t all = (here - 1) * stride + columns;
    for (std::int64_t part = 0; part < all; part += kPinned) {
      const std::int64_t size = std::min(kPinned, all - part);
      runtime_.copyToHost(pinned_.get(), from + first * stride + part, size * sizeof(double), *stream_);
      runtime_.synchronise(*stream_);
      if (here == 1) {
        std::memcpy(to + first * toStride + part, pinned_.get(), size * sizeof(double));
        continue;
      }
      for (std::int64_t row = 0; row < here; row++) {
        std::memcpy(to + (first + row) * toStride, pinned_.get() + row * stride, columns * sizeof(double));
      }
    }
  }
}

void DeviceCopies::fillWithNaN(double* at, std::int64_t stride, std::int64_t rows, int columns, bool whole) {
  constexpr int kByte = 0xff;  // eight of them are a NaN
  const std::lock_guard<std::mutex> lock(mutex_);
  runtime_.select(device_);
  if (whole || stride == columns) {
    runtime_.fill(at, kByte, rows * stride * sizeof(double), *stream_);
  } else {
    for (std::int64_t row = 0; row < rows; row++) {
      runtime_.fill(at + row * stride, kByte, columns * sizeof(double), *stream_);
    }
  }
  runtime_.synchronise(*stream_);
}

}  // namespace parabola::cuda
