// Block pivoting on the bounds instead of the free weights, for portfolios with most weights free.
//
// With the batch's inverse P (inverse.hpp) and the set A of weights that rest on bounds, the optimum is
//
//     w = u + P_A lambda,   u = P q + budget M1 / 1'M1,   P_AA lambda = bound_A - u_A
//
// lambda being the multipliers of the bounds. A small factor again, of P_AA, and the columns of A only.
#pragma once

#include "pivoting.hpp"

namespace parabola::PARABOLA_ISA {

// ws.w = u + P_A lambda for face.index = A, less the bounds that depend on the others; ws.x is lambda.
template <class Group>
PARABOLA_FUNCTION void solveBounds(const Group& group, const Shared& shared, Workspace& ws, const double* u,
                                   int& kept) {
  Face& face = ws.face;
  for (int r; (r = factor(group, face, Dense{shared.inverse, shared.stride, 0}, kept)) < face.size;) {
    // The budget and the other bounds fix this weight: it need not be held.
    group.one([&] { ws.side[face.index[r]] = 0; });
    group.takeOut(face.size--, face.index, r);
    kept = r;
  }
  const int k = face.size;
  group.items(k, [&](int c) {
    const int i = face.index[c];
    ws.x[c] = (ws.side[i] > 0 ? ws.upper[i] : ws.lower[i]) - u[i];
  });
  solveLower(group, face, k, ws.x);
  solveUpper(group, face, k, ws.x);
  group.each(ws.padded, [&](auto i) { store(ws.w, i, load(u, i)); });
  addColumns(group, shared.inverse, shared.stride, face.index, ws.x, k, ws.padded, ws.w);
}

// Starts from ws.side, if that is a guess. On Optimal ws.w, ws.g and nu are the solution; MostAreFree never; on GaveUp
// ws.w is a guess.
template <class Group>
PARABOLA_FUNCTION Pivoting pivotBounds(const Group& group, const Shared& shared, Workspace& ws, double& nu,
                                       int& iterations, bool guessed) {
  constexpr int kPasses = 30;
  constexpr int kUpdates = 8;  // that many columns are cheaper to take out of the factor than to leave out of a new one
  using P = Pack<kLanes>;
  Face& face = ws.face;
  double* u = ws.a;
  const int n = ws.padded;
  group.items(ws.n, [&](int i) { ws.list[i] = i; });
  group.each(n, [&](auto i) { store(u, i, P(ws.budget) * load(shared.balanced, i)); });
  addColumns(group, shared.inverse, shared.stride, ws.list, ws.q, ws.n, n, u);
  const double size = group.largest(ws.n, 0, [&](int i) { return std::fabs(ws.q[i]); });
  if (!guessed) {
    // Where nothing is known, those that pass their bounds by the most when there are none.
    const auto excess = [&](int i) {
      const double below = ws.lower[i] - u[i];
      const double above = u[i] - ws.upper[i];
      return below > above ? below : above;
    };
    double threshold = 0;
    for (int round = 0, count = ws.n; round < 20 && count > ws.n / 3; round++) {
      const auto passes = [&](int i) { return excess(i) > threshold; };
      const double sum = group.accumulate(ws.n, 0, [&](int i, double s) { return passes(i) ? s + excess(i) : s; });
      count = group.count(ws.n, passes);
      if (count > ws.n / 3) {
        threshold = sum / count;
      }
    }
    group.items(ws.n, [&](int i) {
      ws.side[i] = excess(i) <= threshold || ws.lower[i] == ws.upper[i] ? 0 : u[i] > ws.upper[i] ? 1 : -1;
    });
  }
  const auto held = [&](int i) { return ws.side[i] != 0 || ws.lower[i] == ws.upper[i]; };
  face.size = group.choose(ws.n, face.index, ws.n, [&](int i) { return held(i) ? i : -1; });
  int kept = 0;
  int fewest = ws.n + 1;
  int patience = 4;
  bool single = false;
  for (int pass = 0; pass < kPasses; pass++) {
    if (face.size > 3 * ws.n / 4) {
      return Pivoting::GaveUp;  // few are free: the other form is the cheaper one
    }
    iterations++;
    solveBounds(group, shared, ws, u, kept);
    const int k = face.size;
    // Bounds whose multiplier has the wrong sign are released.
    int released = group.choose(k, ws.candidates, single ? 1 : k, [&](int c) {
      const int i = face.index[c];
      return ws.lower[i] < ws.upper[i] && ws.x[c] * ws.side[i] > kMultiplierRounding * size ? c : -1;
    });
    group.items(released, [&](int r) { ws.side[face.index[ws.candidates[r]]] = 0; });
    int changes = released;
    if (released <= kUpdates) {
      while (released > 0) {
        removeIndex(group, face, ws.candidates[--released], ws.ones);
      }
      kept = face.size;
    } else {
      kept = ws.candidates[0];
      face.size = group.keep(k, face.index, [&](int c) { return held(face.index[c]); });
    }
    // Weights beyond their bounds are held.
    const int beyond = group.select(n, ws.candidates, [&](auto i) {
      const P w = load(ws.w, i);
      const P l = load(ws.lower, i);
      const P h = load(ws.upper, i);
      const P slack = P(0x1p-49) * max(max(l, P(0.0) - l), max(h, P(0.0) - h));
      return w < l - slack || h + slack < w;
    });
    int* const entering = face.index + face.size;
    const int most = !single ? beyond : changes > 0 ? 0 : 1;
    const int many = group.choose(beyond, entering, most, [&](int c) {
      const int i = ws.candidates[c];
      return held(i) ? -1 : i;
    });
    group.items(many, [&](int c) {
      const int i = entering[c];
      ws.side[i] = ws.w[i] > ws.upper[i] ? 1 : -1;
    });
    face.size += many;
    changes += many;
    if (changes == 0) {
      break;
    }
    if (pass + 1 == kPasses) {
      return Pivoting::GaveUp;
    }
    // Changing many at a time may cycle: when their number has not fallen for a while, one at a time.
    if (changes < fewest) {
      fewest = changes;
      patience = 4;
    } else if (--patience < 0) {
      single = true;
    }
  }

  // Exactly on the bounds and the budget; then the gradient from the data, and the error of P mended by its own use.
  for (int round = 0;; round++) {
    group.each(n, [&](auto i) { store(ws.w, i, min(max(load(ws.w, i), load(ws.lower, i)), load(ws.upper, i))); });
    group.items(face.size, [&](int c) {
      const int i = face.index[c];
      ws.w[i] = ws.side[i] > 0 ? ws.upper[i] : ws.lower[i];
    });
    const int open = group.select(n, ws.candidates, [&](auto i) {
      const P w = load(ws.w, i);
      return load(ws.lower, i) < w && w < load(ws.upper, i);
    });
    settle(group, ws.w, ws.lower, ws.upper, shared.deviation, ws.candidates, open,
           ws.budget - group.sum(n, [&](auto i) { return load(ws.w, i); }));
    freshGradient(group, shared, ws);
    nu = group.accumulate(open, 0, [&](int c, double s) { return s + ws.g[ws.candidates[c]] / open; });
    const double worst = group.largest(open, 0, [&](int c) { return std::fabs(ws.g[ws.candidates[c]] - nu); });
    if (open == 0) {
      return Pivoting::GaveUp;
    }
    if (round == 3 || worst <= 0x1p-44 * (size + std::fabs(nu))) {
      double largest;
      const int wrong = wrongMultipliers(group, ws, nu, largest);
      return wrong == 0 || certified(group, shared, ws, nu) ? Pivoting::Optimal : Pivoting::GaveUp;
    }
    // Newton's step for the rest: q there is what is left of the gradient.
    double* r = ws.amount;
    group.items(open, [&](int c) { r[c] = nu - ws.g[ws.candidates[c]]; });
    group.each(n, [&](auto i) { store(u, i, load(ws.w, i)); });
    addColumns(group, shared.inverse, shared.stride, ws.candidates, r, open, n, u);
    int all = face.size;
    solveBounds(group, shared, ws, u, all);
  }
}

}  // namespace parabola::PARABOLA_ISA
