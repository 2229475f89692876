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
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const Model model = p.model;
  const bool trades = p.trades;
  const double* w0 = p.limits.current;
  const double e = p.limits.exponent;
  double* const own = keep[2];
  group.items(n, [&](int i) {
    keep[0][i] = p.buy[i];
    keep[1][i] = p.sell[i];
    own[i] = ws.q[i];
  });
  double* const size = p.best[kBest];
  const double typical = p.typical;
  group.items(n, [&](int i) {
    const double x = i < ws.n ? std::fabs(ws.w[i] - w0[i]) : 0;
    size[i] = x > 1e-4 * typical ? x : 1e-4 * typical;
  });
  double gap = INFINITY;
  double last = INFINITY;
  for (int round = 0; round < kRounds; round++) {
    group.items(n, [&](int i) {
      const double curvature = i < ws.n ? powerCurvature(p, i, size[i]) : 0;
      const double slope = i < ws.n ? powerSlope(p, i, size[i]) - curvature * size[i] : 0;
      p.buy[i] = keep[0][i] + slope;
      p.sell[i] = keep[1][i] + slope;
      p.held[i] = (model.diagonal == nullptr ? 0 : model.diagonal[i]) + curvature;
      ws.q[i] = fma(curvature, w0[i], own[i]);
    });
    p.model.diagonal = p.held;
    p.trades = true;
    if (round > 0) {
      stateFromWeights(group, p);
      activateBinding(group, p);
    }
    const bool solved = pivotRows(group, p, 0, kPasses, iterations) == Pivoting::Optimal;
    group.items(n, [&](int i) {
      p.buy[i] = keep[0][i];
      p.sell[i] = keep[1][i];
      ws.q[i] = own[i];
    });
    p.model = model;
    p.trades = trades;
    if (!solved) {
      return INFINITY;
    }
    clean(group, p);
    gap = certify(group, p, t);
    if (gap <= 0x1p-44 * t.size || (round > 6 && gap >= 0.5 * last && gap <= 1e-10 * t.size)) {
      return gap;
    }
    last = gap;
    group.items(ws.n, [&](int i) {
      const double x = std::fabs(ws.w[i] - w0[i]);
      if (x > 0) {
        size[i] = x;
      } else if (p.power[i] > 0) {
        // What the slopes of costs and limits leave of the multiplier.
        const double kink = p.at.kappa + (p.h[i] < 0 ? p.buy[i] : p.sell[i]);
        const double asks = std::fabs(p.h[i]) - (trades ? kink : 0);
        size[i] = asks > 0 ? power(asks / (e * p.power[i]), 1 / (e - 1)) : 0;
      }
    });
  }
  return gap;
}

}  // namespace parabola::PARABOLA_ISA
