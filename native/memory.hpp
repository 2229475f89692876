// Memory for numbers.
#pragma once

#include <cstddef>
#include <memory>

namespace parabola {

// Memory aligned to 64 bytes, its contents undefined; the system provides the pages of large blocks as they are
// touched.
struct FreeMemory {
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

}  // namespace parabola
