// Paths of returns: process.hpp says of what.
//
// Some paths at a time, a tile, by one group of lanes: the columns of a covariance's root are read once for eight
// paths. Every number depends on the seed, the path and the step alone, and is made by the same operations in the same
// order whatever the tile and the lanes: no sum runs over lanes, and none is fused. What a step inherits from those
// before it (regime, place in the history, filtered volatility) is worked out again from the first step on; only
// filtered volatility costs more than a few numbers a step.
#pragma once

#include "group.hpp"
#include "process.hpp"
#include "random.hpp"

namespace parabola::PARABOLA_ISA {

// Where the paths of a tile are at a step.
struct DrawWorkspace {
  int tile = 0;
  long stride = 0;
  long normals = 0;

  double* x = nullptr;        // [tile, stride]
  double* z = nullptr;        // [tile, normals]
  double* sigma = nullptr;    // [tile, stride]
  double* stretch = nullptr;  // [tile]: s
  double* common = nullptr;   // [tile]: s g
  int* regime = nullptr;      // [tile]
  int* row = nullptr;         // [tile]: of the history
  int* jumps = nullptr;       // [tile]: N
  int* order = nullptr;       // [tile]: the paths by regime

  // Room for the normals of a path: those of the covariance, or of the jumps.
  PARABOLA_SIZE static long normalsOf(const ProcessView& p) {
    const long own = p.mostColumns + (p.specific == nullptr ? 0 : p.n);
    const long most = own > p.jumpColumns ? own : p.jumpColumns;
    return (most + 31) / 32 * 32;
  }
  // Doubles; `memory` is aligned to 64 bytes.
  PARABOLA_SIZE static long numbers(const ProcessView& p, int tile) {
    const long filtered = p.decay < 1 ? p.stride : 0;
    return tile * (p.stride + normalsOf(p) + filtered) + 4L * tile + 8;
  }
  PARABOLA_INLINE void layOut(const ProcessView& p, int most, double* memory) {
    tile = most;
    stride = p.stride;
    normals = normalsOf(p);
    x = memory;
    z = x + tile * stride;
    sigma = z + tile * normals;
    stretch = sigma + (p.decay < 1 ? tile * stride : 0);
    common = stretch + tile;
    regime = reinterpret_cast<int*>(common + tile);
    row = regime + tile;
    jumps = row + tile;
    order = jumps + tile;
  }
};

// The first place whose sum of probabilities is above u.
PARABOLA_INLINE int chosenBy(double u, const double* sums, int count) {
  int k = 0;
  while (k < count - 1 && u >= sums[k]) {
    k++;
  }
  return k;
}

// The regime and the place in the history at a step, from those at the step before.
PARABOLA_FUNCTION void advance(const ProcessView& p, const Place& at, int& regime, int& row) {
  if (p.regimes > 1) {
    const double u = uniformAt(at, Draw::Regime);
    const bool alike = at.step == 0 || p.transition == nullptr;
    regime = chosenBy(u, alike ? p.initial : p.transition + static_cast<long>(regime) * p.regimes, p.regimes);
  }
  if (p.observations > 0) {
    const Bits bits = bitsAt(at, Draw::Block, 0);
    if (at.step == 0 || uniformOf(bits.word[0], bits.word[1]) < p.restart) {
      row = static_cast<int>(uniformOf(bits.word[2], bits.word[3]) * p.observations);
    } else {
      row = row + 1 == p.observations ? 0 : row + 1;  // the end is followed by the beginning
    }
  }
}

// C'z for the paths order[from, to), all of one regime: sums over the columns in their order, from zero.
template <class Group>
PARABOLA_LARGE void multiplyColumns(const Group& group, const double* columns, int count, int from, int to,
                                    const DrawWorkspace& ws) {
  constexpr int kTogether = 8;
  for (int first = from; first < to; first += kTogether) {
    const double* z[kTogether];
    double* x[kTogether];
    const int here = to - first < kTogether ? to - first : kTogether;
    PARABOLA_UNROLL
    for (int q = 0; q < kTogether; q++) {
      const int path = ws.order[first + (q < here ? q : 0)];
      z[q] = ws.z + path * ws.normals;
      x[q] = ws.x + path * ws.stride;
    }
    group.each(static_cast<int>(ws.stride), [&](auto i) {
      using P = decltype(load(columns, i));
      P sum[kTogether];
      PARABOLA_UNROLL
      for (int q = 0; q < kTogether; q++) {
        sum[q] = P(0.0);
      }
      const double* column = columns;
      for (int k = 0; k < count; k++, column += ws.stride) {
        const P c = load(column, i);
        PARABOLA_UNROLL
        for (int q = 0; q < kTogether; q++) {
          sum[q] = sum[q] + P(z[q][k]) * c;
        }
      }
      PARABOLA_UNROLL
      for (int q = 0; q < kTogether; q++) {
        if (q < here) {
          store(x[q], i, sum[q]);
        }
      }
    });
  }
}

// A path's place at a step, by its place among those of d.
PARABOLA_INLINE Place placeOf(const DrawView& d, long path, int step) {
  const std::int64_t number = d.numbers == nullptr ? d.firstPath + path : d.numbers[path];
  return {d.seed, static_cast<std::uint64_t>(number), static_cast<std::uint32_t>(step)};
}

// `count` standard normal numbers of a path; z has room for a multiple of 32.
template <class Group>
PARABOLA_FUNCTION void fillNormals(const Group& group, const Place& at, Draw draw, int count, double* z) {
#if defined(PARABOLA_HAS_WORDS)
  static_cast<void>(group);
  for (int k = 0; k < count; k += kNormalsTogether) {
    manyNormalsAt(at, draw, static_cast<std::uint32_t>(k / 2), z + k);
  }
#else
  group.items((count + 1) / 2,
              [&](int pair) { normalsAt(at, draw, static_cast<std::uint32_t>(pair), z[2 * pair], z[2 * pair + 1]); });
#endif
}

// What the paths [0, count) of a tile draw at one step, into ws.x; their regimes and rows are those of this step.
template <class Group>
PARABOLA_LARGE void drawInnovations(const Group& group, const ProcessView& p, const DrawView& d, long from, int count,
                                    int step, const DrawWorkspace& ws) {
  const int stride = static_cast<int>(p.stride);
  const bool stressed = d.stress != nullptr;
  group.items(count, [&](int path) {
    const Place at = placeOf(d, from + path, step);
    const double freedom = p.observations > 0 ? 0 : p.freedom[ws.regime[path]];
    const double s = freedom > 0 ? std::sqrt((freedom - 2) / chiSquaredAt(at, freedom)) : 1;
    ws.stretch[path] = s;
    ws.common[path] = stressed ? s * normalAt(at, Draw::Common) : 0;
    ws.jumps[path] = p.jumpMean > 0 ? poissonAt(at, p.jumpMean, p.noJump) : 0;
  });
  if (p.observations > 0) {
    for (int path = 0; path < count; path++) {
      const double* const h = p.history + ws.row[path] * p.stride;
      double* const x = ws.x + path * ws.stride;
      const double* const sigma = p.decay < 1 ? ws.sigma + path * ws.stride : nullptr;
      group.each(stride, [&](auto i) { store(x, i, sigma == nullptr ? load(h, i) : load(sigma, i) * load(h, i)); });
    }
  } else {
    const int columns = p.mostColumns + (p.specific == nullptr ? 0 : p.n);
    for (int path = 0; path < count; path++) {
      fillNormals(group, placeOf(d, from + path, step), Draw::Normal, columns, ws.z + path * ws.normals);
    }
    // The paths by regime, each in its order: one lane's work, of a few comparisons a path.
    group.one([&] {
      int at = 0;
      for (int r = 0; r < p.regimes; r++) {
        for (int path = 0; path < count; path++) {
          if (ws.regime[path] == r) {
            ws.order[at++] = path;
          }
        }
      }
    });
    for (int from = 0; from < count;) {
      const int r = ws.regime[ws.order[from]];
      int to = from + 1;
      while (to < count && ws.regime[ws.order[to]] == r) {
        to++;
      }
      multiplyColumns(group, p.columns + p.firstColumn[r] * p.stride, p.firstColumn[r + 1] - p.firstColumn[r], from, to,
                      ws);
      from = to;
    }
    for (int path = 0; path < count; path++) {
      double* const x = ws.x + path * ws.stride;
      const double s = ws.stretch[path];
      if (p.specific != nullptr) {
        const double* const specific = p.specific + ws.regime[path] * p.stride;
        const double* const e = ws.z + path * ws.normals + p.mostColumns;
        group.items(p.n, [&](int i) { x[i] = s * (x[i] + specific[i] * e[i]); });
      } else if (s != 1) {
        group.each(stride, [&](auto i) {
          using P = decltype(load(x, i));
          store(x, i, P(s) * load(x, i));
        });
      }
    }
  }
  for (int path = 0; p.jumpMean > 0 && path < count; path++) {
    const int jumps = ws.jumps[path];
    double* const x = ws.x + path * ws.stride;
    double* const z = ws.z + path * ws.normals;
    const double beyond = jumps - p.jumpMean;
    group.each(stride, [&](auto i) {
      using P = decltype(load(x, i));
      store(x, i, load(x, i) + P(beyond) * load(p.jump, i));
    });
    if (jumps > 0 && p.jumpColumns > 0) {
      fillNormals(group, placeOf(d, from + path, step), Draw::JumpSize, p.jumpColumns, z);
      const double root = std::sqrt(static_cast<double>(jumps));
      group.each(stride, [&](auto i) {
        using P = decltype(load(x, i));
        P sum(0.0);
        for (int k = 0; k < p.jumpColumns; k++) {
          sum = sum + P(z[k]) * load(p.jumpRoot + k * p.stride, i);
        }
        store(x, i, load(x, i) + P(root) * sum);
      });
    }
  }
}

// A path's row of returns from its innovations.
template <class Group>
PARABOLA_LARGE void writeReturns(const Group& group, const ProcessView& p, const DrawView& d, long path, int inTile,
                                 const DrawWorkspace& ws, double* target) {
  const int regime = ws.regime[inTile];
  const double* const x = ws.x + inTile * ws.stride;
  const double* const mean = p.mean + regime * p.stride;
  const double* const shift = d.shifts == nullptr ? nullptr : d.shifts + path * d.shiftStride;
  const double* const sigma = p.decay < 1 ? ws.sigma + inTile * ws.stride : p.deviation + regime * p.stride;
  const double* const m = d.multipliers == nullptr ? nullptr : d.multipliers + path * d.multiplierStride;
  const double* const theta = d.stress == nullptr ? nullptr : d.stress + path * d.stressStride;
  const double common = ws.common[inTile];
  group.items(p.n, [&](int i) {
    double r = x[i];
    if (theta != nullptr) {
      const double t = theta[d.stressEach ? i : 0];
      r = std::sqrt(1 - t) * r + std::sqrt(t) * sigma[i] * common;
    }
    if (m != nullptr) {
      r = m[d.multiplierEach ? i : 0] * r;
    }
    r = (shift == nullptr ? mean[i] : mean[i] + shift[i]) + r;
    target[i] = p.limited && r < -1 ? -1 : r;
  });
  group.items(d.padding - p.n > 0 ? d.padding - p.n : 0, [&](int i) { target[p.n + i] = 0; });
}

// Draws the paths [from, from + count) of d, count <= ws.tile.
template <class Group>
PARABOLA_LARGE void drawPaths(const Group& group, const ProcessView& p, const DrawView& d, long from, int count,
                              const DrawWorkspace& ws) {
  const bool filtered = p.decay < 1;
  const bool inherits = p.observations > 0 || (p.regimes > 1 && p.transition != nullptr);
  group.items(count, [&](int path) { ws.regime[path] = ws.row[path] = 0; });
  if (filtered) {
    for (int path = 0; path < count; path++) {
      double* const sigma = ws.sigma + path * ws.stride;
      group.each(static_cast<int>(p.stride), [&](auto i) { store(sigma, i, load(p.deviation, i)); });
    }
  }
  for (int step = inherits ? 0 : d.firstStep; step < d.firstStep + d.steps; step++) {
    group.items(count, [&](int path) {
      const Place at = placeOf(d, from + path, step);
      int regime = ws.regime[path];
      int row = ws.row[path];
      advance(p, at, regime, row);
      ws.regime[path] = regime;
      ws.row[path] = row;
    });
    if (step < d.firstStep && !filtered) {
      continue;
    }
    drawInnovations(group, p, d, from, count, step, ws);
    for (int path = 0; step >= d.firstStep && path < count; path++) {
      const long row = (from + path) * static_cast<long>(d.steps) + (step - d.firstStep);
      writeReturns(group, p, d, from + path, path, ws, d.target + row * d.targetStride);
    }
    for (int path = 0; filtered && path < count; path++) {
      double* const sigma = ws.sigma + path * ws.stride;
      const double* const x = ws.x + path * ws.stride;
      group.each(static_cast<int>(p.stride), [&](auto i) {
        using P = decltype(load(x, i));
        const P v = load(sigma, i);
        const P r = load(x, i);
        store(sigma, i, squareRoot(P(p.decay) * (v * v) + P(1 - p.decay) * (r * r)));
      });
    }
  }
}

}  // namespace parabola::PARABOLA_ISA
