// Proofs of how far a portfolio is from the optimum, and the linear program on box and budget behind them.
//
// With g = H w - q and any number nu, convexity and 1'v = 1'w = budget give for every feasible v
//
//     f(w) - f(v) <= g'(w - v) = sum (g_i - nu)(w_i - v_i) <= sum max((g_i - nu)(w_i - lower_i), (g_i - nu)(w_i -
//     upper_i))
//
// The right side is a sum of terms that are not negative: nothing cancels, and at the optimum's own nu it is zero.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "group.hpp"

namespace parabola::PARABOLA_ISA {

// The bound above. All arrays [n], n padded.
template <class Group>
PARABOLA_LARGE double gapBound(const Group& group, int n, const double* g, double nu, const double* w,
                               const double* lower, const double* upper) {
  return group.sum(n, [&](auto i) {
    const auto z = load(g, i) - Pack<kLanes>(nu);
    const auto x = load(w, i);
    return max(z * (x - load(lower, i)), z * (x - load(upper, i)));
  });
}

// The two terms of the objective at w, divided by gamma, the gap at nu, and the size against which a gap is judged:
// max(w'Hw, |q'w|), a measure without units.
//
// Rounding sets a floor to it. Where the terms all but cancel (a perfect hedge, nothing but a riskless asset) they are
// known to 2^-52 of what they were before: (sum |w_i| s_i)^2 + sum |q_i w_i|, s being the standard deviations. And no
// gradient is known better than to 2^-52 of s_i sum |w_j| s_j + |q_i|, which the certificate multiplies by the width of
// the bounds. At the default tolerance of 1e-8 the floor lets pass a few dozen roundings of the one and four of the
// other.
struct Terms {
  double quadratic;  // w'Hw
  double linear;     // q'w
  double size;
  double before;  // the terms before they cancel
  double gap;     // gapBound() at nu
};

template <class Group>
PARABOLA_FUNCTION Terms terms(const Group& group, int n, const double* w, const double* g, double nu, const double* q,
                              const double* deviation, const double* lower, const double* upper) {
  using P = Pack<kLanes>;
  const auto absolute = [](P x) { return max(x, P(0.0) - x); };
  double s[7];
  group.sums(n, s, [&](auto i, P* sum) {
    const P x = load(w, i);
    const P h = load(g, i);
    const P c = load(q, i);
    const P d = load(deviation, i);
    const P l = load(lower, i);
    const P u = load(upper, i);
    const P z = h - P(nu);
    sum[0] = fma(x, h + c, sum[0]);
    sum[1] = fma(x, c, sum[1]);
    sum[2] = sum[2] + max(z * (x - l), z * (x - u));
    sum[3] = fma(absolute(x), d, sum[3]);
    sum[4] = sum[4] + absolute(x * c);
    sum[5] = fma(d, u - l, sum[5]);
    sum[6] = fma(absolute(c), u - l, sum[6]);
  });
  Terms t;
  t.quadratic = s[0];
  t.linear = s[1];
  t.gap = s[2];
  const double risk = s[3];
  t.before = risk * risk + s[4];
  const double uncertain = risk * s[5] + s[6];
  t.size = t.quadratic;
  for (const double floor : {std::fabs(t.linear), 0x1p-20 * t.before, 0x1p-24 * uncertain}) {
    t.size = floor > t.size ? floor : t.size;
  }
  return t;
}

// Order-preserving integers for doubles, so that bisection ends after 64 steps whatever the scale.
PARABOLA_INLINE std::int64_t rank(double x) {
  std::int64_t b;
  std::memcpy(&b, &x, sizeof b);
  return b >= 0 ? b : static_cast<std::int64_t>(0x8000000000000000ULL) - b;
}
PARABOLA_INLINE double unrank(std::int64_t r) {
  const std::int64_t b = r >= 0 ? r : static_cast<std::int64_t>(0x8000000000000000ULL) - r;
  double x;
  std::memcpy(&x, &b, sizeof x);
  return x;
}

// The nu at which min { g'v : 1'v = budget, lower <= v <= upper } fills the budget: weights with g below it are at
// their upper bound, those above at their lower one. A threshold search, no sort. Sums need lower and upper finite.
template <class Group>
PARABOLA_FUNCTION double knapsackThreshold(const Group& group, int n, const double* g, const double* lower,
                                           const double* upper, double budget) {
  using P = Pack<kLanes>;
  std::int64_t low = rank(group.minimum(n, [&](auto i) { return load(g, i); }));
  std::int64_t high = rank(-group.minimum(n, [&](auto i) { return P(0.0) - load(g, i); }));
  // Invariant: the threshold, the smallest nu whose filled sum reaches the budget, lies in [low, high].
  while (low < high) {
    const std::int64_t mid = (low & high) + ((low ^ high) >> 1);
    const double nu = unrank(mid);
    const double filled =
        group.sum(n, [&](auto i) { return select(P(nu) < load(g, i), load(lower, i), load(upper, i)); });
    if (filled >= budget) {
      high = mid;
    } else {
      low = mid + 1;
    }
  }
  return unrank(low);
}

// The solution of that linear program: ties share what the others leave, in the order of the assets. Returns nu.
template <class Group>
PARABOLA_FUNCTION double knapsack(const Group& group, int n, const double* g, const double* lower, const double* upper,
                                  double budget, double* v) {
  using P = Pack<kLanes>;
  const double nu = knapsackThreshold(group, n, g, lower, upper, budget);
  group.each(n, [&](auto i) { store(v, i, select(load(g, i) < P(nu), load(upper, i), load(lower, i))); });
  const double filled = group.sum(n, [&](auto i) { return load(v, i); });
  group.one([&] {
    double rest = budget - filled;
    for (int i = 0; i < n && rest > 0; i++) {
      if (g[i] == nu) {
        const double room = upper[i] - lower[i];
        const double step = room < rest ? room : rest;
        v[i] = room < rest ? upper[i] : lower[i] + step;
        rest -= step;
      }
    }
  });
  return nu;
}

}  // namespace parabola::PARABOLA_ISA
