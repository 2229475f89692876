// The covariance of one scenario as an operator: a shared base, a diagonal scaling, rank-one terms, a diagonal.
//
//     H = E B E + sum_k f_k f_k' + diag(d)
//
// Every kind of covariance is of this form, and none but the shared and the own one is ever an n x n matrix:
//
//     shared, own           B = Sigma
//     scaled                B = Sigma, E = volatility multipliers
//     correlation stress    B = Sigma, E_i = m_i sqrt(1 - theta_i), f_1i = m_i sqrt(theta_i Sigma_ii)
//     factor                f_k = the columns of F L with L L' = Omega, d = specific variances
//     returns               f_t = centred returns of one observation over sqrt(T - 1)
//
// Quadratic costs add to d.
#pragma once

#include "face.hpp"

namespace parabola::PARABOLA_ISA {

struct Model {
  int n = 0;                     // padded
  const double* base = nullptr;  // [n, stride] B, or null for none
  long stride = 0;
  const double* scale = nullptr;    // [n] E, or null for ones
  const double* factors = nullptr;  // [factorCount, factorStride]
  long factorStride = 0;
  int factorCount = 0;
  const double* common = nullptr;    // [n] one more f, or null
  const double* diagonal = nullptr;  // [n] d, or null for zero
};

// out[c] = H[index[j]][index[c]] for from <= c < count, j being a position in index. Index is read to the end of
// a block of lanes, and zeros are written there.
template <class Group>
PARABOLA_LARGE void gather(const Group& group, const Model& h, const int* index, int j, int from, int count,
                           double* out) {
  const int row = index[j];
  using P = Pack<kLanes>;
  const double* const b = h.base == nullptr ? nullptr : h.base + row * h.stride;
  group.each(from, padded(count), [&](auto i) {
    const int* const at = index + i.at;
    P s(0.0);
    if (b != nullptr) {
      s = h.scale == nullptr ? pick(b, at) : P(h.scale[row]) * pick(b, at) * pick(h.scale, at);
    }
    for (int k = 0; k < h.factorCount; k++) {
      const double* const f = h.factors + k * h.factorStride;
      s = fma(P(f[row]), pick(f, at), s);
    }
    if (h.common != nullptr) {
      s = fma(P(h.common[row]), pick(h.common, at), s);
    }
    store(out, i, firstLanes(s, count - i.at));
  });
  if (h.diagonal != nullptr && from <= j && j < count) {
    group.one([&] { out[j] += h.diagonal[row]; });
  }
}

// The variance H_ii.
PARABOLA_LARGE double variance(const Model& h, int i) {
  double v = 0;
  if (h.base != nullptr) {
    const double b = h.base[i * h.stride + i];
    v = h.scale == nullptr ? b : h.scale[i] * b * h.scale[i];
  }
  for (int k = 0; k < h.factorCount; k++) {
    const double f = h.factors[k * h.factorStride + i];
    v = fma(f, f, v);
  }
  if (h.common != nullptr) {
    v = fma(h.common[i], h.common[i], v);
  }
  return h.diagonal == nullptr ? v : v + h.diagonal[i];
}

// y += H x, x being amount[c] at list[c] and zero elsewhere; the columns that moved, and no other. `scratch` [n].
// amount has room for kLanes more than n.
template <class Group>
PARABOLA_LARGE void addProduct(const Group& group, const Model& h, const int* list, const double* amount, int count,
                               double* scratch, double* y) {
  if (h.base != nullptr && h.scale == nullptr) {
    addColumns(group, h.base, h.stride, list, amount, count, h.n, y);
  } else if (h.base != nullptr) {
    group.each(h.n, [&](auto i) { store(scratch, i, Pack<kLanes>(0.0)); });
    group.eachWide(0, h.n, [&](auto i) {
      auto s = load(scratch, i);
      for (int c = 0; c < count; c++) {
        s = fma(decltype(s)(amount[c] * h.scale[list[c]]), load(h.base + list[c] * h.stride, i), s);
      }
      store(y, i, fma(load(h.scale, i), s, load(y, i)));
    });
  }
  for (int k = 0; k < h.factorCount; k += 4) {
    const int width = h.factorCount - k < 4 ? h.factorCount - k : 4;
    // Four sums at once, since each of their terms waits for the one before.
    struct Exposures {
      double of[4] = {0, 0, 0, 0};
    };
    const double* columns[4];
    for (int f = 0; f < 4; f++) {
      columns[f] = h.factors + (k + (f < width ? f : 0)) * h.factorStride;
    }
    const Exposures exposures = group.reduce(
        count, Exposures(), Exposures(),
        [&](int c, Exposures& s) {
          PARABOLA_UNROLL
          for (int f = 0; f < 4; f++) {
            s.of[f] = fma(columns[f][list[c]], amount[c], s.of[f]);
          }
        },
        [](const Exposures& s, const Exposures& t) {
          Exposures sum;
          PARABOLA_UNROLL
          for (int f = 0; f < 4; f++) {
            sum.of[f] = s.of[f] + t.of[f];
          }
          return sum;
        });
    const double* const exposure = exposures.of;
    group.eachWide(0, h.n, [&](auto i) {
      auto s = load(y, i);
      for (int f = 0; f < width; f++) {
        s = fma(decltype(s)(exposure[f]), load(h.factors + (k + f) * h.factorStride, i), s);
      }
      store(y, i, s);
    });
  }
  if (h.common != nullptr) {
    const double exposure =
        group.accumulate(count, 0, [&](int c, double s) { return fma(h.common[list[c]], amount[c], s); });
    group.each(h.n, [&](auto i) { store(y, i, fma(Pack<kLanes>(exposure), load(h.common, i), load(y, i))); });
  }
  if (h.diagonal != nullptr) {
    group.items(count, [&](int c) { y[list[c]] = fma(h.diagonal[list[c]], amount[c], y[list[c]]); });
  }
}

}  // namespace parabola::PARABOLA_ISA
