// One portfolio of the general problem: rows, turnover, gross exposure, costs, a benchmark, any covariance.
//
//     read       check the data, divide by gamma, find the kinks (read.hpp)
//     guess      a state: the given start, the base scenario's weights, or the diagonal model's
//     approach   the multipliers of turnover and gross exposure, by a proximal gradient step (approach.hpp)
//     pivot      to the optimal face, many weights and rows at a time (rows.hpp; with power costs powers.hpp)
//     descend    from face to face where that gives up and a feasible portfolio is at hand (faces.hpp)
//     search     from inside where neither does (search.hpp)
//     refine     Newton's method on the face from the data, and the certificate (refine.hpp)
#pragma once

#include "approach.hpp"
#include "powers.hpp"
#include "rescue.hpp"
#include "search.hpp"

namespace parabola::PARABOLA_ISA {

// The general problem's memory: a program, and the interior point method's.
struct GeneralWorkspace {
  Program program;
  Interior interior;
  double* closeLower = nullptr;  // [padded] bounds that are all finite
  double* closeUpper = nullptr;  // [padded]
  Spare spare;                   // for the last resort

  // With thinFactors >= 0 for covariances of so many factors at most, see Program.
  PARABOLA_SIZE static std::size_t numbers(int n, int rows, int thinFactors) {
    return Program::numbers(n, rows, thinFactors) + Interior::numbers(n, rows, thinFactors) +
           2 * static_cast<std::size_t>(padded(n));
  }
  PARABOLA_FUNCTION void layOut(int n, int rows, int thinFactors, double* memory) {
    program.layOut(n, rows, thinFactors, memory);
    memory += Program::numbers(n, rows, thinFactors);
    interior.layOut(n, rows, memory);
    memory += Interior::numbers(n, rows, thinFactors);
    closeLower = memory;
    closeUpper = memory + padded(n);
  }
};

// Where the budget, or a turnover of zero, leaves one feasible point, `read` has closed the bounds around it. Prices
// are those of the bounds as given: with all weights on their upper ones the budget's is no less than any gradient, and
// so on.
template <class Group>
PARABOLA_FUNCTION void pricesOfSinglePoint(const Group& group, const Scenario& scenario, Program& p) {
  Workspace& ws = p.ws;
  p.at.clear(group, p.rows);
  evaluateGradient(group, p);
  reduceGradient(group, p);
  // The slopes that a rise and a fall of each weight would meet, to ws.a and ws.b.
  group.each(ws.padded, [&](auto i) {
    const Pack<kLanes> w = load(ws.w, i);
    store(ws.a, i, load(p.h, i) + slopeUp(p, i, w));
    store(ws.b, i, load(p.h, i) + slopeDown(p, i, w));
  });
  if (p.limits.turnover == 0) {
    p.at.kappa = group.largest(ws.n, p.at.kappa, [&](int i) {
      const double rise = ws.w[i] < scenario.upper[i] ? -ws.a[i] : 0;
      const double fall = scenario.lower[i] < ws.w[i] ? ws.b[i] : 0;
      return rise > fall ? rise : fall;
    });
  } else if (p.limits.budgeted) {
    const auto may = [&](int i) { return scenario.lower[i] < scenario.upper[i]; };
    const bool canRise = !group.all(ws.n, [&](int i) { return !may(i) || !(ws.w[i] < scenario.upper[i]); });
    const double least = -group.largest(ws.n, -INFINITY, [&](int i) { return may(i) ? -ws.a[i] : -INFINITY; });
    const double most = group.largest(ws.n, -INFINITY, [&](int i) { return may(i) ? ws.b[i] : -INFINITY; });
    const double nu = canRise ? least : most;
    p.at.nu = finite(nu) ? nu : 0;
  }
  reduceGradient(group, p);
}

// Puts what is known of ws.w into the answer: `t` and `gap` are its terms and its certificate.
template <class Group>
PARABOLA_FUNCTION void report(const Group& group, const Shared& shared, const Scenario& scenario, Program& p,
                              GeneralTerms& t, double gap, double tolerance, Answer& answer) {
  const bool curved = scenario.riskAversion > 0;
  Workspace& ws = p.ws;
  if (!curved || t.before > 64 * t.quadratic) {
    // Risk played no part but is reported; or it was taken from a gradient that has other, far larger terms.
    Model risk = covarianceOf(shared, scenario);
    group.each(ws.padded, [&](auto i) {
      const Pack<kLanes> w = load(ws.w, i);
      store(ws.a, i, p.limits.benchmark == nullptr ? w : w - load(p.limits.benchmark, i));
      store(ws.b, i, Pack<kLanes>(0.0));
    });
    const int count = listNonzero(group, ws, ws.a);
    addProduct(group, risk, ws.list, ws.amount, count, p.scratch, ws.b);
    t.quadratic = group.sum(ws.padded, [&](auto i) { return load(ws.a, i) * load(ws.b, i); });
  }
  const double scale = curved ? scenario.riskAversion : 1;
  answer.expectedReturn = scale * t.linear;
  answer.variance = t.quadratic > 0 ? t.quadratic : 0;
  answer.costs = scale * t.costs;
  answer.turnover = p.limits.current == nullptr ? NAN : group.sum(ws.padded, [&](auto i) {
    const Pack<kLanes> d = load(ws.w, i) - load(p.limits.current, i);
    return max(d, Pack<kLanes>(0.0) - d);
  });
  answer.objective = curved ? scale * (0.5 * t.quadratic - t.linear + t.costs) : t.costs - t.linear;
  answer.gap = scale * gap;
  answer.relativeGap = gap == 0 ? 0 : gap / t.size;
  answer.price = scale * p.at.nu;
  if (!finite(answer.objective) || !finite(answer.gap) || !finite(answer.variance)) {
    answer.status = Status::Invalid;
    return;
  }
  answer.status = answer.relativeGap <= tolerance ? Status::Solved : Status::Inaccurate;
}

// The last resort, with infinite bounds drawn to where the others could reach, and further out where that is not
// enough. Leaves the answer as it is where it does not help.
template <class Group>
PARABOLA_FUNCTION void solvePrecisely(const Group& group, const Shared& shared, const Scenario& scenario, double open,
                                      double tolerance, GeneralWorkspace& memory, Answer& answer) {
  Program& p = memory.program;
  Workspace& ws = p.ws;
  const double near = nearBound(group, scenario, ws.n);
  const bool endless = hasOpenBound(group, scenario, ws.padded);
  const bool known = answer.gap < INFINITY;
  const int free = movableWeights(p);
  if (free == 0 || free > kRescued) {
    return;
  }
  const std::size_t beside = static_cast<std::size_t>(ws.padded) + padded(p.rows + 3);
  double* const kept = memory.spare.ask(Spare::kPieces, beside + Pieces::numbers(ws.n, free, p.rows));
  if (kept == nullptr) {
    return;
  }
  remember(group, p, kept, kept + ws.padded);
  double next = endless && near < open ? near : open;
  for (double farthest = 0; farthest < open; next *= kOutwards) {
    farthest = next < open ? next : open;
    readProgram(group, shared, scenario, farthest, p);
    double gap;
    GeneralTerms t;
    const Rescue outcome = rescue(group, p, 0.1 * tolerance, kept + beside, gap, t, answer.iterations);
    if (outcome == Rescue::Infeasible && farthest == open) {
      answer.status = Status::Infeasible;
      return;
    }
    if (outcome != Rescue::Found) {
      next = open;
      continue;
    }
    if (farthest < open && comesNearOpenBound(group, scenario, ws, farthest)) {
      continue;
    }
    if (reachesOpenBound(group, scenario, ws, farthest)) {
      if (gap <= tolerance * t.size) {
        answer.status = Status::Unbounded;
        return;
      }
      continue;
    }
    if (endless) {
      closeIn(group, scenario, farthest, ws);
      gap = certify(group, p, t);
    }
    dropSpecks(group, p, gap, t);
    Answer found = answer;
    report(group, shared, scenario, p, t, gap, tolerance, found);
    if (!known || found.relativeGap < answer.relativeGap) {
      answer = found;
      return;
    }
  }
  // As it was.
  readProgram(group, shared, scenario, open, p);
  recall(group, p, kept, kept + ws.padded);
  closeIn(group, scenario, open, ws);
  GeneralTerms t;
  p.exact = true;
  certify(group, p, t);
}

// Where H lacks curvature, as where all correlations are one, pivoting may go round in circles. With some of the
// variances more on its diagonal it does not: less of them from one stage to the next, each from the face of the one
// before, until H as it is decides.
template <class Group>
PARABOLA_FUNCTION bool pivotSoftly(const Group& group, Program& p, int passes, int& iterations) {
  constexpr double kFirst = 0.25;
  constexpr double kLast = 0x1p-10;
  const Model model = p.model;
  for (double soft = kFirst;; soft *= 0.25) {
    soft = soft < kLast ? 0 : soft;
    group.items(p.ws.padded, [&](int i) {
      const double more = i < p.ws.n ? soft * p.deviation[i] * p.deviation[i] : 0;
      p.held[i] = (model.diagonal == nullptr ? 0 : model.diagonal[i]) + more;
    });
    p.model.diagonal = soft > 0 ? p.held : model.diagonal;
    stateFromWeights(group, p);
    if (soft < kFirst) {
      activateBinding(group, p);
    }
    const bool found = pivotRows(group, p, 0, passes, iterations) == Pivoting::Optimal;
    if (!found || soft == 0) {
      p.model = model;
      return found;
    }
  }
}

// Solves one scenario, its infinite bounds drawn out as far as is looked; Unbounded if the optimum lies on one of them.
template <class Group>
PARABOLA_FUNCTION Answer solveWithin(const Group& group, const Shared& shared, const Scenario& scenario,
                                     double tolerance, GeneralWorkspace& memory) {
  constexpr int kPasses = 24;
  constexpr int kFaces = 200;
  Program& p = memory.program;
  Workspace& ws = p.ws;
  Answer answer{Status::Invalid, 0, NAN, NAN, NAN, NAN, NAN};
  const double open = farthestBound(scenario);
  // Many lanes leave it to the host, which has no others to wait for.
  const auto lastResort = [&] {
    if constexpr (kLanes > 1) {
      solvePrecisely(group, shared, scenario, open, tolerance, memory, answer);
    }
  };
  answer.status = readProgram(group, shared, scenario, open, p);
  if (answer.status != Status::Solved) {
    return answer;
  }
  const bool curved = scenario.riskAversion > 0;
  // Without the multipliers of a portfolio like it a step would be as good as none, and where most weights are free it
  // tells less than which ones were.
  const bool like = scenario.start == nullptr && shared.baseWeights != nullptr &&
                    shared.baseFree <= (p.exposed ? kFew : kHalf) * ws.n;
  const bool step = curved && like && (p.trades || p.exposed || p.rows > 0 || p.powered);
  guess(group, shared, scenario, step, p);
  if (step) {
    takeBaseMultipliers(group, shared, scenario, p);
    approach(group, shared.baseWeights, p);
  }
  const Model& h = p.model;
  const bool same = h.base == shared.covariance && h.scale == nullptr && h.common == nullptr && h.diagonal == nullptr &&
                    p.sigma == shared.sigma;
  const int kept = same ? keepBaseFactor(group, shared, ws) : 0;
  GeneralTerms t{};
  double gap = INFINITY;
  const bool linear = !curved && p.rows == 0 && p.limits.budgeted && !p.trades && !p.exposed && !p.powered &&
                      p.limits.quadratic == nullptr;
  if (linear) {
    group.each(ws.padded, [&](auto i) { store(ws.a, i, Pack<kLanes>(0.0) - load(p.mu, i)); });
    p.at.nu = knapsack(group, ws.padded, ws.a, ws.lower, ws.upper, ws.budget, ws.w);
    p.at.kappa = p.at.rho = 0;
    clean(group, p);
    gap = certify(group, p, t);
  } else if (p.powered) {
    double* const keep[3] = {memory.interior.zeta[0], memory.interior.zeta[1], memory.interior.rhs};
    gap = pivotPowers(group, p, keep, t, answer.iterations);
  } else if (curved) {
    bool found = pivotRows(group, p, kept, kPasses, answer.iterations) == Pivoting::Optimal ||
                 pivotSoftly(group, p, kPasses, answer.iterations);
    if (!found && findFeasible(group, shared, scenario, p)) {
      descendFaces(group, p, kFaces, answer.iterations);
      found = true;
    }
    gap = found ? refine(group, p, t) : gap;
  }
  // The certificate takes open bounds as near as the weights allow.
  double closed = open;
  const auto drawIn = [&](double farthest) {
    const bool any = !group.all(
        ws.n, [&](int i) { return !openAbove(scenario, ws, farthest, i) && !openBelow(scenario, ws, farthest, i); });
    if (any) {
      closed = closeIn(group, scenario, farthest, ws);
      gap = certify(group, p, t);
    }
  };
  const bool endless = hasOpenBound(group, scenario, ws.padded);
  bool unbounded = endless && gap < INFINITY && reachesOpenBound(group, scenario, ws, open);
  if (endless && gap < INFINITY && !unbounded) {
    drawIn(open);
  }
  if (!(gap <= kSure * t.size) || unbounded || worstViolation(group, p) > kFeasible) {
    // Open bounds far away are drawn to where the others could reach, and further out where that is not enough.
    const double near = nearBound(group, scenario, ws.n);
    Search outcome = Search::Stopped;
    for (const double farthest : {near, open}) {
      if (farthest == near && !(near < open && endless)) {
        continue;
      }
      readProgram(group, shared, scenario, farthest, p);
      outcome = searchInside(group, shared, scenario, farthest, p, memory.interior, gap, t, answer.iterations);
      unbounded = reachesOpenBound(group, scenario, ws, farthest) ||
                  (!(gap <= kSure * t.size) && comesNearOpenBound(group, scenario, ws, farthest));
      if (outcome == Search::Found && !unbounded &&
          !(farthest < open && comesNearOpenBound(group, scenario, ws, farthest))) {
        drawIn(farthest);
        break;
      }
    }
    if (outcome != Search::Found) {
      answer.status = outcome == Search::Infeasible ? Status::Infeasible : Status::Inaccurate;
      if (answer.status == Status::Inaccurate) {
        lastResort();
      }
      return answer;
    }
  }
  if (gap > kSure * (t.quadratic + std::fabs(t.linear) + t.costs)) {
    // Where the objective is zero all over, so are its multipliers.
    remember(group, p, kBest);
    p.at.clear(group, p.rows);
    const double other = certify(group, p, t);
    if (!(other < gap)) {
      recall(group, p, kBest);
    }
    gap = certify(group, p, t);
  }
  dropSpecks(group, p, gap, t);
  if (group.minimum(ws.padded, [&](auto i) { return load(ws.lower, i) - load(ws.upper, i); }) == 0) {
    pricesOfSinglePoint(group, scenario, p);
  }
  if (unbounded) {
    answer.status = Status::Unbounded;
    return answer;
  }
  if (gap > tolerance * t.size || (t.size > 0 && roundingOfGap(group, p, t) > 0.1 * tolerance * t.size)) {
    refineExactly(group, p, gap, t, answer.iterations);
    if (endless && reachesOpenBound(group, scenario, ws, open)) {
      answer.status = Status::Unbounded;
      return answer;
    }
    gap = closeInAgain(group, scenario, closed, open, ws) ? certify(group, p, t) : gap;
  }
  report(group, shared, scenario, p, t, gap, tolerance, answer);
  if (answer.status == Status::Inaccurate) {
    lastResort();
  }
  return answer;
}

// Solves one scenario. Where the optimum lies on a bound that is infinite, the objective falls without end or is flat
// that way: then a portfolio nearer by is as good, and the certificate shows it, against the bounds farthest out.
template <class Group>
PARABOLA_FUNCTION Answer solveGeneral(const Group& group, const Shared& shared, const Scenario& scenario,
                                      double tolerance, GeneralWorkspace& memory) {
  Answer answer = solveWithin(group, shared, scenario, tolerance, memory);
  if (answer.status != Status::Unbounded) {
    return answer;
  }
  Program& p = memory.program;
  const double open = farthestBound(scenario);
  Scenario close = scenario;
  close.lower = memory.closeLower;
  close.upper = memory.closeUpper;
  for (double near = nearBound(group, scenario, shared.n); near < open; near *= kOutwards) {
    p.ws.useOwnBounds();  // what it has of the last round is written now
    group.items(p.ws.padded, [&](int i) {
      const double l = scenario.lower[i];
      const double u = scenario.upper[i];
      memory.closeLower[i] = l > -INFINITY ? l : u < -near ? u : -near;
      memory.closeUpper[i] = u < INFINITY ? u : l > near ? l : near;
    });
    Answer found = solveWithin(group, shared, close, tolerance, memory);
    answer.iterations += found.iterations;
    if (found.status != Status::Solved && found.status != Status::Inaccurate) {
      continue;
    }
    readProgram(group, shared, scenario, open, p);
    GeneralTerms t;
    const double gap = certify(group, p, t);
    if (gap <= kFlat * t.size && worstViolation(group, p) <= kFeasible) {
      found.iterations = answer.iterations;
      report(group, shared, scenario, p, t, gap, tolerance, found);
      return found;
    }
  }
  return answer;
}

}  // namespace parabola::PARABOLA_ISA
