// Products with the shared covariance where it is one of factors, B B' + D, B [n, k] being its factors: a few columns
// of B in registers at a time.
#pragma once

#include "problem.hpp"

namespace parabola::PARABOLA_ISA {

// So many columns.
constexpr int kFactorsAtOnce = 8;

// So many assets at most, where their columns are read more than once.
constexpr int kShare = 512;

template <int kFactors>
struct Block {
  static constexpr int kWidth = kFactors;
  int from;
};

// Calls f with the block of factors [from, factors), at most kFactorsAtOnce of them: the width is a constant.
template <int kWidth = kFactorsAtOnce, class F>
PARABOLA_INLINE void withBlock(int from, int factors, F f) {
  if constexpr (kWidth > 0) {
    if (factors - from < kWidth) {
      withBlock<kWidth - 1>(from, factors, f);
      return;
    }
  }
  f(Block<kWidth>{from});
}

// The first factor of the last block.
PARABOLA_INLINE int lastBlock(int factors) { return factors > 0 ? (factors - 1) / kFactorsAtOnce * kFactorsAtOnce : 0; }

// Calls f for one block of factors after another.
template <class F>
PARABOLA_INLINE void eachBlock(int factors, F f) {
  const int last = lastBlock(factors);
  for (int from = 0; from < last; from += kFactorsAtOnce) {
    f(Block<kFactorsAtOnce>{from});
  }
  withBlock(last, factors, f);
}

// Adds those of the assets [from, to), at most kShare, to the exposures of the first `count` factors. Eights of assets
// without a weight are left out: of many assets most are.
template <class Group>
PARABOLA_FUNCTION void addExposures(const Group&, const Shared& shared, const double* w, int from, int to, int count,
                                    double* exposures) {
  using P = Pack<kLanes>;
  int held[kShare / kLanes];
  int many = 0;
  for (int i = from; i < to; i += kLanes) {
    const P x = load(w, Lanes<kLanes>{i});
    held[many] = i;
    many += bits((x < P(0.0) || P(0.0) < x).r[0]) != 0;
  }
  eachBlock(count, [&](auto block) {
    constexpr int kWidth = decltype(block)::kWidth;
    const long stride = shared.stride;
    const double* const B = shared.factors + block.from * stride;
    P sums[kWidth + 1];
    for (int f = 0; f < kWidth; f++) {
      sums[f] = P(0.0);
    }
    for (int c = 0; c < many; c++) {
      const Lanes<kLanes> i{held[c]};
      const P x = load(w, i);
      PARABOLA_UNROLL
      for (int f = 0; f < kWidth; f++) {
        sums[f] = fma(x, load(B + f * stride, i), sums[f]);
      }
    }
    for (int f = 0; f < kWidth; f++) {
      exposures[block.from + f] += total(sums[f].r[0]);
    }
  });
}

// B'w, to `exposures` [factors].
template <class Group>
PARABOLA_FUNCTION void exposuresOf(const Group& group, const Shared& shared, const double* w, double* exposures) {
  const int n = padded(shared.n);
  for (int f = 0; f < shared.factorCount; f++) {
    exposures[f] = 0;
  }
  for (int from = 0; from < n; from += kShare) {
    addExposures(group, shared, w, from, from + kShare < n ? from + kShare : n, shared.factorCount, exposures);
  }
}

// g = (B B' + D) w - q, w having these exposures; q may be null for zero.
template <class Group>
PARABOLA_FUNCTION void gradientAt(const Group& group, const Shared& shared, const double* w, const double* exposures,
                                  const double* q, double* g) {
  using P = Pack<kLanes>;
  eachBlock(shared.factorCount, [&](auto block) {
    constexpr int kWidth = decltype(block)::kWidth;
    const long stride = shared.stride;
    const double* const B = shared.factors + block.from * stride;
    P e[kWidth + 1];
    PARABOLA_UNROLL
    for (int f = 0; f < kWidth; f++) {
      e[f] = P(exposures[block.from + f]);
    }
    group.each(padded(shared.n), [&](auto i) {
      P s;
      if (block.from > 0) {
        s = load(g, i);
      } else {
        const P own = load(shared.diagonal, i) * load(w, i);
        s = q == nullptr ? own : own - load(q, i);
      }
      PARABOLA_UNROLL
      for (int f = 0; f < kWidth; f++) {
        s = fma(e[f], load(B + f * stride, i), s);
      }
      store(g, i, s);
    });
  });
}

}  // namespace parabola::PARABOLA_ISA
