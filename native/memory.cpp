#include "memory.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace parabola {

namespace {

constexpr std::size_t kLargePage = std::size_t{1} << 21;

// Of a block that the system is asked for by itself the size in whole pages; 0 for smaller ones.
std::size_t mappedBytes(std::size_t numbers) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t kPage = 4096;
  const std::size_t bytes = numbers * sizeof(double);
  return bytes < kLargePage ? 0 : (bytes + kPage - 1) / kPage * kPage;
#else
  (void)numbers;
  return 0;
#endif
}

// New pages of zeros that begin where a large page does; null if there are none.
double* mapPages(std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  const std::size_t more = bytes + kLargePage;
  void* const all = mmap(nullptr, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) {
    return nullptr;
  }
  char* const begin = static_cast<char*>(all);
  const std::size_t skip = (kLargePage - reinterpret_cast<std::uintptr_t>(begin) % kLargePage) % kLargePage;
  char* const block = begin + skip;
  if (skip > 0) {
    munmap(begin, skip);
  }
  munmap(block + bytes, more - skip - bytes);
  madvise(block, bytes, MADV_HUGEPAGE);  // advice: refusing it does no harm
  return reinterpret_cast<double*>(block);
#else
  (void)bytes;
  return nullptr;
#endif
}

}  // namespace

void FreeMemory::operator()(double* p) const {
#ifdef MADV_HUGEPAGE
  if (mapped > 0) {
    munmap(p, mapped);
    return;
  }
#endif
  std::free(p);
}

Memory allocate(std::size_t numbers) {
  if (const std::size_t mapped = mappedBytes(numbers); mapped > 0) {
    double* const block = mapPages(mapped);
    if (block == nullptr) {
      throw std::bad_alloc();
    }
    return Memory(block, FreeMemory{mapped});
  }
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
  // Null if there is none of that size.
  Memory take(std::size_t numbers) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
      if (block->numbers == numbers) {
        Memory memory = std::move(block->memory);
        kept_ -= numbers;
        blocks_.erase(block);
        return memory;
      }
    }
    return nullptr;
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
  static constexpr std::size_t kMost = 32;
  static constexpr std::size_t kLargest = std::size_t{1} << 22;      // 32 MiB
  static constexpr std::size_t kMostNumbers = std::size_t{1} << 24;  // 128 MiB

  struct Block {
    std::size_t numbers;
    Memory memory;
  };
  std::mutex mutex_;
  std::vector<Block> blocks_;
  std::size_t kept_ = 0;  // numbers in them
};

// Never destroyed: a thread that frees its last block may outlive main().
Pool& pool() {
  static Pool& all = *new Pool;
  return all;
}

// Sizes that differ by little, such as those of chunks, share blocks: an eighth more at most.
std::size_t rounded(std::size_t numbers) {
  const std::size_t step = std::max<std::size_t>(8, std::bit_floor(numbers) / 8);
  return (numbers + step - 1) / step * step;
}

}  // namespace

double* lend(std::size_t numbers, bool zeros) {
  const std::size_t whole = rounded(numbers);
  Memory memory = pool().take(whole);
  bool clean = false;
  if (!memory) {
    memory = allocate(whole);
    clean = mappedBytes(whole) > 0;
  }
  if (zeros && !clean) {
    std::fill_n(memory.get(), numbers, 0.0);
  }
  return memory.release();
}

Scratch::~Scratch() = default;

void takeBack(double* block, std::size_t numbers) {
  const std::size_t whole = rounded(numbers);
  pool().giveBack(Memory(block, FreeMemory{mappedBytes(whole)}), whole);
}

}  // namespace parabola
