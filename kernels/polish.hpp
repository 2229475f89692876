// The last step: weights as clean as their data allows, and the smallest gap that can be shown for them.
#pragma once

#include "descent.hpp"

namespace parabola::PARABOLA_ISA {

// Of the objective: smaller gaps are left as they are. Those of the dual's weights have fewer digits, and a step that
// mends them is cheap.
constexpr double kClean = 0x1p-40;
constexpr double kCleanDual = 0x1p-46;

// The size of the portfolio, against which rounding of weights is measured.
template <class Group>
PARABOLA_LARGE double grossExposure(const Group& group, const Workspace& ws) {
  const double gross = group.sum(ws.padded, [&](auto i) {
    const auto w = load(ws.w, i);
    return max(w, Pack<kLanes>(0.0) - w);
  });
  return gross > std::fabs(ws.budget) ? gross : std::fabs(ws.budget);
}

template <class Group>
PARABOLA_LARGE double budgetError(const Group& group, const Workspace& ws) {
  return ws.budget - group.sum(ws.padded, [&](auto i) { return load(ws.w, i); });
}

// Puts weights within rounding of a bound or of zero there. Returns how many.
template <class Group>
PARABOLA_FUNCTION int snap(const Group& group, Workspace& ws) {
  using P = Pack<kLanes>;
  const double gross = grossExposure(group, ws);
  // A budget of zero may leave no gross exposure to measure by, but bounds have a width.
  const double speck = 0x1p-50 * gross > 0x1p-90 * ws.width ? 0x1p-50 * gross : 0x1p-90 * ws.width;
  const auto near = [&](P x) { return max(x, P(0.0) - x) < P(speck); };
  const int count = group.select(ws.padded, ws.candidates, [&](auto i) {
    const P w = load(ws.w, i);
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    const auto speckle = (w < P(0.0) || P(0.0) < w) && near(w);
    return (l < w && w < u) && (near(w - l) || near(w - u) || speckle);
  });
  group.items(count, [&](int c) {
    const int i = ws.candidates[c];
    const double w = ws.w[i];
    ws.w[i] = w - ws.lower[i] < speck ? ws.lower[i] : ws.upper[i] - w < speck ? ws.upper[i] : 0;
  });
  return count;
}

// Gives what is missing of the budget to the calmest weight strictly inside its bounds; failing that, to any. Returns
// whether a weight changed.
template <class Group>
PARABOLA_FUNCTION bool settleBudget(const Group& group, const Shared& shared, Workspace& ws) {
  using P = Pack<kLanes>;
  double gross;
  double held;
  group.sums(ws.padded, gross, held, [&](auto i, P& a, P& b) {
    const P w = load(ws.w, i);
    a = a + max(w, P(0.0) - w);
    b = b + w;
  });
  const double rounding = 0x1p-52 * (gross > std::fabs(ws.budget) ? gross : std::fabs(ws.budget));
  if (std::fabs(ws.budget - held) <= rounding) {
    return false;
  }
  listFree(group, ws);
  settle(group, ws.w, ws.lower, ws.upper, shared.deviation, ws.face.index, ws.face.size, budgetError(group, ws));
  if (const double left = budgetError(group, ws); std::fabs(left) > rounding) {
    group.items(ws.n, [&](int i) { ws.list[i] = i; });
    settle(group, ws.w, ws.lower, ws.upper, shared.deviation, ws.list, ws.n, left);
  }
  return true;
}

// A Newton step over the weights inside their bounds, from the gradient as it is.
template <class Group>
PARABOLA_FUNCTION void stepOnFace(const Group& group, const Shared& shared, Workspace& ws, double nu) {
  if constexpr (kLanes > 1) {
    if (hasFactors(shared)) {
      refineDual(group, shared, ws, nu);
      return;
    }
  }
  listFree(group, ws);
  minimiseOnFace(group, shared, ws);
}

// From ws.w, ws.g and nu; returns the gap, and leaves the objective's terms in t.
template <class Group>
PARABOLA_FUNCTION double polish(const Group& group, const Shared& shared, Workspace& ws, double& nu, Terms& t) {
  constexpr int kRounds = 4;
  const int n = ws.padded;
  const auto bound = [&](double multiplier) { return gapBound(group, n, ws.g, multiplier, ws.w, ws.lower, ws.upper); };
  double gap;
  // At the weights as they are; leaves t and gap too.
  const auto relative = [&] {
    t = terms(group, n, ws.w, ws.g, nu, ws.q, shared.deviation, ws.lower, ws.upper);
    gap = t.gap;
    return gap == 0 ? 0 : gap / t.size;
  };
  const auto renew = [&] {
    freshGradient(group, shared, ws);
    listFree(group, ws);
    nu = budgetMultiplier(group, shared, ws);
  };
  if (settleBudget(group, shared, ws)) {
    renew();
  }
  const double unsnapped = relative();
  group.each(n, [&](auto i) { store(ws.b, i, load(ws.w, i)); });
  if (snap(group, ws) > 0) {
    settleBudget(group, shared, ws);
    renew();
    // Beside an asset of next to no variance, specks of the others are part of the optimum.
    if (const double snapped = relative(); snapped > kClean && !(snapped <= unsnapped)) {
      group.each(n, [&](auto i) { store(ws.w, i, load(ws.b, i)); });
      renew();
      relative();
    }
  }
  const double clean = hasFactors(shared) ? kCleanDual : kClean;
  for (int round = 0;
       round < kRounds && gap > clean * (t.quadratic > std::fabs(t.linear) ? t.quadratic : std::fabs(t.linear));
       round++) {
    // The linear program's own multiplier gives the smallest gap of all.
    const double threshold = knapsackThreshold(group, n, ws.g, ws.lower, ws.upper, ws.budget);
    if (const double other = bound(threshold); other < gap) {
      gap = other;
      nu = threshold;
    }
    group.each(n, [&](auto i) { store(ws.b, i, load(ws.w, i)); });
    stepOnFace(group, shared, ws, nu);
    snap(group, ws);
    settleBudget(group, shared, ws);
    freshGradient(group, shared, ws);
    listFree(group, ws);
    double refined = budgetMultiplier(group, shared, ws);
    const double lowest = knapsackThreshold(group, n, ws.g, ws.lower, ws.upper, ws.budget);
    refined = bound(lowest) < bound(refined) ? lowest : refined;
    if (bound(refined) >= gap) {
      group.each(n, [&](auto i) { store(ws.w, i, load(ws.b, i)); });
      freshGradient(group, shared, ws);
      break;
    }
    nu = refined;
    t = terms(group, n, ws.w, ws.g, nu, ws.q, shared.deviation, ws.lower, ws.upper);
    gap = t.gap;
  }
  return gap;
}

}  // namespace parabola::PARABOLA_ISA
