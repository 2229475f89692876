// Descent: projected gradient to find the face, Newton's method on it, and never a step that raises the objective.
//
// Slower than block pivoting, and it cannot cycle: each face it leaves has a strictly lower objective than the one
// before. It takes over where pivoting gives up: dependent assets, ties, flat directions.
#pragma once

#include "pivoting.hpp"

namespace parabola::PARABOLA_ISA {

// The largest step in [0, most] along d (over face.index, d and the weights in the face's order) that stays inside the
// bounds, and the position of the weight that stops it (-1: none).
template <class Group>
PARABOLA_FUNCTION double ratioTest(const Group& group, const Workspace& ws, const double* d, int count, double most,
                                   int& blocking) {
  const Best nearest = group.best(count, -most, [&](int c) {
    const int i = ws.face.index[c];
    const double room = d[c] > 0 ? ws.upper[i] - ws.w[i] : ws.lower[i] - ws.w[i];
    return d[c] == 0 ? -INFINITY : -(room / d[c]);
  });
  blocking = nearest.at;
  return nearest.value > 0 ? 0 : -nearest.value;
}

template <class Group>
PARABOLA_FUNCTION void takeStep(const Group& group, Workspace& ws, const double* d, int count, double step,
                                int blocking) {
  group.items(count, [&](int c) {
    const int i = ws.face.index[c];
    const double x = ws.w[i] + step * d[c];
    ws.w[i] = c == blocking     ? (d[c] > 0 ? ws.upper[i] : ws.lower[i])
              : x < ws.lower[i] ? ws.lower[i]
              : x > ws.upper[i] ? ws.upper[i]
                                : x;
  });
}

// Minimises over the face that face.index lists, dropping weights that reach a bound, until the whole Newton step is
// taken. ws.g is the gradient on entry; it is not kept up to date.
template <class Group>
PARABOLA_FUNCTION void minimiseOnFace(const Group& group, const Shared& shared, Workspace& ws) {
  Face& face = ws.face;
  double* r = ws.a;  // gradient on the face, in the face's order
  double* d = ws.x;
  group.items(face.size, [&](int c) { r[c] = ws.g[face.index[c]]; });
  int kept = 0;
  while (face.size > 0) {
    const int p = factor(group, face, Dense{shared.covariance, shared.stride, shared.sigma}, kept);
    const int k = face.size;
    int blocking;
    if (p < k) {
      // Index p depends on those before it: L L'y = column p gives a direction without curvature, whose weights sum to
      // zero. The objective is linear along it: go downhill until a bound stops it.
      const double* h = shared.covariance + face.index[p] * shared.stride;
      group.items(p, [&](int c) { d[c] = -(h[face.index[c]] + shared.sigma); });
      solveLower(group, face, p, d);
      solveUpper(group, face, p, d);
      const double slope = group.accumulate(p, r[p], [&](int c, double s) { return s + r[c] * d[c]; });
      group.items(p + 1, [&](int c) {
        const double along = c == p ? 1 : d[c];
        d[c] = slope > 0 ? -along : along;
      });
      const double step = ratioTest(group, ws, d, p + 1, INFINITY, blocking);
      takeStep(group, ws, d, p + 1, step, blocking);
      kept = blocking < p ? blocking : p;
    } else {
      const double mean = group.accumulate(k, 0, [&](int c, double s) { return s + r[c] / k; });
      group.items(k, [&](int c) { d[c] = mean - r[c]; });
      const double nu = mean + solveFace(group, face, shared.sigma, 0, d, ws.ones);
      const double step = ratioTest(group, ws, d, k, 1, blocking);
      takeStep(group, ws, d, k, step, blocking);
      if (blocking < 0) {
        return;
      }
      group.items(k, [&](int c) { r[c] += step * (nu - r[c]); });
    }
    group.one([&] { restOn(ws, face.index[blocking], d[blocking] > 0); });
    group.takeOut(k, r, blocking);
    if (p == k) {
      removeIndex(group, face, blocking, ws.ones);
      kept = face.size;
    } else {
      group.takeOut(face.size--, face.index, blocking);
    }
  }
}

template <class Group>
PARABOLA_FUNCTION void listFree(const Group& group, Workspace& ws) {
  using P = Pack<kLanes>;
  ws.face.size = group.select(ws.padded, ws.face.index, [&](auto i) {
    const P w = load(ws.w, i);
    return load(ws.lower, i) < w && w < load(ws.upper, i);
  });
  group.each(ws.padded, [&](auto i) {
    const P w = load(ws.w, i);
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    store(ws.side, i, select(w < u, select(l < w, P(0.0), P(-1.0)), select(l < w, P(1.0), P(0.0))));
  });
}

// Frees the pair of weights between which moving budget gains the most: the smallest gradient among those that may
// rise, the largest among those that may fall. The step it starts cannot be blocked by either.
template <class Group>
PARABOLA_FUNCTION void releasePair(const Group& group, Workspace& ws) {
  const int rise = group.best(ws.n, -INFINITY, [&](int i) { return ws.w[i] < ws.upper[i] ? -ws.g[i] : -INFINITY; }).at;
  const int fall = group.best(ws.n, -INFINITY, [&](int i) { return ws.w[i] > ws.lower[i] ? ws.g[i] : -INFINITY; }).at;
  for (const int i : {rise, fall}) {
    if (i >= 0 && (ws.w[i] == ws.lower[i] || ws.w[i] == ws.upper[i])) {
      group.one([&] {
        ws.side[i] = 0;
        ws.face.index[ws.face.size] = i;
      });
      ws.face.size++;
    }
  }
}

// Starts from any feasible ws.w. On return ws.w and ws.g are the best found, nu the multiplier of the budget.
template <class Group>
PARABOLA_FUNCTION void descend(const Group& group, const Shared& shared, Workspace& ws, double& nu, int& iterations) {
  using P = Pack<kLanes>;
  const int n = ws.padded;
  double* v = ws.a;
  double* hd = ws.b;
  double step = 0;  // the projected gradient's, from the last one's curvature (Barzilai and Borwein)
  const int limit = 100 + 10 * ws.n;
  constexpr int kPatience = 20;  // passes without a lower objective: what is left is rounding
  double lowest = INFINITY;
  int patience = kPatience;
  for (int pass = 0; pass < limit; pass++) {
    iterations++;
    freshGradient(group, shared, ws);
    listFree(group, ws);
    if (pass > 0) {
      nu = budgetMultiplier(group, shared, ws);
      double largest;
      const int wrong = wrongMultipliers(group, ws, nu, largest);
      const Terms t = terms(group, n, ws.w, ws.g, nu, ws.q, shared.deviation, ws.lower, ws.upper);
      const double objective = 0.5 * t.quadratic - t.linear;
      patience = objective < lowest ? kPatience : patience - 1;
      lowest = objective < lowest ? objective : lowest;
      if (wrong == 0 || patience == 0 || certified(group, shared, ws, nu)) {
        return;
      }
      if (pass % 2 == 0) {
        releasePair(group, ws);
        minimiseOnFace(group, shared, ws);
        continue;
      }
    }
    if (!(step > 0)) {
      const double deepest = -group.minimum(n, [&](auto i) { return P(0.0) - load(shared.deviation, i); });
      const double largest = deepest * deepest;
      step = largest > 0 ? 1 / largest : 1;
    }
    group.each(n, [&](auto i) { store(v, i, fma(P(-step), load(ws.g, i), load(ws.w, i))); });
    group.each(n, [&](auto i) { store(hd, i, P(1.0)); });
    project(group, n, v, hd, ws.lower, ws.upper, ws.budget, v);
    // Only the columns of the weights that move are touched.
    group.each(n, [&](auto i) { store(v, i, load(v, i) - load(ws.w, i)); });
    const int moved = listNonzero(group, ws, v);
    group.each(n, [&](auto i) { store(hd, i, P(0.0)); });
    addColumns(group, shared.covariance, shared.stride, ws.list, ws.amount, moved, n, hd);
    double slope;
    double curvature;
    group.sums(n, slope, curvature, [&](auto i, P& x, P& y) {
      x = fma(load(ws.g, i), load(v, i), x);
      y = fma(load(hd, i), load(v, i), y);
    });
    if (!(slope < 0)) {
      step = 0;
      releasePair(group, ws);
      minimiseOnFace(group, shared, ws);
      continue;
    }
    const double square = group.sum(n, [&](auto i) { return load(v, i) * load(v, i); });
    step = curvature > 0 ? square / curvature : 10 * step;
    const double length = curvature > 0 && -slope < curvature ? -slope / curvature : 1;
    group.each(n, [&](auto i) {
      const P x = fma(P(length), load(v, i), load(ws.w, i));
      store(ws.w, i, min(max(x, load(ws.lower, i)), load(ws.upper, i)));
    });
    group.each(n, [&](auto i) { store(ws.g, i, fma(P(length), load(hd, i), load(ws.g, i))); });
    listFree(group, ws);
    minimiseOnFace(group, shared, ws);
  }
}

}  // namespace parabola::PARABOLA_ISA
