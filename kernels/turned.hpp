// The inverse of inverse.hpp turned on a face (a principal pivot transform), for scenarios that differ from it little.
//
// With s = Sigma w - nu, which is q where a weight is free, w = P s + budget M1 / 1'M1 takes s to w. Turned on a face
// with weights F free and A held it takes s_F and w_A to w_F and -s_A:
//
//     K = [ P_F   V ]      V = -P_F Sigma_FA - b 1',  b = M_F 1 / 1'M_F 1
//         [ V'   -G ]      G = Sigma_AA + Sigma_AF V - 1 (Sigma_AF b - b'Sigma_FF b)'
//
// P_F being the inverse of the free weights' own covariance on the budget plane. What depends on the budget is b on F,
// and b'Sigma_FF b - Sigma_AF b on A. P_F and G are semidefinite, so K of any weights has a factor L S L' with signs S,
// whatever their order: Vanderbei, Symmetric quasidefinite matrices.
#pragma once

#include "inverse.hpp"

namespace parabola::PARABOLA_ISA {

PARABOLA_SIZE std::size_t turnNumbers(int n, int free) {
  const auto f = static_cast<std::size_t>(padded(free));
  const auto a = static_cast<std::size_t>(padded(n - free));
  return 3 * f * f + 2 * f * a + a * a + f + a + panelNumbers(free);
}

// Writes K [n, stride] and what depends on the budget to balanced [padded(n)], for the face whose free weights are the
// first `free` of `order` [n], the others held; `memory` has turnNumbers(n, free) numbers, aligned to 64 bytes. Returns
// false if the covariance of the free weights is not definite.
template <class Group>
PARABOLA_FUNCTION bool turn(const Group& group, const double* covariance, int n, long stride, double sigma,
                            const int* order, int free, double* memory, double* K, double* balanced) {
  const int held = n - free;
  const int fs = padded(free);
  const int as = padded(held);
  const auto place = [&](long numbers) {
    double* const at = memory;
    memory += numbers;
    return at;
  };
  const long square = static_cast<long>(fs) * fs;
  const long across = static_cast<long>(fs) * as;
  double* const own = place(square);
  double* const factor = place(square);
  double* const P = place(square);
  double* const W = place(across);
  double* const V = place(across);
  double* const G = place(static_cast<long>(as) * as);
  double* const b = place(fs);
  double* const h = place(as);
  double* const panel = memory;
  group.items(free, [&](int i) {
    const double* const row = covariance + order[i] * stride;
    for (int j = 0; j < fs; j++) {
      own[i * fs + j] = j < free ? row[order[j]] : 0;
    }
    for (int j = 0; j < as; j++) {
      W[i * as + j] = j < held ? row[order[free + j]] : 0;
    }
  });
  if (!invert(group, own, free, fs, sigma, factor, panel, P, b)) {
    return false;
  }
  // Tiles of columns, so that the rows that are added stay in the cache.
  for (int from = 0; from < as; from += kTile) {
    const int width = as - from < kTile ? as - from : kTile;
    for (int i = 0; i < free; i++) {
      group.each(width, [&](auto j) { store(V + i * as + from, j, Pack<kLanes>(b[i])); });
    }
    addTile(group, W + from, as, P, fs, 1, free, free, width, V + from, as);
    for (int i = 0; i < free; i++) {
      double* const row = V + i * as + from;
      group.each(width, [&](auto j) { store(row, j, Pack<kLanes>(0.0) - load(row, j)); });
    }
  }
  group.each(as, [&](auto j) { store(h, j, Pack<kLanes>(0.0)); });
  addRows(group, W, as, b, 1, free, as, h);
  double variance = 0;
  for (int i = 0; i < free; i++) {
    variance += b[i] * group.sum(fs, [&](auto j) { return load(own + i * fs, j) * load(b, j); });
  }
  for (int from = 0; from < as; from += kTile) {
    const int width = as - from < kTile ? as - from : kTile;
    for (int i = 0; i < held; i++) {
      double* const row = G + i * as + from;
      const double* const data = covariance + order[free + i] * stride;
      group.items(width, [&](int j) {
        const int at = from + j;
        row[j] = at < held ? data[order[free + at]] + variance - h[at] : 0;
      });
    }
    addTile(group, V + from, as, W, 1, as, free, held, width, G + from, as);
  }
  group.items(n, [&](int i) {
    double* const row = K + order[i] * stride;
    for (int j = n; j < padded(n); j++) {
      row[j] = 0;
    }
    for (int j = 0; j < n; j++) {
      row[order[j]] = i < free   ? (j < free ? P[i * fs + j] : V[i * as + j - free])
                      : j < free ? V[j * as + i - free]
                                 : -0.5 * (G[(i - free) * as + j - free] + G[(j - free) * as + i - free]);
    }
    balanced[order[i]] = i < free ? b[i] : variance - h[i - free];
  });
  group.items(padded(n) - n, [&](int i) { balanced[n + i] = 0; });
  return true;
}

}  // namespace parabola::PARABOLA_ISA
