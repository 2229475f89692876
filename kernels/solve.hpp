// One portfolio: from the data of a scenario to certified weights.
//
//     read       check the data, divide by gamma, make the bounds finite
//     guess      a face: the given start, the base scenario's optimum, or the diagonal model's largest weights
//     pivot      to the optimal face, many weights at a time (pivoting.hpp; wide.hpp where most weights are free)
//     descend    where that gives up (descent.hpp)
//     polish     to clean weights, and the certificate from the data (polish.hpp)
#pragma once

#include "bounds.hpp"
#include "polish.hpp"
#include "wide.hpp"

namespace parabola::PARABOLA_ISA {

// From so many assets on, few of them free, a batch's portfolios are guessed by a projected gradient step.
constexpr int kStepPays = 80;
constexpr double kFew = 0.3;
constexpr double kHalf = 0.5;

// A small portfolio near the base scenario is solved by what differs from that one's face, as long as that is less than
// this share of its free weights.
constexpr double kNear = 0.75;

// As many of a first portfolio's largest weights are free at first.
constexpr int kLargest = 16;

// What moving that far may gain, relative to the size of the objective, where it is called flat.
constexpr double kFlat = 1e-8;

// Sets ws.q, ws.budget and the bounds from the scenario, see readBounds().
template <class Group>
PARABOLA_FUNCTION Status read(const Group& group, const Shared& shared, const Scenario& scenario, double open,
                              Workspace& ws) {
  using P = Pack<kLanes>;
  const double gamma = scenario.riskAversion;
  if (!(gamma >= 0) || !finite(gamma) || !finite(scenario.budget)) {
    return Status::Invalid;
  }
  const bool budgeted = scenario.limits == nullptr || scenario.limits->budgeted;
  ws.budget = budgeted ? scenario.budget : 0;
  const double scale = gamma > 0 ? gamma : 1;
  const double* mu = scenario.expectedReturns;
  group.each(ws.padded, [&](auto i) { store(ws.q, i, load(mu, i) / P(scale)); });
  const double bad = group.sum(ws.padded, [&](auto i) {
    const P q = load(ws.q, i);
    return select(P(-INFINITY) < q && q < P(INFINITY), P(0.0), P(1.0));
  });
  return bad != 0 ? Status::Invalid : readBounds(group, shared, scenario, open, ws);
}

// A first face from the diagonal of Sigma alone: the optimum without correlations, of which the largest weights are
// free, about `most` of them.
template <class Group>
PARABOLA_FUNCTION void guessFromDiagonal(const Group& group, const Shared& shared, Workspace& ws, int most) {
  const auto variance = [&](int i) { return shared.deviation[i] * shared.deviation[i]; };
  const double largest = group.largest(ws.n, 0, variance);
  double* s = ws.b;
  group.items(ws.padded, [&](int i) {
    const double d = variance(i);
    s[i] = largest > 0 ? 1 / (d > 1e-9 * largest ? d : 1e-9 * largest) : 1;
  });
  group.each(ws.padded, [&](auto i) { store(ws.a, i, load(ws.q, i) * load(s, i)); });
  project(group, ws.padded, ws.a, s, ws.lower, ws.upper, ws.budget, ws.w);
  listFree(group, ws);
  Face& face = ws.face;
  while (face.size > most) {
    // Keep the half with the most weight above its lower bound, but a few at least: the last ones of the others.
    const int before = face.size;
    const double mean = group.accumulate(
        before, 0, [&](int c, double s) { return s + (ws.w[face.index[c]] - ws.lower[face.index[c]]) / before; });
    const int leave = group.choose(before, ws.list, before - most / 2, [&](int c) {
      const int i = face.index[c];
      return ws.w[i] - ws.lower[i] > mean ? -1 : i;
    });
    group.items(leave, [&](int c) { restOn(ws, ws.list[c], false); });
    face.size = group.keep(before, face.index, [&](int c) { return ws.lower[face.index[c]] < ws.w[face.index[c]]; });
    if (leave == 0) {
      break;
    }
  }
}

// Puts the free weights, which ws.side says to be so, in the base scenario's order, and takes over its factor as far as
// they are the same. Returns how many leading columns are there.
template <class Group>
PARABOLA_FUNCTION int keepBaseFactor(const Group& group, const Shared& shared, Workspace& ws) {
  Face& face = ws.face;
  // A factor of lanes that pad their columns may not fit.
  if (shared.baseL == nullptr || shared.baseStride > face.capacity) {
    return 0;
  }
  const int kept = group.leading(shared.baseFree, [&](int c) {
    const int i = shared.baseIndex[c];
    return ws.side[i] == 0 && ws.lower[i] < ws.upper[i];
  });
  // Those are told from the others by a side for a while.
  group.items(kept, [&](int c) { ws.side[shared.baseIndex[c]] = 1; });
  const int others = group.choose(face.size, ws.list, face.size, [&](int c) {
    const int i = face.index[c];
    return ws.side[i] == 0 ? i : -1;
  });
  group.items(kept, [&](int c) {
    face.index[c] = shared.baseIndex[c];
    ws.side[shared.baseIndex[c]] = 0;
  });
  group.items(others, [&](int c) { face.index[kept + c] = ws.list[c]; });
  face.stride = shared.baseStride;
  if constexpr (kLanes > 1) {
    // The other rows of those columns are worked out anew.
    for (int c = 0; c < kept; c++) {
      const long at = static_cast<long>(c) * face.stride;
      group.each(c / kLanes * kLanes, padded(kept), [&](auto i) { store(face.L + at, i, load(shared.baseL + at, i)); });
    }
  } else {
    group.each(kept * face.stride, [&](auto i) { store(face.L, i, load(shared.baseL, i)); });
  }
  group.items(kept, [&](int c) { face.inverse[c] = shared.baseInverse[c]; });
  return kept;
}

// How far along its gradient a weight goes in a step: to its optimum, if it had no correlations. (The calmest of all
// would go too far.)
PARABOLA_INLINE Pack<kLanes> stepLength(const Pack<kLanes>& variance, double most) {
  constexpr double kCalmest = 1e-4;
  return Pack<kLanes>(1.0) / max(variance, Pack<kLanes>(most > 0 ? kCalmest * most : 1));
}

// Weights rest where those of the base scenario do.
template <class Group>
PARABOLA_FUNCTION void takeBaseSides(const Group& group, const Shared& shared, Workspace& ws) {
  using P = Pack<kLanes>;
  group.each(ws.padded, [&](auto i) {
    store(ws.side, i, select(load(ws.lower, i) < load(ws.upper, i), load(shared.baseSide, i), P(0.0)));
  });
}

// The same after one projected gradient step from the base scenario's weights, roughly: a guess need not meet the
// budget to the last bit. It is nearer, but has less of the base scenario's factor, which pays where there are many
// assets. Returns false where the step frees none or nearly all, as it may far from the base scenario: then it tells
// less than the face it started from.
template <class Group>
PARABOLA_FUNCTION bool stepFromBase(const Group& group, const Shared& shared, const Scenario& scenario, Workspace& ws) {
  constexpr int kRounds = 4;
  constexpr double kEnough = 0x1p-7;
  using P = Pack<kLanes>;
  double nu = *shared.basePrices.budget / scenario.riskAversion;
  const double* const s = shared.baseStep;
  double* const v = ws.a;
  group.each(ws.padded, [&](auto i) {
    store(v, i, fma(load(s, i), load(ws.q, i) - load(shared.baseProduct, i), load(shared.baseWeights, i)));
  });
  const auto drawn = [&] {
    return group.accumulate(shared.baseFree, 0, [&](int c, double sum) {
      const int i = shared.baseIndex[c];
      return sum + (shared.baseProduct[i] - ws.q[i]) / shared.baseFree;
    });
  };
  for (int round = 0; round < kRounds; round++) {
    double sum;
    double slope;
    group.sums(ws.padded, sum, slope, [&](auto i, P& a, P& b) {
      const P x = fma(P(nu), load(s, i), load(v, i));
      const P l = load(ws.lower, i);
      const P u = load(ws.upper, i);
      a = a + min(max(x, l), u);
      b = b + select(l < x && x < u, load(s, i), P(0.0));
    });
    const double missing = ws.budget - sum;
    if (std::fabs(missing) <= kEnough * std::fabs(ws.budget) || (!(slope > 0) && round > 0)) {
      break;
    }
    // Where the price of the base scenario frees none, what is drawn from its free weights on average may.
    nu = slope > 0 ? nu + missing / slope : drawn();
  }
  group.each(ws.padded, [&](auto i) {
    const P x = fma(P(nu), load(s, i), load(v, i));
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    store(ws.side, i, select(l < u, select(x < u, select(l < x, P(0.0), P(-1.0)), P(1.0)), P(0.0)));
  });
  const double free = group.sum(ws.padded, [&](auto i) {
    const P side = load(ws.side, i);
    return select(load(ws.lower, i) < load(ws.upper, i), P(1.0) - side * side, P(0.0));
  });
  return 0 < free && free <= 2 * kFew * ws.n;
}

// The face and the resting weights that ws.side says, and of the base scenario's factor what fits that face. Returns
// how many leading columns are there.
template <class Group>
PARABOLA_FUNCTION int guessFromSides(const Group& group, const Shared& shared, Workspace& ws) {
  using P = Pack<kLanes>;
  group.each(ws.padded,
             [&](auto i) { store(ws.w, i, select(P(0.0) < load(ws.side, i), load(ws.upper, i), load(ws.lower, i))); });
  ws.face.size = group.select(ws.padded, ws.face.index, [&](auto i) {
    const P side = load(ws.side, i);
    return load(ws.lower, i) < load(ws.upper, i) && P(-0.5) < side && side < P(0.5);
  });
  return keepBaseFactor(group, shared, ws);
}

// Keeps the factor of the face of the base scenario's optimum for all others: sets face.index and its factor from
// shared.baseIndex. Returns false if the face is dependent.
template <class Group>
PARABOLA_FUNCTION bool factorBase(const Group& group, const Shared& shared, Workspace& ws) {
  Face& face = ws.face;
  face.size = shared.baseFree;
  group.items(face.size, [&](int c) { face.index[c] = shared.baseIndex[c]; });
  return factor(group, face, Dense{shared.covariance, shared.stride, shared.sigma}, 0) == face.size;
}

template <class Group>
PARABOLA_FUNCTION void guessFromStart(const Group& group, const double* start, Workspace& ws) {
  group.items(ws.padded, [&](int i) {
    const double x = i < ws.n ? start[i] : 0;
    ws.w[i] = x < ws.lower[i] ? ws.lower[i] : x > ws.upper[i] ? ws.upper[i] : x;
  });
  listFree(group, ws);
}

// Finds the optimum of what was read: ws.w, ws.g and nu. `inverse` gives shared.inverse on demand: it is called once a
// portfolio turns out to have most weights free, and may answer false. Returns false if it was not found, which happens
// with factors only.
template <class Group, class Inverse>
PARABOLA_FUNCTION bool optimise(const Group& group, const Shared& shared, const Scenario& scenario, Workspace& ws,
                                Inverse inverse, double& nu, int& iterations) {
  using P = Pack<kLanes>;
  const int n = ws.padded;
  if (scenario.riskAversion == 0) {
    // Without risk aversion it is the linear program, and q = mu.
    group.each(n, [&](auto i) { store(ws.a, i, P(0.0) - load(ws.q, i)); });
    nu = knapsack(group, n, ws.a, ws.lower, ws.upper, ws.budget, ws.w);
    iterations++;
    group.each(n, [&](auto i) { store(ws.g, i, load(ws.a, i)); });
  } else if (hasFactors(shared)) {
    if constexpr (kLanes > 1) {
      return solveDual(group, shared, scenario, ws, nu, iterations);
    }
  } else {
    bool wide = false;
    int kept = 0;  // columns of the face's factor that are there already
    Pivoting outcome = Pivoting::GaveUp;
    if (scenario.start != nullptr) {
      guessFromStart(group, scenario.start, ws);
    } else if (shared.baseSide != nullptr) {
      const bool few = shared.baseL != nullptr && shared.baseFree <= kFew * ws.n;
      const bool step = ws.n >= kStepPays && few && stepFromBase(group, shared, scenario, ws);
      if (!step) {
        takeBaseSides(group, shared, ws);
      }
      if (!shared.mostAreFree() && shared.turned != nullptr) {
        outcome = pivotBounds(group, shared, turnedOf(shared), ws, nu, iterations, true, kNear);
      }
      if (outcome != Pivoting::Optimal) {
        kept = guessFromSides(group, shared, ws);
      }
    } else {
      const double deepest = -group.largest(ws.n, 0, [&](int i) { return -ws.lower[i]; });
      wide = deepest < 0 && ws.n > kBlock;
      guessFromDiagonal(group, shared, ws, wide ? ws.n : kLargest);
    }
    if (!wide && outcome != Pivoting::Optimal) {
      outcome = pivot(group, shared, ws, kept, nu, iterations, true);
    }
    if ((wide || outcome == Pivoting::MostAreFree) && inverse() && inverseOf(shared).matrix != nullptr) {
      outcome = pivotBounds(group, shared, inverseOf(shared), ws, nu, iterations, !wide, 2);
      wide = true;
    }
    if (outcome != Pivoting::Optimal) {
      group.each(n, [&](auto i) { store(ws.b, i, P(1.0)); });
      project(group, n, ws.w, ws.b, ws.lower, ws.upper, ws.budget, ws.w);
      if (wide || outcome == Pivoting::MostAreFree) {
        listFree(group, ws);
        outcome = pivot(group, shared, ws, 0, nu, iterations, false);
      }
    }
    if (outcome != Pivoting::Optimal) {
      project(group, n, ws.w, ws.b, ws.lower, ws.upper, ws.budget, ws.w);
      descend(group, shared, ws, nu, iterations);
    }
  }
  return true;
}

// Solves one scenario. The weights are in ws.w; statuses without a portfolio leave them undefined, but for an
// inaccurate one without a gap: with factors, those to go on from in the general way.
template <class Group, class Inverse>
PARABOLA_FUNCTION Answer solve(const Group& group, const Shared& shared, const Scenario& scenario, double tolerance,
                               Workspace& ws, Inverse inverse) {
  using P = Pack<kLanes>;
  const int n = ws.padded;
  Answer answer{Status::Invalid, 0, NAN, NAN, NAN, NAN, NAN};
  if (scenario.start != nullptr && !group.all(ws.n, [&](int i) { return finite(scenario.start[i]); })) {
    return answer;
  }
  const double open = farthestBound(scenario);
  answer.status = read(group, shared, scenario, open, ws);
  if (answer.status != Status::Solved) {
    return answer;
  }

  double nu = 0;
  if (!optimise(group, shared, scenario, ws, inverse, nu, answer.iterations)) {
    answer.status = Status::Inaccurate;
    return answer;
  }

  Terms t;
  double gap = INFINITY;
  // Cleans the weights within the bounds at hand, and certifies them; with `widen` within the bounds farthest out.
  const auto finish = [&](bool widen) {
    if (scenario.riskAversion == 0) {
      snap(group, ws);
      settleBudget(group, shared, ws);
      if (widen) {
        read(group, shared, scenario, open, ws);
      }
      // Its objective has no risk term, and so no rounding of one; nor has its gap.
      gap = gapBound(group, n, ws.g, nu, ws.w, ws.lower, ws.upper);
      group.each(n, [&](auto i) { store(ws.b, i, P(0.0)); });
      freshGradient(group, shared, ws);
      t = terms(group, n, ws.w, ws.g, nu, ws.q, ws.b, ws.lower, ws.upper);
      return;
    }
    gap = polish(group, shared, ws, nu, t);
    if (widen) {
      read(group, shared, scenario, open, ws);
      t = terms(group, n, ws.w, ws.g, nu, ws.q, shared.deviation, ws.lower, ws.upper);
      gap = t.gap;
    }
  };
  if (ws.open && reachesOpenBound(group, scenario, ws, open)) {
    // The objective falls without end, or is flat that way. Then a portfolio nearer by is as good, and the certificate
    // shows it, against the bounds farthest out.
    bool flat = false;
    for (double near = nearBound(group, scenario, ws.n); near < open && !flat; near *= kOutwards) {
      read(group, shared, scenario, near, ws);
      if (!optimise(group, shared, scenario, ws, inverse, nu, answer.iterations)) {
        answer.status = Status::Inaccurate;
        return answer;
      }
      finish(true);
      flat = !reachesOpenBound(group, scenario, ws, open) && gap <= kFlat * t.size;
    }
    if (!flat) {
      answer.status = Status::Unbounded;
      return answer;
    }
  } else {
    const double closed = ws.open ? closeIn(group, scenario, open, ws) : open;
    finish(false);
    if (closeInAgain(group, scenario, closed, open, ws)) {
      t = terms(group, n, ws.w, ws.g, nu, ws.q, shared.deviation, ws.lower, ws.upper);
      gap = t.gap;
    }
  }
  if (t.before > 64 * t.quadratic) {
    // Hw = g + q has lost digits to a q that is far larger: once more, without it.
    freshGradient(group, shared, ws, shared.zeros);
    t.quadratic = group.sum(n, [&](auto i) { return load(ws.w, i) * load(ws.g, i); });
  }
  const double gamma = scenario.riskAversion;
  const double scale = gamma > 0 ? gamma : 1;
  const double objective = gamma > 0 ? gamma * (0.5 * t.quadratic - t.linear) : -t.linear;
  if (!finite(objective) || !finite(scale * gap) || !finite(scale * t.size) || !finite(t.quadratic)) {
    answer.status = Status::Invalid;  // numbers too large to be computed with
    return answer;
  }
  answer.expectedReturn = scale * t.linear;
  answer.variance = t.quadratic > 0 ? t.quadratic : 0;
  answer.objective = objective;
  answer.gap = scale * gap;
  answer.relativeGap = gap == 0 ? 0 : gap / t.size;
  answer.price = scale * nu;
  answer.turnover = NAN;
  const double enough = hasFactors(shared) && kClean < tolerance ? kClean : tolerance;
  answer.status = answer.relativeGap <= enough ? Status::Solved : Status::Inaccurate;
  return answer;
}

}  // namespace parabola::PARABOLA_ISA
