// The covariance's kernels on the device.
//
// Roofline of the product, S += Y'Y, on paper, for tiles of 128 x 128 (LargeTile). "Clocks" are a multiprocessor's.
//
//   FP64 tensor rate          H100/H200: 128 multiply-adds a clock (67 TFLOPS); A100: 64 (19.5 TFLOPS)
//   A row of Y, one tile      128 * 128 = 16,384 multiply-adds = 128 clocks (H200), 256 (A100);
//                             2 * 128 * 8 = 2,048 bytes from the L2 cache = 16 bytes a clock (H200), 8 (A100);
//                             16 operations a byte. With tiles of 64 it would be 8, and 32 bytes a clock, more than the
//                             about 23 that an H200's L2 gives each multiprocessor.
//   Shared memory             a warp's 64 x 32 reads 96 doubles a row, eight warps 6,144 bytes: 48 bytes a clock of 128
//                             (H200). With warps of 32 x 32 it would be 64.
//   Device memory             132 tiles at a time, about 8 x 16.5, read 25 strips together: 0.4 TB/s of 4.8. Y
//                             is 8 n depth bytes, S 16 * n^2 / 2: at n = 10,000 and 4,096 rows of Y a launch is
//                             4.1e11 operations, 6.1 ms; S's 0.8 GB take 0.17 ms of the memory, spread over it;
//                             centring (16 n depth bytes, 0.66 GB) 0.14 ms: 2.3 %.
//   Host to device            8 n depth bytes over PCIe 5 at 55 GB/s: 6.0 ms: just hidden at n = 10,000, not below.
//
// What bounds it is then the tensor cores, if their operands are there in time: three stages of 16 rows in shared
// memory keep 65 KB a multiprocessor in flight, which at 16 bytes a clock is 4,000 clocks, five times the latency of
// device memory. A barrier comes every 2,048 clocks.
//
// Registers decide the occupancy: 64 x 32 accumulators a warp are 128 registers a lane, the operands of eight rows 48
// more; so one block of 256 threads and 99 KB a multiprocessor, two warps for each of its tensor cores, and independent
// products (16 a warp in a step) rather than more warps hide their latency. 99 KB is also all that the chips
// of 8.6, 8.9 and 12.0 have. ptxas of CUDA 13.0 says (registers; nothing is spilt but 8 bytes of
// MiddleTile's on sm_90):
//
//                             sm_75   sm_80   sm_90   sm_100   shared memory   blocks a multiprocessor
//   LargeTile  (128)            254     238     250      216      101,376                 1
//   MiddleTile (64)             168     162     168      152       52,224                 3
//   SmallTile  (32)              80      76      80       72       27,648                 6
//
// A tile begins and ends with 128 KB of S, about 13,000 clocks in all that nothing hides (one block): 2.5 % at 4,096
// rows. More rows in a launch are less of that: the host takes 4,096 where memory allows.
#include <cuda_runtime.h>

#include "device_block.cuh"
#include "launches.hpp"

namespace parabola::cuda {

namespace {

#if __CUDA_ARCH__ >= 900
using NativeUnit = MatrixUnit<Mma16x8x8>;
#elif __CUDA_ARCH__ >= 800
using NativeUnit = MatrixUnit<Mma8x8x4>;
#else
using NativeUnit = PlainUnit;
#endif

extern __shared__ __align__(16) double blockMemory[];

template <class Shape>
__global__ void __launch_bounds__(Shape::kThreads, Shape::kBlocks) syrk(SyrkParameters p) {
  DeviceBlock block{blockMemory};
  syrkTile<Shape, NativeUnit>(block, p, blockIdx.x, blockIdx.y);
}

__global__ void __launch_bounds__(CentreShape::kThreads) centre(CentreParameters p) {
  DeviceBlock block{blockMemory};
  centreGroup(block, p, blockIdx.x, blockIdx.y, blockIdx.z);
}

constexpr int kJoinThreads = 128;

__global__ void __launch_bounds__(kJoinThreads) join(JoinParameters p) {
  const int column = blockIdx.x * kJoinThreads + threadIdx.x;
  if (column < p.stride) {
    joinColumn(p, column, blockIdx.y);
  }
}

__global__ void __launch_bounds__(FinishShape::kThreads) finish(FinishParameters p) {
  DeviceBlock block{blockMemory};
  finishSquare(block, p, blockIdx.y, blockIdx.x, blockIdx.z);
}

template <class Shape>
cudaError_t launchSyrk(const SyrkParameters& p, cudaStream_t stream) {
  // More than 48 KB must be asked for, on each device; asking again costs nothing beside a launch.
  const cudaError_t error =
      cudaFuncSetAttribute(syrk<Shape>, cudaFuncAttributeMaxDynamicSharedMemorySize, Shape::kSharedBytes);
  if (error != cudaSuccess) {
    return error;
  }
  syrk<Shape><<<dim3(tilesOf<Shape>(p.n), p.scenarios), Shape::kThreads, Shape::kSharedBytes, stream>>>(p);
  return cudaGetLastError();
}

unsigned blocksFor(std::int64_t count, int each) { return static_cast<unsigned>((count + each - 1) / each); }

}  // namespace

int launchOnDevice(const SyrkParameters& p, void* stream) {
  const auto on = static_cast<cudaStream_t>(stream);
  switch (p.tile) {
    case Tile::Large:
      return launchSyrk<LargeTile>(p, on);
    case Tile::Middle:
      return launchSyrk<MiddleTile>(p, on);
    default:
      return launchSyrk<SmallTile>(p, on);
  }
}

int launchOnDevice(const CentreParameters& p, void* stream) {
  const dim3 grid(blocksFor(p.stride, CentreShape::kColumns), groupsOf(p.rows), p.scenarios);
  centre<<<grid, CentreShape::kThreads, CentreShape::kSharedBytes, static_cast<cudaStream_t>(stream)>>>(p);
  return cudaGetLastError();
}

int launchOnDevice(const JoinParameters& p, void* stream) {
  const dim3 grid(blocksFor(p.stride, kJoinThreads), p.scenarios);
  join<<<grid, kJoinThreads, 0, static_cast<cudaStream_t>(stream)>>>(p);
  return cudaGetLastError();
}

int launchOnDevice(const FinishParameters& p, void* stream) {
  const dim3 grid(blocksFor(p.stride, FinishShape::kSide), squaresDown(p), p.scenarios);
  finish<<<grid, FinishShape::kThreads, FinishShape::kSharedBytes, static_cast<cudaStream_t>(stream)>>>(p);
  return cudaGetLastError();
}

}  // namespace parabola::cuda
