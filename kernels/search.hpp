// Where pivoting does not find the face: the interior point method, the proof that there is nothing to be found, and
// the method of multipliers for what has no inside.
#pragma once

#include "interior.hpp"
#include "read.hpp"
#include "refine.hpp"

namespace parabola::PARABOLA_ISA {

// From where the interior point method ended, whose weights are never quite on their bounds: the face that it shows,
// solved exactly. A term that holds the weights where they are makes up for curvature that H may lack.
template <class Group>
PARABOLA_FUNCTION void sharpen(const Group& group, Program& p, const Interior& in, double& gap, GeneralTerms& t,
                               int& iterations) {
  constexpr double kHold = 1e-7;
  Workspace& ws = p.ws;
  const GeneralTerms before = t;
  remember(group, p, kBest);
  const double most = group.largest(ws.n, 0, [&](int i) { return p.deviation[i]; });
  const double steepest = group.largest(ws.n, 0, [&](int i) { return std::fabs(ws.g[i]); });
  const Model model = p.model;
  group.items(ws.padded, [&](int i) {
    const double v = p.deviation[i] * p.deviation[i];
    const double floor = most > 0 ? 1e-8 * most * most : steepest > 0 ? steepest : 1;
    const double hold = i < ws.n ? kHold * (v > floor ? v : floor) : 0;
    p.held[i] = (model.diagonal == nullptr ? 0 : model.diagonal[i]) + hold;
    ws.a[i] = hold * ws.w[i];
  });
  p.model.diagonal = p.held;
  group.items(ws.padded, [&](int i) {
    in.rhs[i] = ws.q[i];
    ws.q[i] += ws.a[i];
  });
  stateFromPairs(group, p, in, t.size);
  const bool solved = pivotRows(group, p, 0, 8, iterations) == Pivoting::Optimal;
  double sharper = INFINITY;
  if (solved) {
    sharper = refine(group, p, t);
  }
  group.items(ws.padded, [&](int i) { ws.q[i] = in.rhs[i]; });
  p.model = model;
  if (sharper < gap && worstViolation(group, p) <= kFeasible) {
    gap = sharper;
  } else {
    recall(group, p, kBest);
    t = before;
    gap = refine(group, p, t);
  }
}

// Whether no portfolio meets the constraints: the smallest sum of squared violations, each relative to its row, over
// the bounds. Where that is not zero the violations are multipliers that prove it.
template <class Group>
PARABOLA_FUNCTION bool infeasible(const Group& group, Program& p, Interior& in, int& iterations) {
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const double typical = p.typical;
  const Model risk = p.risk;
  const Model model = p.model;
  const double* const baseProduct = p.baseProduct;
  Limits& limits = p.limits;
  const Limits all = limits;
  // Nothing but a hold on the weights, for a solution to be one.
  group.items(n, [&](int i) {
    p.diagonal[i] = i < ws.n ? 1e-12 / (typical * typical) : 0;
    in.dw[i] = p.mu[i];
    p.best[kBest][i] = p.buy[i];
    p.mu[i] = p.buy[i] = p.sell[i] = p.power[i] = 0;
  });
  p.risk = Model();
  p.baseProduct = nullptr;
  p.risk.n = n;
  p.risk.diagonal = p.diagonal;
  p.model = p.risk;
  limits.benchmark = nullptr;
  limits.quadratic = nullptr;
  group.items(p.rows + 3, [&](int r) {
    const double scale = r < p.rows ? reachOfRow(p, r) : p.typical;
    in.soften[r] = scale * scale;
  });
  double gap;
  GeneralTerms t;
  const bool proven = interior(group, p, in, 1, 1e-13, iterations, gap, t) == Outcome::Infeasible;
  p.risk = risk;
  p.model = model;
  p.baseProduct = baseProduct;
  limits = all;
  return proven;
}

// The method of multipliers, for problems whose feasible set has no inside or whose multipliers are not bounded: every
// row gives way by d_r (y_r - centre_r), which gives each problem an inside and a single least set of multipliers, and
// those become the next centre. The violations die out at the rate of d, which is made smaller where they do not.
// Returns with the best of what it found and what it was given (gap = infinity: nothing).
template <class Group>
PARABOLA_FUNCTION void solveBySoftening(const Group& group, Program& p, Interior& in, double& gap, GeneralTerms& t,
                                        int& iterations) {
  constexpr int kRounds = 8;
  constexpr double kSoft = 1e-7;
  constexpr double kHarder = 1e-3;
  constexpr double kMet = 2;
  const int rows = p.rows + 2;
  const double size = t.size > 0 ? t.size : 1;
  in.harden(group, p.rows);
  remember(group, p, kBest);
  double softness = kSoft;
  double lastViolation = INFINITY;
  for (int round = 0; round < kRounds && !(gap <= kSure * t.size); round++) {
    group.items(rows, [&](int r) {
      const double reach = r < p.rows ? reachOfRow(p, r) : p.typical;
      in.soften[r] = softness * reach * reach / size;
    });
    in.objective = size;
    double found;
    GeneralTerms terms;
    if (interior(group, p, in, 1, 1e-13, iterations, found, terms) == Outcome::Infeasible) {
      break;
    }
    const double violation = worstViolation(group, p);
    softness *= violation > 0.1 * lastViolation ? kHarder : 1;
    lastViolation = violation;
    group.items(rows, [&](int r) { in.centre[r] = multiplier(p, r); });
    // The first rounds can do better than just pass for feasible.
    const double allowed = round < kRounds - 2 ? kMet : kFeasible;
    if (violation <= allowed) {
      found = refine(group, p, terms);
      if (found < gap && worstViolation(group, p) <= allowed) {
        gap = found;
        t = terms;
        remember(group, p, kBest);
      }
    }
  }
  in.harden(group, p.rows);
  recall(group, p, kBest);
  if (gap < INFINITY) {
    gap = certify(group, p, t);
  }
}

// What searchInside found.
enum class Search { Found, Infeasible, Stopped };

// The interior point method, and the face that it shows. p is read, with open bounds at `open`.
template <class Group>
PARABOLA_FUNCTION Search searchInside(const Group& group, const Shared& shared, const Scenario& scenario, double open,
                                      Program& p, Interior& in, double& gap, GeneralTerms& t, int& iterations) {
  constexpr double kTight = 1e-13;  // the relative gap to go for
  constexpr double kFar = 100;
  in.harden(group, p.rows);
  Outcome outcome = interior(group, p, in, 1, kTight, iterations, gap, t);
  if (outcome == Outcome::Infeasible) {
    return Search::Infeasible;
  }
  if (outcome == Outcome::Stopped) {
    if (infeasible(group, p, in, iterations)) {
      return Search::Infeasible;
    }
    readProgram(group, shared, scenario, open, p);
    in.harden(group, p.rows);
    outcome = interior(group, p, in, kFar, kTight, iterations, gap, t);
  }
  gap = outcome == Outcome::Solved ? gap : INFINITY;
  if (!p.powered) {
    sharpen(group, p, in, gap, t, iterations);
  } else if (outcome == Outcome::Stopped) {
    return Search::Stopped;
  } else {
    clean(group, p);
    gap = certify(group, p, t);
  }
  if (worstViolation(group, p) > kFeasible) {
    gap = INFINITY;
  }
  if (!p.powered && !(gap <= kSure * t.size)) {
    solveBySoftening(group, p, in, gap, t, iterations);
  }
  return worstViolation(group, p) > kFeasible ? Search::Stopped : Search::Found;
}

}  // namespace parabola::PARABOLA_ISA
