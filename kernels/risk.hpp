// The shared covariance as plain portfolios meet it: a matrix, or factors and specific variances that are never
// multiplied out.
//
// Factors are for hosts only. Where many lanes share a portfolio one of factors is a general one (general.hpp), and the
// kernels of plain ones have no code for it.
#pragma once

#include "ascent.hpp"

namespace parabola::PARABOLA_ISA {

PARABOLA_INLINE bool hasFactors(const Shared& shared) { return kLanes > 1 && shared.covariance == nullptr; }

// The memory of a plain problem whose covariance has factors, and its layout.
PARABOLA_SIZE std::size_t dualWorkspace(int n, int factors) {
  return 2 * static_cast<std::size_t>(padded(n)) + Workspace::numbersBesideFace(n) + Dual::numbers(n, factors);
}
PARABOLA_FUNCTION void layOutDual(int n, int factors, Workspace& ws, Dual& dual, double* memory) {
  memory += 2 * padded(n);
  ws.layOut(n, memory);
  dual.layOut(n, factors, memory + Workspace::numbersBesideFace(n));
  ws.dual = &dual;
}

// What a scenario with factors or specific variances of its own has in the place of the shared covariance; the first
// numbers of `memory`, that of a plain problem, are part of it.
template <class Group>
PARABOLA_FUNCTION Shared withStructure(const Group& group, const Shared& shared, const Scenario& scenario,
                                       double* memory) {
  using P = Pack<kLanes>;
  const Structure& structure = *scenario.structure;
  const int n = padded(shared.n);
  Shared own = shared;
  own.factors = structure.factors != nullptr ? structure.factors : shared.factors;
  own.factorCount = own.thinFactors = scenario.thinFactors;
  own.diagonal = structure.diagonal != nullptr ? structure.diagonal : shared.diagonal;
  own.baseDual = nullptr;
  double* const deviation = memory;
  double* const precision = memory + n;
  group.each(n, [&](auto i) {
    const P d = load(own.diagonal, i);
    P variance = d;
    for (int f = 0; f < own.factorCount; f++) {
      const P b = load(own.factors + f * own.stride, i);
      variance = fma(b, b, variance);
    }
    store(deviation, i, squareRoot(variance));
    store(precision, i, select(P(0.0) < d, P(1.0) / d, P(0.0)));
  });
  own.deviation = deviation;
  own.precision = precision;
  return own;
}

// The weights that are not zero, to ws.list and ws.amount; returns how many.
template <class Group>
PARABOLA_LARGE int listNonzero(const Group& group, Workspace& ws, const double* w) {
  using P = Pack<kLanes>;
  const int count = group.select(ws.padded, ws.list, [&](auto i) {
    const P x = load(w, i);
    return x < P(0.0) || P(0.0) < x;
  });
  group.items(count, [&](int c) { ws.amount[c] = w[ws.list[c]]; });
  return count;
}

// y += M x for a symmetric matrix M [n, stride]; x has zeros beyond n. Only columns whose x is not zero are read, where
// those are few. Uses ws.list and ws.amount.
template <class Group>
PARABOLA_LARGE void addProductOf(const Group& group, const double* matrix, long stride, const double* x, Workspace& ws,
                                 double* y) {
  const int count = listNonzero(group, ws, x);
  if (3 * count > 2 * ws.n) {
    addProduct(group, matrix, stride, x, ws.n, y);
  } else {
    addColumns(group, matrix, stride, ws.list, ws.amount, count, ws.padded, y);
  }
}

// ws.g = Sigma w - q, from the data.
template <class Group>
PARABOLA_LARGE void freshGradient(const Group& group, const Shared& shared, Workspace& ws, const double* q) {
  using P = Pack<kLanes>;
  if constexpr (kLanes > 1) {
    if (hasFactors(shared)) {
      exposuresOf(group, shared, ws.w, ws.dual->exposures);
      gradientAt(group, shared, ws.w, ws.dual->exposures, q, ws.g);
      return;
    }
  }
  group.each(ws.padded, [&](auto i) { store(ws.g, i, P(0.0) - load(q, i)); });
  addProductOf(group, shared.covariance, shared.stride, ws.w, ws, ws.g);
}
template <class Group>
PARABOLA_LARGE void freshGradient(const Group& group, const Shared& shared, Workspace& ws) {
  freshGradient(group, shared, ws, ws.q);
}

}  // namespace parabola::PARABOLA_ISA
