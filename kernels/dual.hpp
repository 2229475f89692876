// The dual of a portfolio of a factor covariance: as many unknowns as factors, and one more.
//
//     H = B B' + D,   B [n, k],   D diagonal, positive where there is any variance
//
// Given the exposures y = B'w and the budget's multiplier nu the weights are each on its own:
//
//     w_i(y, nu) = clip((q_i + nu - b_i'y) / d_i, lower_i, upper_i)
//
// At the optimum B'w(y, nu) = y and 1'w(y, nu) = budget. There the slope of a concave function is zero that is
// quadratic as long as the same weights are inside their bounds, with minus its second derivative
//
//     M = (I 0; 0 0) + sum over those i of (b_i; -1) (b_i; -1)' / d_i
//
// A pass over the assets gives weights and slope, without a list or a gather, however many weights are free. M is kept
// up to date by the weights that came to a bound or left it. ascent.hpp climbs it.
//
// For hosts only, see risk.hpp. Formula: Fenchel's dual of the quadratic program; M is the matrix of the Woodbury
// identity.
#pragma once

#include <cstdint>
#include <cstring>

#include "factors.hpp"
#include "workspace.hpp"

namespace parabola::PARABOLA_ISA {

struct Dual {
  int factors = 0;
  int size = 0;                     // of the system: factors + 1
  int words = 0;                    // of 64 bits, for n weights
  long stride = 0;                  // padded(size)
  long wide = 0;                    // padded(size + 1)
  double* at = nullptr;             // [stride] y and nu
  double* curvature = nullptr;      // [size, stride] M
  unsigned char* free = nullptr;    // [words] bits: the weights that M takes to be inside their bounds
  double* step = nullptr;           // [stride]
  double* slope = nullptr;          // [stride] B'w - y and budget - 1'w
  double* exposures = nullptr;      // [stride] B'w
  double* system = nullptr;         // [size, wide] M and a right side, while it is solved
  double* rows = nullptr;           // [kFactorsAtOnce, stride] (b_i; -1) of some i
  unsigned char* inside = nullptr;  // [words] bits: the weights that are inside their bounds
  int* changed = nullptr;           // [n] those of which M has it otherwise

  // The first three arrays are what a batch starts from.
  PARABOLA_SIZE static std::size_t startNumbers(int n, int factors) {
    const std::size_t size = static_cast<std::size_t>(factors) + 1;
    return (1 + size) * static_cast<std::size_t>(padded(factors + 1)) + wordsOf(n);
  }
  PARABOLA_SIZE static std::size_t numbers(int n, int factors) {
    const std::size_t size = static_cast<std::size_t>(factors) + 1;
    return startNumbers(n, factors) + (3 + kFactorsAtOnce) * static_cast<std::size_t>(padded(factors + 1)) +
           size * static_cast<std::size_t>(padded(factors + 2)) + wordsOf(n) + static_cast<std::size_t>(padded(n) / 2);
  }
  PARABOLA_FUNCTION void layOut(int n, int k, double* memory) {
    factors = k;
    size = k + 1;
    words = static_cast<int>(wordsOf(n));
    stride = padded(size);
    wide = padded(size + 1);
    at = memory;
    curvature = at + stride;
    free = reinterpret_cast<unsigned char*>(curvature + size * stride);
    memory += startNumbers(n, k);
    for (double** a : {&step, &slope, &exposures}) {
      *a = memory;
      memory += stride;
    }
    system = memory;
    rows = system + size * wide;
    inside = reinterpret_cast<unsigned char*>(rows + kFactorsAtOnce * stride);
    changed = reinterpret_cast<int*>(rows + kFactorsAtOnce * stride + words);
    std::memset(inside, 0, sizeof(double) * words);
  }

 private:
  PARABOLA_SIZE static std::size_t wordsOf(int n) { return (static_cast<std::size_t>(n) + 63) / 64; }
};

// out = q + nu - B y over the assets [from, to), for the factors of all blocks but the last.
template <class Group>
PARABOLA_FUNCTION void takeExposures(const Group& group, const Shared& shared, const double* q, const Dual& dual,
                                     int from, int to, double* out) {
  using P = Pack<kLanes>;
  const long stride = shared.stride;
  for (int f = 0; f < lastBlock(dual.factors); f += kFactorsAtOnce) {
    const double* const B = shared.factors + f * stride;
    P y[kFactorsAtOnce];
    PARABOLA_UNROLL
    for (int c = 0; c < kFactorsAtOnce; c++) {
      y[c] = P(-dual.at[f + c]);
    }
    const double* const t = f == 0 ? q : out;
    const P nu(f == 0 ? dual.at[dual.factors] : 0);
    group.each(from, to, [&](auto i) {
      P x = load(t, i) + nu;
      PARABOLA_UNROLL
      for (int c = 0; c < kFactorsAtOnce; c++) {
        x = fma(y[c], load(B + c * stride, i), x);
      }
      store(out, i, x);
    });
  }
}

// The weights [from, to) at dual.at, to ws.w, which of them are inside their bounds, and what they add to
// dual.exposures and `sum`.
template <class Group>
PARABOLA_FUNCTION void clipWeights(const Group& group, const Shared& shared, Workspace& ws, Dual& dual, int from,
                                   int to, double& sum) {
  using P = Pack<kLanes>;
  const int last = lastBlock(dual.factors);
  takeExposures(group, shared, ws.q, dual, from, to, ws.a);
  withBlock(last, dual.factors, [&](auto block) {
    constexpr int kWidth = decltype(block)::kWidth;
    // In variables of their own: what is stored can't change them.
    const long stride = shared.stride;
    const double* const B = shared.factors + block.from * stride + from;
    const double* const precision = shared.precision + from;
    const double* const t = (block.from > 0 ? ws.a : ws.q) + from;
    const double* const lower = ws.lower + from;
    const double* const upper = ws.upper + from;
    double* const w = ws.w + from;
    unsigned char* const inside = dual.inside + from / kLanes;
    const P nu(block.from > 0 ? 0 : dual.at[dual.factors]);
    P y[kWidth + 1];
    PARABOLA_UNROLL
    for (int f = 0; f < kWidth; f++) {
      y[f] = P(-dual.at[block.from + f]);
    }
    double sums[kWidth + 1];
    group.sums(to - from, sums, [&](auto i, P* s) {
      P x = load(t, i) + nu;
      P b[kWidth + 1];
      PARABOLA_UNROLL
      for (int f = 0; f < kWidth; f++) {
        b[f] = load(B + f * stride, i);
        x = fma(y[f], b[f], x);
      }
      x = x * load(precision, i);
      const P l = load(lower, i);
      const P u = load(upper, i);
      const P clipped = min(max(x, l), u);
      store(w, i, clipped);
      inside[i.at / kLanes] = static_cast<unsigned char>(bits((l < x && x < u).r[0]));
      PARABOLA_UNROLL
      for (int f = 0; f < kWidth; f++) {
        s[f] = fma(clipped, b[f], s[f]);
      }
      s[kWidth] = s[kWidth] + clipped;
    });
    for (int f = 0; f < kWidth; f++) {
      dual.exposures[block.from + f] += sums[f];
    }
    sum += sums[kWidth];
  });
  if (last > 0) {
    addExposures(group, shared, ws.w, from, to, last, dual.exposures);
  }
}

// Lists the weights that are inside their bounds and were not when M was made, or the other way round.
template <class Group>
PARABOLA_FUNCTION int listChanged(const Group&, const Dual& dual) {
  int count = 0;
  for (int word = 0; word < dual.words; word++) {
    std::uint64_t now;
    std::uint64_t before;
    std::memcpy(&now, dual.inside + 8 * word, 8);
    std::memcpy(&before, dual.free + 8 * word, 8);
    for (std::uint64_t m = now ^ before; m != 0; m &= m - 1) {
      dual.changed[count++] = 64 * word + __builtin_ctzll(m);
    }
  }
  return count;
}

// The weights at dual.at, the slope there, and dual.changed; returns how many of these there are.
template <class Group>
PARABOLA_FUNCTION int weigh(const Group& group, const Shared& shared, Workspace& ws, Dual& dual) {
  // Of many factors a share of the assets at a time: they are read twice.
  const int share = dual.factors > kFactorsAtOnce ? kShare : ws.padded;
  double sum = 0;
  for (int f = 0; f < dual.factors; f++) {
    dual.exposures[f] = 0;
  }
  for (int from = 0; from < ws.padded; from += share) {
    const int to = from + share < ws.padded ? from + share : ws.padded;
    clipWeights(group, shared, ws, dual, from, to, sum);
  }
  for (int f = 0; f < dual.factors; f++) {
    dual.slope[f] = dual.exposures[f] - dual.at[f];
  }
  dual.slope[dual.factors] = ws.budget - sum;
  return listChanged(group, dual);
}

// Brings M to the weights that are inside their bounds now.
template <class Group>
PARABOLA_FUNCTION void renewCurvature(const Group& group, const Shared& shared, Dual& dual, int changed) {
  using P = Pack<kLanes>;
  for (int from = 0; from < changed; from += kFactorsAtOnce) {
    const int count = changed - from < kFactorsAtOnce ? changed - from : kFactorsAtOnce;
    double amount[kFactorsAtOnce];
    for (int c = 0; c < count; c++) {
      const int i = dual.changed[from + c];
      unsigned char& free = dual.free[i / 8];
      free = static_cast<unsigned char>(free ^ (1U << (i % 8)));
      amount[c] = ((free >> (i % 8)) & 1U) != 0 ? shared.precision[i] : -shared.precision[i];
      double* const row = dual.rows + c * dual.stride;
      for (int f = 0; f < dual.factors; f++) {
        row[f] = shared.factors[f * shared.stride + i];
      }
      row[dual.factors] = -1;
      for (int f = dual.size; f < dual.stride; f++) {
        row[f] = 0;
      }
    }
    for (int f = 0; f < dual.size; f++) {
      double* const m = dual.curvature + f * dual.stride;
      group.each(static_cast<int>(dual.stride), [&](auto j) {
        P s = load(m, j);
        for (int c = 0; c < count; c++) {
          const double* const row = dual.rows + c * dual.stride;
          s = fma(P(amount[c] * row[f]), load(row, j), s);
        }
        store(m, j, s);
      });
    }
  }
}

// No weight inside its bounds.
template <class Group>
PARABOLA_FUNCTION void clearCurvature(const Group& group, Dual& dual) {
  group.each(static_cast<int>(dual.size * dual.stride), [&](auto i) { store(dual.curvature, i, Pack<kLanes>(0.0)); });
  for (int f = 0; f < dual.factors; f++) {
    dual.curvature[f * dual.stride + f] = 1;
  }
  std::memset(dual.free, 0, 8 * dual.words);
}

// step = M^-1 slope. Returns false where M is singular: mostly because no weight is inside its bounds. By elimination
// above and below the diagonal: a system of a few factors takes no longer than its divisions.
template <class Group>
PARABOLA_FUNCTION bool solveCurvature(const Group& group, Dual& dual) {
  using P = Pack<kLanes>;
  const int size = dual.size;
  const int wide = static_cast<int>(dual.wide);
  for (int f = 0; f < size; f++) {
    double* const row = dual.system + f * wide;
    group.each(static_cast<int>(dual.stride),
               [&](auto j) { store(row, j, load(dual.curvature + f * dual.stride, j)); });
    row[size] = dual.slope[f];
    for (int c = size + 1; c < wide; c++) {
      row[c] = 0;
    }
  }
  for (int f = 0; f < size; f++) {
    double* const own = dual.system + f * wide;
    const double pivot = own[f];
    if (!(pivot > kDependent * dual.curvature[f * dual.stride + f])) {
      return false;
    }
    const P inverse(1 / pivot);
    const int from = f / kLanes * kLanes;
    group.each(from, wide, [&](auto j) { store(own, j, inverse * load(own, j)); });
    for (int c = 0; c < size; c++) {
      double* const row = dual.system + c * wide;
      const P share(-row[f]);
      group.each(c == f ? wide : from, wide, [&](auto j) { store(row, j, fma(share, load(own, j), load(row, j))); });
    }
  }
  for (int f = 0; f < size; f++) {
    dual.step[f] = dual.system[f * wide + size];
  }
  return true;
}

}  // namespace parabola::PARABOLA_ISA
