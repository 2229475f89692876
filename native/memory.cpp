#include "memory.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace parabola {

void FreeMemory::operator()(double* p) const { std::free(p); }

Memory allocate(std::size_t numbers) {
  void* p = nullptr;
  if (posix_memalign(&p, 64, std::max<std::size_t>(1, numbers) * sizeof(double)) != 0) {
    throw std::bad_alloc();
  }
  return Memory(static_cast<double*>(p));
}

namespace {

// A few blocks for all problems.
class Pool {
 public:
  Memory take(std::size_t numbers) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
        if (block->numbers == numbers) {
          Memory memory = std::move(block->memory);
          kept_ -= numbers;
          blocks_.erase(block);
          return memory;
        }
      }
    }
    return allocate(numbers);
  }

  void giveBack(Memory memory, std::size_t numbers) {
    if (numbers > kLargest) {
      return;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    blocks_.push_back({numbers, std::move(memory)});
    kept_ += numbers;
    while (blocks_.size() > kMost || kept_ > kMostNumbers) {
      kept_ -= blocks_.front().numbers;
      blocks_.erase(blocks_.begin());
    }
  }

 private:
  static constexpr std::size_t kMost = 16;
  static constexpr std::size_t kLargest = std::size_t{1} << 23;      // 64 MiB
  static constexpr std::size_t kMostNumbers = std::size_t{1} << 25;  // 256 MiB

  struct Block {
    std::size_t numbers;
    Memory memory;
  };
  std::mutex mutex_;
  std::vector<Block> blocks_;
  std::size_t kept_ = 0;  // numbers in them
};

Pool& pool() {
  static Pool all;
  return all;
}

// Sizes that differ by little, such as those of chunks, share blocks: an eighth more at most.
std::size_t rounded(std::size_t numbers) {
  const std::size_t step = std::max<std::size_t>(8, std::bit_floor(numbers) / 8);
  return (numbers + step - 1) / step * step;
}

}  // namespace

Scratch::Scratch(std::size_t numbers) : numbers_(rounded(numbers)), memory_(pool().take(numbers_)) {}

Scratch::~Scratch() {
  if (memory_) {
    pool().giveBack(std::move(memory_), numbers_);
  }
}

}  // namespace parabola
