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
  group.one([&] {
    for (int round = 0; round < count + 4 && error != 0; round++) {
      int calmest = -1;
      int roomiest = -1;
      double most = 0;
      for (int c = 0; c < count; c++) {
        const int i = index[c];
        const double room = error > 0 ? upper[i] - w[i] : w[i] - lower[i];
        if (room >= std::fabs(error) && (calmest < 0 || deviation[i] < deviation[calmest])) {
          calmest = i;
        }
        if (room > most) {
          most = room;
          roomiest = i;
        }
      }
      const int chosen = calmest >= 0 ? calmest : roomiest;
      if (chosen < 0) {
        return;
      }
      const double before = w[chosen];
      const double after = before + error;
      w[chosen] = after < lower[chosen] ? lower[chosen] : after > upper[chosen] ? upper[chosen] : after;
      if (w[chosen] == before) {
        return;
      }
      error -= w[chosen] - before;
    }
  });
}

}  // namespace parabola::PARABOLA_ISA
