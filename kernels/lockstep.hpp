// Lanes that are host threads: for tests only. A barrier that is missing is a data race here, which ThreadSanitizer
// reports, where a GPU would most often hide it; and lanes that decide differently meet at different barriers, which
// the barrier itself reports.
#pragma once

#include <atomic>
#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "lanes.hpp"

namespace parabola::PARABOLA_ISA {

// What the lanes of one group share.
class Lockstep {
 public:
  explicit Lockstep(int lanes) : lanes(lanes), barrier(lanes), scratch(2 * lanes) {}

  static constexpr int kLargest = 64;  // bytes that a lane can pass on
  struct Slot {
    unsigned char bytes[kLargest];
    long step;
  };
  const int lanes;
  std::barrier<> barrier;
  std::vector<Slot> scratch;  // [2, lanes] in turn, so that what is being read is not yet overwritten
};

class LockstepGroup : public LaneGroup<LockstepGroup> {
 public:
  LockstepGroup(Lockstep& shared, int lane) : shared_(shared), lane_(lane) {}

  int lane() const { return lane_; }
  int lanes() const { return shared_.lanes; }

  void barrier() const { exchange(0, 'b'); }

  template <class T, class Merge>
  T combine(T x, Merge merge) const {
    const Lockstep::Slot* all = exchange(x, 'c');
    T result = read<T>(all[0]);
    for (int l = 1; l < lanes(); l++) {
      result = merge(result, read<T>(all[l]));
    }
    return result;
  }

  double total(double x) const {
    return combine(x, [](double a, double b) { return a + b; });
  }
  double smallest(double x) const {
    return combine(x, [](double a, double b) { return b < a ? b : a; });
  }

  int rank(bool chosen, int& all) const {
    const Lockstep::Slot* slots = exchange(chosen ? 1 : 0, 'r');
    int before = 0;
    all = 0;
    for (int l = 0; l < lanes(); l++) {
      const int one = read<int>(slots[l]);
      before += l < lane_ ? one : 0;
      all += one;
    }
    return before;
  }

 private:
  template <class T>
  static T read(const Lockstep::Slot& slot) {
    T x;
    std::memcpy(&x, slot.bytes, sizeof x);
    return x;
  }

  // All lanes' x, when all are there.
  template <class T>
  const Lockstep::Slot* exchange(const T& x, char kind) const {
    static_assert(sizeof(T) <= Lockstep::kLargest);
    Lockstep::Slot* const slots = shared_.scratch.data() + (step_ % 2) * shared_.lanes;
    step_++;
    std::memcpy(slots[lane_].bytes, &x, sizeof x);
    slots[lane_].step = 256 * step_ + kind;
    shared_.barrier.arrive_and_wait();
    for (int l = 0; l < shared_.lanes; l++) {
      if (slots[l].step != slots[lane_].step) {
        std::fprintf(stderr, "lanes %d and %d went different ways\n", lane_, l);
        std::abort();
      }
    }
    return slots;
  }

  Lockstep& shared_;
  const int lane_;
  mutable long step_ = 0;
};

}  // namespace parabola::PARABOLA_ISA
