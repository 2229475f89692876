// Copies between memory of the host that is not pinned and a device, by way of pinned memory that is kept.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "device_memory.hpp"

namespace parabola::cuda {

// Any thread may call any of these; they wait for each other, and return when the copy is over.
class DeviceCopies {
 public:
  DeviceCopies(Runtime& runtime, int device);

  // To be freed by the runtime.
  double* allocateZeros(std::int64_t count);

  // Rows of `columns` numbers, `stride` apart on the device. What lies between them there becomes zero where the memory
  // is `whole`, with `stride` numbers for the last row too, and else stays.
  void write(double* to, std::int64_t stride, const double* from, std::int64_t fromStride, std::int64_t rows,
             int columns, bool whole);
  void read(const double* from, std::int64_t stride, double* to, std::int64_t toStride, std::int64_t rows, int columns);
  void fillWithNaN(double* at, std::int64_t stride, std::int64_t rows, int columns, bool whole);

 private:
  Runtime& runtime_;
  const int device_;
  std::mutex mutex_;
  std::unique_ptr<Stream> stream_;
  PinnedNumbers pinned_;
};

}  // namespace parabola::cuda
