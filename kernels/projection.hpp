// Projection on box and budget: w(nu) = clip(v + nu s, lower, upper) with 1'w(nu) = budget.
//
// It minimises 1/2 sum (w_i - v_i)^2 / s_i over the feasible set. 1'w(nu) is increasing and piecewise linear in nu, so
// Newton's method on it, safeguarded by a bracket, ends after a few passes and no sort.
#pragma once

#include "group.hpp"

namespace parabola::PARABOLA_ISA {

// All arrays [n], n padded; s > 0. Bounds are finite and sum(lower) <= budget <= sum(upper) up to rounding.
// Writes w, which may be v, and returns nu.
template <class Group>
PARABOLA_FUNCTION double project(const Group& group, int n, const double* v, const double* s, const double* lower,
                                 const double* upper, double budget, double* w) {
  using P = Pack<kLanes>;
  // At `low` every weight rests on its lower bound, at `high` on its upper one.
  double low = group.minimum(n, [&](auto i) { return (load(lower, i) - load(v, i)) / load(s, i); });
  double high = -group.minimum(n, [&](auto i) { return (load(v, i) - load(upper, i)) / load(s, i); });
  double nu = low <= 0 && 0 <= high ? 0 : 0.5 * (low + high);
  for (int pass = 0; pass < 200; pass++) {
    double sum;
    double slope;
    group.sums(n, sum, slope, [&](auto i, P& a, P& b) {
      const P x = fma(P(nu), load(s, i), load(v, i));
      const P l = load(lower, i);
      const P u = load(upper, i);
      a = a + min(max(x, l), u);
      b = b + select(l < x && x < u, load(s, i), P(0.0));
    });
    const double error = budget - sum;
    if (error == 0) {
      break;
    }
    (error > 0 ? low : high) = nu;
    double next = slope > 0 ? nu + error / slope : 0.5 * (low + high);
    if (!(low < next && next < high)) {
      next = 0.5 * (low + high);
    }
    if (next == nu || !(low < next && next < high)) {
      break;
    }
    nu = next;
  }
  group.each(
      n, [&](auto i) { store(w, i, min(max(fma(P(nu), load(s, i), load(v, i)), load(lower, i)), load(upper, i))); });
  return nu;
}

// Moves what rounding left of the budget to a weight that has room, so that 1'w = budget to rounding and no bound is
// passed: to that of least variance, where it does the least harm. `index` lists the weights that may change.
template <class Group>
PARABOLA_FUNCTION void settle(const Group& group, double* w, const double* lower, const double* upper,
                              const double* deviation, const int* index, int count, double error) {
  // The calmest of those with room enough, and the one with the most room; positions in `index`.
  struct Choice {
    Best calmest{INFINITY, -1};
    Best roomiest{0, -1};
  };
  const auto first = [](const Best& a, const Best& b, bool better) {
    return b.at >= 0 && (a.at < 0 || better || (a.value == b.value && b.at < a.at)) ? b : a;
  };
  for (int round = 0; round < count + 4 && error != 0; round++) {
    const Choice choice = group.reduce(
        count, Choice(), Choice(),
        [&](int c, Choice& x) {
          const int i = index[c];
          const double room = error > 0 ? upper[i] - w[i] : w[i] - lower[i];
          if (room >= std::fabs(error) && (x.calmest.at < 0 || deviation[i] < x.calmest.value)) {
            x.calmest = {deviation[i], c};
          }
          if (room > x.roomiest.value) {
            x.roomiest = {room, c};
          }
        },
        [&](const Choice& x, const Choice& y) {
          return Choice{first(x.calmest, y.calmest, y.calmest.value < x.calmest.value),
                        first(x.roomiest, y.roomiest, y.roomiest.value > x.roomiest.value)};
        });
    const int at = choice.calmest.at >= 0 ? choice.calmest.at : choice.roomiest.at;
    if (at < 0) {
      return;
    }
    const int chosen = index[at];
    const double before = w[chosen];
    const double sum = before + error;
    const double after = sum < lower[chosen] ? lower[chosen] : sum > upper[chosen] ? upper[chosen] : sum;
    group.one([&] { w[chosen] = after; });
    if (after == before) {
      return;
    }
    error -= after - before;
  }
}

}  // namespace parabola::PARABOLA_ISA
