// Paths of returns on a CUDA device: a block for a tile of them.
#include <cuda_runtime.h>

#include "block.hpp"
#include "launches.hpp"
#include "paths.hpp"

namespace parabola::cuda {

namespace {
constexpr int kThreads = 128;
}  // namespace

extern "C" __global__ void __launch_bounds__(kThreads) parabolaDraw(const __grid_constant__ DrawParameters p) {
  using namespace parabola::device;
  const BlockGroup group;
  DrawWorkspace workspace;
  workspace.layOut(p.process, p.tile, p.memory + blockIdx.x * p.memoryStride);
  for (int from = static_cast<int>(blockIdx.x) * p.tile; from < p.draw.paths; from += p.groups * p.tile) {
    drawPaths(group, p.process, p.draw, from, p.draw.paths - from < p.tile ? p.draw.paths - from : p.tile, workspace);
  }
}

int launchOnDevice(const DrawParameters& p, void* stream) {
  parabolaDraw<<<p.groups, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(p);
  return cudaGetLastError();
}

}  // namespace parabola::cuda
