// The block that kernels are written against (see warps.hpp), on the device.
#pragma once

#include "warps.hpp"

namespace parabola::cuda {

struct DeviceWarp {
  int index;

  template <class F>
  PARABOLA_DEVICE void lanes(F f) const {
    f(static_cast<int>(threadIdx.x) % kWarpLanes);
  }
};

struct DeviceBlock {
  double* memory;

  template <class F>
  PARABOLA_DEVICE void warps(F f) {
    f(DeviceWarp{static_cast<int>(threadIdx.x) / kWarpLanes});
  }

  PARABOLA_DEVICE double* shared() { return memory; }

  PARABOLA_DEVICE void copy(double* to, const double* from, bool there) {
#if __CUDA_ARCH__ >= 800
    const unsigned target = static_cast<unsigned>(__cvta_generic_to_shared(to));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(target), "l"(from), "r"(there ? 16 : 0)
                 : "memory");
#else
    double x = 0, y = 0;
    if (there) {
      loadPair(from, x, y);
    }
    storePair(to, x, y);
#endif
  }

  PARABOLA_DEVICE void closeCopies() {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
  }

  template <int kMostPending>
  PARABOLA_DEVICE void arrive() {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_group %0;" ::"n"(kMostPending) : "memory");
#endif
    __syncthreads();
  }

  PARABOLA_DEVICE void barrier() { __syncthreads(); }
};

}  // namespace parabola::cuda
