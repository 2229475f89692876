// The block that kernels are written against (see warps.hpp), on the CPU: its warps one after the other, in an order
// that turns round from step to step, so that a step in which one reads what another one writes shows.
#pragma once

#include <cstring>
#include <limits>
#include <vector>

#include "warps.hpp"

namespace parabola::cuda {

struct CpuWarp {
  int index;

  template <class F>
  void lanes(F f) const {
    for (int lane = 0; lane < kWarpLanes; lane++) {
      f(lane);
    }
  }
};

class CpuBlock {
 public:
  CpuBlock(int warps, int sharedBytes)
      : warps_(warps), memory_(sharedBytes / sizeof(double), std::numeric_limits<double>::quiet_NaN()) {}

  template <class F>
  void warps(F f) {
    for (int i = 0; i < warps_; i++) {
      f(CpuWarp{backwards_ ? warps_ - 1 - i : i});
    }
    backwards_ = !backwards_;
  }

  double* shared() { return memory_.data(); }

  void copy(double* to, const double* from, bool there) { copies_.push_back({to, there ? from : nullptr}); }
  void closeCopies() { groups_.push_back(copies_.size()); }

  template <int kMostPending>
  void arrive() {
    if (groups_.size() <= kMostPending) {
      return;
    }
    const std::size_t here = groups_[groups_.size() - 1 - kMostPending];
    for (; made_ < here; made_++) {
      const Copy& c = copies_[made_];
      c.to[0] = c.from == nullptr ? 0 : c.from[0];
      c.to[1] = c.from == nullptr ? 0 : c.from[1];
    }
  }

  void barrier() {}

 private:
  struct Copy {
    double* to;
    const double* from;
  };

  int warps_;
  bool backwards_ = false;
  std::vector<double> memory_;
  std::vector<Copy> copies_;
  std::vector<std::size_t> groups_;
  std::size_t made_ = 0;
};

}  // namespace parabola::cuda
