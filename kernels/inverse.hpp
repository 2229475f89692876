// The inverse of the shared covariance on the budget plane, once per problem, for batches with most weights free.
//
//     M = (Sigma + sigma 1 1')^-1,    P = M - M 1 1'M / (1'M 1)
//
// Without bounds the optimum is w = P q + budget M1 / (1'M1): P is the inverse of Sigma among portfolios that sum to
// zero.
#pragma once

#include "group.hpp"

namespace parabola::PARABOLA_ISA {

constexpr int kTile = 64;  // columns a pass: a tile of rows stays in the first-level cache

// y[0..width) += sum over c < count of x[c xStride] rows[c][0..width); width is a multiple of kLanes.
template <class Group>
PARABOLA_LARGE void addRows(const Group& group, const double* rows, long stride, const double* x, long xStride,
                            int count, int width, double* y) {
  group.eachWide(0, width, [&](auto i) {
    auto s = load(y, i);
    for (int c = 0; c < count; c++) {
      s = fma(decltype(s)(x[c * xStride]), load(rows + c * stride, i), s);
    }
    store(y, i, s);
  });
}

// Replaces the symmetric n x n matrix A [n, stride] by the lower triangle L of its Cholesky factor, A = L L'. `panel`
// is scratch [n, kTile]. Returns false if a pivot is not above `dependent` times its diagonal; A is then half changed.
template <class Group>
PARABOLA_FUNCTION bool cholesky(const Group& group, double* A, int n, long stride, double dependent, double* panel) {
  for (int from = 0; from < n; from += kTile) {
    const int width = n - from < kTile ? n - from : kTile;
    // panel[p][c] = -L[from + c][p] for the columns p before this tile.
    group.items(kTile, [&](int c) {
      for (int p = 0; p < from; p++) {
        panel[p * kTile + c] = c < width ? -A[(from + c) * stride + p] : 0;
      }
    });
    for (int p0 = 0; p0 < from; p0 += kTile) {
      for (int i = from; i < n; i++) {
        double* row = A + i * stride;
        addRows(group, panel + p0 * kTile, kTile, row + p0, 1, kTile, padded(width), row + from);
      }
    }
    for (int j = from; j < from + width; j++) {
      double* own = A + j * stride;
      const double diagonal = own[j];
      const double pivot =
          group.accumulate(j - from, diagonal, [&](int p, double s) { return s - own[from + p] * own[from + p]; });
      if (!(pivot > dependent * panel[static_cast<long>(n) * kTile + j])) {
        return false;
      }
      const double root = std::sqrt(pivot);
      const double reciprocal = 1 / root;
      group.put([&] { own[j] = root; });
      group.items(n - j - 1, [&](int r) {
        double* row = A + (j + 1 + r) * stride;
        double s = row[j];
        for (int p = from; p < j; p++) {
          s -= row[p] * own[p];
        }
        row[j] = s * reciprocal;
      });
    }
  }
  return true;
}

// Writes P [n, stride] and balanced [padded(n)] = M1 / 1'M1 from covariance [n, stride]. `factor` is scratch [n,
// stride], `panel` scratch [padded(n) * (kTile + 1)]. Returns false if Sigma + sigma 1 1' is not definite.
template <class Group>
PARABOLA_FUNCTION bool invert(const Group& group, const double* covariance, int n, long stride, double sigma,
                              double* factor, double* panel, double* P, double* balanced) {
  const int np = padded(n);
  group.items(n, [&](int i) {
    for (int j = 0; j < np; j++) {
      factor[i * stride + j] = j < n ? covariance[i * stride + j] + sigma : 0;
    }
    panel[static_cast<long>(n) * kTile + i] = factor[i * stride + i];
  });
  if (!cholesky(group, factor, n, stride, 1e-13, panel)) {
    return false;
  }
  // Columns of M, a tile at a time: L Y = I, then L'M = Y. Y is zero above the tile.
  for (int from = 0; from < n; from += kTile) {
    const int width = padded(n - from < kTile ? n - from : kTile);
    for (int i = 0; i < n; i++) {
      double* row = panel + i * kTile;
      group.each(width, [&](auto c) { store(row, c, Pack<kLanes>(0.0)); });
      if (i < from) {
        continue;
      }
      if (i < from + width) {
        group.one([&] { row[i - from] = -1; });
      }
      addRows(group, panel + from * kTile, kTile, factor + i * stride + from, 1, i - from, width, row);
      const double scale = -1 / factor[i * stride + i];
      group.each(width, [&](auto c) { store(row, c, load(row, c) * Pack<kLanes>(scale)); });
    }
    for (int i = n - 1; i >= 0; i--) {
      double* row = panel + i * kTile;
      group.each(width, [&](auto c) { store(row, c, Pack<kLanes>(0.0) - load(row, c)); });
      addRows(group, row + kTile, kTile, factor + (i + 1) * stride + i, stride, n - 1 - i, width, row);
      const double scale = -1 / factor[i * stride + i];
      group.each(width, [&](auto c) { store(row, c, load(row, c) * Pack<kLanes>(scale)); });
      group.each(width, [&](auto c) { store(P + i * stride + from, c, load(row, c)); });
    }
  }
  // Exactly symmetric, then M1 and the projection onto the plane.
  group.items(n, [&](int i) {
    for (int j = n; j < np; j++) {
      P[i * stride + j] = 0;
    }
    for (int j = 0; j < i; j++) {
      const double mean = 0.5 * (P[i * stride + j] + P[j * stride + i]);
      P[i * stride + j] = mean;
      P[j * stride + i] = mean;
    }
  });
  double all = 0;
  for (int i = 0; i < np; i++) {
    const double row = i < n ? group.sum(np, [&](auto j) { return load(P + i * stride, j); }) : 0;
    group.put([&] { balanced[i] = row; });
    all += row;
  }
  for (int i = 0; i < n; i++) {
    const double share = balanced[i] / all;
    group.each(np, [&](auto j) {
      store(P + i * stride, j, fma(Pack<kLanes>(-share), load(balanced, j), load(P + i * stride, j)));
    });
  }
  group.items(n, [&](int i) {
    balanced[i] /= all;
    for (int j = 0; j < i; j++) {
      P[i * stride + j] = P[j * stride + i];
    }
  });
  return true;
}

}  // namespace parabola::PARABOLA_ISA
