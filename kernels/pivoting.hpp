// Block pivoting: the fast way to the optimal face when few weights are free.
//
// A guess of the face is solved exactly; weights that leave their bounds are put on them, and weights on a bound whose
// multiplier has the wrong sign become free, many at a time; repeat until nothing changes. That is a semismooth Newton
// method on the optimality conditions (a primal-dual active set). It ends after three to ten faces, and it may cycle:
// then it gives up, and the descent, which can't, takes over.
//
// Each pass touches only the columns of Sigma whose weight is not zero, and takes the gradient fresh from the data.
#pragma once

#include "certificate.hpp"
#include "problem.hpp"
#include "projection.hpp"
#include "workspace.hpp"

namespace parabola::PARABOLA_ISA {

// A multiplier is wrong when it is so by more than the rounding of the gradient it came from.
constexpr double kMultiplierRounding = 0x1p-47;

enum class Pivoting { Optimal, GaveUp, MostAreFree };

template <class Group>
PARABOLA_INLINE void restOn(const Group&, Workspace& ws, int i, bool upper) {
  ws.w[i] = upper ? ws.upper[i] : ws.lower[i];
  ws.side[i] = ws.lower[i] == ws.upper[i] ? 0 : upper ? 1 : -1;
}

// The weights that are not zero, to ws.list and ws.amount; returns how many.
template <class Group>
PARABOLA_INLINE int listNonzero(const Group& group, Workspace& ws, const double* w) {
  using P = Pack<kLanes>;
  const int count = group.select(ws.padded, ws.list, [&](auto i) {
    const P x = load(w, i);
    return x < P(0.0) || P(0.0) < x;
  });
  group.items(count, [&](int c) { ws.amount[c] = w[ws.list[c]]; });
  return count;
}

// ws.g = Sigma w - q, from the data.
template <class Group>
PARABOLA_INLINE void freshGradient(const Group& group, const Shared& shared, Workspace& ws) {
  using P = Pack<kLanes>;
  const int count = listNonzero(group, ws, ws.w);
  group.each(ws.padded, [&](auto i) { store(ws.g, i, P(0.0) - load(ws.q, i)); });
  addColumns(group, shared.covariance, shared.stride, ws.list, ws.amount, count, ws.padded, ws.g);
}

// The weights on a bound whose multiplier is wrong, to ws.candidates; returns how many, and the largest error.
template <class Group>
PARABOLA_INLINE int wrongMultipliers(const Group& group, Workspace& ws, double nu, double& largest) {
  using P = Pack<kLanes>;
  const double floor = kMultiplierRounding * std::fabs(nu);
  const int count = group.select(ws.padded, ws.candidates, [&](auto i) {
    const P g = load(ws.g, i);
    const P q = load(ws.q, i);
    const P size = max(g, P(0.0) - g) + max(q, P(0.0) - q);
    return fma(P(kMultiplierRounding), size, P(floor)) < (g - P(nu)) * load(ws.side, i);
  });
  largest = 0;
  for (int c = 0; c < count; c++) {
    const double z = std::fabs(ws.g[ws.candidates[c]] - nu);
    largest = z > largest ? z : largest;
  }
  return count;
}

// The multiplier of the budget at ws.w: the gradient of the free weights, taken from those of the least variance, where
// it is known best; or, where none is free, the threshold of the linear program.
template <class Group>
PARABOLA_FUNCTION double budgetMultiplier(const Group& group, const Shared& shared, const Workspace& ws) {
  const Face& face = ws.face;
  if (face.size == 0) {
    return knapsackThreshold(group, ws.padded, ws.g, ws.lower, ws.upper, ws.budget);
  }
  double least = INFINITY;
  for (int c = 0; c < face.size; c++) {
    const double s = shared.deviation[face.index[c]];
    least = s < least ? s : least;
  }
  double sum = 0;
  int count = 0;
  for (int c = 0; c < face.size; c++) {
    if (shared.deviation[face.index[c]] <= 2 * least) {
      sum += ws.g[face.index[c]];
      count++;
    }
  }
  return sum / count;
}

// Whether what the certificate leaves open at ws.w, ws.g and nu is no more than rounding, and little beside the
// objective.
template <class Group>
PARABOLA_INLINE bool certified(const Group& group, const Shared& shared, const Workspace& ws, double nu) {
  const Terms t = terms(group, ws.padded, ws.w, ws.g, ws.q, shared.deviation, ws.lower, ws.upper);
  const double gap = gapBound(group, ws.padded, ws.g, nu, ws.w, ws.lower, ws.upper);
  return gap <= 0x1p-50 * t.before && gap <= 0x1p-34 * t.size;
}

// Frees the `count` candidates with the largest multipliers, at most `most` of them. A tenth of the largest is the
// least that counts: smaller ones mostly change sign once the large ones have moved.
template <class Group>
PARABOLA_FUNCTION void enter(const Group& group, Workspace& ws, double nu, double largest, int count, int most) {
  double threshold = 0.1 * largest;
  const auto above = [&](double t) {
    int a = 0;
    for (int c = 0; c < count; c++) {
      a += std::fabs(ws.g[ws.candidates[c]] - nu) >= t;
    }
    return a;
  };
  for (int round = 0; round < 20 && above(threshold) > most; round++) {
    threshold += 0.25 * (largest - threshold);
  }
  group.one([&] {
    for (int c = 0; c < count && most > 0; c++) {
      const int i = ws.candidates[c];
      if (std::fabs(ws.g[i] - nu) >= threshold) {
        ws.side[i] = 0;
        ws.face.index[ws.face.size++] = i;
        most--;
      }
    }
  });
}

// Starts from ws.side and, where a weight rests on a bound, ws.w; face.index lists the free ones. On Optimal ws.w, ws.g
// and nu are the solution. The factor of the leading `kept` free weights is there already.
template <class Group>
PARABOLA_FUNCTION Pivoting pivot(const Group& group, const Shared& shared, Workspace& ws, int kept, double& nu,
                                 int& iterations, bool mayLeave) {
  constexpr int kBlockPasses = 12;   // many at a time
  constexpr int kSinglePasses = 30;  // then one entering a pass, when none leaves
  using P = Pack<kLanes>;
  Face& face = ws.face;
  for (int pass = 0; pass < kBlockPasses + kSinglePasses; pass++) {
    if (mayLeave && face.size > ws.n / 2 && ws.n > kLanes) {
      return Pivoting::MostAreFree;
    }
    for (int r; (r = factor(group, face, Dense{shared.covariance, shared.stride, shared.sigma}, kept)) < face.size;) {
      // It depends on the others: its share is theirs to take. If that is wrong, its multiplier will say so.
      restOn(group, ws, face.index[r], false);
      face.size--;
      for (int c = r; c < face.size; c++) {
        face.index[c] = face.index[c + 1];
      }
      kept = r;
    }
    if (face.size == 0) {
      return Pivoting::GaveUp;
    }
    iterations++;

    const int k = face.size;
    group.items(k, [&](int c) { ws.w[face.index[c]] = 0; });
    const int resting = listNonzero(group, ws, ws.w);
    double total = ws.budget;
    for (int c = 0; c < resting; c++) {
      total -= ws.amount[c];
    }
    group.each(ws.padded, [&](auto i) { store(ws.g, i, P(0.0) - load(ws.q, i)); });
    addColumns(group, shared.covariance, shared.stride, ws.list, ws.amount, resting, ws.padded, ws.g);
    group.items(k, [&](int c) { ws.x[c] = -ws.g[face.index[c]]; });
    solveFace(group, face, shared.sigma, total, ws.x, ws.ones);

    bool inside = true;
    double sum = 0;
    for (int c = 0; c < k; c++) {
      const int i = face.index[c];
      inside = inside && ws.lower[i] <= ws.x[c] && ws.x[c] <= ws.upper[i];
      sum += ws.x[c];
    }
    if (inside) {
      group.items(k, [&](int c) { ws.w[face.index[c]] = ws.x[c]; });
      settle(group, ws.w, ws.lower, ws.upper, shared.deviation, face.index, k, total - sum);
      group.items(k, [&](int c) { ws.x[c] = ws.w[face.index[c]]; });
    }
    addColumns(group, shared.covariance, shared.stride, face.index, ws.x, k, ws.padded, ws.g);
    nu = budgetMultiplier(group, shared, ws);
    double largest;
    const int wrong = wrongMultipliers(group, ws, nu, largest);
    if (inside && (wrong == 0 || (pass > 3 && certified(group, shared, ws, nu)))) {
      return Pivoting::Optimal;
    }

    // Those that passed a bound leave; the order of the others, and so the factor before the first that left, stays.
    kept = k;
    if (!inside) {
      int stay = 0;
      for (int c = 0; c < k; c++) {
        const int i = face.index[c];
        if (ws.lower[i] <= ws.x[c] && ws.x[c] <= ws.upper[i]) {
          face.index[stay++] = i;
        } else {
          restOn(group, ws, i, ws.x[c] > ws.upper[i]);
          kept = kept < c ? kept : c;
        }
      }
      face.size = stay;
    }
    if (pass < kBlockPasses) {
      enter(group, ws, nu, largest, wrong, face.size / 2 > kLanes ? face.size / 2 : kLanes);
    } else if (inside) {
      enter(group, ws, nu, largest, wrong, 1);
    }
  }
  return Pivoting::GaveUp;
}

}  // namespace parabola::PARABOLA_ISA
