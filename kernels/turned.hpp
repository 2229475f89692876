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
  const auto all = static_cast<std::size_t>(padded(n));
  return 3 * f * f + 2 * f * a + f * all + a * all + f + 2 * all + panelNumbers(free);
}

// Writes K [n, stride] and what depends on the budget to balanced [padded(n)], for the face whose free weights are the
// first `free` of `order` [padded(n) + kLanes], the others held; what pads it is an index too. `memory` has
// turnNumbers(n, free) numbers, aligned to 64 bytes. Returns false if the covariance of the free weights is not
// definite. K is symmetric but for rounding.
template <class Group>
PARABOLA_FUNCTION bool turn(const Group& group, const double* covariance, int n, long stride, double sigma,
                            const int* order, int free, double* memory, double* K, double* balanced) {
  using Numbers = Pack<kLanes>;
  const int held = n - free;
  const int fs = padded(free);
  const int as = padded(held);
  const int all = padded(n);
  const auto place = [&](long numbers) {
    double* const at = memory;
    memory += numbers;
    return at;
  };
  // Where most are held, G has a column for each asset: to work out a few too many is less than to sort them.
  const bool sorted = 2 * held <= n;
  const int columns = sorted ? as : all;
  const long square = static_cast<long>(fs) * fs;
  const long across = static_cast<long>(fs) * as;
  double* const own = place(square);
  double* const factor = place(square);
  double* const P = place(square);
  double* const W = place(across);
  double* const V = place(across);
  double* const wideV = place(static_cast<long>(fs) * all);  // with a column for each asset
  double* const G = place(static_cast<long>(as) * columns);
  double* const b = place(fs);
  double* const h = place(columns);                          // b'Sigma_FF b - Sigma_AF b
  int* const position = reinterpret_cast<int*>(place(all));  // of a held asset among those; of the others any
  double* const panel = memory;
  const auto gather = [&](const double* row, const int* at, int count, double* to) {
    group.each(padded(count), [&](auto j) { store(to, j, firstLanes(pick(row, at + j.at), count - j.at)); });
  };
  for (int i = 0; i < free; i++) {
    const double* const row = covariance + order[i] * stride;
    gather(row, order, free, own + i * fs);
    gather(row, order + free, held, W + i * as);
  }
  if (!invert(group, own, free, fs, sigma, factor, panel, P, b)) {
    return false;
  }
  // Tiles of columns, so that the rows that are added stay in the cache.
  for (int from = 0; from < as; from += kTile) {
    const int width = as - from < kTile ? as - from : kTile;
    for (int i = 0; i < free; i++) {
      group.each(width, [&](auto j) { store(V + i * as + from, j, Numbers(b[i])); });
    }
    addTile(group, W + from, as, P, fs, 1, free, free, width, V + from, as);
    for (int i = 0; i < free; i++) {
      double* const row = V + i * as + from;
      group.each(width, [&](auto j) { store(row, j, Numbers(0.0) - load(row, j)); });
    }
  }
  group.items(all, [&](int j) { position[j] = 0; });
  group.items(held, [&](int j) { position[order[free + j]] = j; });
  for (int i = 0; i < free; i++) {
    gather(V + i * as, position, held > 0 ? n : 0, wideV + i * all);
  }
  double variance = 0;
  for (int i = 0; i < free; i++) {
    variance += b[i] * group.sum(fs, [&](auto j) { return load(own + i * fs, j) * load(b, j); });
  }
  group.each(columns, [&](auto j) {
    Numbers s(variance);
    for (int i = 0; i < free; i++) {
      s = fnma(Numbers(b[i]), load(sorted ? W + i * as : covariance + order[i] * stride, j), s);
    }
    store(h, j, s);
  });
  for (int from = 0; from < columns; from += kTile) {
    const int width = columns - from < kTile ? columns - from : kTile;
    for (int i = 0; i < held; i++) {
      const double* const data = covariance + order[free + i] * stride;
      double* const row = G + i * columns + from;
      group.each(width, [&](auto j) {
        const Numbers own = sorted ? pick(data, order + free + from + j.at) : load(data + from, j);
        store(row, j, own + load(h + from, j));
      });
    }
    addTile(group, (sorted ? V : wideV) + from, columns, W, 1, as, free, held, width, G + from, columns);
  }
  for (int i = 0; i < n; i++) {
    double* const row = K + order[i] * stride;
    const double* const g = G + static_cast<long>(i - free) * columns;
    group.each(all, [&](auto j) {
      const Numbers x = i < free ? load(wideV + i * all, j)
                        : sorted ? Numbers(0.0) - pick(g, position + j.at)
                                 : Numbers(0.0) - load(g, j);
      store(row, j, firstLanes(x, n - j.at));
    });
    group.items(free, [&](int j) { row[order[j]] = i < free ? P[i * fs + j] : V[j * as + i - free]; });
    group.put([&] { balanced[order[i]] = i < free ? b[i] : h[sorted ? i - free : order[i]]; });
  }
  group.items(all - n, [&](int i) { balanced[n + i] = 0; });
  return true;
}

}  // namespace parabola::PARABOLA_ISA
