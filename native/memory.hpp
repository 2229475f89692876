// Memory for numbers.
#pragma once

#include <cstddef>
#include <memory>

namespace parabola {

// Memory aligned to 64 bytes, its contents undefined. The system provides the pages of large blocks as they are
// touched, in pages of two megabytes where it lends them: whoever fills new memory stops at each page, and waits for
// the others that do the same.
struct FreeMemory {
  std::size_t mapped = 0;  // bytes that the system gave for this block alone; 0: it came from malloc
  void operator()(double* p) const;
};
using Memory = std::unique_ptr<double[], FreeMemory>;
Memory allocate(std::size_t numbers);  // throws std::bad_alloc

// Such memory from what was taken back, where there is any: its pages are there already. With `zeros` its numbers are
// that. Whoever gives it back says again how many numbers were asked for. Both on any thread.
double* lend(std::size_t numbers, bool zeros);  // throws std::bad_alloc
void takeBack(double* block, std::size_t numbers);

// The same for the time of a solve or of a problem.
class Scratch {
 public:
  explicit Scratch(std::size_t numbers) : memory_(lend(numbers, false), {numbers}) {}  // throws std::bad_alloc
  ~Scratch();  // not inline: within a std::optional GCC 12 takes it for one of uninitialised memory
  Scratch(Scratch&&) = default;

  double* get() const { return memory_.get(); }

 private:
  struct TakeBack {
    std::size_t numbers;
    void operator()(double* block) const { takeBack(block, numbers); }
  };
  std::unique_ptr<double[], TakeBack> memory_;
};

}  // namespace parabola
