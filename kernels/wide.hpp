// Block pivoting on the bounds instead of the free weights, for portfolios with most weights free; and on what differs
// from the base scenario's face, for small ones with few.
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

// What the shared covariance was inverted to.
struct Inverse {
  const double* matrix = nullptr;  // [n, stride]
  const double* balanced = nullptr;
  const double* turnedOn = nullptr;  // baseSide, if it is turned on that face
};

PARABOLA_INLINE Inverse turnedOf(const Shared& shared) {
  return {shared.turned, shared.turnedBalanced, shared.baseSide};
}
// For a portfolio with most weights free.
PARABOLA_INLINE Inverse inverseOf(const Shared& shared) {
  return shared.mostAreFree() && shared.turned != nullptr ? turnedOf(shared)
                                                          : Inverse{shared.inverse, shared.balanced, nullptr};
}

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

PARABOLA_INLINE bool isTurned(const Inverse& of, int i) { return of.turnedOn != nullptr && of.turnedOn[i] != 0; }

// Whether weight i rests.
PARABOLA_INLINE bool isHeld(const Workspace& ws, int i) { return (ws.side[i] != 0) | (ws.lower[i] == ws.upper[i]); }

PARABOLA_INLINE double boundAt(const Workspace& ws, int i, double side) { return side > 0 ? ws.upper[i] : ws.lower[i]; }

// How far beyond its bounds a weight may be by rounding.
PARABOLA_INLINE Pack<kLanes> slackOf(const Pack<kLanes>& l, const Pack<kLanes>& h) {
  using P = Pack<kLanes>;
  return P(0x1p-49) * max(max(l, P(0.0) - l), max(h, P(0.0) - h));
}

// As packs of the face's positions from c on, of which there are ws.face.size: whether their weights are turned, and
// numbers that each asset has one of. What is beyond the last position is not to be used.
PARABOLA_INLINE Pack<kLanes> ofFace(const Workspace& ws, const double* numbers, Lanes<kLanes> c) {
  return pick(numbers, ws.face.index + c.at);
}
PARABOLA_INLINE Mask<kLanes> areSides(const Pack<kLanes>& side) { return Pack<kLanes>(0.5) < side * side; }
PARABOLA_INLINE Mask<kLanes> areTurned(const Workspace& ws, const Inverse& of, Lanes<kLanes> c) {
  return areSides(of.turnedOn != nullptr ? ofFace(ws, of.turnedOn, c) : Pack<kLanes>(0.0));
}

// ws.w = u + K_D lambda for face.index = D, less what depends on the others; ws.x is lambda. What is to come out for
// D is bound(c) where a weight is held, and price(c) where it came free; rest says where that rested.
template <class Group, class Bound, class Price>
PARABOLA_FUNCTION void solveBounds(const Group& group, const Shared& shared, const Inverse& of, Workspace& ws,
                                   const double* u, const double* rest, int& kept, Bound bound, Price price) {
  using P = Pack<kLanes>;
  Face& face = ws.face;
  const bool turns = of.turnedOn != nullptr;
  double* const signs = ws.b;
  const auto listSigns = [&] {
    padIndex(face);
    group.each(turns ? padded(face.size) : 0,
               [&](auto c) { store(signs, c, select(areTurned(ws, of, c), P(-1.0), P(1.0))); });
  };
  const Dense dense{of.matrix, shared.stride, 0};
  listSigns();
  for (int r;
       (r = turns ? factor(group, face, Signed{dense, signs}, kept) : factor(group, face, dense, kept)) < face.size;) {
    // The budget and the other bounds fix this weight: it need not be held. (Or it cannot be free.)
    const int i = face.index[r];
    group.one([&] { ws.side[i] = !isTurned(of, i) ? 0 : rest[i] == ws.upper[i] ? 1 : -1; });
    group.takeOut(face.size--, face.index, r);
    kept = r;
    listSigns();
  }
  const int k = face.size;
  group.each(padded(k), [&](auto c) {
    const P target = select(areTurned(ws, of, c), price(c), bound(c));
    store(ws.x, c, firstLanes(target - ofFace(ws, u, c), k - c.at));
  });
  solveLower(group, face, k, ws.x);
  group.each(turns ? padded(k) : 0, [&](auto c) { store(ws.x, c, load(ws.x, c) * load(signs, c)); });
  solveUpper(group, face, k, ws.x);
  group.each(ws.padded, [&](auto i) { store(ws.w, i, load(u, i)); });
  addColumns(group, of.matrix, shared.stride, face.index, ws.x, k, ws.padded, ws.w);
}

// Starts from ws.side, if that is a guess. On Optimal ws.w, ws.g and nu are the solution; MostAreFree never; on GaveUp
// ws.w is a guess, and ws.side another. It gives up too where D comes to more than `most` times the free weights.
template <class Group>
PARABOLA_FUNCTION Pivoting pivotBounds(const Group& group, const Shared& shared, const Inverse& of, Workspace& ws,
                                       double& nu, int& iterations, bool guessed, double most) {
  constexpr int kPasses = 30;
  constexpr int kUpdates = 8;  // that many columns are cheaper to take out of the factor than to leave out of a new one
  using P = Pack<kLanes>;
  Face& face = ws.face;
  double* const u = ws.a;
  double* const rest = ws.ones;  // where the weights rest that do so in the base scenario
  const int n = ws.padded;
  const bool turns = of.turnedOn != nullptr;
  const auto turned = [&](int i) { return isTurned(of, i); };
  const auto held = [&](int i) { return isHeld(ws, i); };
  const auto inFace = [&](int i) { return held(i) != turned(i); };
  const auto bound = [&](auto c) {
    return select(P(0.0) < ofFace(ws, ws.side, c), ofFace(ws, ws.upper, c), ofFace(ws, ws.lower, c));
  };
  const auto baseSide = [&](auto i) { return turns ? load(of.turnedOn, i) : P(0.0); };
  const auto listFace = [&] {
    face.size = group.select(n, face.index, [&](auto i) {
      const P free =
          select(areSides(load(ws.side, i)), P(0.0), select(load(ws.lower, i) < load(ws.upper, i), P(1.0), P(0.0)));
      const P here = firstLanes(select(areSides(baseSide(i)), free, P(1.0) - free), ws.n - i.at);
      return P(0.5) < here;
    });
  };
  // Where few are free the other form is the cheaper one: its systems have as many rows as there are free weights.
  const auto areTooMany = [&] {
    const int freed = turns ? group.count(face.size, [&](int c) { return of.turnedOn[face.index[c]] != 0; }) : 0;
    const int free = (turns ? shared.baseFree + 2 * freed : ws.n) - face.size;
    return face.size > 3 * ws.n / 4 || face.size > most * free;
  };
  if (guessed) {
    listFace();
    if (areTooMany()) {
      return Pivoting::GaveUp;
    }
  }
  group.each(n, [&](auto i) {
    const P base = baseSide(i);
    const P side = load(ws.side, i);
    const P at = select(P(0.0) < select(areSides(side), side, base), load(ws.upper, i), load(ws.lower, i));
    store(rest, i, select(areSides(base), at, P(0.0)));
    store(ws.g, i, select(areSides(base), at, load(ws.q, i)));
    store(u, i, P(ws.budget) * load(of.balanced, i));
  });
  addProductOf(group, of.matrix, shared.stride, ws.g, ws, u);
  const double size = -group.minimum(n, [&](auto i) {
    const P q = load(ws.q, i);
    return min(q, P(0.0) - q);
  });
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
    listFace();
  }
  int kept = 0;
  int fewest = ws.n + 1;
  int patience = 4;
  bool single = false;
  for (int pass = 0; pass < kPasses; pass++) {
    if (areTooMany()) {
      return Pivoting::GaveUp;
    }
    iterations++;
    solveBounds(group, shared, of, ws, u, rest, kept, bound, [&](auto c) { return P(0.0) - ofFace(ws, ws.q, c); });
    const int k = face.size;
    // Bounds whose multiplier has the wrong sign are released; weights that left their bounds are held. Of those of the
    // face, and of the others.
    int leaving = group.select(padded(k), ws.candidates, [&](auto c) {
      const P lambda = load(ws.x, c);
      const P l = ofFace(ws, ws.lower, c);
      const P h = ofFace(ws, ws.upper, c);
      const P w = ofFace(ws, rest, c) + lambda;
      const P slack = slackOf(l, h);
      const auto beyond = w < l - slack || h + slack < w;
      const auto wrong = l < h && P(rounding) < lambda * ofFace(ws, ws.side, c);
      const P leaves = select(areTurned(ws, of, c), select(beyond, P(1.0), P(0.0)), select(wrong, P(1.0), P(0.0)));
      return P(0.5) < firstLanes(leaves, k - c.at);
    });
    int entering = group.select(n, ws.list, [&](auto i) {
      const P w = load(ws.w, i);
      const P l = load(ws.lower, i);
      const P h = load(ws.upper, i);
      const P slack = slackOf(l, h);
      const P side = load(ws.side, i);
      const auto rests = areSides(baseSide(i));
      const auto isFree = side * side < P(0.5) && l < h;
      const auto beyond = isFree && (w < l - slack || h + slack < w);
      const auto wrong = P(rounding) < (P(0.0) - w - load(ws.q, i)) * side;
      return P(0.5) < select(rests, select(wrong, P(1.0), P(0.0)), select(beyond, P(1.0), P(0.0)));
    });
    if (single) {
      leaving = leaving > 1 ? 1 : leaving;
      entering = leaving > 0 ? 0 : entering > 1 ? 1 : entering;
    }
    group.items(leaving, [&](int r) {
      const int c = ws.candidates[r];
      const int i = face.index[c];
      ws.side[i] = !turned(i) ? 0 : rest[i] + ws.x[c] > ws.upper[i] ? 1 : -1;
    });
    for (int r = 0; r < leaving && turns; r++) {
      const int i = face.index[ws.candidates[r]];
      if (const double other = boundAt(ws, i, ws.side[i]); turned(i) && other != rest[i]) {
        const double across = other - rest[i];
        addColumns(group, of.matrix, shared.stride, &i, &across, 1, n, u);
        group.one([&] { rest[i] = other; });
      }
    }
    if (!turns && leaving <= kUpdates) {
      for (int r = leaving - 1; r >= 0; r--) {
        removeIndex(group, face, ws.candidates[r], ws.ones);
      }
      kept = face.size;
    } else {
      kept = leaving > 0 ? ws.candidates[0] : k;
      face.size = group.keep(k, face.index, [&](int c) { return inFace(face.index[c]); });
    }
    group.items(entering, [&](int r) {
      const int i = ws.list[r];
      face.index[face.size + r] = i;
      ws.side[i] = turned(i) ? 0 : ws.w[i] > ws.upper[i] ? 1 : -1;
    });
    face.size += entering;
    const int changes = leaving + entering;
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
    group.each(n, [&](auto i) {
      const P w = min(max(load(ws.w, i), load(ws.lower, i)), load(ws.upper, i));
      store(ws.w, i, select(areSides(baseSide(i)), load(rest, i), w));
    });
    group.items(face.size, [&](int c) {
      const int i = face.index[c];
      const double w = rest[i] + ws.x[c];
      const double inside = w < ws.lower[i] ? ws.lower[i] : w > ws.upper[i] ? ws.upper[i] : w;
      ws.w[i] = held(i) ? boundAt(ws, i, ws.side[i]) : inside;
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
    group.each(n, [&](auto i) {
      const P w = load(ws.w, i);
      const auto rests = areSides(baseSide(i));
      store(rest, i, select(rests, w, load(rest, i)));
      store(u, i, select(rests, P(0.0), w));
    });
    addColumns(group, of.matrix, shared.stride, ws.candidates, r, open, n, u);
    int all = face.size;
    solveBounds(group, shared, of, ws, u, rest, all, bound, [&](auto c) { return ofFace(ws, ws.g, c) - P(nu); });
  }
}

}  // namespace parabola::PARABOLA_ISA
