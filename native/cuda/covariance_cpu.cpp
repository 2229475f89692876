// The covariance's kernels, lane by lane on the CPU. Blocks run from the last to the first: none may rely on another.
#include "cpu_block.hpp"
#include "launches.hpp"

namespace parabola::cuda {

namespace {

template <class Shape, class F>
void eachBlock(int x, int y, int z, F f) {
  for (int k = z - 1; k >= 0; k--) {
    for (int j = y - 1; j >= 0; j--) {
      for (int i = x - 1; i >= 0; i--) {
        CpuBlock block(Shape::kWarps, Shape::kSharedBytes);
        f(block, i, j, k);
      }
    }
  }
}

int blocksFor(std::int64_t count, int each) { return static_cast<int>((count + each - 1) / each); }

// The instructions of the three generations by turns: they round alike here, so that only an error would show.
template <class Shape>
void syrk(const SyrkParameters& p) {
  eachBlock<Shape>(tilesOf<Shape>(p.n), p.scenarios, 1, [&](CpuBlock& block, int tile, int scenario, int) {
    switch (tile % 3) {
      case 0:
        return syrkTile<Shape, MatrixUnit<Mma16x8x8>>(block, p, tile, scenario);
      case 1:
        return syrkTile<Shape, MatrixUnit<Mma8x8x4>>(block, p, tile, scenario);
      default:
        return syrkTile<Shape, PlainUnit>(block, p, tile, scenario);
    }
  });
}

}  // namespace

void runOnCpu(const SyrkParameters& p) {
  switch (p.tile) {
    case Tile::Large:
      return syrk<LargeTile>(p);
    case Tile::Middle:
      return syrk<MiddleTile>(p);
    default:
      return syrk<SmallTile>(p);
  }
}

void runOnCpu(const CentreParameters& p) {
  eachBlock<CentreShape>(
      blocksFor(p.stride, CentreShape::kColumns), groupsOf(p.rows), p.scenarios,
      [&](CpuBlock& block, int strip, int group, int scenario) { centreGroup(block, p, strip, group, scenario); });
}

void runOnCpu(const JoinParameters& p) {
  for (int scenario = 0; scenario < p.scenarios; scenario++) {
    for (int column = 0; column < p.stride; column++) {
      joinColumn(p, column, scenario);
    }
  }
}

void runOnCpu(const FinishParameters& p) {
  eachBlock<FinishShape>(
      blocksFor(p.stride, FinishShape::kSide), squaresDown(p), p.scenarios,
      [&](CpuBlock& block, int across, int down, int scenario) { finishSquare(block, p, down, across, scenario); });
}

}  // namespace parabola::cuda
