#include "draw.hpp"

#include "memory.hpp"
#include "shares.hpp"

namespace parabola {

// So many paths take longer than to start a thread.
constexpr long kManyPaths = 4096;

void drawOnCpu(const Kernels& kernels, const ProcessView& process, const DrawView& draw, int threads) {
  const int tiles = (draw.paths + kDrawTile - 1) / kDrawTile;
  shareOut(tiles, 1, threads, draw.paths >= kManyPaths, [&](auto turns) {
    const Scratch scratch(kernels.drawWorkspace(process));
    turns([&](int from, int to) {
      for (int tile = from; tile < to; tile++) {
        const long first = static_cast<long>(tile) * kDrawTile;
        const int count = draw.paths - first < kDrawTile ? static_cast<int>(draw.paths - first) : kDrawTile;
        kernels.draw(process, draw, first, count, scratch.get());
      }
    });
  });
}

}  // namespace parabola
