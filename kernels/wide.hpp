// Block pivoting on the bounds instead of the free weights, for portfolios with most weights free.
//
// With the batch's inverse P (inverse.hpp) and the set D of weights that rest on bounds, the optimum is
//
//     w = u + P_D lambda,   u = P q + budget M1 / 1'M1,   P_DD lambda = bound_D - u_D
//
// lambda being the multipliers of the bounds. A small factor again, of P_DD, and the columns of D only.
//
// The inverse may be turned on the base scenario's face (turned.hpp): then D are the weights that rest where those of
// the base scenario do not, or the other way round, which are fewer. Of a weight that rests in the base scenario u and
// w stand for -s, s = q + its multiplier; one that comes free moves by lambda from the bound it rested on.
#pragma once

#include "pivoting.hpp"

namespace parabola::PARABOLA_ISA {

// The symmetric matrix K of turned.hpp with the signs of its columns in the order of the face.
struct Signed {
  Dense dense;
  const double* signs;

  template <class Group>
  PARABOLA_INLINE void column(const Group& group, const int* index, int j, int from, int count, double* out) const {
    dense.column(group, index, j, from, count, out);
  }
  PARABOLA_INLINE double diagonal(int i) const { return std::fabs(dense.diagonal(i)); }
  PARABOLA_INLINE double sign(int p) const { return signs[p]; }
};

PARABOLA_INLINE bool isTurned(const Shared& shared, int i) { return shared.turned && shared.baseSide[i] != 0; }

// Whether weight i rests.
PARABOLA_INLINE bool isHeld(const Workspace& ws, int i) { return ws.side[i] != 0 || ws.lower[i] == ws.upper[i]; }

PARABOLA_INLINE double boundAt(const Workspace& ws, int i, double side) { return side > 0 ? ws.upper[i] : ws.lower[i]; }

// How far beyond its bounds a weight may be by rounding.
PARABOLA_INLINE Pack<kLanes> slackOf(const Pack<kLanes>& l, const Pack<kLanes>& h) {
  using P = Pack<kLanes>;
  return P(0x1p-49) * max(max(l, P(0.0) - l), max(h, P(0.0) - h));
}

// ws.w = u + K_D lambda for face.index = D, less what depends on the others; ws.x is lambda. target(i) is what is to
// come out for i of D; rest says where those rested that came free.
template <class Group, class Target>
PARABOLA_FUNCTION void solveBounds(const Group& group, const Shared& shared, Workspace& ws, const double* u,
                                   const double* rest, int& kept, Target target) {
  Face& face = ws.face;
  double* const signs = ws.b;
  const auto listSigns = [&] {
    group.items(shared.turned ? face.size : 0, [&](int c) { signs[c] = isTurned(shared, face.index[c]) ? -1 : 1; });
  };
  const Dense dense{shared.inverse, shared.stride, 0};
  listSigns();
  for (int r; (r = shared.turned ? factor(group, face, Signed{dense, signs}, kept) : factor(group, face, dense, kept)) <
              face.size;) {
    // The budget and the other bounds fix this weight: it need not be held. (Or it cannot be free.)
    const int i = face.index[r];
    group.one([&] { ws.side[i] = !isTurned(shared, i) ? 0 : rest[i] == ws.upper[i] ? 1 : -1; });
    group.takeOut(face.size--, face.index, r);
    kept = r;
    listSigns();
  }
  const int k = face.size;
  group.items(k, [&](int c) { ws.x[c] = target(face.index[c]) - u[face.index[c]]; });
  solveLower(group, face, k, ws.x);
  group.items(shared.turned ? k : 0, [&](int c) { ws.x[c] *= signs[c]; });
  solveUpper(group, face, k, ws.x);
  group.each(ws.padded, [&](auto i) { store(ws.w, i, load(u, i)); });
  addColumns(group, shared.inverse, shared.stride, face.index, ws.x, k, ws.padded, ws.w);
}

// Starts from ws.side, if that is a guess. On Optimal ws.w, ws.g and nu are the solution; MostAreFree never; on GaveUp
// ws.w is a guess.
template <class Group>
PARABOLA_FUNCTION Pivoting pivotBounds(const Group& group, const Shared& shared, Workspace& ws, double& nu,
                                       int& iterations, bool guessed) {
  constexpr int kPasses = 30;
  constexpr int kUpdates = 8;  // that many columns are cheaper to take out of the factor than to leave out of a new one
  using P = Pack<kLanes>;
  Face& face = ws.face;
  double* const u = ws.a;
  double* const rest = ws.ones;  // where the weights rest that do so in the base scenario
  const int n = ws.padded;
  const auto turned = [&](int i) { return isTurned(shared, i); };
  const auto held = [&](int i) { return isHeld(ws, i); };
  group.each(n, [&](auto i) { store(ws.amount, i, P(0.0)); });
  group.items(ws.n, [&](int i) {
    rest[i] = turned(i) ? boundAt(ws, i, ws.side[i] != 0 ? ws.side[i] : shared.baseSide[i]) : 0;
    ws.amount[i] = turned(i) ? rest[i] : ws.q[i];
  });
  group.each(n, [&](auto i) { store(u, i, P(ws.budget) * load(shared.balanced, i)); });
  addProduct(group, shared.inverse, shared.stride, ws.amount, ws.n, u);
  const double size = group.largest(ws.n, 0, [&](int i) { return std::fabs(ws.q[i]); });
  const double rounding = kMultiplierRounding * size;
  if (!guessed) {
    // Where nothing is known, those that pass their bounds by the most when there are none.
    const auto excess = [&](int i) {
      const double below = ws.lower[i] - u[i];
      const double above = u[i] - ws.upper[i];
      return below > above ? below : above;
    };
    double threshold = 0;
    for (int round = 0, count = ws.n; round < 20 && count > ws.n / 3; round++) {
      const auto passes = [&](int i) { return excess(i) > threshold; };
      const double sum = group.accumulate(ws.n, 0, [&](int i, double s) { return passes(i) ? s + excess(i) : s; });
      count = group.count(ws.n, passes);
      if (count > ws.n / 3) {
        threshold = sum / count;
      }
    }
    group.items(ws.n, [&](int i) {
      ws.side[i] = excess(i) <= threshold || ws.lower[i] == ws.upper[i] ? 0 : u[i] > ws.upper[i] ? 1 : -1;
    });
  }
  face.size = group.choose(ws.n, face.index, ws.n, [&](int i) { return held(i) != turned(i) ? i : -1; });
  int kept = 0;
  int fewest = ws.n + 1;
  int patience = 4;
  bool single = false;
  for (int pass = 0; pass < kPasses; pass++) {
    // Where few are free the other form is the cheaper one: its systems have as many rows as there are free weights.
    const int free = !shared.turned || face.size < ws.n / 8 ? ws.n : ws.n - group.count(ws.n, held);
    if (face.size > 3 * ws.n / 4 || face.size > 2 * free) {
      return Pivoting::GaveUp;
    }
    iterations++;
    solveBounds(group, shared, ws, u, rest, kept,
                [&](int i) { return turned(i) ? -ws.q[i] : boundAt(ws, i, ws.side[i]); });
    const int k = face.size;
    // Bounds whose multiplier has the wrong sign are released; weights that came free and left their bounds are held.
    int leaving = group.choose(k, ws.candidates, single ? 1 : k, [&](int c) {
      const int i = face.index[c];
      const double x = rest[i] + ws.x[c];
      const double lower = std::fabs(ws.lower[i]);
      const double upper = std::fabs(ws.upper[i]);
      const double slack = 0x1p-49 * (lower > upper ? lower : upper);
      const bool wrong = turned(i) ? x < ws.lower[i] - slack || ws.upper[i] + slack < x
                                   : ws.lower[i] < ws.upper[i] && ws.x[c] * ws.side[i] > rounding;
      return wrong ? c : -1;
    });
    group.items(leaving, [&](int r) {
      const int c = ws.candidates[r];
      const int i = face.index[c];
      ws.side[i] = !turned(i) ? 0 : rest[i] + ws.x[c] > ws.upper[i] ? 1 : -1;
    });
    for (int r = 0; r < leaving && shared.turned; r++) {
      const int i = face.index[ws.candidates[r]];
      if (const double other = boundAt(ws, i, ws.side[i]); turned(i) && other != rest[i]) {
        const double across = other - rest[i];
        addColumns(group, shared.inverse, shared.stride, &i, &across, 1, n, u);
        group.one([&] { rest[i] = other; });
      }
    }
    int changes = leaving;
    if (!shared.turned && leaving <= kUpdates) {
      while (leaving > 0) {
        removeIndex(group, face, ws.candidates[--leaving], ws.ones);
      }
      kept = face.size;
    } else {
      kept = leaving > 0 ? ws.candidates[0] : k;
      face.size = group.keep(k, face.index, [&](int c) { return held(face.index[c]) != turned(face.index[c]); });
    }
    // Weights beyond their bounds are held; of those that rest in the base scenario too the multipliers are looked at.
    const int found = group.select(n, ws.candidates, [&](auto i) {
      const P w = load(ws.w, i);
      const P l = load(ws.lower, i);
      const P h = load(ws.upper, i);
      const P slack = slackOf(l, h);
      const auto beyond = w < l - slack || h + slack < w;
      if (!shared.turned) {
        return beyond;
      }
      const P base = load(shared.baseSide, i);
      const P rests = base * base;
      const auto wrong = P(rounding) < (P(0.0) - w - load(ws.q, i)) * load(ws.side, i);
      return (rests < P(0.5) && beyond) || (P(0.5) < rests && wrong);
    });
    int* const entering = face.index + face.size;
    const int most = !single ? found : changes > 0 ? 0 : 1;
    const int many = group.choose(found, entering, most, [&](int c) {
      const int i = ws.candidates[c];
      return held(i) != turned(i) ? -1 : i;
    });
    group.items(many, [&](int c) {
      const int i = entering[c];
      ws.side[i] = turned(i) ? 0 : ws.w[i] > ws.upper[i] ? 1 : -1;
    });
    face.size += many;
    changes += many;
    if (changes == 0) {
      break;
    }
    if (pass + 1 == kPasses) {
      return Pivoting::GaveUp;
    }
    // Changing many at a time may cycle: when their number has not fallen for a while, one at a time.
    if (changes < fewest) {
      fewest = changes;
      patience = 4;
    } else if (--patience < 0) {
      single = true;
    }
  }

  // Exactly on the bounds and the budget; then the gradient from the data, and the error of P mended by its own use.
  for (int round = 0;; round++) {
    group.each(n, [&](auto i) { store(ws.w, i, min(max(load(ws.w, i), load(ws.lower, i)), load(ws.upper, i))); });
    group.items(shared.turned ? ws.n : 0, [&](int i) {
      if (turned(i)) {
        ws.w[i] = rest[i];
      }
    });
    group.items(face.size, [&](int c) {
      const int i = face.index[c];
      if (held(i)) {
        ws.w[i] = boundAt(ws, i, ws.side[i]);
      } else {
        const double w = rest[i] + ws.x[c];
        ws.w[i] = w < ws.lower[i] ? ws.lower[i] : w > ws.upper[i] ? ws.upper[i] : w;
      }
    });
    const int open = group.select(n, ws.candidates, [&](auto i) {
      const P w = load(ws.w, i);
      return load(ws.lower, i) < w && w < load(ws.upper, i);
    });
    settle(group, ws.w, ws.lower, ws.upper, shared.deviation, ws.candidates, open,
           ws.budget - group.sum(n, [&](auto i) { return load(ws.w, i); }));
    freshGradient(group, shared, ws);
    nu = group.accumulate(open, 0, [&](int c, double s) { return s + ws.g[ws.candidates[c]] / open; });
    const double worst = group.largest(open, 0, [&](int c) { return std::fabs(ws.g[ws.candidates[c]] - nu); });
    if (open == 0) {
      return Pivoting::GaveUp;
    }
    if (round == 3 || worst <= 0x1p-44 * (size + std::fabs(nu))) {
      double largest;
      const int wrong = wrongMultipliers(group, ws, nu, largest);
      return wrong == 0 || certified(group, shared, ws, nu) ? Pivoting::Optimal : Pivoting::GaveUp;
    }
    // Newton's step for the rest: q there is what is left of the gradient.
    double* r = ws.amount;
    group.items(open, [&](int c) { r[c] = turned(ws.candidates[c]) ? 0 : nu - ws.g[ws.candidates[c]]; });
    group.each(n, [&](auto i) { store(u, i, load(ws.w, i)); });
    group.items(shared.turned ? ws.n : 0, [&](int i) {
      if (turned(i)) {
        rest[i] = ws.w[i];
        u[i] = 0;
      }
    });
    addColumns(group, shared.inverse, shared.stride, ws.candidates, r, open, n, u);
    int all = face.size;
    solveBounds(group, shared, ws, u, rest, all,
                [&](int i) { return turned(i) ? ws.g[i] - nu : boundAt(ws, i, ws.side[i]); });
  }
}

}  // namespace parabola::PARABOLA_ISA
