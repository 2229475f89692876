// How plain portfolios of n assets are laid over a CUDA device: how many threads have one, and what of its memory is
// shared memory.
#pragma once

#include <cstddef>

namespace parabola {

// Where the numbers of a portfolio are: all in shared memory; the vectors there and the factor of the face in the
// device's memory, of which the caches then hold what a face of few weights touches; or all in the device's memory.
enum class Room { Shared, VectorsShared, Global };

struct Launch {
  bool warp = false;           // a warp for each portfolio, not a block
  int threads = 0;             // of a block
  int portfoliosPerBlock = 0;  // at a time
  Room room = Room::Global;
  std::size_t sharedBytes = 0;   // dynamic shared memory of a block
  std::size_t sharedStride = 0;  // doubles of it that a portfolio has
  std::size_t memoryStride = 0;  // doubles of the device's memory that a portfolio has
};

// `vectors` and `all` are the doubles that a portfolio's vectors need, and those with the factor's: see Workspace.
// `sharedPerBlock` bytes are what a block may have, `sharedPerProcessor` what a multiprocessor has.
inline Launch launchPlain(int n, std::size_t vectors, std::size_t all, std::size_t sharedPerBlock,
                          std::size_t sharedPerProcessor) {
  constexpr int kWarpAssets = 32;          // up to so many a warp has a portfolio to itself
  constexpr int kThreads = 128;            // of a block of warps, and of a block that has one portfolio
  constexpr int kResident = 256;           // threads that a multiprocessor has registers for
  constexpr std::size_t kReserved = 2048;  // bytes of a block that are not dynamic
  Launch launch;
  launch.warp = n <= kWarpAssets;
  launch.threads = launch.warp || n > 64 ? kThreads : kThreads / 2;
  launch.portfoliosPerBlock = launch.warp ? kThreads / 32 : 1;
  const std::size_t each = sharedPerProcessor / static_cast<std::size_t>(kResident / launch.threads);
  const std::size_t share = each < sharedPerBlock ? each : sharedPerBlock;
  const auto fits = [&](std::size_t numbers) {
    return launch.portfoliosPerBlock * numbers * sizeof(double) + kReserved <= share;
  };
  launch.room = fits(all) ? Room::Shared : fits(vectors) ? Room::VectorsShared : Room::Global;
  launch.sharedStride = launch.room == Room::Shared ? all : launch.room == Room::VectorsShared ? vectors : 0;
  launch.memoryStride = all - launch.sharedStride;
  launch.sharedBytes = launch.portfoliosPerBlock * launch.sharedStride * sizeof(double);
  return launch;
}

}  // namespace parabola
