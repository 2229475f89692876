// Portfolios of a factor covariance by Newton's method on their dual.
//
// The dual is concave, and quadratic as long as the same weights are inside their bounds: a step of Newton's method
// goes to the optimum of the quadratic at hand, and the right one has been found when those weights stay the same,
// after three to six passes over the assets. Steps that go too far are shortened. Where specific variances are next to
// nothing beside the others, or risk beside the expected returns, the slope is all steps: then it may give up, and the
// general solver, which does not divide by specific variances, has the portfolio.
//
// Formula: the semismooth Newton method of Qi and Sun (1993).
#pragma once

#include "dual.hpp"
#include "projection.hpp"

namespace parabola::PARABOLA_ISA {

// What a batch starts from, to the first three arrays of `dual`: the base scenario's weights.
template <class Group>
PARABOLA_FUNCTION void startDual(const Group& group, const Shared& shared, Dual& dual) {
  clearCurvature(group, dual);
  for (int c = 0; c < shared.baseFree; c++) {
    dual.changed[c] = shared.baseIndex[c];
  }
  renewCurvature(group, shared, dual, shared.baseFree);
  exposuresOf(group, shared, shared.baseWeights, dual.at);
  dual.at[dual.factors] = *shared.basePrices.budget;
}

// Sets nu to where the weights meet the budget, given y.
template <class Group>
PARABOLA_FUNCTION void meetBudget(const Group& group, const Shared& shared, Workspace& ws, Dual& dual) {
  using P = Pack<kLanes>;
  gradientAt(group, shared, shared.zeros, dual.at, ws.q, ws.a);
  group.each(ws.padded, [&](auto i) {
    const P precision = load(shared.precision, i);
    const P s = select(P(0.0) < precision, precision, P(1.0));  // padding has none
    store(ws.a, i, (P(0.0) - load(ws.a, i)) * s);
    store(ws.b, i, s);
  });
  dual.at[dual.factors] = project(group, ws.padded, ws.a, ws.b, ws.lower, ws.upper, ws.budget, ws.w);
}

// The optimum without correlations, to ws.w.
template <class Group>
PARABOLA_FUNCTION void solveDiagonal(const Group& group, const Shared& shared, Workspace& ws) {
  using P = Pack<kLanes>;
  group.each(ws.padded, [&](auto i) {
    const P d = load(shared.deviation, i);
    const P s = select(P(0.0) < d, P(1.0) / (d * d), P(1.0));
    store(ws.b, i, s);
    store(ws.a, i, load(ws.q, i) * s);
  });
  project(group, ws.padded, ws.a, ws.b, ws.lower, ws.upper, ws.budget, ws.w);
}

// How far to go along a step that has the slope `before` at its start, 1 being all of it: to where half of the slope is
// left at most. Slopes fall along a step, so that is bracketed, and found by the secants of the Illinois method.
class StepLength {
 public:
  StepLength() = default;
  explicit StepLength(double slope) : before(slope), reach(1), nearSlope_(slope) {}

  // Whether `after`, the slope at `reach`, will do; else moves `reach`. A whole step may leave as much as there was.
  bool suffices(double after) {
    const bool beyond = after < -0.5 * before;
    if (!beyond && (far_ == INFINITY || after <= 0.5 * before)) {
      return true;
    }
    if (beyond) {
      nearSlope_ *= lastWasFar_ ? 0.5 : 1;
      far_ = reach;
      farSlope_ = after;
    } else {
      farSlope_ *= lastWasFar_ ? 1 : 0.5;
      near_ = reach;
      nearSlope_ = after;
    }
    lastWasFar_ = beyond;
    reach = near_ + (far_ - near_) * nearSlope_ / (nearSlope_ - farSlope_);
    return false;
  }

  double before = 0;
  double reach = 0;

 private:
  double near_ = 0, nearSlope_ = 0, far_ = INFINITY, farSlope_ = 0;
  bool lastWasFar_ = false;
};

// Sets dual.at to where the search for what was read starts, and M to what belongs to it.
template <class Group>
PARABOLA_FUNCTION void beginDual(const Group& group, const Shared& shared, const Scenario& scenario, Workspace& ws) {
  Dual& dual = *ws.dual;
  if (scenario.start == nullptr && shared.baseSide != nullptr) {
    if (shared.baseDual != nullptr) {
      std::memcpy(dual.at, shared.baseDual, sizeof(double) * Dual::startNumbers(ws.n, dual.factors));
    } else {
      startDual(group, shared, dual);
    }
    dual.at[dual.factors] /= scenario.riskAversion;
    return;
  }
  clearCurvature(group, dual);
  if (scenario.start != nullptr) {
    group.items(ws.padded, [&](int i) { ws.w[i] = i < ws.n ? scenario.start[i] : 0; });
    group.each(ws.padded,
               [&](auto i) { store(ws.w, i, min(max(load(ws.w, i), load(ws.lower, i)), load(ws.upper, i))); });
  } else {
    solveDiagonal(group, shared, ws);
  }
  exposuresOf(group, shared, ws.w, dual.at);
  meetBudget(group, shared, ws, dual);
}

// What the dual's point leaves to do once its weights are there: shares out what rounding left of the budget over the
// weights inside their bounds, and takes the gradient from the data. Returns nu.
template <class Group>
PARABOLA_FUNCTION double finishDual(const Group& group, const Shared& shared, Workspace& ws) {
  using P = Pack<kLanes>;
  const Dual& dual = *ws.dual;
  const double all = dual.curvature[dual.factors * dual.stride + dual.factors];
  const double each = all > 0 ? dual.slope[dual.factors] / all : 0;
  group.each(ws.padded, [&](auto i) {
    const P w = load(ws.w, i);
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    const P x = min(max(fma(P(each), load(shared.precision, i), w), l), u);
    store(ws.w, i, select(l < w && w < u, x, w));
  });
  exposuresOf(group, shared, ws.w, dual.exposures);
  gradientAt(group, shared, ws.w, dual.exposures, ws.q, ws.g);
  return dual.at[dual.factors] + each;
}

// Finds the optimum of what was read: ws.w, ws.g and nu. Returns false if it was not found; then ws.w is near, and
// meets the budget.
template <class Group>
PARABOLA_FUNCTION bool solveDual(const Group& group, const Shared& shared, const Scenario& scenario, Workspace& ws,
                                 double& nu, int& iterations) {
  constexpr int kMostPasses = 24;
  constexpr double kExact = 0x1p-20;     // what a step may leave of its slope where M was right
  constexpr double kRounding = 0x1p-90;  // of the dual's size: a gain that small is none
  Dual& dual = *ws.dual;
  const int k = dual.factors;
  const auto slopeAlong = [&](const double* step) {
    double sum = 0;
    for (int f = 0; f < dual.size; f++) {
      sum += dual.slope[f] * step[f];
    }
    return sum;
  };
  const auto move = [&](double share) {
    for (int f = 0; f < dual.size; f++) {
      dual.at[f] += share * dual.step[f];
    }
  };
  beginDual(group, shared, scenario, ws);
  StepLength step;
  bool renewed = false;  // M, for want of digits
  bool met = false;      // the budget, by nu alone
  for (int pass = 0; pass < kMostPasses; pass++) {
    int changed = weigh(group, shared, ws, dual);
    iterations++;
    if (step.reach > 0) {
      const double after = slopeAlong(dual.step);
      const bool whole = step.reach == 1;
      double size = std::fabs(dual.at[k] * ws.budget);
      for (int f = 0; f < k; f++) {
        size = fma(dual.at[f], dual.at[f], size);
      }
      if (changed == 0 && ((whole && std::fabs(after) <= kExact * step.before) || step.before <= kRounding * size)) {
        nu = finishDual(group, shared, ws);
        return true;
      }
      if (const double reached = step.reach; !step.suffices(after)) {
        move(step.reach - reached);
        continue;
      }
      if (changed == 0 && whole) {
        // M has lost its digits to weights that left.
        if (renewed) {
          break;
        }
        clearCurvature(group, dual);
        changed = listChanged(group, dual);
        renewed = true;
      }
    }
    renewCurvature(group, shared, dual, changed);
    if (!solveCurvature(group, dual)) {
      // As if none were inside its bounds.
      if (std::fabs(dual.slope[k]) > 0x1p-50 * std::fabs(ws.budget)) {
        if (met) {
          break;
        }
        meetBudget(group, shared, ws, dual);
        met = true;
        step = StepLength();
        continue;
      }
      std::memcpy(dual.step, dual.slope, sizeof(double) * k);
      dual.step[k] = 0;
    }
    met = false;
    step = StepLength(slopeAlong(dual.step));
    move(1);
  }
  meetBudget(group, shared, ws, dual);
  return false;
}

// A Newton step from ws.w, ws.g and nu over the weights inside their bounds. What is left of the gradient there is
// small, so that its correction has the digits that the weights lack.
template <class Group>
PARABOLA_FUNCTION void refineDual(const Group& group, const Shared& shared, Workspace& ws, double nu) {
  using P = Pack<kLanes>;
  Dual& dual = *ws.dual;
  double* const own = ws.a;
  double* const common = ws.x;
  double sum;
  double moved;
  group.sums(ws.padded, sum, moved, [&](auto i, P& a, P& b) {
    const P w = load(ws.w, i);
    const auto inside = load(ws.lower, i) < w && w < load(ws.upper, i);
    dual.inside[i.at / kLanes] = static_cast<unsigned char>(bits(inside.r[0]));
    const P x = select(inside, (P(nu) - load(ws.g, i)) * load(shared.precision, i), P(0.0));
    store(own, i, x);
    a = a + w;
    b = b + x;
  });
  clearCurvature(group, dual);
  renewCurvature(group, shared, dual, listChanged(group, dual));
  exposuresOf(group, shared, own, dual.slope);
  dual.slope[dual.factors] = ws.budget - sum - moved;
  if (!solveCurvature(group, dual)) {
    return;
  }
  gradientAt(group, shared, shared.zeros, dual.step, nullptr, common);
  const P rise(dual.step[dual.factors]);
  group.each(ws.padded, [&](auto i) {
    const P w = load(ws.w, i);
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    const P x = w + fma(rise - load(common, i), load(shared.precision, i), load(own, i));
    store(ws.w, i, select(l < w && w < u, min(max(x, l), u), w));
  });
}

}  // namespace parabola::PARABOLA_ISA
