// The drawing kernel on the CPU: one tile after another, from the last to the first, by a group of one lane; or of
// several, which are threads.
#include <thread>
#include <vector>

#include "launches.hpp"
#include "lockstep.hpp"
#include "paths.hpp"
#include "solve_parameters.hpp"

namespace parabola::cuda {

std::int64_t drawMemory(const ProcessView& process, int tile) { return device::DrawWorkspace::numbers(process, tile); }

void runOnCpu(const DrawParameters& p) {
  using namespace parabola::device;
  const int lanes = lanesOnCpu();
  Lockstep together(lanes);
  const int tiles = (p.draw.paths + p.tile - 1) / p.tile;
  const auto drawAll = [&](int lane) {
    const LockstepGroup group(together, lane);
    for (int tile = tiles - 1; tile >= 0; tile--) {
      DrawWorkspace workspace;
      workspace.layOut(p.process, p.tile, p.memory + tile % p.groups * p.memoryStride);
      const int from = tile * p.tile;
      drawPaths(group, p.process, p.draw, from, p.draw.paths - from < p.tile ? p.draw.paths - from : p.tile, workspace);
    }
  };
  std::vector<std::thread> others;
  for (int lane = 1; lane < lanes; lane++) {
    others.emplace_back(drawAll, lane);
  }
  drawAll(0);
  for (std::thread& other : others) {
    other.join();
  }
}

}  // namespace parabola::cuda
