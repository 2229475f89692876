// The general problem on a CUDA device, as plain.cu has the plain one: a block for each portfolio.
#include <cuda_runtime.h>

#include "block.hpp"
#include "launches.hpp"
#include "solve_kernel.hpp"

namespace parabola::cuda {

extern "C" __global__ void __launch_bounds__(128, 2) parabolaGeneralBlock(const __grid_constant__ SolveParameters p) {
  using namespace parabola::device;
  __shared__ int taken;
  const BlockGroup group;
  for (;;) {
    group.one([&] { taken = atomicAdd(p.next, 1); });
    const int s = taken;
    if (s >= p.batch.count) {
      return;
    }
    solveGeneralScenario(group, p, s, p.memory + blockIdx.x * static_cast<long>(p.launch.memoryStride));
  }
}

int launchGeneral(const SolveParameters& p, cudaStream_t stream) {
  parabolaGeneralBlock<<<p.groups, p.launch.threads, 0, stream>>>(p);
  return cudaGetLastError();
}

}  // namespace parabola::cuda
