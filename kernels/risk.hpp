// The shared covariance as plain portfolios meet it: a matrix, or factors and specific variances that are never
// multiplied out.
//
// Factors are for hosts only. Where many lanes share a portfolio one of factors is a general one (general.hpp), and the
// kernels of plain ones have no code for it.
#pragma once

#include "problem.hpp"
#include "thin.hpp"
#include "workspace.hpp"

namespace parabola::PARABOLA_ISA {

PARABOLA_INLINE bool hasFactors(const Shared& shared) { return kLanes > 1 && shared.covariance == nullptr; }

PARABOLA_INLINE Model factorModel(const Shared& shared) {
  Model h;
  h.n = padded(shared.n);
  h.factors = shared.factors;
  h.factorStride = shared.stride;
  h.factorCount = shared.factorCount;
  h.diagonal = shared.diagonal;
  return h;
}

// The memory of a plain problem whose covariance has factors, and its layout: faces are thin, and have no dense factor.
PARABOLA_SIZE std::size_t thinWorkspace(int n, int factors) {
  const auto tail = static_cast<std::size_t>(Thin::tail(factors));
  return Workspace::numbersBesideFace(n) + Thin::numbers(n, factors) + 2 * (padded(n) + kLanes + tail);
}
PARABOLA_FUNCTION void layOutThin(int n, int factors, Workspace& ws, Thin& thin, double* memory) {
  ws.layOut(n, memory);
  memory += Workspace::numbersBesideFace(n);
  ws.thin = &thin;
  for (double** a : {&ws.x, &ws.ones}) {
    *a = memory;
    memory += ws.padded + kLanes + Thin::tail(factors);
  }
  thin.layOut(n, factors, memory);
}

template <class Group>
PARABOLA_FUNCTION void addFactors(const Group& group, const Shared& shared, const int* list, const double* amount,
                                  int count, double* y) {
  if (count > 0) {
    addProduct(group, factorModel(shared), list, amount, count, nullptr, y);
  }
}

// y += Sigma x, x being amount[c] at list[c] and zero elsewhere; amount has room for kLanes more than n.
template <class Group>
PARABOLA_LARGE void addRisk(const Group& group, const Shared& shared, const int* list, const double* amount, int count,
                            int n, double* y) {
  if constexpr (kLanes > 1) {
    if (hasFactors(shared)) {
      addFactors(group, shared, list, amount, count, y);
      return;
    }
  }
  addColumns(group, shared.covariance, shared.stride, list, amount, count, n, y);
}

// Factors the system of ws.face.index, as factor() in face.hpp says. Thin ones keep no columns.
template <class Group>
PARABOLA_LARGE int factorRisk(const Group& group, const Shared& shared, Workspace& ws, int kept) {
  if constexpr (kLanes > 1) {
    if (hasFactors(shared)) {
      return factorThin(group, *ws.thin, ws.face, factorModel(shared), nullptr);
    }
  }
  return factor(group, ws.face, Dense{shared.covariance, shared.stride, shared.sigma}, kept);
}

// As solveFace() in face.hpp, of a thin face.
template <class Group>
PARABOLA_FUNCTION double solveThinFace(const Group& group, const Thin& thin, const Face& face, double total, double* x,
                                       double* ones) {
  using P = Pack<kLanes>;
  const int rows = padded(face.size);
  group.items(face.size, [&](int c) { ones[c] = 1; });
  lowerThin(group, thin, face, x);
  lowerThin(group, thin, face, ones);
  double across;
  double square;
  group.sums(rows + Thin::tail(thin.count), across, square, [&](auto i, P& a, P& b) {
    const P e = load(ones, i);
    a = fma(e, load(x, i), a);
    b = fma(e, e, b);
  });
  const double nu = (total - across) / square;
  group.each(rows, [&](auto i) { store(x, i, fma(P(nu), load(ones, i), load(x, i))); });
  upperThin(group, face, x);
  return nu;
}

// Solves Sigma_FF x - nu 1 = b, 1'x = total on the face that factorRisk() factored: ws.x is b on entry and x on return.
template <class Group>
PARABOLA_LARGE void solveRisk(const Group& group, const Shared& shared, Workspace& ws, double total) {
  if constexpr (kLanes > 1) {
    if (hasFactors(shared)) {
      solveThinFace(group, *ws.thin, ws.face, total, ws.x, ws.ones);
      return;
    }
  }
  solveFace(group, ws.face, shared.sigma, total, ws.x, ws.ones);
}

}  // namespace parabola::PARABOLA_ISA
