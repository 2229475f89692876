// A proximal gradient step: the start of portfolios with kinks, of which few weights are free and many at rest.
//
// From one portfolio of a batch to the next hundreds of weights may go from one end of a piece to another. Pivoting
// frees a few of them at a time; one step
//
//     x = argmin g'(x - w) + sum (x_i - w_i)^2 / (2 s_i) + costs,   x in bounds, budget, turnover and gross exposure
//
// with s_i = 1 / H_ii moves them all, for a search of two multipliers. Rows keep the multipliers at hand, and whichever
// of turnover and gross exposure comes second keeps its own: it is a guess, and pivoting goes on from it.
//
// Formula: Beck, First-Order Methods in Optimization, chapter 10. The multipliers solve two piecewise linear equations
// by Newton's method.
#pragma once

#include "rows.hpp"

namespace parabola::PARABOLA_ISA {

// The trade x >= 0 of weight i that is least in (x - z)^2 / (2 s) + c x^e for z >= 0, to two steps of Newton's method:
// x + s c e x^(e - 1) = z. To `share` how much of a bit more of z it would take.
PARABOLA_INLINE Pack<kLanes> powerTrade(const Program& p, Lanes<kLanes> i, const Pack<kLanes>& s, const Pack<kLanes>& z,
                                        Pack<kLanes>& share) {
  using P = Pack<kLanes>;
  const double e = p.limits.exponent;
  const P k = s * P(e) * load(p.power, i);
  P x(0.0);
  if (e == 1.5) {
    const P root = P(2.0) * z / max(k + squareRoot(fma(k, k, P(4.0) * z)), P(0x1p-500));
    x = root * root;
  } else {
    // The left side is concave: from below, and it is one of the two terms at least by half.
    x = min(P(0.5) * z, power(z / max(k + k, P(0x1p-500)), 1 / (e - 1)));
    for (int round = 0; round < 2; round++) {
      const P slope = P(1.0) + k * P(e - 1) * power(max(x, P(0x1p-200)), e - 2);
      x = max(x + (z - x - k * power(x, e - 1)) / slope, P(0.0));
    }
  }
  share = P(1.0) / (P(1.0) + k * P(e - 1) * power(max(x, P(0x1p-200)), e - 2));
  return x;
}

// x for weight i where the smooth part is (x - z)^2 / (2 s) and the costs are those of p at its multipliers; roughly,
// where there are both power costs and a kink at zero. To `give` how far it moves with z, but for bounds and kinks.
PARABOLA_INLINE Pack<kLanes> proximal(const Program& p, Lanes<kLanes> i, const Pack<kLanes>& s, const Pack<kLanes>& z,
                                      Pack<kLanes>& give) {
  using P = Pack<kLanes>;
  if (!p.trades && !p.exposed && !p.powered) {
    return min(max(z, load(p.ws.lower, i)), load(p.ws.upper, i));
  }
  const P zero(0.0);
  const P kink = p.trades ? load(p.limits.current, i) : zero;
  const P first = p.exposed ? min(kink, zero) : kink;
  const P second = p.exposed ? max(kink, zero) : kink;
  // The slopes of the costs left of both kinks, between them, and right of both.
  P left = zero;
  P between = zero;
  P right = zero;
  if (p.trades) {
    left = zero - P(p.at.kappa) - load(p.sell, i);
    right = P(p.at.kappa) + load(p.buy, i);
    between = select(kink < zero, right, left);
  }
  if (p.exposed) {
    left = left - P(p.at.rho);
    right = right + P(p.at.rho);
    between = between + select(kink < zero, P(-p.at.rho), P(p.at.rho));
  }
  const P a = z - s * left;
  const P b = min(max(z - s * between, first), second);
  const P c = z - s * right;
  P x = select(a < first, a, select(second < c, c, b));
  if (p.powered) {
    const P w0 = load(p.limits.current, i);
    const P d = x - w0;
    const P size = powerTrade(p, i, s, max(d, zero - d), give);
    x = w0 + select(d < zero, zero - size, size);
  }
  return min(max(x, load(p.ws.lower, i)), load(p.ws.upper, i));
}

// The step from ws.w, where ws.g is, to ws.w; p.at holds the multipliers to begin with and receives those found.
template <class Group>
PARABOLA_FUNCTION void proximalStep(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  constexpr int kRounds = 12;
  constexpr double kEnough = 1e-4;
  constexpr double kRoughly = 0x1p-7;  // of the budget alone
  constexpr double kFlat = 1e-3;
  Workspace& ws = p.ws;
  double* const s = ws.a;
  double* const v = ws.b;
  const double most = -group.minimum(ws.padded, [&](auto i) { return P(0.0) - load(p.deviation, i); });
  group.each(ws.padded, [&](auto i) {
    const P d = load(p.deviation, i);
    const P step = stepLength(fma(d, d, load(p.smooth, i)), most * most);
    P g = load(ws.g, i);
    for (int r = 0; r < p.rows; r++) {
      if (const double y = p.at.y[r]; y != 0) {
        g = g - P(y) * load(p.limits.row[r], i);
      }
    }
    store(s, i, step);
    store(v, i, load(ws.w, i) - step * g);
  });
  const bool traded = p.limits.turnover < INFINITY;
  const double limit = traded ? p.limits.turnover : p.limits.gross;
  double& price = traded ? p.at.kappa : p.at.rho;
  for (int round = 0; round < kRounds; round++) {
    // Of x: the sum, the turnover or gross exposure, and how much the weights above and below that kink give way.
    double of[4] = {};
    const auto weightAt = [&](auto i, P& free) {
      const P step = load(s, i);
      P give(1.0);
      const P x = proximal(p, i, step, fma(P(p.at.nu), step, load(v, i)), give);
      free = select(load(ws.lower, i) < x && x < load(ws.upper, i), step * give, P(0.0));
      return x;
    };
    if (limit < INFINITY || p.trades || p.exposed) {
      group.sums(ws.padded, of, [&](auto i, auto& sum) {
        P free(0.0);
        const P x = weightAt(i, free);
        const P kink = traded ? load(p.limits.current, i) : P(0.0);
        const P d = x - kink;
        sum[0] = sum[0] + x;
        sum[1] = sum[1] + max(d, P(0.0) - d);
        sum[2] = sum[2] + select(kink < x, free, P(0.0));
        sum[3] = sum[3] + select(x < kink, free, P(0.0));
      });
    } else {
      group.sums(ws.padded, of[0], of[2], [&](auto i, P& sum, P& giving) {
        P free(0.0);
        sum = sum + weightAt(i, free);
        giving = giving + free;
      });
    }
    const double missing = p.limits.budgeted ? ws.budget - of[0] : 0;
    const double over = limit < INFINITY ? of[1] - limit : 0;
    const bool binds = limit < INFINITY && (price > 0 || over > 0);
    if (std::fabs(missing) <= (limit < INFINITY ? kEnough : kRoughly) * p.typical &&
        (!binds || std::fabs(over) <= kEnough * p.typical)) {
      break;
    }
    // d of[0] = both dnu - apart dprice, d of[1] = apart dnu - both dprice.
    const double both = of[2] + of[3];
    const double apart = p.limits.budgeted ? of[2] - of[3] : 0;
    const double flat = kFlat * (both > 0 ? both : 1);
    const double determinant = both * both - apart * apart + flat * flat;
    p.at.nu += binds ? (both * missing + apart * over) / determinant : missing / (both + flat);
    if (binds) {
      price += (both * over + apart * missing) / determinant;
      price = price > 0 ? price : 0;
    }
  }
  group.each(ws.padded, [&](auto i) {
    const P step = load(s, i);
    P give(1.0);
    store(ws.w, i, proximal(p, i, step, fma(P(p.at.nu), step, load(v, i)), give));
  });
}

// The state to pivot from: one step from the base scenario's weights, in ws.w, and the multipliers at hand. Free
// weights are then put back as near to the base scenario's as their piece allows: from any point on a face its solution
// is the same, and the product with the covariance is known there.
template <class Group>
PARABOLA_FUNCTION void approach(const Group& group, const double* baseWeights, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  gradientAtWeights(group, p);
  proximalStep(group, p);
  stateFromWeights(group, p);
  activateRows(group, p, true);
  group.one([&] {
    p.side[p.rows] = p.at.kappa > 0 ? 1 : 0;
    p.side[p.rows + 1] = p.at.rho > 0 ? 1 : 0;
  });
  // With power costs how much each weight trades is what the step was for.
  group.each(p.powered ? 0 : ws.padded, [&](auto i) {
    const P back = min(max(load(baseWeights, i), load(p.low, i)), load(p.high, i));
    store(ws.w, i, select(load(ws.side, i) < P(0.5), back, load(ws.w, i)));
  });
}

}  // namespace parabola::PARABOLA_ISA
