// The scenario at one risk aversion after another, and what can be said of a portfolio found that way: what the
// searches for a target risk and for the largest Sharpe ratio have in common.
//
// Both are over the risk tolerance u = 1 / gamma. On one face the weights are a + u d with a'Sigma d = 0 and
// mu'd = d'Sigma d, so there the variance is linear in u^2 and u times the excess return less the variance is linear in
// u: an interpolation between two portfolios of the face is exact.
#pragma once

#include "general.hpp"

namespace parabola::PARABOLA_ISA {

struct GoalWorkspace {
  GeneralWorkspace general;
  double* zeros = nullptr;       // [padded]
  double* start = nullptr;       // [padded]
  double* below = nullptr;       // [padded] weights with less risk than the target
  double* above = nullptr;       // [padded] and with more
  double* kept = nullptr;        // [rows + 4] multipliers of the largest return: of rows, then nu, kappa, rho
  double* rowLower = nullptr;    // [rows + 1]
  double* rowUpper = nullptr;    // [rows + 1]
  const double** row = nullptr;  // [rows + 1]

  PARABOLA_SIZE static std::size_t numbers(int n, int rows, int thinFactors) {
    return GeneralWorkspace::numbers(n, rows + 1, thinFactors) + 4 * static_cast<std::size_t>(padded(n)) +
           3 * static_cast<std::size_t>(padded(rows + 1)) + static_cast<std::size_t>(padded(rows + 4));
  }
  // With `extra` the problem has one row more than `rows`.
  PARABOLA_FUNCTION void layOut(int n, int rows, bool extra, int thinFactors, double* memory) {
    general.layOut(n, rows + (extra ? 1 : 0), thinFactors, memory);
    memory += GeneralWorkspace::numbers(n, rows + 1, thinFactors);
    zeros = memory;
    start = memory + padded(n);
    below = memory + 2 * padded(n);
    above = memory + 3 * padded(n);
    memory += 4 * padded(n);
    rowLower = memory;
    rowUpper = memory + padded(rows + 1);
    row = reinterpret_cast<const double**>(memory + 2 * padded(rows + 1));
    kept = memory + 3 * padded(rows + 1);
  }
};

// mu'w of the weights found.
template <class Group>
PARABOLA_FUNCTION double expectedReturn(const Group& group, const Workspace& ws, const double* mu) {
  return group.sum(ws.padded, [&](auto i) { return load(mu, i) * load(ws.w, i); });
}

// No variance is below zero: a least one that was called unbounded is farther out than others are looked for.
template <class Group>
PARABOLA_FUNCTION void lookFartherOut(const Group& group, const Shared& shared, const Scenario& scenario,
                                      double tolerance, GeneralWorkspace& memory, Answer& answer) {
  constexpr double kFartherOut = 1e6;
  if (answer.status != Status::Unbounded) {
    return;
  }
  answer.status = Status::Inaccurate;
  answer.gap = answer.relativeGap = NAN;
  if constexpr (kLanes > 1) {
    solvePrecisely(group, shared, scenario, kFartherOut * farthestBound(scenario), tolerance, memory, answer);
  }
  answer.status = answer.status == Status::Unbounded ? Status::Inaccurate : answer.status;
}

// Solves the scenario with another risk aversion and the weights found last as a start; gamma = infinity asks for the
// least variance.
template <class Group>
PARABOLA_FUNCTION Answer solveAt(const Group& group, const Shared& shared, const Scenario& scenario, double gamma,
                                 double tolerance, bool again, GoalWorkspace& memory) {
  Scenario at = scenario;
  at.goal = Goal::RiskAversion;
  at.riskAversion = gamma;
  if (gamma == INFINITY) {
    at.riskAversion = 1;
    at.expectedReturns = memory.zeros;
  }
  if (again) {
    const Workspace& ws = memory.general.program.ws;
    group.each(ws.padded, [&](auto i) { store(memory.start, i, load(ws.w, i)); });
    at.start = memory.start;
  }
  Answer answer = solveGeneral(group, shared, at, tolerance, memory.general);
  if (gamma == INFINITY) {
    lookFartherOut(group, shared, at, tolerance, memory.general, answer);
    answer.expectedReturn = expectedReturn(group, memory.general.program.ws, scenario.expectedReturns);
  }
  return answer;
}

// An inaccurate answer without a gap has no portfolio that meets the constraints either.
PARABOLA_FUNCTION bool hasPortfolio(const Answer& answer) {
  return answer.status == Status::Solved || (answer.status == Status::Inaccurate && finite(answer.gap));
}

// (sum |w_i - b_i| s_i)^2, what the variance would be if nothing hedged anything.
template <class Group>
PARABOLA_FUNCTION double squareBeforeHedging(const Group& group, const Program& p) {
  const double risk = group.sum(p.ws.padded, [&](auto i) {
    using P = Pack<kLanes>;
    const P w = load(p.ws.w, i);
    const P e = p.limits.benchmark == nullptr ? w : w - load(p.limits.benchmark, i);
    return max(e, P(0.0) - e) * load(p.deviation, i);
  });
  return risk * risk;
}

// The terms of an excess return before they cancel.
template <class Group>
PARABOLA_FUNCTION double excessTerms(const Group& group, const Workspace& ws, const double* mu, double costs,
                                     double least) {
  const double moved = group.sum(ws.padded, [&](auto i) {
    const Pack<kLanes> c = load(mu, i) * load(ws.w, i);
    return max(c, Pack<kLanes>(0.0) - c);
  });
  return moved + costs + std::fabs(least);
}

// Whether the portfolio at hand returns more than `least` after costs, by more than rounding.
template <class Group>
PARABOLA_FUNCTION bool returnsMore(const Group& group, const Workspace& ws, const double* mu, double costs,
                                   double least) {
  return expectedReturn(group, ws, mu) - costs - least > 0x1p-49 * excessTerms(group, ws, mu, costs, least);
}

// All that rounding can hide of the variance of the portfolio at hand: of what it would be if nothing hedged anything,
// and of weights that are known to a part of the largest.
template <class Group>
PARABOLA_FUNCTION double hiddenVariance(const Group& group, const Program& p) {
  constexpr double kKnown = 0x1p-44;
  const Workspace& ws = p.ws;
  const double* const b = p.limits.benchmark;
  const double largest = group.largest(ws.n, 0, [&](int i) {
    const double w = std::fabs(ws.w[i]);
    const double c = b == nullptr ? 0 : std::fabs(b[i]);
    return w > c ? w : c;
  });
  const double risk = kKnown * largest * group.sum(ws.padded, [&](auto i) { return load(p.deviation, i); });
  return kKnown * squareBeforeHedging(group, p) + risk * risk;
}

// A search over portfolios ends when more of them than that are inaccurate: it would not end better.
constexpr int kInaccurate = 6;

// Or when so many lie beyond the bounds that infinite ones are taken for. Where little risk is minded they may, and be
// near where more is.
constexpr int kBeyond = 8;

// A risk tolerance below one at which the portfolio was beyond, and above `low`, at which it was not (if not zero).
// Leaps become longer until one is found.
PARABOLA_INLINE double nearer(double low, double beyond, double& leap) {
  if (low > 0) {
    return std::sqrt(low) * std::sqrt(beyond);
  }
  const double u = beyond / leap;
  leap *= leap < 0x1p60 ? leap : 1;
  return u;
}

// A search over the risk tolerance.
struct ToleranceSearch {
  double u = 1;            // the next to be tried
  double low = 0;          // the one wanted is above
  double high = INFINITY;  // and below
  double leap = 16;        // from one u to the next where only one side is known
  bool again = false;      // whether weights were found last, to start from
  int iterations = 0;
  int inaccurate = 0;
  int beyond = 0;
};

enum class Tried { Found, Beyond, Nothing };

// Solves the scenario at search.u, and says how the search goes on: with the portfolio at hand, whose risk aversion is
// `gamma` then; nearer, since this one is beyond the bounds; or not at all.
template <class Group>
PARABOLA_FUNCTION Tried tryTolerance(const Group& group, const Shared& shared, const Scenario& scenario,
                                     double tolerance, GoalWorkspace& memory, ToleranceSearch& search, Answer& answer,
                                     double& gamma) {
  answer = solveAt(group, shared, scenario, 1 / search.u, tolerance, search.again, memory);
  search.iterations += answer.iterations;
  search.inaccurate += answer.status == Status::Inaccurate;
  search.again = answer.status != Status::Unbounded;
  if (!search.again && ++search.beyond <= kBeyond) {
    search.high = search.u;
    search.u = nearer(search.low, search.high, search.leap);
    return Tried::Beyond;
  }
  if (!hasPortfolio(answer) || search.inaccurate > kInaccurate) {
    return Tried::Nothing;
  }
  gamma = 1 / search.u;
  return Tried::Found;
}

}  // namespace parabola::PARABOLA_ISA
