// Block pivoting: the fast way to the optimal face when few weights are free.
//
// A guess of the face is solved exactly; weights that leave their bounds are put on them, and weights on a bound whose
// multiplier has the wrong sign become free, many at a time; repeat until nothing changes. That is a semismooth Newton
// method on the optimality conditions (a primal-dual active set). It ends after three to ten faces, and it may cycle:
// then it gives up, and the descent, which can't, takes over.
//
// Each pass touches only the columns of Sigma whose weight is not zero, and takes the gradient fresh from the data.
#pragma once

#include "certificate.hpp"
#include "projection.hpp"
#include "risk.hpp"

namespace parabola::PARABOLA_ISA {

// A multiplier is wrong when it is so by more than the rounding of the gradient it came from.
constexpr double kMultiplierRounding = 0x1p-47;

enum class Pivoting { Optimal, GaveUp, MostAreFree };

// What one lane does.
PARABOLA_INLINE void restOn(Workspace& ws, int i, bool upper) {
  ws.w[i] = upper ? ws.upper[i] : ws.lower[i];
  ws.side[i] = ws.lower[i] == ws.upper[i] ? 0 : upper ? 1 : -1;
}

// The weights on a bound whose multiplier is wrong, to ws.candidates; returns how many, and the largest error.
template <class Group>
PARABOLA_LARGE int wrongMultipliers(const Group& group, Workspace& ws, double nu, double& largest) {
  using P = Pack<kLanes>;
  const double floor = kMultiplierRounding * std::fabs(nu);
  const int count = group.select(ws.padded, ws.candidates, [&](auto i) {
    const P g = load(ws.g, i);
    const P q = load(ws.q, i);
    const P size = max(g, P(0.0) - g) + max(q, P(0.0) - q);
    return fma(P(kMultiplierRounding), size, P(floor)) < (g - P(nu)) * load(ws.side, i);
  });
  largest = group.largest(count, 0, [&](int c) { return std::fabs(ws.g[ws.candidates[c]] - nu); });
  return count;
}

// The multiplier of the budget at ws.w: the gradient of the free weights, taken from those of the least variance, where
// it is known best; or, where none is free, the threshold of the linear program.
template <class Group>
PARABOLA_FUNCTION double budgetMultiplier(const Group& group, const Shared& shared, const Workspace& ws) {
  const Face& face = ws.face;
  if (face.size == 0) {
    return knapsackThreshold(group, ws.padded, ws.g, ws.lower, ws.upper, ws.budget);
  }
  const double least = -group.largest(face.size, -INFINITY, [&](int c) { return -shared.deviation[face.index[c]]; });
  struct Sum {
    double sum = 0;
    int count = 0;
  };
  const Sum calm = group.reduce(
      face.size, Sum(), Sum(),
      [&](int c, Sum& s) {
        // Without a branch, which would often be guessed wrong.
        const bool calm = shared.deviation[face.index[c]] <= 2 * least;
        s.sum += calm ? ws.g[face.index[c]] : 0;
        s.count += calm;
      },
      [](const Sum& s, const Sum& t) {
        return Sum{s.sum + t.sum, s.count + t.count};
      });
  return calm.sum / calm.count;
}

// Whether what the certificate leaves open at ws.w, ws.g and nu is no more than rounding, and little beside the
// objective.
template <class Group>
PARABOLA_LARGE bool certified(const Group& group, const Shared& shared, const Workspace& ws, double nu) {
  const Terms t = terms(group, ws.padded, ws.w, ws.g, nu, ws.q, shared.deviation, ws.lower, ws.upper);
  return t.gap <= 0x1p-50 * t.before && t.gap <= 0x1p-34 * t.size;
}

// Frees the `count` candidates with the largest multipliers, at most `most` of them. A tenth of the largest is the
// least that counts: smaller ones mostly change sign once the large ones have moved.
template <class Group>
PARABOLA_FUNCTION void enter(const Group& group, Workspace& ws, double nu, double largest, int count, int most) {
  double threshold = 0.1 * largest;
  const auto above = [&](double t) {
    return group.count(count, [&](int c) { return std::fabs(ws.g[ws.candidates[c]] - nu) >= t; });
  };
  for (int round = 0; round < 20 && above(threshold) > most; round++) {
    threshold += 0.25 * (largest - threshold);
  }
  int* const entering = ws.face.index + ws.face.size;
  const int many = group.choose(count, entering, most, [&](int c) {
    const int i = ws.candidates[c];
    return std::fabs(ws.g[i] - nu) >= threshold ? i : -1;
  });
  group.items(many, [&](int c) { ws.side[entering[c]] = 0; });
  ws.face.size += many;
}

// Starts from ws.side and, where a weight rests on a bound, ws.w; face.index lists the free ones. On Optimal ws.w, ws.g
// and nu are the solution. The factor of the leading `kept` free weights is there already.
template <class Group>
PARABOLA_FUNCTION Pivoting pivot(const Group& group, const Shared& shared, Workspace& ws, int kept, double& nu,
                                 int& iterations, bool mayLeave) {
  constexpr int kBlockPasses = 12;   // many at a time
  constexpr int kSinglePasses = 30;  // then one entering a pass, when none leaves
  using P = Pack<kLanes>;
  Face& face = ws.face;
  for (int pass = 0; pass < kBlockPasses + kSinglePasses; pass++) {
    if (mayLeave && face.size > ws.n / 2 && ws.n > kBlock) {
      return Pivoting::MostAreFree;
    }
    for (int r; (r = factor(group, face, Dense{shared.covariance, shared.stride, shared.sigma}, kept)) < face.size;) {
      // It depends on the others: its share is theirs to take. If that is wrong, its multiplier will say so.
      const int i = face.index[r];
      group.one([&] { restOn(ws, i, false); });
      group.takeOut(face.size--, face.index, r);
      kept = r;
    }
    if (face.size == 0) {
      return Pivoting::GaveUp;
    }
    iterations++;

    const int k = face.size;
    group.items(k, [&](int c) { ws.w[face.index[c]] = 0; });
    const int resting = listNonzero(group, ws, ws.w);
    const double total = group.accumulate(resting, ws.budget, [&](int c, double s) { return s - ws.amount[c]; });
    group.each(ws.padded, [&](auto i) { store(ws.g, i, P(0.0) - load(ws.q, i)); });
    addColumns(group, shared.covariance, shared.stride, ws.list, ws.amount, resting, ws.padded, ws.g);
    group.items(k, [&](int c) { ws.x[c] = -ws.g[face.index[c]]; });
    solveFace(group, face, shared.sigma, total, ws.x, ws.ones);

    const auto stays = [&](int c) {
      const int i = face.index[c];
      return (ws.lower[i] <= ws.x[c]) & (ws.x[c] <= ws.upper[i]);
    };
    struct Found {
      int first;  // the first position that passed a bound
      double sum;
    };
    const Found found = group.reduce(
        k, Found{k, 0}, Found{k, 0},
        [&](int c, Found& f) {
          f.first = stays(c) || f.first < c ? f.first : c;
          f.sum += ws.x[c];
        },
        [](const Found& f, const Found& g) {
          return Found{f.first < g.first ? f.first : g.first, f.sum + g.sum};
        });
    const bool inside = found.first == k;
    if (inside) {
      group.items(k, [&](int c) { ws.w[face.index[c]] = ws.x[c]; });
      settle(group, ws.w, ws.lower, ws.upper, shared.deviation, face.index, k, total - found.sum);
      group.items(k, [&](int c) { ws.x[c] = ws.w[face.index[c]]; });
    }
    addColumns(group, shared.covariance, shared.stride, face.index, ws.x, k, ws.padded, ws.g);
    nu = budgetMultiplier(group, shared, ws);
    double largest;
    const int wrong = wrongMultipliers(group, ws, nu, largest);
    if (inside && (wrong == 0 || (pass > 3 && certified(group, shared, ws, nu)))) {
      return Pivoting::Optimal;
    }

    // Those that passed a bound leave; the order of the others, and so the factor before the first that left, stays.
    kept = found.first;
    if (!inside) {
      face.size = group.keep(k, face.index, [&](int c) {
        const int i = face.index[c];
        const bool stay = stays(c);
        if (!stay) {
          restOn(ws, i, ws.x[c] > ws.upper[i]);
        }
        return stay;
      });
    }
    if (pass < kBlockPasses) {
      enter(group, ws, nu, largest, wrong, face.size / 2 > kBlock ? face.size / 2 : kBlock);
    } else if (inside) {
      enter(group, ws, nu, largest, wrong, 1);
    }
  }
  return Pivoting::GaveUp;
}

}  // namespace parabola::PARABOLA_ISA
