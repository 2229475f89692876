// What a kernel is written against, so that one body runs on the device and, lane by lane, on the CPU.
//
// A body works on one block. It is a sequence of steps, between which the warps wait for each other; in a step no warp
// may read what another one writes. What a lane keeps from step to step lies in PerLane: on the device that is the
// lane's registers, on the CPU an array over the lanes. A block, `Block`, provides
//
//   warps(f)       f(warp) for each of its warps; warp.index, and warp.lanes(g): g(lane) for each of its 32 lanes
//   shared()       the block's shared memory
//   copy(to, from, there)   16 bytes from global to shared memory, later; zeros if not `there`
//   closeCopies()  the copies since the last call become a group
//   arrive<k>()    waits until all but the last k groups of copies are there, and for all warps
//   barrier()      waits for all warps
//
// Functions of it are PARABOLA_DEVICE; those that the host computes with too, PARABOLA_BOTH.
//
// On the CPU copies are made by arrive() and not before, so that a body that does not wait reads NaN.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define PARABOLA_DEVICE __device__ __forceinline__
#define PARABOLA_BOTH __host__ __device__
#define PARABOLA_UNROLLED _Pragma("unroll")
#else
#define PARABOLA_DEVICE inline
#define PARABOLA_BOTH
#define PARABOLA_UNROLLED
#endif

namespace parabola::cuda {

constexpr int kWarpLanes = 32;

#if defined(__CUDACC__)

template <class T>
struct PerLane {
  T value;
  PARABOLA_DEVICE T& operator[](int) { return value; }
  PARABOLA_DEVICE const T& operator[](int) const { return value; }
};

template <class T, int kWarps>
struct PerWarp {
  T value;
  PARABOLA_DEVICE T& operator[](int) { return value; }
};

#else

template <class T>
struct PerLane {
  T value[kWarpLanes];
  T& operator[](int lane) { return value[lane]; }
  const T& operator[](int lane) const { return value[lane]; }
};

template <class T, int kWarps>
struct PerWarp {
  T value[kWarps];
  T& operator[](int warp) { return value[warp]; }
};

#endif

// Two neighbours at once; p is aligned to 16 bytes.
PARABOLA_DEVICE void loadPair(const double* p, double& x, double& y) {
#if defined(__CUDACC__)
  const double2 pair = *reinterpret_cast<const double2*>(p);
  x = pair.x;
  y = pair.y;
#else
  x = p[0];
  y = p[1];
#endif
}

PARABOLA_DEVICE void storePair(double* p, double x, double y) {
#if defined(__CUDACC__)
  *reinterpret_cast<double2*>(p) = make_double2(x, y);
#else
  p[0] = x;
  p[1] = y;
#endif
}

}  // namespace parabola::cuda
