// Memory of a device and pinned memory of the host, freed when they go out of scope.
#pragma once

#include <cstddef>
#include <utility>

#include "runtime.hpp"

namespace parabola::cuda {

template <bool kPinned>
class Numbers {
 public:
  Numbers() = default;
  Numbers(Runtime& runtime, std::size_t count) : runtime_(&runtime), count_(count) {
    const std::size_t bytes = (count == 0 ? 1 : count) * sizeof(double);
    numbers_ = static_cast<double*>(kPinned ? runtime.allocatePinned(bytes) : runtime.allocate(bytes));
  }
  ~Numbers() { free(); }
  Numbers(Numbers&& other) noexcept { swap(other); }
  Numbers& operator=(Numbers&& other) noexcept {
    Numbers taken(std::move(other));
    swap(taken);
    return *this;
  }

  double* get() const { return numbers_; }
  std::size_t count() const { return count_; }
  // The caller's to free from now on.
  double* release() {
    double* const numbers = numbers_;
    numbers_ = nullptr;
    count_ = 0;
    return numbers;
  }

 private:
  void swap(Numbers& other) {
    std::swap(runtime_, other.runtime_);
    std::swap(numbers_, other.numbers_);
    std::swap(count_, other.count_);
  }
  void free() {
    if (numbers_ != nullptr) {
      kPinned ? runtime_->freePinned(numbers_) : runtime_->free(numbers_);
      numbers_ = nullptr;
    }
  }

  Runtime* runtime_ = nullptr;
  double* numbers_ = nullptr;
  std::size_t count_ = 0;
};

using DeviceNumbers = Numbers<false>;
using PinnedNumbers = Numbers<true>;

}  // namespace parabola::cuda
