// Products of a warp: C (16 x 16) += A' B for A, B [depth, 16] in shared memory, by the matrix instructions for FP64 or
// by plain multiply-adds.
//
// Which assets the instructions take for which of their rows is free as long as the result is read back alike. Here a
// lane's two rows, and the columns of two products side by side, are neighbours: with lane = 4 g + t it holds rows 2g
// and 2g + 1 and columns 4t to 4t + 3 of C. So it loads and stores 16 bytes at a time, and the plain path, which needs
// no exchange between lanes for that, has the same accumulators. With a pitch of 4 modulo 16 doubles the eight lanes
// that shared memory serves at a time (2 values of g, 4 rows t) fall on all 32 banks once.
#pragma once

#include "warps.hpp"

#if !defined(__CUDACC__)
#include <cmath>
#endif

namespace parabola::cuda {

// A lane's part of C: [row 2g + r][column 4t + q].
struct Product {
  double c[2][4];
};

// A lane's part of A or B: [k = t + 4 i][2g, 2g + 1].
template <int kDepth>
struct Operand {
  double v[kDepth / 4][2];
};

#if !defined(__CUDACC__)
// One mma.sync.aligned.m{M}n8k{K}.row.col.f64 with the fragments as the PTX manual lays them out: register i of lane
// 4 g + t holds A(g + 8 (i % (M/8)), t + 4 (i / (M/8))), B(t + 4 i, g), C(g + 8 (i / 2), 2 t + i % 2).
template <int M, int K>
inline void instruction(const PerLane<double[M * K / 32]>& a, const PerLane<double[K / 4]>& b,
                        PerLane<double[M / 4]>& c) {
  double left[M][K], right[K][8];
  for (int lane = 0; lane < kWarpLanes; lane++) {
    const int g = lane / 4, t = lane % 4;
    for (int i = 0; i < M * K / 32; i++) {
      left[g + 8 * (i % (M / 8))][t + 4 * (i / (M / 8))] = a[lane][i];
    }
    for (int i = 0; i < K / 4; i++) {
      right[t + 4 * i][g] = b[lane][i];
    }
  }
  for (int lane = 0; lane < kWarpLanes; lane++) {
    const int g = lane / 4, t = lane % 4;
    for (int i = 0; i < M / 4; i++) {
      for (int k = 0; k < K; k++) {
        c[lane][i] = std::fma(left[g + 8 * (i / 2)][k], right[k][2 * t + i % 2], c[lane][i]);
      }
    }
  }
}
#endif

// mma.m8n8k4, compute capability 8.0 and later.
struct Mma8x8x4 {
  static constexpr int kDepth = 4;

  PARABOLA_DEVICE static void multiply(const PerLane<Operand<4>>& a, const PerLane<Operand<4>>& b,
                                       PerLane<Product>& c) {
    PARABOLA_UNROLLED
    for (int r = 0; r < 2; r++) {
      PARABOLA_UNROLLED
      for (int p = 0; p < 2; p++) {
#if defined(__CUDACC__)
        double(&x)[4] = c.value.c[r];
        asm("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0,%1}, {%2}, {%3}, {%0,%1};"
            : "+d"(x[p]), "+d"(x[2 + p])
            : "d"(a.value.v[0][r]), "d"(b.value.v[0][p]));
#else
        PerLane<double[1]> left, right;
        PerLane<double[2]> sum;
        for (int lane = 0; lane < kWarpLanes; lane++) {
          left[lane][0] = a[lane].v[0][r];
          right[lane][0] = b[lane].v[0][p];
          sum[lane][0] = c[lane].c[r][p];
          sum[lane][1] = c[lane].c[r][2 + p];
        }
        instruction<8, 4>(left, right, sum);
        for (int lane = 0; lane < kWarpLanes; lane++) {
          c[lane].c[r][p] = sum[lane][0];
          c[lane].c[r][2 + p] = sum[lane][1];
        }
#endif
      }
    }
  }
};

// mma.m16n8k8, compute capability 9.0 and later.
struct Mma16x8x8 {
  static constexpr int kDepth = 8;

  PARABOLA_DEVICE static void multiply(const PerLane<Operand<8>>& a, const PerLane<Operand<8>>& b,
                                       PerLane<Product>& c) {
    PARABOLA_UNROLLED
    for (int p = 0; p < 2; p++) {
#if defined(__CUDACC__)
      const auto& x = a.value.v;
      const auto& y = b.value.v;
      double(&z)[2][4] = c.value.c;
      asm("mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
          : "+d"(z[0][p]), "+d"(z[0][2 + p]), "+d"(z[1][p]), "+d"(z[1][2 + p])
          : "d"(x[0][0]), "d"(x[0][1]), "d"(x[1][0]), "d"(x[1][1]), "d"(y[0][p]), "d"(y[1][p]));
#else
      PerLane<double[4]> left, sum;
      PerLane<double[2]> right;
      for (int lane = 0; lane < kWarpLanes; lane++) {
        for (int i = 0; i < 4; i++) {
          left[lane][i] = a[lane].v[i / 2][i % 2];
          sum[lane][i] = c[lane].c[i / 2][2 * (i % 2) + p];
        }
        right[lane][0] = b[lane].v[0][p];
        right[lane][1] = b[lane].v[1][p];
      }
      instruction<16, 8>(left, right, sum);
      for (int lane = 0; lane < kWarpLanes; lane++) {
        for (int i = 0; i < 4; i++) {
          c[lane].c[i / 2][2 * (i % 2) + p] = sum[lane][i];
        }
      }
#endif
    }
  }
};

// A stage of kStageDepth rows of both operands, [row, kPitch], into the kDown x kAcross products of a warp.
template <class Instruction>
struct MatrixUnit {
  template <int kStageDepth, int kPitch, int kDown, int kAcross, class Warp>
  PARABOLA_DEVICE static void multiply(const Warp& warp, const double* a, const double* b,
                                       PerLane<Product> (&c)[kDown][kAcross]) {
    constexpr int kDepth = Instruction::kDepth;
    PARABOLA_UNROLLED
    for (int k = 0; k < kStageDepth; k += kDepth) {
      PerLane<Operand<kDepth>> left[kDown], right[kAcross];
      warp.lanes([&](int lane) {
        const int at = (k + lane % 4) * kPitch + lane / 4 * 2;
        PARABOLA_UNROLLED
        for (int i = 0; i < kDepth / 4; i++) {
          PARABOLA_UNROLLED
          for (int down = 0; down < kDown; down++) {
            double(&v)[2] = left[down][lane].v[i];
            loadPair(a + at + 4 * i * kPitch + 16 * down, v[0], v[1]);
          }
          PARABOLA_UNROLLED
          for (int across = 0; across < kAcross; across++) {
            double(&v)[2] = right[across][lane].v[i];
            loadPair(b + at + 4 * i * kPitch + 16 * across, v[0], v[1]);
          }
        }
      });
      PARABOLA_UNROLLED
      for (int down = 0; down < kDown; down++) {
        PARABOLA_UNROLLED
        for (int across = 0; across < kAcross; across++) {
          Instruction::multiply(left[down], right[across], c[down][across]);
        }
      }
    }
  }
};

// The same without matrix instructions.
struct PlainUnit {
  template <int kStageDepth, int kPitch, int kDown, int kAcross, class Warp>
  PARABOLA_DEVICE static void multiply(const Warp& warp, const double* a, const double* b,
                                       PerLane<Product> (&c)[kDown][kAcross]) {
    warp.lanes([&](int lane) {
      PARABOLA_UNROLLED
      for (int k = 0; k < kStageDepth; k++) {
        double left[kDown][2], right[kAcross][4];
        PARABOLA_UNROLLED
        for (int down = 0; down < kDown; down++) {
          loadPair(a + k * kPitch + 16 * down + lane / 4 * 2, left[down][0], left[down][1]);
        }
        PARABOLA_UNROLLED
        for (int across = 0; across < kAcross; across++) {
          const double* p = b + k * kPitch + 16 * across + lane % 4 * 4;
          loadPair(p, right[across][0], right[across][1]);
          loadPair(p + 2, right[across][2], right[across][3]);
        }
        PARABOLA_UNROLLED
        for (int down = 0; down < kDown; down++) {
          PARABOLA_UNROLLED
          for (int across = 0; across < kAcross; across++) {
            PARABOLA_UNROLLED
            for (int i = 0; i < 8; i++) {
              double& sum = c[down][across][lane].c[i / 4][i % 4];
#if defined(__CUDACC__)
              sum = ::fma(left[down][i / 4], right[across][i % 4], sum);
#else
              sum = std::fma(left[down][i / 4], right[across][i % 4], sum);
#endif
            }
          }
        }
      }
    });
  }
};

}  // namespace parabola::cuda
