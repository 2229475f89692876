// Lanes that are CUDA threads: a block of them, or a warp where portfolios are small.
#pragma once

#include "lanes.hpp"

namespace parabola::PARABOLA_ISA {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffU;

// x of the lane whose number differs in the bits of `mask`. Types are whole numbers of words.
template <class T>
__device__ __forceinline__ T shuffle(const T& x, int mask) {
  static_assert(sizeof(T) % sizeof(unsigned) == 0);
  constexpr int kWords = sizeof(T) / sizeof(unsigned);
  union Words {
    T value;
    unsigned word[kWords];
    __device__ Words() {}
  };
  Words from;
  Words to;
  from.value = x;
#pragma unroll
  for (int k = 0; k < kWords; k++) {
    to.word[k] = __shfl_xor_sync(kAllLanes, from.word[k], mask);
  }
  return to.value;
}

// One number of a warp's, the same in all its lanes: the lower lane's is merge's first.
template <class T, class Merge>
__device__ __forceinline__ T combineWarp(T x, int lane, Merge merge) {
#pragma unroll
  for (int d = 1; d < kWarp; d *= 2) {
    const T other = shuffle(x, d);
    x = (lane & d) != 0 ? merge(other, x) : merge(x, other);
  }
  return x;
}

class WarpGroup : public LaneGroup<WarpGroup> {
 public:
  __device__ __forceinline__ int lane() const { return static_cast<int>(threadIdx.x) % kWarp; }
  __device__ __forceinline__ int lanes() const { return kWarp; }
  __device__ __forceinline__ void barrier() const { __syncwarp(); }

  template <class T, class Merge>
  __device__ __forceinline__ T combine(T x, Merge merge) const {
    __syncwarp();  // shuffles say nothing about memory
    return combineWarp(x, lane(), merge);
  }

  __device__ __noinline__ double total(double x) const {
    return combine(x, [](double a, double b) { return a + b; });
  }
  __device__ __noinline__ double smallest(double x) const {
    return combine(x, [](double a, double b) { return b < a ? b : a; });
  }

  __device__ __noinline__ int rank(bool chosen, int& all) const {
    __syncwarp();
    const unsigned mask = __ballot_sync(kAllLanes, chosen);
    all = __popc(mask);
    return __popc(mask & ((1U << lane()) - 1));
  }
};

// What the warps of a block tell each other: two rooms in turn, so that what is being read is not yet overwritten.
struct BlockScratch {
  static constexpr int kLargest = 64;  // bytes
  static constexpr int kWarps = 8;
  alignas(8) unsigned char room[2][kWarps][kLargest];
};

class BlockGroup : public LaneGroup<BlockGroup> {
 public:
  __device__ __forceinline__ int lane() const { return static_cast<int>(threadIdx.x); }
  __device__ __forceinline__ int lanes() const { return static_cast<int>(blockDim.x); }
  __device__ __forceinline__ void barrier() const { __syncthreads(); }

  template <class T, class Merge>
  __device__ __forceinline__ T combine(T x, Merge merge) const {
    static_assert(sizeof(T) <= BlockScratch::kLargest);
    x = combineWarp(x, lane() % kWarp, merge);
    auto* const room = nextRoom();
    if (lane() % kWarp == 0) {
      *reinterpret_cast<T*>(room[lane() / kWarp]) = x;
    }
    __syncthreads();
    x = *reinterpret_cast<const T*>(room[0]);
    for (int w = 1; w < lanes() / kWarp; w++) {
      x = merge(x, *reinterpret_cast<const T*>(room[w]));
    }
    return x;
  }

  __device__ __noinline__ double total(double x) const {
    return combine(x, [](double a, double b) { return a + b; });
  }
  __device__ __noinline__ double smallest(double x) const {
    return combine(x, [](double a, double b) { return b < a ? b : a; });
  }

  __device__ __noinline__ int rank(bool chosen, int& all) const {
    const unsigned mask = __ballot_sync(kAllLanes, chosen);
    const int own = lane() % kWarp;
    auto* const room = nextRoom();
    if (own == 0) {
      *reinterpret_cast<int*>(room[lane() / kWarp]) = __popc(mask);
    }
    __syncthreads();
    int before = __popc(mask & ((1U << own) - 1));
    all = 0;
    for (int w = 0; w < lanes() / kWarp; w++) {
      const int many = *reinterpret_cast<const int*>(room[w]);
      before += w < lane() / kWarp ? many : 0;
      all += many;
    }
    return before;
  }

 private:
  __device__ __forceinline__ unsigned char (*nextRoom() const)[BlockScratch::kLargest] {
    __shared__ BlockScratch scratch;
    turn_ ^= 1;
    return scratch.room[turn_];
  }

  mutable int turn_ = 0;
};

}  // namespace parabola::PARABOLA_ISA
