// What a covariance needs beside its products: centring the observations, joining groups of them, reading the result.
//
// Observations are taken in groups of kGroup. A group is centred by its own mean, so that nothing is lost where the
// mean is large beside the deviation, or drifts; groups are joined by the exact formula for the union of two samples
// (Chan, Golub and LeVeque 1983): with weights a and b, and D the difference of the means,
//
//   S <- S + S_group + ab/(a + b) D D',   mean <- mean + b/(a + b) D,
//
// of which the second term is one more row, sqrt(ab/(a + b)) D, in each group's place in Y.
#pragma once

#include <cmath>

#include "syrk.hpp"

namespace parabola::cuda {

// Observations in a group; with the row that joins it they fill whole stages of the product.
constexpr int kGroup = 255;
constexpr int kGroupPlaces = kGroup + 1;
static_assert(kGroupPlaces % kRowsTogether == 0);

PARABOLA_BOTH constexpr int groupsOf(int rows) { return (rows + kGroup - 1) / kGroup; }

// Rows of Y that `rows` observations become.
PARABOLA_BOTH constexpr int placesOf(int rows) {
  const int whole = rows / kGroup, rest = rows % kGroup;
  return whole * kGroupPlaces + (rest == 0 ? 0 : (rest + 1 + kRowsTogether - 1) / kRowsTogether * kRowsTogether);
}

// For each of `scenarios`: observations [rows, returnsStride] to centred ones, Y [placesOf(rows), stride], and each
// group's mean, which is origin + rest, [groups, stride]. The row that joins a group is left to JoinParameters.
struct CentreParameters {
  const double* returns = nullptr;
  std::int64_t returnsStride = 0;
  std::int64_t returnsBetween = 0;
  int rows = 0;
  int n = 0;
  int scenarios = 1;
  const double* weights = nullptr;       // [rows], the same for all scenarios; null: 1
  const double* groupWeights = nullptr;  // [groups], their sums
  double* centred = nullptr;
  std::int64_t stride = 0;
  std::int64_t centredBetween = 0;
  double* origins = nullptr;
  double* rests = nullptr;
  std::int64_t meansBetween = 0;
};

// Writes the rows that join the groups and moves the mean, [2, stride]: it is the sum of both rows.
struct JoinParameters {
  const double* origins = nullptr;
  const double* rests = nullptr;
  std::int64_t meansBetween = 0;
  const double* groupWeights = nullptr;  // null: the number of rows
  int rows = 0;
  double weightBefore = 0;  // of the observations joined so far
  int scenarios = 1;
  double* centred = nullptr;
  std::int64_t stride = 0;
  std::int64_t centredBetween = 0;
  double* mean = nullptr;
  std::int64_t meanBetween = 0;
};

// Rows firstRow to firstRow + rowCount of the symmetric S / divisor, zero from column n on, to `covariance`
// [rowCount, stride], and their variances.
struct FinishParameters {
  const double* scatter = nullptr;
  std::int64_t stride = 0;  // of the scatter and of the covariance
  std::int64_t scatterBetween = 0;
  int n = 0;
  int scenarios = 1;
  double divisor = 1;
  int firstRow = 0;
  int rowCount = 0;
  double* covariance = nullptr;
  std::int64_t covarianceBetween = 0;
  double* variances = nullptr;  // [scenarios, stride]; null if not wanted
};

struct CentreShape {
  static constexpr int kColumns = 32;
  static constexpr int kWarps = 8;
  static constexpr int kThreads = kWarps * kWarpLanes;
  static constexpr int kSharedBytes = kWarps * kColumns * int{sizeof(double)};
};

// One group of one scenario, 32 columns, one to a lane; the warps share the rows.
template <class Block>
PARABOLA_DEVICE void centreGroup(Block& block, const CentreParameters& p, int strip, int group, int scenario) {
  constexpr int kWarps = CentreShape::kWarps;
  const int first = group * kGroup;
  const int count = p.rows - first < kGroup ? p.rows - first : kGroup;
  const int places = count == kGroup ? kGroupPlaces : placesOf(count);
  const double* from = p.returns + scenario * p.returnsBetween + first * p.returnsStride;
  const double weight = p.weights == nullptr ? count : p.groupWeights[group];
  const std::int64_t meanAt = scenario * p.meansBetween + group * p.stride;

  block.warps([&](const auto& warp) {
    warp.lanes([&](int lane) {
      const int column = strip * CentreShape::kColumns + lane;
      double sum = 0;
      if (column < p.n) {
        // From the first observation, not from zero: what a return never changes by is then exactly zero.
        const double origin = from[column];
        for (int row = warp.index; row < count; row += kWarps) {
          const double difference = from[row * p.returnsStride + column] - origin;
          sum += p.weights == nullptr ? difference : p.weights[first + row] * difference;
        }
      }
      block.shared()[warp.index * CentreShape::kColumns + lane] = sum;
    });
  });
  block.barrier();
  block.warps([&](const auto& warp) {
    warp.lanes([&](int lane) {
      const int column = strip * CentreShape::kColumns + lane;
      if (column >= p.stride) {
        return;
      }
      const bool inside = column < p.n;
      const double* sums = block.shared() + lane;
      double sum = 0;
      for (int w = 0; w < kWarps; w++) {
        sum += sums[w * CentreShape::kColumns];
      }
      const double origin = inside ? from[column] : 0;
      const double rest = weight > 0 ? sum / weight : 0;
      if (warp.index == 0) {
        p.origins[meanAt + column] = origin;
        p.rests[meanAt + column] = rest;
      }
      double* to =
          p.centred + scenario * p.centredBetween + static_cast<std::int64_t>(group) * kGroupPlaces * p.stride + column;
      for (int row = warp.index; row < places; row += kWarps) {
        double y = 0;
        if (inside && row < count) {
          y = from[row * p.returnsStride + column] - origin - rest;
          if (p.weights != nullptr) {
            y *= sqrt(p.weights[first + row]);
          }
        }
        to[row * p.stride] = y;
      }
    });
  });
}

// One column of one scenario.
PARABOLA_DEVICE void joinColumn(const JoinParameters& p, int column, int scenario) {
  double* mean = p.mean + scenario * p.meanBetween + column;
  double high = mean[0], low = mean[p.stride];
  double before = p.weightBefore;
  for (int group = 0, first = 0; first < p.rows; group++, first += kGroup) {
    const int count = p.rows - first < kGroup ? p.rows - first : kGroup;
    const double weight = p.groupWeights == nullptr ? count : p.groupWeights[group];
    const std::int64_t at = scenario * p.meansBetween + group * p.stride + column;
    const double origin = p.origins[at], rest = p.rests[at];
    double joining = 0;
    if (weight > 0) {
      double step = rest;
      if (before > 0) {
        const double part = weight / (before + weight);
        const double difference = (origin - high) + (rest - low);
        joining = sqrt(before * part) * difference;
        step = low + part * difference;
      } else {
        high = origin;
      }
      const double sum = high + step;
      const double added = sum - high;
      // What the sum has lost, whichever of the two is larger (Knuth's TwoSum).
      low = (high - (sum - added)) + (step - added);
      high = sum;
    }
    p.centred[scenario * p.centredBetween + (static_cast<std::int64_t>(group) * kGroupPlaces + count) * p.stride +
              column] = joining;
    before += weight;
  }
  mean[0] = high;
  mean[p.stride] = low;
}

struct FinishShape {
  static constexpr int kSide = 32;
  static constexpr int kWarps = 8;
  static constexpr int kThreads = kWarps * kWarpLanes;
  static constexpr int kPitch = kSide + 1;
  static constexpr int kSharedBytes = kSide * kPitch * int{sizeof(double)};
};

// Rows of squares that the wanted rows lie in.
PARABOLA_BOTH inline int squaresDown(const FinishParameters& p) {
  return (p.firstRow + p.rowCount - 1) / FinishShape::kSide - p.firstRow / FinishShape::kSide + 1;
}

// One square of the covariance, from S or from S' by way of shared memory.
template <class Block>
PARABOLA_DEVICE void finishSquare(Block& block, const FinishParameters& p, int down, int across, int scenario) {
  constexpr int kSide = FinishShape::kSide, kPitch = FinishShape::kPitch;
  // Squares are counted from S's first row, so that those on the diagonal are whole; rows outside are left out.
  const int top = (p.firstRow / kSide + down) * kSide, left = across * kSide;
  const bool mirrored = left > top;
  const int readTop = mirrored ? left : top, readLeft = mirrored ? top : left;
  const double* from = p.scatter + scenario * p.scatterBetween;
  block.warps([&](const auto& warp) {
    warp.lanes([&](int lane) {
      for (int i = warp.index; i < kSide; i += FinishShape::kWarps) {
        if (readTop + i < p.n && readLeft + lane < p.n && readLeft + lane <= readTop + i) {
          block.shared()[i * kPitch + lane] = from[(readTop + i) * p.stride + readLeft + lane];
        }
      }
    });
  });
  block.barrier();
  block.warps([&](const auto& warp) {
    warp.lanes([&](int lane) {
      for (int i = warp.index; i < kSide; i += FinishShape::kWarps) {
        const int row = top + i, column = left + lane;
        if (row < p.firstRow || row >= p.firstRow + p.rowCount || column >= p.stride) {
          continue;
        }
        double value = 0;
        if (column < p.n) {
          const bool transposed = column > row;
          value = block.shared()[transposed ? lane * kPitch + i : i * kPitch + lane] / p.divisor;
        }
        p.covariance[scenario * p.covarianceBetween + (row - p.firstRow) * p.stride + column] = value;
        if (row == column && p.variances != nullptr) {
          p.variances[scenario * p.stride + row] = value;
        }
      }
    });
  });
}

}  // namespace parabola::cuda
