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

// Such memory for the time of a solve or of a problem. It comes from those that ended, where there were any: its pages
// are there already. May be made and destroyed on any thread.
class Scratch {
 public:
  explicit Scratch(std::size_t numbers);  // throws std::bad_alloc
  ~Scratch();
  Scratch(Scratch&&) = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  double* get() const { return memory_.get(); }

 private:
  std::size_t numbers_;
  Memory memory_;
};

// The same for an owner that keeps no more than the address, and says again how many numbers it asked for. With `zeros`
// they are that.
double* lend(std::size_t numbers, bool zeros);  // throws std::bad_alloc
void takeBack(double* block, std::size_t numbers);

}  // namespace parabola
