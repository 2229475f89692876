// Portfolios of bounds and a budget on a CUDA device: a block or a warp for each, as many groups as the device has room
// for, and each takes the next scenario when it is done with one.
#include <cuda_runtime.h>

#include "block.hpp"
#include "launches.hpp"
#include "solve_kernel.hpp"

namespace parabola::cuda {

namespace {

using namespace parabola::device;

// Registers for 8 warps a multiprocessor: with fewer a thread would spill.
constexpr int kThreads = 128;
constexpr int kBlocks = 2;

extern __shared__ double dynamicMemory[];

}  // namespace

extern "C" __global__ void __launch_bounds__(kThreads, kBlocks)
    parabolaPlainBlock(const __grid_constant__ SolveParameters p) {
  __shared__ int taken;
  const BlockGroup group;
  for (;;) {
    group.one([&] { taken = atomicAdd(p.next, 1); });
    const int s = taken;
    if (s >= p.batch.count) {
      return;
    }
    solvePlainScenario(group, p, s, dynamicMemory, p.memory + blockIdx.x * static_cast<long>(p.launch.memoryStride));
  }
}

extern "C" __global__ void __launch_bounds__(kThreads, kBlocks)
    parabolaPlainWarp(const __grid_constant__ SolveParameters p) {
  const WarpGroup group;
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const long number = static_cast<long>(blockIdx.x) * warps + warp;
  for (;;) {
    int s = 0;
    if (group.lane() == 0) {
      s = atomicAdd(p.next, 1);
    }
    s = __shfl_sync(kAllLanes, s, 0);
    if (s >= p.batch.count) {
      return;
    }
    solvePlainScenario(group, p, s, dynamicMemory + warp * static_cast<long>(p.launch.sharedStride),
                       p.memory + number * static_cast<long>(p.launch.memoryStride));
  }
}

int launchGeneral(const SolveParameters& p, cudaStream_t stream);  // general.cu

int launchOnDevice(const SolveParameters& p, void* stream) {
  const auto on = static_cast<cudaStream_t>(stream);
  if (!p.plain) {
    return launchGeneral(p, on);
  }
  const auto kernel = p.launch.warp ? parabolaPlainWarp : parabolaPlainBlock;
  const auto bytes = static_cast<int>(p.launch.sharedBytes);
  // More than 48 KB must be asked for, on each device; asking again costs nothing beside a launch.
  const cudaError_t error = cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  if (error != cudaSuccess) {
    return error;
  }
  kernel<<<p.groups / p.launch.portfoliosPerBlock, p.launch.threads, bytes, on>>>(p);
  return cudaGetLastError();
}

}  // namespace parabola::cuda
