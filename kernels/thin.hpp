// The linear system on a face of a covariance of few factors, never formed.
//
//     H_FF = G'G + D,   G [factors, |F|],   D diagonal and positive
//
// With U = G D^-1/2 and K = I + U U' (factors x factors) the vector
//
//     l(b) = (D^-1/2 b - U'y, -y),   y = K^-1 U D^-1/2 b
//
// is what remains of (D^-1/2 b, 0) beside the columns of (U', I), and l(b)'l(c) = b'H_FF^-1 c: it takes the place of
// L^-1 b of a Cholesky factor L, and D^-1/2 times its first |F| places that of L'^-1. Time and memory are those of
// |F| x factors numbers, whatever the size of the face.
//
// Formula: the Woodbury identity, written as least squares. Projecting twice keeps the digits that the squares in K
// would lose, as in orthogonalising twice.
#pragma once

#include "model.hpp"

namespace parabola::PARABOLA_ISA {

struct Thin {
  int capacity = 0;  // the most factors there is room for
  int count = 0;     // factors of the face at hand
  long stride = 0;
  double* U = nullptr;  // [capacity, stride]
  double* y = nullptr;  // [padded(capacity)]
  Face core;            // the Cholesky factor of K

  // Numbers that a vector has beyond those of its face.
  PARABOLA_SIZE static int tail(int factors) { return factors > 0 ? padded(factors) : 0; }

  PARABOLA_SIZE static std::size_t numbers(int n, int factors) {
    const std::size_t wide = static_cast<std::size_t>(padded(n) + kLanes);
    const std::size_t core = static_cast<std::size_t>(padded(factors) + kLanes);
    return static_cast<std::size_t>(factors) * wide + core * core + 3 * core;
  }

  PARABOLA_FUNCTION void layOut(int n, int factors, double* memory) {
    capacity = factors;
    stride = padded(n) + kLanes;
    U = memory;
    memory += factors * stride;
    const int wide = padded(factors) + kLanes;
    y = memory;
    core.inverse = memory + wide;
    core.index = reinterpret_cast<int*>(memory + 2 * wide);
    core.L = memory + 3 * wide;
    core.capacity = wide;
    core.stride = 0;
  }
};

// K, as `factor` reads it.
struct Core {
  const Thin& thin;
  int rows;

  template <class Group>
  PARABOLA_INLINE void column(const Group& group, const int*, int j, int from, int count, double* out) const {
    const double* u = thin.U + j * thin.stride;
    int c = from;
    for (; c + 2 <= count; c += 2) {
      const double* v = thin.U + c * thin.stride;
      double one;
      double two;
      group.sums(rows, one, two, [&](auto i, Pack<kLanes>& a, Pack<kLanes>& b) {
        const Pack<kLanes> x = load(u, i);
        a = fma(x, load(v, i), a);
        b = fma(x, load(v + thin.stride, i), b);
      });
      group.put([&] {
        out[c] = one;
        out[c + 1] = two;
      });
    }
    if (c < count) {
      const double* v = thin.U + c * thin.stride;
      const double last = group.sum(rows, [&](auto i) { return load(u, i) * load(v, i); });
      group.put([&] { out[c] = last; });
    }
    group.one([&] { out[j] += 1; });
    for (int i = count; i < padded(count); i++) {
      out[i] = 0;
    }
  }
  PARABOLA_INLINE double diagonal(int) const { return 1; }
};

// Prepares H_FF + diag(extra), `extra` [padded] or null, for face.index: D^-1/2 to face.inverse. Returns the position
// of the first index without curvature of its own, or size.
template <class Group>
PARABOLA_FUNCTION int factorThin(const Group& group, Thin& thin, Face& face, const Model& h, const double* extra) {
  using P = Pack<kLanes>;
  const int k = face.size;
  const int rows = padded(k);
  group.items(k, [&](int c) {
    const int i = face.index[c];
    face.inverse[c] = (h.diagonal == nullptr ? 0 : h.diagonal[i]) + (extra == nullptr ? 0 : extra[i]);
  });
  for (int c = k; c < rows; c++) {
    face.inverse[c] = 1;
  }
  if (k > 0 && !(group.minimum(rows, [&](auto i) { return load(face.inverse, i); }) > 0)) {
    return group.best(k, 0, [&](int c) { return face.inverse[c] > 0 ? 0 : 1; }).at;
  }
  group.each(rows, [&](auto i) { store(face.inverse, i, P(1.0) / squareRoot(load(face.inverse, i))); });
  for (int c = k; c < rows; c++) {
    face.inverse[c] = 0;
  }
  thin.count = 0;
  const auto add = [&](const double* g) {
    double* u = thin.U + thin.count++ * thin.stride;
    group.items(k, [&](int c) { u[c] = g[face.index[c]] * face.inverse[c]; });
    for (int c = k; c < rows; c++) {
      u[c] = 0;
    }
  };
  for (int f = 0; f < h.factorCount; f++) {
    add(h.factors + f * h.factorStride);
  }
  if (h.common != nullptr) {
    add(h.common);
  }
  thin.core.size = thin.count;
  factor(group, thin.core, Core{thin, rows}, 0);
  return k;
}

// x <- l(x); x has padded(size) places and the tail's.
template <class Group>
PARABOLA_FUNCTION void lowerThin(const Group& group, const Thin& thin, const Face& face, double* x) {
  using P = Pack<kLanes>;
  const int rows = padded(face.size);
  for (int c = face.size; c < rows; c++) {
    x[c] = 0;
  }
  group.each(rows, [&](auto i) { store(x, i, load(x, i) * load(face.inverse, i)); });
  if (thin.count == 0) {
    return;
  }
  double* const rest = x + rows;
  const int tail = padded(thin.count);
  group.each(tail, [&](auto f) { store(rest, f, P(0.0)); });
  for (int round = 0; round < 2; round++) {
    group.each(tail, [&](auto f) { store(thin.y, f, P(0.0)); });
    for (int f = 0; f < thin.count; f += kBlock) {
      const int width = thin.count - f < kBlock ? thin.count - f : kBlock;
      const double* const u = thin.U + f * thin.stride;
      double across[kBlock];
      group.sumEach(0, rows, width, across, [&](auto i, int b) { return load(u + b * thin.stride, i) * load(x, i); });
      group.items(width, [&](int b) { thin.y[f + b] = across[b] + rest[f + b]; });
    }
    solveLower(group, thin.core, thin.count, thin.y);
    solveUpper(group, thin.core, thin.count, thin.y);
    group.eachWide(0, rows, [&](auto i) {
      auto s = load(x, i);
      for (int f = 0; f < thin.count; f++) {
        s = fma(decltype(s)(-thin.y[f]), load(thin.U + f * thin.stride, i), s);
      }
      store(x, i, s);
    });
    group.each(tail, [&](auto f) { store(rest, f, load(rest, f) - load(thin.y, f)); });
  }
}

// x <- D^-1/2 x: the solution over the face.
template <class Group>
PARABOLA_FUNCTION void upperThin(const Group& group, const Face& face, double* x) {
  group.each(padded(face.size), [&](auto i) { store(x, i, load(x, i) * load(face.inverse, i)); });
}

}  // namespace parabola::PARABOLA_ISA
