// S += Y'Y for Y [depth, n], the lower triangle, a tile at a time: what a covariance's time goes into.
//
// An element's sum runs over the rows of Y in their order, four (or eight) at a time, and starts from what S holds: it
// has the same bits for any size of tile and for any division of Y into launches at multiples of kRowsTogether.
#pragma once

#include "mma.hpp"

namespace parabola::cuda {

// Y has a multiple of so many rows, the last ones zero.
constexpr int kRowsTogether = 16;

// Large for many tiles; Middle where there are fewer of those than multiprocessors, or little shared memory; Small for
// small covariances.
enum class Tile { Large, Middle, Small };

// For each of `scenarios`: Y [depth, stride] and S [n, stride], both aligned to 16 bytes and with an even stride; Y is
// zero from column n on. Of S the tiles on and below the diagonal are written, those on it in full.
struct SyrkParameters {
  const double* rows = nullptr;
  double* scatter = nullptr;
  int n = 0;
  int depth = 0;
  std::int64_t stride = 0;
  int scenarios = 1;
  std::int64_t rowsBetween = 0;     // numbers from one scenario's Y to the next one's
  std::int64_t scatterBetween = 0;  // and of S
  Tile tile = Tile::Large;
};

template <int side, int warpsDown, int warpsAcross, int stages, int blocks>
struct TileShape {
  static constexpr int kSide = side;
  static constexpr int kBlocks = blocks;  // on a multiprocessor at once: bounds the registers
  static constexpr int kStages = stages;
  static constexpr int kWarps = warpsDown * warpsAcross;
  static constexpr int kThreads = kWarps * kWarpLanes;
  static constexpr int kWarpsAcross = warpsAcross;
  static constexpr int kDown = side / warpsDown / 16;  // products of a warp
  static constexpr int kAcross = side / warpsAcross / 16;
  static constexpr int kPitch = side + 4;
  static constexpr int kStrip = kRowsTogether * kPitch;
  static constexpr int kSharedBytes = stages * 2 * kStrip * int{sizeof(double)};
};

using LargeTile = TileShape<128, 2, 4, 3, 1>;
using MiddleTile = TileShape<64, 2, 2, 3, 3>;
using SmallTile = TileShape<32, 2, 2, 3, 6>;

template <class Shape>
PARABOLA_BOTH constexpr int tilesOf(int n) {
  const int across = (n + Shape::kSide - 1) / Shape::kSide;
  return across * (across + 1) / 2;
}

// The tile with a given number. Eight rows of tiles are gone through column by column, so that tiles that are worked on
// at the same time share what they read.
PARABOLA_DEVICE void placeOf(int tile, int across, int& row, int& column) {
  constexpr int kBand = 8;
  int first = 0;
  while (true) {
    const int next = first + kBand < across ? first + kBand : across;
    const int before = first * (first + 1) / 2;
    if (tile < next * (next + 1) / 2) {
      int rest = tile - before;
      const int height = next - first;
      if (rest < (first + 1) * height) {
        column = rest / height;
        row = first + rest % height;
        return;
      }
      rest -= (first + 1) * height;
      for (column = first + 1; rest >= next - column; column++) {
        rest -= next - column;
      }
      row = column + rest;
      return;
    }
    first = next;
  }
}

template <class Shape>
struct Accumulators {
  PerLane<Product> c[Shape::kDown][Shape::kAcross];
};

// f(place in S, first and second of two accumulators) for all of a warp's that are within S.
template <class Shape, class Warp, class F>
PARABOLA_DEVICE void eachPair(const Warp& warp, const SyrkParameters& p, double* scatter, int row, int column,
                              Accumulators<Shape>& sums, F f) {
  const int warpRow = row * Shape::kSide + warp.index / Shape::kWarpsAcross * (Shape::kDown * 16);
  const int warpColumn = column * Shape::kSide + warp.index % Shape::kWarpsAcross * (Shape::kAcross * 16);
  warp.lanes([&](int lane) {
    PARABOLA_UNROLLED
    for (int down = 0; down < Shape::kDown; down++) {
      PARABOLA_UNROLLED
      for (int across = 0; across < Shape::kAcross; across++) {
        PARABOLA_UNROLLED
        for (int pair = 0; pair < 4; pair++) {
          const int i = warpRow + 16 * down + lane / 4 * 2 + pair / 2;
          const int j = warpColumn + 16 * across + lane % 4 * 4 + pair % 2 * 2;
          double(&c)[4] = sums.c[down][across][lane].c[pair / 2];
          if (i < p.n && j < p.stride) {
            f(scatter + i * p.stride + j, c[pair % 2 * 2], c[pair % 2 * 2 + 1]);
          } else {
            c[pair % 2 * 2] = 0;
            c[pair % 2 * 2 + 1] = 0;
          }
        }
      }
    }
  });
}

// Copies stage `stage` of the strips of Y that start at columns `left` and `right`, the second only if it is another.
template <class Shape, class Block, class Warp>
PARABOLA_DEVICE void copyStage(Block& block, const Warp& warp, const SyrkParameters& p, const double* rows, int stage,
                               int left, int right) {
  constexpr int kPairs = Shape::kSide / 2;
  double* to = block.shared() + stage % Shape::kStages * (2 * Shape::kStrip);
  const double* from = rows + static_cast<std::int64_t>(stage) * kRowsTogether * p.stride;
  warp.lanes([&](int lane) {
    PARABOLA_UNROLLED
    for (int item = 0; item < kRowsTogether * kPairs / Shape::kThreads; item++) {
      const int at = item * Shape::kThreads + warp.index * kWarpLanes + lane;
      const int row = at / kPairs, pair = at % kPairs * 2;
      const double* source = from + row * p.stride;
      double* target = to + row * Shape::kPitch + pair;
      // Where nothing is to be read, the address is one that exists.
      block.copy(target, left + pair < p.stride ? source + left + pair : rows, left + pair < p.stride);
      if (left != right) {
        block.copy(target + Shape::kStrip, right + pair < p.stride ? source + right + pair : rows,
                   right + pair < p.stride);
      }
    }
  });
}

template <class Shape, class Unit, class Block>
PARABOLA_DEVICE void syrkTile(Block& block, const SyrkParameters& p, int tile, int scenario) {
  int row, column;
  placeOf(tile, (p.n + Shape::kSide - 1) / Shape::kSide, row, column);
  const double* rows = p.rows + scenario * p.rowsBetween;
  double* scatter = p.scatter + scenario * p.scatterBetween;
  const int left = row * Shape::kSide, right = column * Shape::kSide;
  const int steps = p.depth / kRowsTogether;

  PARABOLA_UNROLLED
  for (int stage = 0; stage < Shape::kStages - 1; stage++) {
    block.warps([&](const auto& warp) {
      if (stage < steps) {
        copyStage<Shape>(block, warp, p, rows, stage, left, right);
      }
    });
    block.closeCopies();
  }
  PerWarp<Accumulators<Shape>, Shape::kWarps> sums;
  block.warps([&](const auto& warp) {
    eachPair<Shape>(warp, p, scatter, row, column, sums[warp.index],
                    [](const double* place, double& x, double& y) { loadPair(place, x, y); });
  });
  for (int step = 0; step < steps; step++) {
    // After this, all warps are done with the stage before, whose place the next copies take.
    block.template arrive<Shape::kStages - 2>();
    block.warps([&](const auto& warp) {
      if (step + Shape::kStages - 1 < steps) {
        copyStage<Shape>(block, warp, p, rows, step + Shape::kStages - 1, left, right);
      }
      const double* a = block.shared() + step % Shape::kStages * (2 * Shape::kStrip);
      const double* b = left == right ? a : a + Shape::kStrip;
      Unit::template multiply<kRowsTogether, Shape::kPitch>(
          warp, a + warp.index / Shape::kWarpsAcross * (Shape::kDown * 16),
          b + warp.index % Shape::kWarpsAcross * (Shape::kAcross * 16), sums[warp.index].c);
    });
    block.closeCopies();
  }
  block.warps([&](const auto& warp) {
    eachPair<Shape>(warp, p, scatter, row, column, sums[warp.index],
                    [](double* place, const double& x, const double& y) { storePair(place, x, y); });
  });
}

}  // namespace parabola::cuda
