// The inverse of the shared covariance on the budget plane, once per problem, for batches with most weights free.
//
//     M = (Sigma + sigma 1 1')^-1,    P = M - M 1 1'M / (1'M 1)
//
// Without bounds the optimum is w = P q + budget M1 / (1'M1): P is the inverse of Sigma among portfolios that sum to
// zero.
#pragma once

#include <type_traits>

#include "group.hpp"

namespace parabola::PARABOLA_ISA {

constexpr int kTile = 64;     // rows and columns of a tile, which stays in the first-level cache
constexpr int kTogether = 4;  // rows that are added to at once, so that what is loaded serves all of them

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

// The same for kTogether rows of y, yStride apart, whose x are xRow apart.
template <class Group>
PARABOLA_LARGE void addRowsTogether(const Group& group, const double* rows, long stride, const double* x, long xRow,
                                    long xStride, int count, int width, double* y, long yStride) {
  const auto add = [&](auto i) {
    decltype(load(y, i)) s[kTogether];
    PARABOLA_UNROLL
    for (int r = 0; r < kTogether; r++) {
      s[r] = load(y + r * yStride, i);
    }
    for (int c = 0; c < count; c++) {
      const auto row = load(rows + c * stride, i);
      PARABOLA_UNROLL
      for (int r = 0; r < kTogether; r++) {
        s[r] = fma(decltype(row)(x[r * xRow + c * xStride]), row, s[r]);
      }
    }
    PARABOLA_UNROLL
    for (int r = 0; r < kTogether; r++) {
      store(y + r * yStride, i, s[r]);
    }
  };
  // As many sums at a time as there are registers for.
  if constexpr (kManyRegisters) {
    group.eachWide(0, width, add);
  } else {
    group.each(width, add);
  }
}

// Y [many, yStride] += X R over the first `width` columns, at most a tile of them: R is [count, stride], X of row r and
// column c at x[r xRow + c xStride].
template <class Group>
PARABOLA_FUNCTION void addTile(const Group& group, const double* R, long stride, const double* x, long xRow,
                               long xStride, int count, int many, int width, double* Y, long yStride) {
  for (int from = 0; from < count; from += kTile) {
    const int length = count - from < kTile ? count - from : kTile;
    const double* const rows = R + from * stride;
    const double* const of = x + from * xStride;
    int r = 0;
    for (; r + kTogether <= many; r += kTogether) {
      addRowsTogether(group, rows, stride, of + r * xRow, xRow, xStride, length, width, Y + r * yStride, yStride);
    }
    for (; r < many; r++) {
      addRows(group, rows, stride, of + r * xRow, xStride, length, width, Y + r * yStride);
    }
  }
}

// The panels of cholesky() and invert(): [n, kTile], a tile's own [kTile, kTile], and [n] beside them.
PARABOLA_SIZE std::size_t panelNumbers(int n) {
  return static_cast<std::size_t>(padded(n) + kTile) * kTile + static_cast<std::size_t>(padded(n));
}

// Replaces the symmetric n x n matrix A [n, stride] by the lower triangle L of its Cholesky factor, A = L L'. `panel`
// is scratch of panelNumbers(n). Returns false if a pivot is not above `dependent` times its diagonal; A is then half
// changed.
template <class Group>
PARABOLA_FUNCTION bool cholesky(const Group& group, double* A, int n, long stride, double dependent, double* panel) {
  using P = Pack<kLanes>;
  double* const own = panel + static_cast<long>(padded(n)) * kTile;  // own[p][j] = -L[from + j][from + p], j > p
  double* const diagonal = own + kTile * kTile;
  group.items(n, [&](int i) { diagonal[i] = A[i * stride + i]; });
  for (int from = 0; from < n; from += kTile) {
    const int width = n - from < kTile ? n - from : kTile;
    // panel[p][c] = -L[from + c][p] for the columns p before this tile.
    group.items(kTile, [&](int c) {
      for (int p = 0; p < from; p++) {
        panel[p * kTile + c] = c < width ? -A[(from + c) * stride + p] : 0;
      }
    });
    double* const tile = A + from;
    addTile(group, panel, kTile, A + from * stride, stride, 1, from, n - from, padded(width), tile + from * stride,
            stride);
    group.each(kTile * kTile, [&](auto i) { store(own, i, P(0.0)); });
    for (int j = 0; j < width; j++) {
      double* const row = tile + (from + j) * stride;
      const double pivot = row[j];
      if (!(pivot > dependent * diagonal[from + j])) {
        return false;
      }
      const double reciprocal = 1 / std::sqrt(pivot);
      group.one([&] {
        row[j] = std::sqrt(pivot);
        diagonal[from + j] = reciprocal;
      });
      group.items(width - j - 1, [&](int c) {
        double& below = tile[(from + j + 1 + c) * stride + j];
        below *= reciprocal;
        own[j * kTile + j + 1 + c] = -below;
      });
      for (int i = j + 1; i < width; i++) {
        double* const other = tile + (from + i) * stride;
        const P x(other[j]);
        group.each(j / kLanes * kLanes, padded(i + 1),
                   [&](auto c) { store(other, c, fma(x, load(own + j * kTile, c), load(other, c))); });
      }
    }
    // Of so many rows from i on the columns of the tile, from left to right.
    const auto solveRows = [&](int i, auto together) {
      constexpr int many = decltype(together)::value;
      double* const rows = tile + i * stride;
      for (int p = 0; p < width; p++) {
        group.one([&] {
          for (int r = 0; r < many; r++) {
            rows[r * stride + p] *= diagonal[from + p];
          }
        });
        P x[many];
        for (int r = 0; r < many; r++) {
          x[r] = P(rows[r * stride + p]);
        }
        group.each(p / kLanes * kLanes, padded(width), [&](auto j) {
          const P of = load(own + p * kTile, j);
          for (int r = 0; r < many; r++) {
            store(rows + r * stride, j, fma(x[r], of, load(rows + r * stride, j)));
          }
        });
      }
    };
    int i = from + width;
    for (; i + kTogether <= n; i += kTogether) {
      solveRows(i, std::integral_constant<int, kTogether>());
    }
    for (; i < n; i++) {
      solveRows(i, std::integral_constant<int, 1>());
    }
  }
  return true;
}

// Writes P [n, stride] and balanced [padded(n)] = M1 / 1'M1 from covariance [n, stride]. `factor` is scratch [n,
// stride], `panel` scratch of panelNumbers(n). Returns false if Sigma + sigma 1 1' is not definite.
template <class Group>
PARABOLA_FUNCTION bool invert(const Group& group, const double* covariance, int n, long stride, double sigma,
                              double* factor, double* panel, double* P, double* balanced) {
  const int np = padded(n);
  group.items(n, [&](int i) {
    for (int j = 0; j < np; j++) {
      factor[i * stride + j] = j < n ? covariance[i * stride + j] + sigma : 0;
    }
  });
  if (!cholesky(group, factor, n, stride, 1e-13, panel)) {
    return false;
  }
  // Columns of M, a tile at a time and from its diagonal down: L Y = I, then L'M = Y. Y is zero above the tile.
  for (int from = 0; from < n; from += kTile) {
    const int width = padded(n - from < kTile ? n - from : kTile);
    const auto rowOf = [&](int i) { return panel + (i - from) * kTile; };
    group.each((n - from) * kTile, [&](auto i) { store(panel, i, Pack<kLanes>(0.0)); });
    group.items(n - from < kTile ? n - from : kTile, [&](int c) { panel[c * kTile + c] = -1; });
    const auto scale = [&](int i) {
      const Pack<kLanes> by(-1 / factor[i * stride + i]);
      group.each(width, [&](auto c) { store(rowOf(i), c, load(rowOf(i), c) * by); });
    };
    for (int top = from; top < n; top += kTile) {
      const int end = n - top < kTile ? n : top + kTile;
      for (int i = top; i < end; i++) {
        addRows(group, rowOf(top), kTile, factor + i * stride + top, 1, i - top, width, rowOf(i));
        scale(i);
      }
      addTile(group, rowOf(top), kTile, factor + end * stride + top, stride, 1, end - top, n - end, width, rowOf(end),
              kTile);
    }
    group.each((n - from) * kTile, [&](auto i) { store(panel, i, Pack<kLanes>(0.0) - load(panel, i)); });
    for (int top = from + (n - 1 - from) / kTile * kTile; top >= from; top -= kTile) {
      const int end = n - top < kTile ? n : top + kTile;
      for (int i = end - 1; i >= top; i--) {
        addRows(group, rowOf(i) + kTile, kTile, factor + (i + 1) * stride + i, stride, end - 1 - i, width, rowOf(i));
        scale(i);
      }
      addTile(group, rowOf(top), kTile, factor + top * stride + from, 1, stride, end - top, top - from, width, panel,
              kTile);
    }
    // What is above the diagonal stands below it.
    group.items(n - from, [&](int i) {
      for (int c = 0; c < width && from + c < n; c++) {
        if (c <= i) {
          P[(from + c) * stride + from + i] = P[(from + i) * stride + from + c] = panel[i * kTile + c];
        }
      }
    });
  }
  double all = 0;
  for (int i = 0; i < np; i++) {
    group.items(i < n ? np - n : 0, [&](int j) { P[i * stride + n + j] = 0; });
    const double row = i < n ? group.sum(np, [&](auto j) { return load(P + i * stride, j); }) : 0;
    group.put([&] { balanced[i] = row; });
    all += row;
  }
  group.meet();
  // The projection onto the plane, exactly symmetric.
  const Pack<kLanes> share(-1 / all);
  for (int i = 0; i < n; i++) {
    const Pack<kLanes> own(balanced[i]);
    group.each(np,
               [&](auto j) { store(P + i * stride, j, fma(share, own * load(balanced, j), load(P + i * stride, j))); });
  }
  group.items(n, [&](int i) { balanced[i] /= all; });
  return true;
}

}  // namespace parabola::PARABOLA_ISA
