// Power costs of trading, |w - w0|^p: linear and quadratic ones, again and again.
#pragma once

#include "refine.hpp"

namespace parabola::PARABOLA_ISA {

// Pivoting with power costs. At a trade of size x the cost is, but for a constant, s |x| + 1/2 D x^2 to second order,
// with D = phi''(x) and s = phi'(x) - D x >= 0: a linear and a quadratic cost. Newton's method over those, each step
// solved by pivoting from the one before. A weight that rests on its current one is given the size that its multiplier
// asks for. `keep` are three arrays [padded] for the rates that are the portfolio's own. Returns the gap, with ws.w and
// p.at.
template <class Group>
PARABOLA_FUNCTION double pivotPowers(const Group& group, Program& p, double* const keep[3], GeneralTerms& t,
                                     int& iterations) {
  constexpr int kRounds = 40;
  constexpr int kPasses = 24;
  constexpr int kSlow = 8;
  constexpr double kNear = 3e-2;
  constexpr double kSpeck = 1e-6;
  constexpr double kLeast = 1e-4;
  constexpr double kMost = 0x1p200;
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const Model model = p.model;
  const bool trades = p.trades;
  const double* w0 = p.limits.current;
  const double e = p.limits.exponent;
  double* const own = keep[2];
  group.each(n, [&](auto i) {
    store(keep[0], i, load(p.buy, i));
    store(keep[1], i, load(p.sell, i));
    store(own, i, load(ws.q, i));
  });
  double* const size = p.best[kBest];
  const double typical = p.typical;
  const auto trade = [&](auto i) {
    const P x = load(ws.w, i) - load(w0, i);
    return max(x, P(0.0) - x);
  };
  group.each(n, [&](auto i) { store(size, i, max(trade(i), P(kLeast * typical))); });
  double gap = INFINITY;
  double last = INFINITY;
  for (int round = 0; round < kRounds; round++) {
    group.each(n, [&](auto i) {
      const P x = load(size, i);
      const P curvature = powerCurvature(p, i, x);
      const P slope = curvature * x * P(1 / (e - 1) - 1);  // phi'(x) - phi''(x) x
      store(p.buy, i, load(keep[0], i) + slope);
      store(p.sell, i, load(keep[1], i) + slope);
      store(p.held, i, curvature + (model.diagonal == nullptr ? P(0.0) : load(model.diagonal, i)));
      store(ws.q, i, fma(curvature, load(w0, i), load(own, i)));
    });
    p.model.diagonal = p.held;
    p.trades = true;
    stateFromWeights(group, p);
    if (round > 0) {
      activateBinding(group, p);
    }
    const bool solved = pivotRows(group, p, 0, kPasses, iterations) == Pivoting::Optimal;
    group.each(n, [&](auto i) {
      store(p.buy, i, load(keep[0], i));
      store(p.sell, i, load(keep[1], i));
      store(ws.q, i, load(own, i));
    });
    p.model = model;
    p.trades = trades;
    if (!solved) {
      return INFINITY;
    }
    // What is wrong with the trades is squared from round to round, and once more in the gap.
    const double apart = -group.minimum(n, [&](auto i) {
      const P x = trade(i);
      const P beside = x - load(size, i);
      const P relative = max(beside, P(0.0) - beside) / (x + P(kSpeck * typical));
      return select(P(0.0) < x && P(0.0) < load(p.power, i), P(0.0) - relative, P(0.0));
    });
    if (apart <= kNear || round > kSlow) {
      clean(group, p);
      gap = certify(group, p, t);
      if (gap <= 0x1p-44 * t.size || (round > kSlow && gap >= 0.5 * last && gap <= 1e-10 * t.size)) {
        return gap;
      }
      last = gap;
    }
    group.each(n, [&](auto i) {
      const P x = trade(i);
      const P h = load(p.h, i);
      // What the slopes of costs and limits leave of a resting weight's multiplier.
      P asks = max(h, P(0.0) - h);
      if (trades) {
        asks = asks - P(p.at.kappa) - select(h < P(0.0), load(p.buy, i), load(p.sell, i));
      }
      const P c = load(p.power, i);
      const P asked = power(max(asks, P(0.0)) / (P(e) * max(c, P(0x1p-500))), 1 / (e - 1));
      store(size, i, select(P(0.0) < x, x, select(P(0.0) < c, min(asked, P(kMost)), P(typical))));
    });
  }
  return gap;
}

}  // namespace parabola::PARABOLA_ISA
